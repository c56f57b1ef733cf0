"""Waiting: a thought that takes long spends the free reply on a button, whose tap brings a fresh one."""

from __future__ import annotations

from uuid import UUID

from bot.payloads import word_payload
from bot.turn import Turn
from flows import detour
from flows.messages import Button, Message
from flows.words import LABELS, Word


def slow_thought(turn: Turn, subject: str) -> None:
    """Still thinking after forty seconds: say so while the reply token lives."""
    id, key, given = subject.split(":")
    talk = turn.work.conversations.get(UUID(id))
    if talk is None or talk.asked.get(key, [""])[0] != given:
        return
    look = Button(LABELS[Word.LOOK], word_payload(Word.LOOK))
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(detour.SLOW, buttons=(look,)))
