"""A LINE under test: the platform on a real port, a real bot that keeps what it gets, and the real SDK."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import aiohttp
from aiohttp import web
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, AsyncMessagingApiBlob, Configuration

from sandbox.chaos import Chaos
from sandbox.line.server import routes
from sandbox.line.world import LineSettings, LineWorld
from sandbox.wire import Call, Wire

SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
TOKEN = "the-channel-access-token"


def ask(kind: Any, **fields: Any) -> Any:
    """Make one of the SDK's requests (its constructors want every optional field from a type checker)."""
    return kind.from_dict(fields)


@dataclass
class Clock:
    now: float = 1_795_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Hook:
    """One webhook as the bot got it."""

    raw: bytes
    headers: dict[str, str]

    @property
    def events(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = json.loads(self.raw)["events"]
        return events


@dataclass
class Bot:
    """Answers webhooks with ``statuses`` in turn, then with 200."""

    hooks: list[Hook] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    seconds: float = 0.0

    async def hear(self, request: web.Request) -> web.Response:
        self.hooks.append(
            Hook(await request.read(), {name.lower(): each for name, each in request.headers.items()})
        )
        await asyncio.sleep(self.seconds)
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for hook in self.hooks for event in hook.events]

    @property
    def token(self) -> str:
        return str(self.events[-1]["replyToken"])


@dataclass
class Line:
    """Everything a test needs."""

    world: LineWorld
    wire: Wire
    chaos: Chaos
    clock: Clock
    bot: Bot
    host: str
    http: aiohttp.ClientSession

    @cached_property
    def client(self) -> AsyncApiClient:
        return AsyncApiClient(Configuration(host=self.host, access_token=TOKEN))

    @property
    def api(self) -> Any:  # the SDK's annotations mix answers and awaitables
        return AsyncMessagingApi(self.client)

    @property
    def blob(self) -> Any:
        return AsyncMessagingApiBlob(self.client)

    async def close(self) -> None:
        if "client" in self.__dict__:
            await self.client.close()
        await self.world.close()

    async def friend(self, name: str = "田中") -> str:
        user = self.world.add_person(name)
        await self.world.follow(user)
        return user

    async def post(
        self, path: str, body: Any = None, *, method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Call the API without the SDK, which refuses to send some faults."""
        sent = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): each for name, each in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        async with self.http.request(method, f"{self.host}/v2/bot{path}", data=data, headers=sent) as answer:
            assert answer.headers["X-Line-Request-Id"]
            return answer.status, json.loads(await answer.read() or b"{}")

    async def refused(self, message: dict[str, Any]) -> list[tuple[str, str]]:
        """Validate one message and return LINE's complaints as (property, message)."""
        status, body = await self.post("/message/validate/push", {"messages": [message]})
        assert (status == 200) == (body == {})
        return [(each.get("property", ""), each["message"]) for each in body.get("details", ())]

    def last(self, what: str) -> Call:
        return next(call for call in reversed(self.wire.calls) if call.what == what)


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


@asynccontextmanager
async def a_line(**settings: Any) -> AsyncIterator[Line]:
    """Start a platform under a prefix, beside the bot it talks to."""
    wire, chaos, clock, bot = Wire(), Chaos(hang_seconds=5.0), Clock(), Bot()
    app = web.Application()
    app.router.add_post("/line/webhook", bot.hear)
    platform = web.Application()
    usual: dict[str, Any] = {"channel_secret": SECRET, "access_token": TOKEN, "redeliver_after": (0.01, 0.02)}
    world = LineWorld(LineSettings(webhook_url="", **{**usual, **settings}), wire, chaos, clock)
    platform.add_routes(routes(world))
    app.add_subapp("/sandbox/line", platform)
    async with serving(app) as address, aiohttp.ClientSession(trust_env=False) as http:
        world.settings.webhook_url = f"{address}/line/webhook"
        line = Line(world, wire, chaos, clock, bot, f"{address}/sandbox/line", http)
        yield line
        await line.close()
