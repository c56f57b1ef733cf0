"""Trial: a flow made for a test, and deployed anew while somebody is in the middle of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bot.turn import Turn
from flows.questions import Amount, Choice, Question, Text
from flows.registry import FLOWS
from flows.steps import Flow, Steps, ask
from storage.conversations import Conversation
from tests.bot.house import OWNER, House, begins, taught


@dataclass(frozen=True)
class Done:
    words: tuple[Any, ...]


@dataclass
class Trial:
    """A flow that may be deployed anew while somebody is in the middle of it."""

    house: House
    name: str
    did: list[tuple[Any, ...]]

    def deploy(self, flow: Flow) -> None:
        FLOWS[self.name] = flow

    def begins(self, sender: str = OWNER) -> list[str]:
        return begins(self.house, self.name, sender)


@contextmanager
def trial(house: House, flow: Flow) -> Iterator[Trial]:
    did: list[tuple[Any, ...]] = []

    def keep(turn: Turn, talk: Conversation, outcome: Done) -> None:
        did.append(outcome.words)

    with taught(house, flow, Done, keep) as name:
        yield Trial(house, name, did)


def in_order(**questions: Question[Any]) -> Flow:
    """Make a flow that asks these, each by its key."""

    def flow(_: Any) -> Steps[Done]:
        answers = []
        for key, asked in questions.items():
            answers.append((yield from ask(key, asked)))
        return Done(tuple(answers))

    return flow


WISH, PLACE, PAY = (
    Text("何を？"),
    Choice("どこで？", choices=("会社", "家")),
    Amount("いくら？", unit="円", most=100_000),
)
