"""Counting: this week's number as people tell it, against last week's: 「12件」, 「先週より3つふえて15」, 「かわらず」."""

from __future__ import annotations

import re
import unicodedata

from flows.rules.japanese.folding import fold
from flows.rules.japanese.numerals import Number, normal, numbers
from flows.rules.japanese.reading import LONGEST, NONE_AT_ALL

MOST = 1e10
DAILY = re.compile(r"毎日|日に|1日(?=[0-9])|一日(?=[0-9一二三四五六七八九十])|日々")  # of no week
BELOW = re.compile(r"(?:まいなす|^\s*-)\s*[0-9]")
SAME = re.compile(r"(?:先週|前回|前)?(?:と|から)?(?:同じ|おなじ|変わら|かわら|変化な|横ばい|そのまま)")
MORE = re.compile(
    r"^\s*[^\d、。]{0,6}?(?:ふえ|増え|増し|増|ぞう|多く|多い|おおい|上が|あが|のび|伸び|プラス)"
)
FEWER = re.compile(r"^\s*[^\d、。]{0,6}?(?:へっ|へり|減|少な|すくな|下が|さが|おち|落ち|短く|マイナス)")
TWICE, HALF = re.compile(r"倍に"), re.compile(r"半分(?:に|くらい|ぐらい|$)|半減")
RANGE = re.compile(r"\s*(?:[^\d、。]{0,3})?(?:~|-|、|,|か|から|or)\s*$")


def read_reading(words: str, last: float | None = None) -> float | None:
    """Read the number of this week; where only the change is told, against the last one. None: ask once more."""
    if len(words) > LONGEST:
        return None
    if NONE_AT_ALL.fullmatch(fold(words)):
        return 0.0
    plain, found = normal(words), numbers(words)
    if DAILY.search(unicodedata.normalize("NFKC", words)) or BELOW.search(plain):
        return None
    changes = [item for item in found if _sign(plain, item)]
    totals = [item for item in found if item not in changes]
    if len(totals) == 2 and (now := [item for item in totals if _is_now(plain, item)]):
        totals = now  # 「先週12件で今週15件」, 「5件から8件に」
    if len(totals) == 2 and RANGE.fullmatch(plain[totals[0].end : totals[1].start]):
        totals = totals[:1]  # 「15、6件」
    if len(totals) == 1:
        return _bounded(totals[0].value)
    if totals or last is None or len(changes) > 1:
        return None
    if changes:
        return _bounded(last + _sign(plain, changes[0]) * changes[0].value)
    factor = (
        2.0 if TWICE.search(plain) else 0.5 if HALF.search(plain) else 1.0 if SAME.search(plain) else None
    )
    return _bounded(last * factor) if factor is not None else None


def say_number(value: float, unit: str = "") -> str:
    """Say a number the way it is written: 1,200件, 8.5時間."""
    whole = round(value, 1)
    return f"{whole:,.0f}{unit}" if whole == int(whole) else f"{whole:,.1f}{unit}"


def say_change(value: float, last: float | None, unit: str) -> str:
    """Say how this week stands beside the last one; nothing where there was none."""
    if last is None:
        return ""
    if value == last:
        return "前回と同じです。"
    way = "ふえました" if value > last else "へりました"
    return f"前回より{say_number(abs(value - last), unit)}{way}。"


def _sign(plain: str, number: Number) -> int:
    after = plain[number.end : number.end + 12]
    return 1 if MORE.match(after) else -1 if FEWER.match(after) else 0


def _is_now(plain: str, number: Number) -> bool:
    is_said = re.search(r"(?:今週|今月|今回|今は|いま|こんしゅう)[^\d]{0,6}$", plain[: number.start])
    return bool(is_said or re.match(r"[^\d、。]{0,4}(?:に(?:な|ふ|増|減|へ|$)|へ)", plain[number.end :]))


def _bounded(value: float) -> float | None:
    return value if 0 <= value <= MOST else None
