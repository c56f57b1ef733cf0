"""Judging: an answer of the model, held against what was put to it, as the plain data both are kept in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flows.rules.coach.drafting import PolishInput
from flows.rules.coach.sound import polish_faults
from flows.rules.coach.trust import reading_faults
from flows.rules.coach.untold import Fault
from prompts.catalog import POLISH, READ_WISH
from prompts.results import PolishedDraft, WishReading

__all__ = ["Fault", "judge"]


def judge(prompt: str, given: dict[str, Any], value: object) -> tuple[Fault, ...]:
    """Name what an answer means that it must not; empty for an answer that can be taken.

    ``given`` are the inputs by name. An answer that only chooses among our own words has nothing to judge.
    """
    return tuple(dict.fromkeys(JUDGES[prompt](given, value))) if prompt in JUDGES else ()


def _reading(given: dict[str, Any], value: object) -> Iterator[Fault]:
    assert isinstance(value, WishReading)
    return reading_faults(str(given["wish"]), value)


def _polish(given: dict[str, Any], value: object) -> Iterator[Fault]:
    assert isinstance(value, PolishedDraft)
    return polish_faults(PolishInput(**{**given, "tasks": tuple(given["tasks"])}), value)


JUDGES: dict[str, Callable[[dict[str, Any], object], Iterator[Fault]]] = {
    READ_WISH.name: _reading,
    POLISH.name: _polish,
}
