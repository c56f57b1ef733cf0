"""Numbers in Japanese writing: 8万5千, 十五六, 1.5万, 二十, はちまん."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")

DIGITS = {mark: value for value, mark in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "壱": 1,
    "弐": 2,
    "参": 3,
}
SMALL = {"十": 10, "百": 100, "千": 1000}
LARGE = {"万": 10_000, "億": 100_000_000}
KANA = (  # longest first; only words that are wholly a number are read so
    ("きゅう", "九"), ("じゅっ", "十"), ("じゅう", "十"), ("ひゃく", "百"), ("びゃく", "百"), ("ぴゃく", "百"),
    ("せん", "千"), ("ぜん", "千"), ("まん", "万"), ("いち", "一"), ("いっ", "一"), ("さん", "三"), ("よん", "四"),
    ("ろく", "六"), ("ろっ", "六"), ("なな", "七"), ("しち", "七"), ("はち", "八"), ("はっ", "八"), ("ぜろ", "〇"),
    ("に", "二"), ("し", "四"), ("ご", "五"), ("く", "九"), ("じっ", "十"),
)  # fmt: skip
KANA_NUMBER = re.compile(
    "(?:約|だいたい|大体|月に?|ざっと)*((?:" + "|".join(word for word, _ in KANA) + "){1,12})"
    "(?:えん|けん|にん|じかん|こ|ほん|かい|まい|ひん|てん|にち|ぷん|ふん|円|件|人|時間|個|本|回|枚"
    "|品|点|日|分|くらい|ぐらい|ほど|かな|です|まで|だいたい)*"
)
NUMBER = re.compile(
    r"(?P<figures>[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]+)(?:\.(?P<part>[0-9]{1,3}))?"
    r"|(?P<kanji>[〇零一二三四五六七八九壱弐参十百千]+)"
    r"|(?P<bare>[万億])"
)
UNTIL = re.compile(r"[〜～ー–—−](?=\s*[0-9〇一二三四五六七八九十百千])")
HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") - 1)}
UNIT = re.compile(r"[十百千]?[万億]|[百千]")
MONEY = re.compile(r"\s*(?:[0-9]{0,4}\s*)?(?:円|えん|yen)", re.IGNORECASE)
RATE = re.compile(
    r"(?:1|一)(?:日|ヶ月|か月|カ月|ヵ月|ケ月|週間?|回|人|年)(?:に|で|あたり|当たり|につき)"
    r"|ひと月に?|(?:第|no\.?)[0-9]+"
)
DATE = re.compile(
    r"[0-9]{4}年|[0-9]{1,2}[/-][0-9]{1,2}(?:[/-][0-9]{1,2})?|[0-9]{1,2}月[0-9]{1,2}日"
    r"|[0-9]{1,2}[:時][0-9]{2}"
)
RANGE = re.compile(r"\s*(?:[^\d〇零一二三四五六七八九十百千万]{0,3})?(?:~|-|、|,|か|から|or|・)\s*$")


TURNED = re.compile(  # 「8万、いや5万」: what is said last counts
    r"(?:^|[、。,\s])(?:いや(?:いや)?|いえ|やっぱり?|やはり|違う|ちがう|違った|ちがった|間違えた?|まちがえた?|訂正|もとい|ごめん|すまん)"
    r"(?:、|,|\s|(?=[0-9一二三四五六七八九十来再今明毎月火水木金午朝昼夕]))"
    r"|(?:では?なく(?:て|、)?|じゃなく(?:て|、)?|じゃのうて|やのうて|でなく(?:て|、)?|やなくて)(?:、|,|\s)?"
)


FORMAL = str.maketrans("萬拾", "万十")
KANA_MAN = re.compile(r"(?<=[0-9〇一二三四五六七八九十百千])\s*まん")
# 「2万5」 is two and a half: nobody counts five yen, or five of anything, after ten thousands
THOUSANDS = re.compile(
    r"[1-9一二三四五六七八九](?![0-9〇零一二三四五六七八九十百千万億,.]|\s*[件個人社本回枚品点日分時年月割つ])"
)

MOST_MARKS = 14  # a longer run of digits is no amount anyone types


@dataclass(frozen=True)
class Number:
    """A number where it stands in the normalised text; ``unit`` is the 万 or 億 it carries."""

    value: float
    start: int
    end: int
    unit: int = 1
    is_money: bool = False


def numbers(text: str) -> list[Number]:
    """Read every number in a text, in order; dates and 「1日に」 are not among them."""
    plain = normal(text)
    if (kana := KANA_NUMBER.fullmatch(plain)) and kana[1] not in ("に", "し", "ご", "く"):
        word = kana[1]
        for said, mark in KANA:
            word = word.replace(said, mark)
        plain = plain.replace(kana[1], word, 1)
    found: list[Number] = []
    at = 0
    while hit := NUMBER.search(plain, at):
        number = _whole(plain, hit)
        at = max(number.end, hit.end())
        if hit["bare"] or len(hit[0]) > MOST_MARKS or _is_many(plain, number):
            continue
        found.append(number)
        if len(found) > 8:
            break
    return found


@lru_cache(maxsize=1_024)
def read_count(text: str) -> int | None:
    """Read the one whole number, or the lower end of the one range, in an answer."""
    return corrected(text, _count)


def _count(text: str) -> int | None:
    found = numbers(text)
    plain = normal(text)
    if not found:
        return None
    if len(found) == 1 or (len(found) == 2 and RANGE.fullmatch(between(plain, found))):
        value = found[0].value
        if len(found) == 2 and found[1].unit > found[0].unit == 1:
            value *= found[1].unit
        return int(value)
    return None


def corrected(text: str, read: Callable[[str], T]) -> T:
    """Read what stands after the last 「いや」 or 「じゃなくて」; where nothing does, the whole."""
    pieces = TURNED.split(unicodedata.normalize("NFKC", text))
    if len(pieces) > 1 and (value := read(pieces[-1])) is not None:
        return value
    return read(text)


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer, and several readers look at the same words
def normal(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    plain = UNTIL.sub("~", plain).translate(HIRAGANA).lower().strip(" 。、!?\n")
    plain = KANA_MAN.sub("万", plain.translate(FORMAL))
    return RATE.sub("月", DATE.sub(" ", plain))


def between(plain: str, found: list[Number]) -> str:
    return plain[found[0].end : found[1].start]


def _is_many(plain: str, number: Number) -> bool:
    return plain[max(0, number.start - 1) : number.start] in ("数", "何")


def _whole(plain: str, hit: re.Match[str]) -> Number:
    """Read a number with all its 千 and 万: 1万2千, 8万5000, 十五六 (15)."""
    total, end, unit = 0.0, hit.start(), 1
    while piece := NUMBER.match(plain, end):
        value = _piece(piece)
        scale = 1000 if unit == LARGE["万"] and THOUSANDS.match(plain, end) else 1
        end = piece.end()
        if mark := UNIT.match(plain, end):
            for sign in mark[0]:
                scale *= SMALL.get(sign, 1) * LARGE.get(sign, 1)
            end = mark.end()
        total += value * scale
        unit = max(unit, scale if scale >= 10_000 else 1)
        if scale == 1 or mark is None or piece["bare"]:
            break
        if end < len(plain) and plain[end] == "半":
            total, end = total + scale / 2, end + 1
            break
    before = plain[max(0, hit.start() - 1) : hit.start()]
    is_money = unit > 1 or before in ("¥", "\\") or MONEY.match(plain, end) is not None
    return Number(total, hit.start(), end, unit, is_money)


def _piece(piece: re.Match[str]) -> float:
    if len(piece[0]) > MOST_MARKS:
        return 0.0
    if piece["figures"]:
        return float(piece["figures"].replace(",", "") + ("." + piece["part"] if piece["part"] else ""))
    if piece["bare"]:
        return 0.0
    return float(kanji_number(piece["kanji"]))


def kanji_number(word: str) -> int:
    """Read 二十, 百五十, 三〇 and the lower end of 十五六 or 二三."""
    if not any(mark in SMALL for mark in word):
        digits = [DIGITS[mark] for mark in word]
        if len(digits) == 2 and digits[1] == digits[0] + 1:
            return digits[0]  # 二三 = two or three
        return int("".join(map(str, digits)))
    total = digit = 0
    for at, mark in enumerate(word):
        if mark in SMALL:
            total += (digit or 1) * SMALL[mark]
            digit = 0
        elif digit and at:
            break  # 十五六: the lower end
        else:
            digit = DIGITS[mark]
    return total + digit
