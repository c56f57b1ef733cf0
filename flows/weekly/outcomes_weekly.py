"""Outcomes of the week: the list of both, how it went, the number, and the small win."""

from __future__ import annotations

from dataclasses import dataclass

from flows.rules.weekly.actions_of import Told


@dataclass(frozen=True)
class KeepWeek:
    """The talent wrote down what a meeting ended with."""

    meeting: str
    told: tuple[Told, ...]
    hand: str = ""
    number: float | None = None
    is_reached: bool = False
    thanks: str = ""


@dataclass(frozen=True)
class FixList:
    """One thing of a list of this version is put right (``to``), taken out (nothing), or something is added."""

    meeting: str
    version: int
    which: str
    to: str
    added: tuple[Told, ...] = ()


@dataclass(frozen=True)
class TellHow:
    """How each of one's own promises went, (id, how, word), and what would help."""

    meeting: str
    gone: tuple[tuple[str, str, str], ...]
    helps: str = ""


@dataclass(frozen=True)
class KeepNumber:
    """The number of this week."""

    engagement: str
    value: float | None


@dataclass(frozen=True)
class DecideWin:
    """The owner says whether the goal is reached."""

    win: str
    is_reached: bool


@dataclass(frozen=True)
class KeepThanks:
    """The talent's one line about a win."""

    win: str
    line: str
