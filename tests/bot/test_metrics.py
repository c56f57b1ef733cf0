"""Metrics: an operator sees how much waits and for how long, whichever process he asks, and nobody can be told from it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest
from sqlalchemy import Engine

from bot.wiring import serving
from storage.backlog import Waits, backlog
from storage.inbox import Arrival
from storage.outbox import DUE, FAILED, HELD, MESSAGES
from storage.unit_of_work import begin
from tests.bot.test_web import a_gate
from tests.bot.town import a_town

HOUR = timedelta(hours=1)


def numbers(text: str) -> dict[str, str]:
    return dict(re.findall(r"^(smallwin_\S+) (\S+)$", text, re.MULTILINE))


def test_what_waits_is_counted_with_its_age(engine: Engine) -> None:
    """Events, messages by platform, held and failed ones: how many, and since when."""
    from tests.storage.test_outbox import NOW, row

    with begin(engine) as work:
        assert backlog(work.session, NOW).inbox == Waits(0, None)
        arrival = Arrival("line", uuid4().hex, "U1", "message/text", {}, NOW)
        work.inbox.store([arrival], NOW - HOUR)
        rows = [
            row("a", NOW - HOUR, "slack", channel="staff"),
            row("b", NOW, "slack", channel="staff"),
            row("c", NOW, "slack", channel="staff", status=FAILED),
            row("d", NOW + HOUR, "slack", channel="staff", status=HELD),
            row("e", NOW + HOUR, "slack", channel="staff", status=DUE, op="refresh"),
        ]
        work.session.write(MESSAGES, [each.row() for each in rows])
        work.session.flush()
        found = backlog(work.session, NOW)
    assert found.inbox == Waits(1, NOW - HOUR)
    assert found.outbox == {"slack": Waits(2, NOW - HOUR)}
    assert (found.held, found.in_trouble) == (1, 1)


async def test_a_story_is_seen_in_the_numbers(tmp_path: Path) -> None:
    """Sends by platform and result, what waits, and the queue; and no id of a person."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        await town.post("スタッフへ")
        await town.rest()
        async with aiohttp.ClientSession() as http, http.get(f"{town.url}/metrics") as answer:
            text = await answer.text()
    found = numbers(text)
    assert float(found['smallwin_sends_total{platform="line",result="sent"}']) >= 1
    assert float(found['smallwin_sends_total{platform="slack",result="sent"}']) >= 1
    assert float(found['smallwin_send_seconds_count{platform="line"}']) >= 1
    assert float(found['smallwin_outbox_waiting{platform="line"}']) == 0
    assert float(found["smallwin_inbox_age_seconds"]) == 0
    assert "smallwin_turn_queue" in found
    assert "smallwin_line_quota_left" in found
    assert who not in text


async def test_numbers_are_shown_while_the_database_is_away(tmp_path: Path) -> None:
    """Whoever watches still gets an answer; what cannot be counted is NaN, not a comfortable zero."""
    async with a_gate(f"sqlite:///{tmp_path}/away/test.db") as gate:
        status, text = await gate.get("/metrics")
        assert status == 200
        assert numbers(text)["smallwin_inbox_waiting"] == "NaN"
        assert (await gate.get("/readyz"))[0] == 503


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
async def test_a_worker_can_be_watched(tmp_path: Path, path: str) -> None:
    """A worker shows its numbers and its health on a port of its own, and opens no door."""
    async with (
        a_town(tmp_path) as town,
        serving(town.bot.watched_app(), "127.0.0.1", 0) as port,
        aiohttp.ClientSession() as http,
    ):
        async with http.get(f"http://127.0.0.1:{port}{path}") as answer:
            assert answer.status == 200
        async with http.post(f"http://127.0.0.1:{port}/line/webhook") as answer:
            assert answer.status == 404
