"""Expiring: what was not delivered in its time is let go; what came along with it still goes out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.mail import DUE, SENDING, TOO_LATE, UNREACHABLE, Letter, OutMessage, bubbles_of, is_packed


def is_late(row: Letter | OutMessage, now: datetime) -> bool:
    """Tell whether a message would only mislead by now."""
    return row.expires_at is not None and row.expires_at <= now


def let_go(row: OutMessage, why: str = TOO_LATE) -> bool:
    """Take the first bubble of a row back, which is the one that ages. True: others came along, and still go out."""
    if is_packed(row.body):
        _, *rest = bubbles_of(row.body)
        row.body = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))
        row.expires_at = None
        return True
    row.status, row.error, row.leased_until = UNREACHABLE, why, None
    return False


def let_go_late(session: Session, late: Iterable[Letter]) -> None:
    """Close what was leased, or stands in a line, and is too late; what came along stays in its place."""
    ids: Sequence[UUID] = [row.id for row in late]
    if not ids:
        return
    rows = select(OutMessage).where(OutMessage.id.in_(ids)).order_by(OutMessage.id)
    for row in session.scalars(rows.with_for_update().execution_options(populate_existing=True)):
        if let_go(row) and row.status == SENDING:
            row.status, row.leased_until = DUE, None
    session.flush()
