"""Plain: the same rows as they are usually written, one SQLAlchemy async session and one transaction a turn."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Table, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from bench.talk import Row, Step, answer_of
from bot.arrivals import Arrived
from storage.conversations import Conversation, JournalEntry
from storage.database import Base, new_id
from storage.inbox import Event
from storage.outbox import Mailbox, OutMessage
from storage.parties import Handle

POOL = 16


def open_plain(url: str) -> AsyncEngine:
    """Open the database as a plain async application does; SQLite as durable as ours, on its one fastest connection."""
    if url.startswith("postgresql"):
        return create_async_engine(url.replace("+psycopg", "+asyncpg", 1), pool_size=POOL)
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:", 1), pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.cursor().execute(f"PRAGMA {pragma}")

    return engine


class Plain:
    """Writes one event and all that it sets going, in Core statements."""

    def __init__(self, url: str, steps: Sequence[Step]) -> None:
        self.sessions = async_sessionmaker(open_plain(url))
        self.upsert: Any = postgresql.insert if url.startswith("postgresql") else sqlite.insert
        self.first, self.steps = steps[0], [_loaded(step) for step in steps]

    async def write(self, arrived: Arrived, now: datetime) -> bool:
        """Write one event's rows; False when it was here already."""
        async with self.sessions() as session, session.begin():
            return await self._write(session, arrived, now)

    async def _write(self, session: AsyncSession, arrived: Arrived, now: datetime) -> bool:
        number, id = answer_of(arrived.external_id), new_id()
        step = self.steps[number]
        came = dict(id=id, external_id=arrived.external_id, sender=arrived.sender)
        times = dict(happened_at=arrived.happened_at, received_at=now, leased_until=now)
        fresh = self.upsert(Event).values({**step.event, **came, **times})
        if (await session.scalar(fresh.on_conflict_do_nothing().returning(Event.id))) is None:
            return False
        mine = (Handle.platform == arrived.platform, Handle.external_id == arrived.sender)
        columns = select(Handle.id, Handle.party_id, Handle.floor)
        handle, party, talk = (await session.execute(columns.where(*mine).with_for_update())).one()
        if number == 0:
            talk, begun = new_id(), dict(created_at=now, settled_at=now)
            who = dict(id=talk, handle_id=handle, party_id=party)
            await session.execute(insert(Conversation).values({**step.talk, **who, **begun}))
        else:
            moved = {name: step.talk[name] for name in ("status", "turn", "asked")}
            moving = update(Conversation).where(Conversation.id == talk)
            await session.execute(moving.values(**moved, settled_at=now))
        its = dict(conversation_id=talk, event_id=id, at=now)
        await session.execute(insert(JournalEntry), [{**row, "id": new_id(), **its} for row in step.entries])
        spoke = dict(floor=talk, floor_at=now, wrote_at=now)
        await session.execute(update(Handle).where(Handle.id == handle).values(**spoke))
        last = await session.scalar(self._mailbox(handle, len(step.messages), arrived, now))
        said = dict(handle_id=handle, event_id=id, next_at=now, created_at=now)
        messages = [
            {**row, "id": new_id(), "number": (last or 0) - len(step.messages) + at, **said}
            for at, row in enumerate(step.messages)
        ]
        await session.execute(insert(OutMessage), messages)
        return True

    def _mailbox(self, handle: Any, most: int, arrived: Arrived, now: datetime) -> Any:
        token = dict(reply_token=arrived.reply_token, reply_until=now)
        row = self.upsert(Mailbox).values(handle_id=handle, next_number=1 + most, **token)
        again = row.on_conflict_do_update(
            index_elements=["handle_id"], set_=dict(next_number=Mailbox.next_number + most, **token)
        )
        return again.returning(Mailbox.next_number)


def _loaded(step: Step) -> Step:
    """Give JSON back as values: SQLAlchemy writes it anew for each row, as it does for everybody."""
    return Step(
        _row(Event, step.event),
        _row(Conversation, step.talk),
        tuple(_row(JournalEntry, row) for row in step.entries),
        tuple(_row(OutMessage, row) for row in step.messages),
    )


def _row(model: type[Base], row: Row) -> Row:
    table = model.__table__
    assert isinstance(table, Table)
    is_json = {column.name for column in table.columns if isinstance(column.type, JSON)}
    return {name: json.loads(value) if name in is_json and value else value for name, value in row.items()}
