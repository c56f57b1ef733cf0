"""Claiming: leases what may leave now, of all people and channels their first, in a few statements for many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Dialect,
    Integer,
    Select,
    Table,
    Update,
    and_,
    any_,
    bindparam,
    case,
    column,
    func,
    literal,
    not_,
    or_,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.orm import Session, aliased

from storage.database import Utc
from storage.expiring import is_late, let_go_late
from storage.leases import Leases
from storage.mail import (
    BATCH,
    DUE,
    REFRESH,
    SEND,
    SENDING,
    UNSURE,
    WRITTEN,
    Letter,
    Mailbox,
    OutMessage,
    Parcel,
    is_now,
    is_packed,
)
from storage.parties import Handle

PLATFORMS = ("line", "slack")
PURPOSES = ("answer", "reminder", "news")  # who waits for an answer goes before who is reminded, news last
HOME = "home:"  # how the subject of a Home begins
NOW, REAL = bindparam("now", None, Utc()), bindparam("real", None, Utc())

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
    """Lease up to so many parcels: of each person the head of the line, of LINE with a free reply five in a row.

    What is too late to help is let go, and who stood behind it comes forward.
    """
    heads = _heads(session, now, real, room, leases)
    if late := [head.row for head in heads if is_late(head.row, now)]:
        let_go_late(session, late)
        heads = [head for head in heads if not is_late(head.row, now)]
        left = {name: room.of(name) - sum(head.row.platform == name for head in heads) for name in PLATFORMS}
        room = replace(room, line=left["line"], slack=left["slack"])
    followers = _with_tokens(session, heads, now, real)
    _lease(session, [row for rows in followers.values() for row in rows], real, leases)
    parcels = [Parcel(head.to, (head.row, *followers.get(head.row.id, ()))) for head in heads]
    return [*parcels, *claim(session, now, real, room, leases)] if late else parcels


def give_back(session: Session, real: datetime) -> None:
    """Free what its carrier did not come back with; whether it arrived is not known."""
    if ids := session.scalars(_ended(), {"real": real}).all():
        mine = update(OutMessage).where(OutMessage.id.in_(ids))
        session.execute(mine.values(status=DUE, error=f"{UNSURE}: lease ended"))


@cache
def _ended() -> Select[UUID]:
    rows = select(OutMessage.id).where(is_now(SENDING), OutMessage.leased_until < REAL)
    return rows.order_by(OutMessage.leased_until, OutMessage.id).with_for_update(skip_locked=True)


@dataclass(frozen=True, slots=True)
class _Head:
    """The first of a line: its recipient as the platform knows him, and whether a free reply waits for him."""

    row: Letter
    to: str
    has_reply: bool


def _heads(session: Session, now: datetime, real: datetime, room: Room, leases: Leases) -> list[_Head]:
    """Lease what may leave, of every platform the answers first, as many as there is room for."""
    platforms = tuple(platform for platform in PLATFORMS if room.of(platform) > 0)
    if not platforms:
        return []
    given: dict[str, Any] = {"now": now, "posts": room.posts, **_until(real, leases)}
    given |= {platform: room.of(platform) for platform in platforms}
    if "slack" in platforms:
        given |= {"channels": sorted(room.channels)} if room.channels else {}
        given |= {"people": sorted(room.people)} if room.people else {}
    shut = (bool(room.channels), bool(room.people), room.homes_shut, room.cards_shut)
    connection = session.connection()
    found = connection.execute(_heads_in_sql(connection.dialect.name == "postgresql", platforms, shut), given)
    heads = [_Head(Letter(*row), to or row[2], has_reply) for *row, to, has_reply in found.all()]
    return sorted(heads, key=lambda head: (PURPOSES.index(head.row.purpose), head.row.next_at, head.row.id))


# Statements are built once: to write one down takes SQLAlchemy ten times as long as a database needs to answer. This one
# is kept as its SQL: even to find again what is written down already would mean to walk through all of its parts.


@cache
def _heads_in_sql(is_postgres: bool, platforms: tuple[str, ...], shut: Shut) -> Any:
    """Write it down once for all, unless lists must be put into it each time."""
    statement = _taking_heads(is_postgres, platforms, shut)
    if shut[0] or shut[1]:
        return statement
    kind: Callable[..., Dialect] = PGDialect if is_postgres else SQLiteDialect
    dialect = kind(paramstyle="named")
    written = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    given = {name: bind for bind, name in written.bind_names.items() if not bind.literal_execute}
    binds = [bindparam(name, written.params[name], bind.type) for name, bind in given.items()]
    # psycopg gives ids and moments as they are; a type would have each of them looked at once more
    kinds = [None if is_postgres else each.type for each in statement.exported_columns]
    columns = [column(f"at_{place}", kind) for place, kind in enumerate(kinds)]
    return text(str(written)).bindparams(*binds).columns(*columns)


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
    free = (Mailbox.handle_id == OutMessage.handle_id, Mailbox.reply_token != "", Mailbox.reply_until > REAL)
    has_reply = select(Mailbox.handle_id).where(*free).exists()
    return _leasing().where(is_chosen).returning(*WRITTEN, to, has_reply)


def _most_of(platform: str, shut: Shut) -> Any:
    """Choose what leaves on a platform: answers, then reminders, then news; of one channel a few."""
    arms = [_arm(platform, rank, purpose, shut) for rank, purpose in enumerate(PURPOSES)]
    each = union_all(*(select(arm) for arm in arms)).subquery()
    nth = func.row_number().over(
        partition_by=each.c.channel, order_by=(each.c.rank, each.c.next_at, each.c.id)
    )
    numbered = select(each, nth.label("nth")).subquery()
    may = or_(numbered.c.channel == _word(""), numbered.c.nth <= bindparam("posts", None, Integer()))
    first = select(numbered.c.id).where(may).order_by(numbered.c.rank, numbered.c.next_at, numbered.c.id)
    return first.limit(bindparam(platform, None, Integer())).subquery()


def _arm(platform: str, rank: int, purpose: str, shut: Shut) -> CTE:
    """Select, in the order they fell due, what may leave of one kind; others that claim now take what follows."""
    lane = case((OutMessage.op == _word(SEND), OutMessage.channel), else_=_word("")).label("channel")
    place = literal(rank, literal_execute=True).label("rank")
    rows = (
        select(OutMessage.id, OutMessage.next_at, lane, place)
        .where(
            is_now(DUE),
            OutMessage.platform == _word(platform),
            OutMessage.purpose == _word(purpose),
            OutMessage.next_at <= NOW,
            not_(_must_wait()),
            *(_open_lanes(*shut) if platform == "slack" else ()),
        )
        .order_by(OutMessage.next_at, OutMessage.id)
        .limit(bindparam(platform, None, Integer()))
    )
    return rows.with_for_update(skip_locked=True, of=OutMessage).cte(f"{platform}_{purpose}")


def _must_wait() -> ColumnElement[bool]:
    """Say in SQL that a row may not leave yet: an older one of its line is not through, or its drawing is under way."""
    ahead, drawn = aliased(OutMessage), aliased(OutMessage)
    is_ahead = and_(ahead.handle_id == OutMessage.handle_id, ahead.number < OutMessage.number)
    is_older = and_(is_now(DUE, of=drawn), drawn.next_at <= NOW, drawn.id < OutMessage.id)
    is_drawn = and_(OutMessage.op == _word(REFRESH), drawn.op == _word(REFRESH), _is_live(drawn))
    return or_(
        select(ahead.id).where(is_ahead, _is_live(ahead)).exists(),
        select(drawn.id)
        .where(is_drawn, drawn.subject == OutMessage.subject, or_(is_now(SENDING, of=drawn), is_older))
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
    session: Session, heads: Sequence[_Head], now: datetime, real: datetime
) -> dict[UUID, tuple[Letter, ...]]:
    """Give each head that a free reply can carry its token, and return what goes along with it."""
    lines = [head for head in heads if head.row.platform == "line" and head.row.op == SEND]
    lines = [
        head for head in lines if head.row.number is not None and (head.has_reply or head.row.reply_token)
    ]
    tried = {head.row.id for head in lines if head.row.reply_token and head.row.can_ask_token(real)}
    fresh = [head.row for head in lines if head.row.id not in tried]
    # what may have arrived already goes as a push, whose key tells
    boxes = _free_replies(session, [row for row in fresh if not is_unsure(row)], real)
    wanted = [row for row in fresh if row.handle_id in boxes]
    # what left with a head leaves with it again, also when somebody looks at it right now: it must not be taken for read
    behind = _behind(session, [head.row for head in lines if head.row.id in tried], now, is_waiting=True)
    waiting = _behind(session, wanted, now)
    let_go_late(session, [row for rows in waiting.values() for row in rows if is_late(row, now)])
    behind |= waiting
    gone: dict[UUID, tuple[Letter, ...]] = {}
    changed: list[Letter] = []
    for row in (head.row for head in lines):
        token = row.reply_token
        if row.id in tried:  # the same rows with the same token, or not at all
            gone[row.id] = tuple(each for each in behind.get(row.id, ()) if each.reply_token == token)
            continue
        row.reply_token = ""
        changed.append(row)
        box = boxes.get(row.handle_id) if row.handle_id else None
        if box is not None:
            gone[row.id] = tuple(_next_to(row, behind.get(row.id, ()), now))
            for each in (row, *gone[row.id]):
                each.reply_token, each.token_until = box.reply_token, box.reply_until
            changed += gone[row.id]
            box.reply_token = ""
    session.flush()
    _keep_tokens(session, changed)
    return gone


def _keep_tokens(session: Session, rows: Sequence[Letter]) -> None:
    """Write down with which token each is to leave."""
    if rows:
        messages = cast(Table, OutMessage.__table__)
        mine = update(messages).where(messages.c.id == bindparam("row"))
        values = mine.values(reply_token=bindparam("token"), token_until=bindparam("until"))
        given = [dict(row=row.id, token=row.reply_token, until=row.token_until) for row in rows]
        session.connection().execute(values, given)


def _next_to(head: Letter, behind: Sequence[Letter], now: datetime) -> Iterator[Letter]:
    """Give what stands right behind, without a gap: what is missing may not be overtaken, what may have arrived stays."""
    for number, row in enumerate(behind, start=(head.number or 0) + 1):
        if row.number != number or is_unsure(row) or is_packed(head.body) or is_packed(row.body):
            return
        if not is_late(row, now):
            yield row


def is_unsure(row: Letter) -> bool:
    """Tell whether a message may have arrived already."""
    return row.error.startswith(UNSURE)


def _free_replies(session: Session, rows: Sequence[Letter], real: datetime) -> dict[UUID, Mailbox]:
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
    session: Session, heads: Sequence[Letter], now: datetime, *, is_waiting: bool = False
) -> dict[UUID, tuple[Letter, ...]]:
    """Lock what stands right behind these heads and may leave too."""
    if not heads:
        return {}
    places = [(row.handle_id, (row.number or 0) + step) for row in heads for step in range(1, BATCH)]
    mine = select(*WRITTEN).where(
        is_now(DUE, SENDING),  # as the index of lines has it
        is_now(DUE),
        OutMessage.next_at <= now,
        OutMessage.handle_id.in_({handle for handle, _ in places}),
        tuple_(OutMessage.handle_id, OutMessage.number).in_(places),
    )
    found: dict[UUID | None, list[Letter]] = defaultdict(list)
    rows = session.execute(mine.order_by(OutMessage.id).with_for_update(skip_locked=not is_waiting))
    for row in sorted((Letter(*row) for row in rows), key=lambda row: row.number or 0):
        found[row.handle_id].append(row)
    return {row.id: tuple(found[row.handle_id]) for row in heads}


@cache
def _leasing() -> Update:
    """Say who has it, until when, and that it leaves now."""
    until = case(
        (OutMessage.platform == _word("line"), bindparam("line_until", None, Utc())),
        else_=bindparam("slack_until", None, Utc()),
    )
    left = func.coalesce(OutMessage.left_at, REAL)
    return update(OutMessage).values(
        status=SENDING, attempts=OutMessage.attempts + 1, leased_until=until, left_at=left
    )


def _until(real: datetime, leases: Leases) -> dict[str, Any]:
    return {"real": real, "line_until": real + leases.of("line"), "slack_until": real + leases.of("slack")}


def _lease(session: Session, rows: Sequence[Letter], real: datetime, leases: Leases) -> None:
    """Lease what goes along with a head."""
    if not rows:
        return
    mine = _leasing().where(OutMessage.id.in_([row.id for row in rows]))
    leased = mine.returning(OutMessage.id, OutMessage.attempts, OutMessage.leased_until, OutMessage.left_at)
    by_id = {row.id: row for row in rows}
    for id, attempts, until, left in session.connection().execute(leased, _until(real, leases)):
        by_id[id].attempts, by_id[id].leased_until, by_id[id].left_at = attempts, until, left


def _word(said: str) -> ColumnElement[str]:
    """Say a word in the statement, not beside it."""
    return literal(said, literal_execute=True)


def _is_live(row: type[OutMessage]) -> ColumnElement[bool]:
    return is_now(DUE, SENDING, of=row)
