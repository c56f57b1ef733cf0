"""Unsent: finds and blanks everything that was made from a message its writer took back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from storage.conversations import JournalEntry
from storage.engagements import Engagement, Meeting, Promise, Round
from storage.inbox import Event
from storage.outbox import DUE, HELD, SENDING, UNREACHABLE, OutMessage
from storage.postings import Posting, State
from storage.staff_tasks import StaffTask
from storage.time_rows import DROPPED, ThoughtRow

GONE = "(取り消されました)"
TAKEN = "taken back"  # the kind of an event whose words are gone
LONG = 8  # characters from which words are only his; shorter ones are looked for quoted, or as a whole line
TEXTS = (
    "wish_raw",
    "words_raw",
    "words_shown",
    "title",
    "goal",
    "measure",
    "partner",
    "partner_shown",
    "reply",
)


class Unsent:
    """Blanks in place: the one exception to rows that are never changed."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def message(self, platform: str, sender: str, message_id: str) -> Event | None:
        mine = (Event.platform == platform, Event.sender == sender, Event.message_id == message_id)
        found = select(Event).where(*mine, Event.kind.not_in(("unsend", TAKEN))).order_by(Event.id.desc())
        return self.session.scalars(found).first()

    def is_taken_back(self, sender: str, message_id: str) -> bool:
        mine = (Event.message_id == message_id, Event.sender == sender, Event.kind == "unsend")
        return self.session.scalars(select(Event.id).where(*mine)).first() is not None

    def blank_event(self, event: Event) -> str:
        """Empty the stored message and return the words it held."""
        message = event.body.get("message")
        words = str(message.get("text", "")) if isinstance(message, dict) else ""
        event.body = {**event.body, "message": {"id": event.message_id}}
        event.kind = TAKEN
        return words.strip()

    def blank_entries(self, event: UUID, words: str) -> list[UUID]:
        """Blank what the event wrote, and cut its words out of what later entries joined to them."""
        own = select(JournalEntry).where(JournalEntry.event_id == event)
        talks = []
        for entry in self.session.scalars(own):
            if entry.conversation_id not in talks:
                talks.append(entry.conversation_id)
            entry.value, entry.raw, entry.is_blank = None, "", True
        others = select(JournalEntry).where(
            JournalEntry.conversation_id.in_(talks), JournalEntry.is_blank.is_(False)
        )
        for entry in self.session.scalars(others):
            if not holds(entry.value, words) and not holds(entry.raw, words):
                continue
            left = cut(entry.value, words, "") if isinstance(entry.value, str) else ""
            entry.value, entry.raw = left or None, cut(entry.raw, words, "")
            entry.is_blank = not left
        self.session.flush()
        return talks

    def blank_thoughts(self, talks: Sequence[UUID], words: str) -> None:
        """Forget what was put to the model about it."""
        rows = select(ThoughtRow).where(ThoughtRow.conversation_id.in_(talks))
        for row in self.session.scalars(rows):
            if holds(row.input, words):
                row.input, row.status = {}, DROPPED

    def blank_messages(self, handle: UUID, event: UUID, words: str) -> bool:
        """Empty messages that repeat the words; what has not left is not sent. True: somebody else read them."""
        has_left = False
        if not words:
            return False
        near = (OutMessage.handle_id == handle) | (OutMessage.event_id == event)
        rows = select(OutMessage).where(near, OutMessage.body.contains(words, autoescape=True))
        for row in self.session.scalars(rows.with_for_update()):
            if not holds(row.body, words):
                continue
            has_left = has_left or (row.handle_id != handle and row.status not in (DUE, HELD))
            if row.status in (DUE, HELD):
                row.status, row.error = UNREACHABLE, "unsent"
            if row.status != SENDING:  # what is in the air needs its text to be tried again
                row.body = "{}"
        return has_left

    def blank_tasks(self, handle: UUID, words: str) -> list[StaffTask]:
        mine = select(StaffTask).where(StaffTask.handle_id == handle)
        found = [task for task in self.session.scalars(mine) if holds(task.words, words)]
        for task in found:
            task.words = cut(task.words, words, GONE)
        return found

    def blank_postings(self, owner: UUID, words: str) -> int:
        """Cut the words out of his postings; a published one keeps standing for the staff to decide on."""
        changed = 0
        for posting in self.session.scalars(select(Posting).where(Posting.owner_id == owner)):
            if posting.state == State.CLOSED.name:
                continue
            hit = [name for name in TEXTS if holds(getattr(posting, name), words)]
            for name in hit:
                left = cut(getattr(posting, name), words, GONE)
                setattr(posting, name, left[:100] if name == "title" else left)
            if holds(posting.first_tasks, words):
                posting.first_tasks = [cut(str(task), words, GONE) for task in posting.first_tasks]
                flag_modified(posting, "first_tasks")
                hit.append("first_tasks")
            if hit:
                posting.version += 1
                changed += 1
        return changed

    def blank_promises(self, handle: UUID, words: str) -> int:
        mine = (Engagement.owner_handle_id == handle) | (Engagement.talent_handle_id == handle)
        rows = select(Promise).join(Meeting, Meeting.id == Promise.meeting_id)
        rows = rows.join(Engagement, Engagement.id == Meeting.engagement_id).where(mine)
        found = [item for item in self.session.scalars(rows) if words and item.text == words]
        for promise in found:
            promise.text = GONE
        return len(found)

    def last_round(self, engagement: str, kind: str) -> Round | None:
        mine = (Round.engagement_id == UUID(engagement), Round.kind == kind)
        return self.session.scalars(
            select(Round).where(*mine).order_by(Round.number.desc()).with_for_update()
        ).first()


def holds(value: Any, words: str) -> bool:
    """Tell whether JSON data repeats somebody's words: quoted, as a line of their own, or long enough to be his."""
    if isinstance(value, str):
        return bool(words) and cut(value, words, "") != value.strip()
    if isinstance(value, dict):
        return any(holds(item, words) for item in value.values())
    return any(holds(item, words) for item in value) if isinstance(value, list) else False


def cut(text: str, words: str, instead: str) -> str:
    """Take words out of a text."""
    if len(words) >= LONG:
        return text.replace(words, instead).strip()
    lines = (instead if line.strip(" ←→") == words else line for line in text.split("\n"))
    return "\n".join(lines).replace(f"「{words}」", f"「{instead}」" if instead else "").strip()
