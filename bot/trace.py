"""Trace: the path of the last event, for the drawer of the sandbox's page. Only the demo mounts it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Engine, select

from storage.conversations import Conversation, JournalEntry
from storage.inbox import Event
from storage.outbox import OutMessage
from storage.postings import PostingChange
from storage.unit_of_work import begin


def last_event(engine: Engine) -> dict[str, Any]:
    """Return {event, turn, journal, outbox, delivery} of the last event that a person or the model caused."""
    with begin(engine) as work:
        session = work.session
        event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).first()
        if event is None:
            return {"event": None, "turn": None, "journal": [], "outbox": [], "delivery": []}
        entries = session.scalars(
            select(JournalEntry).where(JournalEntry.event_id == event.id).order_by(JournalEntry.id)
        ).all()
        rows = session.scalars(
            select(OutMessage).where(OutMessage.event_id == event.id).order_by(OutMessage.id)
        ).all()
        talks = session.scalars(
            select(Conversation).where(Conversation.id.in_({item.conversation_id for item in entries}))
        ).all()
        moves = session.scalars(select(PostingChange).where(PostingChange.event_id == event.id)).all()
        return {
            "event": {
                "platform": event.platform,
                "kind": event.kind,
                "status": event.status,
                "attempts": event.attempts,
                "body": event.body,
            },
            "turn": {
                "conversations": [
                    {"flow": talk.flow, "status": talk.status, "turn": talk.turn, "open": list(talk.asked)}
                    for talk in talks
                ],
                "moves": [f"{move.from_state} → {move.to_state}：{move.reason}" for move in moves],
            },
            "journal": [
                {"key": item.key, "value": item.value, "given": item.given, "turn": item.turn}
                for item in entries
            ],
            "outbox": [
                {
                    "op": row.op,
                    "to": row.channel or row.platform,
                    "number": row.number,
                    "body": json.loads(row.body) if row.body else row.subject,
                }
                for row in rows
            ],
            "delivery": [
                {"status": row.status, "how": row.how, "attempts": row.attempts, "error": row.error}
                for row in rows
            ],
        }
