"""Noticing: what a sweep must know of many meetings to name whom a notice goes to, and when: plain rows, one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.orm import Session, aliased

from storage.database import Utc
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.parties import Handle
from storage.rows import among, some


class Reader(NamedTuple):
    """Whom a notice is for, and what tells his decent hours."""

    id: UUID
    platform: str
    zone: str
    wrote_at: datetime | None
    is_reachable: bool
    is_staff: bool


class Coming(NamedTuple):
    """A meeting that is to be, and one of the two who meet."""

    id: UUID
    sequence: int
    meets_at: datetime
    side: Side
    reader: Reader


def coming(session: Session, meetings: Collection[UUID], now: datetime) -> Iterator[Coming]:
    """Give both sides of each meeting that is still to be; what is over, moved or no more is left out."""
    if not meetings:
        return
    session.flush()
    connection = session.connection()
    is_postgres = connection.dialect.name == "postgresql"
    given = f"{{{','.join(id.hex for id in meetings)}}}" if is_postgres else some(meetings)
    for row in connection.execute(_both(is_postgres), {"meetings": given, "now": now}):
        id, sequence, meets_at, *both = row
        yield Coming(id, sequence, meets_at, Side.OWNER, Reader._make(both[:TOLD]))
        yield Coming(id, sequence, meets_at, Side.TALENT, Reader._make(both[TOLD:]))


TOLD = len(Reader._fields)
# Hundreds of ids go over as one text: to make each of them ready takes psycopg longer than it takes to look all of them up.
IN_POSTGRES = text("meetings.id = ANY(CAST(:meetings AS uuid[]))")


@cache
def _both(is_postgres: bool) -> Select[Any]:
    owner, talent = aliased(Handle), aliased(Handle)
    sides = (getattr(side, name) for side in (owner, talent) for name in Reader._fields)
    return (
        select(Meeting.id, Meeting.sequence, Meeting.meets_at, *sides)
        .join(Engagement, Engagement.id == Meeting.engagement_id)
        .join(owner, owner.id == Engagement.owner_handle_id)
        .join(talent, talent.id == Engagement.talent_handle_id)
        .where(IN_POSTGRES if is_postgres else among(Meeting.id, "meetings"))
        .where(Meeting.state == MeetingState.PLANNED.name, Meeting.meets_at > bindparam("now", type_=Utc()))
        .where(Engagement.phase != Phase.ENDED.name)
        .order_by(Meeting.id)
    )
