"""Closing: a posting ends, by the staff's hand or by the owner's word; the reason stays in the house."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flows.facts import Closing
from flows.outcomes import ClosePosting, KeepPosting
from flows.questions import Pick
from flows.steps import Steps, ask, fill
from flows.talent.talents import form


class WhyClosed(Enum):
    """A reason class; applicants never read it."""

    FOUND = "お相手が決まった"
    OWNER = "社長のご希望"
    HOUSE = "運営の判断"


def close_posting(facts: Closing) -> Steps[ClosePosting]:
    """Staff: 募集を終える."""
    fields = {"REASON": Pick("わけ(応募の方には伝わりません)", of=WhyClosed)}
    given: Any = yield from fill("close", "募集を終える", form("Closed", fields), submit="募集を終える")
    return ClosePosting(facts.posting, given.REASON.name)


class Keep(Enum):
    YES = "続ける"
    NO = "終える"


def keep_open(facts: Closing) -> Steps[ClosePosting | KeepPosting]:
    """Owner, when the work with one person begins: what about the others?"""
    waiting = f"お返事を待つ方が、あと{facts.others}人います。" if facts.others else ""
    kept = yield from ask("keep", Pick(f"{waiting}ほかの方の募集は、続けますか？", of=Keep))
    return (
        KeepPosting(facts.posting) if kept is Keep.YES else ClosePosting(facts.posting, WhyClosed.FOUND.name)
    )
