"""Turn thread: the one thread of a process that touches the database. People's events go before time's."""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

T = TypeVar("T")

MOST_WAITING = 2_000  # past that the door answers 503, and the platforms try again later


class Rank(IntEnum):
    """Who goes first."""

    PERSON = 0
    DELIVERY = 1
    TIME = 2
    STOP = 9


class Overloaded(Exception):
    """Too many jobs wait for the database."""


class TurnThread:
    """Runs synchronous jobs one after the other; ``do`` awaits the result of one."""

    def __init__(self) -> None:
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None] | None]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._thread = threading.Thread(target=self._run, name="turns", daemon=True)
        self._thread.start()

    async def do(self, job: Callable[..., T], *args: Any, rank: Rank = Rank.PERSON) -> T:
        """Run a job in the turn thread. Raises what the job raises, and ``Overloaded`` when the line is too long."""
        if self._jobs.qsize() > MOST_WAITING:
            raise Overloaded
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def run() -> None:
            try:
                result = job(*args)
            except BaseException as error:  # handed to whoever awaits it
                loop.call_soon_threadsafe(_fail, done, error)
            else:
                loop.call_soon_threadsafe(_finish, done, result)

        self._jobs.put((rank, next(self._numbers), run))
        return await done

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._jobs.put((Rank.STOP, next(self._numbers), None))
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (job := self._jobs.get()[2]) is not None:
            job()


def _finish(done: asyncio.Future[T], result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
