"""Model: one question over the wire to any service that speaks OpenAI's protocol, and one answer back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from openai import AsyncOpenAI, OpenAIError
from openai.types.chat import ChatCompletionMessageParam
from openai.types.shared_params import ResponseFormatJSONSchema

from bot.budget import FREE, Prices
from bot.settings import Settings
from flows.rules.coach.judging import Fault
from prompts.catalog import Prompt, template

MOST_INPUT = 8_000  # characters of one input; a longer wish is read from its beginning
MOST_AGAIN = 4_000  # characters of an answer that is sent back to be put right

SLOW, ERROR = "slow", "error"
BYTES = 3  # a token, about, in Japanese as in English

Talk = list[ChatCompletionMessageParam]


class ModelError(Exception):
    """The service refused, failed, or was too slow."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(name)
        self.kind, self.name = kind, name


@dataclass(frozen=True)
class Told:
    """What the service answered, and what it counted."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True)
class Model:
    """A service with the name of its model, how long one answer may take, and what it costs."""

    client: AsyncOpenAI
    name: str
    seconds: float = 12.0  # one try; two tries end well before a reply token does
    prices: Prices = FREE

    async def ask(self, prompt: Prompt[Any], talk: Talk) -> Told:
        """Ask for an answer of the prompt's shape. Raises ``ModelError``."""
        try:
            async with asyncio.timeout(self.seconds):
                answer = await self.client.chat.completions.create(
                    model=self.name, messages=talk, response_format=wanted(prompt)
                )
        except TimeoutError as why:
            raise ModelError(SLOW, type(why).__name__) from why
        except (OpenAIError, ValueError) as why:
            raise ModelError(ERROR, type(why).__name__) from why
        text = answer.choices[0].message.content if answer.choices else None
        spent = (answer.usage.prompt_tokens, answer.usage.completion_tokens) if answer.usage else (0, 0)
        return Told((text or "").replace("\\u0000", "\ufffd"), *spent)  # no database takes NUL


def model_of(settings: Settings) -> Model:
    client = AsyncOpenAI(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url or None,
        timeout=settings.model_seconds,
        max_retries=0,
    )
    prices = Prices(settings.model_yen_per_million_in, settings.model_yen_per_million_out)
    return Model(client, settings.openai_model, settings.model_seconds, prices)


def question(prompt: Prompt[Any], given: dict[str, Any]) -> Talk:
    """Put the inputs as one JSON object: what people wrote stands in its strings, and is data."""
    return [
        {"role": "system", "content": template(prompt.name)},
        {"role": "user", "content": json.dumps(shortened(given), ensure_ascii=False)},
    ]


def again(talk: Talk, told: str, faults: tuple[Fault, ...]) -> Talk:
    """Ask once more, with what was wrong."""
    put_right = {"faults": [fault.why for fault in faults], "please": "この点だけ直して、同じ形でもう一度"}
    return [
        *talk,
        {"role": "assistant", "content": told[:MOST_AGAIN] or "(empty)"},
        {"role": "user", "content": json.dumps(put_right, ensure_ascii=False)},
    ]


def guessed(talk: Talk) -> int:
    """Estimate the tokens of a question whose answer never came."""
    return sum(len(str(message.get("content", "")).encode()) for message in talk) // BYTES


def shortened(value: Any) -> Any:
    if isinstance(value, str):
        return value[:MOST_INPUT]
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    return [shortened(item) for item in value] if isinstance(value, list | tuple) else value


def wanted(prompt: Prompt[Any]) -> ResponseFormatJSONSchema:
    shape = strict(prompt.result.model_json_schema())
    return {"type": "json_schema", "json_schema": {"name": prompt.name, "strict": True, "schema": shape}}


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
