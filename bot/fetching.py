"""Fetching: brings the bytes of photos and files, outside any transaction; what became of each comes back as an event."""

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
from bot.sends.sending import ContentRefused
from bot.slack.client import SlackClient
from bot.turn_thread import TurnThread
from bot.workers import Worker
from flows.inbound import Fetched, Inbound, Kind
from flows.rules.lint.papers import Unfit, Why, judged
from storage.attachments import GONE, KEPT, LOST, Attachment
from storage.inbox import Arrival, Event
from storage.leases import USUAL, Leases
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.fetch")

PLATFORM = "content"  # where these events come from
# Seconds before the next try: LINE is away, or still prepares the bytes. After the last one it is given up.
PAUSES = (5, 30, 120, 600, 1_800)
TOO_LARGE, TAKEN_BACK = 413, 410
NEVER = (400, 404, TOO_LARGE)  # what no second try would change


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
        line: LineClient | None,
        slack: SlackClient | None,
        took: Callable[[list[UUID]], Awaitable[None]],
        leases: Leases = USUAL,
    ) -> None:
        super().__init__(engine, thread, clock, leases)
        self.line, self.slack, self.took = line, slack, took
        self._drawing = asyncio.Lock()

    def claim(self, work: Work, most: int) -> list[Attachment]:
        return work.attachments.claim(self.clock.real(), most, self.leases)

    async def carry(self, row: Attachment) -> None:
        """One try. What cannot be fetched now is tried later; what never can is given up."""
        if row.attempts > len(PAUSES) + 1:  # processes died over it: that is a reason, too
            return await self._end(row, LOST, why=Why.AWAY)
        try:
            content = await self._content(row)
            async with self._drawing:
                form, kept = await asyncio.to_thread(prepared, row, content)
        except ContentRefused as no:
            return await self._refused(row, no.status)
        except Unfit as no:
            self._say(row, no.why.name)
            return await self._end(row, LOST, why=no.why)
        except NoPicture as why:
            self._say(row, str(why))
            return await self._end(row, LOST, why=Why.BROKEN)
        await self._end(row, KEPT, kept, form)

    async def _content(self, row: Attachment) -> bytes:
        if row.platform == "slack" and self.slack is not None:
            return await self.slack.content(row.source, MOST_BYTES)
        if row.platform != "line" or self.line is None:
            raise ContentRefused(0)
        try:
            content = await self.line.content(row.message_id, MOST_BYTES)
        except LineRefused as no:
            raise ContentRefused(no.status) from no
        if content is None:
            raise ContentRefused(202)
        return content

    async def _refused(self, row: Attachment, status: int) -> None:
        self._say(row, str(status))
        if status == TAKEN_BACK:
            return await self._end(row, GONE)
        if status in NEVER or row.attempts > len(PAUSES):
            return await self._end(row, LOST, why=Why.LARGE if status == TOO_LARGE else Why.AWAY)
        later = self.clock.real() + timedelta(seconds=PAUSES[row.attempts - 1])
        await self.thread.do(self._put_off, row, later)

    def _put_off(self, row: Attachment, later: datetime) -> None:
        with begin(self.engine) as work:
            work.attachments.put_off(row.id, row.attempts, later)

    async def _end(
        self,
        row: Attachment,
        status: str,
        kept: bytes | None = None,
        form: str = "",
        *,
        why: Why | None = None,
    ) -> None:
        await self.took(await self.thread.do(self._write, row, status, kept, form, why.name if why else ""))

    def _write(self, row: Attachment, status: str, kept: bytes | None, form: str, why: str) -> list[UUID]:
        """Keep it, and say so to a turn; what was taken back, or was another's try by now, changes nothing."""
        now = self.clock.now()
        with begin(self.engine) as work:
            if not work.attachments.end(row.id, row.attempts, status, kept, form, why):
                return []
            body = {"attachment": row.id.hex}
            arrival = Arrival(PLATFORM, f"{row.id.hex}.{row.attempts}", "", "fetched", body, now)
            return [id for id in work.inbox.store([arrival], now, self.leases) if id]

    def _say(self, row: Attachment, why: str) -> None:
        log.warning("photo not kept", extra={"action": self.does, "try": row.attempts, "error": why})


def prepared(row: Attachment, content: bytes) -> tuple[str, bytes]:
    """Look into what came and give its form and what is kept of it: a photo is drawn anew, the staff see nothing else.

    Raises ``Unfit`` for what must not go over, ``NoPicture`` for a photo that cannot be drawn.
    """
    form = judged(row.name, content)
    if form.is_photo:
        return "jpg", redrawn(content)
    if row.task_id is not None and row.kind == Kind.PHOTO.name:
        raise NoPicture("neither JPEG nor PNG")
    return form.name, content
