"""Bell: tells the other processes on one PostgreSQL that something was committed, so that nobody waits for a poll.

Ringing is a NOTIFY on a connection of its own, after the turn: inside it would take a lock of the whole database at
commit. Nothing depends on it: who hears nothing looks every half second all the same. SQLite has one process and no bell.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

import psycopg
from sqlalchemy import Engine

log = logging.getLogger("smallwin.bell")

CHANNEL = "smallwin"
MOUTH, EAR = "smallwin mouth", "smallwin ear"  # processes count each other by the first
RING_SECONDS = 0.03  # at most so often: one ring stands for all commits before it
COUNT_SECONDS = 10.0
AGAIN_SECONDS = 2.0  # after a lost connection


class Bell:
    """One per process: a mouth, and in a worker an ear, each a connection that comes back by itself."""

    def __init__(self, url: str, counted: Callable[[int], None], heard: Callable[[], None] | None) -> None:
        self._url, self._counted, self._heard = url, counted, heard
        self._rung = asyncio.Event()
        self._mouth_pid = 0

    def ring(self) -> None:
        """Let the others know, soon; from any turn, as often as one likes."""
        self._rung.set()

    async def run(self) -> None:
        """Ring, and listen where somebody wants to hear, until cancelled."""
        ear = [self._keep(self._listen, EAR)] if self._heard else []
        await asyncio.gather(self._keep(self._speak, MOUTH), *ear)

    async def _keep(self, work: Callable[[psycopg.AsyncConnection], Awaitable[None]], name: str) -> None:
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, application_name=name, connect_timeout=3
                )
                async with connection:
                    await work(connection)
            except (psycopg.Error, OSError) as why:  # nobody waits for us: they look by themselves meanwhile
                log.warning("bell is silent", extra={"action": "ring", "error": type(why).__name__})
            await asyncio.sleep(AGAIN_SECONDS)

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        assert self._heard is not None
        await connection.execute(f"LISTEN {CHANNEL}".encode())
        self._heard()  # what was rung while we were away
        async for notify in connection.notifies():
            if notify.pid != self._mouth_pid:  # our own ring tells us nothing new
                self._heard()

    async def _speak(self, connection: psycopg.AsyncConnection) -> None:
        self._mouth_pid = connection.info.backend_pid
        while True:
            await self._count(connection)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(COUNT_SECONDS):
                    while True:
                        await self._rung.wait()
                        self._rung.clear()
                        await connection.execute(f"NOTIFY {CHANNEL}".encode())
                        await asyncio.sleep(RING_SECONDS)

    async def _count(self, connection: psycopg.AsyncConnection) -> None:
        """Say how many processes share what the platforms allow."""
        mine = "SELECT count(*) FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()"
        row = await (await connection.execute(mine.encode(), (MOUTH,))).fetchone()
        self._counted(max(1, int(row[0]) if row else 1))


def bell_of(
    engine: Engine, counted: Callable[[int], None], heard: Callable[[], None] | None = None
) -> Bell | None:
    """Give a bell where there may be other processes."""
    if engine.dialect.name != "postgresql":
        return None
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return Bell(url, counted, heard)
