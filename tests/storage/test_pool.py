"""Pool: a search of everybody gives the very list that weighing everybody would give."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from bot.tables.importing import columns
from bot.tables.talent_rows import TalentRow
from flows.rules.match.ranking import LEAST_WORK, Wanted, rank
from flows.rules.match.slots import mask, read_slots
from flows.rules.match.trades import trades_of
from prompts.knowledge import job_codes
from storage.engagements import Engagement, Phase
from storage.postings import Posting
from storage.talents import Application
from storage.unit_of_work import Work, begin

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CODES = sorted(job_codes())
TEXTS = ("自分で直した", "手順をマニュアルにした", "味噌の蔵", "経理")


def filled(engine: Engine, many: int) -> list[UUID]:
    luck = random.Random(7)
    rows = {
        f"t{number}@example.com": TalentRow(
            email=f"t{number}@example.com",
            name=f"試験 {number}",
            bio=luck.choice(TEXTS),
            hours=luck.choice((0, 8, 20, 40)),
            hourly_yen=luck.choice((0, 2_000, 4_000, 9_000)),
            slots=read_slots(luck.choice(("", "Wed 10:00-12:00", "Fri 13:00-15:00", "Sat 9:00-12:00"))),
            prefecture=luck.choice(("", "東京都", "長野県")),
            tied=luck.choice(((), ("長野県",))),
            is_remote=luck.random() < 0.5,
        )
        for number in range(many)
    }
    with begin(engine) as work:
        kept = work.pool.keep_all({email: columns(row) for email, row in rows.items()}, NOW)
        works = {id: {luck.choice(CODES[:14]): luck.random() for _ in range(3)} for id in kept.new.values()}
        work.pool.keep_works(works)
    return list(kept.new.values())


def wish(luck: random.Random, number: int) -> Wanted:
    return Wanted(
        id=f"p{number}",
        code=luck.choice(CODES[:14]),
        text=luck.choice(("蔵の手順", "")),
        trades=luck.choice((frozenset(), trades_of("味噌"))),
        prefecture=luck.choice(("", "長野県")),
        hours=luck.choice((0, 16, 30)),
        hourly_yen=luck.choice((None, 1_500, 3_000)),
        times=mask(read_slots(luck.choice(("", "Wed 10:00-11:00")))),
        onsite_days=luck.choice((0, 2)),
    )


def test_a_search_is_the_ranking_of_everybody(engine: Engine) -> None:
    """Although it reads the words of a few only: the same people, scores, reasons and order, for any wish and any number."""
    ids, luck = filled(engine, 700), random.Random(11)
    with begin(engine) as work:
        for number, id in enumerate(ids[:40]):
            worked(work, id, renewed=number % 2)
    with begin(engine) as work:
        everybody = work.pool.candidates(ids)
        for number in range(30):
            wanted, most = wish(luck, number), luck.choice((1, 5, 20, 800))
            assert work.pool.search(wanted, most) == rank(wanted, everybody, most)


def worked(
    work: Work, party: UUID, renewed: int = 0, phase: Phase = Phase.ENDED, has_begun: bool = True
) -> None:
    """Let somebody have worked with a firm."""
    owner = work.parties.meet("line", f"U{party.hex}", "owner", NOW)
    texts = dict.fromkeys(
        ("wish_raw", "words_raw", "words_shown", "title", "goal", "measure", "partner"), "味噌"
    )
    posting = work.postings.add(
        Posting(
            owner_id=owner.party_id, handle_id=owner.id, first_tasks=[], hours_month=8, approved_at=NOW,
            created_at=NOW, **texts,
        )
    )  # fmt: skip
    ids = {"posting_id": posting.id, "handle_id": owner.id, "party_id": party}
    application = work.talents.add(Application(**ids, answers=[], terms="", created_at=NOW))
    work.engagements.add(
        Engagement(
            posting_id=posting.id, application_id=application.id, owner_handle_id=owner.id,
            talent_handle_id=owner.id, phase=phase.name, renewed=renewed, created_at=NOW,
            started_on=NOW.date() if has_begun else None,
        )
    )  # fmt: skip


def test_a_record_is_what_went_on_here(engine: Engine) -> None:
    """Little says little; who has begun nothing, or is in the middle of it, has no record and a newcomer's place."""
    twice, once, running, undone, new = filled(engine, 5)
    with begin(engine) as work:
        worked(work, twice, renewed=1)
        worked(work, twice, renewed=2, phase=Phase.RUNNING)
        worked(work, once)
        worked(work, running, phase=Phase.RUNNING)
        worked(work, undone, has_begun=False)
    with begin(engine) as work:
        records = [each.record for each in work.pool.candidates([twice, once, running, undone, new])]
    assert records == [pytest.approx(3 / 4), pytest.approx(1 / 3), None, None, None]


def test_records_of_many_are_one_question(engine: Engine) -> None:
    """However many people are loaded: works, records and rows, a statement each."""
    ids = filled(engine, 50)
    asked: list[str] = []
    with begin(engine) as work:
        event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        work.pool.candidates(ids)
    assert len([each for each in asked if each.startswith("SELECT")]) == 3


def test_who_came_or_changed_is_in_the_very_next_ranking(engine: Engine) -> None:
    """Somebody new, another price, other works: nothing of a ranking is kept from one to the next."""
    filled(engine, 60)
    wanted = Wanted("p", CODES[3], "", frozenset(), hourly_yen=3_000)
    row = columns(TalentRow(email="new@example.com", name="新しい人", hourly_yen=3_000, hours=20))

    def placed(changed: dict[str, object], share: float) -> bool:
        with begin(engine) as work:
            kept = work.pool.keep_all({"new@example.com": row | changed}, NOW)
            [id] = (kept.new | kept.changed).values()
            work.pool.keep_works({id: {CODES[3]: share}})
        with begin(engine) as work:
            return id.hex in [each.id for each in work.pool.search(wanted, 60)]

    assert placed({"bio": "自分で直した"}, 1.0)
    assert not placed({"hourly_yen": 9_000}, 1.0)
    assert placed({"hourly_yen": 3_100}, 1.0)
    assert not placed({"hourly_yen": 3_200}, LEAST_WORK - 0.1)


def test_who_pauses_is_not_found(engine: Engine) -> None:
    """An edit is seen by the very next search."""
    filled(engine, 60)
    wanted = Wanted("p", CODES[3], "", frozenset())
    with begin(engine) as work:
        before = work.pool.search(wanted, 60)
        talent = work.talents.profile(UUID(before[0].id))
        assert talent is not None
        talent.is_paused = True
    with begin(engine) as work:
        assert [each.id for each in work.pool.search(wanted, 60)] == [each.id for each in before[1:]]
