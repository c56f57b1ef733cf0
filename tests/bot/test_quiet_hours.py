"""Quiet hours: news wait for the morning where a talent lives; what he does himself, and the staff, wait for nothing."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from bot.turn import Turn
from flows.messages import Message
from flows.rules.calendar import JST
from storage.outbox import DUE, HELD
from tests.bot.house import SATO, TALENT, House
from tests.bot.test_delivery_slack import a_talent
from tests.bot.town import a_town, handle_of

NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=JST)


def tells(house: House, to: str, zone: str = "", *, is_his: bool = False) -> tuple[str, datetime]:
    """Tell somebody in Slack something at night; give how the message stands, and its hour."""
    house.now = NIGHT
    with house.work() as work:
        handle = work.parties.meet("slack", to, "talent", NIGHT)
        handle.zone = zone
        turn = Turn(work, house.rules, NIGHT, me=handle if is_his else None)
        turn.tell(handle, Message("お知らせ"))
        turn.finish()
    row = house.messages(to)[-1]
    return row.status, row.next_at


@pytest.mark.parametrize(
    ("zone", "hears"),
    [
        ("", datetime(2026, 11, 25, 8, 0, tzinfo=JST)),
        ("Asia/Tokyo", datetime(2026, 11, 25, 8, 0, tzinfo=JST)),
        ("America/New_York", datetime(2026, 11, 24, 22, 0, tzinfo=JST)),
        ("Pacific/Auckland", datetime(2026, 11, 25, 4, 0, tzinfo=JST)),
    ],
)
def test_news_wait_for_the_talent_s_own_morning(house: House, zone: str, hears: datetime) -> None:
    """22:00 in Tokyo is held there, eight in the morning in New York, and two at night in Auckland."""
    status, at = tells(house, TALENT, zone)
    assert at == hears
    assert status == (DUE if hears == NIGHT else HELD)


def test_his_own_doing_is_answered_at_night(house: House) -> None:
    """Who writes at ten hears at ten."""
    assert tells(house, TALENT, is_his=True) == (DUE, NIGHT)


def test_staff_are_told_at_once(house: House) -> None:
    """What staff are told is their work: it is never held, wherever they live."""
    assert tells(house, SATO, "Europe/Tallinn") == (DUE, NIGHT)


async def test_slack_says_where_people_live(tmp_path: Path) -> None:
    """The sweep of the staff brings everybody's zone; who has none, or a foolish one, stays as he was."""
    async with a_town(tmp_path) as town:
        who = await a_talent(town)
        town.sandbox.slack.people[who].tz = "Europe/Tallinn"
        await town.bot.find_people()
        await town.do(lambda turn: check(turn, who, "Europe/Tallinn"))
        await town.do(lambda turn: turn.work.parties.set_zones("slack", {who: ""}))
        await town.do(lambda turn: turn.work.parties.set_zones("slack", {who: "x" * 41}))
        await town.do(lambda turn: check(turn, who, "Europe/Tallinn"))


def check(turn: Turn, who: str, zone: str) -> None:
    assert handle_of(turn.work, who).zone == zone


async def test_a_form_that_could_not_be_opened_is_offered_at_night(tmp_path: Path) -> None:
    """The button that brings the form belongs to what he just did: it does not wait for the morning."""
    async with a_town(tmp_path) as town:
        who = await a_talent(town)
        town.clock.move(NIGHT.replace(year=2027) - town.clock.now())
        await town.bot.offer_form(who, "0" * 32)
        [row] = await town.rows("フォームを開けませんでした")
        assert row.status != HELD
