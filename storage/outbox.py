"""Outbox: what a committed turn asked to be sent, as final JSON, in order for each person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice, takewhile
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from storage.database import Base, new_id
from storage.leases import USUAL, Leases
from storage.parties import Handle

HELD, DUE, SENDING, SENT = "held", "due", "sending", "sent"
FAILED, UNKNOWN, UNREACHABLE = "failed", "unknown", "closed"

SEND, REFRESH, LOADING = "send", "refresh", "loading"
SAME_TOKEN = timedelta(seconds=5)  # past the 50 s a token stays ours: 55 s in all, LINE keeps it for 60
BATCH = 5  # LINE takes five messages in one reply or push
UNSURE = "unknown"  # how the error of a row begins that may have arrived already


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
    left_at: Mapped[datetime | None] = mapped_column(default=None)  # start of the first sending, real time
    sent_at: Mapped[datetime | None] = mapped_column(default=None)

    def can_ask_token(self, real: datetime) -> bool:
        """Tell whether LINE still knows our token: later its refusal would not mean that the reply arrived."""
        return self.token_until is not None and real < self.token_until + SAME_TOKEN


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

    def keep_token(
        self, handle: UUID, token: str, until: datetime, beside: Iterable[UUID] = ()
    ) -> dict[UUID, Mailbox]:
        """Remember a free reply; any message to this person may take it. Gives the mailboxes it locked, ``beside`` too."""
        boxes = self.lock({handle, *beside})
        boxes[handle].reply_token, boxes[handle].reply_until = token, until
        return boxes

    def add(
        self, rows: Iterable[OutMessage], now: datetime, locked: Mapping[UUID, Mailbox] = MappingProxyType({})
    ) -> None:
        """Put messages in their lines, the mailboxes locked last and sorted. A second row with one dedupe key is dropped."""
        fresh = [row for row in _once(rows) if not self._has(row)]
        wanted = {row.handle_id for row in fresh if row.handle_id and row.op == SEND}
        boxes = {**locked, **self.lock(wanted - locked.keys())}
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
        boxes = self.lock({row.handle_id for row in rows if row.handle_id})
        for row in rows:
            row.status = DUE
            if row.handle_id:
                self._number(row, boxes[row.handle_id])
        return len(rows)

    def next_held(self, now: datetime) -> datetime | None:
        """Return when a message that waits outside the line next becomes due."""
        waits = (OutMessage.status == HELD, OutMessage.next_at > now)
        return self.session.scalars(
            select(OutMessage.next_at).where(*waits).order_by(OutMessage.next_at).limit(1)
        ).one_or_none()

    def _has(self, row: OutMessage) -> bool:
        if row.dedupe:
            same = select(OutMessage.id).where(OutMessage.dedupe == row.dedupe)
        elif row.op == REFRESH:  # a drawing shows the latest state: one that waits is enough
            waiting = (OutMessage.op == REFRESH, OutMessage.subject == row.subject, OutMessage.status == DUE)
            # held until we commit, so that nobody draws the state before ours for it
            same = select(OutMessage.id).where(*waiting).with_for_update(skip_locked=True)
        else:
            return False
        return self.session.execute(same.limit(1)).first() is not None

    def _number(self, row: OutMessage, box: Mailbox) -> None:
        row.number = box.next_number
        box.next_number += 1

    def lock(self, handles: Iterable[UUID]) -> dict[UUID, Mailbox]:
        """Lock mailboxes, all that a transaction needs at once and sorted; they are the last thing it locks."""
        wanted = sorted(handles)
        if not wanted:
            return {}
        boxes = self._boxes(wanted)
        if missing := [handle for handle in wanted if handle not in boxes]:
            is_postgres = self.session.get_bind().dialect.name == "postgresql"
            insert = postgresql.insert(Mailbox) if is_postgres else sqlite.insert(Mailbox)
            rows = [dict(handle_id=handle, next_number=1, reply_token="") for handle in missing]
            self.session.execute(insert.values(rows).on_conflict_do_nothing())
            boxes |= self._boxes(missing)
        return boxes

    def _boxes(self, handles: Sequence[UUID]) -> dict[UUID, Mailbox]:
        mine = select(Mailbox).where(Mailbox.handle_id.in_(handles)).order_by(Mailbox.handle_id)
        rows = self.session.scalars(
            mine.with_for_update(key_share=True).execution_options(populate_existing=True)
        )
        return {box.handle_id: box for box in rows}

    def claim(self, now: datetime, real: datetime, most: int = 20, leases: Leases = USUAL) -> list[Parcel]:
        """Lease up to ``most`` parcels that may leave now: of each person the head of the line, of LINE five in a row."""
        self._give_back(real)
        rows = self.session.scalars(
            select(OutMessage)
            .where(OutMessage.status == DUE, OutMessage.next_at <= now, ~_must_wait(now))
            .order_by(OutMessage.id)
            .limit(most * BATCH)
            .with_for_update(skip_locked=True, of=OutMessage)
        ).all()
        lines: dict[tuple[str, str], list[OutMessage]] = defaultdict(list)
        for row in rows:
            lines[_line_of(row)].append(row)
        in_order = (_in_order(lines[key]) for key in sorted(lines))  # mailboxes are locked on the way: sorted
        found = (parcel for line in in_order if (parcel := self._parcel(line, real)))
        parcels = list(islice(found, most))
        for parcel in parcels:
            until = real + leases.of(parcel.head.platform)
            for row in parcel.rows:
                row.status, row.leased_until, row.attempts = SENDING, until, row.attempts + 1
                row.left_at = row.left_at or real
        self.session.flush()
        return parcels

    def _give_back(self, real: datetime) -> None:
        """Free what its carrier did not come back with; whether it arrived is not known."""
        ended = update(OutMessage).where(OutMessage.status == SENDING, OutMessage.leased_until < real)
        self.session.execute(ended.values(status=DUE, error=f"{UNSURE}: lease ended"))

    def _parcel(self, line: list[OutMessage], real: datetime) -> Parcel | None:
        head = line[0]
        if head.handle_id is None:
            return Parcel(head.channel, (head,))
        handle = self.session.get_one(Handle, head.handle_id)
        if head.op != SEND:
            return Parcel(handle.external_id, (head,))
        if head.number is None:  # out of the line: retried too long
            return Parcel(handle.external_id, (head,))
        if self._is_blocked_by_older(head):
            return None
        if head.platform != "line":
            return Parcel(handle.external_id, (head,))
        if head.reply_token:  # tried before: the same rows with the same token, or not at all
            tried = tuple(row for row in line if row.reply_token == head.reply_token)
            if head.can_ask_token(real):
                return Parcel(handle.external_id, tried)
            for row in tried:
                row.reply_token = ""
        batch = _fresh(line, head.number)
        if batch:  # what may have arrived already goes as a push, whose key tells
            self._spend_token(head.handle_id, batch, real)
        return Parcel(handle.external_id, batch if batch and batch[0].reply_token else (head,))

    def _is_blocked_by_older(self, head: OutMessage) -> bool:
        older = select(OutMessage.id).where(
            OutMessage.handle_id == head.handle_id,
            OutMessage.number < head.number,
            OutMessage.status.in_((DUE, SENDING)),
        )
        return self.session.execute(older.limit(1)).first() is not None

    def _spend_token(self, handle: UUID, batch: Sequence[OutMessage], real: datetime) -> None:
        box = self.lock([handle])[handle]
        if box.reply_token and box.reply_until and box.reply_until > real:
            for row in batch:
                row.reply_token, row.token_until = box.reply_token, box.reply_until
        box.reply_token = ""

    def set(self, ids: Sequence[UUID], **values: object) -> None:
        """Mark a finished group with one statement."""
        self.session.execute(update(OutMessage).where(OutMessage.id.in_(ids)).values(**values))

    def has_left(self, handle: UUID, event: UUID, by: datetime) -> bool:
        """Tell whether the last of what an event made us say to a person had begun to leave by then (real time)."""
        mine = (OutMessage.handle_id == handle, OutMessage.event_id == event, OutMessage.op == SEND)
        rows = select(OutMessage).where(*mine).order_by(OutMessage.id.desc()).limit(1)
        last = self.session.scalars(rows).first()
        if last is None:
            return True
        waits = last.left_at is None and last.status in (HELD, DUE, SENDING)
        return not waits and (last.left_at is None or last.left_at <= by)

    def sent_to(self, handle: UUID, external_id: str) -> OutMessage | None:
        """Return the message that a platform knows under this id, if it went to this person."""
        mine = (OutMessage.handle_id == handle, OutMessage.external_id == external_id)
        return self.session.scalars(select(OutMessage).where(*mine)).first() if external_id else None

    def deduped(self, prefix: str) -> list[OutMessage]:
        """Lock the messages of one dedupe key."""
        mine = select(OutMessage).where(OutMessage.dedupe.startswith(prefix, autoescape=True))
        return list(self.session.scalars(mine.order_by(OutMessage.id).with_for_update()))

    def take_back(self, prefix: str) -> None:
        """Call off what has not left yet of one dedupe key."""
        waiting = (OutMessage.status == HELD, OutMessage.dedupe.startswith(prefix, autoescape=True))
        rows = select(OutMessage).where(*waiting).order_by(OutMessage.id).with_for_update(skip_locked=True)
        for row in self.session.scalars(rows):
            row.status, row.error = UNREACHABLE, "taken back"

    def close_unreachable(self, handle: UUID) -> int:
        """Close what waits for a person who blocked us; told to staff once, caught up on return."""
        waiting = OutMessage.status.in_((HELD, DUE))
        rows = self.session.scalars(select(OutMessage).where(OutMessage.handle_id == handle, waiting)).all()
        for row in rows:
            row.status = UNREACHABLE
        return len(rows)

    def card(self, subject: str) -> PostedCard | None:
        return self.session.get(PostedCard, subject)

    def unpost(self, subject: str) -> None:
        """Forget where a card hung; its next drawing is posted anew."""
        self.session.execute(delete(PostedCard).where(PostedCard.subject == subject))

    def posted(self, subject: str, channel: str, ts: str) -> None:
        self.session.merge(PostedCard(subject=subject, channel=channel, ts=ts))


def _once(rows: Iterable[OutMessage]) -> list[OutMessage]:
    """Keep the first of what one turn asked for twice."""
    kept: dict[object, OutMessage] = {}
    for row in rows:
        key = row.dedupe or ((row.op, row.subject) if row.op == REFRESH else row)
        kept.setdefault(key, row)
    return list(kept.values())


def _must_wait(now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a row may not leave yet: an older one of its line, or its own drawing, is under way."""
    other = aliased(OutMessage)
    is_ahead = and_(
        OutMessage.op == SEND, other.handle_id == OutMessage.handle_id, other.number < OutMessage.number
    )
    is_late = and_(other.status == DUE, other.next_at > now)
    is_drawn = and_(OutMessage.op == REFRESH, other.op == REFRESH, other.subject == OutMessage.subject)
    return or_(
        select(other.id).where(is_ahead, or_(other.status == SENDING, is_late)).exists(),
        select(other.id).where(is_drawn, other.status == SENDING).exists(),
    )


def _line_of(row: OutMessage) -> tuple[str, str]:
    """Name what must not be in the air twice: a person's line, a drawing. All else goes by itself."""
    if row.op == REFRESH:
        return ("", row.subject)
    is_in_line = row.handle_id is not None and row.op == SEND and row.number is not None
    return (row.handle_id.hex if row.handle_id else "", "" if is_in_line else row.id.hex)


def _in_order(line: list[OutMessage]) -> list[OutMessage]:
    return sorted(line, key=lambda row: (row.number or 0, row.id))


def _fresh(line: list[OutMessage], first: int) -> tuple[OutMessage, ...]:
    """Take what may share the head's reply: the next in line, none of which may have arrived already."""
    near = (row for row in line[:BATCH] if row.number is not None and row.number - first < BATCH)
    return tuple(takewhile(lambda row: not row.error.startswith(UNSURE), near))
