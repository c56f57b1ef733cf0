"""Ending: the first day work may end on, by law and by contract, and how it is told. Days in, days out.

Freelance Act (フリーランス・事業者間取引適正化等法) art. 16: a firm that ends, or does not renew, work of six months or
more (renewals counted in) tells so at least 30 days before. The exception for terms of up to 30 days is not used, for
whether it covers a monthly term that renews itself is not settled. Work ends with a month, as the contract says.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.rules.calendar import JST, is_business_day, say_day
from flows.rules.japanese.days_off import read_days_off
from flows.rules.japanese.when import Impossible

SIX = 6  # months from which the law protects
NOTICE = timedelta(days=30)
WARN_AFTER = 5  # months after which the owner hears of the 30 days


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(first: date) -> Iterator[date]:
    """Yield the last days of months, from the month of ``first`` on."""
    end = month_end(first)
    while True:
        yield end
        end = month_end(end + timedelta(days=1))


def months_done(started_on: date, months: int) -> date:
    """Return the last day of so many months (民法 143): begun on the 15th they end on a 14th, begun on 8/31 at February's end."""
    years, month = divmod(started_on.month - 1 + months, 12)
    year, month = started_on.year + years, month + 1
    last = monthrange(year, month)[1]
    if started_on.day > last:
        return date(year, month, last)
    return date(year, month, started_on.day) - timedelta(days=1)


def is_protected(started_on: date, last_on: date) -> bool:
    """Tell whether work that ends on this day has run six months or more."""
    return last_on >= months_done(started_on, SIX)


def may_end(started_on: date, told_on: date, last_on: date, *, by_owner: bool) -> bool:
    """Tell whether the work may end on ``last_on`` when the other side hears of it on ``told_on``."""
    if last_on < max(told_on, started_on) or last_on != month_end(last_on):
        return False
    return not (by_owner and is_protected(started_on, last_on)) or last_on - told_on >= NOTICE


def earliest_end(started_on: date, told_on: date, *, by_owner: bool) -> date:
    """Return the first last day of the work. The law binds the firm; the talent ends with any month."""
    possible = month_ends(max(started_on, told_on))
    return next(day for day in possible if may_end(started_on, told_on, day, by_owner=by_owner))


def last_days(started_on: date, told_on: date, *, by_owner: bool, many: int = 3) -> tuple[date, ...]:
    """Return the days to choose from: the first possible one and the month-ends after it.

    A month of which no workday is left is not offered: there would be no day to part on.
    """
    ends = month_ends(earliest_end(started_on, told_on, by_owner=by_owner))
    left = (day for day in ends if last_workday(day) > told_on)
    return tuple(day for day, _ in zip(left, range(many), strict=False))


def is_kind(told_on: date, last_on: date) -> bool:
    """Tell whether the other side has a month to look around, which is asked for even where no law does."""
    return last_on - told_on >= NOTICE


def last_workday(last_on: date) -> date:
    """Return the last day on which somebody works: the contract may end on New Year's Eve."""
    while not is_business_day(last_on):
        last_on -= timedelta(days=1)
    return last_on


def warn_on(started_on: date) -> date:
    """Return when the owner is told of the 30 days: five months are over, a month is left to choose freely."""
    return months_done(started_on, WARN_AFTER) + timedelta(days=1)


def told_to_owner(started_on: date, told_on: date) -> str:
    """Say to the owner from when on it may end, and why, in plain words."""
    first = last_days(started_on, told_on, by_owner=True)[0]
    day = said_end(first)
    if is_protected(started_on, first):
        return f"半年を過ぎたお仕事は、30日前までに知らせる決まりです。早くて{day}までになります。"
    return f"お仕事は月の終わりで区切ります。早くて{day}までになります。"


def told_to_talent(started_on: date, told_on: date) -> str:
    """Say to the talent from when on it may end."""
    first = last_days(started_on, told_on, by_owner=False)[0]
    kind = "" if is_kind(told_on, first) else "次の方を探す時間のため、30日前だと会社は助かります。"
    return f"お仕事は月の終わりで区切ります。早くて{said_end(first)}までになります。{kind}"


def said_end(last_on: date) -> str:
    """Say a last day; where nobody works then, the last day on which somebody does as well."""
    last = last_workday(last_on)
    return say_day(last_on) if last == last_on else f"{say_day(last_on)}(平日は{say_day(last)}が最後)"


MONTH_FIVE = "6か月を過ぎると、やめるときは30日前までのお知らせが必要です。いまは何もしなくて大丈夫です。"


LIKE_DAY = "「来月の末」や「1月31日」のように教えてください。"
MONTH_END = re.compile(
    r"(?P<word>今月|こんげつ|来月|らいげつ|再来月|さらいげつ|(?P<number>1[0-2]|[1-9])月)の?(?:末|おわり|終わり|最後|いっぱい)"
)
AWAY = {"今月": 0, "こんげつ": 0, "来月": 1, "らいげつ": 1, "再来月": 2, "さらいげつ": 2}


def read_end(text: str, now: datetime) -> date | Impossible | None:
    """Read a last day as people say it: 「今月末」, 「1月いっぱい」, 「今日で」, 「12月25日まで」. A bare month is the next one."""
    plain = unicodedata.normalize("NFKC", text.strip()[:100])
    today = now.astimezone(JST).date()
    hit = MONTH_END.search(plain)
    if hit is None:
        found = read_days_off(
            re.sub(r"(?:いっぱい)?(?:まで|で|に)?(?:終わり|おわり|やめ|辞め).*$", "", plain), now
        )
        return found[1] if isinstance(found, tuple) else found
    away = (int(hit["number"]) - today.month) % 12 if hit["number"] else AWAY[hit["word"]]
    years, month = divmod(today.month - 1 + away, 12)
    return month_end(date(today.year + years, month + 1, 1))


def rests_until(today: date) -> tuple[date, ...]:
    """Return the month-ends to choose from for a rest of no hours: at least two weeks, at most about three months."""
    ends = month_ends(today + timedelta(days=14))
    return tuple(day for day, _ in zip(ends, range(3), strict=False))


@dataclass(frozen=True)
class LastSteps:
    """When each thing is done on the way to the last day."""

    wrap_up: datetime  # the talent is asked what he hands over
    returning: datetime  # both are asked about data and passwords, and for a word of thanks
    closing: datetime  # both read the last words; nothing is sent after this
    over: datetime


WRITTEN_BEFORE = timedelta(days=14)
OVER_AT = time(23, 59)


def last_steps(last_on: date, now: datetime) -> LastSteps:
    """Name the moments, each on a workday at noon when everybody may be written to; what is past by now is done now."""
    last = last_workday(last_on)
    before = last_workday(last_workday(last - timedelta(days=1)) - timedelta(days=1))

    def noon(day: date) -> datetime:
        return max(now, datetime.combine(day, time(12), JST))

    over = datetime.combine(last_on, OVER_AT, JST)
    return LastSteps(noon(last_workday(last - WRITTEN_BEFORE)), noon(before), noon(last), max(now, over))
