"""Fetching: brings the bytes of photos from LINE, outside any transaction; what became of each comes back as an event."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from bot.clock import Clock
from bot.line.client import LineClient, LineRefused
from bot.pages.pictures import MOST_BYTES, NoPicture, redrawn
from bot.turn_thread import TurnThread
from bot.workers import Worker
from flows.inbound import Fetched, Inbound
from storage.attachments import GONE, KEPT, LOST, Attachment
from storage.inbox import Arrival, Event
from storage.leases import USUAL, Leases
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.fetch")

PLATFORM = "content"  # where these events come from
# Seconds before the next try: LINE is away, or still prepares the bytes. After the last one it is given up.
PAUSES = (5, 30, 120, 600, 1_800)
NEVER = (400, 404, 413)  # what no second try would change
TAKEN_BACK = 410


def read(event: Event) -> Inbound:
    return Fetched(str(event.body["attachment"]), event.happened_at)


class Fetching(Worker[Attachment]):
    """Claims photos, fetches and redraws each, and keeps it; a process that dies over one leaves it to the next."""

    does = "fetch"
    at_once = 2  # a large photo needs a hundred megabytes while it is drawn

    def __init__(
        self,
        engine: Engine,
        thread: TurnThread,
        clock: Clock,
        line: LineClient,
        took: Callable[[list[UUID]], Awaitable[None]],
        leases: Leases = USUAL,
    ) -> None:
        super().__init__(engine, thread, clock, leases)
        self.line, self.took = line, took
        self._drawing = asyncio.Lock()

    def claim(self, work: Work, most: int) -> list[Attachment]:
        return work.attachments.claim(self.clock.real(), most, self.leases)

    async def carry(self, row: Attachment) -> None:
        """One try. What cannot be fetched now is tried later; what never can is given up."""
        if row.attempts > len(PAUSES) + 1:  # processes died over it: that is a reason, too
            return await self._end(row, LOST)
        try:
            content = await self.line.content(row.message_id, MOST_BYTES)
            if content is None:
                raise LineRefused("content", 202)
            async with self._drawing:
                photo = await asyncio.to_thread(redrawn, content)
        except LineRefused as no:
            return await self._refused(row, no.status)
        except NoPicture as why:
            self._say(row, str(why))
            return await self._end(row, LOST)
        await self._end(row, KEPT, photo)

    async def _refused(self, row: Attachment, status: int) -> None:
        self._say(row, str(status))
        if status == TAKEN_BACK:
            return await self._end(row, GONE)
        if status in NEVER or row.attempts > len(PAUSES):
            return await self._end(row, LOST)
        later = self.clock.real() + timedelta(seconds=PAUSES[row.attempts - 1])
        await self.thread.do(self._put_off, row, later)

    def _put_off(self, row: Attachment, later: datetime) -> None:
        with begin(self.engine) as work:
            work.attachments.put_off(row.id, row.attempts, later)

    async def _end(self, row: Attachment, status: str, photo: bytes | None = None) -> None:
        await self.took(await self.thread.do(self._write, row, status, photo))

    def _write(self, row: Attachment, status: str, photo: bytes | None) -> list[UUID]:
        """Keep it, and say so to a turn; what was taken back, or was another's try by now, changes nothing."""
        now = self.clock.now()
        with begin(self.engine) as work:
            if not work.attachments.end(row.id, row.attempts, status, photo):
                return []
            body = {"attachment": row.id.hex}
            arrival = Arrival(PLATFORM, f"{row.id.hex}.{row.attempts}", "", "fetched", body, now)
            return [id for id in work.inbox.store([arrival], now, self.leases) if id]

    def _say(self, row: Attachment, why: str) -> None:
        log.warning("photo not kept", extra={"action": self.does, "try": row.attempts, "error": why})
