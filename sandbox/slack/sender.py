"""Sender: signs what Slack sends to the bot, waits three seconds, and brings failed events again."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import hmac
import json
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.chaos import Chaos
from sandbox.slack.settings import SlackSettings
from sandbox.slack.shapes import Json
from sandbox.slack.state import fresh_id
from sandbox.wire import Wire

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Heard:
    """What came back: status 0 when nothing did, and then ``why`` in Slack's words."""

    status: int
    text: str = ""
    why: str = ""
    is_final: bool = False  # x-slack-no-retry

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


class Sender:
    def __init__(self, settings: SlackSettings, wire: Wire, chaos: Chaos) -> None:
        self.settings, self.wire, self.chaos = settings, wire, chaos
        self.closing = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._held: list[Json] = []

    async def event(self, event: Json) -> int:
        """Deliver one event; give the first answer's status, 0 when it is held back or unanswered."""
        envelope = copy.deepcopy(self.envelope(event))  # messages change in place while retries wait
        fault = self.chaos.take("event")
        if fault == "reorder":
            self._held.append(envelope)
            return 0
        held, self._held = self._held, []
        if fault == "duplicate":
            first, _ = await asyncio.gather(self._deliver(envelope), self._deliver(envelope, "duplicate"))
        else:
            first = await self._deliver(envelope)
        for late in held:
            await self._deliver(late, "reorder")
        return first.status

    async def interaction(self, kind: str, payload: Json) -> Heard:
        text = json.dumps(payload, ensure_ascii=False)
        return await self._ask(kind, json.loads(text), urlencode({"payload": text}).encode())

    async def command(self, fields: dict[str, str]) -> Heard:
        return await self._ask("command", fields, urlencode(fields).encode())

    async def raw(self, body: bytes, headers: dict[str, str]) -> int:
        """Send anything at all, signed by nobody; its fate breaks no rule."""
        heard = await self.post(body, headers)
        self.wire.record("to_bot", "slack", "raw", body.decode(errors="replace"), heard.status, heard.text)
        return heard.status

    async def _ask(self, kind: str, shown: Any, body: bytes) -> Heard:
        heard = await self.post(body, {**self.sign(body), "Content-Type": FORM})
        broken: tuple[str, ...] = ()
        if heard.why == "http_timeout":
            broken = (f"no answer within {self.settings.answer_seconds:g} s",)
        elif heard.status not in (0, 200):
            broken = (f"answered {heard.status}",)
        self.wire.record("to_bot", "slack", kind, shown, heard.status, heard.text, broken)
        return heard

    async def _deliver(self, envelope: Json, injected: str = "") -> Heard:
        heard = await self._send(envelope, {}, injected)
        if not heard.is_taken and not heard.is_final:
            self.spawn(self._bring_again(envelope, heard))
        return heard

    async def _bring_again(self, envelope: Json, heard: Heard) -> None:
        """Send a failed event again, with the same id; docs.slack.dev/apis/events-api#retries."""
        for number, delay in enumerate(self.settings.retry_after, start=1):
            await self.rest(delay)
            if self.closing.is_set():
                return
            headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": heard.why or "http_error"}
            heard = await self._send(envelope, headers, "")
            if heard.is_taken or heard.is_final:
                return

    async def _send(self, envelope: Json, extra: dict[str, str], injected: str) -> Heard:
        body = json.dumps(envelope, ensure_ascii=False).encode()
        heard = await self.post(body, {**self.sign(body), "Content-Type": "application/json", **extra})
        kind = str(envelope["event"]["type"])
        shown = {**json.loads(body), **extra}
        self.wire.record("to_bot", "slack", kind, shown, heard.status, heard.text, injected=injected)
        return heard

    async def post(self, body: bytes, headers: dict[str, str]) -> Heard:
        session = self._open_session()
        try:
            async with session.post(
                self.settings.events_url, data=body, headers=headers, max_redirects=3
            ) as response:
                is_final = response.status != 200 and response.headers.get("x-slack-no-retry") == "1"
                return Heard(response.status, await response.text(errors="replace"), "", is_final)
        except TimeoutError:
            return Heard(0, why="http_timeout")
        except aiohttp.TooManyRedirects:
            return Heard(0, why="too_many_redirects")
        except aiohttp.ClientError:
            return Heard(0, why="connection_failed")

    def sign(self, body: bytes, at: float | None = None) -> dict[str, str]:
        """Make the headers of docs.slack.dev/authentication/verifying-requests-from-slack."""
        stamp = str(int(at if at is not None else time.time()))
        digest = hmac.new(
            self.settings.signing_secret.encode(), b"v0:%s:%s" % (stamp.encode(), body), hashlib.sha256
        )
        return {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": "v0=" + digest.hexdigest(),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    def envelope(self, event: Json) -> Json:
        own = self.settings
        allowed = {"enterprise_id": None, "team_id": own.team_id, "user_id": own.bot_user_id}
        return {
            "token": "sandbox",
            "team_id": own.team_id,
            "context_team_id": own.team_id,
            "context_enterprise_id": None,
            "api_app_id": own.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": fresh_id("Ev"),
            "event_time": int(float(event.get("event_ts", time.time()))),
            "authorizations": [{**allowed, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": False,
            "event_context": fresh_id("4-"),
        }

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def rest(self, seconds: float) -> None:
        """Wait, but no longer than this Slack lives."""
        try:
            await asyncio.wait_for(self.closing.wait(), seconds)
        except TimeoutError:
            return

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=self.settings.answer_seconds),
                trust_env=False,
            )
        return self._session

    async def stop(self) -> None:
        self.closing.set()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
