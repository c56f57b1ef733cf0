"""Claiming: leases what may leave now, of all people and channels their first, in a few statements for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Select,
    Update,
    and_,
    any_,
    bindparam,
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
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session, aliased

from storage.database import Utc
from storage.leases import Leases
from storage.mail import BATCH, DUE, REFRESH, SEND, SENDING, UNSURE, Mailbox, OutMessage, Parcel, is_now
from storage.parties import Handle

PLATFORMS = ("line", "slack")
PURPOSES = ("answer", "reminder", "news")  # who waits for an answer goes before who is reminded, news last
HOME = "home:"  # how the subject of a Home begins
NOW, REAL = bindparam("now", type_=Utc()), bindparam("real", type_=Utc())

Shut = tuple[bool, bool, bool, bool]


@dataclass(frozen=True)
class Room:
    """How many calls may leave now on each platform, and which lanes are shut: channels, people, kinds of drawings."""

    line: int = 100
    slack: int = 100
    posts: int = 5  # in one channel
    channels: Collection[str] = ()
    people: Collection[UUID] = ()
    homes_shut: bool = False
    cards_shut: bool = False

    def of(self, platform: str) -> int:
        return self.line if platform == "line" else self.slack


def claim(session: Session, now: datetime, real: datetime, room: Room, leases: Leases) -> list[Parcel]:
    """Lease up to so many parcels: of each person the head of the line, of LINE with a free reply five in a row."""
    _give_back(session, real)
    heads = _heads(session, now, real, room, leases)
    followers = _with_tokens(session, [row for row, _ in heads], now, real)
    session.flush()  # the tokens of the few that have one
    _lease(session, [row for rows in followers.values() for row in rows], real, leases)
    session.expunge_all()  # what is handed out belongs to nobody
    return [Parcel(to or row.channel, (row, *followers.get(row.id, ()))) for row, to in heads]


def _give_back(session: Session, real: datetime) -> None:
    """Free what its carrier did not come back with; whether it arrived is not known."""
    if ids := session.scalars(_ended(), {"real": real}).all():
        mine = update(OutMessage).where(OutMessage.id.in_(ids))
        session.execute(mine.values(status=DUE, error=f"{UNSURE}: lease ended"))


@cache
def _ended() -> Select[UUID]:
    rows = select(OutMessage.id).where(is_now(SENDING), OutMessage.leased_until < REAL)
    return rows.order_by(OutMessage.leased_until, OutMessage.id).with_for_update(skip_locked=True)


def _heads(
    session: Session, now: datetime, real: datetime, room: Room, leases: Leases
) -> list[tuple[OutMessage, str | None]]:
    """Lease what may leave, of every platform the answers first, as many as there is room for; with its recipient."""
    platforms = tuple(platform for platform in PLATFORMS if room.of(platform) > 0)
    if not platforms:
        return []
    given: dict[str, Any] = {"now": now, "posts": room.posts, **_until(real, leases)}
    given |= {platform: room.of(platform) for platform in platforms}
    if "slack" in platforms:
        given |= {"channels": sorted(room.channels)} if room.channels else {}
        given |= {"people": sorted(room.people)} if room.people else {}
    shut = (bool(room.channels), bool(room.people), room.homes_shut, room.cards_shut)
    is_postgres = session.get_bind().dialect.name == "postgresql"
    found = session.execute(_taking_heads(is_postgres, platforms, shut), given).tuples().all()
    return sorted(found, key=lambda pair: (PURPOSES.index(pair[0].purpose), pair[0].next_at, pair[0].id))


# Statements are built once: to write one down takes SQLAlchemy ten times as long as a database needs to answer.


@cache
def _taking_heads(is_postgres: bool, platforms: tuple[str, ...], shut: Shut) -> Any:
    ids = union_all(*(select(_most_of(platform, shut)) for platform in platforms)).subquery()
    chosen = select(ids.c.id)
    # an array of ids is always looked up; for a query PostgreSQL may read the whole table beside it
    is_chosen = (
        OutMessage.id == any_(func.array(chosen.scalar_subquery()))
        if is_postgres
        else OutMessage.id.in_(chosen)
    )
    to = select(Handle.external_id).where(Handle.id == OutMessage.handle_id).scalar_subquery()
    rows = _leasing().where(is_chosen).returning(OutMessage, to)
    return rows.execution_options(synchronize_session=False, populate_existing=True)


def _most_of(platform: str, shut: Shut) -> Any:
    """Choose what leaves on a platform: answers, then reminders, then news; of one channel a few."""
    arms = [_arm(platform, rank, purpose, shut) for rank, purpose in enumerate(PURPOSES)]
    each = union_all(*(select(arm) for arm in arms)).subquery()
    nth = func.row_number().over(
        partition_by=each.c.channel, order_by=(each.c.rank, each.c.next_at, each.c.id)
    )
    numbered = select(each, nth.label("nth")).subquery()
    may = or_(numbered.c.channel == "", numbered.c.nth <= bindparam("posts", type_=Integer()))
    first = select(numbered.c.id).where(may).order_by(numbered.c.rank, numbered.c.next_at, numbered.c.id)
    return first.limit(bindparam(platform, type_=Integer())).subquery()


def _arm(platform: str, rank: int, purpose: str, shut: Shut) -> CTE:
    """Select, in the order they fell due, what may leave of one kind; others that claim now take what follows."""
    lane = case((OutMessage.op == SEND, OutMessage.channel), else_="").label("channel")
    place = literal(rank, literal_execute=True).label("rank")
    rows = (
        select(OutMessage.id, OutMessage.next_at, lane, place)
        .where(
            is_now(DUE),
            OutMessage.platform == literal(platform, literal_execute=True),
            OutMessage.purpose == literal(purpose, literal_execute=True),
            OutMessage.next_at <= NOW,
            not_(_must_wait()),
            *(_open_lanes(*shut) if platform == "slack" else ()),
        )
        .order_by(OutMessage.next_at, OutMessage.id)
        .limit(bindparam(platform, type_=Integer()))
    )
    return rows.with_for_update(skip_locked=True, of=OutMessage).cte(f"{platform}_{purpose}")


def _must_wait() -> ColumnElement[bool]:
    """Say in SQL that a row may not leave yet: an older one of its line is not through, or its drawing is under way."""
    ahead, drawn = aliased(OutMessage), aliased(OutMessage)
    is_ahead = and_(ahead.handle_id == OutMessage.handle_id, ahead.number < OutMessage.number)
    is_older = and_(drawn.status == DUE, drawn.next_at <= NOW, drawn.id < OutMessage.id)
    is_drawn = and_(
        OutMessage.op == REFRESH, drawn.op == literal(REFRESH, literal_execute=True), _is_live(drawn)
    )
    return or_(
        select(ahead.id).where(is_ahead, _is_live(ahead)).exists(),
        select(drawn.id)
        .where(is_drawn, drawn.subject == OutMessage.subject, or_(drawn.status == SENDING, is_older))
        .exists(),
    )


def _open_lanes(
    has_channels: bool, has_people: bool, homes_shut: bool, cards_shut: bool
) -> list[ColumnElement[bool]]:
    """Leave out what a platform told to wait, or what has had its share for now."""
    is_home = OutMessage.subject.startswith(HOME)
    is_drawing = OutMessage.op == REFRESH
    open: list[ColumnElement[bool]] = []
    if has_channels:
        open.append(or_(is_drawing, OutMessage.channel.not_in(bindparam("channels", expanding=True))))
    if has_people:
        theirs = bindparam("people", type_=OutMessage.handle_id.type, expanding=True)
        open.append(or_(is_drawing, OutMessage.handle_id.is_(None), OutMessage.handle_id.not_in(theirs)))
    if homes_shut:
        open.append(not_(and_(is_drawing, is_home)))
    if cards_shut:
        open.append(not_(and_(is_drawing, not_(is_home))))
    return open


def _with_tokens(
    session: Session, heads: Sequence[OutMessage], now: datetime, real: datetime
) -> dict[UUID, tuple[OutMessage, ...]]:
    """Give each head that a free reply can carry its token, and return what goes along with it."""
    lines = [row for row in heads if row.platform == "line" and row.op == SEND and row.number is not None]
    tried = {row.id for row in lines if row.reply_token and row.can_ask_token(real)}
    fresh = [row for row in lines if row.id not in tried]
    boxes = _free_replies(session, [row for row in fresh if not row.error.startswith(UNSURE)], real)
    wanted = [row for row in fresh if row.handle_id in boxes]
    # what left with a head leaves with it again, also when somebody looks at it right now: it must not be taken for read
    behind = _behind(session, [row for row in lines if row.id in tried], now, is_waiting=True)
    behind |= _behind(session, wanted, now)
    gone: dict[UUID, tuple[OutMessage, ...]] = {}
    for row in lines:
        token = row.reply_token
        if row.id in tried:  # the same rows with the same token, or not at all
            gone[row.id] = tuple(each for each in behind.get(row.id, ()) if each.reply_token == token)
            continue
        if row.reply_token:
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
    is_postgres = session.get_bind().dialect.name == "postgresql"
    boxes = session.scalars(_with_reply(is_postgres), {"ids": list(ids), "real": real})
    return {box.handle_id: box for box in boxes}


@cache
def _with_reply(is_postgres: bool) -> Select[Mailbox]:
    kind = Mailbox.handle_id.type
    is_theirs = (
        Mailbox.handle_id == any_(bindparam("ids", type_=postgresql.ARRAY(kind)))
        if is_postgres
        else Mailbox.handle_id.in_(bindparam("ids", type_=kind, expanding=True))
    )
    free = select(Mailbox).where(is_theirs, Mailbox.reply_token != "", Mailbox.reply_until > REAL)
    locked = free.order_by(Mailbox.handle_id).with_for_update(key_share=True)
    return locked.execution_options(populate_existing=True)


def _behind(
    session: Session, heads: Sequence[OutMessage], now: datetime, *, is_waiting: bool = False
) -> dict[UUID, tuple[OutMessage, ...]]:
    """Lock what stands right behind these heads and may leave too."""
    if not heads:
        return {}
    places = [(row.handle_id, (row.number or 0) + step) for row in heads for step in range(1, BATCH)]
    mine = select(OutMessage).where(
        is_now(DUE),
        OutMessage.next_at <= now,
        tuple_(OutMessage.handle_id, OutMessage.number).in_(places),
    )
    found: dict[UUID | None, list[OutMessage]] = defaultdict(list)
    rows = session.scalars(mine.order_by(OutMessage.id).with_for_update(skip_locked=not is_waiting))
    for row in sorted(rows, key=lambda row: row.number or 0):
        found[row.handle_id].append(row)
    return {row.id: tuple(found[row.handle_id]) for row in heads}


@cache
def _leasing() -> Update:
    """Say who has it, until when, and that it leaves now."""
    until = case(
        (OutMessage.platform == "line", bindparam("line_until", type_=Utc())),
        else_=bindparam("slack_until", type_=Utc()),
    )
    left = func.coalesce(OutMessage.left_at, bindparam("real", type_=Utc()))
    return update(OutMessage).values(
        status=SENDING, attempts=OutMessage.attempts + 1, leased_until=until, left_at=left
    )


def _until(real: datetime, leases: Leases) -> dict[str, Any]:
    return {"real": real, "line_until": real + leases.of("line"), "slack_until": real + leases.of("slack")}


def _lease(session: Session, rows: Sequence[OutMessage], real: datetime, leases: Leases) -> None:
    """Lease what goes along with a head."""
    if rows:
        mine = _leasing().where(OutMessage.id.in_([row.id for row in rows])).returning(OutMessage)
        options = {"synchronize_session": False, "populate_existing": True}
        session.execute(mine, _until(real, leases), execution_options=options).all()


def _is_live(row: type[OutMessage]) -> ColumnElement[bool]:
    return is_now(DUE, SENDING, of=row)
