"""Serving: the HTTP server around the door, which gives nobody for ever to say what he wants."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot import metrics

# A connection that has not brought whole headers by then is closed, and so is one that idles: a little longer than
# proxies keep theirs, so that it is they who close.
IDLE_SECONDS = 75.0
BODY_SECONDS = 10.0  # for a whole body: a megabyte at 100 kB/s; platforms send theirs in one piece


def in_time(seconds: float) -> Middleware:
    """Make a middleware that reads a body before anybody waits for it, and answers 408 when it does not come."""

    @web.middleware
    async def read(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.can_read_body:
            try:
                async with asyncio.timeout(seconds):
                    await request.read()
            except TimeoutError:
                metrics.REFUSED.labels("slow").inc()
                late = web.Response(status=408)
                late.force_close()
                return late
        return await handler(request)

    return read


@contextlib.asynccontextmanager
async def serving(
    app: web.Application, host: str, port: int, *, idle_seconds: float = IDLE_SECONDS
) -> AsyncIterator[int]:
    """Serve an application; gives the port it got."""
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=idle_seconds)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
