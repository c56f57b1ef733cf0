"""Meeting times: hours that are offered, hours that cannot be, and how they are read and said."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.calendar import JST, is_business_day
from flows.rules.match.meeting_times import (
    LASTS,
    clashes,
    days_closed,
    hours_ahead,
    iso,
    moment_of,
    read_hours_named,
    say_both,
    why_not,
)
from flows.rules.match.slots import mask, read_slots
from flows.rules.weekly.weekly_calendar import Span, Why

NOW = datetime(2026, 11, 24, 10, tzinfo=JST)  # a Tuesday
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=JST))


@settings(max_examples=60, deadline=None)
@given(MOMENTS, st.sampled_from(["", "Europe/Tallinn", "America/New_York", "Asia/Kolkata"]))
def test_whatever_is_offered_can_be(now: datetime, zone: str) -> None:
    """At any moment of any year: each hour offered would also be taken, and no two are the same."""
    hours = hours_ahead(now, (), zone=zone)
    assert len(set(hours)) == len(hours) == 8
    for hour in hours:
        moment = moment_of(hour)
        assert moment is not None
        assert why_not(moment, now) == ""
        assert iso(moment) == hour


def test_what_both_are_free_for_comes_first() -> None:
    """He is free on Wednesdays from ten: these hours are offered, on different days before a second one of a day."""
    free = mask(read_slots("水 10:00-12:00"))
    assert hours_ahead(NOW, (), free)[:3] == ("2026-12-02T10:00", "2026-12-09T10:00", "2026-12-02T11:00")


def test_what_is_taken_and_closed_days_are_left_out() -> None:
    """An hour somebody has already, half an hour around it, and the firm's own days off."""
    free = mask(read_slots("水 10:00-12:00"))
    taken = [datetime(2026, 12, 2, 10, 15, tzinfo=JST)]
    hours = hours_ahead(NOW, taken, free, closed={"2026-12-09"}, most=96)
    assert "2026-12-02T10:00" not in hours
    assert "2026-12-02T11:00" in hours
    assert not any(hour.startswith("2026-12-09") for hour in hours)
    assert clashes(taken[0], [taken[0] + LASTS - timedelta(minutes=1)])
    assert not clashes(taken[0], [taken[0] + LASTS])


def test_hours_of_his_day_come_first_where_he_lives() -> None:
    """Seven hours behind: mornings in Japan are his night, and are offered only when nothing else is left."""
    for hour in hours_ahead(NOW, (), zone="Europe/Tallinn")[:6]:
        assert hour[11:] in ("15:00", "16:00", "17:00")


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=JST), "もう過ぎています"),
        (datetime(2026, 11, 24, 12, tzinfo=JST), "3時間より先"),
        (datetime(2026, 11, 28, 10, tzinfo=JST), "11月28日(土)は土日です"),
        (datetime(2026, 12, 31, 10, tzinfo=JST), "年末年始です"),
        (datetime(2026, 11, 25, 9, tzinfo=JST), "朝9時半から"),
        (datetime(2026, 11, 25, 17, 30, tzinfo=JST), "朝9時半から"),
        (datetime(2027, 2, 1, 10, tzinfo=JST), "もう少し近い日"),
        (datetime(2026, 11, 25, 9, 30, tzinfo=JST), ""),
        (datetime(2026, 11, 25, 17, tzinfo=JST), ""),
    ],
)
def test_an_hour_that_cannot_be_has_a_reason(moment: datetime, why: str) -> None:
    """Gone by, too soon, closed, too early, too late, too far: each in words; the edges themselves hold."""
    said = why_not(moment, NOW)
    assert (why in said) if why else said == ""


def test_a_holiday_is_named() -> None:
    """The reason is the day's own name in Japanese."""
    at = datetime(2026, 12, 20, 10, tzinfo=JST)
    assert "祝日(成人の日)" in why_not(datetime(2027, 1, 11, 10, tzinfo=JST), at)


def test_own_days_off_are_said_with_whose_they_are() -> None:
    """The firm's closed days and the talent's: named; holidays are not repeated among them."""
    off = (
        Span(date(2026, 12, 1), date(2026, 12, 2), Why.FIRM),
        Span(date(2026, 12, 7), date(2026, 12, 7), Why.TALENT),
    )
    closed = dict(days_closed(NOW, off))
    assert closed["2026-12-01"] == "12月1日(火)は会社のお休み"
    assert closed["2026-12-07"] == "12月7日(月)はお相手のお休み"
    assert len(closed) == 3
    assert "会社のお休みです" in why_not(datetime(2026, 12, 1, 10, tzinfo=JST), NOW, closed)


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("来週水曜の10時半", ["2026-12-02T10:30"]),
        ("あさっての14時", ["2026-11-26T14:00"]),
        ("12月2日の10時か12月3日の14時", ["2026-12-02T10:00", "2026-12-03T14:00"]),
        ("12/2 10時、12/3 11時、12/4 15時", ["2026-12-02T10:00", "2026-12-03T11:00", "2026-12-04T15:00"]),
        ("毎週水曜10時半", ["2026-11-25T10:30"]),
        ("火曜の10時なら", ["2026-12-01T10:00"]),  # today is one: the next
        ("らいしゅうのすいよう じゅうじ", ["2026-12-02T10:00"]),
        ("来週水曜", None),
        ("いつでも", None),
        ("次の木曜の10時", None),  # this week's, or next week's?
        ("", None),
        ("あ" * 5_000, None),
    ],
)
def test_hours_are_read_as_people_write_them(words: str, hours: list[str] | None) -> None:
    """Days by name, by date, several at once; what may mean two days is asked again."""
    read = read_hours_named(words, NOW)
    assert (list(map(iso, read)) if isinstance(read, tuple) else None) == hours


def test_two_clocks_are_said_where_they_differ() -> None:
    """In Japan one clock; in Tallinn both, over the change of summer time too."""
    winter, summer = datetime(2026, 12, 2, 16, tzinfo=JST), datetime(2026, 7, 1, 16, tzinfo=JST)
    assert say_both(winter, "Asia/Tokyo") == "12月2日(水) 16:00"
    assert say_both(winter, "Europe/Tallinn") == "日本時間 12月2日(水) 16:00 / あなたの時間 12月2日(水) 09:00"
    assert say_both(summer, "Europe/Tallinn").endswith("7月1日(水) 10:00")
    assert say_both(winter, "America/New_York").endswith("12月2日(水) 02:00")
    assert say_both(winter, "Nowhere/Land") == "12月2日(水) 16:00"


def test_nonsense_is_no_hour() -> None:
    """What nobody of us wrote into a button is None."""
    assert [moment_of(each) for each in ("", "x", "2026-13-01T10:00", "2026-11-25", "10:00")] == [None] * 5
    assert is_business_day(date(2026, 11, 25))
