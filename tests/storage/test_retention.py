"""Retention: old words go, old rows go later, and nothing that is still open or needed loses anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from bot.tidying import tidy_up
from bot.turn_thread import TurnThread
from storage import inbox, retention
from storage.conversations import CLOSED, OPEN, Conversation, JournalEntry
from storage.database import new_id
from storage.engagements import Engagement, Phase, Round
from storage.inbox import Event
from storage.outbox import DUE, FAILED, HELD, SENT, UNKNOWN, UNREACHABLE, OutMessage
from storage.parties import Handle
from storage.postings import Posting
from storage.retention import (
    BEFORE_MEETING,
    DAY,
    EVENT_BODIES,
    EVENTS,
    JOURNALS,
    MESSAGE_BODIES,
    MESSAGES,
    first_id,
)
from storage.talents import Application
from storage.unit_of_work import Work, begin

NOW = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


async def tidied(engine: Engine) -> None:
    thread = TurnThread()
    try:
        await tidy_up(engine, thread, NOW)
        await tidy_up(engine, thread, NOW)  # again changes nothing
    finally:
        thread.close()


def id_of(at: datetime, n: int) -> UUID:
    """Make an id as it would have been made then."""
    return UUID(int=first_id(at).int + n)


def message(at: datetime, n: int, status: str) -> OutMessage:
    return OutMessage(
        id=id_of(at, n),
        channel="staff",
        platform="slack",
        body="言葉",
        status=status,
        next_at=at,
        created_at=at,
    )


def event(at: datetime, n: int, status: str) -> Event:
    given: dict[str, Any] = {
        "body": {"text": "言葉"},
        "answer": {"notice": "言葉"},
        "happened_at": at,
        "received_at": at,
    }
    return Event(
        id=id_of(at, n),
        platform="line",
        external_id=f"{at}{n}",
        message_id="m1",
        status=status,
        leased_until=at,
        **given,
    )


def works_with(work: Work, owner: Handle, phase: Phase, at: datetime) -> None:
    """Let this owner have work with somebody."""
    talent = work.parties.meet("slack", "U2", "talent", at)
    texts = dict.fromkeys(
        ("wish_raw", "words_raw", "words_shown", "title", "goal", "measure", "partner"), "味噌"
    )
    posting = Posting(
        owner_id=owner.party_id,
        handle_id=owner.id,
        first_tasks=[],
        hours_month=8,
        approved_at=at,
        created_at=at,
        **texts,
    )
    work.session.add(posting)
    work.session.flush()
    application = Application(
        posting_id=posting.id,
        party_id=talent.party_id,
        handle_id=talent.id,
        answers=[],
        terms="",
        created_at=at,
    )
    work.session.add(application)
    work.session.flush()
    ids = {"posting_id": posting.id, "application_id": application.id}
    handles = {"owner_handle_id": owner.id, "talent_handle_id": talent.id}
    work.session.add(Engagement(phase=phase.name, created_at=at, **ids, **handles))


def test_ids_sort_as_their_moments() -> None:
    """The bound of a moment lies between what was made before and after it."""
    now = datetime.now(UTC)
    assert first_id(now - HOUR) < new_id() < first_id(now + HOUR)


@pytest.mark.parametrize(
    ("age", "kept", "worded"),
    [(MESSAGE_BODIES - DAY, True, True), (MESSAGE_BODIES + DAY, True, False), (MESSAGES + DAY, False, False)],
)
async def test_sent_messages_lose_their_words_and_then_their_rows(
    engine: Engine, age: timedelta, kept: bool, worded: bool
) -> None:
    """What was sent, or will never be, is forgotten by its age; what waits or failed stays whole for ever."""
    over, open = (SENT, UNREACHABLE), (DUE, HELD, FAILED, UNKNOWN)
    with begin(engine) as work:
        work.session.add_all(message(NOW - age, n, status) for n, status in enumerate((*over, *open)))
    await tidied(engine)
    with begin(engine) as work:
        found = {row.status: row.body for row in work.session.scalars(select(OutMessage))}
    assert {status: found[status] for status in open} == dict.fromkeys(open, "言葉")
    assert {status: found.get(status) for status in over} == dict.fromkeys(
        over, ("言葉" if worded else "") if kept else None
    )


@pytest.mark.parametrize(
    ("age", "kept", "worded"),
    [(EVENT_BODIES - DAY, True, True), (EVENT_BODIES + DAY, True, False), (EVENTS + DAY, False, False)],
)
async def test_done_events_lose_their_words_and_then_their_rows(
    engine: Engine, age: timedelta, kept: bool, worded: bool
) -> None:
    """A done event keeps its name, so that a redelivery is known; one that waits, failed or was parked can be replayed."""
    open = (inbox.RECEIVED, inbox.FAILED, inbox.PARKED)
    with begin(engine) as work:
        work.session.add_all(event(NOW - age, n, status) for n, status in enumerate((inbox.DONE, *open)))
    await tidied(engine)
    with begin(engine) as work:
        found = {row.status: row for row in work.session.scalars(select(Event))}
    assert all(found[status].body for status in open)
    assert (inbox.DONE in found) == kept
    if kept:
        done = found[inbox.DONE]
        assert (done.body, done.answer) == (({"text": "言葉"}, {"notice": "言葉"}) if worded else ({}, None))
        assert done.message_id == "m1"


@pytest.mark.parametrize(
    ("case", "is_kept"),
    [("closed", False), ("open", True), ("at work", True), ("work ended", False), ("young", True)],
)
async def test_journals_of_what_goes_on_stay(engine: Engine, case: str, is_kept: bool) -> None:
    """A closed talk's answers go after two years, unless its person works with somebody; an open one's never."""
    at = NOW - JOURNALS + (DAY if case == "young" else -DAY)
    with begin(engine) as work:
        handle = work.parties.meet("line", "U1", "owner", at)
        talk = Conversation(
            id=id_of(at, 1),
            handle_id=handle.id,
            party_id=handle.party_id,
            flow="hello",
            created_at=at,
            settled_at=at,
        )
        talk.subject, talk.asked, talk.status = {}, {}, OPEN if case == "open" else CLOSED
        work.session.add(talk)
        work.session.flush()
        work.session.add(JournalEntry(conversation_id=talk.id, key="wish", value="味噌", at=at))
        if "work" in case:
            phase = Phase.ENDED if case == "work ended" else Phase.RUNNING
            works_with(work, handle, phase, at)
    await tidied(engine)
    with begin(engine) as work:
        assert bool(work.session.scalars(select(JournalEntry)).all()) == is_kept
        assert work.session.scalars(select(Conversation)).one().flow == "hello"


async def test_many_rows_go_page_by_page(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than one page is done in one sweep, none of it twice."""
    monkeypatch.setattr(retention, "AT_A_TIME", 7)
    with begin(engine) as work:
        work.session.add_all(message(NOW - MESSAGE_BODIES - DAY, n, SENT) for n in range(30))
        work.session.add_all(message(NOW - MESSAGES - DAY, n, SENT) for n in range(30))
    await tidied(engine)
    with begin(engine) as work:
        assert [row.body for row in work.session.scalars(select(OutMessage))] == [""] * 30


@pytest.mark.parametrize("case", ["over", "young", "at work"])
async def test_what_two_told_each_other_before_meeting_goes_half_a_year_after_the_end(
    engine: Engine, case: str
) -> None:
    """Answers and journals of the five questions are deleted 180 days after the end, not before, never while it runs."""
    at = NOW - BEFORE_MEETING - 100 * DAY
    with begin(engine) as work:
        owner = work.parties.meet("line", "U1", "owner", at)
        works_with(work, owner, Phase.RUNNING if case == "at work" else Phase.ENDED, at)
        pair = work.session.scalars(select(Engagement)).one()
        pair.ended_at = (
            None if case == "at work" else NOW - BEFORE_MEETING + (DAY if case == "young" else -DAY)
        )
        work.session.add(Round(engagement_id=pair.id, kind="PI", owner=["味噌"], talent=["地図"]))
        work.session.add(Round(engagement_id=pair.id, kind="MF", owner=["写真"], talent=["数"]))
        for flow in ("pre_interview", "decide"):
            talk = Conversation(
                handle_id=owner.id, party_id=owner.party_id, flow=flow, created_at=at, settled_at=at
            )
            talk.subject, talk.asked, talk.status = {"engagement": pair.id.hex}, {}, CLOSED
            work.session.add(talk)
            work.session.flush()
            work.session.add(
                JournalEntry(conversation_id=talk.id, key="pi.PI1", value="味噌", raw="味噌", at=at)
            )
    await tidied(engine)
    with begin(engine) as work:
        kept = {row.kind: (row.owner, row.talent) for row in work.session.scalars(select(Round))}
        left = len(work.session.scalars(select(JournalEntry)).all())
    is_gone = case == "over"
    assert kept["PI"] == (({}, {}) if is_gone else (["味噌"], ["地図"]))
    assert kept["MF"] == (["写真"], ["数"])
    assert left == (1 if is_gone else 2)
