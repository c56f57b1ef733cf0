"""The checks of the benchmarks: a wrong row, a doubled push or a forgotten answer is no good number."""

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from bench import forms, outbox, pgbench
from bench.child import Platforms
from bench.inside import Inside
from bench.measuring import WentWrong
from bench.platforms import PUSH
from bench.recording import record
from bench.seating import seat, write_messages
from bench.stores import SQLITE, Store, fresh
from storage.database import open_engine
from storage.outbox import DUE


def test_platform_notices_what_is_wrong() -> None:
    """A key that comes twice, and a person's line that runs back, are counted."""

    async def send(address: str, *pushes: tuple[str, str]) -> None:
        async with aiohttp.ClientSession() as session:
            for number, key in pushes:
                body = {"to": "U1", "messages": [{"type": "text", "text": number}]}
                async with session.post(address + PUSH, json=body, headers={"X-Line-Retry-Key": key}) as said:
                    assert (await said.json())["sentMessages"]

    with contextlib.closing(Platforms(0.0)) as platforms:
        one, two = str(uuid4()), str(uuid4())
        asyncio.run(send(platforms.address, ("1", one), ("2", two), ("1", two)))
        seen = platforms.seen()
        assert (seen.calls, seen.doubled, seen.disordered) == (3, 1, 1)
        assert platforms.seen().calls == 0


def test_message_that_waits_is_noticed(tmp_path: Path) -> None:
    """An outbox is empty when every message was sent, not when nothing more is claimed."""
    engine = open_engine(fresh(Store(SQLITE, "", tmp_path), "outbox"))
    now = datetime.now(UTC)
    seat(engine, 2, now)
    write_messages(engine, 2, 1, now, DUE)
    with pytest.raises(WentWrong, match="0 of 2"):
        outbox.check(engine, 2)
    engine.dispose()


def test_answer_that_was_lost_is_noticed(tmp_path: Path) -> None:
    """Answers that were taken and are not in the journal fail the run."""
    inside = forms.asked(fresh(Store(SQLITE, "", tmp_path), "forms"), owners=2)
    asyncio.run(_answer_all(inside, 0))
    forms.check(inside)
    inside.taken += 1
    with pytest.raises(WentWrong, match="6 answers: 5 done"):
        forms.check(inside)
    inside.close()


async def _answer_all(inside: Inside, owner: int) -> None:
    for arrived in forms.answers(owner):
        await inside.door.take(arrived)
        inside.taken += 1


def test_script_names_no_variable_of_its_own() -> None:
    """A colon of a value is no variable to pgbench, and no quote of a value ends a string."""
    script = pgbench.script(record()[0], owners=10)
    assert set(pgbench.VARIABLE.findall(script)) == {"n", "owner", "handle", "talk", "number"}
    assert script.count("BEGIN;") == script.count("COMMIT;") == 1
