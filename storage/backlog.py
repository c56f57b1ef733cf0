"""Backlog: how much waits, and for how long; numbers only, each read from an index of what waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.inbox import RECEIVED, Event
from storage.mail import FAILED, HELD, UNKNOWN, OutMessage, is_now
from storage.time_rows import ASKED, ThoughtRow


@dataclass(frozen=True)
class Waits:
    """``many`` wait, the first of them since ``since``."""

    many: int
    since: datetime | None


@dataclass(frozen=True)
class Backlog:
    """What waits in one database, for all its processes."""

    inbox: Waits
    thoughts: Waits
    outbox: dict[str, Waits] = field(default_factory=dict)  # by platform: due and not sent
    held: int = 0  # outside the line: quiet hours, undo, quota
    in_trouble: int = 0  # failed, or nobody knows whether it arrived


def backlog(session: Session, now: datetime) -> Backlog:
    """Look once at everything that waits."""
    waiting = (is_now("due"), OutMessage.next_at <= now)
    by_platform = select(OutMessage.platform, func.count(), func.min(OutMessage.next_at)).where(*waiting)
    rows = session.execute(by_platform.group_by(OutMessage.platform))
    held = select(func.count()).select_from(OutMessage).where(is_now(HELD))
    trouble = select(func.count()).select_from(OutMessage).where(is_now(FAILED, UNKNOWN))
    events = select(func.count(), func.min(Event.received_at)).where(Event.status == RECEIVED)
    thoughts = select(func.count(), func.min(ThoughtRow.created_at)).where(ThoughtRow.status == ASKED)
    return Backlog(
        inbox=Waits(*session.execute(events).one()),
        thoughts=Waits(*session.execute(thoughts).one()),
        outbox={platform: Waits(many, since) for platform, many, since in rows},
        held=session.scalar(held) or 0,
        in_trouble=session.scalar(trouble) or 0,
    )
