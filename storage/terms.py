"""Terms: every version of what the two agreed on; the newest holds, the older ones stay."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id


class How(Enum):
    """How a version came about; names are released."""

    SAME = "お二人とも同じ条件"
    WISHED = "お二人の希望が合った"
    STAFF = "担当が書いた"
    SILENCE = "お返事がなく、そのまま"


class TermsVersion(Base):
    """The hours and the pay of a month, from a day on."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("engagement_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    number: Mapped[int]  # 1 is what the first renewal agreed on; what they began with stands in the posting
    hours: Mapped[int]
    pay: Mapped[int]
    changes: Mapped[str] = mapped_column(Text, default="")
    how: Mapped[str] = mapped_column(String(8))
    from_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime]


class TermsVersions:
    """Versions of terms; the engagement is locked before one is written."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of(self, engagement: UUID) -> list[TermsVersion]:
        mine = select(TermsVersion).where(TermsVersion.engagement_id == engagement)
        return list(self.session.scalars(mine.order_by(TermsVersion.number)))

    def add(
        self, engagement: UUID, terms: tuple[int, int], how: How, now: datetime, on: date, changes: str = ""
    ) -> TermsVersion:
        """Write the next version."""
        version = TermsVersion(
            engagement_id=engagement,
            number=len(self.of(engagement)) + 1,
            hours=terms[0],
            pay=terms[1],
            changes=changes,
            how=how.name,
            from_on=on,
            made_at=now,
        )
        self.session.add(version)
        self.session.flush()
        return version
