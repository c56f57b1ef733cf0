"""Own cases: what came of work in this house, as another owner may read it. House words and numbers; a name only with a yes.

Without the firm's name nothing of its own wording is shown, numbers are rounded, and money is a share: who knows the
valley shall not know the firm.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from flows.rules.coach.plain import jargon
from flows.rules.japanese.counting import say_number
from flows.rules.japanese.names import in_talk
from flows.rules.lint.lint import unfit
from flows.rules.lint.relayed import fraud
from flows.rules.lint.sensitive import sensitive
from flows.rules.match.trades import likeness, trades_of
from flows.rules.weekly.gauge import name_of
from prompts.knowledge import job_codes, trades

YES, PART, NO = "yes", "part", "no"  # whether the goal was reached; released names
NAMED, NAMELESS, HIDDEN = "名前あり", "匿名", "不可"  # how others may read of it; released names
SHOWN = (NAMED, NAMELESS)
MOST_FIRM, MOST_DEED = 20, 40  # letters
FIGURES = 2  # that a number keeps where the firm has no name
NEAR_PLACE = 0.5  # beside the trade: the same work nearby is easier to believe
# an address, a number to ring or to write to, a mark of a message: none of it belongs into a line about work
CONTACT = re.compile(
    r"https?:|www\.|[@＠]|[<>`*_~|]|\d{5,}|0\d{1,4}[-ー]\d|(?:LINE|ライン)\s*ID", re.IGNORECASE
)


@dataclass(frozen=True)
class Came:
    """What came of one engagement. ``trade`` and ``code`` are the house's names; ``firm`` and deeds are people's words.

    ``weeks`` it lasted, ``hours`` a month it had; the numbers are None where nobody knew them. ``talent_show`` is
    what the professional says of his part, empty until he has said.
    """

    code: str
    win: str
    show: str
    goal: str = ""
    firm: str = ""
    prefecture: str = ""
    trade: str = ""
    before: float | None = None
    after: float | None = None
    weeks: int = 0
    hours: int | None = None
    talent_show: str = ""
    owner_deeds: tuple[str, ...] = ()
    talent_deeds: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnCase:
    """One firm's case as it is shown: whose, what came, and how. ``closeness`` tells how near the reader's firm is."""

    firm: str
    did: str
    fact: str
    codes: tuple[str, ...]
    closeness: float = 0.0


def own_case(came: Came, words: str = "", places: tuple[str, ...] = ()) -> OwnCase | None:
    """Tell what may be told; None without consent, or where nothing came of it.

    ``words`` and ``places`` are what is known of the reader: his own words, and where he may be.
    """
    if came.show not in SHOWN or came.win not in (YES, PART) or came.code not in job_codes():
        return None
    firm = firm_of(came)
    is_named = came.show == NAMED and bool(clean_firm(came.firm))
    near = NEAR_PLACE if came.prefecture and came.prefecture in places else 0.0
    return OwnCase(
        firm, did_of(came, is_named), fact_of(came, is_named), (came.code,), near + _kin(came, words)
    )


def firm_of(came: Came) -> str:
    """Call the firm: by its name where it said so, else by where it is and what it does."""
    name = clean_firm(came.firm) if came.show == NAMED else ""
    place = came.prefecture if came.prefecture == "北海道" else came.prefecture[:-1]
    if name:
        return f"{name}({place})" if place else name
    trade = trades()[came.trade].name if came.trade in trades() else ""
    return (
        f"{place}の{trade}の会社"
        if place and trade
        else f"{place or trade}の会社"
        if place or trade
        else "ある会社"
    )


def did_of(came: Came, is_named: bool) -> str:
    """Say what came: the number before and after, else the state that was aimed at."""
    measure = job_codes()[came.code].measure
    if came.after is not None and (said := _change(came, measure.unit, is_named)):
        return f"{name_of(measure.ask)} {said}"
    label = next((win.label for win in job_codes()[came.code].wins if win.text and win.text in came.goal), "")
    what = f"「{label}」" if label else f"「{job_codes()[came.code].name}」の目標"
    return f"{what}に届きました" if came.win == YES else f"{what}に、途中まで届きました"


def fact_of(came: Came, is_named: bool) -> str:
    """Say how long it took and, unless the professional would rather not, how much of his time; with names, a deed of each."""
    is_told = came.talent_show in SHOWN
    time = f"{came.weeks}週間" if came.weeks else ""
    said = (
        f"月{came.hours}時間の方と、{time}でした"
        if is_told and came.hours and time
        else f"{time}でした"
        if time
        else ""
    )
    halfway = "目標の途中までです" if came.win == PART and came.after is not None else ""
    deeds = [
        f"{who}は「{deed}」"
        for who, mine, may in (("会社の方", came.owner_deeds, True), ("お相手", came.talent_deeds, is_told))
        if is_named and may and (deed := next(filter(None, map(clean_deed, mine)), ""))
    ]
    return "。".join(filter(None, (said, halfway, *deeds)))


def _change(came: Came, unit: str, is_named: bool) -> str:
    """Say a number before and after. Money without a name is only how it changed."""
    assert came.after is not None
    if is_named:
        begun = f"{say_number(came.before, unit)} → " if came.before is not None else ""
        return f"{begun}{say_number(came.after, unit)}"
    if "円" in unit:
        return _share(came.before, came.after)
    begun = f"{_rough(came.before, unit)} → " if came.before is not None else ""
    return f"{begun}{_rough(came.after, unit)}"


def _rough(value: float, unit: str) -> str:
    """Round to two figures, and say so."""
    if value == 0 or not math.isfinite(value):
        return say_number(0, unit)
    near = round(value, FIGURES - 1 - math.floor(math.log10(abs(value))))
    return f"{'' if near == value else '約'}{say_number(near, unit)}"


def _share(before: float | None, after: float) -> str:
    """Say money as how it changed: 約2割へりました, 約3倍になりました."""
    if not before or before < 0:
        return ""
    times = after / before
    if times >= 1.95:
        return f"約{times:.0f}倍になりました" if times < 100 else ""
    tenths = round(abs(times - 1) * 10)
    return f"約{tenths}割{'ふえました' if times > 1 else 'へりました'}" if tenths else ""


def _kin(came: Came, words: str) -> float:
    mine = frozenset({came.trade} if came.trade in trades() else ())
    return likeness(mine, trades_of(words)) if words else 0.0


def clean_firm(name: str) -> str:
    """Give a firm's name as others may read it; empty where it is no name but something else."""
    plain = " ".join(in_talk(unicodedata.normalize("NFKC", name)).split())
    if not plain or len(plain) > MOST_FIRM or _is_bad(plain) or sensitive(plain):
        return ""
    return plain


def clean_deed(text: str) -> str:
    """Give one deed as others may read it; empty where it is long, private, or not about the work."""
    plain = unicodedata.normalize("NFKC", text).strip().rstrip("。")
    is_off = len(plain) > MOST_DEED or "\n" in plain or _is_bad(plain) or sensitive(plain) or jargon(plain)
    return "" if not plain or is_off else plain


def _is_bad(text: str) -> bool:
    return bool(not text.isprintable() or CONTACT.search(text) or fraud(text) or unfit(text))
