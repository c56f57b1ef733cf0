"""Nudging: somebody silent hears of us three times, each time more gently; then a person rings, and the bot rests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from flows.beside.nudging import DAYS, QUIET, STAFF_DAY
from flows.registry import FLOWS
from storage.conversations import PARKED
from tests.bot.house import OWNER, START, House, a_house


@pytest.fixture
def house(engine: Engine) -> House:
    return a_house(engine)


def told_until(house: House, days: float) -> list[str]:
    """Let days pass hour by hour, as the sweeps do, and give what he read."""
    end = START + timedelta(days=days)
    while house.now < end:
        house.moves(min(end, house.now + timedelta(hours=6)))
    return house.news()


def test_three_words_and_then_a_person(house: House) -> None:
    """Day 2, 5 and 10: a button to go on, what we have so far, the offer to ring. Day 13: the staff; then rest."""
    house.plays_to("pay")
    first = told_until(house, 4)
    assert len(first) == 1
    assert "お忙しいところ" in first[0]
    assert "[前回のつづき]" in first[0]
    second = told_until(house, 9)
    assert len(second) == 1
    assert "発送の担当" in second[0]
    third = told_until(house, 12)
    assert len(third) == 1
    assert "お電話" in third[0]
    assert "[人と話す]" in third[0]
    assert told_until(house, 40) == []
    assert "お返事がまだの方" in house.card_text()
    assert house.talks()[-1].status == PARKED


def test_a_word_from_him_begins_the_count_anew(house: House) -> None:
    """He answers on day 3: the next nudge is two days after the new question."""
    house.plays_to("partner")
    assert len(told_until(house, 3)) == 1
    house.says("発送の担当")
    assert told_until(house, 4.5) == []
    assert len(told_until(house, 6.2)) == 1


def test_a_nudge_takes_no_floor(house: House) -> None:
    """After a nudge his words still answer the question that was open."""
    house.plays_to("pay")
    told_until(house, 3)
    house.says("8万円")
    assert house.answers()["pay"] == 80_000


def test_going_on_shows_where_we_were(house: House) -> None:
    """前回のつづき under a nudge: the open question comes back."""
    house.plays_to("pay")
    told_until(house, 3)
    assert "月いくらくらい" in house.taps("前回のつづき")[-1]


def test_busy_means_left_alone(house: House) -> None:
    """しばらく忙しい: two weeks without a word from us, and 前回のつづき goes on where it was."""
    house.plays_to("pay")
    assert "お声がけしません" in house.says("しばらく忙しい")[0]
    assert told_until(house, 13.9) == []
    after = told_until(house, 16)
    assert len(after) == 1
    assert "お忙しいところ" in after[0]
    assert "月いくらくらい" in house.says("前回のつづき")[-1]


def test_who_was_busy_is_shown_where_we_were(house: House) -> None:
    """The second word after しばらく忙しい carries what we have so far, though the talk rests."""
    house.plays_to("pay")
    house.says("しばらく忙しい")
    first, second, *_ = told_until(house, 18)
    assert "お忙しいところ" in first
    assert "発送の担当" in second


def test_after_the_rest_he_is_welcome(house: House) -> None:
    """Weeks later any word of his brings the offer to go on, with what he said last."""
    house.plays_to("pay")
    told_until(house, 30)
    heard = house.says("ごぶさたしてます")[-1]
    assert "続きから" in heard
    house.taps("前回のつづき")
    assert house.open_key() == "pay"


def test_who_blocked_us_is_left_in_peace(house: House) -> None:
    """No nudge is written for somebody who cannot be reached."""
    house.plays_to("pay")
    house.line(OWNER, {"type": "unfollow"})
    assert told_until(house, 20) == []


def test_nothing_is_said_at_night(house: House) -> None:
    """A nudge that falls due in the evening waits for the morning of a business day."""
    house.plays_to("pay")
    told_until(house, 20)
    hours = {row.next_at.hour for row in house.messages(OWNER) if row.purpose == "reminder"}
    assert all(8 <= (hour + 9) % 24 < 19 for hour in hours)


def test_two_sweeps_at_once_nudge_once(house: House) -> None:
    """The same moment looked at twice says one word."""
    house.plays_to("pay")
    house.moves(START + timedelta(days=2, hours=2))
    house.moves(house.now)
    assert len(house.news()) == 1


def test_only_flows_that_exist_are_quiet() -> None:
    """Each name left out of the nudges is a flow of ours."""
    assert set(FLOWS) >= QUIET


def test_the_days_grow() -> None:
    """Two, five, ten, then the staff (domain 6.2)."""
    assert (*DAYS, STAFF_DAY) == (2, 5, 10, 13)


def test_words_on_return_are_not_lost(house: House) -> None:
    """He writes a new wish while the old talk rests, and chooses 相談する: he need not write it again."""
    house.plays_to("pay")
    house.says("あとで")
    heard = house.says("求人を出しても応募が来ない")[-1]
    assert "前回は「発送の担当」まで" in heard
    house.taps("相談する")
    assert house.answers()["wish"] == "求人を出しても応募が来ない"
