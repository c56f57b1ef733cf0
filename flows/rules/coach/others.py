"""Others: one fact of what other firms with the same work had, told after a step; never of fewer than five, never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median_high, median_low

from flows.questions import yen

LEAST = 5  # firms behind a fact: fewer, and one of them could be known by it
ROUND = 1_000  # yen


class Step(Enum):
    """After which step a fact is told, once; names are released."""

    REVIEW = "review"  # the draft is with the staff
    BEGUN = "begun"  # the six decisions are agreed on
    WON = "won"  # the first small win is recorded


@dataclass(frozen=True)
class Known:
    """Figures of one firm's newest outcome that may be told; None where nobody knew."""

    weeks: int = 0
    win_weeks: int | None = None
    hours: int | None = None
    pay: int | None = None


def fact(step: Step, same: Sequence[Known], near: Sequence[Known] = ()) -> str:
    """Say what the firm in the middle had: of the ``same`` work, else of its whole group (``near``); or nothing."""
    return _said(step, same, "同じ仕事") or _said(step, near, "似た仕事")


def _said(step: Step, known: Sequence[Known], work: str) -> str:
    match step:
        case Step.REVIEW:
            both = [(each.hours, each.pay) for each in known if each.hours and each.pay]
            if len(both) < LEAST:
                return ""
            hours, pay = (median_low([each[at] or 0 for each in both]) for at in (0, 1))
            near = yen(round(pay / ROUND) * ROUND)
            return f"{work}をした{len(both)}社の真ん中は、月{hours}時間・お相手に月{near}でした。"
        case Step.BEGUN:
            weeks = [each.win_weeks for each in known if each.win_weeks]
            if len(weeks) < LEAST:
                return ""
            return f"{work}をした{len(weeks)}社の半分は、{median_low(weeks)}週間までに最初の成果が出ました。"
        case Step.WON:
            lasted = [each.weeks for each in known if each.weeks]
            if len(lasted) < LEAST:
                return ""
            return f"{work}をした{len(lasted)}社の半分は、{median_high(lasted)}週間以上、一緒に進めました。"
