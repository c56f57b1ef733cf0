"""Companions: how who goes along in the firm comes to the second talk. No name is asked; the owner knows whom he means."""

from __future__ import annotations

from enum import Enum

from flows.facts import Meet
from flows.interview.interview_outcomes import BringPartner
from flows.questions import Pick
from flows.steps import Steps, ask


class How(Enum):
    LINE = "LINEで呼ぶ"
    PHONE = "電話で入ってもらう"
    ALONE = "今回は自分だけ"


def bring_partner(facts: Meet) -> Steps[BringPartner]:
    """Ask how he comes along."""
    asks = f"今度は、{facts.partner}にも入ってもらいましょう。どうやって入りますか？"
    how = yield from ask("how", Pick(asks, of=How, primary=How.LINE, label="一緒に進める方"))
    return BringPartner(facts.interview, how.name)
