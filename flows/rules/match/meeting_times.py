"""Meeting times: when two people could meet, which hour cannot be and why, and how it is said in two zones.

Hours are written as 「2026-11-26T10:00」, Japan's clock: that is what buttons carry and journals keep.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from flows.rules.calendar import (
    JST,
    TALENT_FROM,
    TALENT_TO,
    next_business_day,
    say_day,
    say_time,
    zone_of,
)
from flows.rules.japanese.when import Impossible, Slot, read_moment, read_slot
from flows.rules.match.slots import ANY_TIME, FIRST, HOURS
from flows.rules.weekly.weekly_calendar import Span, closed_for, say_closed

FROM, UNTIL = time(9, 30), time(17)  # a talk begins within these
LASTS = timedelta(minutes=30)
SOONEST, FARTHEST = timedelta(hours=3), timedelta(days=45)
DAYS = 12  # business days that are looked through
MORNINGS = (time(10), time(11), time(9, 30), time(13), time(14), time(15), time(16), time(17))
AFTERNOONS = (time(14), time(15), time(16), time(13), time(17), time(10), time(11), time(9, 30))
PIECES = re.compile(r"[、,\n]|または|もしくは|それか|(?<=[時分半日])か(?=[^らな])")
NEXT = re.compile(r"次|つぎ|今度|こんど")


def iso(moment: datetime) -> str:
    return f"{moment.astimezone(JST):%Y-%m-%dT%H:%M}"


def moment_of(written: str) -> datetime | None:
    """Read a written hour back; None for what nobody of us wrote."""
    try:
        return datetime.strptime(written, "%Y-%m-%dT%H:%M").replace(tzinfo=JST)
    except ValueError:
        return None


def days_closed(now: datetime, off: Collection[Span]) -> tuple[tuple[str, str], ...]:
    """Return the days ahead on which the firm or the talent is away, each with what is said of it."""
    today = now.astimezone(JST).date()
    days = (today + timedelta(days=ahead) for ahead in range(FARTHEST.days + 1))
    found = ((day, closed_for(day, off)) for day in days if closed_for(day) is None)
    return tuple((day.isoformat(), say_closed(day, why)) for day, why in found if why)


def hours_ahead(
    now: datetime,
    taken: Collection[datetime],
    free: int = 0,
    zone: str = "",
    closed: Collection[str] = (),
    most: int = 8,
) -> tuple[str, ...]:
    """Return hours to offer, the best first: by day where he lives, when he said he is free, on different days.

    ``taken`` are the beginnings of what either has already; ``free`` is a mask of weekly hours (``slots.mask``);
    ``closed`` are days of the firm's or the talent's own, as ISO.
    """
    found: list[tuple[tuple[bool, bool, int, int], datetime]] = []
    day = next_business_day(now.astimezone(JST).date())
    for at in range(DAYS):
        day = next_business_day(day)  # the first one is left free: somebody has to answer
        if closed_for(day) or day.isoformat() in closed:
            continue
        ready = [datetime.combine(day, each, JST) for each in (AFTERNOONS if at % 2 else MORNINGS)]
        open_ = [each for each in ready if not clashes(each, taken)]
        for nth, moment in enumerate(sorted(open_, key=lambda each: not _is_free(each, free))):
            found.append(((not _is_day(moment, zone), not _is_free(moment, free), nth, at), moment))
    return tuple(iso(moment) for _, moment in sorted(found)[:most])


def clashes(moment: datetime, taken: Collection[datetime]) -> bool:
    return any(abs(moment - other) < LASTS for other in taken)


def _is_free(moment: datetime, free: int) -> bool:
    bit = moment.weekday() * HOURS + moment.hour - FIRST
    return bool((free or ANY_TIME) >> bit & 1)


def _is_day(moment: datetime, zone: str) -> bool:
    return TALENT_FROM <= moment.astimezone(zone_of(zone)).time() < TALENT_TO


def why_not(moment: datetime, now: datetime, closed: Mapping[str, str] | None = None) -> str:
    """Say kindly why nobody is asked to meet then; empty where it can be."""
    here = moment.astimezone(JST)
    if here <= now:
        return "その時刻は、もう過ぎています。"
    if here - now < SOONEST:
        return "お相手の支度がありますので、いまから3時間より先でお願いします。"
    if here - now > FARTHEST:
        return "1か月半より先のようです。もう少し近い日でお願いします。"
    if why := closed_because(here.date(), closed or {}):
        return f"{why}です。ほかの日でお願いします。"
    if not FROM <= here.time() <= UNTIL:
        return "朝9時半から夕方5時のあいだに始まる時刻で、お願いします。"
    return ""


def closed_because(day: date, closed: Mapping[str, str]) -> str:
    """Say what day it is on which nobody is asked to meet; empty for any other."""
    why = closed_for(day)
    return say_closed(day, why) if why else closed.get(day.isoformat(), "")


def read_hours_named(text: str, now: datetime) -> tuple[datetime, ...] | Impossible | None:
    """Read one hour or several: 「来週水曜の10時半」, 「25日の10時か26日の14時」, 「毎週水曜10時半」 as the next one."""
    pieces = [piece for piece in PIECES.split(text) if piece.strip()]
    if len(pieces) > 1:
        several = [_one(piece, now) for piece in pieces]
        if all(isinstance(each, datetime) for each in several):
            return tuple(dict.fromkeys(each for each in several if isinstance(each, datetime)))
    whole = _one(text, now)
    return (whole,) if isinstance(whole, datetime) else whole


def _one(text: str, now: datetime) -> datetime | Impossible | None:
    moment = read_moment(text, now)
    if moment is not None or NEXT.search(text):
        return moment
    weekly = read_slot(text)
    if isinstance(weekly, Slot):  # said without a week: the next one from tomorrow on
        day = next_business_day(now.astimezone(JST).date())
        while day.weekday() != weekly.weekday and day - now.astimezone(JST).date() < FARTHEST:
            day = next_business_day(day)
        return datetime.combine(day, weekly.at, JST)
    return weekly


def say_hour(moment: datetime) -> str:
    here = moment.astimezone(JST)
    return f"{say_day(here.date())} {say_time(here.time())}"


def say_both(moment: datetime, zone: str) -> str:
    """Say an hour in Japan's clock, and beside it in his own where that one differs."""
    here, there = moment.astimezone(JST), moment.astimezone(zone_of(zone))
    if here.utcoffset() == there.utcoffset():
        return f"{say_day(here.date())} {here:%H:%M}"
    return (
        f"日本時間 {say_day(here.date())} {here:%H:%M} / あなたの時間 {say_day(there.date())} {there:%H:%M}"
    )


def in_order(written: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(written)))
