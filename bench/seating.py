"""Seating: owners who are friends and have consented, with no talk open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, insert

from bench.talk import owner_id
from bot.actions.welcome import SERVICE
from storage.database import new_id
from storage.parties import Consent, Handle, Party
from storage.unit_of_work import begin


def seat(engine: Engine, count: int, now: datetime) -> None:
    """Let owners be friends who have consented, with no talk open."""
    people = [(owner_id(number), new_id()) for number in range(count)]
    known = dict(platform="line", is_reachable=True, is_staff=False, created_at=now)
    yes = dict(kind=SERVICE, text_version="bench", channel="line", at=now)
    with begin(engine) as work:
        run = work.session.execute
        run(insert(Party), [dict(id=id, kind="owner", created_at=now) for _, id in people])
        run(insert(Handle), [dict(party_id=id, external_id=name, **known) for name, id in people])
        run(insert(Consent), [dict(party_id=id, **yes) for _, id in people])
