"""Replay: where a conversation stands is never stored; it follows from the flow, the facts and the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.errors import DuplicateKey, Open, RunawayFlow
from flows.journal import Entry, Journal
from flows.messages import Message
from flows.steps import Ask, Fill, Flow, GivenAnswer, OpenQuestion, Recall, Say, Think

MAX_STEPS = 400  # the longest real talk has about forty; a journal over 200 entries is a bug


@dataclass(frozen=True)
class Waiting:
    """The flow waits at ``step``; ``said`` is what to say before, ``why`` is why an old answer no longer holds."""

    step: Ask | Fill | Think
    keys: tuple[str, ...]
    said: tuple[Message, ...] = ()
    why: str = ""
    path: tuple[Ask | Fill, ...] = ()  # the steps answered on the way

    def given(self, journal: Journal) -> tuple[GivenAnswer, ...]:
        """Return what he has answered himself so far and still holds, in the order of asking."""
        steps = (*self.path, self.step) if isinstance(self.step, Fill) else self.path
        found = [item for step in steps for item in step.given_answers(journal)]
        return tuple(item for item in found if item.question.key not in self.keys)

    def former(self, journal: Journal) -> Entry | None:
        """Return what he had answered here before he took it back."""
        return None if isinstance(self.step, Think) else journal.former(*self.keys[:1])

    def open_questions(self) -> tuple[OpenQuestion, ...]:
        return () if isinstance(self.step, Think) else self.step.open_questions(self.keys)


@dataclass(frozen=True)
class Finished:
    """The flow ended; ``outcome`` asks for an effect."""

    outcome: Any
    said: tuple[Message, ...] = ()
    path: tuple[Ask | Fill, ...] = ()

    def given(self, journal: Journal) -> tuple[GivenAnswer, ...]:
        return tuple(item for step in self.path for item in step.given_answers(journal))


def replay(
    flow: Flow, facts: object, journal: Journal, thought: frozenset[str] = frozenset()
) -> Waiting | Finished:
    """Run ``flow`` from the top on its journal, to the first open step or the end.

    ``thought`` are keys the rules answered within this very turn: what was said before them is still unheard.
    """
    steps, seen = flow(facts), set[str]()
    said: list[Message] = []
    path: list[Ask | Fill] = []
    reply: Any = None
    try:
        for _ in range(MAX_STEPS):
            step = steps.send(reply)
            if isinstance(step, Say):
                said.append(step.message)
                reply = None
                continue
            if step.key in seen:
                raise DuplicateKey(step.key)
            seen.add(step.key)
            if isinstance(step, Recall):
                reply = step.resolve(journal)
                continue
            try:
                reply = step.resolve(journal)
            except Open as gap:
                if isinstance(step, Fill) and len(gap.keys) < len(step.questions()):
                    said.clear()  # heard before the form's first question
                return Waiting(step, gap.keys, tuple(said), gap.why, tuple(path))
            if not isinstance(step, Think):
                path.append(step)
            if step.key not in thought:
                said.clear()  # heard in an earlier turn
        raise RunawayFlow(getattr(flow, "__name__", "flow"))
    except StopIteration as end:
        return Finished(end.value, tuple(said), tuple(path))
    finally:
        steps.close()
