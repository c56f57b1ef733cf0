"""Paying: what the other one is paid each month. Below a lawful floor is turned round kindly, not refused coldly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from flows.errors import Unreadable
from flows.journal import Json
from flows.questions import Yen, yen
from flows.quick import quick
from flows.rules.coach.drafting import HOUR_YEN
from flows.rules.japanese.folding import fold
from flows.rules.japanese.reading import read_yen, two_amounts
from flows.steps import Steps, ask, say

LEAST_PAY, MOST_PAY = 10_000, 1_000_000
AN_HOUR = 500  # from here to the floor an amount sounds like the pay of one hour
USUAL = (50_000, 80_000, 110_000)
SMALL = (40_000, 60_000, 80_000)
SMALL_HOURS = 10
TRIES = 3
SURE_MAN = 5  # 「8」 means 8万円; 「2」 may be the second button, so it is asked
CIRCLED = "①②③④⑤"

ASKS = "お相手へのお支払いは、月いくらくらいまで考えられますか？"
FREE = re.compile(
    "ただ(?:で|が|に|$)|^ただ|無料|無償|ぼらんていあ|払(?:え|わ)ない|出せない|成功報酬|成果報酬|出来高"
)


@quick
@dataclass(frozen=True)
class Pay(Yen):
    """Any amount, however small or large, and 「タダで」 too: the flow answers it."""

    least: int = 0
    most: int = 1_000_000_000

    def read(self, words: str) -> Json:
        plain = unicodedata.normalize("NFKC", words).strip()
        if words.strip() in CIRCLED[: len(self.options())]:
            return self.read_tap(self.options()[CIRCLED.index(words.strip())].value)
        number = int(plain) if plain.isdecimal() and len(plain) <= 3 else 0
        if plain == "0":
            return 0
        if number >= SURE_MAN:
            return number * 10_000
        if number:
            raise Unreadable(f"{number}万円のことでしょうか。「{number}万」のように書いてください。")
        if both := two_amounts(words):
            raise Unreadable(f"{yen(both[0])}と{yen(both[1])}、どちらまででしょうか。")
        return super().read(words)

    def bounded(self, number: int) -> int:
        if number > self.most:
            raise Unreadable("月の金額を、「8万円」のように教えてください。")
        return number

    def reader(self) -> Callable[[str], int | None]:
        return read_pay


def read_pay(words: str) -> int | None:
    """Read an amount; words for nothing are nought."""
    amount = read_yen(words)
    return 0 if amount is None and FREE.search(fold(words)) else amount


def ask_pay(key: str, asks: str = ASKS, *, or_unknown: bool, told: int | None = None) -> Steps[int | None]:
    """Ask until the amount is one a month can be paid with. None: he cannot say, or we could not agree.

    ``told`` is an amount he named before he was asked.
    """
    examples, again = USUAL, asks
    for n in range(1, TRIES + 1):
        asked = Pay(again, examples=examples, or_unknown=or_unknown or n > 1, label="お支払い")
        pay = yield from ask(key if n == 1 else f"{key}.{n}", asked, told=told if n == 1 else None)
        if pay is None or LEAST_PAY <= pay <= MOST_PAY:
            return pay
        yield from say(why_not(pay))
        examples = SMALL if pay < LEAST_PAY else USUAL
        again = "お相手へは、月いくらまでにしますか？"
    return None


def why_not(pay: int) -> str:
    """Say why an amount cannot stand, and what can."""
    if pay > MOST_PAY:
        return f"{yen(pay)}は、月の金額としては大きいようです。"
    small = yen(SMALL_HOURS * HOUR_YEN)
    if AN_HOUR <= pay < LEAST_PAY:
        return f"1時間{yen(pay)}なら、月20時間で{yen(pay * 20)}です。月の金額でうかがっています。"
    what = "安すぎる" if pay else "タダでの"
    return (
        f"{what}お願いは、決まりで受けられません。月{SMALL_HOURS}時間ほどなら、{small}くらいで始められます。"
    )
