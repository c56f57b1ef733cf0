"""Undrawn: messages that wait outside the line for their words. A sweep writes many of them with one statement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Dialect, func, select, text, update

from storage.database import Utc, new_id
from storage.expiring import is_late, let_go
from storage.mail import HELD, SEND, UNDRAWN, UNREACHABLE, OutMessage, is_now
from storage.rows import RowSession

DRAWING = 7_302  # the number of the lock under which words are drawn

GIVEN = {
    "id": "uuid",
    "handle_id": "uuid",
    "platform": "text",
    "dedupe": "text",
    "body": "text",
    "next_at": "timestamptz",
    "expires_at": "timestamptz",
}
COLUMNS = (
    f"{', '.join(GIVEN)}, created_at, channel, op, subject, purpose, status, attempts, reply_token, how, external_id,"
    " error"
)
SAME = f"'', '{SEND}', '{UNDRAWN}', 'reminder', '{HELD}', 0, '', '', '', ''"
ONCE = "ON CONFLICT (dedupe) DO NOTHING"

# To make each value ready takes SQLAlchemy, and psycopg for arrays, longer than the database takes for all of it: so
# PostgreSQL takes one text a column apart, and SQLite is given what it keeps. No value has a control character in it:
# JSON writes them out, and the rest is ours.
APART = "\x1f"
UNNESTED = ", ".join(f"CAST(string_to_array(:{name}, '{APART}') AS {kind}[])" for name, kind in GIVEN.items())
IN_POSTGRES = text(
    f"INSERT INTO messages ({COLUMNS}) SELECT rows.*, CAST(:now AS timestamptz), {SAME} FROM unnest({UNNESTED}) AS rows {ONCE}"
)
IN_SQLITE = f"INSERT INTO messages ({COLUMNS}) VALUES ({', '.join('?' * (len(GIVEN) + 1))}, {SAME}) {ONCE}"


@dataclass(slots=True)
class Bare:
    """A reminder without its words: to whom, under which key of its own, from when to when; ``body`` says the least."""

    handle_id: UUID
    platform: str
    dedupe: str
    body: str
    next_at: datetime
    expires_at: datetime


class Undrawn:
    """What waits for its words. Who draws has locked first whom he writes about."""

    def __init__(self, session: RowSession) -> None:
        self.session = session

    def add(self, rows: Sequence[Bare], now: datetime) -> None:
        """Write reminders without words; one whose key is taken was told before, and is left out."""
        if not rows:
            return
        self.session.flush()
        connection = self.session.connection()
        moment_of = _moments(connection.dialect)
        given = [
            (
                new_id().hex,
                row.handle_id.hex,
                row.platform,
                row.dedupe,
                row.body,
                moment_of(row.next_at),
                moment_of(row.expires_at),
            )
            for row in rows
        ]
        written = moment_of(now)
        if self._is_postgres:
            columns = {
                name: APART.join(each) for name, each in zip(GIVEN, zip(*given, strict=True), strict=True)
            }
            connection.execute(IN_POSTGRES, {**columns, "now": written})
        else:
            connection.exec_driver_sql(IN_SQLITE, [(*each, written) for each in given])

    def next(self, now: datetime, most: int, platforms: Sequence[str]) -> list[tuple[UUID, str]]:
        """Name the first that may leave now, with their keys; empty while another process draws."""
        if self._is_postgres and not self.session.scalar(select(func.pg_try_advisory_xact_lock(DRAWING))):
            return []
        mine = (is_now(HELD), OutMessage.next_at <= now, OutMessage.subject == UNDRAWN)
        rows = select(OutMessage.id, OutMessage.dedupe).where(*mine, OutMessage.platform.in_(platforms))
        found = self.session.execute(rows.order_by(OutMessage.next_at, OutMessage.id).limit(most))
        return [(id, key or "") for id, key in found]

    def lock(self, ids: Sequence[UUID], now: datetime) -> list[OutMessage]:
        """Lock those that still wait, oldest first; what came too late is let go."""
        mine = select(OutMessage).where(OutMessage.id.in_(ids), is_now(HELD), OutMessage.subject == UNDRAWN)
        rows = self.session.scalars(mine.order_by(OutMessage.id).with_for_update(skip_locked=True)).all()
        return [row for row in rows if not is_late(row, now) or let_go(row)]

    def put_off(self, ids: Sequence[UUID], until: datetime) -> None:
        """Let some wait: whom they are about is busy now."""
        mine = (OutMessage.id.in_(ids), is_now(HELD), OutMessage.subject == UNDRAWN)
        self.session.execute(update(OutMessage).where(*mine).values(next_at=until))

    @property
    def _is_postgres(self) -> bool:
        return self.session.get_bind().dialect.name == "postgresql"


def _moments(dialect: Dialect) -> Callable[[datetime], str]:
    """Write moments as a database reads them: hundreds of rows have three."""
    write = Utc().dialect_impl(dialect).bind_processor(dialect)
    return cache(lambda moment: str(write(moment) if write else moment))


def drop(row: OutMessage, why: str) -> None:
    """Take one out that nobody is helped by."""
    row.status, row.error = UNREACHABLE, why


def leave_plain(row: OutMessage) -> None:
    """Let one go with the little that its sweep wrote."""
    row.subject = ""
