"""Staff: what a firm's own person at the operator tells about himself, and who stands in for him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, String, Uuid, and_, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, aliased, mapped_column

from storage.companies import Company
from storage.database import Base
from storage.parties import Handle, Party
from storage.postings import Posting, State
from storage.staff_tasks import StaffTask

T = TypeVar("T", Posting, StaffTask, Company)

ON_ITS_WAY = Posting.state.in_([State.REVIEW.name, State.ASKED.name])


class StaffProfile(Base):
    """When and where one of the staff can be reached, and who answers while he is away."""

    __tablename__ = "staff_profiles"

    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"), primary_key=True)
    hours: Mapped[str] = mapped_column(String(40), default="")  # 「平日9〜18時」
    phone: Mapped[str] = mapped_column(String(40), default="")
    deputy_id: Mapped[UUID | None] = mapped_column(ForeignKey("handles.id"), default=None)


@dataclass(frozen=True)
class Known:
    """One of the staff as owners hear of him; names are empty when nobody told us."""

    name: str
    is_staff: bool
    hours: str | None
    phone: str | None
    deputy_id: UUID | None  # if that one is still staff
    deputy: str | None


HIM, HIS, DEPUTY, THEIRS = aliased(Handle), aliased(Party), aliased(Handle), aliased(Party)
# Asked in every turn about a firm that somebody looks after: built once.
KNOWN = (
    select(
        HIS.call_name,
        HIM.is_staff,
        StaffProfile.hours,
        StaffProfile.phone,
        DEPUTY.id,
        THEIRS.call_name,
    )
    .select_from(HIM)
    .join(HIS, HIS.id == HIM.party_id)
    .outerjoin(StaffProfile, StaffProfile.handle_id == HIM.id)
    .outerjoin(DEPUTY, and_(DEPUTY.id == StaffProfile.deputy_id, DEPUTY.is_staff))
    .outerjoin(THEIRS, THEIRS.id == DEPUTY.party_id)
    .where(HIM.id == bindparam("handle", type_=Uuid()))
)


class Staff:
    """Staff profiles, and the work that hangs on a person; who left the staff channel answers for nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def profile(self, handle: UUID) -> StaffProfile:
        """Return what he told us, or a blank one that is not stored."""
        return self.session.get(StaffProfile, handle) or StaffProfile(handle_id=handle, hours="", phone="")

    def keep(self, profile: StaffProfile) -> None:
        self.session.merge(profile)

    def deputy(self, handle: UUID) -> Handle | None:
        """Return who stands in for him, if that one is still staff."""
        deputy = select(Handle).join(StaffProfile, StaffProfile.deputy_id == Handle.id)
        return self.session.scalars(
            deputy.where(StaffProfile.handle_id == handle, Handle.is_staff)
        ).one_or_none()

    def answering(self, handle: UUID | None) -> Handle | None:
        """Return who answers where this one was named: himself, his deputy when he left, or nobody."""
        named = self.session.get(Handle, handle) if handle else None
        return named if named is None or named.is_staff else self.deputy(named.id)

    def known(self, handle: UUID | None) -> Known | None:
        """Return what owners hear of who answers where this one was named; asks once where he is still staff."""
        known = self._known(handle) if handle else None
        return known if known is None or known.is_staff else self._known(known.deputy_id)

    def _known(self, handle: UUID | None) -> Known | None:
        found = self.session.execute(KNOWN, {"handle": handle}).one_or_none() if handle else None
        return Known(*found) if found else None

    def firms_of(self, handle: UUID) -> Sequence[Company]:
        """Return the firms this one looks after."""
        mine = select(Company).where(Company.staff_id == handle)
        return self.session.scalars(mine.order_by(Company.id)).all()

    def in_hand(self, handle: UUID, company: UUID) -> Sequence[Posting]:
        """Lock a firm's postings on their way that this one has taken."""
        mine = select(Posting).where(Posting.taken_by == handle, Posting.company_id == company, ON_ITS_WAY)
        held = mine.order_by(Posting.id).with_for_update(key_share=True)
        return self.session.scalars(held.execution_options(populate_existing=True)).all()

    def left_postings(self) -> Sequence[Posting]:
        """Lock the postings on their way whose taker is no longer staff."""
        return self._left(Posting, Posting.taken_by, ON_ITS_WAY)

    def left_tasks(self) -> Sequence[StaffTask]:
        """Lock the open tasks whose taker is no longer staff."""
        return self._left(StaffTask, StaffTask.taken_by, StaffTask.done_at.is_(None))

    def left_firms(self) -> Sequence[Company]:
        """Lock the firms whose 担当 is no longer staff."""
        return self._left(Company, Company.staff_id)

    def _left(
        self, kind: type[T], named: InstrumentedAttribute[UUID | None], *which: ColumnElement[bool]
    ) -> Sequence[T]:
        rows = select(kind).join(Handle, Handle.id == named).where(~Handle.is_staff, *which)
        held = rows.order_by(kind.id).with_for_update(of=kind, key_share=True)
        return self.session.scalars(held.execution_options(populate_existing=True)).all()
