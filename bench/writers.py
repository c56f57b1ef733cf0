"""Writers: the servers that write by themselves, after LINE's event was verified, read and masked as ours does it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import asyncpg
from aiohttp import web

from bench.by_hand import PostgresByHand, SqliteByHand
from bench.plain import Plain
from bench.servers import DRAINED, HOOK, app
from bench.talk import Step
from bot.arrivals import Arrived
from bot.clock import Clock
from bot.line.webhook import arrivals, verify

Write = Callable[[Arrived, datetime], Awaitable[bool]]


def plain(database: str, secret: str, steps: Sequence[Step]) -> web.Application:
    """Write as applications usually do, and answer after the commit."""
    return _writing(secret, Plain(database, steps).write)


def by_hand(database: str, secret: str, steps: Sequence[Step]) -> web.Application:
    """Write by hand, and answer after the commit: no flow, no ORM."""
    if database.startswith("postgresql"):
        pool = asyncpg.create_pool(database.replace("+psycopg", "", 1), min_size=1, max_size=4)
        writes = PostgresByHand(pool, steps)
        written = _writing(secret, writes.write)

        async def connected(_: web.Application) -> None:
            await pool

        written.on_startup.append(connected)
        return written
    thread, file = ThreadPoolExecutor(1), SqliteByHand(database, steps)

    async def write(arrived: Arrived, now: datetime) -> bool:
        return await asyncio.get_running_loop().run_in_executor(thread, file.write, arrived, now)

    return _writing(secret, write)


def _writing(secret: str, write: Write) -> web.Application:
    """Verify, read and mask as the product does, then write; notes when each event was new and had committed."""
    clock, turned = Clock(), dict[str, float]()

    async def line(request: web.Request) -> web.Response:
        body = await request.read()
        if not verify(body, request.headers.get("x-line-signature"), (secret,)):
            return web.Response(status=401)
        for arrived in arrivals(body, clock.real()):
            if await write(arrived, clock.now()):
                turned[arrived.external_id] = time.monotonic()
        return web.Response()

    async def drained(_: web.Request) -> web.Response:
        done = dict(turned)
        turned.clear()
        return web.json_response(done)

    return app(web.post(HOOK, line), web.get(DRAINED, drained))
