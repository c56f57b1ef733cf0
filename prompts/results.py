"""What the model must answer, and what the rules answer in its place: one shape for both."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from prompts.knowledge import job_codes, kinds


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


def _codes_only(schema: dict[str, Any]) -> None:
    """Let the model choose among the codes there are; an old answer with another one is still read."""
    schema["items"] = {"type": "string", "enum": list(job_codes())}


def _kinds_only(schema: dict[str, Any]) -> None:
    schema["enum"] = ["", *kinds()]


class WishReading(Strict):
    """A wish as it was understood. ``codes`` are at most three, best first; ``quote`` is a piece of the owner's text."""

    route: Route
    codes: Annotated[
        list[str], Field(description="仕事の分類の番号。近い順に三つまで", json_schema_extra=_codes_only)
    ]
    sure: Annotated[bool, Field(description="迷わないときだけ true")]
    quote: Annotated[str, Field(description="入力からそのまま切り取った24文字以内の一部")]
    also_price: Annotated[bool, Field(description="いくらかかるかも聞いている")] = False
    kind: Annotated[
        str, Field(description="illegal か licensed のときだけ", json_schema_extra=_kinds_only)
    ] = ""


class PolishedDraft(Strict):
    """The posting's lines, tidied from the owner's own words and nothing else."""

    title: Annotated[str, Field(description="40文字以内の題名")]
    goal: Annotated[str, Field(description="60文字以内の目標")]
    first_tasks: Annotated[list[str], Field(description="60文字以内の、手を動かす仕事")]


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
