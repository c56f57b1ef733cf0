"""Retention: how long words are kept. What is over loses its words first and its row later; what is open stays whole.

Never touched: events that wait, failed or were parked; messages that wait or failed; journals of talks that are open, or
of people who work together. What two told each other before they met goes half a year after their end; postings,
engagements and promises are the firm's records and have no end here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage.conversations import CLOSED, Conversation, JournalEntry
from storage.engagements import Engagement, Phase, Round
from storage.inbox import DONE, Event
from storage.mail import SENT, UNREACHABLE, OutMessage
from storage.time_rows import ANSWERED, DROPPED, GIVEN_UP, OVER, DueRow, ThoughtRow

DAY = timedelta(days=1)
# The journal keeps the words a person answered with; the platform's own JSON is for repair only.
EVENT_BODIES, EVENTS = 90 * DAY, 400 * DAY
# Three months of work and a quarter more: what may still be quoted or taken back. Rows answer "was this sent?".
MESSAGE_BODIES, MESSAGES = 180 * DAY, 730 * DAY
THOUGHT_INPUTS, DUES = 90 * DAY, 400 * DAY
JOURNALS = 730 * DAY  # after a talk has closed
BEFORE_MEETING = 180 * DAY  # what both told each other before they met, after their work has ended
PRIVATE_ROUNDS, PRIVATE_TALKS = ("PI", "PI2"), ("pre_interview", "second_questions")
CATCH_UP = 40 * DAY  # how far back a sweep looks for words: it may have been off for that long
AT_A_TIME = 200  # rows in one transaction: a few milliseconds of the turn thread


@dataclass(frozen=True)
class Rule:
    """Rows of one table, past an age, that lose their words (``blank``) or go; ``after`` pages through them."""

    name: str
    id: InstrumentedAttribute[UUID]
    over: tuple[ColumnElement[bool], ...]
    age: timedelta
    blank: dict[str, Any] | None = None


def said(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Tell in SQL that JSON still holds something: what is blank is not written again."""
    return cast(column, Text) != "{}"


ENDED_MESSAGES = OutMessage.status.in_((SENT, UNREACHABLE))
ENDED_THOUGHTS = ThoughtRow.status.in_((ANSWERED, GIVEN_UP, DROPPED, OVER))
RULES = (
    Rule(
        "event words",
        Event.id,
        (Event.status == DONE, said(Event.body)),
        EVENT_BODIES,
        {"body": {}, "answer": None},
    ),
    Rule("events", Event.id, (Event.status == DONE,), EVENTS),
    Rule(
        "message words", OutMessage.id, (ENDED_MESSAGES, OutMessage.body != ""), MESSAGE_BODIES, {"body": ""}
    ),
    Rule("messages", OutMessage.id, (ENDED_MESSAGES,), MESSAGES),
    Rule("thoughts", ThoughtRow.id, (ENDED_THOUGHTS, said(ThoughtRow.input)), THOUGHT_INPUTS, {"input": {}}),
    Rule("moments", DueRow.id, (DueRow.done_at.is_not(None),), DUES),
)


def tidy(session: Session, rule: Rule, real: datetime, after: UUID | None = None) -> UUID | None:
    """Apply a rule to a few rows that come after this one. Return the last of them, None when there are no more.

    Ids sort by the time a row was made, so the oldest are found without an index of their own.
    """
    latest = first_id(real - rule.age)
    earliest = first_id(real - rule.age - CATCH_UP) if rule.blank is not None else None
    begin = max((id for id in (after, earliest) if id), default=None)
    rows = select(rule.id).where(rule.id < latest, *rule.over)
    if begin is not None:
        rows = rows.where(rule.id > begin)
    ids = session.scalars(rows.order_by(rule.id).limit(AT_A_TIME).with_for_update(skip_locked=True)).all()
    if not ids:
        return None
    mine = rule.id.in_(ids)
    table = rule.id.class_
    if rule.blank is None:
        session.execute(delete(table).where(mine), execution_options={"synchronize_session": False})
    else:
        options = {"synchronize_session": False}
        session.execute(update(table).where(mine).values(**rule.blank), execution_options=options)
    return ids[-1]


def forget_journals(session: Session, real: datetime, after: UUID | None = None) -> UUID | None:
    """Delete the answers of talks that closed long ago, of people who have nothing going on. Pages as ``tidy`` does."""
    is_mine = or_(
        Engagement.owner_handle_id == Conversation.handle_id,
        Engagement.talent_handle_id == Conversation.handle_id,
    )
    goes_on = select(Engagement.id).where(is_mine, Engagement.phase != Phase.ENDED.name).exists()
    cutoff = real - JOURNALS
    talks = select(Conversation.id).where(
        Conversation.id < first_id(cutoff),
        Conversation.status == CLOSED,
        Conversation.settled_at < cutoff,
        select(JournalEntry.id).where(JournalEntry.conversation_id == Conversation.id).exists(),
        ~goes_on,
    )
    if after is not None:
        talks = talks.where(Conversation.id > after)
    ids = session.scalars(talks.order_by(Conversation.id).limit(AT_A_TIME)).all()
    if not ids:
        return None
    gone = delete(JournalEntry).where(JournalEntry.conversation_id.in_(ids))
    session.execute(gone, execution_options={"synchronize_session": False})
    return ids[-1]


def forget_before_meeting(session: Session, real: datetime, after: UUID | None = None) -> UUID | None:
    """Delete what both told each other before they met: the answers, and the journals they came from. Pages as ``tidy``."""
    is_over = (Engagement.phase == Phase.ENDED.name, Engagement.ended_at < real - BEFORE_MEETING)
    told = or_(said(Round.owner), said(Round.talent))
    mine = (Round.engagement_id == Engagement.id, Round.kind.in_(PRIVATE_ROUNDS))
    pairs = select(Engagement).where(*is_over, select(Round.id).where(*mine, told).exists())
    if after is not None:
        pairs = pairs.where(Engagement.id > after)
    found = session.scalars(pairs.order_by(Engagement.id).limit(AT_A_TIME)).all()
    for pair in found:
        its = (Round.engagement_id == pair.id, Round.kind.in_(PRIVATE_ROUNDS))
        blank = update(Round).where(*its).values(owner={}, talent={})
        session.execute(blank, execution_options={"synchronize_session": False})
        talks = select(Conversation).where(
            Conversation.handle_id.in_((pair.owner_handle_id, pair.talent_handle_id)),
            Conversation.flow.in_(PRIVATE_TALKS),
        )
        ids = [talk.id for talk in session.scalars(talks) if talk.subject.get("engagement") == pair.id.hex]
        gone = delete(JournalEntry).where(JournalEntry.conversation_id.in_(ids))
        session.execute(gone, execution_options={"synchronize_session": False})
    return found[-1].id if found else None


def first_id(at: datetime) -> UUID:
    """Give the least id (UUIDv7) that was made at this moment."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62))
