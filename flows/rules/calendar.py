"""Calendar: staff business days, quiet hours, and how a day is said. Times go in and come out; there is no clock here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

JST = timezone(timedelta(hours=9), "JST")  # Japan has no summer time
WEEKDAYS = "月火水木金土日"
OWNER_FROM, OWNER_TO = time(8), time(19)
TALENT_FROM, TALENT_TO = time(8), time(20)
OFFICE_FROM, OFFICE_TO = time(9), time(17)


@lru_cache(maxsize=64)
def _closed(year: int) -> frozenset[date]:
    """Return national and bank holidays (12/31 to 1/3) of a year, and 12/29 and 12/30, when offices are closed."""
    found = holidays.country_holidays("JP", years=year, categories=("public", "bank"))
    return frozenset(found) | {date(year, 12, 29), date(year, 12, 30)}


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _closed(day.year)


def next_business_day(day: date) -> date:
    day += timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


def promised_noon(now: datetime) -> datetime:
    """Return the noon we can promise an answer by: the next business day's, which leaves staff a morning at least."""
    return datetime.combine(next_business_day(now.astimezone(JST).date()), time(12), JST)


def owner_time(now: datetime, wrote_at: datetime | None) -> datetime:
    """Return when an owner may hear news: 8–19 on business days, or any time on a day he wrote himself."""
    here = now.astimezone(JST)
    if wrote_at is not None and wrote_at.astimezone(JST).date() == here.date():
        return now
    if is_business_day(here.date()) and OWNER_FROM <= here.time() < OWNER_TO:
        return now
    early = is_business_day(here.date()) and here.time() < OWNER_FROM
    return datetime.combine(here.date() if early else next_business_day(here.date()), OWNER_FROM, JST)


def talent_time(now: datetime, zone: str) -> datetime:
    """Return when a talent may hear news: 8–20 where he lives, on any day."""
    here = now.astimezone(zone_of(zone))
    if TALENT_FROM <= here.time() < TALENT_TO:
        return now
    day = here.date() if here.time() < TALENT_FROM else here.date() + timedelta(days=1)
    return datetime.combine(day, TALENT_FROM, here.tzinfo).astimezone(JST)


def office_time(now: datetime) -> datetime:
    """Return now in working hours, else the next morning in which somebody works: where a demo begins."""
    here = now.astimezone(JST)
    if is_business_day(here.date()) and OFFICE_FROM <= here.time() < OFFICE_TO:
        return now
    early = is_business_day(here.date()) and here.time() < OFFICE_FROM
    return datetime.combine(here.date() if early else next_business_day(here.date()), OFFICE_FROM, JST)


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Find a zone by the name Slack gives it; what nobody knows is Japan."""
    try:
        return ZoneInfo(name) if name else JST
    except (LookupError, ValueError, OSError):  # no such zone, no name of a zone, a folder of zones
        return JST


def say_day(day: date) -> str:
    return f"{day.month}月{day.day}日({WEEKDAYS[day.weekday()]})"


def say_moment(moment: datetime, now: datetime) -> str:
    """Say a promised time as people do: 「明日(水)の昼12時」, 「11月24日(火)の午後3時」."""
    there, here = moment.astimezone(JST), now.astimezone(JST)
    near = {0: "今日", 1: "明日"}.get((there.date() - here.date()).days)
    day = f"{near}({WEEKDAYS[there.weekday()]})" if near else say_day(there.date())
    return f"{day}の{say_time(there.time())}"


def say_time(at: time) -> str:
    minutes = f"{at.minute}分" if at.minute else ""
    if at.hour == 12 and not at.minute:
        return "昼12時"
    return f"午前{at.hour}時{minutes}" if at.hour < 12 else f"午後{at.hour - 12}時{minutes}"


HALVES = (
    ("午前", time(10, 30), time(12)),
    ("午後", time(16), time(18)),
)  # name, last moment to offer it, its end


def call_slots(now: datetime) -> dict[str, datetime]:
    """Return three half days a person can ring in, by how they are said, with the moment each is over."""
    here = now.astimezone(JST)
    slots: dict[str, datetime] = {}
    day = here.date() if is_business_day(here.date()) else next_business_day(here.date())
    while len(slots) < 3:
        for name, until, over in HALVES:
            if len(slots) < 3 and (day > here.date() or here.time() < until):
                said = f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})の{name}"
                slots[said] = datetime.combine(day, over, JST)
        day = next_business_day(day)
    return slots


def half_day(day: date, half: str, now: datetime) -> tuple[str, datetime] | None:
    """Return how a half day is said and when it is over, where somebody could still ring in it."""
    until, over = next((until, over) for name, until, over in HALVES if name == half)
    if not is_business_day(day) or datetime.combine(day, until, JST) <= now:
        return None
    return f"{day.month}/{day.day}({WEEKDAYS[day.weekday()]})の{half}", datetime.combine(day, over, JST)


def day_before(meeting: datetime) -> datetime:
    """Return 16:00 of the previous business day, when the week's one reminder goes out."""
    day = meeting.astimezone(JST).date() - timedelta(days=1)
    while not is_business_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(16), JST)
