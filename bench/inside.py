"""Inside: owners answer in process, several at a time, each in order; no HTTP, no delivery."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from bench.recording import house_rules
from bot.arrivals import Arrived
from bot.clock import Clock
from bot.loading import load
from bot.turn_thread import TurnThread
from bot.web import Door


@dataclass
class Inside:
    """The product's door on one database, and the owners who will come through it."""

    door: Door
    engine: Engine
    owners: Iterator[int]
    says: Callable[[int], Sequence[Arrived]]
    at_once: int
    taken: int = 0

    @classmethod
    def of(
        cls, engine: Engine, owners: Iterable[int], says: Callable[[int], Sequence[Arrived]], at_once: int
    ) -> Inside:
        load()  # as a serving process does
        door = Door(engine, TurnThread(), house_rules(), Clock(), (), wake=lambda: None)
        return cls(door, engine, iter(owners), says, at_once)

    async def answer(self, seconds: float) -> float:
        """Let owners answer for a while, each to his last question; gives answers stored and turned a second."""
        before, started = self.taken, time.perf_counter()
        await asyncio.gather(*(self._be_owners(started + seconds) for _ in range(self.at_once)))
        return (self.taken - before) / (time.perf_counter() - started)

    async def _be_owners(self, until: float) -> None:
        while time.perf_counter() < until and (owner := next(self.owners, None)) is not None:
            for arrived in self.says(owner):
                await self.door.take(arrived)
                self.taken += 1

    def close(self) -> None:
        self.door.thread.close()
        self.engine.dispose()
