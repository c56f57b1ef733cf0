"""Invitations: a talent is asked to look at a posting, once ever; by DM, or on a Monday with others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json, new_id
from storage.parties import Handle
from storage.postings import Posting, State
from storage.talents import Application, Talent, TalentWork

_WAITS = "sent_at IS NULL"


class Way(Enum):
    """How an invitation goes; names are released."""

    DM = "すぐに"
    DIGEST = "月曜のまとめ"


class Answer(Enum):
    """What came of it; names are released."""

    ASKED = "質問した"
    PASSED = "見送った"
    APPLIED = "応募した"


class Invitation(Base):
    """One posting put to one talent, with the reasons as they stood.

    ``wave`` is the search that found him, ``place`` where he stood in it. ``sent_at`` is when it goes out; without one it
    waits for a Monday. ``seen_at`` is the first sign that he looked: a button of it, or our DM or Home opened since.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        UniqueConstraint("posting_id", "party_id"),
        Index("ix_invitations_party_id_sent_at", "party_id", "sent_at"),
        Index("ix_invitations_digest_id", "digest_id"),
        Index(
            "ix_invitations_waiting",
            "handle_id",
            postgresql_where=text(_WAITS),
            sqlite_where=text(_WAITS),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"))
    wave: Mapped[int]
    place: Mapped[int]
    way: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[Json]
    digest_id: Mapped[UUID | None] = mapped_column(default=None)  # the Monday's message it went out in
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(String(8), default="")
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class InvitationStop(Base):
    """おすすめを止める: who has a row here is not invited."""

    __tablename__ = "invitation_stops"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    at: Mapped[datetime]


def may_be_invited(posting: Posting, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say in SQL, of a ``Talent``, that he may be invited to a posting: reached, willing, and not asked before."""
    theirs = (Handle.id == Talent.handle_id, Handle.is_reachable, Handle.is_staff.is_(False))
    is_free = or_(Handle.busy_until.is_(None), Handle.busy_until <= now)
    asked = select(Invitation.id).where(
        Invitation.posting_id == posting.id, Invitation.party_id == Talent.party_id
    )
    knows = select(Application.id).where(
        Application.posting_id == posting.id, Application.party_id == Talent.party_id
    )
    stopped = select(InvitationStop.party_id).where(InvitationStop.party_id == Talent.party_id)
    return (
        Talent.handle_id.is_not(None),
        Talent.is_paused.is_(False),
        Talent.party_id != posting.owner_id,
        select(Handle.id).where(*theirs, is_free).exists(),
        ~asked.exists(),
        ~knows.exists(),
        ~stopped.exists(),
    )


class Invitations:
    """Invitations of one transaction. Lock the people's handles before you count what they had."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.searches = 0  # of everybody, in this transaction

    def add(self, rows: Iterable[Invitation]) -> None:
        self.session.add_all(rows)
        self.session.flush()

    def get(self, id: UUID) -> Invitation | None:
        return self.session.get(Invitation, id)

    def of(self, posting: UUID, party: UUID) -> Invitation | None:
        mine = (Invitation.posting_id == posting, Invitation.party_id == party)
        return self.session.scalars(select(Invitation).where(*mine)).one_or_none()

    def of_posting(self, posting: UUID) -> list[Invitation]:
        mine = select(Invitation).where(Invitation.posting_id == posting)
        return list(self.session.scalars(mine.order_by(Invitation.wave, Invitation.place)))

    def of_digest(self, digest: UUID) -> list[Invitation]:
        """Return what one Monday's message holds, the best fit first."""
        mine = select(Invitation).where(Invitation.digest_id == digest)
        return list(self.session.scalars(mine.order_by(Invitation.place, Invitation.id)))

    def willing(self, posting: Posting, parties: Collection[UUID], now: datetime) -> dict[UUID, UUID]:
        """Return who of these may be invited, with their handles."""
        asked = select(Talent.party_id, Talent.handle_id).where(Talent.party_id.in_(parties))
        rows = self.session.execute(asked.where(*may_be_invited(posting, now)))
        return {party: handle for party, handle in rows if handle is not None}

    def out_of_reach(self, code: str, least: float) -> int:
        """Count who has done a work but never came to Slack."""
        done = (TalentWork.code == code, TalentWork.share >= least)
        of_work = select(func.count()).select_from(TalentWork).join(Talent).where(*done)
        return self.session.scalars(of_work.where(Talent.handle_id.is_(None), ~Talent.is_paused)).one()

    def had(self, parties: Collection[UUID], since: datetime) -> dict[UUID, int]:
        """Count whom how many DMs went to since then, with those that wait for his morning."""
        mine = (
            Invitation.party_id.in_(parties),
            Invitation.way == Way.DM.name,
            Invitation.sent_at > since,
        )
        rows = select(Invitation.party_id, func.count()).where(*mine).group_by(Invitation.party_id)
        return dict(self.session.execute(rows).all())

    def waiting(self, handle: UUID) -> list[Invitation]:
        """Return what waits for a person's Monday and still is news to him, the best fit first."""
        knows = select(Application.id).where(
            Application.posting_id == Invitation.posting_id, Application.party_id == Invitation.party_id
        )
        mine = (
            Invitation.handle_id == handle,
            Invitation.sent_at.is_(None),
            Posting.state == State.OPEN.name,
        )
        rows = (
            select(Invitation)
            .join(Posting, Posting.id == Invitation.posting_id)
            .where(*mine, ~knows.exists())
        )
        return list(self.session.scalars(rows.order_by(Invitation.place, Invitation.id)))

    def see(self, party: UUID, now: datetime) -> None:
        """He opened our DM or the Home: what went out before stood there."""
        mine = (Invitation.party_id == party, Invitation.sent_at <= now, Invitation.seen_at.is_(None))
        self.session.execute(update(Invitation).where(*mine).values(seen_at=now))

    def answered(self, posting: UUID, party: UUID, answer: Answer, now: datetime) -> Invitation | None:
        """Keep what came of an invitation; None when there was none, or it says so already."""
        mine = self.of(posting, party)
        if mine is None or mine.answer == answer.name:
            return None
        mine.answer, mine.answered_at, mine.seen_at = answer.name, now, mine.seen_at or now
        return mine

    def has_stopped(self, party: UUID) -> bool:
        return self.session.get(InvitationStop, party) is not None

    def stop(self, party: UUID, now: datetime) -> None:
        self.session.merge(InvitationStop(party_id=party, at=now))

    def resume(self, party: UUID) -> None:
        if (stopped := self.session.get(InvitationStop, party)) is not None:
            self.session.delete(stopped)
            self.session.flush()

    def counts(self, postings: Sequence[UUID]) -> dict[UUID, int]:
        """Count the invitations of postings."""
        mine = select(Invitation.posting_id, func.count()).where(Invitation.posting_id.in_(postings))
        return dict(self.session.execute(mine.group_by(Invitation.posting_id)).all())
