"""Leaving: a talent takes an application back, before anything is signed; the owner reads the reason class only."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flows.facts import Leaving
from flows.outcomes import Withdraw
from flows.questions import Choice, Option, Pick, Question
from flows.steps import Steps, fill
from flows.talent.talents import form


class WhyLeft(Enum):
    """A reason class; the value is what the owner reads."""

    TIME = "時間がとれなくなった"
    OTHER_WORK = "ほかの仕事に決まった"
    TERMS = "条件が合わない"
    OTHER = "個人の事情"


def withdraw(facts: Leaving) -> Steps[Withdraw]:
    """Talent: 応募を取り下げる."""
    fields: dict[str, Question[Any]] = {
        "WHICH": Choice(
            "取り下げる応募",
            choices=tuple(Option(id, title) for id, title in facts.applications.items()),
            initial=next(iter(facts.applications), ""),
        ),
        "WHY": Pick("わけ(社長には、この言葉だけを伝えます)", of=WhyLeft),
    }
    told: Any = yield from fill(
        "leave",
        "応募を取り下げる",
        form("Leave", fields),
        given=sorted(facts.applications),
        submit="取り下げる",
    )
    return Withdraw(told.WHICH, told.WHY.name)
