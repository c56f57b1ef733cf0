"""Thinking: questions to the model, asked outside any transaction; each answer comes back as an event."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import Engine

from bot import metrics
from bot.budget import Budget
from bot.clock import Clock
from bot.model import SLOW, Model, ModelError, again, guessed, question
from bot.turn_thread import TurnThread
from bot.workers import Worker
from flows.rules.coach.judging import Fault, judge
from prompts.catalog import PROMPTS, Prompt, template
from storage.inbox import Arrival
from storage.leases import USUAL, Leases
from storage.time_rows import ANSWERED, GIVEN_UP, OVER, ThoughtRow
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.thinking")

TRIES = 2  # the second says what was wrong with the first
UNREADABLE = Fault("shape", "答えが、決めた形の JSON になっていません")


@dataclass
class Thought:
    """What came of a question: an answer that means what it may, or none, with what it cost."""

    value: dict[str, Any] | None = None
    tokens_in: int = 0
    tokens_out: int = 0
    over: str = ""  # the budget that was spent before
    faults: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return OVER if self.over else GIVEN_UP if self.value is None else ANSWERED


class Thinking(Worker[ThoughtRow]):
    """Claims thoughts, asks, and hands each answer back through the inbox."""

    does = "think"
    at_once = 20  # questions in the air per process

    def __init__(
        self,
        engine: Engine,
        thread: TurnThread,
        clock: Clock,
        model: Model,
        took: Callable[[list[UUID]], Awaitable[None]],
        budget: Budget,
        leases: Leases = USUAL,
    ) -> None:
        super().__init__(engine, thread, clock, leases)
        self.model, self.took, self.budget = model, took, budget
        for name in PROMPTS:
            template(name)  # a prompt that does not fit the code stops the start, not a talk

    def claim(self, work: Work, most: int) -> list[ThoughtRow]:
        return work.thoughts.claim(self.clock.real(), most, self.leases)

    async def carry(self, row: ThoughtRow) -> None:
        await self.think(row)

    async def think(self, row: ThoughtRow) -> None:
        """Ask, once more with what was wrong, and hand back what is sound; else the rules answer."""
        over = await self.thread.do(self._over, row)
        thought = Thought(over=over) if over else await self._asked(row)
        ids = await self.thread.do(self._answer, row, thought)
        self._count(row, thought)
        found = {"event": " ".join(map(str, ids)), "result": thought.status}
        log.info("thought", extra={"action": "think", **found})
        await self.took(ids)

    async def _asked(self, row: ThoughtRow) -> Thought:
        thought = Thought()
        try:
            prompt = PROMPTS[row.prompt]
            given = prompt.named(row.input)
        except (LookupError, ValueError) as why:  # asked by another release
            self._failed(row, 0, thought, UNREADABLE.kind, type(why).__name__)
            return thought
        talk = question(prompt, given)
        for attempt in range(TRIES):
            try:
                told = await self.model.ask(prompt, talk)
            except ModelError as why:
                self._failed(row, attempt, thought, why.kind, why.name)
                if why.kind == SLOW:  # the service may well have thought, and bills it
                    thought.tokens_in += guessed(talk)
                continue
            thought.tokens_in += told.tokens_in
            thought.tokens_out += told.tokens_out
            value, faults = judged(prompt, given, told.text)
            if not faults:
                thought.value = value
                return thought
            for fault in faults:
                self._failed(row, attempt, thought, fault.kind, "unsound")
            talk = again(question(prompt, given), told.text, faults)
        return thought

    def _failed(self, row: ThoughtRow, attempt: int, thought: Thought, kind: str, error: str) -> None:
        thought.faults.append(kind)
        told = {"prompt": row.prompt, "try": attempt, "fault": kind, "error": error}
        log.warning("model failed", extra={"action": "think", **told})

    def _over(self, row: ThoughtRow) -> str:
        with begin(self.engine) as work:
            return self.budget.over(work, row.conversation_id, self.clock.real())

    def _count(self, row: ThoughtRow, thought: Thought) -> None:
        waited = (self.clock.now() - row.created_at).total_seconds()
        metrics.THOUGHTS.labels(row.prompt, thought.status).observe(waited)
        for kind in thought.faults:
            metrics.FAULTS.labels(row.prompt, kind).inc()
        for direction, tokens in (("in", thought.tokens_in), ("out", thought.tokens_out)):
            metrics.TOKENS.labels(self.model.name, direction).inc(tokens)
        metrics.YEN.labels(self.model.name).inc(self.model.prices.of(thought.tokens_in, thought.tokens_out))

    def _answer(self, row: ThoughtRow, thought: Thought) -> list[UUID]:
        now, name, prompt = self.clock.now(), self.model.name, PROMPTS.get(row.prompt)
        body = {
            "conversation": row.conversation_id.hex,
            "key": row.key,
            "given": row.given,
            "value": thought.value,
            "by": f"{row.prompt}/{prompt.version if prompt else row.version} {name}"[:120],
            "over": thought.over,
        }
        spent = (thought.tokens_in, thought.tokens_out)
        with begin(self.engine) as work:
            work.thoughts.end(
                row.id, thought.status, name[:80], *spent, self.model.prices.of(*spent), self.clock.real()
            )
            # a thought may be asked again, and each answer is an event of its own
            arrival = Arrival("model", f"{row.id.hex}.{row.attempts}", "", "thought", body, now)
            return [id for id in work.inbox.store([arrival], now, self.leases) if id]


def judged(
    prompt: Prompt[Any], given: dict[str, Any], text: str
) -> tuple[dict[str, Any] | None, tuple[Fault, ...]]:
    """Read an answer: its value if its shape fits, and what is wrong with it."""
    try:
        value = prompt.result.model_validate_json(text)
    except ValidationError:
        return None, (UNREADABLE,)
    return value.model_dump(mode="json"), judge(prompt.name, given, value)
