"""Moves: whose work has changed where it stands. The session sees it itself, so that no action can forget to say it."""

from __future__ import annotations

from itertools import chain
from typing import Any
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

from storage.engagements import Engagement
from storage.postings import Posting

MOVED = "moved"
STANDS: dict[type, str] = {Posting: "state", Engagement: "phase"}  # where each says how it stands


@event.listens_for(Session, "before_flush")
def _note(session: Session, *_: Any) -> None:
    found: set[UUID] = session.info.setdefault(MOVED, set())
    changed = (row for row in session.dirty if _has_moved(row))
    for row in chain(session.new, changed):
        if isinstance(row, Posting):
            found.add(row.handle_id)
        elif isinstance(row, Engagement):
            found.add(row.owner_handle_id)


def _has_moved(row: object) -> bool:
    name = STANDS.get(type(row))
    return name is not None and get_history(row, name).has_changes()


def moved(session: Session) -> set[UUID]:
    """Return the handles of owners whose postings or engagements moved, as far as the session has written them.

    Bulk statements are not seen.
    """
    return set(session.info.get(MOVED, ()))
