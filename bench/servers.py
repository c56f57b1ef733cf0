"""Servers: the product's door and what it is compared with, each in a process of its own.

``python -m bench.servers NAME DATABASE SECRET STEPS`` prints the port it got and serves until it is stopped. STEPS is
a file with the recorded rows of a talk. Each imports no more than it needs: a small machine starts five of them.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
from pathlib import Path

from aiohttp import web

TURN, PARSE, PLAIN, BY_HAND, BARE = "turn", "parse", "plain", "by_hand", "bare"
HOOK, DRAINED = "/line/webhook", "/bench/drained"
MOST_BYTES = 1 << 20  # as the product's


def built(name: str, database: str, secret: str, steps: str) -> web.Application:
    match name:
        case "turn":
            from bench.door import product

            return product(database, secret)
        case "plain" | "by_hand":
            from bench import writers

            make = writers.plain if name == PLAIN else writers.by_hand
            return make(database, secret, pickle.loads(Path(steps).read_bytes()))
        case "parse":
            return parse(secret)
    return bare()


def parse(secret: str) -> web.Application:
    """Verify and parse with LINE's SDK, and store nothing."""
    from linebot.v3.webhook import WebhookParser

    parser = WebhookParser(secret)

    async def line(request: web.Request) -> web.Response:
        body = await request.text()
        events = parser.parse(body, request.headers.get("x-line-signature", ""))
        return web.Response(status=200 if events else 400)

    return app(web.post(HOOK, line))


def bare() -> web.Application:
    async def line(_: web.Request) -> web.Response:
        return web.Response()

    return app(web.post(HOOK, line))


def app(*routes: web.RouteDef) -> web.Application:
    made = web.Application(client_max_size=MOST_BYTES)
    made.add_routes(routes)
    return made


async def serve(name: str, database: str, secret: str, steps: str) -> None:
    """Serve on a free port, print it, and stop when the bench hangs up."""
    runner = web.AppRunner(built(name, database, secret, steps), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await runner.cleanup()


def main(name: str, database: str, secret: str, steps: str) -> None:
    logging.disable(logging.WARNING)
    asyncio.run(serve(name, database, secret, steps))


if __name__ == "__main__":
    main(*sys.argv[1:])
