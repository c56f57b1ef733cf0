"""Watch: what the page's drawer shows of the wire and of the bot's last turn, and the stream of changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.page.guard import told
from sandbox.page.serve import HEADERS
from sandbox.wire import Call, Wire

MOST_CALLS = 200
BEAT_SECONDS = 15.0  # a comment now and then, so that a gone reader is noticed
TRACE_SECONDS = 3.0


class Watch:
    """The readers of one sandbox's wire; all of them end when the application does."""

    def __init__(self, wire: Wire, trace_url: str | None) -> None:
        self.wire, self.trace_url = wire, trace_url
        self._http: aiohttp.ClientSession | None = None
        self._readers: set[asyncio.Task[Any]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/changes", self.changes),
            web.get("/wire", self.calls),
            web.get("/wire/{number}", self.call),
            web.get("/trace", self.trace),
        ]

    async def changes(self, request: web.Request) -> web.StreamResponse:
        """Send each change as a server-sent event until the reader goes away."""
        headers = {**HEADERS, "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._readers.add(task)
        queue, stop = self.wire.listen()
        try:
            await response.write(b"retry: 1000\ndata: all\n\n")
            while True:
                await response.write(await self._next(queue))
        except (ConnectionResetError, asyncio.CancelledError):
            return response
        finally:
            stop()
            self._readers.discard(task)

    async def _next(self, queue: asyncio.Queue[str]) -> bytes:
        """Wait for changes; what came in one burst is told once."""
        try:
            said = {await asyncio.wait_for(queue.get(), BEAT_SECONDS)}
        except TimeoutError:
            return b": still here\n\n"
        while not queue.empty():
            said.add(queue.get_nowait())
        return b"".join(f"data: {what}\n\n".encode() for what in sorted(said))

    async def calls(self, request: web.Request) -> web.StreamResponse:
        after = int(request.query.get("after", "0"))
        newer = [outline(call) for call in self.wire.calls if call.number > after]
        return told({"calls": newer[-MOST_CALLS:], "violations": len(self.wire.violations)})

    async def call(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        found = next((call for call in self.wire.calls if call.number == number), None)
        if found is None:
            raise web.HTTPNotFound(text="この記録はもうありません。")
        return told(asdict(found))

    async def trace(self, request: web.Request) -> web.StreamResponse:
        """Fetch the path of the bot's last event, if the bot shows it."""
        if self.trace_url is None or self._http is None:
            return told({"available": False})
        try:
            timeout = aiohttp.ClientTimeout(total=TRACE_SECONDS)
            async with self._http.get(self.trace_url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status != 200:
                    return told({"available": False})
                return told({"available": True, "trace": await answer.json()})
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return told({"available": False})

    async def lifetime(self, app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(trust_env=False) as self._http:
            yield

    async def end(self, app: web.Application) -> None:
        """Let go of all readers, so that a shutdown does not wait for open pages."""
        for task in list(self._readers):
            task.cancel()


def outline(call: Call) -> dict[str, Any]:
    return {
        "number": call.number,
        "at": call.at,
        "direction": call.direction,
        "platform": call.platform,
        "what": call.what,
        "status": call.status,
        "violations": call.violations,
        "injected": call.injected,
    }
