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
MOST_MAN = 30  # a bare 「80」 may be eighty thousand as well as eight hundred thousand
CIRCLED = "①②③④⑤"

ASKS = "お相手へのお支払いは、月いくらくらいまで考えられますか？"
FREE = re.compile(
    "ただ(?:で|が|に|$)|^ただ|無料|無償|ぼらんていあ|払(?:え|わ)ない|出せない|成功報酬|成果報酬|出来高"
    "|^(?:ぜろ|零)(?:円|えん)?(?:で|です|だ)?$|(?:交通費|食事|ご飯|現物)(?:だけ|のみ|で(?!す))"
)
TOO_MUCH = re.compile(
    r"高(?:い|す|くて|いな)|無理|むり|厳し|きびし|きつい|しんどい|(?:出|払)(?:せ|え|わ)(?:ない|ん(?!や|の)|ません|へん|ねえ)"
)
AS_OTHERS = re.compile(
    r"相場|(?:お)?(?:任|まか)せ|(?:いくら|なんぼ|幾ら)でも|(?:普通|ふつう|世間並み|人並み|よそ並み|みなさん|皆さん|ほかの会社)(?:くらい|ぐらい|なみ|並み|と同じ|で|に)?"
)
CHEAP = re.compile(r"(?:なるべく|できるだけ|できれば|一番)?安(?:い|く|けりゃ|ければ|め)")
OF_A_YEAR = re.compile(r"年(?:間|額|俸)?(?:に|で|は|約|だいたい)?[0-9〇一二三四五六七八九十百千]")
OF_A_DAY = re.compile(
    r"日(?:当|給)|(?:1|一)(?:日|回|時間|件|本)(?:に|で|あたり|当たり|につき)?(?:約)?[0-9〇一二三四五六七八九十百千]|時給"
)
WITH_FEE = re.compile(
    r"手数料.{0,6}(?:込|入れ|含)|込み込み|こみこみ|コミコミ|全部で|ぜんぶで|合わせて|総額|合計|トータル|しめて"
)
MANY = re.compile(r"[2-9二三四五]人(?:で|分|に)|[×x*]\s*[2-9]|(?:一人|1人|お一人).{0,8}[2-9二三四五]人")
CLAUSES = re.compile("。|(?<![0-9一二三四五六七八九])[、,]")
BELOW = re.compile(r"^\s*(?:マイナス|まいなす|[-−])\s*[0-9]")


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
        if SURE_MAN <= number <= MOST_MAN:
            return number * 10_000
        if number:
            raise Unreadable(f"{number}万円のことでしょうか。「{number}万」のように書いてください。")
        if self.or_unknown and read_yen(plain) is None and AS_OTHERS.search(plain):
            return None
        if doubt := doubted(plain):
            raise Unreadable(doubt)
        plain = affordable(plain)
        if both := two_amounts(words):
            raise Unreadable(f"{yen(both[0])}と{yen(both[1])}、どちらまででしょうか。")
        return super().read(plain)

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


def affordable(words: str) -> str:
    """Leave out what he says is too much: 「3万なら」 of 「5万は無理、3万なら」."""
    pieces = [piece for piece in CLAUSES.split(words) if piece.strip()]
    left = [piece for piece in pieces if "しか" in piece or not TOO_MUCH.search(piece)]
    return "、".join(left) if left and any(read_yen(piece) for piece in left) else words


def doubted(words: str) -> str:
    """Ask what an amount means that is not plainly one of a month, to one person; empty where it is plain."""
    amount = read_yen(words)
    if amount is None:
        return (
            f"小さく始めるなら、月{yen(SMALL_HOURS * HOUR_YEN)}くらいからです。月いくらまででしょうか。"
            if CHEAP.search(words)
            else ""
        )
    if BELOW.search(words):
        return "月の金額を、「8万円」のように教えてください。"
    if OF_A_YEAR.search(words) and "月" not in words:
        return f"年{yen(amount)}なら、ひと月{yen(amount // 12_000 * 1_000)}ほどです。月いくらまででしょうか。"
    if OF_A_DAY.search(words) and "月" not in words and amount >= LEAST_PAY:
        return "ひと月の金額でうかがっています。月いくらまででしょうか。"
    if WITH_FEE.search(words):
        return "手数料は別にいただきます。お相手へのお支払いだけなら、月いくらまででしょうか。"
    if MANY.search(words):
        return "お一人をご紹介します。お一人に、月いくらまででしょうか。"
    if read_yen(affordable(words)) == amount and TOO_MUCH.search(words) and "しか" not in words:
        return "では、月いくらまでなら大丈夫でしょうか。"
    return ""


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
