"""Calendars: what is agreed, as calendar programs read it (RFC 5545), and as addresses that Google's and Outlook's open.

An occurrence keeps its ``uid`` for ever; whatever is changed raises ``sequence``, so that a program replaces what it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flows.rules.match.meeting_times import LASTS
from storage.engagements import MEETING, Meeting
from storage.interviews import Arranged, Interview

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
MOST_GOOGLE = 1_000  # LINE takes no longer address
NAME = "打ち合わせ(スモールウィン)"


@dataclass(frozen=True)
class Occurrence:
    """One agreed meeting; ``is_off`` when it was called off, or when no hour stands at the moment."""

    uid: str
    starts_at: datetime
    title: str
    changed_at: datetime
    where: str = ""
    sequence: int = 0
    is_off: bool = False
    lasts: timedelta = LASTS

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + self.lasts


def of_interview(
    interview: Interview, other: str, where: str, ended_at: datetime | None = None
) -> Occurrence:
    """Show an interview that has, or had, a date; a pair that ended before it does not meet."""
    assert interview.starts_at is not None
    is_over = ended_at is not None and ended_at < interview.starts_at
    stands = interview.state in (Arranged.SET.name, Arranged.MET.name) and not is_over
    return Occurrence(
        f"{interview.id.hex}@interview.smallwin",
        interview.starts_at,
        f"{other}とお話し",
        max(interview.changed_at, ended_at or interview.changed_at),
        where,
        interview.sequence + is_over,
        is_off=not stands,
    )


def of_meeting(meeting: Meeting, other: str, where: str, now: datetime) -> Occurrence:
    """Show one week's meeting; what fell out is taken out again."""
    return Occurrence(
        f"{meeting.id.hex}@meeting.smallwin",
        meeting.meets_at,
        f"{other}との打ち合わせ",
        now,
        where,
        meeting.sequence,
        is_off=meeting.state not in MEETING,
        lasts=timedelta(minutes=meeting.minutes),
    )


def as_ics(occurrences: Iterable[Occurrence], now: datetime, *, method: str = "PUBLISH") -> bytes:
    """Write a calendar; ``method`` CANCEL is for a file that only takes something out."""
    from icalendar import Calendar, Event, vText  # a tenth of a second to load, and few processes need it

    calendar = Calendar()
    calendar.add("prodid", "-//Small Win//smallwin//JA")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for each in occurrences:
        event = Event()
        event.add("uid", each.uid)
        event.add("dtstamp", now.astimezone(UTC))
        event.add("last-modified", each.changed_at.astimezone(UTC))
        event.add("dtstart", each.starts_at.astimezone(UTC))
        event.add("dtend", each.ends_at.astimezone(UTC))
        event.add("summary", vText(each.title))
        event.add("sequence", each.sequence)
        event.add("status", "CANCELLED" if each.is_off else "CONFIRMED")
        event.add("transp", "TRANSPARENT" if each.is_off else "OPAQUE")
        if each.where:
            event.add("location", vText(each.where))
            event.add("description", vText(f"入るとき：{each.where}"))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def google_link(one: Occurrence) -> str:
    """Give an address that opens Google's calendar with the meeting filled in; what is too long goes without its place."""
    dates = "/".join(f"{at.astimezone(UTC):%Y%m%dT%H%M%S}Z" for at in (one.starts_at, one.ends_at))
    asked = {"action": "TEMPLATE", "text": one.title, "dates": dates}
    return _filled_in(GOOGLE, asked, one.where)


def outlook_link(one: Occurrence) -> str:
    """Give the same for Outlook's calendar."""
    begins, ends = (f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for at in (one.starts_at, one.ends_at))
    asked = {"path": "/calendar/action/compose", "rru": "addevent", "subject": one.title}
    return _filled_in(OUTLOOK, {**asked, "startdt": begins, "enddt": ends}, one.where)


def _filled_in(base: str, asked: dict[str, str], where: str) -> str:
    full = f"{base}?{urlencode({**asked, 'location': where})}"
    return full if where and len(full) <= MOST_GOOGLE else f"{base}?{urlencode(asked)}"
