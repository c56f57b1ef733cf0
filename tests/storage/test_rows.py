"""Rows: plain rows are written with everything else of a transaction, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select

from flows.journal import Entry
from storage.conversations import JournalEntry
from storage.outbox import Outgoing, OutMessage
from storage.rows import some
from storage.unit_of_work import Work, begin

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def write(work: Work, name: str, *keys: str) -> None:
    """Write entries in a talk of somebody's."""
    handle = work.parties.meet("line", name, "owner", NOW)
    talk = work.conversations.begin(handle.id, handle.party_id, "posting", {}, NOW)
    work.conversations.write(talk.id, [Entry(key, "はい") for key in keys], None, "test", NOW)


def count(work: Work) -> int:
    return work.session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def test_rows_are_there_when_somebody_asks(engine: Engine) -> None:
    """Whatever is asked through the session sees the rows that were added before."""
    with begin(engine) as work:
        write(work, "U1", "wish", "goal")
        assert count(work) == 2


def test_rows_are_written_at_the_commit(engine: Engine) -> None:
    """Also where the session itself has nothing to write any more."""
    with begin(engine) as work:
        write(work, "U1")
        talk = work.conversations.live(work.parties.meet("line", "U1", "owner", NOW).id)[0].id
        work.session.flush()
        work.conversations.write(talk, [Entry("wish", "はい")], None, "test", NOW)
    with begin(engine) as work:
        assert count(work) == 1


def test_rows_of_what_is_undone_are_not_written(engine: Engine) -> None:
    """A savepoint that is rolled back takes its rows along, and leaves those from before it."""
    with begin(engine) as work:
        write(work, "U1", "wish")
        savepoint = work.session.begin_nested()
        write(work, "U2", "wish")
        savepoint.rollback()
    with begin(engine) as work:
        assert count(work) == 1


def test_a_new_message_knows_every_column_of_its_row() -> None:
    """A column that is added to messages must be given, or it would be left to chance."""
    row = Outgoing("line", "{}", NOW, NOW).row()
    assert row.keys() == {column.name for column in OutMessage.__table__.columns}


@pytest.mark.parametrize(("many", "given"), [(0, 0), (1, 1), (3, 4), (4, 4), (17, 32)])
def test_lists_come_in_few_lengths(many: int, given: int) -> None:
    """Repeats change nothing of an IN; the number of texts of a statement stays small."""
    found = some(range(many))
    assert len(found) == given
    assert set(found) == set(range(many))
