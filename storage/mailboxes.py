"""Mailboxes: recipients' lines, locked last in a transaction, read and written as plain rows (decision 17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, Uuid, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.mail import Mailbox
from storage.rows import RowSession, among, some

TABLE = cast(Table, Mailbox.__table__)
THEIRS = (
    select(Mailbox.handle_id, Mailbox.next_number, Mailbox.reply_token, Mailbox.reply_until)
    .where(among(Mailbox.handle_id, "handles"))
    .order_by(Mailbox.handle_id)
    .with_for_update(key_share=True)
)
KEPT = (
    update(TABLE)
    .where(TABLE.c.handle_id == bindparam("handle", type_=Uuid()))
    .values(next_number=bindparam("number"), reply_token=bindparam("token"), reply_until=bindparam("until"))
)


@dataclass(slots=True)
class Box:
    """A line as it was locked. What is changed of it here is written by ``keep``."""

    handle_id: UUID
    next_number: int
    reply_token: str
    reply_until: datetime | None


def lock(session: RowSession, handles: Iterable[UUID]) -> dict[UUID, Box]:
    """Lock mailboxes, all that a transaction needs at once and sorted; who has none gets one."""
    wanted = sorted(handles)
    if not wanted:
        return {}
    session.flush()
    boxes = _locked(session, wanted)
    if missing := [handle for handle in wanted if handle not in boxes]:
        rows = [dict(handle_id=handle, next_number=1, reply_token="") for handle in missing]
        session.connection().execute(_new(session.get_bind().dialect.name), rows)
        boxes |= _locked(session, missing)
    return boxes


def keep(session: RowSession, boxes: Iterable[Box]) -> None:
    """Write locked mailboxes as they are now."""
    rows = [
        dict(handle=box.handle_id, number=box.next_number, token=box.reply_token, until=box.reply_until)
        for box in boxes
    ]
    if rows:
        session.connection().execute(KEPT, rows)


def _locked(session: RowSession, handles: list[UUID]) -> dict[UUID, Box]:
    found = session.connection().execute(THEIRS, {"handles": some(handles)}).all()
    return {row[0]: Box(*row) for row in found}


@cache
def _new(dialect: str) -> Any:
    insert = postgresql.insert(TABLE) if dialect == "postgresql" else sqlite.insert(TABLE)
    return insert.on_conflict_do_nothing()
