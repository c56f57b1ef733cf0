"""Records: what an operator did before us, or elsewhere, from a file: postings and outcomes, known by their numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, Json

AT_ONCE = 500  # rows of one statement


class Kind(Enum):
    """What a record tells of."""

    POSTING = "posting"
    OUTCOME = "outcome"
    GONE = "gone"  # the mark of somebody who had himself forgotten


class Record(Base):
    """One line of a file, checked. ``row`` holds its fields as they are written out again."""

    __tablename__ = "records"

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    row: Mapped[Json]
    updated_at: Mapped[datetime]


@dataclass(frozen=True)
class Noted:
    """How many were new, how many changed, and how many were the same already."""

    new: int
    changed: int
    same: int


class Records:
    def __init__(self, session: Session) -> None:
        self.session = session

    def keep_all(self, kind: Kind, rows: Mapping[str, Mapping[str, Any]], now: datetime) -> Noted:
        """Write rows by their number; what is the same already is left alone."""
        known = self._known(kind, list(rows))
        new = [id for id in rows if id not in known]
        changed = [id for id, record in known.items() if record.row != rows[id]]
        self.session.add_all(Record(kind=kind.name, id=id, row=dict(rows[id]), updated_at=now) for id in new)
        for id in changed:
            known[id].row, known[id].updated_at = dict(rows[id]), now
        self.session.flush()
        return Noted(len(new), len(changed), len(rows) - len(new) - len(changed))

    def all(self, kind: Kind) -> Iterator[Mapping[str, Any]]:
        """Give all rows of a kind, in the order of their numbers."""
        mine = select(Record.row).where(Record.kind == kind.name).order_by(Record.id)
        yield from self.session.scalars(mine.execution_options(yield_per=AT_ONCE))

    def get(self, kind: Kind, id: str) -> Mapping[str, Any] | None:
        record = self.session.get(Record, (kind.name, id))
        return record.row if record else None

    def among(self, kind: Kind, ids: Collection[str]) -> list[str]:
        """Return which of these numbers are known."""
        return list(self._known(kind, ids))

    def remove(self, kind: Kind, id: str) -> None:
        if record := self.session.get(Record, (kind.name, id)):
            self.session.delete(record)

    def _known(self, kind: Kind, ids: Collection[str]) -> dict[str, Record]:
        found: dict[str, Record] = {}
        wanted = list(ids)
        for at in range(0, len(wanted), AT_ONCE):
            some = Record.kind == kind.name, Record.id.in_(wanted[at : at + AT_ONCE])
            found |= {record.id: record for record in self.session.scalars(select(Record).where(*some))}
        return found
