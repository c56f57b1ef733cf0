"""Repair: what an operator does when something stuck: look at the outbox, carry failed events again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from bot.clock import Clock
from bot.forms import carry_and_keep
from bot.settings import Settings
from bot.taking import take_turn
from bot.wiring import Bot
from storage.database import open_engine
from storage.inbox import DONE, Event
from storage.outbox import SENT, OutMessage
from storage.unit_of_work import begin


def unfinished(settings: Settings, most: int = 200) -> list[dict[str, Any]]:
    """List messages that are not sent, oldest first; never their words."""
    with begin(open_engine(settings.database_url)) as work:
        rows = work.session.scalars(
            select(OutMessage).where(OutMessage.status != SENT).order_by(OutMessage.id).limit(most)
        )
        return [
            {
                "id": row.id.hex,
                "to": row.channel or f"{row.platform}:{str(row.handle_id)[-8:]}",
                "status": row.status,
                "attempts": row.attempts,
                "next_at": row.next_at.isoformat(timespec="minutes"),
                "error": row.error,
            }
            for row in rows
        ]


def replay(settings: Settings) -> tuple[int, int]:
    """Carry failed and parked events again. Return how many went well and how many failed once more."""
    engine, clock = open_engine(settings.database_url), Clock()
    rules = Bot.rules_of(settings, {})
    with begin(engine) as work:
        ids = work.inbox.failed()
        work.inbox.reopen(ids, clock.now())
    for id in ids:
        take_turn(engine, rules, carry_and_keep, id, clock.now())
    with begin(engine) as work:
        done = sum(work.session.get_one(Event, id).status == DONE for id in ids)
    return done, len(ids) - done
