"""Serving: who sends slowly, or nothing, is let go; who sends in time is heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.serving import in_time, serving

QUICK = 0.3
PATIENCE = 60.0


@contextlib.asynccontextmanager
async def a_server(
    *, body_seconds: float, idle_seconds: float
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async def heard(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    app = web.Application()
    app.add_routes(in_time([web.post("/x", heard)], body_seconds))
    async with serving(app, "127.0.0.1", 0, idle_seconds=idle_seconds) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        yield reader, writer
        writer.close()


HEAD = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"


async def test_a_body_in_time_is_heard() -> None:
    """A body that comes in two pieces is read whole."""
    async with a_server(body_seconds=PATIENCE, idle_seconds=PATIENCE) as (reader, writer):
        writer.write(HEAD + b"he")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(b"llo")
        assert b"200 OK" in await asyncio.wait_for(reader.readline(), PATIENCE)


async def test_a_body_that_never_ends_is_given_up() -> None:
    """Who announces a body and does not send it gets 408, and the connection is closed."""
    async with a_server(body_seconds=QUICK, idle_seconds=PATIENCE) as (reader, writer):
        writer.write(HEAD + b"he")
        answer = await asyncio.wait_for(reader.read(), PATIENCE)
        assert answer.startswith(b"HTTP/1.1 408")


async def test_headers_that_drip_are_given_up() -> None:
    """A connection that brings a letter of its headers now and then is closed without a word."""
    async with a_server(body_seconds=PATIENCE, idle_seconds=QUICK) as (reader, writer):

        async def drip() -> None:
            with contextlib.suppress(ConnectionError):
                for letter in HEAD[:-4] * 1_000:
                    writer.write(bytes([letter]))
                    await writer.drain()
                    await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        dripping.cancel()


async def test_a_silent_connection_is_given_up() -> None:
    """Who connects and says nothing keeps no place for ever."""
    async with a_server(body_seconds=PATIENCE, idle_seconds=QUICK) as (reader, _):
        assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
