"""Mind: the real thinking, asking the sandbox's model over HTTP from a loop of its own."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from aiohttp.test_utils import TestServer
from openai import AsyncOpenAI

from bot.budget import FREE, Budget
from bot.carry import carry
from bot.clock import Clock
from bot.model import Model
from bot.taking import take_turn
from bot.thinking import Thinking
from bot.turn_thread import TurnThread
from sandbox.chaos import Chaos
from sandbox.model.server import NAME, ModelSettings, ModelWorld, routes
from sandbox.wire import Wire
from storage.time_rows import ThoughtRow
from tests.flows.talk import World


class Still(Clock):
    """The world's own time."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world

    def now(self) -> datetime:
        return self.world.now


class SandboxMind:
    """The sandbox's model, for as many worlds as there are. Its world needs a database that threads can share."""

    def __init__(self, model: str = NAME, seconds: float = 12.0, hang_seconds: float = 30.0) -> None:
        self.model, self.seconds = model, seconds
        self.chaos, self.wire = Chaos(hang_seconds), Wire()
        self.budget, self.prices = Budget(), FREE
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.thread = TurnThread()
        self.server = self.wait(self._serve())
        url = str(self.server.make_url("/v1"))
        self.client = AsyncOpenAI(api_key="key", base_url=url, max_retries=0)

    async def _serve(self) -> TestServer:
        app = web.Application()
        app.add_routes(routes(ModelWorld(ModelSettings("key"), self.wire, self.chaos)))
        server = TestServer(app)
        await server.start_server()
        return server

    def wait(self, work: Any) -> Any:
        done: Future[Any] = asyncio.run_coroutine_threadsafe(work, self.loop)
        return done.result(20)

    def __call__(self, world: World, row: ThoughtRow) -> None:
        async def took(ids: list[UUID]) -> None:
            for id in ids:
                take_turn(world.engine, world.rules, carry, id, world.now)

        model = Model(self.client, self.model, self.seconds, self.prices)
        thinking = Thinking(world.engine, self.thread, Still(world), model, took, self.budget)
        self.wait(thinking.think(row))

    def close(self) -> None:
        self.wait(self.client.close())
        self.wait(self.server.close())
        self.thread.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
