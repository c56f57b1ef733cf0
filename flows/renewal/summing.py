"""Summing up: what came of the work, as its owner confirms it; whether others may read of it; and what the professional says of his part."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import count

from flows.facts import House
from flows.messages import Card, Line
from flows.questions import Choice, Option, Pick, Text, yen
from flows.renewal.month_outcomes import SharePart, SumUp
from flows.rules.coach.own_cases import HIDDEN, NAMED, NAMELESS, NO, PART, YES, Came, OwnCase, own_case
from flows.rules.japanese.counting import say_number
from flows.steps import Steps, ask
from flows.weekly.promising import Reading

DEEDS = 4  # of each side, on the card
MOST_WORDS = 200
FIX = "FIX"


@dataclass(frozen=True)
class Summed:
    """What the data say of one engagement. ``asks`` is the question about its number, empty where it has none."""

    house: House
    engagement: str
    other: str
    came: Came
    meetings: int = 0
    pay: int = 0
    name: str = ""
    asks: str = ""
    unit: str = ""


class Reached(Enum):
    """Whether the goal was reached; the values are kept."""

    YES = YES
    PART = PART
    NO = NO


LABELS = {Reached.YES: "はい", Reached.PART: "一部だけ", Reached.NO: "いいえ"}


class Show(Enum):
    """How others may read of it; names are released."""

    NAMED = "名前を出してよい"
    NAMELESS = "名前なしならよい"
    HIDDEN = "見せない"


KEPT = {Show.NAMED: NAMED, Show.NAMELESS: NAMELESS, Show.HIDDEN: HIDDEN}


def sum_up(facts: Summed) -> Steps[SumUp]:
    """Owner: is it so, was the goal reached, and may owners with the same trouble read of it?"""
    reached, came = yield from _confirmed(facts)
    words = ""
    if came.after is None and reached is not Reached.NO:
        asked = Text(
            "ひとことで大丈夫です。一緒に進めた方から見て、何が変わりましたか？",
            most=MOST_WORDS,
            least=0,
            can_skip=True,
            is_free=True,
            label="変わったこと",
        )
        words = yield from ask("words", asked)
    came = replace(came, win=reached.value)
    show = Show.HIDDEN
    if reached is not Reached.NO:
        show = yield from _may_be_shown(came)
    return SumUp(facts.engagement, reached.value, came.after, words, KEPT[show])


def _confirmed(facts: Summed) -> Steps[tuple[Reached, Came]]:
    """Show what the data say until he says whether the goal was reached; a wrong number is put right first."""
    came = facts.came
    for n in count(1):
        options = [Option(each.name, label) for each, label in LABELS.items()]
        if facts.asks:
            options.append(Option(FIX, "数字を入れる" if came.after is None else "数字を直す"))
        asked = Choice(
            "目標は、届きましたか？",
            choices=tuple(options),
            card=summary(facts, came),
            label="目標に届いたか",
        )
        said = yield from ask(f"reached.{n}", asked, given=(came.before, came.after), lasting=(FIX,))
        if said != FIX:
            return Reached[said], came
        number = Reading(f"いまの数を教えてください。{facts.asks}", unit=facts.unit, label="いまの数")
        came = replace(came, after=(yield from ask(f"after.{n}", number)))
    raise AssertionError("unreachable")


def summary(facts: Summed, came: Came) -> Card:
    """これまでのまとめ: the goal, the number, the time, the cost, and who did what."""
    begun = f"{say_number(came.before, facts.unit)} → " if came.before is not None else ""
    number = f"{begun}{say_number(came.after, facts.unit)}" if came.after is not None else ""
    met = f"(打ち合わせ{facts.meetings}回)" if facts.meetings else ""
    terms = f"月{came.hours}時間くらい・お相手に月{yen(facts.pay)}" if came.hours and facts.pay else ""
    rows = (
        Line("目標", came.goal),
        Line(facts.name, number),
        Line("かかった期間", f"{came.weeks}週間{met}"),
        Line("時間とお支払い", terms),
        Line("会社でしたこと", _deeds(came.owner_deeds)),
        Line(f"{facts.other}がしたこと", _deeds(came.talent_deeds)),
    )
    return Card("これまでのまとめ", tuple(row for row in rows if row.text))


def _deeds(deeds: tuple[str, ...]) -> str:
    return "\n".join(f"・{deed}" for deed in deeds[-DEEDS:])


def _may_be_shown(came: Came) -> Steps[Show]:
    """Show word for word what another owner would read, then ask. Who cannot say shows nothing."""
    forms = [(way, own_case(replace(came, show=KEPT[way]))) for way in (Show.NAMED, Show.NAMELESS)]
    named = came.firm and own_case(replace(came, show=NAMED)) != own_case(replace(came, show=NAMELESS))
    rows = tuple(
        Line("名前を出すとき" if way is Show.NAMED else "名前なしのとき", say_case(form))
        for way, form in forms
        if form is not None and (named or way is Show.NAMELESS)
    )
    asked = Pick(
        "いつでも取り消せます。同じことで困っている社長に、お見せしてもよろしいですか？",
        of=Show,
        unsure=Show.HIDDEN,
        card=Card("お見せする形", rows),
        label="ほかの社長にお見せするか",
    )
    return (yield from ask("show", asked, given=came))


def say_case(case: OwnCase) -> str:
    return f"{case.firm}：{case.did}。" + (f"{case.fact}。" if case.fact else "")


def share_part(facts: Summed) -> Steps[SharePart]:
    """Talent: whether his part may be told beside the firm's; without his word it is not."""
    form = own_case(replace(facts.came, talent_show=NAMELESS))
    card = Card("お見せする形", (Line("ほかの社長が読むこと", say_case(form)),)) if form else None
    asks = f"{facts.other}が、このお仕事をほかの社長に紹介してよいとのことです。あなたのしたことも、入れてよろしいですか？"
    asked = Pick(asks, of=Part, unsure=Part.HIDDEN, card=card, label="自分のしたことを入れるか")
    chosen = yield from ask("part", asked, given=facts.came)
    return SharePart(facts.engagement, NAMELESS if chosen is Part.SHOWN else HIDDEN)


class Part(Enum):
    """Whether his own part is told; names are released. His name never is."""

    SHOWN = "入れてよい"
    HIDDEN = "入れない"
