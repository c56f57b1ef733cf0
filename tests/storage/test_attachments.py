"""Attachments: one try at a time, a lease that ends, and bytes that go when they are taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine

from storage.attachments import FETCHING, GONE, KEPT, NOTED, WANTED, Attachment
from storage.leases import USUAL
from storage.unit_of_work import Work, begin
from tests.bot.house import START

LATER = START + USUAL.photo


def photo(work: Work, message_id: str = "p1", status: str = WANTED, kind: str = "PHOTO") -> Attachment:
    handle = work.parties.meet("line", "U1", "owner", START)
    row = Attachment(handle_id=handle.id, message_id=message_id, kind=kind, status=status, created_at=START)
    return work.attachments.add(row)


def wanted(engine: Engine) -> UUID:
    with begin(engine) as work:
        return photo(work).id


def claims(engine: Engine, at: datetime = START) -> list[tuple[UUID, int]]:
    with begin(engine) as work:
        return [(row.id, row.attempts) for row in work.attachments.claim(at)]


def test_a_claimed_photo_is_somebody_s_until_his_lease_ends(engine: Engine) -> None:
    """Two workers never fetch one photo at once; a dead one's is taken over."""
    id = wanted(engine)
    assert claims(engine) == [(id, 1)]
    assert claims(engine, LATER - timedelta(seconds=1)) == []
    assert claims(engine, LATER) == [(id, 2)]


def test_only_the_newest_try_ends_it(engine: Engine) -> None:
    """A worker that wakes after its lease neither keeps, nor puts off, nor gives up what another has in hand."""
    id = wanted(engine)
    claims(engine)
    claims(engine, LATER)
    with begin(engine) as work:
        work.attachments.put_off(id, 1, START)
        assert not work.attachments.end(id, 1, KEPT, b"old")
        assert work.attachments.end(id, 2, KEPT, b"new")
    with begin(engine) as work:
        assert work.attachments.content(id) == b"new"
        assert not work.attachments.end(id, 2, KEPT, b"again")


def test_what_is_put_off_waits_for_its_time(engine: Engine) -> None:
    """A pause is a column."""
    id = wanted(engine)
    claims(engine)
    with begin(engine) as work:
        work.attachments.put_off(id, 1, START + timedelta(seconds=5))
    assert claims(engine, START + timedelta(seconds=4)) == []
    assert claims(engine, START + timedelta(seconds=5)) == [(id, 2)]


def test_taken_back_in_the_middle_of_a_fetch(engine: Engine) -> None:
    """The bytes that come afterwards are dropped, and the ones that were kept go."""
    id = wanted(engine)
    claims(engine)
    with begin(engine) as work:
        handle = work.parties.meet("line", "U1", "owner", START)
        assert [before for _, before in work.attachments.forget(handle.id, "p1")] == [FETCHING]
    with begin(engine) as work:
        assert not work.attachments.end(id, 1, KEPT, b"late")
        assert work.attachments.content(id) is None
        kept = photo(work, "p2", KEPT)
        kept.content = b"bytes"
        work.session.flush()
        assert work.attachments.shared_by(kept.handle_id) == 1
        work.attachments.forget(kept.handle_id, "p2")
        work.session.flush()
        work.session.refresh(kept)
        assert kept.status == GONE
        assert kept.content is None
        assert work.attachments.shared_by(kept.handle_id) == 0


def test_notes_are_counted_by_kind_and_never_fetched(engine: Engine) -> None:
    """Only the fact is kept."""
    with begin(engine) as work:
        first = photo(work, "v1", NOTED, "VIDEO")
        photo(work, "v2", NOTED, "VIDEO")
        photo(work, "f1", NOTED, "FILE")
        assert work.attachments.noted(first.handle_id, START) == {"FILE": 1, "VIDEO": 2}
        assert work.attachments.noted(first.handle_id, LATER) == {}
    assert claims(engine, LATER) == []
