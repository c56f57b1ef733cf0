"""Thinking: questions to the model, asked outside any transaction; each answer comes back as an event."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from openai import AsyncOpenAI, OpenAIError
from openai.types.shared_params import ResponseFormatJSONSchema
from pydantic import ValidationError
from sqlalchemy import Engine

from bot import metrics
from bot.clock import Clock
from bot.turn_thread import TurnThread
from bot.workers import Worker
from prompts.catalog import PROMPTS, Prompt, template
from storage.inbox import Arrival
from storage.leases import USUAL, Leases
from storage.time_rows import ANSWERED, GIVEN_UP, ThoughtRow
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.thinking")

SECONDS = 12.0  # one try; two tries end well before a reply token does
TRIES = 2
MOST_INPUT = 8_000  # characters put to the model; a longer wish is read from its beginning


class Thinking(Worker[ThoughtRow]):
    """Claims thoughts, asks, and hands each answer back through the inbox."""

    does = "think"
    at_once = 20  # questions in the air per process

    def __init__(
        self,
        engine: Engine,
        thread: TurnThread,
        clock: Clock,
        client: AsyncOpenAI,
        model: str,
        took: Callable[[list[UUID]], Awaitable[None]],
        leases: Leases = USUAL,
    ) -> None:
        super().__init__(engine, thread, clock, leases)
        self.client, self.model, self.took = client, model, took

    def claim(self, work: Work, most: int) -> list[ThoughtRow]:
        return work.thoughts.claim(self.clock.real(), most, self.leases)

    async def carry(self, row: ThoughtRow) -> None:
        await self.think(row)

    async def think(self, row: ThoughtRow) -> None:
        """Ask at most twice; what fails twice is answered by the rules."""
        value, usage = None, (0, 0)
        for attempt in range(TRIES):
            try:
                value, usage = await self._ask(PROMPTS[row.prompt], row.input)
                break
            except (OpenAIError, TimeoutError, ValidationError, ValueError, LookupError) as why:
                log.warning(
                    "model failed",
                    extra={
                        "action": "think",
                        "prompt": row.prompt,
                        "try": attempt,
                        "error": type(why).__name__,
                    },
                )
        ids = await self.thread.do(self._answer, row, value, usage)
        waited = (self.clock.now() - row.created_at).total_seconds()
        result = ANSWERED if value is not None else GIVEN_UP
        metrics.THOUGHTS.labels(row.prompt, result).observe(waited)
        for direction, tokens in zip(("in", "out"), usage, strict=True):
            metrics.TOKENS.labels(self.model, direction).inc(tokens)
        log.info("thought", extra={"action": "think", "event": " ".join(map(str, ids)), "result": result})
        await self.took(ids)

    async def _ask(self, prompt: Prompt[Any], given: Any) -> tuple[dict[str, Any], tuple[int, int]]:
        shape = strict(prompt.result.model_json_schema())
        wanted: ResponseFormatJSONSchema = {
            "type": "json_schema",
            "json_schema": {"name": prompt.name, "strict": True, "schema": shape},
        }
        text = json.dumps(given, ensure_ascii=False)[:MOST_INPUT]
        async with asyncio.timeout(SECONDS):
            answer = await self.client.chat.completions.create(
                model=self.model,
                messages=[
                    {"role": "system", "content": template(prompt.name)},
                    {"role": "user", "content": text},
                ],
                response_format=wanted,
            )
        text = (answer.choices[0].message.content or "").replace("\\u0000", "\ufffd")  # no database takes NUL
        value = prompt.result.model_validate_json(text)
        spent = (answer.usage.prompt_tokens, answer.usage.completion_tokens) if answer.usage else (0, 0)
        return value.model_dump(mode="json"), spent

    def _answer(self, row: ThoughtRow, value: dict[str, Any] | None, usage: tuple[int, int]) -> list[UUID]:
        body = {"conversation": row.conversation_id.hex, "key": row.key, "given": row.given, "value": value}
        now = self.clock.now()
        with begin(self.engine) as work:
            status = ANSWERED if value is not None else GIVEN_UP
            work.thoughts.set(
                row.id, status=status, model=self.model, tokens_in=usage[0], tokens_out=usage[1]
            )
            # a thought may be asked again, and each answer is an event of its own
            arrival = Arrival("model", f"{row.id.hex}.{row.attempts}", "", "thought", body, now)
            return [id for id in work.inbox.store([arrival], now, self.leases) if id]


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """Make a schema fit strict structured output: all fields required, none besides, no defaults."""

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(item) for item in node]
        if not isinstance(node, dict):
            return node
        clean = {key: walk(item) for key, item in node.items() if key not in ("default", "title")}
        if clean.get("type") == "object" and "properties" in clean:
            clean |= {"required": list(clean["properties"]), "additionalProperties": False}
        return clean

    walked = walk({key: item for key, item in schema.items() if key != "properties"})
    properties = {name: walk(item) for name, item in schema.get("properties", {}).items()}
    return {**walked, "properties": properties, "required": list(properties), "additionalProperties": False}
