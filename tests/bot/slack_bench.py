"""A Slack under test: the platform and our door on one port, and a house behind that answers as told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp
from aiohttp import web

from bot.arrivals import Answered, Arrived
from bot.slack.client import SlackClient
from bot.slack.listeners import PATH, SlackDoor
from bot.slack.reading import read
from flows.inbound import Inbound
from flows.messages import Button, Card, Form, FormField, Line, Look, Message
from sandbox.chaos import Chaos
from sandbox.slack import SlackSettings, SlackWorld, routes
from sandbox.wire import Call, Wire

SECRET, TOKEN = "s" * 32, "xoxb-sandbox"
TALK = UUID(int=7).hex
FORM = Form(
    TALK,
    3,
    "今週のふりかえり",
    "送る",
    (
        FormField("done", "今週したこと", is_long=True),
        FormField("mood", "手ごたえ", (("good", "よかった"), ("bad", "いまひとつ")), initial="good"),
        FormField("note", "ひとこと", is_optional=True),
    ),
    lead="三つだけ伺います。",
)
CARD = Message(
    "この内容で進めますか？",
    Card(
        "小さな一歩 & 在庫",
        (
            Line("場所", "沼津 https://example.com/map?a=1&b=2。"),
            Line("ことば", "棚卸しが*大変*\n<@U1>", is_quote=True),
        ),
        lead="下書きです。",
        note="いつでもやめられます。",
    ),
    (Button("進める", f"a:{TALK}:verdict:1:yes", Look.PRIMARY), Button("やめる", "w:cancel", Look.DANGER)),
)


@dataclass
class House:
    """What stands behind the door: keeps what came, answers in turn, as fast as told."""

    came: list[Arrived] = field(default_factory=list)
    answers: list[Answered | Exception] = field(default_factory=list)
    seconds: float = 0.0
    offered: list[tuple[str, str]] = field(default_factory=list)
    shown: list[Arrived] = field(default_factory=list)

    async def take(self, arrived: Arrived) -> Answered:
        self.came.append(arrived)
        answer = self.answers.pop(0) if self.answers else Answered()
        await asyncio.sleep(self.seconds)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def offer_form(self, sender: str, conversation: str) -> None:
        self.offered.append((sender, conversation))

    async def form_shown(self, came: Arrived) -> None:
        self.shown.append(came)

    def read(self, staff_channel: str = "") -> list[Inbound]:
        return [read(each.body, each.kind, each.happened_at, staff_channel) for each in self.came]


@dataclass
class Slack:
    """Everything a test needs."""

    world: SlackWorld
    chaos: Chaos
    house: House
    door: SlackDoor
    client: SlackClient
    url: str
    http: aiohttp.ClientSession
    user: str
    dm: str = ""

    @property
    def calls(self) -> list[Call]:
        return [call for call in self.world.wire.calls if call.direction == "from_bot"]

    def made(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.what == method]

    async def post(self, body: bytes, **headers: str) -> tuple[int, str]:
        """Send raw bytes; ``headers`` replace those of a good signature."""
        signed = {**self.world.sign(body), "Content-Type": "application/json"}
        sent = {**signed, **{name.replace("_", "-"): each for name, each in headers.items()}}
        async with self.http.post(self.url, data=body, headers=sent) as answer:
            return answer.status, await answer.text()

    async def show(self, message: dict[str, Any], marker: str = "row") -> str:
        """Post into the person's DM."""
        outcome = await self.client.post(self.dm, message, marker)
        return outcome.ids[0]


@asynccontextmanager
async def a_slack(patience: float = 2.3, seconds: float = 5.0, **settings: Any) -> AsyncIterator[Slack]:
    """Start the platform under a prefix, beside our door; one talent has a DM."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    base, house = f"{address}/sandbox/slack", House()
    own: dict[str, Any] = {"signing_secret": SECRET, "bot_token": TOKEN, "rate_limits": False, **settings}
    world = SlackWorld(
        SlackSettings(events_url=address + PATH, base_url=base, **own), Wire(), Chaos(hang_seconds=20.0)
    )
    client = SlackClient(TOKEN, f"{base}/api/", seconds=seconds)
    door = SlackDoor(SECRET, client, house.take, house.offer_form, house.form_shown, patience=patience)
    app, platform = web.Application(), web.Application()
    platform.add_routes(routes(world))
    app.add_subapp("/sandbox/slack", platform)
    app.add_routes(door.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    async with aiohttp.ClientSession(trust_env=False) as http:
        user = world.add_person("野村 葵", "aoi@example.com")
        slack = Slack(world, world.chaos, house, door, client, address + PATH, http, user)
        slack.dm = await client.open_dm(user)
        yield slack
        await world.settle()
        await door.close()
        await client.close()
        await world.close()
    await runner.cleanup()
