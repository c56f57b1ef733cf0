"""Database: the engine, the tables' base, and times that are always UTC."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

import orjson
import uuid_utils.compat
from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from storage.watchdog import watch

Json: TypeAlias = Any  # JSON data as the driver gives it; parsed by whoever reads it


def _as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a time without a zone is not an instant")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]  # as SQLAlchemy reads it


class Utc(TypeDecorator[datetime]):
    """An instant. Always aware and UTC in Python, on PostgreSQL and on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """SQLite keeps text: a turn has some twenty instants, and SQLAlchemy's writer of them is slow."""
        return _as_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is not an instant")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables; names of constraints are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Utc, dict[str, Any]: JSON, Json: JSON}


def new_id() -> UUID:
    """Make an id that sorts by time (UUIDv7). Readable by design: never a secret."""
    return uuid_utils.compat.uuid7()


# One thread of a process turns, so nothing may hold it for long. A turn holds its rows for milliseconds: who waits two
# seconds for one waits for somebody stuck; the turn is undone and taken again. No statement of ours takes fifteen. A
# process that stands still in a transaction loses it before the leases of its events end. Statements of milliseconds are
# not worth the compiler that PostgreSQL would start for what it only fears to be long.
LIMITS = {
    "jit": "off",
    "lock_timeout": "2s",
    "statement_timeout": "15s",
    "idle_in_transaction_session_timeout": "20s",
}
# A server that is away is noticed within three seconds, also when it vanishes without a word.
REACH: dict[str, Any] = {
    "connect_timeout": 3,
    "application_name": "smallwin",
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 3_000,
}


def _limited(engine: Engine) -> Engine:
    """Put the limits on every connection; by statements, for poolers in between take no start-up options."""

    @event.listens_for(engine, "connect")
    def limit(connection: Any, _record: Any) -> None:
        for name, value in LIMITS.items():
            connection.execute(f"SET {name} = '{value}'")
        connection.commit()

    watch(engine)
    return engine


def normal_url(url: str) -> str:
    """Accept the spellings hosts hand out: ``postgres://`` and ``postgresql://`` mean psycopg 3."""
    for old in ("postgres://", "postgresql://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url[len(old) :]
    return url


PLAIN = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_SUBCLASS


def dumps(value: Any) -> str:
    """Write plain data as JSON text. What the quick writer refuses (numbers of more than 64 bits) goes the slow way."""
    try:
        return orjson.dumps(value, option=PLAIN).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """Read JSON text back; so are numbers of more than 64 bits."""
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


def open_engine(url: str) -> Engine:
    """Open the database. SQLite: durable commits, one writer at a time, readers never wait."""
    url = normal_url(url)
    plain: dict[str, Any] = dict(json_serializer=dumps, json_deserializer=loads)
    if not url.startswith("sqlite"):
        return _limited(create_engine(url, pool_size=5, connect_args=REACH, **plain))
    engine = create_engine(url, connect_args={"timeout": 15, "check_same_thread": False}, **plain)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin by ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
