"""Slots: the weekly hours somebody is free, from 「Wed 10:00-12:00; 金 午後」 to a mask that two people's hours are laid over.

Only weekday daytime counts (9 to 18 o'clock, Japan): that is when owners meet. One bit an hour, Monday 9 first.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import time

from flows.rules.calendar import WEEKDAYS

FIRST, LAST, WORKDAYS = 9, 18, 5
HOURS = LAST - FIRST
ANY_TIME = (1 << (HOURS * WORKDAYS)) - 1  # what an unknown stands for: any weekday daytime
NEVER = 1 << (HOURS * WORKDAYS)  # free, but never then: evenings, weekends
MOST_SLOTS = 40
ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HALVES = {"午前": (9, 12), "午後": (13, 18), "終日": (9, 18), "日中": (9, 18), "夕方": (16, 18)}
CLOCK = r"([0-9]{1,2})(?::([0-9]{2})|時(?:([0-9]{1,2})分|(半))?)?"
SPAN = re.compile(CLOCK + r"\s*(?:-|~|から)\s*" + CLOCK)
DAYS = re.compile(
    r"(?P<from>mon|tue|wed|thu|fri|sat|sun|[月火水木金土日])(?:曜日?|[a-z]*)"
    r"(?:\s*[-~]\s*(?P<to>mon|tue|wed|thu|fri|sat|sun|[月火水木金土日])(?:曜日?|[a-z]*))?"
)


class BadSlot(ValueError):
    """A slot that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, order=True)
class Slot:
    """Free on one weekday (0 is Monday) from one time to another."""

    weekday: int
    start: time
    end: time

    def __str__(self) -> str:
        return f"{ENGLISH[self.weekday].title()} {self.start:%H:%M}-{self.end:%H:%M}"


def read_slots(text: str) -> tuple[Slot, ...]:
    """Read 「Wed 10:00-12:00;Fri 13:00-15:00」 or 「水・金 10時〜12時」; raises ``BadSlot`` naming the piece."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(str.maketrans("〜～–—−ー", "------"))
    found: list[Slot] = []
    for piece in filter(None, (part.strip() for part in re.split(r"[;,、\n/]", plain))):
        found += _slots(piece)
        if len(found) > MOST_SLOTS:
            raise BadSlot(f"時間帯が{MOST_SLOTS}より多くあります")
    return tuple(sorted(set(found)))


def slots_of(text: str) -> tuple[Slot, ...]:
    """Read the weekly hours of a profile; words that name none are left to people."""
    try:
        return read_slots(text)
    except BadSlot:
        return ()


def _slots(piece: str) -> list[Slot]:
    days = _days(piece)
    if not days:
        raise BadSlot(f"曜日が読めません：{piece[:30]}")
    rest = DAYS.sub(" ", piece)
    spans = [_span(hit) for hit in SPAN.finditer(rest)]
    spans += [(time(low), time(high)) for word, (low, high) in HALVES.items() if word in rest]
    if not spans:
        raise BadSlot(f"時刻が読めません：{piece[:30]}")
    return [Slot(day, start, end) for day in days for start, end in spans]


def _days(piece: str) -> list[int]:
    if "平日" in piece or "毎日" in piece:
        return list(range(WORKDAYS))
    days: list[int] = []
    for hit in DAYS.finditer(piece):
        first, last = _day(hit["from"]), _day(hit["to"] or hit["from"])
        days += range(first, last + 1) if first <= last else (first, last)
    return days


def _day(name: str) -> int:
    return WEEKDAYS.index(name) if name in WEEKDAYS else ENGLISH.index(name)


def _span(hit: re.Match[str]) -> tuple[time, time]:
    start, end = _clock(hit.groups()[:4]), _clock(hit.groups()[4:])
    if start is None or end is None or start >= end:
        raise BadSlot(f"時刻が読めません：{hit[0][:30]}")
    return start, end


def _clock(parts: tuple[str | None, ...]) -> time | None:
    hour, minute = int(parts[0] or 0), int(parts[1] or parts[2] or (30 if parts[3] else 0))
    if hour == 24 and not minute:
        return time(23, 59)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def mask(slots: tuple[Slot, ...]) -> int:
    """Return the whole weekday hours inside some slots, one bit each: 0 for no slots, ``NEVER`` where none is then."""
    bits = 0
    for slot in slots:
        if slot.weekday >= WORKDAYS:
            continue
        first = slot.start.hour + (slot.start.minute > 0)
        last = slot.end.hour + (slot.end.minute == 59)
        for hour in range(max(first, FIRST), min(last, LAST)):
            bits |= 1 << (slot.weekday * HOURS + hour - FIRST)
    return bits or (NEVER if slots else 0)


def shared(one: int, other: int) -> int:
    """Count the hours a week that two masks have in common; an empty mask is unknown: any weekday daytime."""
    return ((one or ANY_TIME) & (other or ANY_TIME)).bit_count()


def first_shared(one: int, other: int) -> str:
    """Say the first hour both have: 「水曜の10時」; empty when they have none."""
    both = (one or ANY_TIME) & (other or ANY_TIME)
    if not both:
        return ""
    at = (both & -both).bit_length() - 1
    return f"{WEEKDAYS[at // HOURS]}曜の{at % HOURS + FIRST}時"
