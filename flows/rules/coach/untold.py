"""Untold: what a text says that nobody told it. Numbers, promises, ways to be reached, names, words of its own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.rules.coach.plain import jargon
from flows.rules.japanese.numerals import kanji_number
from flows.rules.lint.sensitive import NAMED, NOT_NAMES
from prompts.knowledge import words

MONTHS = "か月"
SAME_UNIT = {"名": "人", "パーセント": "%", "週": "週間", "年間": "年", "日間": "日", "か年": "年"}
NUMBER = re.compile(
    r"(?P<figures>[0-9]+(?:\.[0-9]+)?)(?P<scale>[万千億])?(?P<unit>{unit})?|(?P<kanji>[〇零一二三四五六七八九十百千]+)(?P<counted>{unit})".replace(
        "{unit}",
        "か月|週間|週|時間|年間|日間|円|パーセント|%|割|倍|件|人|名|社|個|本|回|枚|品|点|日|月|年|分|秒|冊|台|軒|店舗|通|束|袋|箱|種類|ページ|キロ|kg|トン",
    )
)
SCALES = {"": 1, "千": 1_000, "万": 10_000, "億": 100_000_000}
NO_NUMBER = re.compile(
    "十分|一緒|一番|一部|一度|一つ|一覧|一式|一人ひとり|一日も早|百貨|千代|万一|一体|統一|第一"
)

PROMISE = re.compile(
    r"必ず|かならず|絶対|保証|ほしょう|確実に|間違いなく|まちがいなく|儲か|もうか|儲け|約束します|お約束|元が取れ"
    r"|損はし|損をしません|失敗しません|100%|成功します|効果抜群|業界(?:最|一)|日本一|世界一|最強|無料で"
)
CONTACT = re.compile(
    r"https?:|www\.|[a-z0-9._-]+@[a-z0-9-]|[a-z0-9-]+\.(?:com|net|org|jp|info|biz|xyz|top|link|shop|io|me|ly|co)(?![a-z0-9])"
    r"|0[0-9]{1,4}[-( )./]{0,2}[0-9]{1,4}[-) ./]{0,2}[0-9]{3,4}|[0-9][0-9 .()-]{5,}[0-9]"
    r"|[〇零一二三四五六七八九]{6,}|(?:ぜろ|れい|いち|に|さん|よん|ご|ろく|なな|はち|きゅう|の){6,}"
    r"|@[a-z0-9_]{3,}|line(?:の)?id|振り?込|口座|前払い|qrコード"
)
MENTION = re.compile(r"[<>]|\{\{|```|@here|@channel")
AFFIXES = frozenset("毎各全新旧再初化用書表票数量分中後前内外別的先力店品案型法側者係板帳簿票欄枚件")
WORD = re.compile(r"[一-鿿々ヶ]{2,}|[ァ-ヴー]{3,}|[a-z][a-z0-9+&'-]+", re.IGNORECASE)
OPPOSITES = (
    (r"増|ふや|ふえ|殖", r"減|へら|へる|へり|なく"),
    (r"減|へら|へる|なく", r"増|ふや|ふえ"),
    (r"上げ|上が|伸ば", r"下げ|下が|落と"),
    (r"下げ|下が|落と", r"上げ|上が|伸ば"),
    (r"やめ|止め|廃止", r"始め|はじめ|続け"),
)


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer. ``kind`` is counted; ``why`` is told to the model, and to nobody else."""

    kind: str
    why: str


def untold(text: str, told: str, known: str = "") -> Iterator[Fault]:
    """Name what a line holds that does not come from ``told`` (the owner) or ``known`` (the house).

    Numbers come from the owner only; ways to be reached from nobody.
    """
    plain, source = folded(text), folded(told)
    if "\n" in text or any(unicodedata.category(mark) in ("Cc", "Cf", "Co", "Cs") for mark in text):
        yield Fault("form", "改行や見えない文字は使いません")
    if MENTION.search(plain):
        yield Fault("form", "記号 < > { } @ は使いません")
    if CONTACT.search(plain):
        yield Fault("contact", "電話番号、番地、振込先など、連絡や支払いの先は書きません")
    for word, say in jargon(text):
        yield Fault("jargon", f"「{word}」はむずかしい言葉です。「{say}」などにします")
    if (hit := PROMISE.search(plain)) and hit[0] not in source:
        yield Fault("promise", f"「{hit[0]}」のような約束は書きません")
    for number in sorted(numbers_of(text) - numbers_of(told)):
        if not is_told(number, numbers_of(told)):
            yield Fault("number", f"「{number[0]:g}{number[1]}」は社長が言っていない数です")
    for hit in NAMED.finditer(unicodedata.normalize("NFKC", text)):
        if folded(hit[1]) not in source and not NOT_NAMES.search(hit[1]):
            yield Fault("name", f"「{hit[0]}」は社長が言っていない名前です")
    own = [word for word in dict.fromkeys(WORD.findall(plain)) if not is_covered(word, source, folded(known))]
    if own:
        yield Fault("words", f"社長が言っていない言葉があります：{'、'.join(own[:6])}")


def changed(text: str, told: str) -> Iterator[Fault]:
    """Name what a line that was only to be reworded says otherwise: a number lost, more turned into less."""
    for number in sorted(numbers_of(told) - numbers_of(text)):
        yield Fault("number", f"「{number[0]:g}{number[1]}」が消えています。数と期限は落としません")
    for ours, theirs in OPPOSITES:
        if re.search(ours, text) and not re.search(ours, told) and re.search(theirs, told):
            yield Fault("meaning", "意味が反対になっています")
            return


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer
def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"[ヶケヵカ箇]月", MONTHS, plain)
    return re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", plain)


@lru_cache(maxsize=1_024)
def numbers_of(text: str) -> frozenset[tuple[float, str]]:
    """Read the numbers of a text with what they count: (30.0, "件"). A count in kanji needs its unit."""
    found = set()
    for hit in NUMBER.finditer(NO_NUMBER.sub("＿", folded(text))):
        unit = hit["unit"] or hit["counted"] or ""
        value = (
            float(kanji_number(hit["kanji"]))
            if hit["kanji"]
            else float(hit["figures"]) * SCALES[hit["scale"] or ""]
        )
        found.add((value, SAME_UNIT.get(unit, unit)))
    return frozenset(found - {(3.0, MONTHS)})  # every posting is about three months


def is_told(number: tuple[float, str], told: frozenset[tuple[float, str]]) -> bool:
    """Tell whether a number was told, be it without its unit: 「20」 to the question how many 件."""
    value, unit = number
    return number in told or (value, "") in told or (not unit and any(value == known for known, _ in told))


@cache
def neutral() -> frozenset[str]:
    return frozenset(words().neutral)


def is_covered(word: str, told: str, known: str) -> bool:
    """Tell whether a word is put together from words that were told, that the house knows, or that say nothing."""
    if word in told or word in known or word in neutral():
        return True
    if word.isascii() or re.match("[ァ-ヴ]", word):
        return False
    reach = [True] + [False] * len(word)
    for end in range(1, len(word) + 1):
        reach[end] = any(
            reach[start] and _is_piece(word[start:end], told, known) for start in range(max(0, end - 6), end)
        )
    return reach[-1]


def _is_piece(piece: str, told: str, known: str) -> bool:
    if len(piece) == 1:  # 「卸」 of 「金物の卸」 is a word; a part of another word is none
        return piece in AFFIXES or re.search(f"(?<![一-鿿々]){piece}(?![一-鿿々])", told) is not None
    return piece in told or piece in known or piece in neutral()
