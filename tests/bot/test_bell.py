"""Bell: on one PostgreSQL a worker learns at once what a web process has committed, and again after a lost connection."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from bot import bell as bell_module
from bot.bell import Bell, bell_of
from bot.line.webhook import arrivals
from bot.wiring import Bot
from storage.database import LIMITS, open_engine
from tests.bot.house import said
from tests.bot.town import a_town
from tests.databases import database

pytestmark = pytest.mark.postgres
PATIENCE = 60.0


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    with database("postgres", tmp_path) as opened:
        yield opened


@contextlib.asynccontextmanager
async def ringing(bell: Bell) -> AsyncIterator[Bell]:
    task = asyncio.create_task(bell.run())
    yield bell
    task.cancel()
    await asyncio.wait({task})


async def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends, "it did not come about"
        await asyncio.sleep(0.01)


async def test_a_ring_is_heard_by_the_others_and_not_by_oneself(url: str) -> None:
    """What one process commits wakes the worker beside it; its own ring tells it nothing."""
    mine, theirs = list[int](), list[int]()
    async with (
        ringing(Bell(url, lambda _: None, lambda: mine.append(1))) as one,
        ringing(Bell(url, lambda _: None, lambda: theirs.append(1))) as other,
    ):
        await until(lambda: bool(mine and theirs and one._mouth_pid and other._mouth_pid))
        before = len(mine)
        one.ring()
        await until(lambda: len(theirs) > 1)
        assert len(mine) == before


async def test_many_commits_are_one_ring(url: str) -> None:
    """A thousand turns in a row ring a few times only."""
    heard = list[int]()
    async with (
        ringing(Bell(url, lambda _: None, None)) as web,
        ringing(Bell(url, lambda _: None, lambda: heard.append(1))),
    ):
        await until(lambda: bool(heard and web._mouth_pid))
        for _ in range(1_000):
            web.ring()
            await asyncio.sleep(0)
        await until(lambda: len(heard) > 1)
        assert len(heard) < 100


async def test_a_lost_connection_comes_back(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut by the server, ear and mouth connect again, and what was rung meanwhile is looked for at once."""
    monkeypatch.setattr(bell_module, "AGAIN_SECONDS", 0.05)
    heard = list[int]()
    async with (
        ringing(Bell(url, lambda _: None, lambda: heard.append(1))) as worker,
        ringing(Bell(url, lambda _: None, None)) as web,
    ):
        await until(lambda: bool(heard and worker._mouth_pid and web._mouth_pid))
        before = web._mouth_pid
        with psycopg.connect(url, autocommit=True) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'smallwin %'"
                " AND datname = current_database()"
            )
        await until(lambda: len(heard) > 1 and web._mouth_pid != before)
        so_far = len(heard)
        web.ring()
        await until(lambda: len(heard) > so_far)


async def test_processes_count_each_other(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each knows how many share what LINE allows, soon after one comes or goes."""
    monkeypatch.setattr(bell_module, "COUNT_SECONDS", 0.05)
    counts = list[int]()
    async with ringing(Bell(url, counts.append, None)):
        await until(lambda: counts[-1:] == [1])
        async with ringing(Bell(url, lambda _: None, lambda: None)):
            await until(lambda: counts[-1:] == [2])
        await until(lambda: counts[-1:] == [1])


def test_sqlite_has_no_bell(tmp_path: Path) -> None:
    """One process needs to tell nobody."""
    assert bell_of(open_engine(f"sqlite:///{tmp_path}/x.db"), lambda _: None) is None


def test_every_connection_has_its_limits(url: str) -> None:
    """A row that somebody stuck holds, or a statement gone wrong, gives the turn thread back."""
    engine = open_engine(url)
    with engine.connect() as connection:
        for name, value in LIMITS.items():
            assert connection.exec_driver_sql(f"SHOW {name}").scalar() == value
    engine.dispose()


async def test_a_reply_of_another_process_leaves_without_a_poll(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn runs in a web process that delivers nothing itself: the worker hears of it and sends, though it never looks."""
    async with a_town(tmp_path, kind="postgres") as town:
        who = await town.friend()
        web = Bot(town.bot.settings, clock=town.clock)
        web.bell = bell_of(web.engine, lambda _: None)
        assert web.bell is not None
        async with ringing(web.bell) as mouth:
            await until(lambda: bool(mouth._mouth_pid))
            monkeypatch.setattr("bot.sends.delivery.IDLE_SECONDS", 600.0)
            await asyncio.sleep(0.6)  # the look that was under way before
            before = len(town.heard(who))
            event = {**said("メニュー"), "source": {"type": "user", "userId": who}, "mode": "active"}
            event |= {"webhookEventId": "elsewhere", "timestamp": int(town.clock.real().timestamp() * 1000)}
            [id] = web.door.store(arrivals(json.dumps({"events": [event]}).encode(), town.clock.real()))
            assert id is not None
            await web.door.turn(id)
            await until(lambda: len(town.heard(who)) > before)
        await web.stop()
