"""Ceiling: the rows of a turn written by hand-made SQL in one transaction; no flow, no ORM, nothing decided."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg

from bench.recording import Row, Step
from bench.talk import answer_of
from bot.arrivals import Arrived
from storage.database import new_id


class Cursor(Protocol):
    def execute(self, sql: Any, values: Any = (), /) -> Any: ...
    def executemany(self, sql: Any, values: Any, /) -> Any: ...
    def fetchone(self) -> Any: ...


class Ceiling:
    """Writes one event and all that it sets going. ``database`` is a SQLite file or a PostgreSQL address."""

    def __init__(self, database: str, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.is_postgres = database.startswith("postgresql")
        self.cursor: Cursor = _postgres(database) if self.is_postgres else _sqlite(database)
        first = steps[0]
        self.event = self._insert("events", first.event, "ON CONFLICT DO NOTHING RETURNING id")
        self.talk = self._insert("conversations", first.talk)
        self.entry = self._insert("entries", first.entries[0])
        self.message = self._insert("messages", first.messages[0])
        lock = " FOR UPDATE" if self.is_postgres else ""
        self.handle = self._sql(
            f"SELECT id, party_id, floor FROM handles WHERE platform = ? AND external_id = ?{lock}"
        )
        self.moved = self._sql(
            "UPDATE conversations SET status = ?, turn = ?, asked = ?, settled_at = ? WHERE id = ?"
        )
        self.floor = self._sql("UPDATE handles SET floor = ?, floor_at = ?, wrote_at = ? WHERE id = ?")
        self.mailbox = self._sql(
            "INSERT INTO mailboxes (handle_id, next_number, reply_token, reply_until) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (handle_id) DO UPDATE SET next_number = mailboxes.next_number + ?,"
            " reply_token = excluded.reply_token, reply_until = excluded.reply_until RETURNING next_number"
        )

    def write(self, arrived: Arrived, now: datetime) -> bool:
        """Write one event's rows; False when it was here already."""
        step, run = self.steps[answer_of(arrived.external_id)], self.cursor.execute
        run("BEGIN" if self.is_postgres else "BEGIN IMMEDIATE")
        try:
            is_new = self._write(step, arrived, now)
        except BaseException:
            run("ROLLBACK")
            raise
        run("COMMIT")
        return is_new

    def _write(self, step: Step, arrived: Arrived, now: datetime) -> bool:
        run, event = self.cursor.execute, new_id()
        came = dict(id=event, external_id=arrived.external_id, sender=arrived.sender)
        run(self.event, _values(step.event, **came, happened_at=arrived.happened_at, received_at=now))
        if self.cursor.fetchone() is None:
            return False
        run(self.handle, (arrived.platform, arrived.sender))
        handle, party, talk = self.cursor.fetchone()
        if step is self.steps[0]:
            talk, now_row = new_id(), dict(created_at=now, settled_at=now)
            run(self.talk, _values(step.talk, id=talk, handle_id=handle, party_id=party, **now_row))
        else:
            asked = step.talk
            run(self.moved, (asked["status"], asked["turn"], asked["asked"], now, talk))
        mine = dict(conversation_id=talk, event_id=event, at=now)
        self.cursor.executemany(self.entry, [_values(row, id=new_id(), **mine) for row in step.entries])
        run(self.floor, (talk, now, now, handle))
        count = len(step.messages)
        run(self.mailbox, (handle, 1 + count, arrived.reply_token, now, count))
        number = self.cursor.fetchone()[0] - count
        said = dict(handle_id=handle, event_id=event, next_at=now, created_at=now)
        self.cursor.executemany(
            self.message,
            [_values(row, id=new_id(), number=number + at, **said) for at, row in enumerate(step.messages)],
        )
        return True

    def _insert(self, table: str, row: Row, then: str = "") -> str:
        return self._sql(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) {then}"
        )

    def _sql(self, sql: str) -> str:
        return sql.replace("?", "%s") if self.is_postgres else sql


def _values(row: Row, **changed: object) -> tuple[object, ...]:
    return tuple({**row, **changed}.values())


def _postgres(url: str) -> Cursor:
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True).cursor()


def _sqlite(url: str) -> Cursor:
    """Open the file as the product does, with values in the shapes that the product's columns have."""
    sqlite3.register_adapter(UUID, lambda value: value.hex)
    sqlite3.register_adapter(datetime, lambda value: value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"))
    connection = sqlite3.connect(
        url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection.cursor()
