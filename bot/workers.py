"""Workers: do something slow about rows, outside any transaction, several at a time."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from sqlalchemy import Engine

from bot.clock import Clock
from bot.turn_thread import Rank, TurnThread
from storage.leases import USUAL, Leases
from storage.unit_of_work import Work, begin

Row = TypeVar("Row")

IDLE_SECONDS = 0.5


class Worker(ABC, Generic[Row]):
    """Claims rows with a lease and carries each by itself; what a dead process held is claimed again."""

    does: str  # the verb its log lines are found by
    at_once: int  # rows in hand per process

    def __init__(self, engine: Engine, thread: TurnThread, clock: Clock, leases: Leases = USUAL) -> None:
        self.engine, self.thread, self.clock, self.leases = engine, thread, clock, leases
        self._awake = asyncio.Event()
        self._log = logging.getLogger(f"smallwin.{self.does}")

    @abstractmethod
    def claim(self, work: Work, most: int) -> list[Row]:
        """Lease what is to be done now."""

    @abstractmethod
    async def carry(self, row: Row) -> None:
        """Do it, and write what came of it."""

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        """Work until cancelled; no row waits for another one."""
        working: set[asyncio.Task[None]] = set()
        try:
            while True:
                working = {task for task in working if not task.done()}
                working |= {asyncio.create_task(self._safely(row)) for row in await self._next(working)}
                await self._rest(working)
        finally:
            for task in working:
                task.cancel()

    async def once(self) -> None:
        """Carry what waits now, and return."""
        for row in await self.thread.do(self._claim, self.at_once, rank=Rank.DELIVERY):
            await self._safely(row)

    async def _next(self, working: set[asyncio.Task[None]]) -> list[Row]:
        free = self.at_once - len(working)
        if free <= 0:
            return []
        try:
            return await self.thread.do(self._claim, free, rank=Rank.DELIVERY)
        except Exception:  # a database that went away comes back; the rows wait
            self._log.exception("paused", extra={"action": self.does})
            await asyncio.sleep(1)
            return []

    async def _rest(self, working: set[asyncio.Task[None]]) -> None:
        awake = asyncio.create_task(self._awake.wait())
        await asyncio.wait({awake, *working}, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        awake.cancel()
        self._awake.clear()

    def _claim(self, most: int) -> list[Row]:
        with begin(self.engine) as work:
            return self.claim(work, most)

    async def _safely(self, row: Row) -> None:
        try:
            await self.carry(row)
        except Exception:  # its lease ends, and it is done again
            self._log.exception("put off", extra={"action": self.does, "row": str(getattr(row, "id", ""))})
