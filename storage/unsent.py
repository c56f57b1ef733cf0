"""Unsent: finds and blanks everything that was made from a message its writer took back."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text
from sqlalchemy.orm import Session

from storage.conversations import CLOSED, Conversation, JournalEntry
from storage.engagements import Engagement, Meeting, Round, Side
from storage.inbox import Event
from storage.mail import OF_POSTINGS
from storage.outbox import DUE, HELD, SENDING, UNREACHABLE, OutMessage
from storage.parties import Handle
from storage.postings import Posting
from storage.rows import among, some
from storage.staff_tasks import StaffTask
from storage.talents import Application
from storage.time_rows import DROPPED, ThoughtRow
from storage.weeks import Promise

GONE = "(取り消されました)"
TAKEN = "taken back"  # the kind of an event whose words are gone
TOOK_BACK, EDITED = ("unsend", "message_deleted"), "message_changed"  # kinds of events that follow a message
LONG = 8  # characters from which words are only his; shorter ones are looked for quoted, or as a whole line
SHORTEST = 4  # characters of one thing in a list
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
    "first_tasks",
    "changes",
    "proposed",
    "hidden_from",
)


NAMED = text("message_id <> ''")  # as the index has it
NOT_AS_SENT = select(Event.sender, Event.message_id, Event.kind).where(
    NAMED,
    Event.kind.in_((*TOOK_BACK, EDITED)),
    among(Event.message_id, "messages"),
)


class Unsent:
    """Blanks in place: the one exception to rows that are never changed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._known: dict[str, set[str]] = {}  # who took back which message, where it was looked for already
        self._edited: set[tuple[str, str]] = set()  # and who changed one

    def message(self, platform: str, sender: str, message_id: str) -> Event | None:
        mine = (NAMED, Event.platform == platform, Event.sender == sender, Event.message_id == message_id)
        found = select(Event).where(*mine, Event.kind.not_in((*TOOK_BACK, EDITED, TAKEN)))
        return self.session.scalars(found.order_by(Event.id.desc())).first()

    def edits(self, platform: str, sender: str, message_id: str) -> list[Event]:
        """Return how its writer changed a message, in the order of his clock, whatever came first."""
        if message_id in self._known and (sender, message_id) not in self._edited:
            return []
        mine = (NAMED, Event.platform == platform, Event.sender == sender, Event.message_id == message_id)
        rows = select(Event).where(*mine, Event.kind == EDITED).order_by(Event.happened_at, Event.id)
        return list(self.session.scalars(rows))

    def expect(self, messages: Collection[str]) -> None:
        """Look at once which of these messages were taken back, and which were changed."""
        run = self.session.connection().execute
        rows = run(NOT_AS_SENT, {"messages": some(messages)}).all() if messages else ()
        back = {(sender, id) for sender, id, kind in rows if kind != EDITED}
        self._known = {id: {sender for sender, gone in back if gone == id} for id in messages}
        self._edited = {(sender, id) for sender, id, kind in rows if kind == EDITED}

    def is_taken_back(self, sender: str, message_id: str) -> bool:
        if message_id in self._known:
            return sender in self._known[message_id]
        mine = (NAMED, Event.message_id == message_id, Event.sender == sender, Event.kind.in_(TOOK_BACK))
        return self.session.scalars(select(Event.id).where(*mine)).first() is not None

    def blank_event(self, event: Event) -> str:
        """Empty the stored message and return the words it held."""
        words = words_of(event.body)
        name = "event" if "event" in event.body else "message"
        event.body = {**event.body, name: {"id": event.message_id}}
        event.kind = TAKEN
        return words

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
        """Empty messages that repeat the words, to him and to whoever he works with. True: somebody else read them.

        What came of this message alone is not sent any more; a card that quotes it among other things goes without it.
        """
        has_left = False
        if not words:
            return False
        quoted = json.dumps(words, ensure_ascii=False)[1:-1]  # as it stands inside a body
        owner = select(Handle.party_id).where(Handle.id == handle).scalar_subquery()
        postings = select(Posting.id).where(Posting.owner_id == owner, Posting.handle_id == handle)
        cards = [f"posting:{id.hex}" for id in self.session.scalars(postings)]
        near = (OutMessage.handle_id.in_([handle, *self._partners(handle)])) | (OutMessage.event_id == event)
        near |= and_(OF_POSTINGS, OutMessage.subject.in_(cards))
        rows = select(OutMessage).where(near, OutMessage.body.contains(quoted, autoescape=True))
        for row in self.session.scalars(rows.order_by(OutMessage.id).with_for_update()):
            if not holds(row.body, quoted):
                continue
            waits = row.status in (DUE, HELD)
            has_left = has_left or (row.handle_id != handle and not waits)
            if waits and row.event_id != event:
                row.body = dumped(without(json.loads(row.body), words))
                continue
            if waits:
                row.status, row.error = UNREACHABLE, "unsent"
            if row.status != SENDING:  # what is in the air needs its text to be tried again
                row.body = "{}"
        return has_left

    def _partners(self, handle: UUID) -> list[UUID]:
        sides = (Engagement.owner_handle_id, Engagement.talent_handle_id)
        pairs = select(*sides).where((sides[0] == handle) | (sides[1] == handle))
        return [id for pair in self.session.execute(pairs) for id in pair if id != handle]

    def blank_tasks(self, handle: UUID, words: str) -> list[StaffTask]:
        mine = select(StaffTask).where(StaffTask.handle_id == handle)
        found = [task for task in self.session.scalars(mine) if holds(task.words, words)]
        for task in found:
            task.words = cut(task.words, words, GONE)
        return found

    def blank_postings(self, owner: UUID, words: str) -> list[Posting]:
        """Cut the words out of his postings, and give those that held them, locked.

        A published one keeps standing for the staff to decide on.
        """
        mine = select(Posting).where(Posting.owner_id == owner).order_by(Posting.id)
        locked = mine.with_for_update(key_share=True).execution_options(populate_existing=True)
        changed = []
        for posting in self.session.scalars(locked) if words else ():
            hit = [name for name in TEXTS if holds(getattr(posting, name), words)]
            for name in hit:
                left = without(getattr(posting, name), words)
                setattr(posting, name, left[:100] if name == "title" else left)
            if hit:
                posting.version += 1
                changed.append(posting)
        return changed

    def blank_subjects(self, owner: UUID, words: str) -> None:
        """Cut the words out of what applicants were asked and have not answered: a question may still wait there."""
        mine = select(Application.handle_id).join(Posting, Posting.id == Application.posting_id)
        theirs = Conversation.handle_id.in_(mine.where(Posting.owner_id == owner))
        talks = select(Conversation).where(theirs, Conversation.status != CLOSED).order_by(Conversation.id)
        for talk in self.session.scalars(talks.with_for_update(key_share=True)) if words else ():
            if holds(talk.subject, words):
                talk.subject = without(talk.subject, words)

    def blank_promises(self, handle: UUID, words: str) -> int:
        mine = (Engagement.owner_handle_id == handle) | (Engagement.talent_handle_id == handle)
        rows = select(Promise).join(Meeting, Meeting.id == Promise.meeting_id)
        rows = rows.join(Engagement, Engagement.id == Meeting.engagement_id).where(mine)
        found = 0
        for promise in self.session.scalars(rows) if words else ():
            promise.word = cut(promise.word, words, "") if holds(promise.word, words) else promise.word
            promise.why = "" if holds(promise.why, words) else promise.why
            if is_part(promise.text, words):
                promise.text, found = GONE, found + 1
        return found

    def blank_rounds(self, engagement: UUID, side: Side, words: str) -> bool:
        """Cut the words out of one side's answers; tell whether the other has read them. The engagement is locked."""
        is_read = False
        for kept in self.session.scalars(select(Round).where(Round.engagement_id == engagement)):
            if holds(kept.of(side), words):
                kept.keep(side, without(kept.of(side), words))
                is_read = is_read or kept.shared_at is not None
            if side is Side.OWNER and holds(kept.firm_said, words):
                kept.firm_said = without(kept.firm_said, words)
        return is_read


def words_of(body: dict[str, Any]) -> str:
    """Give the words of a stored message, of either platform, or of its change."""
    given = body.get("event", body)
    changed = given.get("message") if isinstance(given, dict) else None
    shown = changed if isinstance(changed, dict) else given
    return str(shown.get("text") or "").strip() if isinstance(shown, dict) else ""


def holds(value: Any, words: str) -> bool:
    """Tell whether JSON data repeats somebody's words: quoted, as a line of their own, or long enough to be his."""
    if isinstance(value, str):
        return bool(words) and cut(value, words, "") != value.strip()
    if isinstance(value, dict):
        return any(holds(item, words) for item in value.values())
    return any(holds(item, words) for item in value) if isinstance(value, list) else False


def without(value: Any, words: str) -> Any:
    """Give JSON data with somebody's words marked as gone."""
    if isinstance(value, str):
        return cut(value, words, GONE) if holds(value, words) else value
    if isinstance(value, dict):
        return {key: without(item, words) for key, item in value.items()}
    return [without(item, words) for item in value] if isinstance(value, list) else value


def is_part(text: str, words: str) -> bool:
    """Tell whether a line was made of somebody's words: all of them, or one thing of a list."""
    return text == words or (len(text) >= SHORTEST and text in words)


def dumped(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def cut(text: str, words: str, instead: str) -> str:
    """Take words out of a text."""
    if len(words) >= LONG:
        return text.replace(words, instead).strip()
    lines = (instead if line.strip(" ←→") == words else line for line in text.split("\n"))
    return "\n".join(lines).replace(f"「{words}」", f"「{instead}」" if instead else "").strip()
