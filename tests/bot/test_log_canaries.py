"""Logs: at any level they hold no secret, no token, no name and no word of anybody's; an event can be followed by its id."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.logs import NOISY, JsonLines, set_up_logs
from storage.inbox import Event
from storage.outbox import OutMessage
from storage.unit_of_work import begin
from tests.bot.town import a_town, handle_of

WORDS = ("まぼろしの柚子胡椒", "十六夜の電話番号", "カナリア商店", "夜光貝のお知らせ", "雪虫の張り紙")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged at DEBUG, as a collector gets it."""
    kept, before = io.StringIO(), (logging.root.handlers[:], logging.root.level)
    levels = {name: logging.getLogger(name).level for name in NOISY}
    set_up_logs("DEBUG", "json")
    handler = logging.StreamHandler(kept)
    handler.setFormatter(JsonLines())
    logging.root.handlers = [handler]
    yield kept
    logging.root.handlers[:] = before[0]
    logging.root.setLevel(before[1])
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


async def test_nothing_of_anybody_is_in_the_logs(tmp_path: Path, logged: io.StringIO) -> None:
    """A short story over HTTP with faults of every kind, at DEBUG: no words, names, ids of people, tokens or secrets."""
    canaries = set(WORDS)
    async with a_town(tmp_path) as town:
        who = await town.friend("柚木まぼろし")
        canaries |= {who, "柚木まぼろし", "柚木"}
        for fault in ("drop_after", "error_before", "rate_limited"):
            town.sandbox.chaos.order("push", fault)
            town.sandbox.chaos.order("reply", fault)
            town.sandbox.chaos.order("chat.postMessage", fault)
        for text in WORDS[:3]:
            await town.sandbox.line.say(who, text)
        await town.tell(who, WORDS[3])
        await town.post(WORDS[4])
        await town.rest()
        settings = town.bot.settings
        canaries |= {
            settings.line_channel_secret,
            settings.line_channel_access_token,
            settings.slack_bot_token,
            settings.slack_signing_secret,
        }
        with begin(town.bot.engine) as work:
            canaries |= {row.reply_token for row in work.session.query(OutMessage) if row.reply_token}
            assert handle_of(work, who).external_id == who
    said = logged.getvalue()
    assert said.count("\n") > 10
    for canary in canaries:
        assert len(canary) > 1
        for shape in (canary, json.dumps(canary)[1:-1], repr(canary.encode())[2:-1], quote(canary)):
            assert shape not in said, canary


async def test_a_slack_app_leaves_our_logs_as_loud_as_they_were(tmp_path: Path) -> None:
    """bolt sets the level of the logger that bears its app's name."""
    async with a_town(tmp_path):
        quiet = {name for name in ("smallwin", "smallwin.turn") if logging.getLogger(name).level}
        assert quiet == set()


async def test_an_event_is_followed_by_its_id(tmp_path: Path, logged: io.StringIO) -> None:
    """Stored, turned and sent name the same event, and the last one names the message rows."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        await town.sandbox.line.say(who, "メニュー")
        await town.rest()
        with begin(town.bot.engine) as work:
            event = work.session.query(Event).filter(Event.kind == "message/text").one()
            rows = {
                str(row.id) for row in work.session.query(OutMessage).filter(OutMessage.event_id == event.id)
            }
    lines = [json.loads(line) for line in logged.getvalue().splitlines() if str(event.id) in line]
    said = [line["message"] for line in lines if line["message"] in ("stored", "turned", "sent")]
    assert said[:2] == ["stored", "turned"]
    assert said.count("sent") >= 1
    sent = {id for line in lines if line["message"] == "sent" for id in line["message_ids"].split()}
    assert sent <= rows
    assert sent
