"""Door: what every call must pass: token, rate, size, JSON; and what chaos does to it."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import inspect
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from aiohttp import web

from sandbox.chaos import Fault
from sandbox.line.refusal import Refused, broken
from sandbox.line.world import LineWorld

BODY_BYTES = 2_000_000

Takes = Literal["json", "picture", "nothing"]


@dataclass(frozen=True)
class Ask:
    """One call that has passed the door."""

    request: web.Request
    id: str
    raw: bytes
    body: dict[str, Any]
    retry_key: str | None

    def part(self, name: str) -> str:
        return self.request.match_info[name]


@dataclass(frozen=True)
class Answer:
    body: Any = field(default_factory=dict)  # bytes are sent as they are
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    violations: tuple[str, ...] = ()

    @property
    def sent(self) -> bytes:
        return (
            self.body if isinstance(self.body, bytes) else json.dumps(self.body, ensure_ascii=False).encode()
        )


BROKEN_DOWN = Answer({"message": "Internal server error"}, 500)
TOO_MANY = Answer({"message": "The API rate limit has been exceeded. Try again later."}, 429)

Handle = Callable[[LineWorld, Ask], Answer | Awaitable[Answer]]


@dataclass(frozen=True)
class Door:
    """One endpoint: its name on the wire and what it lets in."""

    world: LineWorld
    what: str
    handle: Handle
    takes: Takes = "nothing"
    is_retryable: bool = False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        raw = await request.content.read()
        request_id = str(uuid.uuid4())
        body = self._read(request, raw)
        fault = self.world.chaos.take(self.what)
        if fault == "error_before":
            answer = BROKEN_DOWN
        elif fault == "rate_limited":
            answer = TOO_MANY
        else:
            answer = await self._answer(request, raw, body, request_id)
        if fault == "error_after":
            answer = replace(BROKEN_DOWN, violations=answer.violations)
        self._record(request, body, answer, fault)
        return await self._send(request, answer, request_id, fault)

    def _read(self, request: web.Request, raw: bytes) -> Any:
        """Read JSON; what can't be read is returned as text or as the fault."""
        if self.takes != "json":
            return {"method": request.method, "path": request.path, **request.query}
        try:
            return json.loads(raw)
        except ValueError as error:  # covers bad UTF-8 too
            return error

    async def _answer(self, request: web.Request, raw: bytes, body: Any, request_id: str) -> Answer:
        try:
            handled = self.handle(self.world, self._let_in(request, raw, body, request_id))
            return await handled if inspect.isawaitable(handled) else handled
        except Refused as refused:
            return Answer(
                refused.body, refused.status, headers=refused.headers, violations=refused.violations
            )

    def _let_in(self, request: web.Request, raw: bytes, body: Any, request_id: str) -> Ask:
        self._require_token(request)
        self.world.rates.require(self.what)
        if len(raw) > BODY_BYTES:
            raise broken(413, "Payload Too Large")
        key = request.headers.get("X-Line-Retry-Key")
        if key is not None and not self.is_retryable:
            raise broken(400, "The request header is invalid")
        if self.takes == "json":
            _require_json(request, body)
        return Ask(request, request_id, raw, body, key)

    def _require_token(self, request: web.Request) -> None:
        expected = f"Bearer {self.world.settings.access_token}"
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise broken(
                401,
                "Authentication failed. Confirm that the access token in the authorization header is valid.",
            )

    def _record(self, request: web.Request, body: Any, answer: Answer, fault: Fault | None) -> None:
        said = f"{len(answer.body)} bytes" if isinstance(answer.body, bytes) else answer.body
        key = request.headers.get("X-Line-Retry-Key")
        asked = {**body, "x-line-retry-key": key} if key and isinstance(body, dict) else body
        asked = str(asked) if isinstance(asked, ValueError) else asked
        self.world.wire.record(
            "from_bot", "line", self.what, asked, answer.status, said, answer.violations, fault or ""
        )

    async def _send(
        self, request: web.Request, answer: Answer, request_id: str, fault: Fault | None
    ) -> web.StreamResponse:
        if fault == "hang":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.world.closing.wait(), self.world.chaos.hang_seconds)
        if fault == "drop_after" and request.transport is not None:
            request.transport.close()
        headers = {**answer.headers, "X-Line-Request-Id": request_id, "Content-Type": answer.content_type}
        return web.Response(body=answer.sent, status=answer.status, headers=headers)


def _require_json(request: web.Request, body: Any) -> None:
    if request.content_type != "application/json":
        raise broken(415, f"The content type, {request.content_type}, is not supported")
    if isinstance(body, json.JSONDecodeError):
        raise _unparsable(body.lineno, body.colno)
    if not isinstance(body, dict):
        raise _unparsable(1, 1)


def _unparsable(line: int, column: int) -> Refused:
    return broken(400, f"The request body could not be parsed as JSON (line: {line}, column: {column})")
