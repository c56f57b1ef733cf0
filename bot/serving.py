"""Serving: the HTTP server around the door, which gives nobody for ever to say what he wants."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import metrics

# A connection that has not brought whole headers by then is closed, and so is one that idles: a little longer than
# proxies keep theirs, so that it is they who close.
IDLE_SECONDS = 75.0
BODY_SECONDS = 10.0  # for a whole body: a megabyte at 100 kB/s; platforms send theirs in one piece
LINGER_SECONDS = 1.0  # for what is still on its way when we have answered


def in_time(routes: Iterable[web.RouteDef], seconds: float = BODY_SECONDS) -> list[web.RouteDef]:
    """Let each route read the body before anybody waits for it, and answer 408 when it does not come."""
    return [
        web.RouteDef(each.method, each.path, _in_time(each.handler, seconds), each.kwargs) for each in routes
    ]


def _in_time(handler: Any, seconds: float) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.can_read_body:
            try:
                async with asyncio.timeout(seconds):
                    await request.read()
            except TimeoutError:
                metrics.REFUSED.labels("slow").inc()
                late = web.Response(status=408)
                late.force_close()
                return late
        answer: web.StreamResponse = await handler(request)
        return answer

    return handle


@contextlib.asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, *, idle_seconds: float = IDLE_SECONDS
) -> AsyncIterator[int]:
    """Serve an application; gives the port it got."""
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=idle_seconds, lingering_time=LINGER_SECONDS
    )
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
