"""Calendars: what is agreed, as a real calendar parser reads it, at an address that is one person's and ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar, Event

from bot.pages.calendar_links import PATH, CalendarLinks
from bot.pages.calendars import MOST_GOOGLE, Occurrence, as_ics, google_link, outlook_link
from flows.rules.calendar import JST

NOW = datetime(2026, 11, 24, 10, tzinfo=JST)
MEETS = datetime(2026, 11, 26, 16, 30, tzinfo=JST)
ONE = Occurrence("a1@interview.smallwin", MEETS, "高橋さんとお話し", NOW, "https://meet.example.com/a1", 1)
BASE = "https://smallwin.example.com"
LINKS = CalendarLinks("channel-secret", BASE)
ME = uuid4()


def events(ics: bytes) -> list[Event]:
    return [each for each in Calendar.from_ical(ics).walk() if isinstance(each, Event)]


def test_a_date_reads_as_it_was_written() -> None:
    """The hour in UTC, half an hour long, the way in, and its name in Japanese; every line within 75 octets."""
    ics = as_ics([ONE], NOW)
    [event] = events(ics)
    assert event.decoded("dtstart") == MEETS.astimezone(UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert (str(event["uid"]), str(event["summary"])) == (ONE.uid, ONE.title)
    assert str(event["location"]) == ONE.where
    assert str(event["status"]) == "CONFIRMED"
    assert all(len(line) <= 75 for line in ics.split(b"\r\n"))
    assert str(Calendar.from_ical(ics)["method"]) == "PUBLISH"


def test_a_moved_date_replaces_the_old_one() -> None:
    """The same uid with a higher sequence: programs put it in the old one's place."""
    moved = replace(ONE, starts_at=MEETS + timedelta(days=1), sequence=3)
    [before], [after] = events(as_ics([ONE], NOW)), events(as_ics([moved], NOW))
    assert before["uid"] == after["uid"]
    assert after.decoded("sequence") > before.decoded("sequence")
    assert after.decoded("dtstart") - before.decoded("dtstart") == timedelta(days=1)


def test_a_date_called_off_stays_as_cancelled() -> None:
    """Left out, it would stand in the calendar for ever; METHOD and STATUS say that it is off."""
    ics = as_ics([replace(ONE, is_off=True, sequence=2)], NOW, method="CANCEL")
    [event] = events(ics)
    assert str(event["status"]) == "CANCELLED"
    assert str(event["transp"]) == "TRANSPARENT"
    assert str(Calendar.from_ical(ics)["method"]) == "CANCEL"


@pytest.mark.parametrize(
    "title", ["a\r\nBEGIN:VEVENT\r\nUID:x", "、,;:\\「」" * 30, "髙﨑𠮷" * 40, "END:VCALENDAR"]
)
def test_hostile_names_stay_names(title: str) -> None:
    """Line ends, semicolons and commas in a name make no second event and are read back."""
    found = events(as_ics([replace(ONE, title=title)], NOW))
    assert len(found) == 1
    assert str(found[0]["uid"]) == ONE.uid
    assert str(found[0]["summary"]).replace("\r\n", "\n") == title.replace("\r\n", "\n")


def test_an_empty_calendar_is_one() -> None:
    """Nothing agreed yet: a calendar without events, not an error."""
    assert events(as_ics([], NOW)) == []


def test_googles_address_holds_the_hour_and_fits_a_button() -> None:
    """UTC times, the title, the way in; what would be too long for LINE goes without the way in."""
    asked = parse_qs(urlsplit(google_link(ONE)).query)
    assert asked["dates"] == ["20261126T073000Z/20261126T080000Z"]
    assert asked["text"] == [ONE.title]
    assert asked["location"] == [ONE.where]
    long = google_link(replace(ONE, where="https://meet.example.com/" + "x" * 2_000))
    assert len(long) <= MOST_GOOGLE
    assert "location" not in long


def test_outlooks_address_holds_the_same() -> None:
    """UTC times that Outlook reads, the subject and the way in; too long a place is left out."""
    asked = parse_qs(urlsplit(outlook_link(ONE)).query)
    assert asked["startdt"] == ["2026-11-26T07:30:00Z"]
    assert asked["enddt"] == ["2026-11-26T08:00:00Z"]
    assert (asked["subject"], asked["location"]) == ([ONE.title], [ONE.where])
    assert "location" not in outlook_link(replace(ONE, where="https://meet.example.com/" + "x" * 2_000))


def token(handle: UUID = ME, number: int = 1) -> str:
    address = LINKS.address(handle, number)
    assert address.startswith(BASE + PATH)
    assert address.endswith(".ics")
    return address.removeprefix(BASE + PATH).removesuffix(".ics")


def test_an_address_names_its_person_and_its_number() -> None:
    """Both come back; another secret, or one changed letter, names nobody."""
    assert LINKS.owner(token(number=3)) == (ME, 3)
    assert CalendarLinks("another", BASE).owner(token()) is None
    assert LINKS.owner(token()[:-1]) is None
    assert LINKS.owner("A" + token()) is None


@pytest.mark.parametrize("nonsense", ["", ".", "a.b.c", "🐟", "%00", "W10.x", "x" * 5_000])
def test_nonsense_names_nobody(nonsense: str) -> None:
    """What was never a token is no error either."""
    assert LINKS.owner(nonsense) is None


def test_without_a_secret_or_an_address_there_is_none() -> None:
    """An empty secret would let anybody sign."""
    assert CalendarLinks("", BASE).address(ME, 1) == ""
    assert CalendarLinks("", BASE).owner(token()) is None
    assert CalendarLinks("channel-secret", "").address(ME, 1) == ""
