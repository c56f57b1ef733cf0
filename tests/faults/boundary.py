"""Boundary: every operation by which one process reaches its database or a platform, counted, and struck when told."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar

import aiohttp
import httpx2
import psycopg
from sqlalchemy import Engine

T = TypeVar("T")


class Killed(BaseException):
    """The process was here a moment ago."""


class Fault(Enum):
    """What befalls one operation."""

    EXCEPTION = auto()  # not done, and it says so
    KILL = auto()  # not done: the process is dead
    HANG = auto()  # not done, and no answer until our patience ended
    LOST = auto()  # done, and the answer was lost with the connection
    KILL_AFTER = auto()  # done, and the process is dead

    @property
    def is_after(self) -> bool:
        return self in (Fault.LOST, Fault.KILL_AFTER)


class Kind(Enum):
    STATEMENT, COMMIT, CALL = auto(), auto(), auto()


@dataclass(frozen=True)
class Operation:
    """One of them. ``before`` are the statements of its transaction so far."""

    number: int
    kind: Kind
    what: str  # the statement, or the method and the path of a call
    before: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.number} {self.kind.name}: {self.what[:160]}"


Choose = Callable[[Operation], Fault | None]
Errors = dict[Fault, Exception]


def no_fault(_: Operation) -> None:
    """Let everything pass."""


class Boundary:
    """The edge of one process. Once it is dead nothing of it passes, whatever its code still tries."""

    def __init__(self, choose: Choose, numbers: Iterator[int]) -> None:
        self.choose, self._numbers = choose, numbers
        self.is_dead = False
        self.died = asyncio.Event()
        self.tasks: set[asyncio.Task[Any]] = set()
        self.statements: list[str] = []  # of the transaction that is open
        self._loop = asyncio.get_running_loop()
        self._turns = asyncio.Lock()  # calls go out one after the other: the same number is the same call

    def die(self) -> None:
        self.is_dead = True
        self._loop.call_soon_threadsafe(self.died.set)

    def pass_through(self, kind: Kind, what: str, do: Callable[[], T], errors: Errors) -> T:
        fault = self._meet(kind, what, errors)
        result = do()
        self._leave(fault, errors)
        return result

    async def call(
        self, what: str, do: Callable[[], Awaitable[T]], read: Callable[[T], Awaitable[Any]], errors: Errors
    ) -> T:
        async with self._turns:
            fault = self._meet(Kind.CALL, what, errors)
            result = await do()
            if fault is not None:
                await read(result)  # the platform has done all of it
            self._leave(fault, errors)
            return result

    def _meet(self, kind: Kind, what: str, errors: Errors) -> Fault | None:
        if self.is_dead:
            raise Killed
        fault = self.choose(Operation(next(self._numbers), kind, what, tuple(self.statements)))
        if fault is not None and not fault.is_after:
            self._strike(fault, errors)
        return fault

    def _leave(self, fault: Fault | None, errors: Errors) -> None:
        if self.is_dead:  # killed from outside, while the operation was on its way
            raise Killed
        if fault is not None:
            self._strike(fault, errors)

    def _strike(self, fault: Fault, errors: Errors) -> None:
        if fault in (Fault.KILL, Fault.KILL_AFTER):
            self.die()
            raise Killed
        raise errors[fault]


# --- the database: SQLAlchemy's own seam to the driver

SQLITE: Errors = {
    Fault.EXCEPTION: sqlite3.OperationalError("disk I/O error"),
    Fault.HANG: sqlite3.OperationalError("database is locked"),
    Fault.LOST: sqlite3.OperationalError("disk I/O error"),
}
POSTGRES: Errors = {
    Fault.EXCEPTION: psycopg.OperationalError("out of memory"),
    Fault.HANG: psycopg.errors.QueryCanceled("canceling statement due to statement timeout"),
    Fault.LOST: psycopg.OperationalError("server closed the connection unexpectedly"),
}


class Guard:
    """Stands in a dialect between SQLAlchemy and the driver, and leads all past the boundary of who is alive."""

    def __init__(self, dialect: Any) -> None:
        self.boundary: Boundary | None = None
        self.is_postgres = dialect.name == "postgresql"
        self.errors = POSTGRES if self.is_postgres else SQLITE
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            setattr(dialect, name, self._executing(getattr(dialect, name)))
        dialect.do_commit = self._committing(dialect.do_commit)
        dialect.do_rollback = self._rolling_back(dialect.do_rollback)

    def _executing(self, execute: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(cursor: Any, statement: str, *rest: Any) -> Any:
            return self._pass(
                Kind.STATEMENT, statement, cursor.connection, lambda: execute(cursor, statement, *rest)
            )

        return guarded

    def _committing(self, commit: Callable[[Any], None]) -> Callable[[Any], None]:
        def guarded(connection: Any) -> None:
            self._pass(Kind.COMMIT, "COMMIT", connection, lambda: commit(connection))

        return guarded

    def _rolling_back(self, rollback: Callable[[Any], None]) -> Callable[[Any], None]:
        """Rolling back is what a server does by itself when we are gone: it always passes."""

        def guarded(connection: Any) -> None:
            if self.boundary is not None:
                self.boundary.statements.clear()
            if not (self.is_postgres and connection.closed):  # psycopg complains of one that is gone
                rollback(connection)

        return guarded

    def _pass(self, kind: Kind, what: str, connection: Any, do: Callable[[], Any]) -> Any:
        assert self.boundary is not None
        statements = self.boundary.statements
        raw = getattr(
            connection, "dbapi_connection", connection
        )  # a commit is given the pool's wrapping of it
        try:
            return self.boundary.pass_through(kind, what, do, self.errors)
        except (
            Killed
        ):  # what is open ends with us: a server hears it, a file is rolled back by whoever is next
            raw.close() if self.is_postgres else raw.rollback()
            raise
        except psycopg.OperationalError as error:
            if error is self.errors[Fault.LOST]:
                raw.close()
            raise
        finally:
            if kind is Kind.COMMIT:
                statements.clear()
            else:
                statements.append(what)


_LEARNED: dict[str, tuple[Any, Any]] = {}
_GUARDS: dict[str, Guard] = {}


def remember(engine: Engine, kind: str) -> None:
    """Keep what SQLAlchemy has learned of our statements from process to process: learning it takes the longest."""
    known: Any = engine
    known.dialect, known._compiled_cache = _LEARNED.setdefault(kind, (known.dialect, known._compiled_cache))


def watch(engine: Engine, boundary: Boundary) -> None:
    """Lead all that an engine does past a boundary; one process lives at a time."""
    kind = engine.dialect.name
    remember(engine, kind)
    if kind not in _GUARDS:
        _GUARDS[kind] = Guard(engine.dialect)
    _GUARDS[kind].boundary = boundary


# --- the network: the HTTP libraries' own seam to the wire

CURRENT: ContextVar[Boundary | None] = ContextVar("boundary", default=None)


@contextmanager
def wired() -> Iterator[None]:
    """Lead the calls of every process past its boundary, while this lasts; nobody else's are touched."""
    to_platform, to_model = aiohttp.ClientSession._request, httpx2.AsyncClient.send

    async def request(session: aiohttp.ClientSession, method: str, url: Any, **how: Any) -> Any:
        def do() -> Awaitable[aiohttp.ClientResponse]:
            return to_platform(session, method, url, **how)

        boundary = CURRENT.get()
        if boundary is None:
            return await do()
        return await boundary.call(f"{method} {url}", do, lambda answer: answer.read(), PLATFORM)

    async def send(client: httpx2.AsyncClient, asked: httpx2.Request, **how: Any) -> Any:
        def do() -> Awaitable[httpx2.Response]:
            return to_model(client, asked, **how)

        boundary = CURRENT.get()
        if boundary is None:
            return await do()
        return await boundary.call(f"{asked.method} {asked.url}", do, lambda answer: answer.aread(), MODEL)

    aiohttp.ClientSession._request = request  # type: ignore[assignment]
    httpx2.AsyncClient.send = send  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        aiohttp.ClientSession._request = to_platform  # type: ignore[method-assign]
        httpx2.AsyncClient.send = to_model  # type: ignore[method-assign]


PLATFORM: Errors = {
    Fault.EXCEPTION: aiohttp.ConnectionTimeoutError(),
    Fault.HANG: TimeoutError(),
    Fault.LOST: aiohttp.ServerDisconnectedError(),
}
MODEL: Errors = {
    Fault.EXCEPTION: httpx2.ConnectError("refused"),
    Fault.HANG: httpx2.ReadTimeout("no answer"),
    Fault.LOST: httpx2.RemoteProtocolError("disconnected"),
}
