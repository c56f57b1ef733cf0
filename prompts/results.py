"""What the model must answer, and what the rules answer in its place: one shape for both."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Route(StrEnum):
    """Where a wish goes. The values are released names."""

    GO = "go"
    VAGUE = "vague"
    TOO_BIG = "too_big"
    HIRE_OR_EASE = "hire_or_ease"  # short of hands: hire, or lighten the work?
    ROUTINE = "routine"
    ROUTINE_HIRE = "routine_hire"  # somebody leaves and must be replaced
    HIRE = "hire"
    ONEOFF = "oneoff"
    LICENSED = "licensed"
    WORKER = "worker"
    PRIVACY = "privacy"
    ILLEGAL = "illegal"
    BIASED = "biased"
    UNPAID = "unpaid"
    ANONYMOUS = "anonymous"
    DISTRESS = "distress"
    MIGRATION = "migration"
    OFF_TOPIC = "off_topic"
    PRICE = "price"
    EMPTY = "empty"


class Strict(BaseModel):
    """No fields but ours: strict structured output asks for it."""

    model_config = ConfigDict(extra="forbid")


class WishReading(Strict):
    """A wish as it was understood. ``codes`` are at most three, best first; ``quote`` is a piece of the owner's text."""

    route: Route
    codes: list[str]
    sure: bool
    quote: str  # at most 24 characters, cut from the text, never altered inside
    also_price: bool = False
    kind: str = ""  # ILLEGAL: fake_review, trade_secret, other; LICENSED: which licence


class PolishedDraft(Strict):
    """The posting's lines, tidied from the owner's own words and nothing else."""

    title: str
    goal: str
    first_tasks: list[str]


class Meaning(StrEnum):
    """What somebody wants with words that fit no button."""

    ANSWER = "answer"
    QUESTION = "question"
    CORRECTION = "correction"
    PERSON = "person"
    CHAT = "chat"


class Topic(StrEnum):
    """What a question to us is about: the six answer cards, or something else."""

    PRICE = "price"
    WHO = "who"
    COMPARE = "compare"
    SAFETY = "safety"
    PREPARE = "prepare"
    QUIT = "quit"
    OTHER = "other"


class Triage(Strict):
    """Words beside the road as they were understood. Without ``sure`` the person is asked."""

    kind: Meaning
    topic: Topic
    sure: bool
