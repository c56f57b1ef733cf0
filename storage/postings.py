"""Postings: one small win a firm asks for, from the owner's draft to the published card."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json, new_id


class State(Enum):
    """Where a posting stands."""

    DRAFT = "下書き"  # the owner said これでよい; the firm's details are still asked
    REVIEW = "確認待ち"
    ASKED = "社長のお返事待ち"  # sent back with a question, or an edit waits for his consent
    OPEN = "募集中"
    PAUSED = "お休み中"
    CLOSED = "終了"


class Posting(Base):
    """A posting. ``wish_raw`` and ``words_raw`` are the owner's own, kept as typed and never changed."""

    __tablename__ = "postings"
    __table_args__ = (
        Index("ix_postings_state", "state"),
        Index("ix_postings_job_code_published_at", "job_code", "published_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"))
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("companies.id"), default=None, index=True)
    state: Mapped[str] = mapped_column(String(8), default=State.DRAFT.name)
    version: Mapped[int] = mapped_column(default=1)

    wish_raw: Mapped[str] = mapped_column(Text)
    words_raw: Mapped[str] = mapped_column(Text)
    words_shown: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(100))
    goal: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    first_tasks: Mapped[Json]
    partner: Mapped[str] = mapped_column(String(200))  # as the owner said it; talent see only the role
    partner_shown: Mapped[str] = mapped_column(String(200), default="")
    job_code: Mapped[str] = mapped_column(String(8), default="")
    pay_month_yen: Mapped[int | None] = mapped_column(default=None)
    pay_is_ours: Mapped[bool] = mapped_column(default=False)  # the owner could not say; our suggestion
    hours_month: Mapped[int]
    onsite_days: Mapped[int] = mapped_column(default=0)
    travel_payer: Mapped[str] = mapped_column(String(40), default="")
    changes: Mapped[Json] = mapped_column(default=list)  # what tidying changed: [[before, after], …]

    proposed: Mapped[Json] = mapped_column(
        default=None, nullable=True
    )  # a staff edit that waits for the owner's consent
    question: Mapped[str] = mapped_column(Text, default="")  # the one plain question staff sent back
    reply: Mapped[str] = mapped_column(Text, default="")  # the owner's answer to it
    lint: Mapped[Json] = mapped_column(default=list)
    taken_by: Mapped[UUID | None] = mapped_column(default=None)  # staff handle
    decided_by: Mapped[UUID | None] = mapped_column(default=None)

    approved_at: Mapped[datetime]
    promised_at: Mapped[datetime | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    channel_at: Mapped[datetime | None] = mapped_column(
        default=None
    )  # when it was put up where all talents read
    lists: Mapped[int] = mapped_column(default=0, server_default="0")  # how often applicants were shown
    looked_at: Mapped[datetime | None] = mapped_column(
        default=None
    )  # when the owner last did something about them
    hidden_from: Mapped[Json] = mapped_column(
        default=list, server_default="[]"
    )  # firms whose people see none of it
    created_at: Mapped[datetime]


class PostingChange(Base):
    """One transition: who, where, when, why, by which event."""

    __tablename__ = "posting_changes"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"), index=True)
    from_state: Mapped[str] = mapped_column(String(8))
    to_state: Mapped[str] = mapped_column(String(8))
    by: Mapped[UUID | None] = mapped_column(default=None)
    channel: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300), default="")
    from_code: Mapped[str] = mapped_column(
        String(8), default="", server_default=""
    )  # of its kind of work, if that
    to_code: Mapped[str] = mapped_column(String(8), default="", server_default="")  # was what changed
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    at: Mapped[datetime]


class Postings:
    """Postings; ``lock`` before reading what an action decides on."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, posting: Posting) -> Posting:
        self.session.add(posting)
        self.session.flush()
        return posting

    def get(self, id: UUID) -> Posting:
        return self.session.get_one(Posting, id)

    def lock(self, id: UUID) -> Posting | None:
        mine = (
            select(Posting)
            .where(Posting.id == id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return self.session.scalars(mine).one_or_none()

    def move(
        self,
        posting: Posting,
        to: State,
        *,
        by: UUID | None,
        channel: str,
        event: UUID | None,
        now: datetime,
        reason: str = "",
    ) -> None:
        """Change the state and keep the trace; every move makes older cards stale."""
        self.session.add(
            PostingChange(
                posting_id=posting.id,
                from_state=posting.state,
                to_state=to.name,
                by=by,
                channel=channel,
                reason=reason,
                event_id=event,
                at=now,
            )
        )
        posting.state = to.name
        posting.version += 1

    def note(self, posting: Posting, reason: str, now: datetime) -> None:
        """Keep what the clock brought about, for the staff to read; nothing moves."""
        stays = dict(from_state=posting.state, to_state=posting.state, channel="time")
        self.session.add(PostingChange(posting_id=posting.id, reason=reason, at=now, **stays))

    def asked_by(self, posting: UUID) -> UUID | None:
        """Return who of the staff asked the owner last, or sent him an edit."""
        mine = (PostingChange.posting_id == posting, PostingChange.to_state == State.ASKED.name)
        last = select(PostingChange.by).where(*mine).order_by(PostingChange.id.desc())
        return self.session.scalars(last).first()

    def note_code(
        self,
        posting: Posting,
        before: str,
        *,
        by: UUID | None,
        channel: str,
        event: UUID | None,
        now: datetime,
    ) -> None:
        """Keep that people put its kind of work right; where it stands does not change."""
        self.session.add(
            PostingChange(
                posting_id=posting.id,
                from_state=posting.state,
                to_state=posting.state,
                by=by,
                channel=channel,
                reason=f"仕事の分類：{before} → {posting.job_code}",
                from_code=before,
                to_code=posting.job_code,
                event_id=event,
                at=now,
            )
        )

    def of_owner(self, owner: UUID) -> list[Posting]:
        return list(
            self.session.scalars(select(Posting).where(Posting.owner_id == owner).order_by(Posting.id.desc()))
        )

    def open_newest(
        self, most: int, but: Collection[UUID] = (), codes: Collection[str] | None = None
    ) -> list[Posting]:
        """Return what is open but these, the newest first; only of some works, where ``codes`` names them."""
        open = select(Posting).where(Posting.state == State.OPEN.name, Posting.id.not_in(but))
        if codes is not None:
            open = open.where(Posting.job_code.in_(codes))
        return list(
            self.session.scalars(open.order_by(Posting.published_at.desc(), Posting.id.desc()).limit(most))
        )

    def paid_by_others(self, code: str, company: UUID | None) -> list[float]:
        """Return what each other firm pays an hour for a kind of work: its newest posting that was published."""
        named = (Posting.pay_month_yen.is_not(None), Posting.pay_is_ours.is_(False), Posting.hours_month > 0)
        rows = self.session.execute(
            select(Posting.company_id, Posting.pay_month_yen, Posting.hours_month)
            .where(Posting.job_code == code, Posting.published_at.is_not(None), *named)
            .where(Posting.company_id.is_not(None), Posting.company_id != company)
            .order_by(Posting.published_at)
        )
        return list({firm: (pay or 0) / hours for firm, pay, hours in rows}.values())

    def in_state(self, *states: State, most: int = 30) -> list[Posting]:
        names = [state.name for state in states]
        return list(
            self.session.scalars(
                select(Posting).where(Posting.state.in_(names)).order_by(Posting.id).limit(most)
            )
        )
