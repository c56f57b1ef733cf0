"""Ranking: who fits a posting, in which order, and why; and which postings fit somebody. Pure, the same both ways.

What counts are facts of the work: what somebody has done with his own hands, for whom, when and at what price. Never sex,
age, family or origin: no part reads them. A score is for the order alone; people read reasons.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz

from flows.rules.match.slots import first_shared, shared
from flows.rules.match.trades import SAME, in_common, likeness
from prompts.knowledge import job_codes, kin

MOST_OVER = 1.5  # times what the owner can pay: beyond it no talk ends well
LEAST_HOURS = 0.5  # of what the work takes
KIN = 0.5  # how near a work is that stands beside this one in the book, or that its own question leads to
LEAST_WORK = (
    0.4  # below it only circumstances speak for somebody: a shorter list is better than a wrong person
)
WEIGHTS = {
    "work": 6.0,
    "words": 0.2,
    "trade": 0.4,
    "hand": 0.3,
    "routine": 0.4,
    "small": 0.3,
    "hours": 0.8,
    "price": 0.8,
    "place": 0.5,
    "insured": 0.1,
    "record": 0.3,
}
WORDY = (
    "words",
    "trade",
    "hand",
    "routine",
    "small",
    "record",
)  # parts that take more than the numbers of a profile
TOLD_WORK = 0.3  # what is less sure is not said of somebody
UNSURE_RECORD = 0.5  # a newcomer's: neither for nor against

SAID = {  # what may be said for somebody; a test reads each aloud against the rules of the voice
    "work": "「{work}」にあたる仕事をしてきた方です",
    "same_trade": "{trade}のことを、よく知っています",
    "near_trade": "似た苦労のある、{trade}のことを知っています",
    "record": "前の会社から、続けてお願いされた方です",
    "routine": "だれでもできる形にした仕事があります",
    "hand": "自分の手で進めてきた方です",
    "small": "小さな会社の仕事を知っています",
    "lives": "{place}に住んでいます",
    "tied": "{place}にゆかりがあります",
    "hours": "月{hours}時間とれます",
    "price": "ご予算に収まります",
    "meets": "{when}にお会いできます",
    "insured": "もしもの時の保険に入っています",
}
HAND = re.compile(
    "自分で|自ら|手を動か|手作業|現場に入|作っ|作り|書い|組ん|撮っ|直し|立ち上げ|構築|実装|制作|運用し"
)
ROUTINE = re.compile("仕組み|マニュアル|手順|標準化|型に|誰でも|だれでも|引き継|内製化|テンプレ|定着")
SMALL = re.compile(
    "中小|小さな会社|小規模|町工場|家業|個人店|地方の|零細|商店|数人|従業員[0-9０-９一二三]{1,2}[人名]"
)
CONTENT = re.compile(r"[一-鿿々]{2,}|[ァ-ヶー]{3,}|[a-z0-9]{2,}")


@dataclass(frozen=True)
class Wanted:
    """A posting as it is matched. ``hourly_yen`` None and ``times`` 0: not said."""

    id: str
    code: str
    text: str
    trades: frozenset[str]
    prefecture: str = ""
    hours: int = 0  # a month
    hourly_yen: int | None = None
    times: int = 0  # mask of weekday hours
    onsite_days: int = 0


@dataclass(frozen=True)
class Candidate:
    """A professional as he is matched. ``works`` are shares of work codes told from his words, the surest first."""

    id: str
    text: str
    works: Mapping[str, float]
    trades: frozenset[str]
    prefecture: str = ""
    tied: tuple[str, ...] = ()
    hours: int = 0
    hourly_yen: int = 0  # 0: not said
    times: int = 0
    is_remote_only: bool = False
    is_insured: bool = False
    record: float | None = None  # share of his finished engagements that were renewed or reached their goal


@dataclass(frozen=True)
class Ranked:
    """One candidate in the list; ``parts`` are between 0 and 1, before their weights."""

    id: str
    score: float
    parts: dict[str, float]
    reasons: tuple[str, ...] = field(default=())


def barred(wanted: Wanted, candidate: Candidate) -> str:
    """Say why somebody cannot be in the list at all, for the staff; empty when he can."""
    if not shared(wanted.times, candidate.times):
        return "打ち合わせのできる時間が、重なりません"
    if wanted.hourly_yen and candidate.hourly_yen > wanted.hourly_yen * MOST_OVER:
        return "ご予算を、大きく超えます"
    if wanted.onsite_days and candidate.is_remote_only and not place(wanted.prefecture, candidate):
        return "会社に来ることが、できません"
    if wanted.hours and candidate.hours and candidate.hours < wanted.hours * LEAST_HOURS:
        return "使える時間が、足りません"
    return ""


def rank(
    wanted: Wanted, candidates: Iterable[Candidate], most: int | None = None, *, least: float = LEAST_WORK
) -> list[Ranked]:
    """Order who is not barred and has done this work or one near it, the best first, whatever order they came in.

    ``least`` 0 keeps everybody who can come: people who applied are never left out for what their words do not tell.
    """
    found = [scored(wanted, each) for each in candidates if not barred(wanted, each)]
    found = [each for each in found if each.parts["work"] >= least]
    found.sort(key=lambda each: (-each.score, lot(wanted.id, each.id)))
    return found[:most]


def rank_postings(candidate: Candidate, postings: Iterable[Wanted], most: int | None = None) -> list[Ranked]:
    """Order the postings that fit somebody: the same pairs, the same scores."""
    open_to = [wanted for wanted in postings if not barred(wanted, candidate)]
    found = [(scored(wanted, candidate), wanted) for wanted in open_to]
    found = [(each, wanted) for each, wanted in found if each.parts["work"] >= LEAST_WORK]
    found.sort(key=lambda pair: (-pair[0].score, lot(candidate.id, pair[1].id)))
    return [Ranked(wanted.id, each.score, each.parts, each.reasons) for each, wanted in found[:most]]


def lot(one: str, other: str) -> str:
    """Draw lots between equals, the same each time for a pair: no id is favoured everywhere."""
    return hashlib.sha256(f"{one}\n{other}".encode()).hexdigest()


def scored(wanted: Wanted, candidate: Candidate) -> Ranked:
    parts = {
        "work": work(wanted.code, candidate.works),
        "words": words(wanted.text, candidate.text),
        "trade": likeness(wanted.trades, candidate.trades),
        "hand": _told(HAND, candidate.text),
        "routine": _told(ROUTINE, candidate.text),
        "small": _told(SMALL, candidate.text),
        **settled(wanted, candidate),
        "record": UNSURE_RECORD if candidate.record is None else candidate.record,
    }
    score = sum(WEIGHTS[name] * part for name, part in parts.items())
    return Ranked(candidate.id, round(score, 6), parts, reasons(wanted, candidate, parts))


def settled(wanted: Wanted, candidate: Candidate) -> dict[str, float]:
    """Give the parts that numbers alone settle, without a word of the profile; see ``WORDY`` for the others."""
    return {
        "hours": min(1.0, candidate.hours / wanted.hours) if wanted.hours and candidate.hours else 0.5,
        "price": price(wanted.hourly_yen, candidate.hourly_yen),
        "place": place(wanted.prefecture, candidate),
        "insured": float(candidate.is_insured),
    }


def work(code: str, works: Mapping[str, float]) -> float:
    """Tell how much of somebody's work is this one, or one near it."""
    return max((share * nearness(code, other) for other, share in works.items()), default=0.0)


@lru_cache(maxsize=16_384)  # 86 works by 86
def nearness(one: str, other: str) -> float:
    """Tell how near two works are: the same, kin by the book or by its own questions, or apart."""
    if one == other:
        return 1.0
    known = job_codes()
    if one not in known or other not in known:
        return 0.0
    leads = {option.code for code in (known[one], known[other]) for option in code.stuck.options}
    is_kin = frozenset((one, other)) in kin() or (one in leads and other in leads)
    return KIN if is_kin else 0.0


def near_works(code: str) -> dict[str, float]:
    """Return this work and all that are near it."""
    found = {other: nearness(code, other) for other in job_codes()}
    return {other: value for other, value in found.items() if value}


def words(wanted: str, own: str) -> float:
    """Tell how many words of content two texts share, the shorter one counting."""
    ours, theirs = (" ".join(CONTENT.findall(text.casefold())) for text in (wanted, own))
    return fuzz.token_set_ratio(ours, theirs) / 100 if ours and theirs else 0.0


def price(budget: int | None, asked: int) -> float:
    """Tell how well a price fits: within the budget whole, above it less and less; unknown is half."""
    if not budget or not asked:
        return 0.5
    return 1.0 if asked <= budget else max(0.0, 1 - (asked / budget - 1) / (MOST_OVER - 1))


def place(prefecture: str, candidate: Candidate) -> float:
    if not prefecture:
        return 0.0
    return 1.0 if prefecture in (candidate.prefecture, *candidate.tied) else 0.0


def _told(shape: re.Pattern[str], text: str) -> float:
    return 1.0 if shape.search(text) else 0.0


def reasons(wanted: Wanted, candidate: Candidate, parts: Mapping[str, float]) -> tuple[str, ...]:
    """Say in plain words what speaks for somebody, the weightiest first; each is a fact of his profile or of our store."""
    known = job_codes()
    did = max(
        candidate.works,
        key=lambda other: (candidate.works[other] * nearness(wanted.code, other), other),
        default="",
    )
    found = []
    if parts["work"] >= TOLD_WORK and did in known:
        found.append(SAID["work"].format(work=known[did].name))
    if trade := in_common(wanted.trades, candidate.trades):
        found.append(SAID["same_trade" if parts["trade"] == SAME else "near_trade"].format(trade=trade))
    if candidate.record is not None and candidate.record > UNSURE_RECORD:
        found.append(SAID["record"])
    if parts["routine"] or parts["hand"]:
        found.append(SAID["routine" if parts["routine"] else "hand"])
    if parts["small"]:
        found.append(SAID["small"])
    if parts["place"]:
        lives = wanted.prefecture == candidate.prefecture
        found.append(SAID["lives" if lives else "tied"].format(place=wanted.prefecture))
    if wanted.hours and candidate.hours >= wanted.hours:
        found.append(SAID["hours"].format(hours=candidate.hours))
    if wanted.hourly_yen and 0 < candidate.hourly_yen <= wanted.hourly_yen:
        found.append(SAID["price"])
    if candidate.times and (when := first_shared(wanted.times, candidate.times)):
        found.append(SAID["meets"].format(when=when))
    if parts["insured"]:
        found.append(SAID["insured"])
    return tuple(found)
