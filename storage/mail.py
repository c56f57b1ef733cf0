"""Mail: messages, the lines they stand in, and where cards hang."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, literal, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, new_id

HELD, DUE, SENDING, SENT = "held", "due", "sending", "sent"
FAILED, UNKNOWN, UNREACHABLE = "failed", "unknown", "closed"

SEND, REFRESH, LOADING = "send", "refresh", "loading"
SAME_TOKEN = timedelta(seconds=5)  # past the 50 s a token stays ours: 55 s in all, LINE keeps it for 60
BATCH = 5  # LINE takes five messages in one reply or push
QUOTA = "quota"  # the error of a row that waits for pushes; a free reply takes it along
THREAD, IN_THREAD = "thread:", "in:"  # subjects: what a thread hangs under, and what is said in it
# The subject of what waits for its words. Its body says the least: code from before this, and a drawing that failed, send
# that. ``in:`` because a thing of that name is taken for no card.
UNDRAWN = f"{IN_THREAD}undrawn"
TOO_LATE = "too late"  # the error of a row that nothing would be helped by any more
UNSURE = "unknown"  # how the error of a row begins that may have arrived already

_CARDS = "subject LIKE 'posting:%'"
_DUE, _LIVE = "status = 'due'", "status IN ('due', 'sending')"


def _index(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, postgresql_where=text(where), sqlite_where=text(where))


class Mailbox(Base):
    """A recipient's line: ``next_number`` orders it; an unused reply token stays until ``reply_until`` (real time)."""

    __tablename__ = "mailboxes"

    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"), primary_key=True)
    next_number: Mapped[int] = mapped_column(default=1)
    reply_token: Mapped[str] = mapped_column(String(64), default="")
    reply_until: Mapped[datetime | None] = mapped_column(default=None)


class OutMessage(Base):
    """One message. For a person ``handle_id`` is set; for a channel ``channel`` names it (staff, postings)."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("dedupe"),
        # What was sent stays for months: each look at what waits has an index of only that.
        _index("ix_messages_due", "platform", "purpose", "next_at", "id", where=_DUE),
        _index("ix_messages_held", "next_at", where="status = 'held'"),
        _index("ix_messages_quota", "handle_id", where="status = 'held' AND error = 'quota'"),
        _index("ix_messages_sending", "leased_until", where="status = 'sending'"),
        _index("ix_messages_line", "handle_id", "number", where=_LIVE),
        _index("ix_messages_drawing", "subject", where=f"op = 'refresh' AND {_LIVE}"),
        _index("ix_messages_trouble", "id", where="status IN ('failed', 'unknown')"),
        _index("ix_messages_of_postings", "subject", where=_CARDS),
        Index("ix_messages_handle_id_id", "handle_id", "id"),
        Index("ix_messages_event_id", "event_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    handle_id: Mapped[UUID | None] = mapped_column(ForeignKey("handles.id"), default=None)
    channel: Mapped[str] = mapped_column(String(40), default="")
    platform: Mapped[str] = mapped_column(String(8))
    op: Mapped[str] = mapped_column(String(8), default=SEND)
    subject: Mapped[str] = mapped_column(String(80), default="")  # what a refresh draws; what a card is about
    purpose: Mapped[str] = mapped_column(String(16), default="answer")  # answer, reminder, news
    dedupe: Mapped[str | None] = mapped_column(String(200), default=None)
    body: Mapped[str] = mapped_column(Text, default="")
    number: Mapped[int | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(String(8), default=DUE)
    next_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    reply_token: Mapped[str] = mapped_column(
        String(64), default=""
    )  # the token it left with, or was to leave with
    token_until: Mapped[datetime | None] = mapped_column(default=None)
    how: Mapped[str] = mapped_column(String(8), default="")  # reply, push, post, update
    external_id: Mapped[str] = mapped_column(String(80), default="")
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)  # start of the first sending, real time
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)  # from then on it would only mislead


@dataclass(slots=True, eq=False)  # each is itself, however alike two are
class Outgoing:
    """A message on its way into a line: what its turn knows of its row."""

    platform: str
    body: str
    next_at: datetime
    created_at: datetime
    handle_id: UUID | None = None
    channel: str = ""
    op: str = SEND
    subject: str = ""
    purpose: str = "answer"
    dedupe: str | None = None
    number: int | None = None
    status: str = DUE
    event_id: UUID | None = None
    expires_at: datetime | None = None

    def row(self) -> dict[str, object]:
        return {**UNSENT, "id": new_id(), **{name: getattr(self, name) for name in self.__slots__}}

    def fill(self, row: OutMessage) -> None:
        """Become the words of a row that waited for them."""
        for name in ("body", "subject", "number", "status", "next_at", "expires_at"):
            setattr(row, name, getattr(self, name))


UNSENT: dict[str, object] = dict(
    attempts=0,
    leased_until=None,
    reply_token="",
    token_until=None,
    how="",
    external_id="",
    error="",
    left_at=None,
    sent_at=None,
)


@dataclass(slots=True)
class Letter:
    """A message as it is carried: what a claim read of its row. It belongs to no transaction."""

    id: UUID
    handle_id: UUID | None
    channel: str
    platform: str
    op: str
    subject: str
    purpose: str
    body: str
    number: int | None
    next_at: datetime
    attempts: int
    leased_until: datetime | None
    reply_token: str
    token_until: datetime | None
    event_id: UUID | None
    error: str
    left_at: datetime | None
    expires_at: datetime | None = None

    def can_ask_token(self, real: datetime) -> bool:
        """Tell whether LINE still knows our token: later its refusal would not mean that the reply arrived."""
        return self.token_until is not None and real < self.token_until + SAME_TOKEN


def bubbles_of(body: str) -> list[dict[str, Any]]:
    """Give the messages of one row: mostly one; several leave as one push."""
    given = json.loads(body)
    return given if isinstance(given, list) else [given]


def is_packed(body: str) -> bool:
    return body.startswith("[")


WRITTEN = tuple(OutMessage.__table__.c[item.name] for item in fields(Letter))  # its columns


class PostedCard(Base):
    """Where a card that is updated in place was posted."""

    __tablename__ = "posted_cards"

    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))


@dataclass(frozen=True)
class Parcel:
    """What one call to a platform carries: rows of one recipient, oldest first."""

    recipient: str  # the platform's id of the person, or the name of our channel
    rows: tuple[Letter, ...] = field(default=())

    @property
    def head(self) -> Letter:
        return self.rows[0]


OF_POSTINGS = text(_CARDS)  # what hangs under postings, as its index has it


def is_now(*statuses: str, of: type[OutMessage] = OutMessage) -> ColumnElement[bool]:
    """Compare with words in the statement, not beside it: so a database sees that a partial index fits."""
    words = [literal(each, literal_execute=True) for each in statuses]
    return of.status.in_(words) if len(words) > 1 else of.status == words[0]
