"""By hand: the rows of a turn by hand-made SQL in one transaction, straight to the driver; nothing is decided.

The statements are written once, as a generator; SQLite's and PostgreSQL's drivers each carry them out their way.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from bench.talk import Row, Step, answer_of
from bot.arrivals import Arrived
from storage.database import new_id


@dataclass(frozen=True)
class Statement:
    """Some SQL with its values, or with many rows of values; the first row it returns is sent back."""

    sql: str
    values: Sequence[Any] = ()
    is_many: bool = False


Statements = Generator[Statement, Any, bool]


class ByHand:
    """What one event and all that it sets going come to in SQL."""

    def __init__(self, steps: Sequence[Step], lock: str = "") -> None:
        first, self.steps = steps[0], steps
        self.event = _insert("events", first.event, "ON CONFLICT DO NOTHING RETURNING id")
        self.talk = _insert("conversations", first.talk)
        self.entry = _insert("entries", first.entries[0])
        self.message = _insert("messages", first.messages[0])
        self.handle = f"SELECT id, party_id, floor FROM handles WHERE platform = ? AND external_id = ?{lock}"

    def turn(self, arrived: Arrived, now: datetime) -> Statements:
        """Write one event's rows; False when it was here already."""
        step, event = self.steps[answer_of(arrived.external_id)], new_id()
        came = dict(id=event, external_id=arrived.external_id, sender=arrived.sender)
        times = dict(happened_at=arrived.happened_at, received_at=now, leased_until=now)
        if (yield Statement(self.event, _values(step.event, **came, **times))) is None:
            return False
        handle, party, talk = yield Statement(self.handle, (arrived.platform, arrived.sender))
        if step is self.steps[0]:
            talk, times = new_id(), dict(created_at=now, settled_at=now)
            yield Statement(self.talk, _values(step.talk, id=talk, handle_id=handle, party_id=party, **times))
        else:
            yield Statement(MOVED, (step.talk["status"], step.talk["turn"], step.talk["asked"], now, talk))
        mine = dict(conversation_id=talk, event_id=event, at=now)
        entries = [_values(row, id=new_id(), **mine) for row in step.entries]
        yield Statement(self.entry, entries, is_many=True)
        yield Statement(FLOOR, (talk, now, now, handle))
        most = len(step.messages)
        [number] = yield Statement(MAILBOX, (handle, 1 + most, arrived.reply_token, now, most))
        said = dict(handle_id=handle, event_id=event, next_at=now, created_at=now)
        numbers = range(number - most, number)
        messages = [
            _values(row, id=new_id(), number=at, **said)
            for at, row in zip(numbers, step.messages, strict=True)
        ]
        yield Statement(self.message, messages, is_many=True)
        return True


MOVED = "UPDATE conversations SET status = ?, turn = ?, asked = ?, settled_at = ? WHERE id = ?"
FLOOR = "UPDATE handles SET floor = ?, floor_at = ?, wrote_at = ? WHERE id = ?"
MAILBOX = (
    "INSERT INTO mailboxes (handle_id, next_number, reply_token, reply_until) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (handle_id) DO UPDATE SET next_number = mailboxes.next_number + ?,"
    " reply_token = excluded.reply_token, reply_until = excluded.reply_until RETURNING next_number"
)


def _insert(table: str, row: Row, then: str = "") -> str:
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) {then}"


def _values(row: Row, **changed: object) -> tuple[object, ...]:
    return tuple({**row, **changed}.values())


class SqliteByHand:
    """One connection, opened as the product opens it, for one thread."""

    def __init__(self, url: str, steps: Sequence[Step]) -> None:
        sqlite3.register_adapter(UUID, lambda value: value.hex)
        sqlite3.register_adapter(
            datetime, lambda value: value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        )
        file = url.removeprefix("sqlite:///")
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        self.cursor, self.by_hand = connection.cursor(), ByHand(steps)

    def write(self, arrived: Arrived, now: datetime) -> bool:
        self.cursor.execute("BEGIN IMMEDIATE")
        try:
            is_new = self._carried(self.by_hand.turn(arrived, now))
        except BaseException:
            self.cursor.execute("ROLLBACK")
            raise
        self.cursor.execute("COMMIT")
        return is_new

    def _carried(self, statements: Statements) -> bool:
        found: Any = None
        try:
            while True:
                step = statements.send(found)
                run = self.cursor.executemany if step.is_many else self.cursor.execute
                run(step.sql, step.values)
                found = self.cursor.fetchone() if self.cursor.description else None
        except StopIteration as end:
            return bool(end.value)


class PostgresByHand:
    """A small pool of the fastest driver; every statement is prepared once."""

    def __init__(self, pool: asyncpg.Pool, steps: Sequence[Step]) -> None:
        self.pool, self.by_hand = pool, ByHand(steps, " FOR UPDATE")
        self._numbered: dict[str, str] = {}

    async def write(self, arrived: Arrived, now: datetime) -> bool:
        async with self.pool.acquire() as connection, connection.transaction():
            statements, found = self.by_hand.turn(arrived, now), None
            try:
                while True:
                    found = await self._run(connection, statements.send(found))
            except StopIteration as end:
                return bool(end.value)

    async def _run(self, connection: Any, step: Statement) -> Any:
        sql = self._numbered.get(step.sql) or self._numbered.setdefault(step.sql, numbered(step.sql))
        if step.is_many:
            return await connection.executemany(sql, step.values)
        row = await connection.fetchrow(sql, *step.values)
        return tuple(row) if row is not None else None


def numbered(sql: str) -> str:
    """Write ``?`` as PostgreSQL does: $1, $2 …"""
    numbers = count(1)
    return re.sub(r"\?", lambda _: f"${next(numbers)}", sql)
