"""Postings: every change of state leaves who, when, where and why; older cards go stale with it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, select

from storage.companies import Company, Role
from storage.postings import Posting, PostingChange, State
from storage.staff_tasks import StaffTask, TaskKind
from storage.unit_of_work import Work, begin

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def a_posting(work: Work) -> Posting:
    handle = work.parties.meet("line", "U1", "owner", NOW)
    return work.postings.add(
        Posting(
            owner_id=handle.party_id,
            handle_id=handle.id,
            wish_raw="ネットで売りたい",
            words_raw="うれしい",
            words_shown="うれしい",
            title="味噌を売る",
            goal="月10件",
            measure="月2件",
            first_tasks=["写真をとる"],
            partner="美咲",
            hours_month=20,
            approved_at=NOW,
            created_at=NOW,
        )
    )


def made(engine: Engine) -> UUID:
    with begin(engine) as work:
        return a_posting(work).id


def test_every_move_leaves_a_trace_and_makes_older_cards_stale(engine: Engine) -> None:
    """From and to, by whom, over which channel and why; the version counts up."""
    id = made(engine)
    with begin(engine) as work:
        posting = work.postings.lock(id)
        assert posting is not None
        work.postings.move(
            posting, State.REVIEW, by=None, channel="line", event=None, now=NOW, reason="これでよい"
        )
        work.postings.move(posting, State.OPEN, by=posting.handle_id, channel="slack", event=None, now=NOW)
    with begin(engine) as work:
        posting = work.postings.get(id)
        assert (posting.state, posting.version) == ("OPEN", 3)
        changes = work.session.scalars(select(PostingChange).order_by(PostingChange.id)).all()
        assert [(each.from_state, each.to_state, each.channel, each.reason) for each in changes] == [
            ("DRAFT", "REVIEW", "line", "これでよい"),
            ("REVIEW", "OPEN", "slack", ""),
        ]


def test_who_holds_the_lock_reads_the_latest(engine: Engine) -> None:
    """Ten threads that lock, read and move: each saw the version the one before it wrote."""
    id = made(engine)

    def moved(_: int) -> int:
        with begin(engine) as work:
            posting = work.postings.lock(id)
            assert posting is not None
            seen = posting.version
            work.postings.move(posting, State.REVIEW, by=None, channel="slack", event=None, now=NOW)
            return seen

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(moved, range(10))) == list(range(1, 11))


def test_postings_are_found_by_owner_and_by_state(engine: Engine) -> None:
    """An owner's own come newest first, a queue oldest first."""
    first, second = made(engine), made(engine)
    with begin(engine) as work:
        owner = work.postings.get(first).owner_id
        assert [each.id for each in work.postings.of_owner(owner)] == [second, first]
        assert [each.id for each in work.postings.in_state(State.DRAFT, State.OPEN)] == [first, second]
        assert work.postings.in_state(State.CLOSED) == []
        assert work.postings.lock(UUID(int=1)) is None


def test_no_proposal_and_an_empty_one_are_kept_apart(engine: Engine) -> None:
    """``proposed`` is None until staff propose, and again after the owner decided."""
    id = made(engine)
    for value in (None, {"TITLE": "題"}, {}, None):
        with begin(engine) as work:
            work.postings.get(id).proposed = value
        with begin(engine) as work:
            assert work.postings.get(id).proposed == value


def test_a_firm_knows_who_may_decide(engine: Engine) -> None:
    """The first yes of any decider counts; a member is none."""
    with begin(engine) as work:
        people = [work.parties.meet("line", f"U{n}", "owner", NOW).party_id for n in range(3)]
        firm = work.companies.add(
            Company(legal_name="山崎醸造", address="飯田市", contact="0265-00-1234", created_at=NOW)
        )
        for person, decides in zip(people, (True, False, True), strict=True):
            work.companies.join(firm.id, person, Role.PRESIDENT, may_decide=decides)
        id = firm.id
    with begin(engine) as work:
        assert list(work.companies.deciders(id)) == sorted([people[0], people[2]])
        found = work.companies.of_party(people[1])
        assert found is not None
        assert found.id == id


def test_a_task_is_open_until_it_is_done(engine: Engine) -> None:
    """One open task of a kind is found again; a done one is not."""
    with begin(engine) as work:
        party = work.parties.meet("line", "U1", "owner", NOW).party_id
        task = work.tasks.add(StaffTask(kind=TaskKind.CALL.name, party_id=party, created_at=NOW))
        assert work.tasks.open_of(party, TaskKind.CALL) is task
        assert work.tasks.open_of(party, TaskKind.TALK) is None
        assert work.tasks.open() == [task]
        task.done_at = NOW
    with begin(engine) as work:
        assert work.tasks.open_of(party, TaskKind.CALL) is None
        assert work.tasks.open() == []
