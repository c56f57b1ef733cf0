"""Slots: the hour a pair meets each week, the days either is away, what was changed, and how both say it goes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Select, String, Time, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.rules.weekly.weekly_calendar import Span, Weekly, Why
from storage.companies import Membership
from storage.database import Base, new_id
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.parties import Handle
from storage.postings import Posting


class Slot(Base):
    """One version of a pair's weekly hour; a change for good brings the next, and old meetings keep theirs."""

    __tablename__ = "slots"
    __table_args__ = (UniqueConstraint("engagement_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    number: Mapped[int]
    weekday: Mapped[int]  # 0 is Monday
    at: Mapped[time] = mapped_column(Time)  # JST
    minutes: Mapped[int] = mapped_column(default=30)
    url: Mapped[str] = mapped_column(String(300), default="")
    people: Mapped[str] = mapped_column(String(300), default="")
    since: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)

    def weekly(self) -> Weekly:
        return Weekly(self.weekday, self.at, self.minutes)


class DayOff(Base):
    """Days on which a firm is closed or busy, or a talent away."""

    __tablename__ = "days_off"
    __table_args__ = (
        Index("ix_days_off_party_id", "party_id"),
        Index("ix_days_off_company_id", "company_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))  # who told us
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("companies.id"), default=None)
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    is_yearly: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)

    def span(self, why: Why) -> Span:
        return Span(self.first_on, self.last_on, why, self.is_yearly)


class Change(Enum):
    """What became of a week, or of the slot; names are released."""

    MOVED = "別の日に"
    SKIPPED = "お休み"
    CANCELLED = "中止"
    MISSED = "会えなかった"
    SLOT = "曜日や時刻の変更"


class SlotChange(Base):
    """One change, for good: never updated."""

    __tablename__ = "slot_changes"
    __table_args__ = (Index("ix_slot_changes_engagement_id_at", "engagement_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meetings.id"), default=None)
    kind: Mapped[str] = mapped_column(String(12))
    side: Mapped[str] = mapped_column(String(8), default="")  # whose wish; empty: the calendar's
    was_at: Mapped[datetime | None] = mapped_column(default=None)
    to_at: Mapped[datetime | None] = mapped_column(default=None)
    at: Mapped[datetime]


class Checkin(Base):
    """One look at how it goes, of one side: the pulse of day 30, the half-way of day 45."""

    __tablename__ = "checkins"
    __table_args__ = (
        UniqueConstraint("engagement_id", "kind", "number", "side"),
        Index("ix_checkins_engagement_id", "engagement_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    kind: Mapped[str] = mapped_column(String(8))  # PULSE, HALFWAY
    number: Mapped[int] = mapped_column(default=1)
    side: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(String(12), default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


def standstill(engagement: Engagement) -> tuple[Span, ...]:
    """Return the days on which the two do not work at all: while they rest, and after the last day."""
    rests, ends = engagement.paused_until, engagement.ends_on
    found = (Span(date.min, rests, Why.PAUSED),) if rests else ()
    return (*found, Span(ends + timedelta(days=1), date.max, Why.ENDED)) if ends else found


class Slots:
    """Slots with their weeks; the engagement is locked before anything is decided."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._riding: dict[UUID, tuple[list[Meeting], list[Checkin]]] = {}

    def expect(self, engagements: Collection[UUID]) -> None:
        """Load what waits to be asked of many pairs, in two statements."""
        self._riding = {id: ([], []) for id in engagements}
        for meeting in self.session.scalars(_to_ask().where(Meeting.engagement_id.in_(engagements))):
            self._riding[meeting.engagement_id][0].append(meeting)
        for checkin in self.session.scalars(_unasked().where(Checkin.engagement_id.in_(engagements))):
            self._riding[checkin.engagement_id][1].append(checkin)

    def forget(self, engagement: UUID) -> None:
        """Read anew what waits to be asked of a pair."""
        self._riding.pop(engagement, None)

    def current(self, engagement: Engagement, now: datetime) -> Slot:
        """Return the slot as it is now; written down from the kickoff where it is not yet a row."""
        mine = (Slot.engagement_id == engagement.id, Slot.until.is_(None))
        found = self.session.scalars(select(Slot).where(*mine).order_by(Slot.number.desc())).first()
        return found or self.add(engagement, now)

    def add(self, engagement: Engagement, now: datetime) -> Slot:
        """Begin the slot that the engagement names; the one before ends."""
        assert engagement.weekday is not None
        assert engagement.meets_at is not None
        before = self.versions(engagement.id)
        if before and before[-1].until is None:
            before[-1].until = now
        slot = Slot(
            engagement_id=engagement.id,
            number=len(before) + 1,
            weekday=engagement.weekday,
            at=engagement.meets_at,
            minutes=before[-1].minutes if before else 30,
            url=engagement.url,
            people=before[-1].people if before else str((engagement.kickoff or {}).get("KO4", ""))[:300],
            since=now,
            until=None,
        )
        self.session.add(slot)
        self.session.flush()
        return slot

    def versions(self, engagement: UUID) -> list[Slot]:
        mine = select(Slot).where(Slot.engagement_id == engagement)
        return list(self.session.scalars(mine.order_by(Slot.number)))

    def off(self, engagement: Engagement) -> tuple[Span, ...]:
        """Return the days on which the firm or the talent of a pair is away."""
        talent = select(Handle.party_id).where(Handle.id == engagement.talent_handle_id).scalar_subquery()
        owner = select(Handle.party_id).where(Handle.id == engagement.owner_handle_id).scalar_subquery()
        firm = select(Posting.company_id).where(Posting.id == engagement.posting_id).scalar_subquery()
        mine = or_(DayOff.party_id == talent, DayOff.party_id == owner, DayOff.company_id == firm)
        theirs = self.session.get_one(Handle, engagement.talent_handle_id).party_id
        rows = self.session.scalars(
            select(DayOff).where(mine, DayOff.undone_at.is_(None)).order_by(DayOff.id)
        )
        own = tuple(row.span(Why.TALENT if row.party_id == theirs else Why.FIRM) for row in rows)
        return (*standstill(engagement), *own)

    def taken(self, engagement: Engagement, after: datetime, but: UUID | None = None) -> set[datetime]:
        """Return when either of a pair meets somebody already."""
        people = (engagement.owner_handle_id, engagement.talent_handle_id)
        theirs = or_(Engagement.owner_handle_id.in_(people), Engagement.talent_handle_id.in_(people))
        rows = select(Meeting.meets_at).join(Engagement, Engagement.id == Meeting.engagement_id)
        rows = rows.where(theirs, Meeting.meets_at > after, Meeting.state == MeetingState.PLANNED.name)
        rows = rows.where(Engagement.phase != Phase.ENDED.name)
        return set(self.session.scalars(rows.where(Meeting.id != but) if but else rows))

    def weeks(self, engagement: UUID, after: datetime | None = None) -> list[Meeting]:
        """Return all weeks of a pair, those that fell out too, in the order of the calendar."""
        mine = select(Meeting).where(Meeting.engagement_id == engagement)
        mine = mine.where(Meeting.slot_at > after) if after else mine
        return list(self.session.scalars(mine.order_by(Meeting.slot_at, Meeting.id)))

    def note(
        self,
        meeting: Meeting,
        kind: Change,
        now: datetime,
        *,
        side: Side | None = None,
        was: datetime | None = None,
        to: datetime | None = None,
    ) -> None:
        self.session.add(
            SlotChange(
                engagement_id=meeting.engagement_id,
                meeting_id=meeting.id,
                kind=kind.name,
                side=side.name if side else "",
                was_at=was,
                to_at=to,
                at=now,
            )
        )
        self.session.flush()

    def changes(self, engagement: UUID, *kinds: Change) -> list[SlotChange]:
        mine = (SlotChange.engagement_id == engagement, SlotChange.kind.in_([kind.name for kind in kinds]))
        return list(self.session.scalars(select(SlotChange).where(*mine).order_by(SlotChange.at)))

    def to_ask(self, engagement: UUID) -> list[Meeting]:
        """Return the coming weeks that fall on a day off and were not asked about yet."""
        if engagement in self._riding:
            return self._riding[engagement][0]
        return list(self.session.scalars(_to_ask().where(Meeting.engagement_id == engagement)))

    def unasked(self, engagement: UUID) -> list[Checkin]:
        if engagement in self._riding:
            return self._riding[engagement][1]
        return list(self.session.scalars(_unasked().where(Checkin.engagement_id == engagement)))

    def checkin(self, engagement: UUID, kind: str, number: int, side: Side, now: datetime) -> Checkin:
        """Return one side's look, opened if it is new; the engagement is locked."""
        self._riding.pop(engagement, None)
        found = self.checkin_of(engagement, kind, number, side)
        if found is None:
            found = Checkin(engagement_id=engagement, kind=kind, number=number, side=side.name, due_at=now)
            found.asked_at, found.answer, found.answered_at = None, "", None
            self.session.add(found)
            self.session.flush()
        return found

    def checkin_of(self, engagement: UUID, kind: str, number: int, side: Side) -> Checkin | None:
        mine = (Checkin.engagement_id == engagement, Checkin.kind == kind, Checkin.number == number)
        return self.session.scalars(select(Checkin).where(*mine, Checkin.side == side.name)).one_or_none()

    def pairs_of(self, party: UUID) -> list[Engagement]:
        """Return the pairs that meet in which somebody is one side, or works at the firm."""
        theirs = select(Handle.id).where(Handle.party_id == party)
        firms = select(Membership.company_id).where(Membership.party_id == party)
        postings = select(Posting.id).where(Posting.company_id.in_(firms))
        mine = or_(
            Engagement.owner_handle_id.in_(theirs),
            Engagement.talent_handle_id.in_(theirs),
            Engagement.posting_id.in_(postings),
        )
        runs = (Engagement.weekday.is_not(None), Engagement.started_on.is_not(None))
        rows = select(Engagement).where(mine, *runs, Engagement.phase != Phase.ENDED.name)
        return list(self.session.scalars(rows.order_by(Engagement.id)))

    def add_day_off(
        self, party: UUID, company: UUID | None, first: date, last: date, now: datetime, *, is_yearly: bool
    ) -> DayOff:
        """Keep days off; told twice, they are one."""
        mine = (DayOff.party_id == party, DayOff.first_on == first, DayOff.last_on == last)
        found = self.session.scalars(select(DayOff).where(*mine, DayOff.undone_at.is_(None))).first()
        if found is None:
            found = DayOff(party_id=party, company_id=company, first_on=first, last_on=last, created_at=now)
            self.session.add(found)
        found.is_yearly = is_yearly
        self.session.flush()
        return found

    def running(self) -> list[Engagement]:
        """Return all pairs that meet, oldest first."""
        rows = select(Engagement).where(
            Engagement.started_on.is_not(None), Engagement.phase != Phase.ENDED.name
        )
        return list(self.session.scalars(rows.order_by(Engagement.id)))


def _to_ask() -> Select[Meeting]:
    return select(Meeting).where(Meeting.state == MeetingState.BLOCKED.name).order_by(Meeting.slot_at)


def _unasked() -> Select[Checkin]:
    return select(Checkin).where(Checkin.asked_at.is_(None)).order_by(Checkin.due_at, Checkin.id)
