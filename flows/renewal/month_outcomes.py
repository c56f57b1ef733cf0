"""Month outcomes: what talks from month three on ask to be done; the actions are in ``bot/actions/``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowAlone:
    """Only one side has answered the four questions: whether the other may read them already."""

    engagement: str
    is_shown: bool


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
