"""Cases: which other firms an owner may look at while he chooses. Facts only, the likest first."""

from __future__ import annotations

from collections.abc import Sequence

from flows.messages import Card, Line
from flows.rules.coach.own_cases import OwnCase
from prompts.knowledge import Case, JobCode, cases

MOST = 3
LONGEST = 140  # letters of a message to an owner
SAME_WORK, SAME_GROUP, SAME_TRADE = 4, 2, 1


def similar(code: JobCode, words: str, own: Sequence[OwnCase] = ()) -> tuple[Case | OwnCase, ...]:
    """Find up to three firms that did this work or one of its kind; ``words`` are what the owner wrote of himself.

    ``own`` are this house's finished engagements, with consent: at the same likeness they come before published ones.
    Another kind of work is never shown, however alike the trade: it would say nothing about his wish.
    """
    known: tuple[Case | OwnCase, ...] = (*own, *cases())
    scored = [(_likeness(case, code, words), -at, case) for at, case in enumerate(known)]
    likest = sorted(
        (item for item in scored if item[0] >= SAME_GROUP), reverse=True, key=lambda item: item[:2]
    )
    return tuple(case for _, _, case in likest[:MOST])


def _likeness(case: Case | OwnCase, code: JobCode, words: str) -> float:
    if code.code in case.codes:
        work = SAME_WORK
    elif code.group in {other[:2] for other in case.codes}:
        work = SAME_GROUP
    else:
        return 0
    if isinstance(case, OwnCase):
        return work + SAME_TRADE * case.closeness
    return work + SAME_TRADE * any(word in words for word in case.words)


def card_of(found: Sequence[Case | OwnCase]) -> Card:
    """Show what other firms did, where one of them worked with this house."""
    lines = (Line(case.firm, f"{case.did}。" + (f"{case.fact}。" if case.fact else "")) for case in found)
    return Card("ほかの会社で、実際にあった例です", tuple(lines))


def told_by(found: Sequence[Case | OwnCase]) -> str:
    """Say in one short message what other firms did; empty when none is like his."""
    said = "ほかの会社で、実際にあった例です。"
    lines = [f"・{case.firm}：{case.did}。" + (f"{case.fact}。" if case.fact else "") for case in found]
    for at, line in enumerate(lines):
        if at and len(said) + len(line) > LONGEST:
            break
        said += f"\n{line}"
    return said if lines else ""
