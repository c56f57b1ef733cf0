"""Rows: what is only added, many at a time, without the session's bookkeeping; and statements that are written once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Insert, Table, Uuid, bindparam, event, insert
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import NullType

T = TypeVar("T")


class RowSession(Session):
    """A session that also takes plain rows. They are written after its own changes, many of a table in one statement."""

    _rows: dict[Table, list[Mapping[str, Any]]]

    def write(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
        """Add rows, each with the same columns: at the next flush, so before anything is asked through the session."""
        if given := list(rows):
            self.waiting().setdefault(table, []).extend(given)

    def waiting(self) -> dict[Table, list[Mapping[str, Any]]]:
        if "_rows" not in self.__dict__:
            self._rows = {}
        return self._rows

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        super().flush(objects)
        rows, self._rows = self.waiting(), {}
        for table, added in rows.items():
            self.connection().execute(_inserting(table), added)


@event.listens_for(RowSession, "before_commit")
def _write(session: RowSession) -> None:
    session.flush()  # a session that has changed nothing itself would not


@event.listens_for(RowSession, "after_soft_rollback")
def _forget(session: RowSession, _transaction: Any) -> None:
    session.waiting().clear()


@cache
def _inserting(table: Table) -> Insert:
    return insert(table)


# To build a statement takes SQLAlchemy longer than a database takes to answer most of ours. Those of every turn are
# built once, with ``among`` for what differs. ``some`` lets their SQL have a few lengths only: drivers keep what they
# have prepared by its text.


def among(column: InstrumentedAttribute[Any], name: str) -> ColumnElement[bool]:
    """Compare a column with ``some`` values, given under a name when the statement runs."""
    is_id = isinstance(column.type, NullType)  # it points to a table that may not be known yet
    return column.in_(bindparam(name, type_=Uuid() if is_id else column.type, expanding=True))


def some(values: Iterable[T]) -> list[T]:
    """Return values for ``among``, the last one repeated up to a power of two."""
    found = list(values)
    wanted = 1 << (len(found) - 1).bit_length() if found else 0
    return found + found[-1:] * (wanted - len(found))
