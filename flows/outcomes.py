"""Outcomes: what a finished flow asks to be done. Each has one action of the same name in ``bot/actions/``."""

from __future__ import annotations

from dataclasses import dataclass

from flows.facts import Draft, FirmRecord, Profile


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
    read_as: str = ""  # the kind of work his wish was read as, before he put it right


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


@dataclass(frozen=True)
class KeepProfile:
    """A talent registered, or put his profile right; ``posting`` is what he was about to apply for."""

    profile: Profile
    posting: str = ""


@dataclass(frozen=True)
class DeleteProfile:
    """A talent wants all that he told us gone; or rather not."""

    is_sure: bool


@dataclass(frozen=True)
class Apply:
    """A talent applies, on these terms."""

    posting: str
    why: str
    how: str
    experience: str
    other: str
    terms: str


@dataclass(frozen=True)
class FixProfile:
    """The terms were not right: the profile first, then the application again."""

    posting: str


@dataclass(frozen=True)
class AskFirm:
    """A talent asks the firm one thing about a posting."""

    posting: str
    question: str


@dataclass(frozen=True)
class AnswerFirmQuestion:
    """The owner answers what a talent asked; ``asker`` is the talent's handle."""

    posting: str
    asker: str
    question: str
    reply: str


@dataclass(frozen=True)
class AskTalent:
    """The owner asks an applicant one thing."""

    application: str
    question: str


@dataclass(frozen=True)
class ReplyOwner:
    """The applicant answers the owner."""

    application: str
    question: str
    reply: str


@dataclass(frozen=True)
class Decline:
    """The owner lets an applicant go, for a reason class."""

    application: str
    reason: str


@dataclass(frozen=True)
class KeepRound:
    """One side's answers of a round; nobody sees them before both are there."""

    engagement: str
    kind: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class ProposeKickoff:
    """The talent wrote down the six decisions."""

    engagement: str
    decided: dict[str, str]
    weekday: int
    time: str


@dataclass(frozen=True)
class AgreeKickoff:
    """The owner agreed to the six decisions, or wants them put right."""

    engagement: str
    is_agreed: bool


@dataclass(frozen=True)
class GoOn:
    """Staff, having talked with both: it goes on, on these terms. ``task`` is their card."""

    task: str
    changes: str
    hours: int
    pay: int


@dataclass(frozen=True)
class PartWays:
    """Staff, having talked with both: it ends, today or on a day as ISO; ``words`` go to both."""

    task: str
    words: str
    day: str = "TODAY"


@dataclass(frozen=True)
class ClosePosting:
    """A posting is closed, for a reason class that only the staff read."""

    posting: str
    reason: str


@dataclass(frozen=True)
class KeepPosting:
    """The owner keeps a posting open beside the work that began."""

    posting: str


@dataclass(frozen=True)
class PromiseWeek:
    """What one side will do until the next meeting."""

    meeting: str
    text: str


@dataclass(frozen=True)
class TellOther:
    """One side tells the other something between the meetings."""

    engagement: str
    words: str


@dataclass(frozen=True)
class TellPerson:
    """Staff send a word to the person of a card."""

    task: str
    words: str


@dataclass(frozen=True)
class TellStaff:
    """The person answers the staff."""

    task: str
    words: str


@dataclass(frozen=True)
class KeepContact:
    """When and where one of the staff is reached, and the handle of who stands in for him; empty is not said."""

    hours: str
    phone: str
    deputy: str


@dataclass(frozen=True)
class HandOver:
    """A firm goes to another of the staff, named by his handle."""

    company: str
    to: str


@dataclass(frozen=True)
class Withdraw:
    """A talent takes an application back, for a reason class that the owner reads."""

    application: str
    reason: str


@dataclass(frozen=True)
class AdjustPosting:
    """Nobody who applied was the one: ``kind`` is what the owner tapped, ``words`` what the staff read."""

    posting: str
    kind: str
    words: str


@dataclass(frozen=True)
class HideFrom:
    """Firms whose people shall not see a posting; none shows it to everybody."""

    posting: str
    firms: tuple[str, ...]
