"""Turn thread: the one thread of a process that touches the database. People's events go before time's."""

from __future__ import annotations

import asyncio
import itertools
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, TypeVar

T = TypeVar("T")
Item = TypeVar("Item")

MOST_TOGETHER = 32  # items of one batch: more only make the first of them wait
MOST_WAITING = (
    5_000  # some twenty seconds of turns; past that the door answers 503, and the platforms try again later
)


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
        self._batches: dict[Any, deque[tuple[Any, asyncio.AbstractEventLoop, asyncio.Future[Any]]]] = {}
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

    async def together(
        self, run: Callable[[Sequence[Item]], Sequence[T | Exception]], item: Item, rank: Rank = Rank.PERSON
    ) -> T:
        """Hand one item to ``run`` with all others that wait for the same ``run``: a batch is whatever is waiting.

        ``run`` gives a result or an exception for each item. Raises as ``do`` does.
        """
        waiting = self._batches.setdefault(run, deque())
        if self._jobs.qsize() > MOST_WAITING:
            raise Overloaded
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()
        waiting.append((item, loop, done))
        self._jobs.put((rank, next(self._numbers), lambda: _run_batch(run, waiting)))
        return await done

    def waiting(self) -> int:
        """Count the jobs that wait."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Finish what waits, then stop."""
        self._jobs.put((Rank.STOP, next(self._numbers), None))
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while (job := self._jobs.get()[2]) is not None:
            job()


def _run_batch(
    run: Callable[[Sequence[Any]], Sequence[Any]],
    waiting: deque[tuple[Any, asyncio.AbstractEventLoop, asyncio.Future[Any]]],
) -> None:
    """Take what waits, up to a batch; a job whose item went with an earlier one finds nothing."""
    batch = [waiting.popleft() for _ in range(min(len(waiting), MOST_TOGETHER))]
    if not batch:
        return
    results: Sequence[Any]
    try:
        results = run([item for item, _, _ in batch])
    except Exception as error:  # of the whole batch: handed to each who awaits it
        results = [error] * len(batch)
    told: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
    for (_, loop, done), result in zip(batch, results, strict=True):
        told.setdefault(loop, []).append((done, result))
    for loop, each in told.items():  # each call wakes the loop's thread, which then wants the interpreter
        loop.call_soon_threadsafe(_tell, each)


def _tell(answers: Sequence[tuple[asyncio.Future[Any], Any]]) -> None:
    for done, result in answers:
        (_fail if isinstance(result, Exception) else _finish)(done, result)


def _finish(done: asyncio.Future[T], result: T) -> None:
    if not done.done():
        done.set_result(result)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
