"""Interviews: when a firm and a professional meet before they decide, who was asked, and how it went."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json, new_id
from storage.engagements import Engagement, Meeting, Phase, Side


class Arranged(Enum):
    """How far an interview is; names are released."""

    OFFER = "日にちを決めるところ"  # somebody is asked for hours
    PICK = "お返事待ち"  # the other is asked which of them
    SET = "決まりました"
    MET = "終わりました"
    OVER = "取りやめ"


class Interview(Base):
    """One talk of a pair before they decide. ``starts_at`` stays when it is moved: calendars must take it out again.

    Every change of what was agreed raises ``version``; what a calendar shows raises ``sequence``.
    """

    __tablename__ = "interviews"
    __table_args__ = (UniqueConstraint("engagement_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"), index=True)
    number: Mapped[int]  # 1, and 2 where they meet again with who goes along in the firm
    state: Mapped[str] = mapped_column(String(8), default=Arranged.OFFER.name)
    waits_for: Mapped[str] = mapped_column(String(8), default=Side.OWNER.name)  # whose word comes next
    offered: Mapped[Json] = mapped_column(
        default=list
    )  # hours, as flows/rules/match/meeting_times.py writes them
    offers: Mapped[int] = mapped_column(default=0)  # how often hours were offered and none fitted
    starts_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    missed: Mapped[int] = mapped_column(default=0)  # how often one of them could not come
    joined: Mapped[Json] = mapped_column(default=list)  # sides who said that they are talking
    partner: Mapped[str] = mapped_column(String(8), default="")  # LINE, PHONE, ALONE; empty is not said
    version: Mapped[int] = mapped_column(default=1)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]


class CalendarKey(Base):
    """Which address of his calendar holds: an older one shows nothing."""

    __tablename__ = "calendar_keys"

    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"), primary_key=True)
    number: Mapped[int] = mapped_column(default=1)


class Invite(Base):
    """A code that the owner passes on: whoever types it first, in time, goes along as his partner."""

    __tablename__ = "invites"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"), index=True)
    code: Mapped[str] = mapped_column(String(16), index=True)
    expires_at: Mapped[datetime]
    used_by: Mapped[UUID | None] = mapped_column(default=None)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class InviteTry(Base):
    """How often somebody typed a code that was none, since when: nobody guesses his way in."""

    __tablename__ = "invite_tries"

    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime]


class Interviews:
    """Interviews of engagements; lock the engagement before reading one to change it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, engagement: Engagement, now: datetime) -> Interview:
        found = Interview(
            engagement_id=engagement.id,
            number=engagement.interview,
            offered=[],
            joined=[],
            changed_at=now,
            created_at=now,
        )
        self.session.add(found)
        self.session.flush()
        return found

    def get(self, id: UUID) -> Interview | None:
        return self.session.get(Interview, id)

    def of(self, engagement: Engagement) -> Interview | None:
        """Return the interview the two are at."""
        mine = (Interview.engagement_id == engagement.id, Interview.number == engagement.interview)
        return self.session.scalars(select(Interview).where(*mine)).one_or_none()

    def coming(self, engagement: Engagement, now: datetime) -> datetime | None:
        """Return when the two meet before they decide, where a date stands."""
        found = self.of(engagement)
        is_set = (
            found is not None and found.state == Arranged.SET.name and engagement.phase != Phase.ENDED.name
        )
        return found.starts_at if found and is_set and found.starts_at and found.starts_at > now else None

    def all_of(self, handle: UUID) -> list[tuple[Interview, Engagement]]:
        """Return everything a person has, or had, a date for: his own side's, and where he goes along."""
        rows = select(Interview, Engagement).join(Engagement, Engagement.id == Interview.engagement_id)
        mine = rows.where(_is_in(handle), Interview.starts_at.is_not(None))
        return [(row[0], row[1]) for row in self.session.execute(mine.order_by(Interview.starts_at))]

    def taken(self, handles: Collection[UUID], after: datetime, but: UUID | None = None) -> list[datetime]:
        """Return when these people have something already: interviews that stand, and weekly meetings."""
        theirs = or_(
            Engagement.owner_handle_id.in_(handles),
            Engagement.talent_handle_id.in_(handles),
            Engagement.partner_handle_id.in_(handles),
        )
        set_ = (*_stands(after), Interview.id != but)
        talks = select(Interview.starts_at).join(Engagement, Engagement.id == Interview.engagement_id)
        weekly = select(Meeting.meets_at).join(Engagement, Engagement.id == Meeting.engagement_id)
        runs = (Meeting.meets_at > after, Engagement.phase != Phase.ENDED.name)
        found = [*self.session.scalars(talks.where(theirs, *set_))]
        return [each for each in (*found, *self.session.scalars(weekly.where(theirs, *runs))) if each]

    def next_after(self, moment: datetime) -> datetime | None:
        """Return when the first interview after a moment begins, whoever meets."""
        rows = select(Interview.starts_at).join(Engagement, Engagement.id == Interview.engagement_id)
        mine = rows.where(*_stands(moment)).order_by(Interview.starts_at)
        return self.session.scalars(mine.limit(1)).first()

    def asked_of(self, owner: UUID, but: UUID) -> list[str]:
        """Return the hours an owner has put to others who have not answered yet."""
        goes_on = Engagement.phase != Phase.ENDED.name
        waits = (Interview.state == Arranged.PICK.name, Engagement.owner_handle_id == owner, goes_on)
        rows = select(Interview.offered).join(Engagement, Engagement.id == Interview.engagement_id)
        return [
            hour for each in self.session.scalars(rows.where(*waits, Interview.id != but)) for hour in each
        ]

    # --- codes

    def invite(self, code: str) -> Invite | None:
        """Return the newest code of these figures, used or not."""
        mine = select(Invite).where(Invite.code == code)
        return self.session.scalars(mine.order_by(Invite.id.desc())).first()

    def end_invites(self, engagement: UUID, now: datetime) -> None:
        """End what was handed out and not used."""
        open_ = (Invite.engagement_id == engagement, Invite.used_by.is_(None), Invite.expires_at > now)
        for invite in self.session.scalars(select(Invite).where(*open_)):
            invite.expires_at = now

    def tries(self, handle: UUID, since: datetime) -> int:
        """Count the wrong codes of somebody that are not longer ago."""
        found = self.session.get(InviteTry, handle)
        return found.count if found is not None and found.since > since else 0

    def note_try(self, handle: UUID, now: datetime, since: datetime) -> None:
        found = self.session.get(InviteTry, handle)
        if found is None:
            found = InviteTry(handle_id=handle, count=0, since=now)
            self.session.add(found)
        if found.since <= since:
            found.count, found.since = 0, now
        found.count += 1
        self.session.flush()

    # --- calendars

    def key(self, handle: UUID) -> int:
        found = self.session.get(CalendarKey, handle)
        return found.number if found else 1

    def new_key(self, handle: UUID) -> int:
        """End all addresses of his calendar that were given out."""
        found = self.session.get(CalendarKey, handle)
        if found is None:
            found = CalendarKey(handle_id=handle, number=1)
            self.session.add(found)
        found.number += 1
        self.session.flush()
        return found.number


def _stands(after: datetime) -> tuple[ColumnElement[bool], ...]:
    """A date that will be: of a pair that goes on."""
    is_set = Interview.state == Arranged.SET.name
    return (is_set, Interview.starts_at > after, Engagement.phase != Phase.ENDED.name)


def _is_in(handle: UUID) -> ColumnElement[bool]:
    return or_(
        Engagement.owner_handle_id == handle,
        Engagement.talent_handle_id == handle,
        Engagement.partner_handle_id == handle,
    )
