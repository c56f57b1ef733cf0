"""Approaches: how a firm and a professional come nearer (関係人口): an invitation to come and see, a proposal to go further.

Each is offered to its writer once, written by him if he likes, read by the other with a notice that goes anyway, and
answered by one tap. A pair has one of each kind.
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json, new_id
from storage.engagements import Engagement, Side


class Kind(Enum):
    """What it is; names are released."""

    VISIT = "お誘い"  # step 2: to see how people live there
    IDEA = "提案"  # step 3: what he would like to do, and what the firm needs

    @property
    def writer(self) -> Side:
        return Side.OWNER if self is Kind.VISIT else Side.TALENT

    @property
    def tie(self) -> int:
        """How near the two are once the other has said yes."""
        return 2 if self is Kind.VISIT else 3


class Approach(Base):
    """One approach. ``words`` are its writer's, by name of the question; empty until he writes."""

    __tablename__ = "approaches"
    __table_args__ = (UniqueConstraint("engagement_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    kind: Mapped[str] = mapped_column(String(8))
    offered_at: Mapped[datetime]
    words: Mapped[Json] = mapped_column(default=dict)
    written_at: Mapped[datetime | None] = mapped_column(default=None)
    told_at: Mapped[datetime | None] = mapped_column(default=None)  # when the other read it
    answer: Mapped[str] = mapped_column(String(4), default="")  # yes, no
    heard_at: Mapped[datetime | None] = mapped_column(default=None)  # when its writer read the answer


class Approaches:
    """Approaches; the engagement is locked before one is written."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of(self, engagement: UUID) -> dict[Kind, Approach]:
        mine = select(Approach).where(Approach.engagement_id == engagement)
        rows = self.session.scalars(mine.execution_options(populate_existing=True))
        return {Kind[row.kind]: row for row in rows}

    def get(self, id: UUID) -> Approach | None:
        return self.session.get(Approach, id)

    def offer(self, engagement: UUID, kind: Kind, now: datetime) -> Approach:
        row = Approach(
            id=new_id(), engagement_id=engagement, kind=kind.name, offered_at=now, words={}, answer=""
        )
        self.session.add(row)
        self.session.flush()
        return row

    def forget_talent(self, handle: UUID) -> None:
        """Take out what a professional proposed, wherever he worked."""
        mine = select(Engagement.id).where(Engagement.talent_handle_id == handle)
        his = select(Approach).where(Approach.engagement_id.in_(mine), Approach.kind == Kind.IDEA.name)
        for row in self.session.scalars(his):
            row.words, row.written_at = {}, None
