"""Lives: people at the sandbox's screens while the bot's process dies under their hands and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from aiohttp import web
from sqlalchemy import Engine, create_engine, func, or_, select
from sqlalchemy.orm import Session

from bot import demo
from bot.wiring import serving
from sandbox.app import Sandbox, SandboxSettings, create_sandbox
from storage.inbox import RECEIVED, Event
from storage.outbox import DUE, HELD, SENDING, SENT, UNREACHABLE, OutMessage
from storage.time_rows import ASKED, THINKING, DueRow, ThoughtRow
from tests.databases import database
from tests.e2e.mortal import LOOK_SECONDS, FileClock, Mortal, pulsing
from tests.e2e.stage import free_port, words_of

BRINGS_AGAIN = (0.3, 0.5, *[1.0] * 120)  # the platforms' own pauses are minutes; none gives up before we do
CALLS = ("reply", "push", "chat.postMessage", "chat.update", "views.open", "views.publish")
PATIENCE = 120.0  # until a test calls it lost; whoever reads his answer goes on at once
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


HANG_SECONDS = 4.0  # for an act to make the bot call a platform
STRUCK_BY_TIME = 0.03  # how often the process dies as business time goes on
UNTAKEN = ("answered 503", "no answer within")
BESIDE = 3.0  # seconds that Slack waits for an answer: a stand-still at its beginning is seen at its end
LIKELY = {Fate.AWAY: 1, Fate.STRUCK: 2, Fate.IN_THE_AIR: 3, Fate.NEWBORN: 1}  # how likely beside each other


def lots(dice: Random, share: float) -> Iterator[Fate]:
    """Deal fates: of each so many acts exactly one is struck, so that no seed of chance leaves a run unharmed."""
    among = max(1, round(1 / share))
    while True:
        [fate] = dice.choices(list(LIKELY), weights=list(LIKELY.values()))
        struck = dice.randrange(among)
        yield from (fate if number == struck else Fate.PEACE for number in range(among))


@dataclass
class World:
    """The platforms in this process, the bot in another one, and an eye on the file they share."""

    sandbox: Sandbox
    bot: Mortal
    clock: FileClock
    eye: Engine
    pulse: Path
    dice: Random
    lot: Iterator[Fate]  # what befalls act after act; a lot of its own, so that no waiting draws from it
    fates: dict[Fate, int] = field(default_factory=dict)
    repeats: int = 0  # how often somebody did the same once more, having read no answer

    async def act(
        self, do: Act, is_answered: Callable[[], bool], *, is_repeated: bool = True, gives_up: bool = False
    ) -> None:
        """Do something, with whatever fate; who reads no answer does it once more, each time a little later."""
        await self._under(next(self.lot), do)
        ends, patience = time.monotonic() + PATIENCE, self.dice.uniform(1.0, 4.0)
        while not await self._comes(is_answered, patience):
            if gives_up:
                return
            assert time.monotonic() < ends, f"no answer\n{self.told()}"
            patience *= 1.5  # on a slow machine the answer may be on its way
            if is_repeated:
                self.repeats += 1
                await do()

    async def move(self, moment: datetime) -> None:
        """Let business time run to a moment, from one thing that falls due to the next; some are struck."""
        while self.clock.now() < moment:
            following = self._next()
            self.set_clock(min(moment, following + TOGETHER) if following else moment)
            if self.dice.random() < STRUCK_BY_TIME:
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

    def unexcused(self) -> list[str]:
        """Give the platform rules that the bot broke, but for what a death or a machine that stands still explains.

        An interaction that was not taken (503, or silence) is right only while the process is away, or was given
        no time to run: nothing is lost then, the person reads an error and presses again. Else it is a fault.
        """
        notes = (line.split() for line in self.pulse.read_text().splitlines())
        still = [(float(since), float(until)) for since, until in notes]
        broken = []
        for call in self.sandbox.wire.calls:
            is_slow = any(since - BESIDE <= call.at <= until + BESIDE for since, until in still)
            for each in call.violations:
                if not (each.startswith(UNTAKEN) and (is_slow or self.bot.was_away(call.at))):
                    broken.append(f"{call.what}: {each}")
        return broken

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
                await self._comes(self._is_hanging, HANG_SECONDS)
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
            await asyncio.sleep(LOOK_SECONDS)
        return holds()

    def _is_idle(self) -> bool:
        now = self.clock.now()
        ripe = (OutMessage.status == HELD) & (OutMessage.next_at <= now)
        left = (
            select(OutMessage.id).where(OutMessage.status.in_((DUE, SENDING)) | ripe),
            select(Event.id).where(Event.status == RECEIVED),
            select(ThoughtRow.id).where(ThoughtRow.status.in_((ASKED, THINKING))),
            select(DueRow.id).where(DueRow.done_at.is_(None), DueRow.due_at <= now),
        )
        with (
            self.eye.connect() as look
        ):  # at one moment: what one row becomes must not slip between two looks
            return not look.scalar(select(or_(*(each.exists() for each in left))))

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
    folder: Path, seed: int, begins: datetime, *, share: float, with_model: bool = False
) -> AsyncIterator[World]:
    """Start the platforms here and the bot in its own process; on the way out it is killed once more.

    ``share`` says how many of all acts are struck.
    """
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
        eye, pulse = create_engine(url), folder / "pulse"
        bot = Mortal(settings, clock.file, folder / "bot.log", eye)
        lot = lots(Random(f"fates {seed}"), share)
        world = World(sandbox, bot, clock, eye, pulse, Random(f"moments {seed}"), lot)
        world.set_clock(begins)
        async with serving(app, "127.0.0.1", theirs), pulsing(pulse):
            await bot.start()
            await bot.answers()
            try:
                yield world
            finally:
                bot.kill()
                eye.dispose()


def same(message: Any) -> str:
    """Give a message's one spelling, to count it by."""
    return json.dumps(message, sort_keys=True, ensure_ascii=False)
