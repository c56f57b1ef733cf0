"""Lives: people at the sandbox's screens while the bot's process dies under their hands and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from bot import demo
from bot.wiring import serving
from sandbox.app import Sandbox, SandboxSettings, create_sandbox
from storage.inbox import RECEIVED, Event
from storage.outbox import DUE, HELD, SENDING, SENT, UNREACHABLE, OutMessage
from storage.time_rows import ASKED, THINKING, DueRow, ThoughtRow
from tests.databases import database
from tests.e2e.mortal import FileClock, Mortal
from tests.e2e.stage import free_port, words_of

BRINGS_AGAIN = (0.3, 0.5, 1.0, 1.0, 2.0, 2.0, 5.0, 5.0)  # the platforms' own pauses are minutes
CALLS = ("reply", "push", "chat.postMessage", "chat.update", "views.open", "views.publish")
PATIENCE = 30.0
TOGETHER = timedelta(minutes=10)  # what falls due within it is swept together
Act = Callable[[], Awaitable[Any]]
Row = TypeVar("Row")


class Fate(Enum):
    """What befalls the process while somebody acts."""

    PEACE = auto()
    AWAY = auto()  # dead before it came, back a moment later
    STRUCK = auto()  # dead a few milliseconds after it came
    IN_THE_AIR = auto()  # dead when a platform has taken a call of its, and not answered yet
    NEWBORN = auto()  # dead before it came, and once more while it was starting


DEADLY = {Fate.AWAY: 1, Fate.STRUCK: 2, Fate.IN_THE_AIR: 3, Fate.NEWBORN: 1}  # how likely beside each other


@dataclass
class World:
    """The platforms in this process, the bot in another one, and an eye on the file they share."""

    sandbox: Sandbox
    bot: Mortal
    clock: FileClock
    eye: Engine
    dice: Random
    deadly: float  # how often an act is struck
    fates: dict[Fate, int] = field(default_factory=dict)
    repeats: int = 0  # how often somebody did the same once more, having read no answer

    async def act(
        self, do: Act, is_answered: Callable[[], bool], *, is_repeated: bool = True, gives_up: bool = False
    ) -> None:
        """Do something, with whatever fate; who reads no answer within some seconds does it once more."""
        await self._under(self._fate(), do)
        ends = time.monotonic() + PATIENCE
        while not await self._comes(is_answered, self.dice.uniform(1.0, 4.0)):
            if gives_up:
                return
            assert time.monotonic() < ends, f"no answer\n{self.told()}"
            if is_repeated:
                self.repeats += 1
                await do()

    async def move(self, moment: datetime) -> None:
        """Let business time run to a moment, from one thing that falls due to the next; some are struck."""
        while self.clock.now() < moment:
            following = self._next()
            self.set_clock(min(moment, following + TOGETHER) if following else moment)
            if self.dice.random() < self.deadly / 4:
                await asyncio.sleep(self.dice.uniform(0, 0.25))
                await self._die(Fate.STRUCK)
            await self.rest()

    async def rest(self) -> None:
        """Wait until nothing is left to do at this moment of business time."""
        assert await self._comes(self._is_idle, PATIENCE), f"no rest\n{self.told()}"

    def set_clock(self, moment: datetime) -> None:
        """Write the new distance at once and whole: the bot may be reading."""
        fresh = self.clock.file.with_suffix(".new")
        fresh.write_text(str((moment - self.clock.real()).total_seconds()))
        fresh.replace(self.clock.file)

    def rows(self, kind: type[Row], *which: Any) -> list[Row]:
        with Session(self.eye) as session:
            return list(session.scalars(select(kind).where(*which)))

    def told(self) -> str:
        """Say what an engineer needs to know when it went wrong."""
        open = [row for row in self.rows(OutMessage) if row.status not in (SENT, UNREACHABLE)]
        lines = [f"{row.id} {row.status} {row.op} {row.next_at} {row.error} {row.body[:80]}" for row in open]
        lines += [f"{row.id} {row.kind} {row.status} {row.error}" for row in self.rows(Event)[-5:]]
        for owner in self.sandbox.line.people:
            lines += [
                f"{bubble.by}: {words_of(bubble.message)}" for bubble in self.sandbox.line.chat(owner)[-8:]
            ]
        log = self.bot.log.read_text()[-4000:] if self.bot.log.exists() else ""
        return "\n".join([f"now {self.clock.now()}, deaths {self.bot.deaths}", *lines, log])

    def _fate(self) -> Fate:
        if self.dice.random() >= self.deadly:
            return Fate.PEACE
        [fate] = self.dice.choices(list(DEADLY), weights=list(DEADLY.values()))
        return fate

    async def _under(self, fate: Fate, do: Act) -> None:
        self.fates[fate] = self.fates.get(fate, 0) + 1
        match fate:
            case Fate.PEACE:
                await do()
            case Fate.AWAY | Fate.NEWBORN:
                self.bot.kill()
                doing = asyncio.ensure_future(do())
                await asyncio.sleep(self.dice.uniform(0, 0.3))
                await self.bot.start()
                if fate is Fate.NEWBORN:
                    await asyncio.sleep(self.dice.uniform(0, 0.6))
                    await self._die()
                await doing
            case Fate.STRUCK:
                doing = asyncio.ensure_future(do())
                await asyncio.sleep(self.dice.uniform(0, 0.15))
                await self._die()
                await doing
            case Fate.IN_THE_AIR:
                for call in CALLS:
                    self.sandbox.chaos.order(call, "hang")
                doing = asyncio.ensure_future(do())
                await self._comes(self._is_hanging, 1.0)
                self.sandbox.chaos.orders.clear()
                await self._die()
                await doing

    def _is_hanging(self) -> bool:
        return len(self.sandbox.chaos.orders) == len(CALLS) and not all(self.sandbox.chaos.orders.values())

    async def _die(self, fate: Fate | None = None) -> None:
        if fate:
            self.fates[fate] = self.fates.get(fate, 0) + 1
        self.bot.kill()
        await self.bot.start()

    async def _comes(self, holds: Callable[[], bool], seconds: float) -> bool:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.sandbox.slack.pace.buckets.clear()  # three months run by in a minute: no hour has its real length
            if holds():
                return True
            await asyncio.sleep(0.04)
        return holds()

    def _is_idle(self) -> bool:
        now = self.clock.now()
        ripe = (OutMessage.status == HELD) & (OutMessage.next_at <= now)
        left = (
            select(func.count()).where(OutMessage.status.in_((DUE, SENDING)) | ripe),
            select(func.count()).where(Event.status == RECEIVED),
            select(func.count()).where(ThoughtRow.status.in_((ASKED, THINKING))),
            select(func.count()).where(DueRow.done_at.is_(None), DueRow.due_at <= now),
        )
        with Session(self.eye) as session:
            return not any(session.scalar(query) for query in left)

    def _next(self) -> datetime | None:
        now = self.clock.now()
        with Session(self.eye) as session:
            due = session.scalar(
                select(func.min(DueRow.due_at)).where(DueRow.done_at.is_(None), DueRow.due_at > now)
            )
            held = session.scalar(
                select(func.min(OutMessage.next_at)).where(
                    OutMessage.status == HELD, OutMessage.next_at > now
                )
            )
        return min((at for at in (due, held) if at), default=None)


@contextlib.asynccontextmanager
async def living(
    folder: Path, dice: Random, begins: datetime, *, deadly: float, with_model: bool = False
) -> AsyncIterator[World]:
    """Start the platforms here and the bot in its own process; on the way out it is killed once more."""
    ours, theirs = free_port(), free_port()
    with database("sqlite", folder) as url:
        base = f"http://127.0.0.1:{theirs}/sandbox"
        settings = demo.demo_settings(ours, url, with_model=with_model).model_copy(
            update={
                "line_api_base": f"{base}/line",
                "slack_api_base": f"{base}/slack/api/",
                "openai_base_url": f"{base}/model/v1",
            }
        )
        page, sandbox = create_sandbox(
            SandboxSettings(
                base_url=f"http://127.0.0.1:{ours}",
                line_secret=settings.line_channel_secret,
                line_token=settings.line_channel_access_token,
                slack_signing_secret=settings.slack_signing_secret,
                slack_bot_token=settings.slack_bot_token,
                model_key=settings.openai_api_key or "unused",
                line_brings_again=BRINGS_AGAIN,
                slack_brings_again=BRINGS_AGAIN,
            )
        )
        demo.furnish(sandbox)
        app = web.Application()
        app.add_subapp("/sandbox", page)
        clock = FileClock(folder / "clock")
        bot = Mortal(settings, clock.file, folder / "bot.log")
        world = World(sandbox, bot, clock, create_engine(url), dice, deadly)
        world.set_clock(begins)
        async with serving(app, "127.0.0.1", theirs):
            await bot.start()
            await bot.answers()
            try:
                yield world
            finally:
                bot.kill()
                world.eye.dispose()


def same(message: Any) -> str:
    """Give a message's one spelling, to count it by."""
    return json.dumps(message, sort_keys=True, ensure_ascii=False)
