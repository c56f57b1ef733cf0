"""Natural answers: what people really type is taken, and what may mean two things is asked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flows.errors import Unreadable
from flows.paying import Pay
from flows.quantity import Clock, Hours, Weekday
from flows.questions import Option
from tests.flows.talk import DRAFT, HELLO, Talk, World

HOURS = Hours("月に何時間くらい？", least=5, most=80, examples=(10, 20, 30))
DAY = Weekday(
    "何曜日？", choices=tuple(Option(str(at), f"毎週{day}曜日") for at, day in enumerate("月火水木金"))
)
AT = Clock("何時から？", choices=("10:00", "10:30", "14:00"))


@pytest.fixture
def talk() -> Iterator[Talk]:
    world = World()
    yield Talk(world)
    world.close()


@pytest.mark.parametrize(
    ("words", "hours"),
    {"20": 20, "週に2回、1時間ずつ": 8, "１５、６時間": 15, "二週間に一ぺん半日": 8}.items(),
)
def test_hours_a_month_are_reckoned(words: str, hours: int) -> None:
    """How long and how often make the hours of a month."""
    assert HOURS.read(words) == hours


def test_how_often_alone_is_no_amount_of_hours() -> None:
    """「週に10回」 is asked again; it is not ten hours."""
    with pytest.raises(Unreadable):
        HOURS.read("週に10回")


def test_a_day_and_a_time_may_be_typed() -> None:
    """Of the six decisions, the weekly meeting's day and hour are read from words too."""
    assert (DAY.read("水よう"), AT.read("あさ10じ半"), AT.read("午後の2時")) == ("2", "10:30", "14:00")
    with pytest.raises(Unreadable, match="25時"):
        AT.read("25時")


def test_two_sums_far_apart_are_asked_about() -> None:
    """「5万か20万」 is no answer; the question names both."""
    with pytest.raises(Unreadable, match="5万円と20万円"):
        Pay("月いくらまで？").read("5万か20万")


def test_a_time_for_the_call_may_be_typed(talk: Talk) -> None:
    """「明日の10時半」 is promised as the half day it lies in."""
    talk.play(*HELLO, "人と話す", "明日の10じ半", "09012345678")
    assert "11/25(水)の午前ですね" in talk.heard[-2].text + talk.heard[-1].text


def test_hours_are_put_right_in_ones_own_way(talk: Talk) -> None:
    """At the draft 「週に2回、2時間ずつ」 becomes sixteen hours a month."""
    talk.play(*DRAFT, "[直す]", "[時間]", "週に2回、2時間ずつ")
    assert "月16時間" in talk.heard[-1].as_text()
