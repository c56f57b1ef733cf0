"""Outbox: what a committed turn asked to be sent, as final JSON, in order for each person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id
from storage.parties import Handle

HELD, DUE, SENDING, SENT = "held", "due", "sending", "sent"
FAILED, UNKNOWN, UNREACHABLE = "failed", "unknown", "closed"

SEND, REFRESH, LOADING = "send", "refresh", "loading"
LEASE = timedelta(seconds=60)
BATCH = 5  # LINE takes five messages in one reply or push


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
        Index("ix_messages_status_next_at", "status", "next_at"),
        Index("ix_messages_handle_id_number", "handle_id", "number"),
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
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


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
    rows: tuple[OutMessage, ...] = field(default=())

    @property
    def head(self) -> OutMessage:
        return self.rows[0]


class Outbox:
    def __init__(self, session: Session) -> None:
        self.session = session

    def keep_token(self, handle: UUID, token: str, until: datetime) -> None:
        """Remember a free reply; any message to this person may take it."""
        box = self._locked([handle])[handle]
        box.reply_token, box.reply_until = token, until

    def add(self, rows: Iterable[OutMessage], now: datetime) -> None:
        """Put messages in their lines, the mailboxes locked last and sorted. A second row with one dedupe key is dropped."""
        fresh = [row for row in rows if not self._has(row)]
        boxes = self._locked(sorted({row.handle_id for row in fresh if row.handle_id}))
        for row in fresh:
            if row.handle_id and row.status == DUE and row.next_at <= now and row.op == SEND:
                self._number(row, boxes[row.handle_id])
            elif row.next_at > now and row.op == SEND:
                row.status = HELD
            self.session.add(row)
        self.session.flush()

    def release_held(self, now: datetime, most: int = 500) -> int:
        """Number what has become due: quiet hours and undo wait outside the line."""
        held = (
            select(OutMessage)
            .where(OutMessage.status == HELD, OutMessage.next_at <= now)
            .order_by(OutMessage.id)
        )
        rows = self.session.scalars(held.limit(most).with_for_update(skip_locked=True)).all()
        boxes = self._locked(sorted({row.handle_id for row in rows if row.handle_id}))
        for row in rows:
            row.status = DUE
            if row.handle_id:
                self._number(row, boxes[row.handle_id])
        return len(rows)

    def _has(self, row: OutMessage) -> bool:
        if row.dedupe:
            same = select(OutMessage.id).where(OutMessage.dedupe == row.dedupe)
        elif row.op == REFRESH:  # a drawing shows the latest state: one that waits is enough
            same = select(OutMessage.id).where(
                OutMessage.op == REFRESH, OutMessage.subject == row.subject, OutMessage.status == DUE
            )
        else:
            return False
        return self.session.execute(same.limit(1)).first() is not None

    def _number(self, row: OutMessage, box: Mailbox) -> None:
        row.number = box.next_number
        box.next_number += 1

    def _locked(self, handles: Sequence[UUID]) -> dict[UUID, Mailbox]:
        if not handles:
            return {}
        rows = (
            select(Mailbox)
            .where(Mailbox.handle_id.in_(handles))
            .order_by(Mailbox.handle_id)
            .with_for_update()
        )
        boxes = {
            box.handle_id: box for box in self.session.scalars(rows.execution_options(populate_existing=True))
        }
        for handle in handles:
            if handle not in boxes:
                boxes[handle] = Mailbox(handle_id=handle, next_number=1, reply_token="")
                self.session.add(boxes[handle])
        self.session.flush()
        return boxes

    def claim(self, now: datetime, real: datetime, most: int = 100) -> list[Parcel]:
        """Lease what may leave now: of each person only the head of the line, of LINE five in a row."""
        ended = update(OutMessage).where(OutMessage.status == SENDING, OutMessage.leased_until < real)
        self.session.execute(ended.values(status=DUE))
        rows = self.session.scalars(
            select(OutMessage)
            .where(OutMessage.status == DUE, OutMessage.next_at <= now)
            .order_by(OutMessage.handle_id, OutMessage.number, OutMessage.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        ).all()
        lines: dict[object, list[OutMessage]] = defaultdict(list)
        for row in rows:
            lines[row.handle_id if row.handle_id and row.op == SEND else row.id].append(row)
        parcels = [parcel for line in lines.values() if (parcel := self._parcel(line, real))]
        for parcel in parcels:
            for row in parcel.rows:
                row.status, row.leased_until, row.attempts = SENDING, real + LEASE, row.attempts + 1
        self.session.flush()
        return parcels

    def _parcel(self, line: list[OutMessage], real: datetime) -> Parcel | None:
        head = line[0]
        if head.handle_id is None:
            return Parcel(head.channel, (head,))
        handle = self.session.get_one(Handle, head.handle_id)
        if head.op != SEND:
            return Parcel(handle.external_id, (head,))
        if self._is_blocked_by_older(head):
            return None
        if head.platform != "line":
            return Parcel(handle.external_id, (head,))
        if head.reply_token:  # tried before: the same rows with the same token, or not at all
            return Parcel(
                handle.external_id, tuple(row for row in line if row.reply_token == head.reply_token)
            )
        batch = tuple(
            row for row in line[:BATCH] if row.number is not None and row.number - (head.number or 0) < BATCH
        )
        self._spend_token(head.handle_id, batch, real)
        return Parcel(handle.external_id, batch if batch[0].reply_token else (head,))

    def _is_blocked_by_older(self, head: OutMessage) -> bool:
        older = select(OutMessage.id).where(
            OutMessage.handle_id == head.handle_id,
            OutMessage.number < head.number,
            OutMessage.status.in_((DUE, SENDING)),
        )
        return self.session.execute(older.limit(1)).first() is not None

    def _spend_token(self, handle: UUID, batch: Sequence[OutMessage], real: datetime) -> None:
        box = self._locked([handle])[handle]
        if box.reply_token and box.reply_until and box.reply_until > real:
            for row in batch:
                row.reply_token, row.token_until = box.reply_token, box.reply_until
        box.reply_token = ""

    def set(self, ids: Sequence[UUID], **values: object) -> None:
        """Mark a finished group with one statement."""
        self.session.execute(update(OutMessage).where(OutMessage.id.in_(ids)).values(**values))

    def close_unreachable(self, handle: UUID) -> int:
        """Close what waits for a person who blocked us; told to staff once, caught up on return."""
        waiting = OutMessage.status.in_((HELD, DUE))
        rows = self.session.scalars(select(OutMessage).where(OutMessage.handle_id == handle, waiting)).all()
        for row in rows:
            row.status = UNREACHABLE
        return len(rows)

    def card(self, subject: str) -> PostedCard | None:
        return self.session.get(PostedCard, subject)

    def posted(self, subject: str, channel: str, ts: str) -> None:
        self.session.merge(PostedCard(subject=subject, channel=channel, ts=ts))
