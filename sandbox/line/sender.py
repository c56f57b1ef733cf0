"""Sender: signs webhooks over their raw bytes, posts them to the bot, and sends again what failed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.chaos import Chaos
from sandbox.line.events import redelivered
from sandbox.line.settings import LineSettings
from sandbox.wire import Wire

NOT_ANSWERED = 0  # the "status" of a webhook that was not sent, or got no answer
OPEN_CONNECTIONS = 100  # a usual server's backlog is 128: more at once wait a second for a second SYN

Events = Sequence[Mapping[str, Any]]


def sign(secret: str, body: bytes) -> str:
    """Sign as docs/messaging-api/verify-webhook-signature says."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def to_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Outcome:
    """What came of one post; the reasons are those of LINE's own error statistics."""

    status: int
    reason: str

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Sender:
    """Posts to one bot. ``leaving`` is told of events at the moment they go out (reply tokens start then)."""

    settings: LineSettings
    wire: Wire
    chaos: Chaos
    leaving: Callable[[Events], None]
    _session: aiohttp.ClientSession | None = None
    _running: set[asyncio.Task[Any]] = field(default_factory=set)
    _held: list[Events] = field(default_factory=list)

    async def send(self, events: Events) -> int:
        """Send one webhook, suffering what chaos ordered, and return the status of the first delivery."""
        fault = self.chaos.take("webhook")
        if fault == "reorder":
            self._held.append(events)
            return NOT_ANSWERED
        if fault == "duplicate":
            self._start(self._deliver(events, "duplicate"))
        status = await self._deliver(events, fault or "")
        held, self._held = self._held, []
        for late in held:
            await self._deliver(late, "reorder")
        return status

    async def _deliver(self, events: Events, injected: str) -> int:
        body = self.body(events)
        self.leaving(events)
        outcome = await self.post(body, injected=injected)
        if not outcome.is_success and self.settings.redeliver and events:
            self._start(self._redeliver(events))
        return outcome.status

    async def _redeliver(self, events: Events) -> None:
        again = redelivered(events)
        for delay in self.settings.redeliver_after:
            await asyncio.sleep(delay)
            self.leaving(again)
            if (await self.post(self.body(again))).is_success:
                return

    def body(self, events: Events) -> bytes:
        return to_json({"destination": self.settings.bot_user_id, "events": list(events)})

    async def post(
        self, body: bytes, signature: str | None = None, injected: str = "", url: str | None = None
    ) -> Outcome:
        """Post bytes as they are; the signature is the right one unless another is given."""
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": sign(self.settings.channel_secret, body) if signature is None else signature,
        }
        outcome = await self._try(url or self.settings.webhook_url, body, headers)
        answer = {"reason": outcome.reason, "signature": headers["x-line-signature"]}
        self.wire.record(
            "to_bot", "line", "webhook", _readable(body), outcome.status, answer, injected=injected
        )
        return outcome

    async def _try(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        try:
            within = aiohttp.ClientTimeout(total=self.settings.webhook_seconds)
            sending = self._client().post(
                url, data=body, headers=headers, allow_redirects=False, timeout=within
            )
            async with sending as answer:
                await answer.read()
        except TimeoutError:
            return Outcome(NOT_ANSWERED, "REQUEST_TIMEOUT")
        except aiohttp.ClientConnectorError:
            return Outcome(NOT_ANSWERED, "COULD_NOT_CONNECT")
        except aiohttp.ClientError:
            return Outcome(NOT_ANSWERED, "UNCLASSIFIED")
        return Outcome(answer.status, "OK" if 200 <= answer.status < 300 else "ERROR_STATUS_CODE")

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=OPEN_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Send what is held back and wait for every duplicate and redelivery."""
        held, self._held = self._held, []
        for late in held:
            await self._deliver(late, "reorder")
        while self._running:
            await asyncio.gather(*self._running)

    async def close(self) -> None:
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
