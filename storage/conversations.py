"""Conversations: which talk a person is in, and its journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Table, Text, literal, select, update
from sqlalchemy.orm import Mapped, mapped_column

from flows.journal import Entry, Journal
from storage.database import Base, Json, new_id
from storage.rows import RowSession, among, some

OPEN, WAITING, PARKED, HUMAN, CLOSED = "open", "waiting", "parked", "human", "closed"
LIVE = (OPEN, WAITING, PARKED, HUMAN)


class Conversation(Base):
    """One talk of one person on one handle.

    ``subject`` are the ids the facts are loaded by; ``asked`` maps an open key to [given digest, turn first asked].
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_handle_id_status", "handle_id", "status"),
        Index("ix_conversations_nudge_at", "nudge_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    flow: Mapped[str] = mapped_column(String(32))
    subject: Mapped[dict[str, Any]] = mapped_column(default=dict)
    status: Mapped[str] = mapped_column(String(8), default=OPEN)
    turn: Mapped[int] = mapped_column(default=0)
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    unsure: Mapped[int] = mapped_column(default=0)  # 分からない in a row; the second offers a call
    nudge_at: Mapped[datetime | None] = mapped_column(default=None)
    nudges: Mapped[int] = mapped_column(default=0, server_default="0")  # in a row, without a word from him
    asked_by: Mapped[UUID | None] = mapped_column(default=None)  # the event whose turn asked what is open
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime]


class JournalEntry(Base):
    """One entry, never changed but for an unsend, which blanks it."""

    __tablename__ = "entries"
    __table_args__ = (
        Index("ix_entries_conversation_id_id", "conversation_id", "id"),
        Index("ix_entries_event_id", "event_id"),  # what a message that is taken back became
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    key: Mapped[str] = mapped_column(String(64))
    value: Mapped[Json] = mapped_column(default=None, nullable=True)
    raw: Mapped[str] = mapped_column(Text, default="")
    given: Mapped[str] = mapped_column(String(16), default="")
    turn: Mapped[int] = mapped_column(default=0)
    is_blank: Mapped[bool] = mapped_column(default=False)
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    release: Mapped[str] = mapped_column(String(16), default="")
    thought_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    at: Mapped[datetime]


LIVING = select(Conversation).where(
    among(Conversation.handle_id, "handles"),
    Conversation.status.in_([literal(each, literal_execute=True) for each in LIVE]),
)
LIVING = LIVING.order_by(Conversation.id)
TABLE = cast(Table, JournalEntry.__table__)
ENTRIES = (
    select(
        JournalEntry.conversation_id,
        JournalEntry.key,
        JournalEntry.value,
        JournalEntry.given,
        JournalEntry.raw,
        JournalEntry.turn,
        JournalEntry.is_blank,
    )
    .where(among(JournalEntry.conversation_id, "talks"))
    .order_by(JournalEntry.id)
)


class Conversations:
    """Talks, and their journals. Entries are read and written past the ORM: no objects to keep."""

    def __init__(self, session: RowSession) -> None:
        self.session = session
        self._live: dict[UUID, list[Conversation]] = {}
        self._by_id: dict[UUID, Conversation] = {}
        self._journals: dict[UUID, Journal] = {}

    def expect(self, floors: Mapping[UUID, UUID | None]) -> None:
        """Load the talks of many locked handles, and the journals of those that have the floor."""
        self._live = {handle: [] for handle in floors}
        for talk in self.session.scalars(LIVING, {"handles": some(floors)}):
            self._live[talk.handle_id].append(talk)
            self._by_id[talk.id] = talk
        here = [talk.id for talks in self._live.values() for talk in talks]
        self._journals = self._load([floor for floor in floors.values() if floor in here])

    def with_pairs(self) -> set[UUID]:
        """Return who of those expected has a talk about an engagement."""
        return {
            talk.handle_id for talks in self._live.values() for talk in talks if "engagement" in talk.subject
        }

    def forget(self) -> None:
        """Read anew from here on: entries were changed in place, or what was written is undone."""
        self._live.clear()
        self._by_id.clear()
        self._journals.clear()

    def get(self, id: UUID) -> Conversation | None:
        return self._by_id.get(id) or self.session.get(Conversation, id)

    def live(self, handle: UUID) -> list[Conversation]:
        """Return a person's talks that are not over, oldest first."""
        if handle in self._live:
            return [talk for talk in self._live[handle] if talk.status in LIVE]
        mine = select(Conversation).where(Conversation.handle_id == handle, Conversation.status.in_(LIVE))
        return list(self.session.scalars(mine.order_by(Conversation.id)))

    def begin(
        self, handle: UUID, party: UUID, flow: str, subject: dict[str, Any], now: datetime
    ) -> Conversation:
        talk = Conversation(
            handle_id=handle, party_id=party, flow=flow, subject=subject, created_at=now, settled_at=now
        )
        talk.asked, talk.status, talk.turn, talk.unsure, talk.nudges, talk.id = {}, OPEN, 0, 0, 0, new_id()
        talk.nudge_at = talk.asked_by = None
        self.session.add(talk)
        self._by_id[talk.id] = talk
        if handle in self._live:
            self._live[handle].append(talk)
        else:
            self.session.flush()  # found by asking
        return talk

    def to_nudge(self, now: datetime, most: int) -> list[UUID]:
        """Return talks whose moment to be nudged has come; the person is locked before one is looked at again."""
        due = (Conversation.nudge_at.is_not(None), Conversation.nudge_at <= now)
        rows = select(Conversation.id).where(*due).order_by(Conversation.nudge_at).limit(most)
        return list(self.session.scalars(rows))

    def let_rest(self, id: UUID) -> None:
        self.session.execute(update(Conversation).where(Conversation.id == id).values(nudge_at=None))

    def next_nudge(self, now: datetime) -> datetime | None:
        later = (Conversation.nudge_at.is_not(None), Conversation.nudge_at > now)
        rows = select(Conversation.nudge_at).where(*later).order_by(Conversation.nudge_at).limit(1)
        return self.session.scalars(rows).first()

    def journal(self, id: UUID) -> Journal:
        return self.journals([id])[id]

    def journals(self, ids: Sequence[UUID]) -> dict[UUID, Journal]:
        """Give many journals, in one statement at most."""
        missing = [id for id in ids if id not in self._journals]
        found = self._load(missing)
        return {id: found[id] if id in found else self._journals[id] for id in ids}

    def _load(self, ids: Sequence[UUID]) -> dict[UUID, Journal]:
        if not ids:
            return {}
        self.session.flush()
        found: dict[UUID, list[Entry]] = {id: [] for id in ids}
        for talk, *entry in self.session.connection().execute(ENTRIES, {"talks": some(ids)}).all():
            found[talk].append(Entry(*entry))
        return {id: Journal(entries) for id, entries in found.items()}

    def cause_of(self, talk: UUID, key: str) -> UUID | None:
        """Name the event that wrote the newest entry under a key."""
        mine = (JournalEntry.conversation_id == talk, JournalEntry.key == key)
        newest = select(JournalEntry.event_id).where(*mine).order_by(JournalEntry.id.desc()).limit(1)
        return self.session.scalars(newest).one_or_none()

    def write(
        self, talk: UUID, entries: Iterable[Entry], event: UUID | None, release: str, now: datetime
    ) -> None:
        kept = tuple(entries)
        rows = (
            dict(
                id=new_id(),
                conversation_id=talk,
                key=entry.key,
                value=entry.value,
                raw=entry.raw,
                given=entry.given,
                turn=entry.turn,
                is_blank=entry.is_blank,
                event_id=event,
                release=release,
                thought_by=entry.thought_by,
                at=now,
            )
            for entry in kept
        )
        self.session.write(TABLE, rows)
        if talk in self._journals:
            self._journals[talk] = self._journals[talk].write(*kept)
