"""Ending: the first lawful last day, over every day work may begin on, and the words for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.calendar import JST, is_business_day
from flows.rules.japanese.when import Impossible
from flows.rules.renewal.ending import (
    MONTH_FIVE,
    earliest_end,
    is_protected,
    last_days,
    last_steps,
    last_workday,
    may_end,
    months_done,
    read_end,
    rests_until,
    said_end,
    told_to_owner,
    told_to_talent,
    warn_on,
)

DAY = timedelta(days=1)
STARTS = [date(2026, 1, 1) + DAY * n for n in range(6 * 366)]  # over the leap year of 2028


def is_month_end(day: date) -> bool:
    return (day + DAY).day == 1


@pytest.mark.parametrize(
    ("started", "over"),
    [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 8, 15), date(2027, 2, 14)),
        (date(2026, 8, 30), date(2027, 2, 28)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 8, 28)),
    ],
)
def test_six_months_are_counted_as_the_civil_code_does(started: date, over: date) -> None:
    """They end the day before the same day, or with the month that has no such day."""
    assert months_done(started, 6) == over


@pytest.mark.parametrize(
    ("started", "told", "last"),
    [
        (date(2026, 1, 5), date(2026, 3, 10), date(2026, 3, 31)),  # two months: with this month
        (date(2026, 1, 5), date(2026, 3, 31), date(2026, 3, 31)),  # the month's last day itself
        (
            date(2026, 1, 1),
            date(2026, 6, 1),
            date(2026, 7, 31),
        ),  # 6/30 would be six months: 29 days are too few
        (date(2026, 1, 1), date(2026, 5, 31), date(2026, 5, 31)),  # the last day without the 30 days
        (date(2026, 1, 2), date(2026, 6, 15), date(2026, 6, 30)),  # 6/30 is one day short of six months
        (date(2026, 5, 7), date(2026, 12, 7), date(2027, 1, 31)),  # today, after seven months
        (date(2026, 5, 7), date(2026, 12, 1), date(2026, 12, 31)),  # exactly 30 days, to New Year's Eve
        (date(2026, 5, 7), date(2026, 12, 2), date(2027, 1, 31)),
        (date(2027, 6, 1), date(2028, 1, 30), date(2028, 2, 29)),  # February has a 29th
        (date(2026, 6, 1), date(2027, 1, 30), date(2027, 3, 31)),  # February has not: 29 days
        (date(2026, 12, 10), date(2026, 11, 20), date(2026, 12, 31)),  # told before it begins
    ],
)
def test_the_first_day_an_owner_may_end_on(started: date, told: date, last: date) -> None:
    """Month-ends, the sixth month, New Year and leap days, each reckoned by hand."""
    assert earliest_end(started, told, by_owner=True) == last


def test_every_start_gets_the_least_lawful_month_end() -> None:
    """Six years of first days, told on every seventh day of the first thirteen months: lawful, and no month-end before is."""
    for started in STARTS:
        for told in (started + DAY * n for n in range(started.day % 7, 400, 7)):
            last = earliest_end(started, told, by_owner=True)
            assert is_month_end(last)
            assert last >= told
            before = last.replace(day=1) - DAY
            if last >= months_done(started, 6):
                assert (last - told).days >= 30
                assert before < told or (before >= months_done(started, 6) and (before - told).days < 30)
            else:
                assert (last.year, last.month) == (told.year, told.month)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 900), st.integers(0, 60))
def test_telling_later_never_ends_it_sooner(started: date, after: int, later: int) -> None:
    """A day of delay cannot help, for either side; the talent never waits longer than the owner."""
    told = started + DAY * after
    for by_owner in (True, False):
        first = earliest_end(started, told, by_owner=by_owner)
        assert first <= earliest_end(started, told + DAY * later, by_owner=by_owner)
    assert earliest_end(started, told, by_owner=False) <= earliest_end(started, told, by_owner=True)


def test_a_talent_ends_with_the_month() -> None:
    """The law protects the talent, it does not bind him."""
    assert earliest_end(date(2026, 1, 1), date(2026, 12, 30), by_owner=False) == date(2026, 12, 31)


def test_the_days_to_choose_are_month_ends_in_order() -> None:
    """The first possible one and two more."""
    days = last_days(date(2026, 5, 7), date(2026, 12, 7), by_owner=True)
    assert days == (date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31))


def test_the_end_of_the_year_is_said_with_its_last_workday() -> None:
    """Nobody works on New Year's Eve: the last weekday stands beside it."""
    assert last_workday(date(2026, 12, 31)) == date(2026, 12, 28)
    assert said_end(date(2026, 12, 31)) == "12月31日(木)(平日は12月28日(月)が最後)"
    assert said_end(date(2027, 3, 31)) == "3月31日(水)"


def test_the_owner_hears_the_day_and_the_reason() -> None:
    """After half a year the law is the reason, before it the month; short, and no threat."""
    late = told_to_owner(date(2026, 5, 7), date(2027, 2, 10))
    assert late == "半年を過ぎたお仕事は、30日前までに知らせる決まりです。早くて3月31日(水)までになります。"
    assert told_to_owner(date(2026, 12, 7), date(2027, 2, 10)).startswith("お仕事は月の終わりで区切ります。")
    assert "30日前だと" in told_to_talent(date(2026, 12, 7), date(2027, 3, 10))
    assert "30日前だと" not in told_to_talent(date(2026, 12, 7), date(2027, 3, 1))
    for words in (late, MONTH_FIVE):
        assert len(words) <= 80


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_the_word_at_month_five_leaves_a_free_choice(started: date) -> None:
    """Who hears it and wants to end at once still may, or has had the 30 days: a month-end lies before the sixth month or near it."""
    told = warn_on(started)
    assert not is_protected(started, told)
    assert (earliest_end(started, told, by_owner=True) - told).days <= 62


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(-20, 900), st.booleans())
def test_every_day_to_choose_is_lawful_and_leaves_a_workday(
    started: date, after: int, by_owner: bool
) -> None:
    """Three month-ends that the law allows, none before the first lawful one, each with a day left to part on."""
    told = started + DAY * after
    days = last_days(started, told, by_owner=by_owner)
    assert len(days) == 3
    assert days[0] >= earliest_end(started, told, by_owner=by_owner)
    for day in days:
        assert may_end(started, told, day, by_owner=by_owner)
        assert last_workday(day) > told


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 900), st.integers(0, 900))
def test_no_day_is_taken_that_the_law_does_not_allow(started: date, after: int, later: int) -> None:
    """Of all days, only month-ends are taken; from six months on only with 30 days; never one that has passed."""
    told, day = started + DAY * after, started + DAY * later
    if may_end(started, told, day, by_owner=True):
        assert is_month_end(day)
        assert day >= told
        assert day < months_done(started, 6) or (day - told).days >= 30


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("今月末", date(2026, 12, 31)),
        ("来月の終わり", date(2027, 1, 31)),
        ("1月いっぱい", date(2027, 1, 31)),
        ("2月末まで", date(2027, 2, 28)),
        ("１２月末", date(2026, 12, 31)),
        ("今日で", date(2026, 12, 20)),
        ("今日で終わりにしたい", date(2026, 12, 20)),
        ("12月25日まで", date(2026, 12, 25)),
        ("1月31日(日)", date(2027, 1, 31)),
        ("31日", date(2026, 12, 31)),
        ("わからん", None),
        ("できるだけ早く", None),
        ("", None),
        ("月" * 5_000, None),
    ],
)
def test_a_last_day_is_read_as_people_say_it(said: str, day: date | None) -> None:
    """Month-ends by name, today, and days; what says no day is nothing."""
    assert read_end(said, datetime(2026, 12, 20, 10, tzinfo=JST)) == day


def test_the_leap_day_is_a_months_end_only_in_its_year() -> None:
    """2月末 in 2028 is the 29th; a 29th of a common year is no day."""
    assert read_end("2月末", datetime(2028, 1, 5, tzinfo=JST)) == date(2028, 2, 29)
    assert isinstance(read_end("2月29日", datetime(2027, 1, 5, tzinfo=JST)), Impossible)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_a_rest_lasts_two_weeks_at_least_and_ends_with_a_month(today: date) -> None:
    """Three month-ends in order, none so near that it is no rest."""
    days = rests_until(today)
    assert list(days) == sorted(set(days))
    assert all(is_month_end(day) and (day - today).days >= 14 for day in days)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(0, 200), st.integers(0, 23))
def test_the_last_steps_come_in_order_and_at_decent_hours(last: date, before: int, hour: int) -> None:
    """Memo, data, last words, end: each not before the one before, on workdays at noon, or at once where that is past."""
    now = datetime.combine(last - DAY * before, time(hour), JST)
    steps = last_steps(last, now)
    moments = (steps.wrap_up, steps.returning, steps.closing, steps.over)
    assert list(moments) == sorted(moments)
    assert steps.over.astimezone(JST).date() == last
    for moment in moments[:-1]:
        assert moment == now or (is_business_day(moment.date()) and moment.time() == time(12))
