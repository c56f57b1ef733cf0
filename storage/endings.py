"""Endings: that work ends and on which day, what is still to be done until then, and what one side asked the other."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id
from storage.engagements import Side

STAFF = "STAFF"  # who gave notice, where the staff wrote down what both had said


class Ending(Base):
    """One notice that work ends, from the day it was given until the last day, or until it was taken back."""

    __tablename__ = "endings"
    __table_args__ = (UniqueConstraint("engagement_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    number: Mapped[int]
    given_by: Mapped[str] = mapped_column(String(20))  # OWNER, TALENT, STAFF; both where both did
    why_owner: Mapped[str] = mapped_column(String(10), default="")  # a class; the staff alone read it
    why_talent: Mapped[str] = mapped_column(String(10), default="")
    told_at: Mapped[datetime]
    is_asked_why: Mapped[bool] = mapped_column(default=False)  # the talent wants to know the reason
    said_why: Mapped[str] = mapped_column(Text, default="")  # in the owner's words, as the talent read it
    handover: Mapped[str] = mapped_column(Text, default="")  # what the talent hands to the firm
    handed_at: Mapped[datetime | None] = mapped_column(default=None)
    owner_returned_at: Mapped[datetime | None] = mapped_column(default=None)
    talent_returned_at: Mapped[datetime | None] = mapped_column(default=None)
    owner_thanks: Mapped[str] = mapped_column(Text, default="")
    talent_thanks: Mapped[str] = mapped_column(Text, default="")
    shown_at: Mapped[datetime | None] = mapped_column(default=None)  # when both read the last words
    closed_at: Mapped[datetime | None] = mapped_column(default=None)  # over, or taken back

    def is_given_by(self, side: Side) -> bool:
        return side.name in self.given_by.split()

    def give(self, side: Side, why: str) -> None:
        """Add a side to those who want to end, with its reason class."""
        self.given_by = " ".join(dict.fromkeys((*self.given_by.split(), side.name)))
        if side is Side.OWNER:
            self.why_owner = why
        else:
            self.why_talent = why

    def returned(self, side: Side) -> datetime | None:
        return self.owner_returned_at if side is Side.OWNER else self.talent_returned_at

    def thanks_of(self, side: Side) -> str:
        return self.owner_thanks if side is Side.OWNER else self.talent_thanks


class Asks(Enum):
    """What one side may ask of the other around an ending; names are released."""

    PAUSE = "しばらく休む"
    RESUME = "再開する"
    SOONER = "早く終わる"
    STAY = "終わりを取り下げる"


YES, NO = "YES", "NO"


class Agreement(Base):
    """One thing that holds only with the other's free yes, and what he said. Never changed once it is answered."""

    __tablename__ = "agreements"
    __table_args__ = (Index("ix_agreements_engagement_id", "engagement_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    kind: Mapped[str] = mapped_column(String(8))
    on: Mapped[date | None] = mapped_column(Date, default=None)  # the last day of it
    asked_by: Mapped[str] = mapped_column(String(8))
    asked_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(4), default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    is_over: Mapped[bool] = mapped_column(default=False)  # asked anew, or without an object by now


class Endings:
    """Endings and agreements; the engagement is locked before anything is decided."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, id: UUID) -> Ending | None:
        return self.session.get(Ending, id, populate_existing=True)

    def current(self, engagement: UUID) -> Ending | None:
        """Return the notice that holds."""
        mine = select(Ending).where(Ending.engagement_id == engagement, Ending.closed_at.is_(None))
        return self.session.scalars(mine.order_by(Ending.number.desc())).first()

    def last(self, engagement: UUID) -> Ending | None:
        mine = select(Ending).where(Ending.engagement_id == engagement)
        return self.session.scalars(mine.order_by(Ending.number.desc())).first()

    def open(self, engagement: UUID, now: datetime) -> Ending:
        """Return the notice that holds, or begin one."""
        if (found := self.current(engagement)) is not None:
            return found
        before = self.last(engagement)
        ending = Ending(
            engagement_id=engagement, number=before.number + 1 if before else 1, given_by="", told_at=now
        )
        ending.why_owner = ending.why_talent = ending.said_why = ending.handover = ""
        ending.owner_thanks = ending.talent_thanks = ""
        ending.is_asked_why = False
        self.session.add(ending)
        self.session.flush()
        return ending

    def close(self, engagement: UUID, now: datetime) -> None:
        """The notice holds no longer, and nothing that was asked around it waits for an answer."""
        if (found := self.current(engagement)) is not None:
            found.closed_at = now
        for each in self.asked(engagement):
            each.is_over = True

    def asked(self, engagement: UUID, kind: Asks | None = None) -> list[Agreement]:
        """Return what waits for an answer."""
        mine = (Agreement.engagement_id == engagement, Agreement.answer == "", Agreement.is_over.is_(False))
        kinds = (Agreement.kind == kind.name,) if kind else ()
        return list(self.session.scalars(select(Agreement).where(*mine, *kinds).order_by(Agreement.id)))

    def ask(self, engagement: UUID, kind: Asks, side: Side, on: date | None, now: datetime) -> Agreement:
        """Write down what one side asks; an older question of the kind is not answered any more."""
        for each in self.asked(engagement, kind):
            each.is_over = True
        row = Agreement(
            engagement_id=engagement, kind=kind.name, on=on, asked_by=side.name, asked_at=now, answer=""
        )
        row.is_over = False
        self.session.add(row)
        self.session.flush()
        return row

    def agreement(self, id: UUID) -> Agreement | None:
        return self.session.get(Agreement, id, populate_existing=True)
