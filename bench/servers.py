"""Servers: the product's door, the ceiling, and a bare 200, each in a process of its own.

``python -m bench.servers NAME DATABASE SECRET`` prints the port it got and serves until it is stopped.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from aiohttp import web

from bench.ceiling import Ceiling
from bench.recording import house_rules, record
from bot.arrivals import Answered, Arrived
from bot.clock import Clock
from bot.line.webhook import arrivals, verify
from bot.turn import ReplyToken
from bot.turn_thread import TurnThread
from bot.web import MOST_BYTES, Door
from bot.wiring import serving
from storage.database import open_engine

TURN, CEILING, BARE = "turn", "ceiling", "bare"
HOOK, DRAINED = "/line/webhook", "/bench/drained"


class WatchedDoor(Door):
    """The product's own door; notes when each event's turn had committed (the machine's monotonic clock)."""

    patience = 30.0  # on a slow machine a late answer is a slow one, not a wrong one

    def __init__(self, database: str, secret: str) -> None:
        engine, thread = open_engine(database), TurnThread()
        super().__init__(engine, thread, house_rules(), Clock(), (secret,), wake=lambda: None)
        self._names: dict[UUID, str] = {}
        self.turned: dict[str, float] = {}

    def store(self, arrived: Sequence[Arrived]) -> list[UUID | None]:
        ids = super().store(arrived)
        self._names |= {id: item.external_id for id, item in zip(ids, arrived, strict=True) if id}
        return ids

    async def turn(self, id: UUID, token: ReplyToken | None = None) -> Answered:
        answered = await super().turn(id, token)
        self.turned[self._names.pop(id)] = time.monotonic()
        return answered

    async def drained(self, _: web.Request) -> web.Response:
        """Finish what was answered 200, and tell when each turn was done."""
        await self.drain()
        turned, self.turned = self.turned, {}
        return web.json_response(turned)


def product(database: str, secret: str) -> web.Application:
    """Serve the door alone: no delivery, no sweeps and no model, so messages stay in the outbox."""
    door = WatchedDoor(database, secret)
    return _app(web.post(HOOK, door.line), web.get(DRAINED, door.drained))


def ceiling(database: str, secret: str) -> web.Application:
    """Verify, read and mask as the product does; then write by hand in one thread, and answer after the commit."""
    thread, clock = ThreadPoolExecutor(1), Clock()
    writes = Ceiling(database, record())
    turned: dict[str, float] = {}

    def write(arrived: Arrived) -> None:
        if writes.write(arrived, clock.now()):
            turned[arrived.external_id] = time.monotonic()

    async def line(request: web.Request) -> web.Response:
        body = await request.read()
        if not verify(body, request.headers.get("x-line-signature"), (secret,)):
            return web.Response(status=401)
        for arrived in arrivals(body, clock.real()):
            await asyncio.get_running_loop().run_in_executor(thread, write, arrived)
        return web.Response()

    async def drained(_: web.Request) -> web.Response:
        done = dict(turned)
        turned.clear()
        return web.json_response(done)

    return _app(web.post(HOOK, line), web.get(DRAINED, drained))


def bare() -> web.Application:
    async def line(_: web.Request) -> web.Response:
        return web.Response()

    return _app(web.post(HOOK, line))


def _app(*routes: web.RouteDef) -> web.Application:
    app = web.Application(client_max_size=MOST_BYTES)
    app.add_routes(routes)
    return app


async def serve(app: web.Application) -> None:
    async with serving(app, "127.0.0.1", 0) as port:
        print(port, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until the bench hangs up


def main(name: str, database: str, secret: str) -> None:
    logging.disable(logging.WARNING)
    apps = {
        TURN: lambda: product(database, secret),
        CEILING: lambda: ceiling(database, secret),
        BARE: bare,
    }
    asyncio.run(serve(apps[name]()))


if __name__ == "__main__":
    main(*sys.argv[1:])
