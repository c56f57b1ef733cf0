"""Load: sends signed webhooks from a process of its own, as fast as they are answered or at a steady pace.

``python -m bench.load`` reads one order a line on stdin and answers each with one line: when each event was sent,
how long each answer took, and what was not 2xx. Requests are signed and made bytes before the clock starts, and go
straight over sockets: a client library would be slower than the servers it measures.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from urllib.parse import urlsplit

from bench.talk import Hook, hooks

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


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


class Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._came = b""
        self._transport: asyncio.WriteTransport | None = None
        self._status: asyncio.Future[int] | None = None

    async def ask(self, request: bytes) -> int:
        """Send a request; gives the status of its answer."""
        assert self._transport is not None
        self._status = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._status

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, found, body = self._came.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if found and self._status is not None and len(body) >= (int(length[1]) if length else 0):
            self._came = b""
            self._status.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._status is not None and not self._status.done():
            self._status.set_exception(exc or ConnectionError("the server hung up"))


@dataclass
class Sender:
    """Sends hooks to one address, and notes what became of each."""

    host: str
    port: int
    path: str
    result: Sent = field(default_factory=Sent)
    idle: list[Connection] = field(default_factory=list)

    async def connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(Connection, self.host, self.port))[1]

    def request(self, hook: Hook) -> bytes:
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
            f"x-line-signature: {hook.signature}\r\nContent-Length: {len(hook.body)}\r\n\r\n"
        )
        return head.encode() + hook.body

    async def post(self, connection: Connection, id: str, request: bytes, started: float) -> None:
        status, result = await connection.ask(request), self.result
        result.answered.append(time.monotonic() - started)
        if not 200 <= status < 300:
            result.refused.append(status)
        elif id in result.sent:
            result.repeated += 1
        else:
            result.sent[id] = started

    async def talk(self, waiting: Iterator[list[tuple[str, bytes]]], until: float) -> None:
        """Be one owner after the other, each answering in order; one may be left in the middle of his talk."""
        connection = await self.connect()
        for person in waiting:
            self.result.owners += 1
            for id, request in person:
                if (started := time.monotonic()) > until:
                    return connection.close()
                await self.post(connection, id, request, started)
        connection.close()

    async def pace(self, people: list[list[tuple[str, bytes]]], order: Order) -> None:
        """Send each event when its time has come; all owners say their first words, then all their second ones."""
        self.result.owners, posts = len(people), set[asyncio.Task[None]]()
        said = [item for column in zip_longest(*people) for item in column if item is not None]
        for number, (id, request) in enumerate(said[: max(1, int(order.pace * order.seconds))]):
            at = self.result.started + number / order.pace
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            posts.add(asyncio.create_task(self._borrow(id, request, at)))
        await asyncio.gather(*posts)
        for connection in self.idle:
            connection.close()

    async def _borrow(self, id: str, request: bytes, at: float) -> None:
        connection = self.idle.pop() if self.idle else await self.connect()
        await self.post(connection, id, request, at)
        self.idle.append(connection)


async def send(order: Order) -> Sent:
    url = urlsplit(order.url)
    sender = Sender(url.hostname or "", url.port or 80, url.path)
    owners = range(order.first, order.first + order.most)
    people = [[(hook.id, sender.request(hook)) for hook in hooks(owner, order.secret)] for owner in owners]
    result = sender.result
    result.started = time.monotonic()
    if order.pace:
        await sender.pace(people, order)
    else:
        waiting, until = iter(people), result.started + order.seconds
        await asyncio.gather(*(sender.talk(waiting, until) for _ in range(order.connections)))
    result.ended = time.monotonic()
    return result


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(asdict(asyncio.run(send(Order(**json.loads(line)))))), flush=True)


if __name__ == "__main__":
    main()
