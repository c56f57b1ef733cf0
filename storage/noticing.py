"""Noticing: what a sweep must know of many meetings to name whom a notice goes to, and when: plain rows, one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

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
    rows = session.connection().execute(_both(), {"meetings": some(meetings)})
    for id, sequence, meets_at, state, phase, *both in rows.tuples():
        if state != MeetingState.PLANNED.name or phase == Phase.ENDED.name or meets_at <= now:
            continue
        half = len(both) // 2
        yield Coming(id, sequence, meets_at, Side.OWNER, Reader(*both[:half]))
        yield Coming(id, sequence, meets_at, Side.TALENT, Reader(*both[half:]))


@cache
def _both() -> Select[Any]:
    owner, talent = aliased(Handle), aliased(Handle)
    meeting: tuple[Any, ...] = (
        Meeting.id,
        Meeting.sequence,
        Meeting.meets_at,
        Meeting.state,
        Engagement.phase,
    )
    sides = (
        column
        for side in (owner, talent)
        for column in (side.id, side.platform, side.zone, side.wrote_at, side.is_reachable, side.is_staff)
    )
    return (
        select(*meeting, *sides)
        .join(Engagement, Engagement.id == Meeting.engagement_id)
        .join(owner, owner.id == Engagement.owner_handle_id)
        .join(talent, talent.id == Engagement.talent_handle_id)
        .where(among(Meeting.id, "meetings"))
        .order_by(Meeting.id)
    )
