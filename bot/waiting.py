"""Waiting: questions that waited for a decent hour, and thoughts that take long."""

from __future__ import annotations

from uuid import UUID

from bot.payloads import word_payload
from bot.talking import settle
from bot.turn import Turn
from flows.beside import detour
from flows.messages import Button, Message
from flows.words import LABELS, Word
from storage.conversations import WAITING


def ask(turn: Turn, subject: str) -> None:
    """A decent hour has come for a question that waited through the night."""
    talk = turn.work.conversations.get(UUID(subject))
    if talk is None:
        return
    turn.work.parties.locked_by_id(talk.handle_id)
    turn.work.session.refresh(talk)  # lock, then read: his own turn may have asked it just now
    if talk.status == WAITING:
        settle(turn, talk, turn.work.conversations.journal(talk.id))


def slow_thought(turn: Turn, subject: str) -> None:
    """Still thinking after forty seconds: say so while the reply token lives."""
    id, key, given = subject.split(":")
    talk = turn.work.conversations.get(UUID(id))
    if talk is None or talk.asked.get(key, [""])[0] != given:
        return
    look = Button(LABELS[Word.LOOK], word_payload(Word.LOOK))
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(detour.SLOW, buttons=(look,)))
