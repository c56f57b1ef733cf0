"""Seating: owners who are friends and have consented, with no talk open, and messages that wait for them."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Engine, insert, select

from bench.talk import owner_id
from bot.actions.posting.welcome import SERVICE
from storage.database import new_id
from storage.outbox import DUE, Mailbox, OutMessage
from storage.parties import Consent, Handle, Party
from storage.unit_of_work import begin


def seat(engine: Engine, count: int, now: datetime, first: int = 0) -> None:
    """Let owners be friends who have consented, with no talk open."""
    people = [(owner_id(number), new_id()) for number in range(first, first + count)]
    known = dict(platform="line", is_reachable=True, is_staff=False, created_at=now)
    yes = dict(kind=SERVICE, text_version="bench", channel="line", at=now)
    with begin(engine) as work:
        run = work.session.execute
        run(insert(Party), [dict(id=id, kind="owner", created_at=now) for _, id in people])
        run(insert(Handle), [dict(party_id=id, external_id=name, **known) for name, id in people])
        run(insert(Consent), [dict(party_id=id, **yes) for _, id in people])


def write_messages(engine: Engine, owners: int, each: int, at: datetime, status: str) -> None:
    """Let reminders wait for seated owners; each says its number in its owner's line."""
    with begin(engine) as work:
        run = work.session.execute
        handles = run(select(Handle.id).order_by(Handle.external_id).limit(owners)).scalars().all()
        is_due = status == DUE
        run(insert(Mailbox), [dict(handle_id=id, next_number=each + 1 if is_due else 1) for id in handles])
        usual = dict(platform="line", purpose="reminder", status=status, next_at=at, created_at=at)
        rows = [
            dict(handle_id=id, number=number if is_due else None, body=body(number), **usual)
            for number in range(1, each + 1)
            for id in handles
        ]
        run(insert(OutMessage), rows)


def body(number: int) -> str:
    return json.dumps({"type": "text", "text": str(number)})
