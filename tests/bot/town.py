"""Town: a bot with its platforms, which can be told to fail, and the messages on their way."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot import demo
from bot.clock import Clock
from bot.line.client import LineClient
from bot.slack.client import SlackClient
from bot.turn import STAFF, Turn
from bot.wiring import Bot, serving
from flows.messages import Message
from flows.rules.calendar import is_business_day
from sandbox.app import Sandbox
from storage.outbox import DUE, SENDING, OutMessage
from storage.parties import Handle
from storage.unit_of_work import Work, begin
from tests.databases import database
from tests.e2e.stage import free_port, words_of

PATIENCE = 15.0


@dataclass
class Town:
    """A bot on its sandbox, with platforms that fail when told to and clients that wait only a moment."""

    bot: Bot
    sandbox: Sandbox
    clock: Clock
    url: str

    async def friend(self, name: str = "山崎さん") -> str:
        """Add somebody who has just said hello, and wait for the greeting."""
        id = self.sandbox.line.add_person(name)
        assert await self.sandbox.line.follow(id) == 200
        await self.until(lambda: bool(self.heard(id)))
        await self.rest()
        return id

    def heard(self, id: str) -> list[str]:
        return [words_of(each.message) for each in self.sandbox.line.chat(id) if each.by == "bot"]

    def posts(self, channel: str) -> list[str]:
        return [str(each.get("text", "")) for each in self.sandbox.slack.messages(self.channel(channel))]

    def channel(self, name: str) -> str:
        return next(id for id, each in self.sandbox.slack.channels.items() if each.name == name)

    def calls(self, what: str) -> list[int]:
        """Give the answers to the bot's calls of one kind, oldest first."""
        calls = self.sandbox.wire.calls
        return [each.status for each in calls if each.direction == "from_bot" and each.what == what]

    async def do(self, act: Callable[[Turn], None], who: str = "") -> None:
        """Take a turn of our own making, as this person's doing."""

        def turn() -> None:
            with begin(self.bot.engine) as work:
                me = handle_of(work, who) if who else None
                turn = Turn(work, self.bot.rules, self.clock.now(), me=me)
                act(turn)
                turn.finish()

        await self.bot.thread.do(turn)
        self.bot.wake()

    async def tell(self, who: str, *texts: str, purpose: str = "answer") -> None:
        def act(turn: Turn) -> None:
            handle = handle_of(turn.work, who)
            for text in texts:
                turn.tell(handle, Message(text), purpose=purpose, at=turn.now)

        await self.do(act, who)

    async def post(self, text: str) -> None:
        await self.do(lambda turn: turn.post(STAFF, Message(text)))

    async def rows(self, text: str = "") -> list[OutMessage]:
        def read() -> list[OutMessage]:
            with begin(self.bot.engine) as work:
                return list(work.session.scalars(select(OutMessage).order_by(OutMessage.id)))

        return [row for row in await self.bot.thread.do(read) if text in row.body]

    async def status(self, text: str) -> str:
        [row] = await self.rows(text)
        return row.status

    async def rest(self) -> None:
        """Wait until nothing is due; business time runs on meanwhile, so that pauses are short."""
        await self.until_async(self._is_idle)

    async def _is_idle(self) -> bool:
        return not any(row.status in (DUE, SENDING) for row in await self.rows())

    async def until(self, holds: Callable[[], bool], hurry: float = 0.0) -> None:
        async def asked() -> bool:
            return holds()

        await self.until_async(asked, hurry)

    async def until_async(self, holds: Callable[[], Any], hurry: float = 1.0) -> None:
        ends = time.monotonic() + PATIENCE
        while not await holds():
            assert time.monotonic() < ends, "it did not come about"
            self.clock.move(timedelta(seconds=hurry))
            self.bot.wake()
            await asyncio.sleep(0.03)


def until_work_begins(now: datetime) -> timedelta:
    """Say how long it is to the next ten o'clock of a working day in Japan: whenever this runs, nobody sleeps."""
    here = now.astimezone(ZoneInfo("Asia/Tokyo"))
    day = here.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=here.hour >= 10)
    while not is_business_day(day.date()):
        day += timedelta(days=1)
    return day - here


def handle_of(work: Work, external_id: str) -> Handle:
    return work.session.scalars(select(Handle).where(Handle.external_id == external_id)).one()


@contextlib.asynccontextmanager
async def a_town(
    folder: Path, *, kind: str = "sqlite", seconds: float = 1.0, rules_kept: bool = True
) -> AsyncIterator[Town]:
    """Start it all; afterwards no platform rule may have been broken."""
    with database(kind, folder) as url:
        port, clock = free_port(), Clock()
        clock.move(until_work_begins(clock.now()))
        config = demo.demo_settings(port, url, with_model=False)
        app, bot, sandbox = demo.demo_app(config, clock)
        bot.line = LineClient(config.line_channel_access_token, config.line_api_base, seconds=seconds)
        bot.slack = SlackClient(config.slack_bot_token, config.slack_api_base, seconds=seconds)
        sandbox.chaos.hang_seconds = seconds * 2
        demo.furnish(sandbox)
        async with serving(app, "127.0.0.1", port):
            await bot.start(is_worker=True)
            try:
                yield Town(bot, sandbox, clock, f"http://127.0.0.1:{port}")
            finally:
                await bot.stop()
    assert not rules_kept or not sandbox.wire.violations, sandbox.wire.violations


BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))
