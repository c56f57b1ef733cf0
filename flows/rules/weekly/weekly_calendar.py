"""Weekly calendar: which days a weekly slot meets on, what stands in its way, and which other times could be offered.

Japan's clock is the meeting's clock. Days, spans and moments go in; decisions come out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache

import holidays

from flows.rules.calendar import JST, is_business_day, next_business_day, say_day, zone_of

FIRST_START, LAST_START = time(9, 30), time(17, 30)  # when a meeting may begin
OBON_FROM, OBON_TO = (8, 13), (8, 16)
YEAR_END_FROM, YEAR_END_TO = (12, 29), (1, 3)
AHEAD = timedelta(weeks=8)  # so far the meetings stand as rows
ASK_AHEAD = timedelta(days=10)  # before a day off, when another day is asked about
REACH = 5  # business days within which a meeting that fell out is put
OFFERED = 2  # other times, at one time
MANY_MOVES, MOVES_WITHIN = 3, timedelta(weeks=6)
MANY_MISSES, MISSES_WITHIN = 2, timedelta(weeks=4)
FIRST_MEETINGS = 3  # before which the hour before is always told


class Why(Enum):
    """What keeps two people from meeting on a day; the value is how both read it."""

    HOLIDAY = "祝日"
    YEAR_END = "年末年始"
    OBON = "お盆"
    WEEKEND = "土日"
    FIRM = "会社のお休み"
    TALENT = "お相手のお休み"
    PAUSED = "お仕事のお休みの間"
    ENDED = "お仕事が終わったあと"


STANDSTILL = (Why.PAUSED, Why.ENDED)  # no week at all: none is asked about, none is put on another day


@dataclass(frozen=True)
class Weekly:
    """The same hour every week; Monday is 0."""

    weekday: int
    at: time
    minutes: int = 30


@dataclass(frozen=True)
class Span:
    """Days off from ``first`` to ``last``, both included; ``is_yearly`` ones come back every year."""

    first: date
    last: date
    why: Why
    is_yearly: bool = False

    def holds(self, day: date) -> bool:
        if self.first <= day <= self.last:
            return True
        if not self.is_yearly or day < self.first:
            return False
        ours, begins, ends = (_in_year(each) for each in (day, self.first, self.last))
        return begins <= ours <= ends if begins <= ends else ours >= begins or ours <= ends


def _in_year(day: date) -> tuple[int, int]:
    return day.month, day.day


@dataclass(frozen=True)
class Occurrence:
    """One week of the slot; ``why`` is empty where both are free."""

    at: datetime
    why: Why | None = None


@lru_cache(maxsize=64)
def _named(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("JP", years=year, language="ja"))


def closed_for(day: date, off: Collection[Span] = ()) -> Why | None:
    """Say what closes a day for these two; None where nothing does."""
    if (
        still := next((span.why for span in off if span.why in STANDSTILL and span.holds(day)), None)
    ) is not None:
        return still
    here = _in_year(day)
    if here >= YEAR_END_FROM or here <= YEAR_END_TO:
        return Why.YEAR_END
    if day.weekday() > 4:
        return Why.WEEKEND
    if OBON_FROM <= here <= OBON_TO:
        return Why.OBON
    if day in _named(day.year) or not is_business_day(day):
        return Why.HOLIDAY
    return next((span.why for span in off if span.holds(day)), None)


def say_closed(day: date, why: Why) -> str:
    """Say a closed day with its reason: 「11月23日(月)は祝日(勤労感謝の日)」."""
    name = _named(day.year).get(day, "") if why is Why.HOLIDAY else ""
    return f"{say_day(day)}は{why.value}{f'({name})' if name else ''}"


def occurrences(
    slot: Weekly, after: datetime, until: datetime, off: Collection[Span] = ()
) -> Iterator[Occurrence]:
    """Give every week of a slot later than ``after``, to ``until``; none is left out, closed ones say why."""
    day = after.astimezone(JST).date()
    day += timedelta(days=(slot.weekday - day.weekday()) % 7)
    while (at := datetime.combine(day, slot.at, JST)) <= until:
        if at > after:
            yield Occurrence(at, closed_for(day, off))
        day += timedelta(weeks=1)


def can_start(at: time) -> bool:
    return FIRST_START <= at <= LAST_START


def why_not(
    moment: datetime, now: datetime, off: Collection[Span] = (), taken: Collection[datetime] = ()
) -> str:
    """Say kindly why two cannot meet at a moment; empty where they can."""
    here = moment.astimezone(JST)
    if moment <= now:
        return "その時刻は、もう過ぎています。これからの日時を教えてください。"
    if here - now > AHEAD:
        return "8週間より先は、まだ決められません。もう少し近い日はいかがですか？"
    if (why := closed_for(here.date(), off)) is not None:
        return f"{say_closed(here.date(), why)}です。ほかの日はいかがですか？"
    if not can_start(here.time()):
        return "始まりは9時30分から17時30分のあいだでお願いします。何時がよいですか？"
    if moment in taken:
        return "その時刻には、別の打ち合わせがあります。ほかの時刻はいかがですか？"
    return ""


def other_times(
    slot_at: datetime, now: datetime, off: Collection[Span] = (), taken: Collection[datetime] = ()
) -> tuple[datetime, ...]:
    """Offer other days of the same week at the same hour, the nearest first; none that has passed or is closed."""
    here = slot_at.astimezone(JST)
    monday = here.date() - timedelta(days=here.weekday())
    days = [monday + timedelta(days=n) for n in range(5)]
    near = sorted((day for day in days if day != here.date()), key=lambda day: abs(day - here.date()))
    return _open(near, here.time(), now, off, taken)


def soon_times(
    slot_at: datetime, now: datetime, off: Collection[Span] = (), taken: Collection[datetime] = ()
) -> tuple[datetime, ...]:
    """Offer the next days at the same hour, within five business days: for whom something came up today."""
    here, day, days = slot_at.astimezone(JST), now.astimezone(JST).date(), list[date]()
    for _ in range(REACH):
        day = next_business_day(day)
        days.append(day)
    return _open([day for day in days if day != here.date()], here.time(), now, off, taken)


def _open(
    days: Sequence[date], at: time, now: datetime, off: Collection[Span], taken: Collection[datetime]
) -> tuple[datetime, ...]:
    moments = (datetime.combine(day, at, JST) for day in days)
    least = now + timedelta(hours=1)
    return tuple(sorted([each for each in moments if not why_not(each, least, off, taken)][:OFFERED]))


def ask_at(slot_at: datetime) -> datetime:
    """Return when another day is asked about: ten days before, at four, as every weekly word of ours."""
    day = (slot_at - ASK_AHEAD).astimezone(JST).date()
    while not is_business_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(16), JST)


def lapses_at(proposed: datetime, now: datetime) -> datetime:
    """Return until when an answer to a proposed time is waited for: noon of the business day before, or half the way."""
    day = proposed.astimezone(JST).date() - timedelta(days=1)
    while not is_business_day(day):
        day -= timedelta(days=1)
    noon = datetime.combine(day, time(12), JST)
    return noon if noon > now + timedelta(hours=2) else now + (proposed - now) / 2


def is_skipped_again(before: Sequence[bool]) -> bool:
    """Tell whether the week before fell out too; ``before`` are the weeks that were, oldest first: did it fall out?"""
    return bool(before) and before[-1]


def are_too_many(moments: Collection[datetime], now: datetime, most: int, within: timedelta) -> bool:
    """Tell whether so many of something happened within a time until now."""
    return sum(now - within < each <= now for each in moments) >= most


def is_told_before(held: int, *, is_ready: bool) -> bool:
    """Tell whether the hour before is told: at the first meetings, and to who did not answer the day before."""
    return held < FIRST_MEETINGS or not is_ready


def in_zone(moment: datetime, zone: str) -> str:
    """Say a moment where somebody lives: 「あなたの時間 3:30」, with the day where it is another; empty in Japan's time."""
    there, here = moment.astimezone(zone_of(zone)), moment.astimezone(JST)
    if there.utcoffset() == here.utcoffset():
        return ""
    day = "" if there.date() == here.date() else f"{say_day(there.date())} "
    return f"あなたの時間 {day}{there:%H:%M}"
