"""Load: sends signed webhooks from a process of its own, as fast as they are answered or at a steady pace.

``python -m bench.load`` reads one order a line on stdin and answers each with one line: when each event was sent,
how long each answer took, and what was not 2xx. Bodies are signed before the clock starts.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import zip_longest

import aiohttp

from bench.talk import Hook, hooks


@dataclass(frozen=True)
class Order:
    """Send the answers of owners ``first`` to ``first + most``; ``connections`` owners talk at a time.

    With a ``pace`` (events a second) they are sent at their hour, whatever became of those before.
    """

    url: str
    secret: str
    first: int
    most: int
    seconds: float
    connections: int
    pace: float = 0.0


@dataclass
class Sent:
    """What came of it. Times are of the machine's monotonic clock, latencies in seconds."""

    started: float = 0.0
    ended: float = 0.0
    owners: int = 0
    refused: list[int] = field(default_factory=list)
    sent: dict[str, float] = field(
        default_factory=dict
    )  # by event, when it was first sent; acknowledged only
    repeated: int = 0
    answered: list[float] = field(default_factory=list)


async def send(order: Order) -> Sent:
    people = [list(hooks(owner, order.secret)) for owner in range(order.first, order.first + order.most)]
    result = Sent()
    connector = aiohttp.TCPConnector(limit=0 if order.pace else order.connections)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        result.started = time.monotonic()
        if order.pace:
            await _paced(session, order, people, result)
        else:
            waiting, until = iter(people), result.started + order.seconds
            talks = (_talk(session, order.url, waiting, until, result) for _ in range(order.connections))
            await asyncio.gather(*talks)
    result.ended = time.monotonic()
    return result


async def _talk(
    session: aiohttp.ClientSession, url: str, waiting: Iterator[list[Hook]], until: float, result: Sent
) -> None:
    """Be one owner after the other, each answering in order; an owner may be left in the middle of his talk."""
    for person in waiting:
        result.owners += 1
        for hook in person:
            if (started := time.monotonic()) > until:
                return
            await _post(session, url, hook, started, result)


async def _paced(
    session: aiohttp.ClientSession, order: Order, people: list[list[Hook]], result: Sent
) -> None:
    """Send each event when its time has come; all owners say their first words, then all their second ones."""
    result.owners = len(people)
    said = [hook for column in zip_longest(*people) for hook in column if hook is not None]
    posts = set[asyncio.Task[None]]()
    for number, hook in enumerate(said[: max(1, int(order.pace * order.seconds))]):
        at = result.started + number / order.pace
        await asyncio.sleep(max(0.0, at - time.monotonic()))
        posts.add(asyncio.create_task(_post(session, order.url, hook, at, result)))
    await asyncio.gather(*posts)


async def _post(session: aiohttp.ClientSession, url: str, hook: Hook, started: float, result: Sent) -> None:
    headers = {"x-line-signature": hook.signature, "Content-Type": "application/json"}
    async with session.post(url, data=hook.body, headers=headers) as answer:
        await answer.read()
    result.answered.append(time.monotonic() - started)
    if not 200 <= answer.status < 300:
        result.refused.append(answer.status)
    elif hook.id in result.sent:
        result.repeated += 1
    else:
        result.sent[hook.id] = started


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(asdict(asyncio.run(send(Order(**json.loads(line)))))), flush=True)


if __name__ == "__main__":
    main()
