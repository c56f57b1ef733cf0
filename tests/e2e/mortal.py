"""Mortal: a bot in a process of its own, which the test kills and starts again, over real HTTP and a real file."""

from __future__ import annotations

import asyncio
import logging
import math
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep, time
from typing import Any

import aiohttp
from sqlalchemy import Engine, update

from bot.clock import Clock
from bot.demo import find_demo_firm
from bot.settings import Settings
from bot.wiring import Bot, serving
from flows.rules.coach.coach import read_wish
from storage.inbox import RECEIVED, Event
from storage.outbox import SENDING, OutMessage
from storage.time_rows import THINKING, ThoughtRow

LOOK_SECONDS = 0.05  # between looks at the clock: business time runs fast in a test
BORN_SECONDS = 120.0
WARM_SECONDS = 5.0  # after a birth: the first turn compiles every statement
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

PULSE_SECONDS = 0.2
LATE_SECONDS = (
    0.8  # a process that wakes so late, or waits so long for its disk, is on a machine that stands still
)

# A server that has read all modules forks the bots: each is a process of its own, there in a moment.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
read_wish("ネットで売りたい")  # the house's knowledge, read before the fork


class FileClock(Clock):
    """Business time whose distance from real time stands in a file that outlives the process."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def distance(self) -> float:
        return float(self.file.read_text())

    def now(self) -> datetime:
        return self.real() + timedelta(seconds=self.distance())


def live(settings: Settings, clock: Path, log: Path) -> None:
    """Be the bot, as ``smallwin serve`` is, until killed."""
    logging.basicConfig(filename=log, level=logging.WARNING, force=True)
    asyncio.run(_live(settings, FileClock(clock)))


async def _live(settings: Settings, clock: FileClock) -> None:
    bot = Bot(settings, clock=clock, find_firm=find_demo_firm)
    async with serving(bot.web_app(), settings.host, settings.port):
        await bot.start(is_worker=True)
        parent, swept = os.getppid(), None
        while os.getppid() == parent:  # no longer than the test that began it
            if swept != (distance := clock.distance()):  # business time went on
                swept = distance
                await bot.tick()
            await asyncio.sleep(LOOK_SECONDS)


def feel_pulse(file: Path) -> None:
    """Note when this machine stood still: a tiny sleep or a tiny write took long. Times are seconds since the epoch."""
    parent = os.getppid()
    with file.open("a") as notes:
        while os.getppid() == parent:
            began, started = time(), monotonic()
            sleep(PULSE_SECONDS)
            os.fsync(notes.fileno())
            if monotonic() - started > PULSE_SECONDS + LATE_SECONDS:
                notes.write(f"{began} {time()}\n")
                notes.flush()


@asynccontextmanager
async def pulsing(file: Path) -> AsyncIterator[None]:
    """Feel this machine's pulse beside a test."""
    process = CONTEXT.Process(target=feel_pulse, args=(file,), daemon=True)
    process.start()
    try:
        yield
    finally:
        process.kill()
        process.join()


@dataclass
class Mortal:
    """The bot's process: born, killed with SIGKILL, born again on what it left behind.

    Its leases are the usual ones, so that no slow machine ends one while it lives. When it is dead nobody else
    can hold any, and they end at once: what is left of them is time that a test need not wait for.
    """

    settings: Settings
    clock: Path
    log: Path
    eye: Engine
    deaths: int = 0
    away: list[tuple[float, float]] = field(default_factory=list)  # each time from a death to the new life
    _process: Any = field(default=None)
    _birth: asyncio.Task[None] | None = field(default=None)

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    async def start(self) -> None:
        """Give it life; it answers a little later."""
        process = CONTEXT.Process(target=live, args=(self.settings, self.clock, self.log), daemon=True)
        await asyncio.to_thread(process.start)
        self._process = process
        self._birth = asyncio.create_task(self._be_born())

    def kill(self) -> None:
        """Take its life without a word of warning; nothing of it may run on."""
        assert self.is_alive, "it died by itself"
        if self._birth is not None and self._birth.done():
            self._birth.result()  # it answered; else say why not
            self.away.append((time(), math.inf))
        elif self._birth is not None:
            self._birth.cancel()
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL
        self.deaths += 1
        self._end_leases()

    async def answers(self) -> None:
        """Wait until it takes requests."""
        assert self._birth is not None
        await self._birth

    def was_away(self, at: float) -> bool:
        """Tell whether a moment lies between a death and the new life."""
        return any(since <= at <= until for since, until in self.away)

    async def _be_born(self) -> None:
        url = f"http://{self.settings.host}:{self.settings.port}/readyz"
        async with aiohttp.ClientSession(trust_env=False) as http, asyncio.timeout(BORN_SECONDS):
            while not await _is_ready(http, url):
                assert self.is_alive, "it died by itself"
                await asyncio.sleep(0.02)
        if self.away:
            since, _ = self.away.pop()
            self.away.append((since, time() + WARM_SECONDS))

    def _end_leases(self) -> None:
        with self.eye.begin() as work:
            for table, taken in ((Event, RECEIVED), (OutMessage, SENDING), (ThoughtRow, THINKING)):
                work.execute(update(table).where(table.status == taken).values(leased_until=LONG_AGO))


async def _is_ready(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
