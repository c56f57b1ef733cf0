"""Days off: from when until when somebody is away, as people write it. ``now`` comes in."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta

from flows.rules.calendar import JST
from flows.rules.japanese.numerals import kanji_number
from flows.rules.japanese.when import Impossible, read_day

LONGEST = timedelta(days=92)
BETWEEN = re.compile(r"\s*(?:から|~|〜|-|ー|―|–|より|,|、|と)\s*")
UNTIL = re.compile(r"(?:まで|の間|のあいだ|は?(?:お?休み|休業|留守|不在).*)$")
LENGTH = re.compile(r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})(日|週)間")
TOO_LONG = "3か月より長いお休みは、担当がうかがいます。「人と話す」を押してください。"
MONTH_DAY = re.compile(r"^([0-9]{1,2})月([0-9]{1,2})日?$")
OPEN_ENDED = re.compile(r"(?:から|より|~|〜)\s*$")
ONLY_DAY = re.compile(r"^[0-9]{1,2}日?$")
DATED = re.compile(r"(?<![0-9/])([0-9]{1,2})/([0-9]{1,2})(?![0-9/])")


def read_days_off(text: str, now: datetime) -> tuple[date, date] | Impossible | None:
    """Read the first and the last day: 「8月10日から16日まで」, 「12/28〜1/5」, 「来週の水曜」."""
    plain = UNTIL.sub("", unicodedata.normalize("NFKC", text.strip()[:200]))
    parts = [part for part in BETWEEN.split(DATED.sub(r"\1月\2日", plain)) if part.strip()]
    if len(parts) == 2 and (length := LENGTH.fullmatch(parts[1].strip())):
        return _for_days(parts[0], length, now)
    if not 1 <= len(parts) <= 2 or OPEN_ENDED.search(plain):
        return None
    first = _coming(parts[0], now.astimezone(JST).date()) or read_day(parts[0], now)
    if not isinstance(first, date):
        return first
    last = first if len(parts) == 1 else _last(parts[1], first, now)
    if not isinstance(last, date):
        return last
    if last < first:
        return Impossible("終わりの日が、始まりの日より前のようです。いつからいつまででしょうか。")
    if last - first > LONGEST:
        return Impossible(TOO_LONG)
    return first, last


def _for_days(text: str, length: re.Match[str], now: datetime) -> tuple[date, date] | Impossible | None:
    """Read 「あしたから3日間」: the first day counts."""
    first = _coming(text, now.astimezone(JST).date()) or read_day(text, now)
    days = kanji_number(length[1]) if not length[1].isdecimal() else int(length[1])
    days *= 7 if length[2] == "週" else 1
    if not isinstance(first, date) or not days:
        return first if isinstance(first, Impossible) else None
    if days > LONGEST.days:
        return Impossible(TOO_LONG)
    return first, first + timedelta(days=days - 1)


def _coming(text: str, today: date) -> date | Impossible | None:
    """Read a bare month and day as the next one that comes: holidays are told a year ahead."""
    hit = MONTH_DAY.match(text.strip())
    if hit is None:
        return None
    month, day = int(hit[1]), int(hit[2])
    is_past = (month, day) < (today.month, today.day)
    return _made(today.year + is_past, month, day) if 1 <= month <= 12 else None


def _last(text: str, first: date, now: datetime) -> date | Impossible | None:
    """Read the last day; a bare 「16日」 is of the first day's month, or of the next one where it would lie before."""
    bare = text.strip()
    if not ONLY_DAY.match(bare):
        return _coming(bare, first) or read_day(bare, now)
    day = int(bare.removesuffix("日"))
    if day >= first.day:
        return _made(first.year, first.month, day)
    year, month = divmod(first.year * 12 + first.month, 12)
    return _made(year, month + 1, day)


def _made(year: int, month: int, day: int) -> date | Impossible:
    try:
        return date(year, month, day)
    except ValueError:
        return Impossible(f"{month}月{day}日はありません。何日でしょうか。")
