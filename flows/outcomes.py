"""Outcomes: what a finished flow asks to be done. Each has one action of the same name in ``bot/actions/``."""

from __future__ import annotations

from dataclasses import dataclass

from flows.facts import Draft, FirmRecord


@dataclass(frozen=True)
class Welcome:
    """The visitor agreed to the stated use of his data; ``first_words`` were said before that."""

    text_version: str
    first_words: str = ""


@dataclass(frozen=True)
class SubmitDraft:
    """The owner said これでよい to exactly this draft."""

    wish: str
    words: str  # as typed
    draft: Draft
    partner: str  # as typed
    pay_is_ours: bool  # he could not say, and took our suggestion


@dataclass(frozen=True)
class TurnDown:
    """A wish that we may not serve; staff see it, and a lawful neighbour is offered."""

    route: str
    kind: str
    wish: str


@dataclass(frozen=True)
class NeedsPerson:
    """Words that a person must answer: somebody is worn out, or three questions did not help."""

    why: str
    wish: str


@dataclass(frozen=True)
class RequestReview:
    """The firm's details are complete: staff may look."""

    posting: str
    firm: FirmRecord
    contact: str
    decider: str
    shares_progress: bool = False


@dataclass(frozen=True)
class AskOwner:
    """Staff send the draft back with one plain question."""

    posting: str
    question: str


@dataclass(frozen=True)
class ProposeEdit:
    """Staff changed lines of the draft; the owner decides. ``lines`` maps a part to its new text."""

    posting: str
    lines: dict[str, str]


@dataclass(frozen=True)
class AnswerStaff:
    """The owner answered the question that came back."""

    posting: str
    reply: str


@dataclass(frozen=True)
class DecideEdit:
    """The owner said yes or no to the staff's edit."""

    posting: str
    lines: dict[str, str]
    is_agreed: bool


@dataclass(frozen=True)
class RequestCall:
    """When and where to call; None means not now."""

    task: str
    wanted: str
    phone: str
