"""Days off as people write them, and what the staff hear of an engagement's weeks."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from flows.rules.calendar import JST
from flows.rules.japanese.days_off import read_days_off
from flows.rules.japanese.when import Impossible
from flows.rules.weekly.rhythm import Week, said_rate, worries

NOW = datetime(2026, 12, 1, 10, tzinfo=JST)  # a Tuesday
READ = [
    ("12月10日から16日まで", date(2026, 12, 10), date(2026, 12, 16)),
    ("１２／２８〜１／５", date(2026, 12, 28), date(2027, 1, 5)),
    ("12月28日～1月4日はお休みです", date(2026, 12, 28), date(2027, 1, 4)),
    ("12月30日から2日", date(2026, 12, 30), date(2027, 1, 2)),
    ("8月10日から16日まで", date(2027, 8, 10), date(2027, 8, 16)),
    ("来週の水曜", date(2026, 12, 9), date(2026, 12, 9)),
    ("あしたからあさって", date(2026, 12, 2), date(2026, 12, 3)),
    ("あしたから3日間", date(2026, 12, 2), date(2026, 12, 4)),
    ("12月28日から一週間", date(2026, 12, 28), date(2027, 1, 3)),
    ("大晦日から1月3日", date(2026, 12, 31), date(2027, 1, 3)),
    ("25日", date(2026, 12, 25), date(2026, 12, 25)),
]


@pytest.mark.parametrize(("text", "first", "last"), READ)
def test_days_off_are_read(text: str, first: date, last: date) -> None:
    """One day, a span, a span over the year's end: as it is typed."""
    assert read_days_off(text, NOW) == (first, last)


@pytest.mark.parametrize(
    "text", ["夏休み", "あしたから", "", "12月1日と5日と9日", "いつか", "あ" * 5_000, "😀"]
)
def test_what_names_no_days_is_asked_again(text: str) -> None:
    """No end, no day, too much: nothing is guessed."""
    assert read_days_off(text, NOW) is None


@pytest.mark.parametrize(
    "text", ["12月40日から", "13月1日から5日まで", "12月10日から12月5日", "12月5日から6月30日"]
)
def test_what_cannot_be_has_its_reason(text: str) -> None:
    """A day that does not exist, an end a year off: a kind word each."""
    found = read_days_off(text.removesuffix("から"), NOW)
    assert isinstance(found, Impossible)
    assert found.why.endswith(("。", "？"))


GOOD, IDLE, UNSAID = Week(2, 1), Week(2, 0), Week(0, 0)


@pytest.mark.parametrize(
    ("weeks", "words"),
    [
        ([GOOD, GOOD, GOOD], ""),
        ([GOOD, IDLE, GOOD], ""),
        ([GOOD, IDLE, IDLE, GOOD], "2週続けて進んでいません"),
        ([GOOD, IDLE, IDLE, IDLE, GOOD], ""),  # said a week ago
        ([GOOD, UNSAID, UNSAID], "2週続けて書かれていません"),
        ([UNSAID], ""),
        ([], ""),
    ],
)
def test_staff_hear_of_two_weeks_without(weeks: list[Week], words: str) -> None:
    """Two weeks without deeds or without a promise are told once; one is not, and what runs still is not counted."""
    assert "".join(worries(weeks)).count("様子を") == bool(words)
    assert words in "".join(worries(weeks))


def test_silence_is_told_where_nothing_else_is() -> None:
    """Two weeks without any sign bring one word, not two."""
    assert "何のお返事もありません" in worries([UNSAID] * 3, is_silent=True)[0]
    assert len(worries([UNSAID] * 2, is_silent=True)) == 1


def test_few_are_counted_and_many_have_a_share() -> None:
    """Of few no share is made."""
    assert [said_rate(*of) for of in ((0, 0), (2, 3), (8, 10))] == ["ありません", "2/3", "8/10(80%)"]
