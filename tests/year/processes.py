"""Processes: a door and a worker on one PostgreSQL, each killed with SIGKILL and started again, on a clock they share."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.demo import find_demo_firm
from bot.sends.pace import Pace
from bot.settings import Settings
from bot.wiring import Bot, learn, serving
from flows.rules.coach.coach import read_wish

LOOK_SECONDS = 0.01  # between looks at the clock: months run by in seconds
BORN_SECONDS = 120.0
PACE = 1_000.0  # how fast what platforms allow comes back: the days run by as fast
DOOR, WORKER = "door", "worker"

# A server that has read all modules forks the processes: each is its own, there in a moment.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
read_wish("ネットで売りたい")  # the house's knowledge, read before the fork
learn()


class StandingClock(Clock):
    """Business time stands in a file that outlives everybody, until somebody moves it; real time goes its way."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file, self._times = file, 0

    def now(self) -> datetime:
        return datetime.fromisoformat(self.told().split()[0])

    def told(self) -> str:
        return self.file.read_text()

    def set(self, moment: datetime) -> None:
        """Move it, at once and whole: somebody may be reading. Who sees it written anew looks what is due."""
        self._times += 1
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{moment.isoformat()} {self._times}")
        fresh.replace(self.file)


def work(settings: Settings, clock: Path, log: Path, is_door: bool) -> None:
    """Be ``smallwin web`` or ``smallwin worker``, until killed."""
    logging.basicConfig(filename=log, level=logging.WARNING, force=True)
    asyncio.run(_work(settings, StandingClock(clock), is_door))


async def _work(settings: Settings, clock: StandingClock, is_door: bool) -> None:
    bot = Bot(settings, clock=clock, find_firm=find_demo_firm)
    async with contextlib.AsyncExitStack() as stack:
        await bot.start(is_worker=not is_door)
        assert bot.delivery is not None
        bot.delivery.pace = Pace(lambda: time.monotonic() * PACE, is_line=False)
        if is_door:
            await stack.enter_async_context(serving(bot.web_app(), settings.host, settings.port))
        parent, seen = os.getppid(), ""
        while os.getppid() == parent:  # no longer than the test that began it
            if seen != (told := clock.told()):  # the days went on
                seen = told
                bot.look()
                if not is_door:
                    await bot.tick()
            await asyncio.sleep(LOOK_SECONDS)


@dataclass
class Process:
    """One process of ours, in all its lives."""

    name: str
    settings: Settings
    clock: Path
    log: Path
    deaths: int = 0
    _process: Any = field(default=None)

    async def start(self) -> None:
        args = (self.settings, self.clock, self.log, self.name == DOOR)
        process = CONTEXT.Process(target=work, args=args, daemon=True)
        await asyncio.to_thread(process.start)
        self._process = process

    def end(self) -> None:
        """Take its life without a word of warning."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    async def kill(self) -> None:
        """Take its life, and give it the next one."""
        assert self._process.is_alive(), f"{self.name} died by itself\n{self.told()}"
        self.end()
        self.deaths += 1
        await self.start()

    async def answers(self) -> None:
        """Wait until a door takes requests."""
        url = f"http://{self.settings.host}:{self.settings.port}/readyz"
        async with aiohttp.ClientSession(trust_env=False) as http, asyncio.timeout(BORN_SECONDS):
            while not await _is_ready(http, url):
                assert self._process.is_alive(), f"{self.name} died by itself\n{self.told()}"
                await asyncio.sleep(0.02)

    def told(self) -> str:
        """Give the end of its log."""
        return self.log.read_text()[-3000:] if self.log.exists() else ""


async def _is_ready(http: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with http.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
