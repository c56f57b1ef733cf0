"""Memory: databases of SQLite in memory, kept as bytes and put in place in a millisecond."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Engine

from bot.migrating import migrate
from storage.database import open_engine


@cache
def engine() -> Engine:
    """Give the one engine of this process: what it has learned of our statements is kept from walk to walk."""
    return open_engine("sqlite://")


@cache
def template() -> bytes:
    """Give a migrated, empty database as bytes."""
    fresh = open_engine("sqlite://")
    migrate(fresh)
    return dumped(fresh)


def dumped(engine: Engine) -> bytes:
    connection = engine.raw_connection()
    try:
        return bytes(connection.driver_connection.serialize())  # type: ignore[union-attr]
    finally:
        connection.close()


def opened(database: bytes) -> Engine:
    """Put a database in memory in place of the one before."""
    return _put(engine(), database)


def another(database: bytes) -> Engine:
    """Put a database in memory beside all others."""
    return _put(open_engine("sqlite://"), database)


def _put(engine: Engine, database: bytes) -> Engine:
    connection = engine.raw_connection()
    connection.driver_connection.deserialize(database)  # type: ignore[union-attr]
    connection.close()
    return engine
