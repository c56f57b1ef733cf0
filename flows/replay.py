"""Replay: where a conversation stands is never stored; it follows from the flow, the facts and the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.errors import DuplicateKey, Open, RunawayFlow
from flows.journal import Entry, Journal
from flows.messages import Message
from flows.quick import quick
from flows.steps import Ask, Fill, Flow, GivenAnswer, OpenQuestion, Recall, Say, Step, Think

MAX_STEPS = 400  # the longest real talk has about forty; a journal over 200 entries is a bug


@quick
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
    A journal that was replayed before it was written on goes on from there: a turn runs the talk through once.
    """
    run = journal.run
    if not isinstance(run, _Run) or not run.holds(flow, facts, journal, thought):
        run = _Run(flow, facts)
    journal.run = None
    state = run.on(journal, thought)
    journal.run = run if isinstance(state, Waiting) else None
    return state


class _Run:
    """A flow on its way through a journal, from step to step. Where it waits it can go on, once more is answered."""

    def __init__(self, flow: Flow, facts: object) -> None:
        self.flow, self.facts, self.steps = flow, facts, flow(facts)
        self.thought: frozenset[str] = frozenset()
        self.length = 0  # of the journal, when it came here
        self.taken = 0
        self.at: Step | None = None
        self.seen: set[str] = set()
        self.passed: list[Ask | Fill | Think | Recall] = []
        self.said: list[Message] = []

    def holds(self, flow: Flow, facts: object, journal: Journal, thought: frozenset[str]) -> bool:
        """Tell whether nothing has changed of what led here: the same facts, and no answer before this step."""
        if flow is not self.flow or facts is not self.facts:
            return False
        written = {entry.key for entry in journal.entries[self.length :]}
        changed = thought ^ self.thought
        return all(step.key not in changed and written.isdisjoint(step.keys()) for step in self.passed)

    def on(self, journal: Journal, thought: frozenset[str]) -> Waiting | Finished:
        self.thought, self.length = thought, len(journal.entries)
        try:
            step = self.at or self._next(None)
            while True:
                if isinstance(step, Say):
                    self.said.append(step.message)
                    step = self._next(None)
                    continue
                try:
                    reply = step.resolve(journal)
                except Open as gap:
                    return self._wait(step, gap)
                self.passed.append(step)
                is_told = isinstance(step, Ask) and step.is_told(journal)
                if step.key not in thought and not isinstance(step, Recall) and not is_told:
                    self.said.clear()  # heard in an earlier turn
                step = self._next(reply)
        except StopIteration as end:
            return Finished(end.value, tuple(self.said), self._path())

    def _next(self, reply: Any) -> Step:
        if self.taken == MAX_STEPS:
            raise RunawayFlow(getattr(self.flow, "__name__", "flow"))
        self.at, self.taken = None, self.taken + 1
        step = self.steps.send(reply)
        if not isinstance(step, Say):
            if step.key in self.seen:
                raise DuplicateKey(step.key)
            self.seen.add(step.key)
        return step

    def _wait(self, step: Step, gap: Open) -> Waiting:
        assert isinstance(step, Ask | Fill | Think)
        self.at = step
        is_heard = isinstance(step, Fill) and len(gap.keys) < len(
            step.questions()
        )  # before the form's first question
        return Waiting(step, gap.keys, () if is_heard else tuple(self.said), gap.why, self._path())

    def _path(self) -> tuple[Ask | Fill, ...]:
        return tuple([step for step in self.passed if isinstance(step, Ask | Fill)])
