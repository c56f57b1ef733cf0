"""Web: nothing is answered 2xx that is not stored, and one bad event harms no other."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import func, select

from bot.migrating import migrate
from bot.turn_thread import MOST_WAITING, Overloaded, Rank, TurnThread
from bot.web import MOST_BYTES
from bot.wiring import Bot, serving
from flows.inbound import Inbound
from flows.messages import Message
from sandbox.line.sender import sign
from storage.inbox import DONE, FAILED, RECEIVED, Event
from storage.unit_of_work import begin
from tests.bot.house import OTHER, OWNER, SATO, SETTINGS, House, a_house, said
from tests.databases import database, migrated_file

SECRET, SIGNING = "s" * 32, "t" * 32


@dataclass
class Gate:
    """A bot that serves and neither delivers nor sweeps."""

    bot: Bot
    url: str
    http: aiohttp.ClientSession

    async def line(self, body: bytes, signature: str | None = None) -> int:
        given = sign(SECRET, body) if signature is None else signature
        headers = {"x-line-signature": given, "Content-Type": "application/json"}
        async with self.http.post(f"{self.url}/line/webhook", data=body, headers=headers) as answer:
            return answer.status

    async def events(self, *events: dict[str, Any]) -> int:
        status = await self.line(json.dumps({"destination": "U", "events": events}).encode())
        await self.bot.door.drain()
        return status

    async def slack(self, payload: dict[str, Any]) -> tuple[int, Any]:
        body = urlencode({"payload": json.dumps(payload)})
        stamp = str(int(time.time()))
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": SignatureVerifier(SIGNING).generate_signature(timestamp=stamp, body=body)
            or "",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        async with self.http.post(f"{self.url}/slack/events", data=body, headers=headers) as answer:
            said = await answer.text()
            return answer.status, json.loads(said) if said else None

    async def get(self, path: str) -> tuple[int, str]:
        async with self.http.get(self.url + path) as answer:
            return answer.status, await answer.text()

    def stored(self) -> list[Event]:
        with begin(self.bot.engine) as work:
            return list(work.session.scalars(select(Event).order_by(Event.id)))


@contextlib.asynccontextmanager
async def a_gate(url: str) -> AsyncIterator[Gate]:
    settings = SETTINGS.model_copy(
        update={
            "database_url": url,
            "line_channel_secret": SECRET,
            "line_channel_access_token": "token",
            "line_api_base": "http://127.0.0.1:9",
            "slack_signing_secret": SIGNING,
            "slack_bot_token": "xoxb-1",
            "slack_api_base": "http://127.0.0.1:9/api/",
        }
    )
    bot = Bot(settings)
    async with serving(bot.web_app(), "127.0.0.1", 0) as port, aiohttp.ClientSession(trust_env=False) as http:
        yield Gate(bot, f"http://127.0.0.1:{port}", http)
        await bot.stop()


@pytest.fixture
async def gate(sqlite_url: str) -> AsyncIterator[Gate]:
    async with a_gate(sqlite_url) as opened:
        yield opened


def event(name: str, sender: str = OWNER, **more: Any) -> dict[str, Any]:
    usual = {"mode": "active", "timestamp": 1_763_000_000_000, "source": {"type": "user", "userId": sender}}
    return {**said("こんにちは"), **usual, "webhookEventId": name, **more}


GOOD = json.dumps({"destination": "U", "events": [event("e1")]}).encode()


@pytest.mark.parametrize("signature", ["", "x", sign("another", GOOD), sign(SECRET, GOOD + b" "), "あ"])
async def test_what_line_did_not_sign_is_refused(gate: Gate, signature: str) -> None:
    """401, and nothing is stored."""
    given = signature.encode().decode("latin-1")
    assert await gate.line(GOOD, given) == 401
    assert gate.stored() == []


NOT_EVENTS = [b"", b"{", b"[]", b'"x"', b'{"events":{}}', b"{}", b"\xff", b'{"events":[NaN]}', b"[" * 5000]


@pytest.mark.parametrize("body", NOT_EVENTS, ids=range(len(NOT_EVENTS)))
async def test_what_is_no_webhook_is_refused(gate: Gate, body: bytes) -> None:
    """400, and nothing is stored; the next webhook is taken."""
    assert await gate.line(body) == 400
    assert gate.stored() == []
    assert await gate.events(event("e1")) == 200


@pytest.mark.parametrize("depth", [300, 500, 700, 900, 2000])
async def test_depth_is_no_trap(gate: Gate, depth: int) -> None:
    """However deep an event is nested, it is kept or refused; the door never breaks."""
    nested = b'{"events":[' + b'{"a":' * depth + b"1" + b"}" * depth + b"]}"
    assert await gate.line(nested) in (200, 400)
    await gate.bot.door.drain()
    assert all(each.status == DONE for each in gate.stored())


async def test_too_much_is_refused(gate: Gate) -> None:
    """413 for more than a megabyte."""
    assert await gate.line(b"{" + b" " * MOST_BYTES + b"}") == 413
    assert gate.stored() == []


async def test_a_webhook_without_events_is_a_check(gate: Gate) -> None:
    """LINE's own check sends an empty list: 200."""
    assert await gate.events() == 200
    assert gate.stored() == []


async def test_the_unknown_is_stored_and_left_alone(gate: Gate) -> None:
    """New event types and new values of known ones are kept, done, and harm nothing."""
    strange: list[Any] = [
        event("n1", type="teleport", teleport={"to": "moon"}),
        event("n2", mode="hibernate"),
        event("n3", source={"type": "planet", "planetId": "P1"}),
        event("n4", message={"type": "hologram", "id": "1"}),
        event("n5", type=None),
        event("n6", timestamp="yesterday"),
        event("n7", source=None),
        "not even an object",
        None,
    ]
    assert await gate.events(*strange, event("good")) == 200
    assert [each.status for each in gate.stored()] == [DONE] * 10


async def test_each_event_of_a_webhook_stands_alone(gate: Gate) -> None:
    """Three people in one webhook, a poison among them that breaks even our apology: the others are answered."""
    poisoned: list[bool] = []

    def read(stored: Event) -> Inbound:
        poisoned[:] = [stored.external_id == "poison"]
        return good_read(stored)

    def draw(message: Message) -> tuple[dict[str, Any], ...]:
        if poisoned == [True]:
            raise ZeroDivisionError
        return good_draw(message)

    rules = gate.bot.door.rules
    good_read, good_draw = rules.read["line"], rules.draw["line"]
    gate.bot.door.rules = replace(rules, read={**rules.read, "line": read}, draw={**rules.draw, "line": draw})
    third = "U" + "c" * 32
    assert await gate.events(event("a", OWNER), event("poison", OTHER), event("c", third)) == 200
    assert {each.external_id: each.status for each in gate.stored()} == {
        "a": DONE,
        "poison": RECEIVED,
        "c": DONE,
    }
    poisoned.clear()
    await gate.bot.door.turn_all([each.id for each in gate.stored() if each.status == RECEIVED])
    assert FAILED not in {each.status for each in gate.stored()}


async def test_the_same_event_twice_in_one_webhook_is_one(gate: Gate) -> None:
    """Stored once, turned once."""
    assert await gate.events(event("a"), event("a")) == 200
    assert await gate.events(event("a")) == 200
    assert len(gate.stored()) == 1


async def test_while_the_database_is_away_line_is_told_to_come_again(tmp_path: Path) -> None:
    """503, so that LINE redelivers; once the database is back, the redelivered event is answered."""
    folder = tmp_path / "away"
    async with a_gate(f"sqlite:///{folder}/test.db") as gate:
        assert await gate.events(event("e1")) == 503
        assert (await gate.get("/healthz"))[0] == 200
        assert (await gate.get("/readyz"))[0] == 503
        folder.mkdir()
        shutil.copy(migrated_file(), folder / "test.db")
        assert (await gate.get("/readyz"))[0] == 200
        assert await gate.events(event("e1", deliveryContext={"isRedelivery": True})) == 200
        assert [each.status for each in gate.stored()] == [DONE]


async def test_what_was_stored_is_turned_as_soon_as_the_database_is_back(gate: Gate) -> None:
    """The database goes away between storing and turning: nobody waits for a lease to end."""
    path = str(gate.bot.engine.url.database)
    with contextlib.closing(sqlite3.connect(path, timeout=60)) as other:
        other.execute("ALTER TABLE handles RENAME TO away")
        assert await gate.line(GOOD) == 200
        await asyncio.sleep(0.2)
        other.execute("ALTER TABLE away RENAME TO handles")
    await gate.bot.door.drain()
    assert [each.status for each in gate.stored()] == [DONE]


async def test_a_database_of_an_older_shape_is_not_ready(tmp_path: Path) -> None:
    """Ready means migrated, too."""
    async with a_gate(f"sqlite:///{tmp_path}/old.db") as gate:
        assert (await gate.get("/readyz"))[0] == 503
        migrate(gate.bot.engine)
        assert (await gate.get("/readyz"))[0] == 200


async def test_the_numbers_tell_of_nobody(gate: Gate) -> None:
    """What is measured can be scraped, and names no person."""
    await gate.events(event("e1"))
    status, numbers = await gate.get("/metrics")
    assert status == 200
    assert 'smallwin_events_total{new="yes",platform="line"}' in numbers
    assert "smallwin_turn_seconds_count" in numbers
    assert OWNER not in numbers


# --- Slack


def submission(house: House, form: Any, trigger: str, words: str) -> dict[str, Any]:
    blocks = {each.key: {"in": {"type": "plain_text_input", "value": words}} for each in form.fields}
    inputs = [{"type": "input", "block_id": each.key} for each in form.fields]
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": "form",
        "private_metadata": f"{form.conversation}:{form.turn}",
        "blocks": inputs,
        "state": {"values": blocks},
    }
    return {"type": "view_submission", "trigger_id": trigger, "user": {"id": SATO}, "view": view}


async def test_a_repeated_interaction_gets_the_same_answer_and_acts_once(gate: Gate) -> None:
    """Slack asks again with the same trigger: the answer is repeated from the inbox, the act is not."""
    house = a_house(gate.bot.engine)
    house.in_review()
    form = house.presses("質問して戻す").form
    wrong = submission(house, form, "t1", " ")
    status, errors = await gate.slack(wrong)
    assert (status, errors["response_action"]) == (200, "errors")
    assert await gate.slack(wrong) == (200, errors)
    right = submission(house, form, "t2", "月20時間でよろしいですか？")
    closed = (200, {"response_action": "clear"})
    answers = await asyncio.gather(*(gate.slack(right) for _ in range(3)))
    assert closed in answers
    assert await gate.slack(right) == closed
    assert house.changes() == ["DRAFT>REVIEW", "REVIEW>ASKED"]
    with begin(gate.bot.engine) as work:
        mine = select(func.count()).select_from(Event).where(Event.external_id.in_(("t1", "t2")))
        assert work.session.scalar(mine) == 2


async def test_slack_is_told_when_nothing_could_be_stored(tmp_path: Path) -> None:
    """No 2xx for what was not kept: Slack brings it again, or the person sees that it failed."""
    async with a_gate(f"sqlite:///{tmp_path}/away/test.db") as gate:
        action = {"type": "button", "action_id": "x", "value": "w:menu", "action_ts": "1.1"}
        body = {"type": "block_actions", "trigger_id": "t", "user": {"id": SATO}, "actions": [action]}
        assert (await gate.slack(body))[0] == 503


# --- the turn thread


async def test_people_go_before_time() -> None:
    """What waits for the database is done by rank, and in order within one."""
    thread, done = TurnThread(), list[str]()
    first = asyncio.create_task(thread.do(time.sleep, 0.1))
    await asyncio.sleep(0)
    jobs = [("tick", Rank.TIME), ("send", Rank.DELIVERY), ("hello", Rank.PERSON), ("again", Rank.PERSON)]
    await asyncio.gather(first, *(thread.do(done.append, name, rank=rank) for name, rank in jobs))
    assert done == ["hello", "again", "send", "tick"]
    thread.close()


async def test_a_job_that_fails_harms_only_itself() -> None:
    """Its caller gets the error; the thread goes on. Past its limit it says so at once."""
    thread = TurnThread()
    with pytest.raises(ZeroDivisionError):
        await thread.do(lambda: 1 / 0)
    assert await thread.do(lambda: "well") == "well"
    held = threading.Event()
    waiting = [asyncio.create_task(thread.do(held.wait)) for _ in range(MOST_WAITING + 2)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await thread.do(lambda: None)
    held.set()
    await asyncio.gather(*waiting, return_exceptions=True)
    thread.close()


@pytest.mark.postgres
async def test_a_postgresql_that_went_away_and_came_back(tmp_path: Path) -> None:
    """Every connection is cut: the next webhook is stored all the same."""
    with database("postgres", tmp_path) as url:
        async with a_gate(url) as gate:
            assert await gate.events(event("e1")) == 200
            with gate.bot.engine.connect() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            assert await gate.events(event("e2")) == 200
            assert [each.status for each in gate.stored()] == [DONE, DONE]


async def test_a_locked_database_never_keeps_line_waiting(gate: Gate) -> None:
    """503 within LINE's two seconds; what is stored once the lock is gone is turned, and only once."""
    path = str(gate.bot.engine.url.database)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        assert await gate.line(GOOD) == 503
        assert time.monotonic() - started < 1.9
        other.execute("ROLLBACK")
    await gate.bot.door.drain()
    assert [row.status for row in gate.stored()] == [DONE]
    assert await gate.events(event("e1")) == 200
    assert len(gate.stored()) == 1
