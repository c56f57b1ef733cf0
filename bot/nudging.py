"""Nudging: finds who fell silent in the middle of a talk. Time is a column; a sweep looks at it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot import calls
from bot.edits import short
from bot.payloads import word_payload
from bot.talking import stand
from bot.turn import Turn
from flows.beside import nudging
from flows.messages import Button, Message
from flows.words import LABELS
from storage.conversations import OPEN, PARKED, Conversation
from storage.parties import Handle
from storage.staff_tasks import TaskKind

SPOKE = timedelta(days=2)
MOST_SHOWN = 5


def nudge(turn: Turn, subject: str) -> None:
    """Say the next word to somebody silent, or hand him to a person and rest."""
    talk = turn.work.conversations.get(UUID(subject))
    assert talk is not None
    handle = turn.work.parties.locked_by_id(talk.handle_id)
    turn.work.session.refresh(talk)  # lock, then read
    if talk.nudge_at is None or talk.nudge_at > turn.now:
        return  # somebody else was here first
    talk.nudge_at = None
    if talk.status not in (OPEN, PARKED) or not handle.is_reachable:
        return
    if handle.busy_until is not None and handle.busy_until > turn.now:
        talk.nudge_at = handle.busy_until
        return
    if handle.wrote_at is not None and turn.now - handle.wrote_at < SPOKE:
        talk.nudge_at = handle.wrote_at + SPOKE  # he is there, only not with this
        return
    if talk.nudges >= len(nudging.DAYS):
        return rest(turn, talk, handle)
    journal = turn.work.conversations.journal(talk.id)
    state = stand(turn, talk, journal, at_rest=True)
    given = state.given(journal)[-MOST_SHOWN:] if state else ()
    shown = [(item.question.label, short(item)) for item in given if item.question.question.is_listed]
    said, card, offered = nudging.words(talk.nudges, turn.house(talk.party_id), shown)
    buttons = tuple(Button(LABELS[word], word_payload(word)) for word in offered)
    dedupe = f"nudge:{talk.id.hex}:{talk.turn}:{talk.nudges}"
    turn.tell(handle, Message(said, card, buttons), purpose="reminder", dedupe=dedupe)
    talk.nudges += 1
    following = nudging.next_at(talk.settled_at, talk.nudges)
    # one that was put off pushes the rest
    talk.nudge_at = max(following, turn.now + SPOKE) if following else None


def rest(turn: Turn, talk: Conversation, handle: Handle) -> None:
    """Three words brought no answer: a person rings, and the bot is quiet until he speaks."""
    talk.status = PARKED
    if handle.floor == talk.id:
        handle.floor = None
    stage = calls.STAGES.get(talk.flow, "")
    words = f"「{stage}」の途中で、13日間お返事がありません。"
    calls.note_for_staff(turn, None, TaskKind.SILENT, words, stage=stage, about=handle)
