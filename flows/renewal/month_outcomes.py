"""Month outcomes: what talks from month three on ask to be done; the actions are in ``bot/actions/``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowAlone:
    """Only one side has answered the four questions: whether the other may read them already."""

    engagement: str
    is_shown: bool


@dataclass(frozen=True)
class ConfirmWish:
    """The owner's word on what was written for his firm about going on; ``words`` stand in its place, empty: it stays."""

    engagement: str
    words: str


@dataclass(frozen=True)
class SumUp:
    """What the owner says came of it: whether the goal was reached, the number now, and who may read of it."""

    engagement: str
    win: str
    after: float | None
    words: str
    show: str


@dataclass(frozen=True)
class SharePart:
    """Whether the professional's part may be told."""

    engagement: str
    show: str


@dataclass(frozen=True)
class InviteOver:
    """The owner would like the professional to come and see; ``pays`` says who pays the way."""

    approach: str
    what: str
    when: str
    pays: str


@dataclass(frozen=True)
class Propose:
    """What the professional would like to do, what the firm needs, and a small first step."""

    approach: str
    own: str
    need: str
    first: str


@dataclass(frozen=True)
class GiveNotice:
    """One side ends the work: a reason class for the staff, the last day as ISO, and a sooner one the other may agree to.

    Without ``day`` there is a day already, and only the sooner one is asked for.
    """

    engagement: str
    reason: str
    day: str
    sooner: str = ""


@dataclass(frozen=True)
class AskPause:
    """One side would rest until a day, with no hours and no pay; the other decides with him."""

    engagement: str
    until: str


@dataclass(frozen=True)
class AskResume:
    """One side would go on before the rest is over."""

    engagement: str


@dataclass(frozen=True)
class StayOn:
    """He thought about ending, and goes on."""

    engagement: str


@dataclass(frozen=True)
class TellReason:
    """Why it ends, in the owner's own words, for the talent who asked."""

    engagement: str
    words: str


@dataclass(frozen=True)
class KeepHandover:
    """What the talent hands to the firm, and where it lies."""

    engagement: str
    what: str
    where: str


@dataclass(frozen=True)
class SayThanks:
    """A last word to the other side; empty where none is wanted."""

    engagement: str
    words: str
