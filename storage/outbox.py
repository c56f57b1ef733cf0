"""Outbox: what a committed turn asked to be sent, as final JSON, in order for each person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, case, delete, func, literal, select, text, update

from storage import mailboxes
from storage.claiming import Room, claim, give_back
from storage.database import Utc
from storage.expiring import is_late, let_go
from storage.leases import USUAL, Leases
from storage.mail import (
    BATCH,
    DUE,
    FAILED,
    HELD,
    LOADING,
    QUOTA,
    REFRESH,
    SAME_TOKEN,
    SEND,
    SENDING,
    SENT,
    UNDRAWN,
    UNKNOWN,
    UNREACHABLE,
    UNSURE,
    Mailbox,
    Outgoing,
    OutMessage,
    Parcel,
    PostedCard,
    is_now,
)
from storage.mailboxes import Box
from storage.rows import RowSession, among, some

__all__ = [
    "BATCH",
    "DUE",
    "FAILED",
    "HELD",
    "LOADING",
    "QUOTA",
    "REFRESH",
    "SAME_TOKEN",
    "SEND",
    "SENDING",
    "SENT",
    "UNKNOWN",
    "UNREACHABLE",
    "UNSURE",
    "Mailbox",
    "OutMessage",
    "Outbox",
    "Outgoing",
    "Parcel",
    "PostedCard",
    "Room",
]

RELEASING = 7_301  # the number of the lock under which what is held becomes due
MOST_PARTS = 20  # bubbles of one message

ARRIVED = text(  # one JSON text: the same few bytes of SQL for one message and for a hundred, and no array to write out
    f"UPDATE messages SET status = '{SENT}', sent_at = :now, how = :how, leased_until = NULL, external_id = done.value"
    " FROM json_each_text(CAST(:done AS json)) AS done WHERE messages.id = CAST(done.key AS uuid)"
)

COMES_FIRST = text(
    f"SELECT EXISTS (SELECT 1 FROM messages WHERE status = '{HELD}' AND next_at <= :now) AS is_held,"
    f" EXISTS (SELECT 1 FROM messages WHERE status = '{SENDING}' AND leased_until < :real) AS has_ended"
).bindparams(bindparam("now", type_=Utc()), bindparam("real", type_=Utc()))


DRAWING, LIVE = (
    literal(REFRESH, literal_execute=True),
    is_now(DUE, SENDING),
)  # as the index of drawings has it
MESSAGES = cast(Table, OutMessage.__table__)
SPENT = select(OutMessage.id).where(  # what waits because the month's pushes are spent
    among(OutMessage.handle_id, "handles"),
    is_now(HELD),
    OutMessage.error == literal(QUOTA, literal_execute=True),
)


class Outbox:
    def __init__(self, session: RowSession) -> None:
        self.session = session
        self._changed: dict[UUID, Box] = {}  # lines to be written

    def add(
        self,
        rows: Iterable[Outgoing],
        now: datetime,
        tokens: Mapping[UUID, tuple[str, datetime]] = MappingProxyType({}),
        waiting: Mapping[str, OutMessage] = MappingProxyType({}),
    ) -> None:
        """Put messages in their lines, the mailboxes locked last and sorted. A second row with one dedupe key is dropped.

        Free replies (``tokens``, each with its end) are remembered: any message to its person may take it. What stands
        in the outbox already, ``waiting`` under that key for its words, is given them.
        """
        fresh = self._fresh(_once(rows), waiting)
        wanted = {row.handle_id for row in fresh if row.handle_id and row.op == SEND}
        boxes = mailboxes.lock(self.session, wanted | tokens.keys())
        if tokens:
            self._keep_tokens(tokens, boxes, now)
        for row in fresh:
            if row.handle_id and row.status == DUE and row.next_at <= now and row.op == SEND:
                self._number(row, boxes[row.handle_id])
            elif row.next_at > now and row.op != LOADING:
                row.status = HELD
        added = []
        for row in fresh:
            if (there := waiting.get(row.dedupe or "")) is not None:
                row.fill(there)
            else:
                added.append(row.row())
        self.session.write(MESSAGES, added)
        self._write_boxes()
        self.session.flush()

    def _keep_tokens(
        self, tokens: Mapping[UUID, tuple[str, datetime]], boxes: Mapping[UUID, Box], now: datetime
    ) -> None:
        """What waits because the month's pushes are spent stands in line again: a reply costs nothing."""
        for handle, (token, until) in tokens.items():
            box = self._changed[handle] = boxes[handle]
            box.reply_token, box.reply_until = token, until
        self.session.flush()
        spent = self.session.connection().scalars(SPENT, {"handles": some(tokens)}).all()  # mostly none
        rows = select(OutMessage).where(OutMessage.id.in_(spent)).order_by(OutMessage.id)
        for row in self.session.scalars(rows) if spent else ():
            assert row.handle_id is not None
            if is_late(row, now) and not let_go(row):
                continue
            row.status, row.next_at, row.error = DUE, now, ""
            self._number(row, boxes[row.handle_id])

    def release_held(self, now: datetime, most: int = 500) -> int:
        """Number what has become due: quiet hours and undo wait outside the line. One process at a time: in order."""
        is_postgres = self.session.get_bind().dialect.name == "postgresql"
        if is_postgres and not self.session.scalar(select(func.pg_try_advisory_xact_lock(RELEASING))):
            return 0
        held = select(OutMessage).where(
            is_now(HELD), OutMessage.next_at <= now, OutMessage.subject != UNDRAWN
        )
        first = held.order_by(OutMessage.next_at, OutMessage.id).limit(most).with_for_update(skip_locked=True)
        rows = sorted(self.session.scalars(first), key=lambda row: row.id)
        boxes = mailboxes.lock(self.session, {row.handle_id for row in rows if row.handle_id})
        for row in rows:
            if is_late(row, now) and not let_go(row):
                continue
            row.status = DUE
            if row.handle_id and row.op == SEND:  # a drawing stands in no line
                self._number(row, boxes[row.handle_id])
        self._write_boxes()
        return len(rows)

    def comes_first(self, now: datetime, real: datetime) -> tuple[bool, bool]:
        """Tell whether something that was held has become due, and whether a lease has ended: mostly neither."""
        found = self.session.connection().execute(COMES_FIRST, {"now": now, "real": real}).one()
        return bool(found.is_held), bool(found.has_ended)

    def next_held(self, now: datetime) -> datetime | None:
        """Return when a message that waits outside the line next becomes due."""
        waits = (is_now(HELD), OutMessage.next_at > now)
        return self.session.scalars(
            select(OutMessage.next_at).where(*waits).order_by(OutMessage.next_at).limit(1)
        ).one_or_none()

    def _fresh(self, rows: Sequence[Outgoing], waiting: Mapping[str, OutMessage]) -> list[Outgoing]:
        """Leave out what was asked for before: the same key, or a drawing that waits, for that shows the latest state."""
        keys = {row.dedupe for row in rows if row.dedupe} - waiting.keys()
        subjects = {row.subject for row in rows if row.op == REFRESH and not row.dedupe}
        said = (
            set(self.session.scalars(select(OutMessage.dedupe).where(OutMessage.dedupe.in_(keys))))
            if keys
            else set()
        )
        drawn = self._waiting_drawings(subjects) if subjects else set()
        return [
            row
            for row in rows
            if not (row.dedupe in said if row.dedupe else row.op == REFRESH and row.subject in drawn)
        ]

    def _waiting_drawings(self, subjects: Iterable[str]) -> set[str]:
        """Find drawings that wait, and hold them until we commit: nobody draws the state before ours for them."""
        waiting = (OutMessage.op == DRAWING, OutMessage.subject.in_(subjects), LIVE, is_now(DUE))
        rows = select(OutMessage).where(*waiting).order_by(OutMessage.id).with_for_update(skip_locked=True)
        return {row.subject for row in self.session.scalars(rows)}

    def _number(self, row: OutMessage | Outgoing, box: Box) -> None:
        row.number = box.next_number
        box.next_number += 1
        self._changed[box.handle_id] = box

    def _write_boxes(self) -> None:
        """Write the lines that were changed; they are locked."""
        mailboxes.keep(self.session, self._changed.values())
        self._changed.clear()

    def claim(
        self,
        now: datetime,
        real: datetime,
        most: int = 20,
        leases: Leases = USUAL,
        room: Room | None = None,
        *,
        has_ended: bool = True,
    ) -> list[Parcel]:
        """Lease up to ``most`` parcels of each platform that may leave now, or as many as there is ``room`` for.

        Leases that have ended are given back first; whoever knows that none has says so.
        """
        if has_ended:
            give_back(self.session, real)
        return claim(self.session, now, real, room or Room(most, most), leases)

    def set_sent(self, ids: Mapping[UUID, str], how: str, now: datetime) -> None:
        """Mark what has arrived with one statement; the platform's ids are kept for quotes and unsending."""
        if self.session.get_bind().dialect.name == "postgresql":
            done = json.dumps({id.hex: theirs for id, theirs in ids.items()})
            self.session.connection().execute(ARRIVED, {"done": done, "how": how, "now": now})
            return
        mine = update(OutMessage).where(OutMessage.id.in_(ids))
        known = {id: name for id, name in ids.items() if name}
        theirs = case(known, value=OutMessage.id, else_="") if known else ""
        self.session.execute(
            mine.values(status=SENT, sent_at=now, how=how, external_id=theirs, leased_until=None),
            execution_options={"synchronize_session": False},
        )

    def set(self, ids: Sequence[UUID], lease: datetime | None = None, **values: object) -> None:
        """Mark a finished group with one statement; with a ``lease`` only what is still held under it."""
        mine = update(OutMessage).where(OutMessage.id.in_(ids))
        if lease is not None:
            mine = mine.where(OutMessage.leased_until == lease, OutMessage.status != SENT)
        self.session.execute(mine.values(**values))

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
        """Lock the parts of what was said under one dedupe key."""
        mine = select(OutMessage).where(OutMessage.dedupe.in_([f"{prefix}{n}" for n in range(MOST_PARTS)]))
        return list(self.session.scalars(mine.order_by(OutMessage.id).with_for_update()))

    def take_back(self, prefix: str) -> None:
        """Call off what has not left yet of one dedupe key; what was to come along still goes out."""
        mine = OutMessage.dedupe.startswith(prefix, autoescape=True)
        for status in (HELD, DUE):  # one by one: each has an index of what waits, the two together have none
            rows = self.session.scalars(
                select(OutMessage).where(is_now(status), mine).with_for_update(skip_locked=True)
            )
            for row in sorted(rows, key=lambda row: row.id):
                let_go(row, "taken back")

    def close_unreachable(self, handle: UUID) -> int:
        """Close what waits for a person who blocked us; told to staff once, caught up on return."""
        waiting = OutMessage.status.in_((HELD, DUE))
        rows = self.session.scalars(select(OutMessage).where(OutMessage.handle_id == handle, waiting)).all()
        for row in rows:
            row.status = UNREACHABLE
        return len(rows)

    def card(self, subject: str) -> PostedCard | None:
        return self.session.get(PostedCard, subject)

    def hanging(self, subjects: Iterable[str]) -> list[str]:
        """Tell which of these cards were posted and can be drawn anew, in order."""
        posted = select(PostedCard.subject).where(PostedCard.subject.in_(list(subjects)))
        return list(self.session.scalars(posted.order_by(PostedCard.subject)))

    def unpost(self, subject: str) -> None:
        """Forget where a card hung; its next drawing is posted anew."""
        self.session.execute(delete(PostedCard).where(PostedCard.subject == subject))

    def posted(self, subject: str, channel: str, ts: str) -> None:
        self.session.merge(PostedCard(subject=subject, channel=channel, ts=ts))


def _once(rows: Iterable[Outgoing]) -> list[Outgoing]:
    """Keep the first of what one turn asked for twice."""
    kept: dict[object, Outgoing] = {}
    for row in rows:
        key = row.dedupe or ((row.op, row.subject) if row.op == REFRESH else row)
        kept.setdefault(key, row)
    return list(kept.values())
