"""Companies: the firm, what the law wants shown of it, and who in it may do what."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id
from storage.records import Noted
from storage.rows import among, some


class Role(Enum):
    """What somebody is in the firm. 社長 decides, 部長 drives, 担当者 works with the talent."""

    PRESIDENT = "社長"
    MANAGER = "部長"
    MEMBER = "担当者"


class Company(Base):
    """A firm. Name, address and contact must stand on every posting (フリーランス法 12条)."""

    __tablename__ = "companies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    legal_name: Mapped[str] = mapped_column(String(200))
    corporate_number: Mapped[str] = mapped_column(String(13), default="")
    address: Mapped[str] = mapped_column(String(300))
    contact: Mapped[str] = mapped_column(String(200))
    decider: Mapped[str] = mapped_column(Text, default="")
    industry: Mapped[str] = mapped_column(String(100), default="")
    checked_by: Mapped[UUID | None] = mapped_column(default=None)
    staff_id: Mapped[UUID | None] = mapped_column(
        default=None, index=True
    )  # the handle of who looks after the firm
    created_at: Mapped[datetime]


class Membership(Base):
    """One person's role in one firm."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("company_id", "party_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("companies.id"))
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    may_decide: Mapped[bool] = mapped_column(default=False)


THEIRS = select(Membership.party_id, Company).join(Company, Membership.company_id == Company.id)
THEIRS = THEIRS.where(among(Membership.party_id, "parties")).order_by(Company.id)


class Companies:
    def __init__(self, session: Session) -> None:
        self.session = session
        self._of_party: dict[UUID, Company | None] = {}

    def expect(self, parties: Collection[UUID]) -> None:
        """Load the firms of many people at once."""
        rows = self.session.execute(THEIRS, {"parties": some(parties)})
        self._of_party = {**dict.fromkeys(parties), **dict(rows.all())}

    def get(self, id: UUID) -> Company:
        return self.session.get_one(Company, id)

    def lock(self, id: UUID) -> Company | None:
        mine = select(Company).where(Company.id == id).with_for_update(key_share=True)
        return self.session.scalars(mine.execution_options(populate_existing=True)).one_or_none()

    def of_party(self, party: UUID) -> Company | None:
        """Return the firm a person belongs to, the newest if there are several."""
        if party in self._of_party:
            return self._of_party[party]
        mine = select(Company).join(Membership, Membership.company_id == Company.id)
        return self.session.scalars(
            mine.where(Membership.party_id == party).order_by(Company.id.desc())
        ).first()

    def add(self, company: Company) -> Company:
        self.session.add(company)
        self.session.flush()
        return company

    def join(self, company: UUID, party: UUID, role: Role, *, may_decide: bool) -> None:
        self._of_party.clear()
        self.session.add(
            Membership(company_id=company, party_id=party, role=role.name, may_decide=may_decide)
        )

    def everyone(self) -> Iterator[Company]:
        """Give all firms, in the order of their numbers and names."""
        yield from self.session.scalars(
            select(Company).order_by(Company.corporate_number, Company.legal_name, Company.id)
        )

    def keep_all(self, rows: Mapping[str, Mapping[str, Any]], now: datetime) -> Noted:
        """Write firms by number, or by name and address where they have none; columns of ``Company``.

        Of a firm that somebody here speaks for, only what is empty is filled: his word counts more than a file.
        """
        known = {_key(firm): firm for firm in self.everyone()}
        spoken_for = set(self.session.scalars(select(Membership.company_id)))
        new = changed = 0
        for key, row in rows.items():
            firm = known.get(key)
            if firm is None:
                self.session.add(Company(**row, created_at=now))
                new += 1
                continue
            told = {
                name: value
                for name, value in row.items()
                if getattr(firm, name) != value and not (firm.id in spoken_for and getattr(firm, name))
            }
            for name, value in told.items():
                setattr(firm, name, value)
            changed += bool(told)
        self.session.flush()
        return Noted(new, changed, len(rows) - new - changed)

    def deciders(self, company: UUID) -> Sequence[UUID]:
        """Return who may say yes for the firm; the first yes counts."""
        mine = select(Membership.party_id).where(Membership.company_id == company, Membership.may_decide)
        return self.session.scalars(mine.order_by(Membership.party_id)).all()


def _key(firm: Company) -> str:
    return firm.corporate_number or f"{firm.legal_name}\n{firm.address}"
