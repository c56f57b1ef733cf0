"""Server: an OpenAI-compatible model that never thinks, for bots that must run without a key."""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
import math
import time
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from sandbox.chaos import Chaos, Fault
from sandbox.model.answer import answer
from sandbox.model.modes import BENT, MODES, Mode, bent
from sandbox.model.reading import Prompt, prompt_from
from sandbox.model.schemas import fault_of
from sandbox.wire import Wire

Api = Literal["chat.completions", "responses"]

NAME = "sandbox-1"
INSTRUCTING = {"system", "developer"}
FAULTS: dict[Mode, tuple[Fault, ...]] = {  # what a mode does, taken in turn
    "broken": ("broken",),
    "error": ("error_before", "rate_limited"),
    "garbage": ("garbage",),
    "injection": ("injection",),
    "sane": (),
    "slow": ("hang",),
}


@dataclass(frozen=True)
class ModelSettings:
    """What the bot must present."""

    key: str


class Refused(Exception):
    """The request is refused, with the platform's status and error code."""

    def __init__(
        self, status: int, message: str, param: str | None = None, code: str | None = None, kind: str = ""
    ):
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {
                "message": message,
                "type": kind or "invalid_request_error",
                "param": param,
                "code": code,
            }
        }


@dataclass
class ModelWorld:
    """The model's side of one sandbox.

    How it behaves: as one call was ordered (``chaos``), else as the name of the model says that is asked for
    (``sandbox-garbage``), else by ``mode``.
    """

    settings: ModelSettings
    wire: Wire
    chaos: Chaos
    mode: Mode = "sane"
    tokens_in: int = 0
    tokens_out: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _faults: itertools.count[int] = field(default_factory=itertools.count)

    async def answer(self, api: Api, request: web.Request) -> web.StreamResponse:
        """Check, suffer the fault that was ordered, answer, and put all of it on the wire."""
        asked: Any = None
        fault = self.chaos.take("model")
        try:
            asked = await read(request)
            self.check_key(request)
            fault = fault or self.fault_of_mode(asked)
            if fault == "error_before":
                raise Refused(
                    500, "The server had an error while processing your request.", kind="server_error"
                )
            if fault == "rate_limited":
                raise Refused(
                    429, "Rate limit reached for requests.", None, "rate_limit_exceeded", "requests"
                )
            if fault == "hang":
                await asyncio.sleep(self.chaos.hang_seconds)
            told = self.complete(api, asked, fault)
            if fault == "error_after":
                raise Refused(
                    500, "The server had an error while processing your request.", kind="server_error"
                )
        except Refused as refused:
            broken = () if fault or refused.status >= 500 else (str(refused),)
            self.wire.record(
                "from_bot", "model", api, asked, refused.status, refused.body, broken, injected=fault or ""
            )
            headers = {"Retry-After": "1"} if refused.status == 429 else None
            return web.json_response(refused.body, status=refused.status, headers=headers)
        self.wire.record("from_bot", "model", api, asked, 200, told, injected=fault or "")
        if fault == "drop_after" and request.transport is not None:
            request.transport.close()
        return web.json_response(told, headers={"x-request-id": f"req_{told['id']}"})

    def check_key(self, request: web.Request) -> None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not key:
            raise Refused(401, "You didn't provide an API key.", None, "missing_api_key")
        if not hmac.compare_digest(key.encode(), self.settings.key.encode()):
            raise Refused(401, "Incorrect API key provided.", None, "invalid_api_key")

    def fault_of_mode(self, asked: dict[str, Any]) -> Fault | None:
        named = str(asked.get("model", "")).removeprefix("sandbox-")
        faults = FAULTS[next((mode for mode in MODES if mode == named), self.mode)]
        return faults[next(self._faults) % len(faults)] if faults else None

    def complete(self, api: Api, asked: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        if not isinstance(asked.get("model"), str) or not asked["model"]:
            raise Refused(400, "you must provide a model parameter")
        if asked.get("stream"):
            raise Refused(400, "The sandbox's model does not stream.", "stream", "unsupported_value")
        structured, schema = schema_of(api, asked)
        prompt = prompt_of(api, asked)
        number = next(self._numbers)
        if fault == "nonsense":
            value: Any = {"unexpected": True}
        elif fault in BENT and schema is not None:
            value = bent(fault, schema, prompt, number)
        else:
            value = answer(schema, prompt)
            value = {"answer": value} if structured and schema is None else value
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        put = f"{prompt.instructions}{prompt.text}{''.join(prompt.again)}{json.dumps(schema)}"
        read, written = tokens(put), tokens(text)
        self.tokens_in += read
        self.tokens_out += written
        shape = as_chat if api == "chat.completions" else as_response
        return shape(number, asked["model"], text, read, written)


async def read(request: web.Request) -> dict[str, Any]:
    try:
        asked = json.loads(await request.text())
    except ValueError as unreadable:
        raise Refused(400, "We could not parse the JSON body of your request.") from unreadable
    if not isinstance(asked, dict):
        raise Refused(400, "The JSON body of your request must be an object.")
    return asked


def schema_of(api: Api, asked: dict[str, Any]) -> tuple[bool, dict[str, Any] | None]:
    """Give whether JSON is wanted, and the schema if there is one."""
    place = "response_format" if api == "chat.completions" else "text.format"
    wanted = (
        asked.get("response_format") if api == "chat.completions" else (asked.get("text") or {}).get("format")
    )
    match wanted:
        case None | {"type": "text"}:
            return False, None
        case {"type": "json_object"}:
            return True, None
        case {"type": "json_schema"}:
            inner = wanted.get("json_schema") if api == "chat.completions" else wanted
            if not isinstance(inner, dict):
                raise Refused(400, f"Missing required parameter: '{place}.json_schema'.", place)
            if fault := fault_of(inner.get("name"), inner.get("schema")):
                raise Refused(400, fault, place)
            return True, inner["schema"]
    raise Refused(
        400, "Invalid value. Supported values are: 'text', 'json_object', 'json_schema'.", f"{place}.type"
    )


def prompt_of(api: Api, asked: dict[str, Any]) -> Prompt:
    """Keep the instructions and the party's words apart."""
    place = "messages" if api == "chat.completions" else "input"
    said = asked.get(place)
    if isinstance(said, str) and api == "responses":
        said = [{"role": "user", "content": said}]
    if not isinstance(said, list) or not said:
        raise Refused(400, f"Missing required parameter: '{place}'.", place, "missing_required_parameter")
    instructions, words = [str(asked.get("instructions") or "")], list[str]()
    for index, message in enumerate(said):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise Refused(
                400, f"Missing required parameter: '{place}[{index}].role'.", f"{place}[{index}].role"
            )
        if message["role"] != "assistant":  # what it said itself teaches it nothing
            said_by = instructions if message["role"] in INSTRUCTING else words
            said_by.append(words_of(message.get("content")))
    return prompt_from("\n".join(filter(None, instructions)), words)


def words_of(content: Any) -> str:
    """Give the text of a message's content; pictures say nothing to this model."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(str(part["text"]) for part in parts if isinstance(part, dict) and "text" in part)


def tokens(text: str) -> int:
    """Estimate the tokens of a text: about three bytes of UTF-8 each, in Japanese as in English."""
    return math.ceil(len(text.encode()) / 3)


def as_chat(number: int, model: str, text: str, read: int, written: int) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{number:08d}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None, "annotations": []},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
    }


def as_response(number: int, model: str, text: str, read: int, written: int) -> dict[str, Any]:
    return {
        "id": f"resp_{number:08d}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": model,
        "output": [
            {
                "type": "message",
                "id": f"msg_{number:08d}",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "text": text, "annotations": []}],
            }
        ],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": read,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": read + written,
        },
    }


def routes(world: ModelWorld) -> list[web.RouteDef]:
    """Give the API's routes, to be mounted at ``/model``."""

    async def chat(request: web.Request) -> web.StreamResponse:
        return await world.answer("chat.completions", request)

    async def responses(request: web.Request) -> web.StreamResponse:
        return await world.answer("responses", request)

    async def models(request: web.Request) -> web.StreamResponse:
        try:
            world.check_key(request)
        except Refused as refused:
            return web.json_response(refused.body, status=refused.status)
        listed = {"id": NAME, "object": "model", "created": 0, "owned_by": "sandbox"}
        return web.json_response({"object": "list", "data": [listed]})

    return [
        web.post("/v1/chat/completions", chat),
        web.post("/v1/responses", responses),
        web.get("/v1/models", models),
    ]
