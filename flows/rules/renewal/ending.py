"""Ending: the first day work may end on, by law and by contract, and how it is told. Days in, days out.

Freelance Act (フリーランス・事業者間取引適正化等法) art. 16: a firm that ends, or does not renew, work of six months or
more (renewals counted in) tells so at least 30 days before. The exception for terms of up to 30 days is not used, for
whether it covers a monthly term that renews itself is not settled. Work ends with a month, as the contract says.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from flows.rules.calendar import is_business_day, say_day

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
    """Return the days to choose from: the first possible one and the month-ends after it."""
    ends = month_ends(earliest_end(started_on, told_on, by_owner=by_owner))
    return tuple(day for day, _ in zip(ends, range(many), strict=False))


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
    first = earliest_end(started_on, told_on, by_owner=True)
    day = said_end(first)
    if is_protected(started_on, first):
        return f"半年を過ぎたお仕事は、30日前までに知らせる決まりです。早くて{day}までになります。"
    return f"お仕事は月の終わりで区切ります。早くて{day}までになります。"


def told_to_talent(started_on: date, told_on: date) -> str:
    """Say to the talent from when on it may end."""
    first = earliest_end(started_on, told_on, by_owner=False)
    kind = "" if is_kind(told_on, first) else "次の方を探す時間のため、30日前だと会社は助かります。"
    return f"お仕事は月の終わりで区切ります。早くて{said_end(first)}までになります。{kind}"


def said_end(last_on: date) -> str:
    """Say a last day; where nobody works then, the last day on which somebody does as well."""
    last = last_workday(last_on)
    return say_day(last_on) if last == last_on else f"{say_day(last_on)}(平日は{say_day(last)}が最後)"


MONTH_FIVE = "6か月を過ぎると、やめるときは30日前までのお知らせが必要です。いまは何もしなくて大丈夫です。"
