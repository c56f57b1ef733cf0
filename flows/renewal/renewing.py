"""Renewing: what the staff write down when they have talked with both about going on or ending."""

from __future__ import annotations

from datetime import date
from typing import Any

from flows.facts import Renewing
from flows.outcomes import GoOn, PartWays
from flows.questions import Amount, Choice, Option, Question, Text, Yen
from flows.rules.calendar import say_day
from flows.steps import Steps, fill
from flows.talent.talents import form

MOST = 300
TODAY, AGREED = (
    "TODAY",
    "今日まで(お二人とも、よいとのこと)",
)  # sooner than the law says only by both's free word


def go_on(facts: Renewing) -> Steps[GoOn]:
    """Staff: 続けることになった, with the terms that hold from now on."""
    fields: dict[str, Question[Any]] = {
        "CHANGES": Text(
            "変わったこと",
            least=0,
            most=MOST,
            is_long=True,
            hint="なければ空のままで。毎週の曜日と時刻は、ここでは変わりません",
        ),
        "HOURS": Amount("月の時間", unit="時間", least=5, most=80, initial=str(facts.hours)),
        "PAY": Yen("月のお支払い(円)", least=10_000, most=1_000_000, initial=str(facts.pay)),
    }
    agreed: Any = yield from fill(
        "go_on",
        "続けることになった",
        form("Agreed", fields),
        given=(facts.hours, facts.pay),
        submit="お二人に知らせる",
    )
    return GoOn(facts.task, agreed.CHANGES, agreed.HOURS, agreed.PAY)


def part_ways(facts: Renewing) -> Steps[PartWays]:
    """Staff: 終わりになった; the form stands between a slip of the finger and two people."""
    words = Text(
        "お二人に伝えること", least=0, most=MOST, is_long=True, hint="なければ、空のままで大丈夫です"
    )
    fields: dict[str, Question[Any]] = {"WORDS": words}
    if facts.days:
        days = tuple(Option(day, f"{say_day(date.fromisoformat(day))}まで") for day in facts.days)
        fields["DAY"] = Choice("最後の日", choices=(*days, Option(TODAY, AGREED)), initial=facts.days[0])
    told: Any = yield from fill("end", "終わりになった", form("Ended", fields), submit="お二人に知らせる")
    return PartWays(facts.task, told.WORDS, getattr(told, "DAY", TODAY))
