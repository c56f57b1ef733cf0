"""Claiming: leases what may leave now, of all people and channels their first, in a few statements for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    and_,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from storage.leases import Leases
from storage.mail import BATCH, DUE, REFRESH, SEND, SENDING, UNSURE, Mailbox, OutMessage, Parcel
from storage.parties import Handle

PLATFORMS = ("line", "slack")
PURPOSES = ("answer", "reminder", "news")  # who waits for an answer goes before who is reminded, news last
HOME = "home:"  # how the subject of a Home begins


@dataclass(frozen=True)
class Room:
    """How many calls may leave now on each platform, and which lanes are shut: a channel, a person, a drawing."""

    line: int = 100
    slack: int = 100
    channels: Collection[str] = ()
    people: Collection[UUID] = ()
    homes_shut: bool = False
    cards_shut: bool = False
    most: dict[str, int] = field(default_factory=dict)  # posts of one channel, where not all may leave

    def of(self, platform: str) -> int:
        return self.line if platform == "line" else self.slack


def claim(session: Session, now: datetime, real: datetime, room: Room, leases: Leases) -> list[Parcel]:
    """Lease up to so many parcels: of each person the head of the line, of LINE with a free reply five in a row."""
    _give_back(session, real)
    rows = _heads(session, now, room)
    if not rows:
        return []
    recipients = _recipients(session, rows)
    followers = _with_tokens(session, rows, now, real)
    parcels = [
        Parcel(recipients[row.handle_id] if row.handle_id else row.channel, (row, *followers.get(row.id, ())))
        for row in rows
    ]
    _lease(session, parcels, real, leases)
    return parcels


def _give_back(session: Session, real: datetime) -> None:
    """Free what its carrier did not come back with; whether it arrived is not known."""
    ended = select(OutMessage.id).where(_is(SENDING), OutMessage.leased_until < real).order_by(OutMessage.id)
    ids = session.scalars(ended.with_for_update(skip_locked=True)).all()
    if ids:
        mine = update(OutMessage).where(OutMessage.id.in_(ids))
        session.execute(mine.values(status=DUE, error=f"{UNSURE}: lease ended"))


def _heads(session: Session, now: datetime, room: Room) -> list[OutMessage]:
    """Lock what may leave, of every platform the answers first, and keep as many as there is room for."""
    arms = [
        _arm(platform, purpose, now, room)
        for platform in PLATFORMS
        if room.of(platform) > 0
        for purpose in PURPOSES
    ]
    if not arms:
        return []
    both = union_all(*(select(arm) for arm in arms))
    found = session.scalars(select(OutMessage).from_statement(both)).all()
    kept: list[OutMessage] = []
    counts: dict[str, int] = defaultdict(int)
    for row in sorted(found, key=lambda row: (PURPOSES.index(row.purpose), row.next_at, row.id)):
        lane = row.channel if row.op == SEND else ""
        is_full = counts[row.platform] >= room.of(row.platform)
        if is_full or (lane and counts[lane] >= room.most.get(lane, room.slack)):
            continue
        counts[row.platform] += 1
        counts[lane] += 1
        kept.append(row)
    return kept


def _arm(platform: str, purpose: str, now: datetime, room: Room) -> CTE:
    """Select, in the order they fell due, what may leave of one kind; others that claim now take what follows."""
    rows = (
        select(OutMessage)
        .where(
            _is(DUE),
            OutMessage.platform == literal(platform, literal_execute=True),
            OutMessage.purpose == literal(purpose, literal_execute=True),
            OutMessage.next_at <= now,
            not_(_must_wait(now)),
            *(_open_lanes(room) if platform == "slack" else ()),
        )
        .order_by(OutMessage.next_at, OutMessage.id)
        .limit(room.of(platform))
    )
    return rows.with_for_update(skip_locked=True, of=OutMessage).cte(f"{platform}_{purpose}")


def _must_wait(now: datetime) -> ColumnElement[bool]:
    """Say in SQL that a row may not leave yet: an older one of its line is not through, or its drawing is under way."""
    ahead, drawn = aliased(OutMessage), aliased(OutMessage)
    is_ahead = and_(ahead.handle_id == OutMessage.handle_id, ahead.number < OutMessage.number)
    is_older = and_(drawn.status == DUE, drawn.next_at <= now, drawn.id < OutMessage.id)
    is_drawn = and_(
        OutMessage.op == REFRESH, drawn.op == literal(REFRESH, literal_execute=True), _is_live(drawn.status)
    )
    return or_(
        select(ahead.id).where(is_ahead, _is_live(ahead.status)).exists(),
        select(drawn.id)
        .where(is_drawn, drawn.subject == OutMessage.subject, or_(drawn.status == SENDING, is_older))
        .exists(),
    )


def _open_lanes(room: Room) -> list[ColumnElement[bool]]:
    """Leave out what a platform told to wait, or what has had its share for now."""
    is_home = OutMessage.subject.startswith(HOME)
    is_drawing = OutMessage.op == REFRESH
    open: list[ColumnElement[bool]] = []
    if room.channels:
        open.append(or_(is_drawing, OutMessage.channel.not_in(sorted(room.channels))))
    if room.people:
        is_other = or_(OutMessage.handle_id.is_(None), OutMessage.handle_id.not_in(sorted(room.people)))
        open.append(or_(is_drawing, is_other))
    if room.homes_shut:
        open.append(not_(and_(is_drawing, is_home)))
    if room.cards_shut:
        open.append(not_(and_(is_drawing, not_(is_home))))
    return open


def _recipients(session: Session, rows: Iterable[OutMessage]) -> dict[UUID, str]:
    ids = {row.handle_id for row in rows if row.handle_id}
    if not ids:
        return {}
    mine = select(Handle.id, Handle.external_id).where(Handle.id.in_(ids))
    return dict(session.execute(mine).tuples().all())


def _with_tokens(
    session: Session, heads: Sequence[OutMessage], now: datetime, real: datetime
) -> dict[UUID, tuple[OutMessage, ...]]:
    """Give each head that a free reply can carry its token, and return what goes along with it."""
    lines = [row for row in heads if row.platform == "line" and row.op == SEND and row.number is not None]
    tried = {row.id for row in lines if row.reply_token and row.can_ask_token(real)}
    fresh = [row for row in lines if row.id not in tried]
    boxes = _free_replies(session, [row for row in fresh if not row.error.startswith(UNSURE)], real)
    wanted = [row for row in lines if row.id in tried or row.handle_id in boxes]
    behind = _behind(session, wanted, now)
    gone: dict[UUID, tuple[OutMessage, ...]] = {}
    for row in lines:
        token = row.reply_token
        if row.id in tried:  # the same rows with the same token, or not at all
            gone[row.id] = tuple(each for each in behind.get(row.id, ()) if each.reply_token == token)
            continue
        row.reply_token = ""
        box = boxes.get(row.handle_id) if row.handle_id else None
        if box is not None:  # what may have arrived already goes as a push, whose key tells
            gone[row.id] = tuple(_next_to(row, behind.get(row.id, ())))
            for each in (row, *gone[row.id]):
                each.reply_token, each.token_until = box.reply_token, box.reply_until
            box.reply_token = ""
    return gone


def _next_to(head: OutMessage, behind: Sequence[OutMessage]) -> Iterator[OutMessage]:
    """Give what stands right behind, without a gap: what is missing may not be overtaken, what may have arrived stays."""
    for number, row in enumerate(behind, start=(head.number or 0) + 1):
        if row.number != number or is_unsure(row):
            return
        yield row


def is_unsure(row: OutMessage) -> bool:
    """Tell whether a message may have arrived already."""
    return row.error.startswith(UNSURE)


def _free_replies(session: Session, rows: Sequence[OutMessage], real: datetime) -> dict[UUID, Mailbox]:
    """Lock the mailboxes that hold an unused reply token; they are the last thing a transaction locks, sorted."""
    ids = {row.handle_id for row in rows if row.handle_id}
    if not ids:
        return {}
    mine = select(Mailbox).where(Mailbox.handle_id.in_(ids), Mailbox.reply_token != "")
    free = mine.where(Mailbox.reply_until > real).order_by(Mailbox.handle_id)
    boxes = session.scalars(free.with_for_update(key_share=True).execution_options(populate_existing=True))
    return {box.handle_id: box for box in boxes}


def _behind(
    session: Session, heads: Sequence[OutMessage], now: datetime
) -> dict[UUID, tuple[OutMessage, ...]]:
    """Lock what stands right behind these heads and may leave too."""
    if not heads:
        return {}
    places = [(row.handle_id, (row.number or 0) + step) for row in heads for step in range(1, BATCH)]
    mine = select(OutMessage).where(
        _is(DUE),
        OutMessage.next_at <= now,
        tuple_(OutMessage.handle_id, OutMessage.number).in_(places),
    )
    found: dict[UUID | None, list[OutMessage]] = defaultdict(list)
    rows = session.scalars(mine.order_by(OutMessage.id).with_for_update(skip_locked=True))
    for row in sorted(rows, key=lambda row: row.number or 0):
        found[row.handle_id].append(row)
    return {row.id: tuple(found[row.handle_id]) for row in heads}


def _lease(session: Session, parcels: Sequence[Parcel], real: datetime, leases: Leases) -> None:
    """Write all leases with one statement; what is handed out belongs to no session."""
    rows = [row for parcel in parcels for row in parcel.rows]
    session.flush()  # the tokens that were given or taken, of the few that have one
    until = case(
        (OutMessage.platform == "line", literal(real + leases.of("line"), OutMessage.leased_until.type)),
        else_=literal(real + leases.of("slack"), OutMessage.leased_until.type),
    )
    taken: dict[str, Any] = {
        "status": SENDING,
        "attempts": OutMessage.attempts + 1,
        "leased_until": until,
        "left_at": func.coalesce(OutMessage.left_at, literal(real, OutMessage.left_at.type)),
    }
    mine = update(OutMessage).where(OutMessage.id.in_([row.id for row in rows])).values(**taken)
    session.execute(mine, execution_options={"synchronize_session": False})
    for row in rows:
        session.expunge(row)
        row.status, row.attempts, row.left_at = SENDING, row.attempts + 1, row.left_at or real
        row.leased_until = real + leases.of(row.platform)


def _is(status: str) -> ColumnElement[bool]:
    """Compare with words in the statement, not beside it: so PostgreSQL sees that a partial index fits."""
    return OutMessage.status == literal(status, literal_execute=True)


def _is_live(status: Any) -> ColumnElement[bool]:
    live: ColumnElement[bool] = status.in_([literal(each, literal_execute=True) for each in (DUE, SENDING)])
    return live
