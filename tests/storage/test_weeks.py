"""Weeks: a list is written once, changed with a new version, and numbers are one a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine

from storage.engagements import Meeting, Side
from storage.unit_of_work import Work, begin
from storage.weeks import NO, YES, Wanted
from tests.story.stages import at, running

TWO = (Wanted(Side.OWNER, "写真を5枚"), Wanted(Side.TALENT, "説明を2本", date(2026, 12, 8)))


@pytest.fixture
def work() -> Iterator[Work]:
    engine: Engine = at(running).world.engine
    with begin(engine) as found:
        yield found


def met(work: Work) -> tuple[UUID, Meeting, Meeting]:
    """Give an engagement with its first meeting and the one after it."""
    first, second, *_ = work.session.query(Meeting).order_by(Meeting.meets_at)
    return first.engagement_id, first, second


def test_a_list_is_agreed_on_by_who_wrote_it(work: Work) -> None:
    """Whoever writes the list agrees with it; the other side has not yet."""
    _, first, _ = met(work)
    week = work.weeks.write(first, TWO, Side.TALENT, first.meets_at)
    assert (week.has_agreed(Side.TALENT), week.has_agreed(Side.OWNER)) == (True, False)
    week.agree(Side.OWNER)
    assert week.is_agreed


def test_a_change_makes_a_new_version_and_keeps_how_the_rest_went(work: Work) -> None:
    """The owner adds one thing: both must agree anew, and what was done stays done."""
    _, first, _ = met(work)
    work.weeks.write(first, TWO, Side.TALENT, first.meets_at)
    work.weeks.promises_of(first.id)[Side.TALENT][0].done = YES
    week = work.weeks.write(first, (*TWO, Wanted(Side.OWNER, "値札")), Side.OWNER, first.meets_at)
    kept = work.weeks.promises_of(first.id)
    assert week.version == 2
    assert not week.has_agreed(Side.TALENT)
    assert [item.text for item in kept[Side.OWNER]] == ["写真を5枚", "値札"]
    assert [item.done for item in kept[Side.TALENT]] == [YES]
    same = work.weeks.write(first, (*TWO, Wanted(Side.OWNER, "値札")), Side.TALENT, first.meets_at)
    assert (same.version, same.is_agreed) == (2, True)


def test_what_was_not_done_is_found_by_the_next_meeting(work: Work) -> None:
    """まだ, 途中 and unsaid come along; what is done does not."""
    _, first, second = met(work)
    work.weeks.write(first, TWO, Side.TALENT, first.meets_at)
    owners, talents = work.weeks.promises_of(first.id).values()
    owners[0].done, talents[0].done = NO, YES
    assert [item.text for item in work.weeks.open_before(second)] == ["写真を5枚"]
    assert work.weeks.open_before(first) == []


def test_one_number_a_week(work: Work) -> None:
    """A second word in the same week takes the place of the first; another week is another row."""
    engagement, first, _ = met(work)
    for value, on in ((12, date(2026, 12, 9)), (15, date(2026, 12, 11)), (18, date(2026, 12, 14))):
        work.weeks.read(engagement, value, Side.OWNER, on, first.meets_at)
    found = work.weeks.readings(engagement)
    assert [(item.week_on, item.value) for item in found] == [
        (date(2026, 12, 7), 15.0),
        (date(2026, 12, 14), 18.0),
    ]
