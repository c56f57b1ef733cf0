"""The weekly calendar over ten years: no meeting on a closed day, none lost, none doubled, every zone's clock right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.calendar import JST, day_before, is_business_day
from flows.rules.weekly.weekly_calendar import (
    AHEAD,
    Occurrence,
    Span,
    Weekly,
    Why,
    are_too_many,
    ask_at,
    can_start,
    closed_for,
    in_zone,
    is_told_before,
    lapses_at,
    occurrences,
    other_times,
    say_closed,
    soon_times,
    why_not,
)

FIRST, LAST = date(2026, 1, 1), date(2035, 12, 31)
HOURS = [time(9, 30), time(10), time(13, 30), time(17, 30)]
DAYS = st.dates(FIRST, LAST)


def jst(day: date, at: time) -> datetime:
    return datetime.combine(day, at, JST)


def weeks(slot: Weekly, after: datetime, until: datetime, *off: Span) -> list[Occurrence]:
    return list(occurrences(slot, after, until, off))


@pytest.mark.parametrize("weekday", range(5))
def test_ten_years_lose_and_double_no_week(weekday: int) -> None:
    """Each week of ten years has the slot once, on its weekday; the open ones lie on no closed day, the closed say why."""
    slot = Weekly(weekday, time(10, 30))
    found = weeks(slot, jst(FIRST, time(0)), jst(LAST, time(23)))
    days = [week.at.astimezone(JST).date() for week in found]
    first = FIRST + timedelta(days=(weekday - FIRST.weekday()) % 7)
    assert days == [first + timedelta(weeks=n) for n in range(len(days))]
    assert days[-1] + timedelta(weeks=1) > LAST
    for week, day in zip(found, days, strict=True):
        is_open = is_business_day(day) and not (day.month == 8 and 13 <= day.day <= 16)
        assert (week.why is None) is is_open
        assert week.at.timetz() == time(10, 30, tzinfo=JST)


@given(DAYS, st.integers(0, 4), st.sampled_from(HOURS), st.lists(st.integers(1, 30), max_size=12))
@settings(max_examples=60, deadline=None)
def test_weeks_made_a_few_at_a_time_are_the_same_weeks(
    start: date, weekday: int, at: time, steps: list[int]
) -> None:
    """However often, early or late the weeks are made ahead: together they are every week once."""
    slot, now = Weekly(weekday, at), jst(start, time(9))
    began, made = now, dict[datetime, Occurrence]()
    for days in [0, *steps]:
        now += timedelta(days=days)
        for week in weeks(slot, began, now + AHEAD):
            made.setdefault(week.at, week)
    assert list(made.values()) == weeks(slot, began, now + AHEAD)


@given(DAYS, st.integers(0, 4), st.sampled_from(HOURS), st.integers(0, 20), st.booleans())
@settings(max_examples=150, deadline=None)
def test_other_times_are_open_and_in_reach(
    start: date, weekday: int, at: time, away: int, is_yearly: bool
) -> None:
    """What is offered lies ahead, on an open day, at an hour of the day, in the slot's week or within five business days."""
    off = (Span(start, start + timedelta(days=away), Why.FIRM, is_yearly),)
    slot_at = jst(start + timedelta(days=(weekday - start.weekday()) % 7), at)
    now = slot_at - timedelta(days=3)
    for moment in other_times(slot_at, now, off):
        assert moment.isocalendar()[:2] == slot_at.isocalendar()[:2]
        assert moment.date() != slot_at.date()
        assert not why_not(moment, now, off)
    reach = now.date()
    for _ in range(5):
        reach += timedelta(days=1)
        while not is_business_day(reach):
            reach += timedelta(days=1)
    for moment in soon_times(slot_at, now, off):
        assert now < moment
        assert moment.date() <= reach
        assert closed_for(moment.date(), off) is None


@given(DAYS, st.sampled_from(HOURS))
@settings(max_examples=150, deadline=None)
def test_the_words_before_come_before(day: date, at: time) -> None:
    """Asked at least ten days before, reminded the business day before at four, answers waited for until before the time."""
    meets_at = jst(day, at)
    assert ask_at(meets_at) <= meets_at - timedelta(days=9, hours=17)
    assert is_business_day(ask_at(meets_at).date())
    assert day_before(meets_at).timetz() == time(16, tzinfo=JST)
    assert is_business_day(day_before(meets_at).date())
    for before in (timedelta(minutes=30), timedelta(hours=5), timedelta(days=1), timedelta(days=9)):
        now = meets_at - before
        assert now < lapses_at(meets_at, now) < meets_at


ZONES = ("Europe/Tallinn", "America/Los_Angeles", "Australia/Sydney", "America/New_York", "Asia/Kolkata")


@pytest.mark.parametrize("zone", ZONES)
def test_everybody_reads_his_own_clock_also_when_it_changes(zone: str) -> None:
    """The meeting stays at half past ten in Japan for ten years; his own time is that of his wall, summer and winter."""
    shown = set()
    for week in weeks(Weekly(2, time(10, 30)), jst(FIRST, time(0)), jst(LAST, time(0))):
        there = week.at.astimezone(ZoneInfo(zone))
        said = in_zone(week.at, zone)
        assert said.endswith(f"{there:%H:%M}")
        assert (f"{there.month}月{there.day}日" in said) is (there.date() != week.at.date())
        shown.add(said[-5:])
    assert len(shown) == (1 if zone == "Asia/Kolkata" else 2)


def test_japan_and_unknown_zones_read_one_time() -> None:
    """Who lives on Japan's clock, or nobody knows where, reads no second time."""
    at = jst(date(2026, 12, 2), time(10, 30))
    assert [in_zone(at, zone) for zone in ("", "Asia/Tokyo", "Asia/Seoul", "Mars/Base", "../etc")] == [""] * 5


CLOSED = [
    (date(2026, 11, 23), Why.HOLIDAY, "11月23日(月)は祝日(勤労感謝の日)"),
    (date(2027, 3, 22), Why.HOLIDAY, "3月22日(月)は祝日(振替休日)"),
    (date(2026, 12, 29), Why.YEAR_END, "12月29日(火)は年末年始"),
    (date(2027, 1, 3), Why.YEAR_END, "1月3日(日)は年末年始"),
    (date(2026, 8, 13), Why.OBON, "8月13日(木)はお盆"),
    (date(2026, 11, 28), Why.WEEKEND, "11月28日(土)は土日"),
]


@pytest.mark.parametrize(("day", "why", "said"), CLOSED, ids=str)
def test_a_closed_day_says_why(day: date, why: Why, said: str) -> None:
    """Holidays by name, the year's end, Obon: the reason is one both know."""
    assert closed_for(day) is why
    assert say_closed(day, why) == said


def test_days_off_come_back_every_year() -> None:
    """A harvest told once closes each October from then on; a closing over New Year goes on into January."""
    harvest = Span(date(2026, 10, 5), date(2026, 10, 16), Why.FIRM, is_yearly=True)
    assert [harvest.holds(date(year, 10, 7)) for year in (2025, 2026, 2027, 2031)] == [
        False,
        True,
        True,
        True,
    ]
    winter = Span(date(2026, 12, 25), date(2027, 1, 8), Why.FIRM, is_yearly=True)
    assert winter.holds(date(2028, 1, 6))
    assert not winter.holds(date(2028, 1, 12))
    once = Span(date(2026, 10, 5), date(2026, 10, 16), Why.TALENT)
    assert closed_for(date(2026, 10, 6), (once,)) is Why.TALENT
    assert closed_for(date(2027, 10, 6), (once,)) is None


NOW = jst(date(2026, 11, 24), time(10))
REFUSED = [
    (jst(date(2026, 11, 24), time(9, 30)), "過ぎています"),
    (jst(date(2026, 12, 30), time(10)), "年末年始"),
    (jst(date(2026, 11, 25), time(9)), "9時30分から17時30分"),
    (jst(date(2026, 11, 25), time(18)), "9時30分から17時30分"),
    (jst(date(2027, 11, 24), time(10)), "8週間より先"),
    (jst(date(2026, 11, 26), time(10)), "別の打ち合わせ"),
]


@pytest.mark.parametrize(("moment", "why"), REFUSED)
def test_what_cannot_be_is_said_kindly(moment: datetime, why: str) -> None:
    """The past, a holiday, the night, far off, or taken: each has its reason, and asks for another time."""
    said = why_not(moment, NOW, (), {jst(date(2026, 11, 26), time(10))})
    assert why in said
    assert said.endswith(("ください。", "？"))


def test_small_rules() -> None:
    """Hours, the hour before, and what is too often."""
    assert [can_start(at) for at in (time(9), time(9, 30), time(17, 30), time(18))] == [
        False,
        True,
        True,
        False,
    ]
    assert is_told_before(2, is_ready=True)
    assert is_told_before(9, is_ready=False)
    assert not is_told_before(3, is_ready=True)
    moves = [NOW - timedelta(days=n) for n in (1, 20, 41, 50)]
    assert are_too_many(moves, NOW, 3, timedelta(weeks=6))
    assert not are_too_many(moves[:2], NOW, 3, timedelta(weeks=6))
