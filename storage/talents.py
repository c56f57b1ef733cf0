"""Talents: what a professional says of himself, and his applications."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    func,
    select,
    true,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json, new_id


class Talent(Base):
    """One profile; what an application needs besides its four answers comes from here.

    Who was imported has no handle until he comes to Slack with the same e-mail address.
    """

    __tablename__ = "talents"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    handle_id: Mapped[UUID | None] = mapped_column(ForeignKey("handles.id"), default=None)
    email: Mapped[str | None] = mapped_column(String(254), unique=True, default=None)
    name: Mapped[str] = mapped_column(String(60))
    headline: Mapped[str] = mapped_column(String(200))
    by_hand: Mapped[str] = mapped_column(Text, default="")  # what I did with my own hands
    skills: Mapped[str] = mapped_column(String(500))
    bio: Mapped[str] = mapped_column(Text, default="", server_default="")
    prefecture: Mapped[str] = mapped_column(String(8), default="", server_default="")
    tied: Mapped[Json] = mapped_column(default=list, server_default="[]")  # prefectures with ties
    hourly_yen: Mapped[int] = mapped_column(default=0, server_default="0")  # 0: not said
    times: Mapped[int] = mapped_column(
        BigInteger, default=0, server_default="0"
    )  # see flows/rules/match/slots.py
    is_remote: Mapped[bool] = mapped_column(default=True, server_default=true())  # from afar only
    is_paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_own: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # his own words: no file changes them
    is_named: Mapped[bool] = mapped_column(
        default=True, server_default=true()
    )  # owners see his name before they meet
    routine: Mapped[str] = mapped_column(Text, default="", server_default="")  # a work he made anybody's
    insurer: Mapped[str] = mapped_column(String(100), default="", server_default="")  # which, and until when
    invoice: Mapped[str] = mapped_column(String(14), default="", server_default="")  # T and 13 digits
    ties: Mapped[str] = mapped_column(String(300), default="")  # places and why
    hours_month: Mapped[int]
    slots: Mapped[str] = mapped_column(String(500))
    pay_month_yen: Mapped[int]
    employment: Mapped[str] = mapped_column(String(16))
    permission: Mapped[str] = mapped_column(String(16), default="UNKNOWN")
    conflicts: Mapped[str] = mapped_column(String(300), default="")
    insurance: Mapped[str] = mapped_column(String(16))
    updated_at: Mapped[datetime]


class TalentWork(Base):
    """One kind of work somebody has done: the share of it, from 0 to 1, told from his words until he confirms it."""

    __tablename__ = "talent_works"
    __table_args__ = (Index("ix_talent_works_code_share", "code", "share"),)

    party_id: Mapped[UUID] = mapped_column(ForeignKey("talents.party_id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    share: Mapped[float]
    is_confirmed: Mapped[bool] = mapped_column(default=False, server_default=false())  # by himself


class Stage(Enum):
    """Where an application stands; names are released."""

    APPLIED = "応募ずみ"
    SHOWN = "社長が見ています"
    MEETING = "お会いする前"
    ENGAGED = "一緒に進めています"
    DECLINED = "今回は見送り"
    WITHDRAWN = "取り下げ"
    ENDED = "終わりました"
    PASSED = "見送った募集"  # never applied for: the talent let it go by
    RELEASED = "お返事がないまま終わりました"  # two weeks without a word of the owner


AGAIN = (Stage.PASSED, Stage.WITHDRAWN, Stage.RELEASED)  # who may apply, once more or after all


class Application(Base):
    """One application: four answers, and the terms of the profile as they stood."""

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("posting_id", "party_id"),
        Index("ix_applications_posting_id_stage", "posting_id", "stage"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"))
    stage: Mapped[str] = mapped_column(String(10), default=Stage.APPLIED.name)
    version: Mapped[int] = mapped_column(default=1)
    answers: Mapped[Json]  # why, first task, experience, other
    terms: Mapped[str] = mapped_column(Text)  # one line, as shown to the owner
    decline_reason: Mapped[str] = mapped_column(String(20), default="")
    barred: Mapped[str] = mapped_column(String(80), default="", server_default="")  # why not in the list
    is_let_in: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  # by the staff, all the same
    place: Mapped[int] = mapped_column(default=0, server_default="0")  # in the order shown; 0: not yet
    reasons: Mapped[Json] = mapped_column(default=list, server_default="[]")  # as shown to the owner
    waits_from: Mapped[datetime | None] = mapped_column(default=None)  # since when he waits for a word
    on_hold_at: Mapped[datetime | None] = mapped_column(default=None)  # the owner meets somebody else first
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class Talents:
    """Profiles and applications; ``lock`` an application before deciding on it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def profile(self, party: UUID) -> Talent | None:
        return self.session.get(Talent, party)

    def keep(self, talent: Talent) -> None:
        self.session.merge(talent)

    def lock_profile(self, party: UUID) -> Talent | None:
        mine = select(Talent).where(Talent.party_id == party)
        rows = mine.with_for_update().execution_options(populate_existing=True)
        return self.session.scalars(rows).one_or_none()

    def confirmed(self, party: UUID) -> tuple[str, ...]:
        """Return the codes of the works that somebody said are his, those he has done most of ahead."""
        mine = (TalentWork.party_id == party, TalentWork.is_confirmed)
        rows = select(TalentWork.code).where(*mine).order_by(TalentWork.share.desc(), TalentWork.code)
        return tuple(self.session.scalars(rows))

    def by_email(self, email: str) -> Talent | None:
        return self.session.scalars(select(Talent).where(Talent.email == email)).one_or_none()

    def add(self, application: Application) -> Application:
        self.session.add(application)
        self.session.flush()
        return application

    def application(self, posting: UUID, party: UUID) -> Application | None:
        mine = (Application.posting_id == posting, Application.party_id == party)
        return self.session.scalars(select(Application).where(*mine)).one_or_none()

    def lock(self, id: UUID) -> Application | None:
        mine = select(Application).where(Application.id == id)
        rows = mine.with_for_update().execution_options(populate_existing=True)
        return self.session.scalars(rows).one_or_none()

    def of_posting(self, posting: UUID, *stages: Stage) -> list[Application]:
        names = [stage.name for stage in stages]
        mine = select(Application).where(Application.posting_id == posting, Application.stage.in_(names))
        return list(self.session.scalars(mine.order_by(Application.id)))

    def ready(self, posting: UUID) -> list[Application]:
        """Return who applied and may be shown now: nobody who rests or has left."""
        mine = (Application.posting_id == posting, Application.stage == Stage.APPLIED.name)
        here = select(Application).join(Talent, Talent.party_id == Application.party_id)
        rows = here.where(*mine, Talent.is_paused.is_(False))
        return list(self.session.scalars(rows.order_by(Application.id)))

    def of_party(self, party: UUID) -> list[Application]:
        mine = select(Application).where(Application.party_id == party)
        return list(self.session.scalars(mine.order_by(Application.id.desc())))

    def count(self, posting: UUID) -> int:
        """Count everybody who ever applied."""
        mine = (Application.posting_id == posting, Application.stage != Stage.PASSED.name)
        return self.session.scalars(select(func.count()).select_from(Application).where(*mine)).one()
