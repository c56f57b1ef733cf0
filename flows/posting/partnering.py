"""Partnering: who goes along in the firm. No name is guessed; a firm of one man may say so."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from flows.errors import Unreadable
from flows.journal import Json
from flows.questions import Choice
from flows.quick import quick
from flows.rules.coach.drafting import is_himself, partner_name, partner_role
from flows.rules.coach.extras import rest_of, told_partner, told_pay
from flows.rules.japanese.numerals import TURNED
from flows.rules.japanese.reading import is_dont_know
from flows.steps import Steps, ask, say

MOST_SUM, SHORTEST = 40, 2
OTHERWISE = re.compile(rf"{TURNED.pattern}|[、。,\s](?:いや|いえ|やっぱり?)、?(?=[^、。,\s])")
SUM = re.compile(
    r"(?:月|に|まあ|約|だいたい|[0-9一二三四五六七八九十百千万,.円、~〜\s]|くらい|ぐらい|ほど|まで|から|か|で|かな|です)*[0-9一二三四五六七八九十百千]+万(?:円|[0-9千]|くらい|ぐらい|ほど|まで|かな|です|で|。)*"
)
MYSELF, LATER = "自分でやる", "これから決める"


@quick
@dataclass(frozen=True)
class Partner(Choice):
    """Whoever it is, in his own words; an amount of money is nobody."""

    def read(self, words: str) -> Json:
        value = super().read(words)
        is_nobody = bool(SUM.fullmatch(unicodedata.normalize("NFKC", words[:MOST_SUM]))) or not rest_of(words)
        if is_nobody and not told_partner(words, is_answer=True):
            raise Unreadable("お支払いのことは、このあとうかがいます。")
        return value


def ask_partner(told: str = "") -> Steps[tuple[str, str]]:
    """Ask who goes along, unless he said so already: give whom he named, and all he wrote."""
    asked = Partner(
        "会社の中で、一緒に進めるのはどなたですか？",
        choices=(MYSELF, LATER),
        or_words=True,
        most=200,
        label="一緒に進める方",
    )
    if told:
        yield from say(with_whom(told))
    words = yield from ask("partner", asked, told=told or None)
    partner = named(last_said(words))
    if partner == LATER or is_dont_know(partner):
        yield from say("大丈夫です。最初の打ち合わせまでに決めましょう。")
        return LATER, words
    if words != told:
        if is_himself(partner):
            yield from say("社長ご自身ですね。毎週30分だけ、お時間をください。")
        elif name := partner_name(partner):
            yield from say(f"{name}さんですね。")
    return partner, words


def last_said(words: str) -> str:
    """Keep what stands after the last 「いや」: 「自分、いや息子の健太」 is the son."""
    piece = re.sub(
        r"^(?:いや|いえ|やっぱり?)、?", "", OTHERWISE.split(unicodedata.normalize("NFKC", words))[-1].strip()
    )
    return piece if piece and piece != words and len(piece) >= SHORTEST else words


def named(words: str) -> str:
    """Leave out of the answer what is about money: 「8万円、担当は美咲」 names 美咲."""
    if told_pay(words, is_answer=True) is None:
        return words
    return told_partner(words, is_answer=True) or rest_of(words) or words


def with_whom(told: str) -> str:
    """Say back in one line whom he named before he was asked."""
    if is_himself(told):
        return "一緒に進めるのは社長ご自身、ですね。"
    name = partner_name(told)
    return f"一緒に進めるのは{f'{name}さん' if name else partner_role(told)}、ですね。"
