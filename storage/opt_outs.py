"""Opt-outs: what a person does not want to hear of any more. One tap, and it stays so."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base


class About(Enum):
    """What may be stopped; names are released."""

    OTHERS = "他社ではこうでした"
    TIES = "お仕事の外のお誘い"


class OptOut(Base):
    """One person wants no more of one kind."""

    __tablename__ = "opt_outs"

    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), primary_key=True)
    about: Mapped[str] = mapped_column(String(8), primary_key=True)
    at: Mapped[datetime]


class OptOuts:
    def __init__(self, session: Session) -> None:
        self.session = session

    def has(self, party: UUID, about: About) -> bool:
        return self.session.get(OptOut, (party, about.name)) is not None

    def add(self, party: UUID, about: About, now: datetime) -> None:
        if not self.has(party, about):
            self.session.add(OptOut(party_id=party, about=about.name, at=now))
