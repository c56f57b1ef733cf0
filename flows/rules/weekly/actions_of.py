"""Actions of: what was decided, in somebody's own words, cut into who does what by when.

Rules only: one line, one sentence or one mark is one thing. A model could cut a long talk better; its prompt would be
``prompts/week_actions.md``, judged by these same limits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.rules.calendar import JST
from flows.rules.coach.beside import beside
from flows.rules.japanese.when import read_day

MOST, LONGEST = 8, 120  # things of a list, and characters of one: it is read aloud
AHEAD = timedelta(days=120)

MARK = re.compile(r"^[\s　]*(?:[・･●○■□◆◇▶►➤✓✔☐*＊\-‐–—•]|[(（]?[0-9０-９]{1,2}[.．)）、]|[①-⑳])[\s　]*")
INLINE = re.compile(r"[・･](?=\S)(?<![ァ-ヶー][・･])|[①-⑳]")  # not the dot inside ジョン・レノン
ENDS = re.compile(r"(?<=[。！？!?])(?!\s*$)|[／]|(?:、|。|^)(?:あと(?:は|、)|それと、?|それから、?)")
WHO = re.compile(r"^\s*([^\s：:はがのを、。]{1,20}?)(?:さん|氏|様)?\s*(?:[：:→]|(?:が|は)(?:、|(?=\S)))\s*")
DOER = re.compile(r"は\s*([^\s：:はがのを、。]{1,12}?)(?:さん|氏|様)?が")  # 「写真は美咲がとる」
HEADING = re.compile(
    r"^[【\[「]?\s*([^\s：:]{1,20}?)(?:さん|氏|様)?(?:が?(?:やること|の分|の担当))?\s*[】\]」]?\s*[：:]?$"
)
UNTIL = re.compile(r"([^、。\s]{1,14}?)(?:まで(?:に)?|中に|迄に?)")
MINE = (
    "私",
    "わたし",
    "わし",
    "僕",
    "ぼく",
    "俺",
    "おれ",
    "自分",
    "うち",
    "こちら",
    "当社",
    "弊社",
    "こっち",
)
YOURS = ("そちら", "お相手", "相手", "あなた", "そっち")
OWNER_NAMES = ("社長", "オーナー", "代表", "会社", "会社側", "先方")
TALENT_NAMES = ("プロ", "プロ人材", "人材")
OWNER, TALENT = "OWNER", "TALENT"


@dataclass(frozen=True)
class Told:
    """One thing that somebody does; ``who`` is the released name of a side, ``due_on`` a day or nothing."""

    who: str
    text: str
    due_on: date | None = None


@dataclass(frozen=True)
class TooLong:
    """One thing that is a talk of its own; ``length`` are its characters."""

    length: int


def actions_of(
    text: str, mine: str, on: date, names: Mapping[str, str] | None = None, usual: str = ""
) -> tuple[Told, ...] | TooLong:
    """Cut words into things to do. ``mine`` is the side that speaks, ``usual`` whose they are where nobody is named.

    ``names`` are people by their family or first name, each with his side. Nothing to do gives nothing.
    """
    known = _known(mine, names or {})
    usual, found = usual or mine, list[Told]()
    for line in unicodedata.normalize("NFC", text).splitlines():
        bare = MARK.sub("", line).strip()
        if (heading := _heading(bare, known)) is not None:
            usual = heading
            continue
        who = usual
        for piece in _pieces(bare, known):
            named, words = _named(piece, known)
            who = named or who
            if _is_nothing(words):
                continue
            if len(words) > LONGEST:
                return TooLong(len(words))
            told = Told(who, words, due_of(words, on))
            if all((told.who, told.text) != (item.who, item.text) for item in found):
                found.append(told)
    return tuple(found)


def due_of(text: str, on: date) -> date | None:
    """Read by when a thing is to be done: 「水曜までに」, 「12/9まで」. A day that is past or far is none."""
    for hit in UNTIL.finditer(unicodedata.normalize("NFKC", text)):
        day = read_day(hit[1], datetime.combine(on, time(9), JST))
        if isinstance(day, date) and on <= day <= on + AHEAD:
            return day
    return None


def _known(mine: str, names: Mapping[str, str]) -> dict[str, str]:
    other = TALENT if mine == OWNER else OWNER
    known = dict.fromkeys(MINE, mine) | dict.fromkeys(YOURS, other)
    known |= dict.fromkeys(OWNER_NAMES, OWNER) | dict.fromkeys(TALENT_NAMES, TALENT)
    return known | {name: side for name, side in names.items() if name}


def _pieces(line: str, known: Mapping[str, str]) -> Iterator[str]:
    somebody = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    ends = re.compile(rf"{ENDS.pattern}|、(?=(?:{somebody})(?:さん|氏|様)?[はが])")
    for part in INLINE.split(line):
        for piece in ends.split(part):
            words = MARK.sub("", piece).strip().rstrip("。")
            if words:
                yield words


def _heading(line: str, known: Mapping[str, str]) -> str | None:
    """Tell whose things follow, where a line names somebody and nothing else."""
    hit = HEADING.match(line)
    return known.get(hit[1]) if hit else None


def _named(piece: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Take who does it off the beginning; the name of somebody else of the firm stays in the words."""
    hit = WHO.match(piece)
    side = known.get(hit[1]) if hit else None
    if hit is None or side is None:
        doer = DOER.search(piece)
        return (known.get(doer[1], "") if doer else ""), piece
    rest = piece[hit.end() :].strip()
    is_role = hit[1] in (*MINE, *YOURS, *OWNER_NAMES, *TALENT_NAMES)
    return side, rest if rest and (is_role or _is_self(side, hit[1], known)) else piece


def _is_self(side: str, name: str, known: Mapping[str, str]) -> bool:
    """Tell whether a name is that of the talent himself: he is one person, a firm has many."""
    return side == TALENT and known.get(name) == TALENT


def _is_nothing(words: str) -> bool:
    """Tell whether nothing can be done about it: marks, a face, a nod, thanks."""
    return beside(words) is not None or words in ("なし", "とくになし", "特になし", "特にない", "ない")
