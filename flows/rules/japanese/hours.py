"""Hours: how much time a month somebody means: 「週に2回、1時間ずつ」, 「1日30分を毎日」, 「月に半日」."""

from __future__ import annotations

import re
import unicodedata

from flows.rules.japanese.numerals import corrected, kanji_number

LONGEST = 120
WEEKS, WORKDAYS = 4, 20  # in a month, as people reckon
HALF_DAY, WHOLE_DAY = 4, 8  # hours

UNITS = "時間|日|週|分|回|ぺん|へん|度|か月|ヶ月|月"
KANJI = "[〇零一二三四五六七八九十百]+"
NUMERALS = re.compile(
    rf"{KANJI}(?=\s*(?:(?:、|,|~|-|〜|から|か)\s*{KANJI}\s*)?(?:{UNITS}))|(?<=[週月])[一二三四五六](?=で|ペース|、|$)"
)
EACH = re.compile(
    r"1回(?:に|が|は|で|あたり|当たり|につき)?(?:約|だいたい)?(?=[0-9]+(?:時間|分)|半日|(?:まる|丸)1日)"
)
ENOUGH = re.compile(r"(?:も?あれば|で)十分|充分")
OTHER_DAYS = re.compile(r"(?:1日|[2-6]日)(?:おき|置き)|一部の日|曜")
SUMMED = re.compile(r"([0-9]+)\s*時間\s*[×x*]\s*([0-9]+)\s*[日回]")
PART_OF_DAY = re.compile(r"(?:朝|昼|夕方|夜|晩|午前|午後)(?:に|の|は)?[0-9半]")
KANA = (
    ("にじゅう", "20"), ("じゅうご", "15"), ("じゅう", "10"), ("いち", "1"), ("いっ", "1"), ("さん", "3"), ("よ", "4"), ("ご", "5"),
    ("ろく", "6"), ("なな", "7"), ("はち", "8"), ("に", "2"),
)  # fmt: skip
SPENT = re.compile(
    r"(?P<hours>[0-9]+(?:\.[0-9]+)?)\s*時間\s*(?P<half>半)?(?:\s*(?P<rest>[0-9]{1,2})\s*分)?|(?P<minutes>[0-9]+)\s*分(?!の)"
    r"|(?P<halfday>半日)|(?P<day>(?:まる|丸)(?:1日|いちにち)|1日(?:がかり|かけて|まるまる|分)|終日)"
)
TIMES = re.compile(r"(?P<n>[0-9]+)\s*(?:回|ぺん|へん|度(?!目))")
EVERY = (  # how often a month, and the words for it; the longer first
    (WEEKS / 2, r"2週間に|2週に|隔週|1週おき|1週間おき"),
    (1 / 2, r"2(?:か月|ヶ月|ヵ月|カ月|ケ月)に|隔月"),
    (WEEKS, r"週1(?!回|日)|毎週|1週間に|週間?に|週(?=[0-9])|週、"),
    (WORKDAYS, r"毎日|日に|1日に|1日あたり|1日(?=[0-9])|日々"),
    (1, r"毎月|月に|月(?=[0-9約半])|1(?:か月|ヶ月|ヵ月|カ月)に|ひと月に?"),
)  # fmt: skip
DAYS_A_WEEK = re.compile(r"週(?:に|の)?([1-7])(?:日|(?=で|ペース|、|$))")
TIMES_A_MONTH = re.compile(r"月([1-9])(?=で|ペース|、|$)")
RANGED = re.compile(r"([0-9]+)\s*(?:、|,|~|-|〜|から|か)\s*([0-9]+)(?=\s*(?:時間|分|回))")


def read_hours(text: str) -> int | None:
    """Read hours a month; None where it is not said how often, or not how long."""
    if len(text) > LONGEST:
        return None
    return corrected(text, _hours)


def _hours(text: str) -> int | None:
    plain = SUMMED.sub(lambda hit: f"{int(hit[1]) * int(hit[2])}時間", _plain(text))
    if len(TIMES.findall(plain)) > 1:
        plain = EACH.sub("", plain)
    if OTHER_DAYS.search(plain):
        return None
    spent = [_span(hit) for hit in SPENT.finditer(plain)]
    if len(spent) != 1 or re.search("年[に間で]", plain):
        return None
    often = _often(SPENT.sub(" ", plain, count=1), plain)
    return None if often is None else max(1, round(spent[0] * often))


def _span(hit: re.Match[str]) -> float:
    if hit["halfday"]:
        return HALF_DAY
    if hit["day"]:
        return WHOLE_DAY
    if hit["minutes"]:
        return int(hit["minutes"]) / 60
    return float(hit["hours"]) + (0.5 if hit["half"] else 0.0) + int(hit["rest"] or 0) / 60


def _often(rest: str, plain: str) -> float | None:
    """Say how often a month; an amount with no rhythm at all is meant for the month."""
    times = [int(hit["n"]) for hit in TIMES.finditer(rest)]
    if len(times) > 1:
        return None
    if days := DAYS_A_WEEK.search(plain):
        return int(days[1]) * WEEKS * (times[0] if times else 1)
    if months := TIMES_A_MONTH.search(plain):
        return None if times else int(months[1])
    found = list(dict.fromkeys(often for often, words in EVERY if re.search(words, _masked(plain, often))))
    found = found[:1] if found and found[0] in (WEEKS / 2, 1 / 2) else found
    if len(found) > 1:
        return None
    if not found:  # 「15時間」 is of the month; 「30分」 and 「朝1時間」 alone are of nobody knows what
        return None if times or re.search("年|分", plain) or PART_OF_DAY.search(plain) else 1
    return found[0] * (times[0] if times else 1)


def _masked(plain: str, often: float) -> str:
    return re.sub(r"まる1日|丸1日|1日(?:がかり|かけて|分)", " ", plain) if often == WORKDAYS else plain


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = plain.translate({code: code - 0x60 for code in range(ord("ァ"), ord("ヵ"))})
    plain = NUMERALS.sub(lambda hit: str(kanji_number(hit[0])), ENOUGH.sub("", plain))
    plain = (
        plain.replace("ひと月", "1か月")
        .replace("ふた月", "2か月")
        .replace("しゅう", "週")
        .replace("まいにち", "毎日")
    )
    for word, figure in KANA:
        plain = re.sub(rf"{word}\s*(?=じかん|時間|かい|ぷん|ぺん)", figure, plain)
    plain = re.sub(r"(?<=[0-9])\s*じかん", "時間", plain)
    plain = re.sub(r"(?<=[0-9])\s*(?:ぷん|ふん)", "分", plain)
    plain = re.sub(r"(?<=[0-9])\s*かい(?!は)", "回", plain)
    return RANGED.sub(r"\1", plain).replace(" ", "")
