"""Wishes on: what somebody wrote about going on (MF4), as a wish with its hours and its pay; and what two wishes come to.

Nothing is guessed: a sum that was not said is asked for, and words that could mean two things are asked about.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

from flows.rules.japanese.hours import read_hours
from flows.rules.japanese.reading import read_yen


class On(Enum):
    SAME = "同じ条件で続ける"
    CHANGE = "条件を変えて続ける"
    TALK = "話してから決める"
    END = "ここで終わりにする"
    UNSAID = ""


@dataclass(frozen=True)
class Terms:
    """The hours and the pay of a month."""

    hours: int
    pay: int


@dataclass(frozen=True)
class WishOn:
    """A wish as it was written; of hours and pay only what was said. ``leans`` names the ways: 安く, 高く, 長く, 短く."""

    on: On
    hours: int | None = None
    pay: int | None = None
    leans: tuple[str, ...] = ()

    @property
    def is_vague(self) -> bool:
        """Tell whether something is to change and no number says how."""
        return self.on is On.CHANGE and self.hours is None and self.pay is None


END = re.compile(
    r"希望し(?:ない|ません)|更新(?:は|を)?し(?:ない|ません)|更新なし|続け(?:ない|ません|られない|られません|たくな)|継続し(?:ない|ません)"
    r"|(?:ここ|これ|今回|今月)(?:まで|で(?:終|おわ|区切|卒業|やめ|辞め))|終わりに(?:した|し|させ)|やめ(?:たい|ます|させ)|辞め(?:たい|ます|させ)|卒業"
)
TALK = re.compile(
    r"話して(?:から|決め)|話し合|話した(?:い|うえ)|相談(?:して|したい|させ|のうえ)|分から|わから|迷って|まよって|考え中|未定"
)
LEANS = {
    "安く": re.compile(
        r"安[くうい]|やす[くう]|(?:値|単価|時給|報酬|お金|金額|額|支払い?)[をは]?(?:もう少し|ちょっと)?(?:下げ|さげ|減ら|抑え)|値下げ|まけて|負けて|値引"
    ),
    "高く": re.compile(
        r"高く(?:し|て|な)|(?:値|単価|時給|報酬|お金|金額|額)[をはの]?(?:もう少し|ちょっと)?(?:上げ|あげ|アップ|増)|値上げ|増額"
    ),
    "長く": re.compile(
        r"時間[をはも]?(?:もう少し|もっと|ちょっと|少し)?(?:増や|ふや|長く|のば|延ば)|もっと(?:長|時間)"
    ),
    "短く": re.compile(
        r"時間[をはも]?(?:もう少し|もっと|ちょっと|少し)?(?:減ら|へら|短く|少なく)|(?:月|週)?の?時間が(?:足り|取れ)な"
    ),
}
CHANGE = re.compile(
    r"変え(?:て|たい|ら)|変更|かえて|条件(?:が合えば|次第|によ)|ただし|けど.*(?:したい|ほしい|欲しい)"
)
SAME = re.compile(
    r"同じ|おなじ|(?:この|その|今の|いまの|現状の?)(?:まま|条件|とおり|通り)|続けたい|つづけたい|続けて|続けます|継続(?:したい|を?希望|し(?:て|ます))"
    r"|更新(?:したい|を?希望|し(?:て|ます))|希望し(?:ます|たい)|お願いし(?:たい|ます)|ぜひ|はい"
)
CUT = re.compile(r"[、。，,\n・/／]+|(?<=時間)で|(?<=円)で|(?<=万)で")
HOURLY = re.compile(r"時給|時間単価|(?:1|一)時間(?:あたり|につき|当たり)?")
BARE_HOURS = re.compile(r"(?:月|稼働)?(?:は|を)?\s*(\d{1,2})\s*時間")
MOST_HOURS, LEAST_PAY, MOST_PAY = 80, 10_000, 1_000_000


def read_wish(text: str, now: Terms) -> WishOn:
    """Read MF4. Numbers that are those of now change nothing; hourly money is reckoned with the hours that are wished."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return WishOn(On.UNSAID)
    if END.search(plain):
        return WishOn(On.END)
    parts = [part for part in CUT.split(plain) if part]
    hours = next((found for part in parts if (found := _hours(part)) is not None), None)
    pay = next((found for part in parts if (found := _pay(part, hours or now.hours)) is not None), None)
    hours, pay = (None if hours == now.hours else hours), (None if pay == now.pay else pay)
    leans = tuple(name for name, pattern in LEANS.items() if pattern.search(plain))
    if TALK.search(plain):
        return WishOn(On.TALK, hours, pay, leans)
    if hours is not None or pay is not None or leans or CHANGE.search(plain):
        return WishOn(On.CHANGE, hours, pay, leans)
    return WishOn(On.SAME if SAME.search(plain) else On.UNSAID)


def _hours(part: str) -> int | None:
    if HOURLY.search(part) and not BARE_HOURS.search(HOURLY.sub("", part)):
        return None
    hit = BARE_HOURS.search(HOURLY.sub("", part))
    found = read_hours(part) if hit is None else int(hit[1])
    return found if found is not None and 1 <= found <= MOST_HOURS else None


def _pay(part: str, hours: int) -> int | None:
    said = read_yen(BARE_HOURS.sub(" ", HOURLY.sub(" ", part)))
    if said is None or not re.search(r"[円万千¥]", part):
        return None
    pay = said * hours if HOURLY.search(part) else said
    return pay if LEAST_PAY <= pay <= MOST_PAY else None


def wanted(choice: str, terms: tuple[str, ...] | list[str], now: Terms) -> Terms | None:
    """Return the terms somebody chose to go on with; None where he wants to talk, or to end."""
    if choice == On.SAME.name:
        return now
    if choice == On.CHANGE.name and len(terms) == 2:
        return Terms(int(terms[0]), int(terms[1]))
    return None


class Answer(Enum):
    """What somebody says to the other's wish; names are released."""

    TAKE = "お相手の条件でよい"
    KEEP = "自分の希望のままがよい"
    OTHER = "別の条件を出す"
    TALK = "話してから決める"


def come_to(
    wishes: tuple[Terms, Terms], answers: tuple[tuple[str, Terms | None], tuple[str, Terms | None]]
) -> Terms | None:
    """Say what two answers to each other's wishes come to; None is for a person to talk over.

    One takes the other's and the other keeps it, or both name the same: nothing else is an agreement.
    """
    stands = [
        {Answer.TAKE.name: wishes[1 - at], Answer.KEEP.name: wishes[at], Answer.OTHER.name: new}.get(said)
        for at, (said, new) in enumerate(answers)
    ]
    return stands[0] if stands[0] is not None and stands[0] == stands[1] else None
