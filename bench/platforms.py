"""Platforms: a LINE and a Slack that answer at once, or after a while, and remember what reached them.

``python -m bench.platforms SECONDS`` prints the port it got and serves until it is stopped. It checks nothing: the
sandbox does, and is too thorough to be fast.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field

from aiohttp import web

PUSH, POST = "/v2/bot/message/push", "/api/chat.postMessage"
REPLY = "/v2/bot/message/reply"
SEEN, FORGET, WHO, REPLIES = "/bench/seen", "/bench/forget", "/bench/who", "/bench/replies"


@dataclass
class Seen:
    """What came since somebody last asked. Texts of pushes are numbers; a person's must only grow."""

    calls: int = 0
    doubled: int = 0  # pushes under a key that was used before
    disordered: int = 0
    most_at_once: int = 0
    first_at: float = 0.0
    last_at: float = 0.0


@dataclass
class Platforms:
    seconds: float
    seen: Seen = field(default_factory=Seen)
    at_once: int = 0
    keys: set[str] = field(default_factory=set)
    last: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    tokens: set[str] = field(default_factory=set)  # of whoever asked for anything else
    replies: dict[str, float] = field(default_factory=dict)  # when each reply token was used

    async def push(self, request: web.Request) -> web.Response:
        body, key = await request.json(), request.headers.get("X-Line-Retry-Key", "")
        number = int(body["messages"][0]["text"])
        self.seen.doubled += key in self.keys
        self.seen.disordered += number < self.last[body["to"]]
        self.keys.add(key)
        self.last[body["to"]] = number
        await self._answer()
        return web.json_response({"sentMessages": [{"id": str(self.seen.calls), "quoteToken": "q"}]})

    async def reply(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.replies.setdefault(body["replyToken"], time.time())
        await self._answer()
        return web.json_response({"sentMessages": [{"id": str(self.seen.calls), "quoteToken": "q"}]})

    async def post(self, request: web.Request) -> web.Response:
        await request.read()
        await self._answer()
        return web.json_response({"ok": True, "channel": "C0000000", "ts": f"{time.time():.6f}"})

    async def other(self, request: web.Request) -> web.Response:
        await request.read()
        self.tokens.add(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return web.json_response({"ok": True})

    async def who(self, _: web.Request) -> web.Response:
        return web.json_response(sorted(self.tokens))

    async def used(self, _: web.Request) -> web.Response:
        return web.json_response(self.replies)

    async def tell(self, _: web.Request) -> web.Response:
        seen, self.seen = self.seen, Seen()
        return web.json_response(asdict(seen))

    async def forget(self, _: web.Request) -> web.Response:
        self.keys.clear()
        self.last.clear()
        self.seen = Seen()
        return web.Response()

    async def _answer(self) -> None:
        """Take as long as a platform takes."""
        self.at_once += 1
        self.seen.most_at_once = max(self.seen.most_at_once, self.at_once)
        self.seen.first_at = self.seen.first_at or time.monotonic()
        if self.seconds:
            await asyncio.sleep(self.seconds)
        self.at_once -= 1
        self.seen.calls += 1
        self.seen.last_at = time.monotonic()


async def serve(seconds: float) -> None:
    platforms, app = Platforms(seconds), web.Application(client_max_size=1 << 20)
    app.add_routes(
        [
            web.post(PUSH, platforms.push),
            web.post(REPLY, platforms.reply),
            web.post(POST, platforms.post),
            web.get(REPLIES, platforms.used),
            web.get(SEEN, platforms.tell),
            web.get(FORGET, platforms.forget),
            web.get(WHO, platforms.who),
            web.route("*", "/{rest:.*}", platforms.other),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1])))
