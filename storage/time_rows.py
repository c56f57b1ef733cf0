"""Time rows: thoughts for the model and dues for the clock; both come back as events."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    UpdateBase,
    any_,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json, Utc, new_id
from storage.leases import USUAL, Leases

ASKED, THINKING, ANSWERED, GIVEN_UP, DROPPED = "asked", "thinking", "answered", "given_up", "dropped"
OVER = "over"  # a budget was spent: the rules answered, the model was not asked


class ThoughtRow(Base):
    """One question to the model, with what it cost."""

    __tablename__ = "thoughts"
    __table_args__ = (
        UniqueConstraint("conversation_id", "key", "given"),
        Index("ix_thoughts_status_leased_until", "status", "leased_until"),
        Index("ix_thoughts_ended_at", "ended_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    key: Mapped[str] = mapped_column(String(64))
    given: Mapped[str] = mapped_column(String(16))
    prompt: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    input: Mapped[Json]
    status: Mapped[str] = mapped_column(String(8), default=ASKED)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    model: Mapped[str] = mapped_column(String(80), default="")
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    yen: Mapped[float] = mapped_column(default=0.0, server_default="0")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)  # on the real clock: bills are


class DueRow(Base):
    """A moment that matters: it happens once, whoever sweeps."""

    __tablename__ = "dues"
    __table_args__ = (
        UniqueConstraint("purpose", "subject", "due_at"),
        Index(
            "ix_dues_due_at",
            "due_at",
            postgresql_where=text("done_at IS NULL"),
            sqlite_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    purpose: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class Taken(NamedTuple):
    """A moment that is to happen now."""

    due_at: datetime
    id: UUID
    purpose: str
    subject: str


class Thoughts:
    def __init__(self, session: Session) -> None:
        self.session = session

    def request(
        self, talk: UUID, key: str, given: str, prompt: str, version: int, input: Any, now: datetime
    ) -> None:
        """Ask once for one key about one thing; an older question of the key is dropped.

        What was asked before and is wanted again (words changed to and fro) is asked again.
        """
        mine = (ThoughtRow.conversation_id == talk, ThoughtRow.key == key)
        others = (*mine, ThoughtRow.given != given, ThoughtRow.status == ASKED)
        self.session.execute(update(ThoughtRow).where(*others).values(status=DROPPED))
        same = self.session.scalars(select(ThoughtRow).where(*mine, ThoughtRow.given == given)).one_or_none()
        if same is None:
            self.session.add(
                ThoughtRow(
                    conversation_id=talk,
                    key=key,
                    given=given,
                    prompt=prompt,
                    version=version,
                    input=input,
                    created_at=now,
                )
            )
        elif same.status not in (ASKED, THINKING):
            same.status, same.version, same.input = ASKED, version, input

    def claim(self, real: datetime, most: int = 20, leases: Leases = USUAL) -> list[ThoughtRow]:
        ended = update(ThoughtRow).where(ThoughtRow.status == THINKING, ThoughtRow.leased_until < real)
        self.session.execute(ended.values(status=ASKED))
        waiting = select(ThoughtRow).where(ThoughtRow.status == ASKED).order_by(ThoughtRow.id).limit(most)
        rows = list(self.session.scalars(waiting.with_for_update(skip_locked=True)))
        for row in rows:
            row.status, row.leased_until, row.attempts = THINKING, real + leases.thought, row.attempts + 1
        return rows

    def end(
        self, id: UUID, status: str, model: str, tokens_in: int, tokens_out: int, yen: float, real: datetime
    ) -> None:
        """Note how a thought ended and what it cost; one that is asked again costs again."""
        self.set(
            id,
            status=status,
            model=model,
            tokens_in=ThoughtRow.tokens_in + tokens_in,
            tokens_out=ThoughtRow.tokens_out + tokens_out,
            yen=ThoughtRow.yen + yen,
            ended_at=real,
        )

    def tokens_since(self, real: datetime) -> int:
        """Sum what thoughts cost that ended since then."""
        return self._tokens(ThoughtRow.ended_at >= real)

    def tokens_of(self, talk: UUID) -> int:
        """Sum what the thoughts of one talk cost."""
        return self._tokens(ThoughtRow.conversation_id == talk)

    def _tokens(self, which: ColumnElement[bool]) -> int:
        both = func.sum(ThoughtRow.tokens_in + ThoughtRow.tokens_out)
        return int(self.session.scalar(select(both).where(which)) or 0)

    def set(self, id: UUID, **values: object) -> None:
        self.session.execute(update(ThoughtRow).where(ThoughtRow.id == id).values(**values))


class Dues:
    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, purpose: str, subject: str, due_at: datetime) -> None:
        """Name a moment; what happened stays done, what was called off before its time holds again."""
        mine = (DueRow.purpose == purpose, DueRow.subject == subject, DueRow.due_at == due_at)
        same = self.session.scalars(select(DueRow).where(*mine)).one_or_none()
        if same is None:
            self.session.add(DueRow(purpose=purpose, subject=subject, due_at=due_at))
        elif same.done_at is not None and same.done_at < due_at:
            same.done_at = None
        self.session.flush()

    def clear(self, subject: str, purposes: Sequence[str], now: datetime) -> None:
        """Call off what is no longer to happen.

        A row that a sweep holds right now is left to it: its moment looks at the aggregate we have locked.
        """
        mine = (DueRow.subject == subject, DueRow.purpose.in_(purposes), DueRow.done_at.is_(None))
        for row in self.session.scalars(select(DueRow).where(*mine).with_for_update(skip_locked=True)):
            row.done_at = now

    def is_named(self, purpose: str, subject: str) -> bool:
        """Tell whether a moment of this purpose is still to come."""
        mine = (DueRow.purpose == purpose, DueRow.subject == subject, DueRow.done_at.is_(None))
        return self.session.scalars(select(DueRow.id).where(*mine).limit(1)).first() is not None

    def next_after(self, now: datetime) -> datetime | None:
        """Return when something next falls due."""
        waits = (DueRow.done_at.is_(None), DueRow.due_at > now)
        return self.session.scalars(
            select(DueRow.due_at).where(*waits).order_by(DueRow.due_at).limit(1)
        ).one_or_none()

    def take(self, now: datetime, most: int = 500, but: Collection[UUID] = ()) -> list[Taken]:
        """Take what is due, in the order it fell due; the caller's transaction makes it happen once."""
        given: dict[str, object] = {"now": now, "most": most}
        given |= {"but": list(but)} if but else {}
        return sorted(Taken(*row) for row in self._taken(given))

    def take_of(self, purposes: Collection[str], now: datetime, most: int) -> list[tuple[str, str]]:
        """Take what is due of these purposes; gives the purpose and the subject of each, in no order."""
        return [
            (purpose, subject)
            for purpose, subject in self._taken(dict(now=now, most=most, purposes=[*purposes]))
        ]

    def _taken(self, given: Mapping[str, object]) -> Iterable[Any]:
        self.session.flush()
        connection = self.session.connection()
        taking = _taking(connection.dialect.name == "postgresql", "but" in given, "purposes" in given)
        return connection.execute(taking, given)


@cache
def _taking(is_postgres: bool, is_choosing: bool, is_named: bool) -> UpdateBase:
    dues, now = cast(Table, DueRow.__table__), bindparam("now", type_=Utc())
    due = select(dues.c.id).where(dues.c.done_at.is_(None), dues.c.due_at <= now)
    if is_choosing:
        due = due.where(dues.c.id.not_in(bindparam("but", expanding=True)))
    if is_named:
        due = due.where(dues.c.purpose.in_(bindparam("purposes", expanding=True)))
    first = due.order_by(dues.c.due_at, dues.c.id).limit(bindparam("most", type_=Integer()))
    first = first.with_for_update(skip_locked=True)
    # an array of ids is always looked up: a query beside the update might be run more than once
    ids = dues.c.id == any_(func.array(first.scalar_subquery())) if is_postgres else dues.c.id.in_(first)
    done = update(dues).where(ids).values(done_at=now)
    told = (dues.c.purpose, dues.c.subject)
    return done.returning(*told) if is_named else done.returning(dues.c.due_at, dues.c.id, *told)
