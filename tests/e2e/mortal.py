"""Mortal: a bot in a process of its own, which the test kills and starts again, over real HTTP and a real file."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.demo import find_demo_firm
from bot.settings import Settings
from bot.wiring import Bot, serving
from flows.rules.coach import read_wish
from storage.leases import Leases

# Short enough that a test need not wait, long enough for the work itself on a busy machine.
SHORT = Leases(*[timedelta(seconds=seconds) for seconds in (1.5, 1.5, 2.5, 2.0)])
LOOK_SECONDS = 0.1  # between looks at the clock: business time runs fast in a test
BORN_SECONDS = 30.0

# A server that has read all modules forks the bots: each is a process of its own, there in a moment.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
read_wish("ネットで売りたい")  # the house's knowledge, read before the fork


class FileClock(Clock):
    """Business time whose distance from real time stands in a file that outlives the process."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def now(self) -> datetime:
        return self.real() + timedelta(seconds=float(self.file.read_text()))


def live(settings: Settings, clock: Path, log: Path) -> None:
    """Be the bot, as ``smallwin serve`` is, until killed."""
    logging.basicConfig(filename=log, level=logging.WARNING, force=True)
    asyncio.run(_live(settings, FileClock(clock)))


async def _live(settings: Settings, clock: Clock) -> None:
    bot = Bot(settings, clock=clock, find_firm=find_demo_firm, leases=SHORT)
    async with serving(bot.web_app(), settings.host, settings.port):
        await bot.start(is_worker=True)
        parent = os.getppid()
        while os.getppid() == parent:  # no longer than the test that began it
            await bot.tick()
            await asyncio.sleep(LOOK_SECONDS)


@dataclass
class Mortal:
    """The bot's process: born, killed with SIGKILL, born again on what it left behind."""

    settings: Settings
    clock: Path
    log: Path
    deaths: int = 0
    _process: Any = field(default=None)

    @property
    def is_alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    async def start(self) -> None:
        """Give it life; it answers a little later."""
        process = CONTEXT.Process(target=live, args=(self.settings, self.clock, self.log), daemon=True)
        await asyncio.to_thread(process.start)
        self._process = process

    def kill(self) -> None:
        """Take its life without a word of warning; nothing of it may run on."""
        assert self.is_alive, "it died by itself"
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        assert self._process.exitcode == -signal.SIGKILL
        self.deaths += 1

    async def answers(self) -> None:
        """Wait until it takes requests."""
        url = f"http://{self.settings.host}:{self.settings.port}/readyz"
        async with aiohttp.ClientSession(trust_env=False) as http, asyncio.timeout(BORN_SECONDS):
            while True:
                assert self.is_alive, "it died by itself"
                try:
                    async with http.get(url) as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.02)
