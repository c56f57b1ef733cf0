"""Quiet hours: nobody is woken by what he did not ask for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.calendar import JST, office_time, talent_time, zone_of

ZONES = (
    "",
    "Asia/Tokyo",
    "Europe/Tallinn",
    "America/Los_Angeles",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("zone", "now", "hears"),
    [
        ("Asia/Tokyo", "2026-11-24T10:00+09:00", "2026-11-24T10:00+09:00"),
        ("Asia/Tokyo", "2026-11-24T19:59+09:00", "2026-11-24T19:59+09:00"),
        ("Asia/Tokyo", "2026-11-24T20:00+09:00", "2026-11-25T08:00+09:00"),
        ("Asia/Tokyo", "2026-11-25T07:59+09:00", "2026-11-25T08:00+09:00"),
        ("", "2026-11-24T23:00+09:00", "2026-11-25T08:00+09:00"),
        ("Asia/Tokyo", "2026-11-28T12:00+09:00", "2026-11-28T12:00+09:00"),  # Saturday is his own
        ("Europe/Tallinn", "2026-11-24T10:00+09:00", "2026-11-24T08:00+02:00"),
        ("Europe/Tallinn", "2026-11-24T20:30+09:00", "2026-11-24T20:30+09:00"),
        ("Europe/Tallinn", "2026-07-01T13:30+09:00", "2026-07-01T08:00+03:00"),  # summer time
        ("America/Los_Angeles", "2026-11-24T13:00+09:00", "2026-11-24T08:00-08:00"),
    ],
)
def test_a_talent_hears_between_eight_and_eight_where_he_lives(zone: str, now: str, hears: str) -> None:
    """What comes in his night comes at eight in his morning; weekends are days like others."""
    assert talent_time(at(now), zone) == at(hears)


@pytest.mark.parametrize(
    "name", ["", "Asia", "Nowhere/Atlantis", "../../etc/passwd", "/etc", "x" * 300, "a\0b"]
)
def test_a_zone_nobody_knows_is_japan(name: str) -> None:
    """Whatever stands in a profile, it is a zone or it is Japan; it opens nothing."""
    assert zone_of(name) is JST


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T10:30+09:00", "2026-11-24T10:30+09:00"),
        ("2026-11-24T03:00+09:00", "2026-11-24T09:00+09:00"),
        ("2026-11-24T17:00+09:00", "2026-11-25T09:00+09:00"),
        ("2026-11-20T20:00+09:00", "2026-11-24T09:00+09:00"),  # Friday night before a holiday
    ],
)
def test_a_demo_begins_when_somebody_works(now: str, opens: str) -> None:
    """Tried at night, it begins in the next morning of a working day; by day it begins now."""
    assert office_time(at(now)) == at(opens)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), st.sampled_from(ZONES)
)
def test_the_hour_is_decent_and_near(now: datetime, zone: str) -> None:
    """It is never earlier than now, never more than half a day off (but for a changed clock), and always by day."""
    hears = talent_time(now, zone)
    assert now <= hears <= now + timedelta(hours=13)
    assert 8 <= hears.astimezone(zone_of(zone)).hour < 20
    assert talent_time(hears, zone) == hears
