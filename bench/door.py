"""Door: the product's own, watched: it tells when each event's turn had committed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from uuid import UUID

from aiohttp import web

from bench.recording import house_rules
from bench.servers import DRAINED, HOOK, app
from bot.arrivals import Answered, Arrived
from bot.clock import Clock
from bot.loading import load
from bot.turn import ReplyToken
from bot.turn_thread import TurnThread
from bot.web import Door
from storage.database import open_engine


class WatchedDoor(Door):
    """The product's own door; notes when each event's turn had committed (the machine's monotonic clock)."""

    patience = 30.0  # on a slow machine a late answer is a slow one, not a wrong one

    def __init__(self, database: str, secret: str) -> None:
        engine, thread = open_engine(database), TurnThread()
        super().__init__(engine, thread, house_rules(), Clock(), (secret,), wake=lambda: None)
        self._names: dict[UUID, str] = {}
        self.turned: dict[str, float] = {}
        self._calm = asyncio.Event()

    def store(self, arrived: Sequence[Arrived]) -> list[UUID | None]:
        ids = super().store(arrived)
        self._names |= {id: item.external_id for id, item in zip(ids, arrived, strict=True) if id}
        return ids

    async def turn(self, id: UUID, token: ReplyToken | None = None) -> Answered:
        answered = await super().turn(id, token)
        self.turned[self._names.pop(id)] = time.monotonic()
        if not self._names:
            self._calm.set()
        return answered

    async def drained(self, _: web.Request) -> web.Response:
        """Finish what was answered 200, and tell when each turn was done."""
        if self._names:
            self._calm.clear()
            with contextlib.suppress(TimeoutError):  # what never comes is missed by the check
                await asyncio.wait_for(self._calm.wait(), self.patience)
        turned, self.turned = self.turned, {}
        return web.json_response(turned)


def product(database: str, secret: str) -> web.Application:
    """Serve the door alone: no delivery, no sweeps and no model, so messages stay in the outbox."""
    door = WatchedDoor(database, secret)
    load()  # as a serving process does
    return app(web.post(HOOK, door.line), web.get(DRAINED, door.drained))
