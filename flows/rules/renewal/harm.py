"""Harm: what the staff read before the other side does, under the rule both were told. Hard words are not harm.

Threats, harassment, thoughts of ending one's life, and somebody else's secrets; nothing else is ever held back, softened
or shortened. A word too many held costs both half a day, so each pattern wants the deed or the target, not the mood.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum

from flows.rules.japanese.folding import sentences
from flows.rules.lint.sensitive import HEALTH, MONEY, NAMED, NOT_NAMES


class Harm(Enum):
    """Why the staff read it first; the value is said to the staff."""

    LIFE = "ご自分を傷つけるおそれ"
    THREAT = "おどし"
    HARASS = "いやがらせ"
    SECRET = "ほかの方の秘密"


LIFE = re.compile(
    r"死にたい|死にたく(?:なる|なった|なり)|死んでしまいたい|死んだほうが(?:まし|楽|いい)|自殺|自死|首を?(?:吊|つ)(?:る|り|って)"
    r"|消えて?(?:しまいたい|なくなりたい)|消えたい|生きて(?:い)?(?:たくない|る意味|られない)|命を絶"
)
THREAT = re.compile(
    r"殺(?:す(?!だけ)|してやる|してやりたい|すぞ|されたい)|ころしてやる|ぶっ殺|ただ(?:では|じゃ)(?:おか|済ま|すま)|痛い目に(?:あわせ|遭わせ|合わせ)"
    r"|覚えて(?:ろ|おけ|おれよ)|覚えとけ|火を(?:つけ|付け)て(?:やる|やりたい)|(?:潰|つぶ)して(?:やる|やりたい)|(?:晒|さら)して(?:やる|やりたい)"
    r"|ばらして?やる|仕返し(?:を)?(?:する|してやる)|家まで(?:行く|押しかけ)|家族が?どうなって|夜道"
)
HARASS = re.compile(
    r"死ね(?![ばなま])|(?:馬鹿|バカ|ばか)(?:野郎|やろう|女|男)|(?:人間の)?クズ(?:野郎|だ|め|です)|ゴミ(?:野郎|人間|以下)|役立たず|能なし|無能"
    r"|ブス|デブ|ババア|ジジイ|(?:女|男|年寄り|若造|田舎者|外国人)の(?:くせ|分際)|(?:抱き|ヤり|やらせ)(?:たい|ろ)(?![いう]?仕事)|裸(?:の写真|を見)"
    r"|(?:胸|尻|お尻|体|からだ)を(?:触|さわ)|ホテルに(?:行こ|来い|誘)|愛人|夜の相手"
)
SECRET = re.compile(
    r"ここだけの話|内緒(?:の話|だが|ですが|にして|やけど|だけど)|口止めされ|誰にも言うな|絶対に秘密|秘密(?:の話|だが|ですが|にして)"
)


PATTERNS = {Harm.LIFE: LIFE, Harm.THREAT: THREAT, Harm.HARASS: HARASS, Harm.SECRET: SECRET}


def harms(answers: Iterable[str]) -> dict[Harm, str]:
    """Find what the staff must read first, the gravest kind first, each with the sentence it stands in."""
    found: dict[Harm, str] = {}
    for said in (part for answer in answers for part in sentences(unicodedata.normalize("NFKC", answer))):
        for kind, pattern in PATTERNS.items():
            if pattern.search(said) or (kind is Harm.SECRET and _tells_of_somebody(said)):
                found.setdefault(kind, said)
    return {kind: found[kind] for kind in Harm if kind in found}


def _tells_of_somebody(said: str) -> bool:
    """Tell whether a sentence says of a person by name that he is ill, or has debts."""
    is_named = any(not NOT_NAMES.search(hit[1]) for hit in NAMED.finditer(said))
    return is_named and bool(HEALTH.search(said) or MONEY.search(said))
