"""Inbox: every event that reached us, stored before it is answered, acted on once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Index, String, Table, Text, UniqueConstraint, literal, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json, new_id
from storage.leases import USUAL, Leases
from storage.rows import among, some

RECEIVED, DONE, FAILED, PARKED = "received", "done", "failed", "parked"
STUCK = f"status in ('{FAILED}', '{PARKED}')"  # as the index has it
MOST_ATTEMPTS = 3  # an event that killed its process three times is parked


class Event(Base):
    """One thing that happened. ``body`` is the platform's own JSON, masked; ``answer`` is our HTTP answer to it."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("platform", "external_id"),
        Index(
            "ix_events_leased_until",
            "leased_until",
            postgresql_where=text("status = 'received'"),
            sqlite_where=text("status = 'received'"),
        ),
        Index(
            "ix_events_message_id",
            "message_id",
            postgresql_where=text("message_id <> ''"),
            sqlite_where=text("message_id <> ''"),
        ),
        Index(
            "ix_events_stuck",
            "id",
            postgresql_where=text(STUCK),
            sqlite_where=text(STUCK),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    platform: Mapped[str] = mapped_column(String(8))
    external_id: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(64), default="")
    message_id: Mapped[str] = mapped_column(String(64), default="", server_default="")  # theirs, for unsend
    kind: Mapped[str] = mapped_column(String(40), default="")
    body: Mapped[dict[str, Any]]
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(8), default=RECEIVED)
    attempts: Mapped[int] = mapped_column(default=1)
    leased_until: Mapped[datetime]
    answer: Mapped[Json] = mapped_column(default=None, nullable=True)
    error: Mapped[str] = mapped_column(Text, default="")


EVENTS = cast(Table, Event.__table__)
CLAIM = (  # the ORM reads what comes back, and need not look at what is written
    select(Event)
    .from_statement(
        update(EVENTS)
        .where(among(Event.id, "ids"), EVENTS.c.status == RECEIVED)
        .values(status=DONE)
        .returning(EVENTS)
    )
    .execution_options(populate_existing=True)
)
HERE = select(
    Event.platform, Event.external_id
).where(  # the platform first, as in the index: else all of it is read
    among(Event.platform, "platforms"), among(Event.external_id, "again")
)


def _message_of(body: dict[str, Any]) -> str:
    """Give the id of the message an event brought, changes, or takes back; Slack's is its moment."""
    message = body.get("message") or body.get("unsend") or _of_slack(body.get("event"))
    id = (message.get("id") or message.get("messageId")) if isinstance(message, dict) else None
    return id if isinstance(id, str) and len(id) <= 64 else ""


def _of_slack(event: Any) -> dict[str, Any]:
    if not isinstance(event, dict) or event.get("type") != "message":
        return {}
    changed = event.get("message")
    shown = changed if isinstance(changed, dict) else event
    return {"id": event.get("deleted_ts") or shown.get("ts")}


@dataclass(frozen=True)
class Arrival:
    """An event as it came in through the door; ``reply_token`` is LINE's, short-lived, kept apart from the body."""

    platform: str
    external_id: str
    sender: str
    kind: str
    body: dict[str, Any]
    happened_at: datetime
    masked: tuple[str, ...] = ()

    @property
    def name(self) -> tuple[str, str]:
        return self.platform, self.external_id

    @property
    def is_again(self) -> bool:
        """LINE says of what it brings again that it does."""
        context = self.body.get("deliveryContext")
        return isinstance(context, dict) and context.get("isRedelivery") is True


@cache
def _fresh(dialect: str) -> Any:
    insert = postgresql.insert(Event) if dialect == "postgresql" else sqlite.insert(Event)
    return insert.on_conflict_do_nothing().returning(Event.id)


class Inbox:
    def __init__(self, session: Session) -> None:
        self.session = session

    def store(self, arrivals: Sequence[Arrival], now: datetime, leases: Leases = USUAL) -> list[UUID | None]:
        """Keep events, leased to us; None stands for one that was here already."""
        known = self._known(arrivals)
        ids = iter(self._insert([item for item in arrivals if item.name not in known], now, leases))
        return [None if item.name in known else next(ids) for item in arrivals]

    def _known(self, arrivals: Sequence[Arrival]) -> set[tuple[str, str]]:
        """Say which of those brought again are here. An insert would wait for the very turn that takes its event,
        and everybody behind it too: the more is brought again, the more comes late."""
        again = [item for item in arrivals if item.is_again]
        if not again:
            return set()
        platforms, ids = {item.platform for item in again}, [item.external_id for item in again]
        return {
            (row.platform, row.external_id)
            for row in self.session.execute(HERE, {"platforms": some(platforms), "again": some(ids)})
        }

    def _insert(self, arrivals: Sequence[Arrival], now: datetime, leases: Leases) -> list[UUID | None]:
        if not arrivals:
            return []
        rows = [
            dict(
                id=new_id(),
                platform=item.platform,
                external_id=item.external_id,
                sender=item.sender,
                message_id=_message_of(item.body),
                kind=item.kind,
                body=item.body,
                happened_at=item.happened_at,
                received_at=now,
                status=RECEIVED,
                attempts=1,
                leased_until=now + leases.event,
                answer=None,
                error="",
            )
            for item in arrivals
        ]
        ordered = sorted(
            rows, key=lambda row: str(row["external_id"])
        )  # one order of locks for all processes
        # rows beside the statement, not in it: SQLAlchemy then compiles it once, not for every webhook
        fresh = _fresh(self.session.get_bind().dialect.name)
        new = set(self.session.connection().scalars(fresh, ordered).all())
        return [row["id"] if row["id"] in new else None for row in rows]  # type: ignore[misc]

    def find(self, platform: str, external_id: str) -> Event | None:
        return self.session.scalars(
            select(Event).where(Event.platform == platform, Event.external_id == external_id)
        ).one_or_none()

    def answers(self, ids: Iterable[UUID]) -> dict[UUID, Json]:
        """Give what events were answered, as it was kept."""
        known = select(Event.id, Event.answer).where(Event.id.in_(list(ids)))
        return dict(self.session.execute(known).all())

    def from_to(self, sender: str, first: UUID, before: UUID) -> list[Event]:
        """Give what somebody did from one event of his on, up to another; both are near."""
        between = select(Event).where(Event.id >= first, Event.id < before, Event.sender == sender)
        return list(self.session.scalars(between.order_by(Event.id)))

    def claim(self, ids: Sequence[UUID]) -> list[Event]:
        """Mark events done, exactly once; whoever gets a row carries it. In the order of their ids."""
        return sorted(self.session.scalars(CLAIM, {"ids": some(ids)}), key=lambda event: event.id)

    def lease_abandoned(
        self, now: datetime, leases: Leases = USUAL, most: int = 100
    ) -> tuple[list[UUID], list[UUID]]:
        """Take over events whose process died. Return those to try again, and those now parked.

        Many at once the first time. What died twice goes alone: the others that were in the same hands may have
        done nothing but wait, and must not be parked beside the one that kills.
        """
        is_open = Event.status == literal(RECEIVED, literal_execute=True)  # as its index says
        ended = select(Event.id).where(is_open, Event.leased_until < now).order_by(Event.id)
        ended = ended.with_for_update(skip_locked=True)
        ids = self.session.scalars(ended.where(Event.attempts == 1).limit(most)).all()
        ids = ids or self.session.scalars(ended.limit(1)).all()
        again, parked = [], []
        for event in self.session.scalars(select(Event).where(Event.id.in_(ids)).order_by(Event.id)):
            if event.attempts >= MOST_ATTEMPTS:
                event.status = PARKED
                parked.append(event.id)
            else:
                event.attempts += 1
                event.leased_until = now + leases.event
                again.append(event.id)
        return again, parked

    def set(self, id: UUID, **values: Any) -> None:
        self.session.execute(update(Event).where(Event.id == id).values(**values))

    def failed(self) -> list[UUID]:
        stuck = select(Event.id).where(text(STUCK)).order_by(Event.id)
        return list(self.session.scalars(stuck))

    def reopen(self, ids: Sequence[UUID], now: datetime) -> None:
        """Give failed events another life, after the mend."""
        again = dict(status=RECEIVED, attempts=1, leased_until=now, error="")
        self.session.execute(
            update(Event).where(Event.id.in_(ids), Event.status.in_((FAILED, PARKED))).values(**again)
        )
