"""Pool: a search of everybody gives the very list that weighing everybody would give."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine

from bot.importing import columns
from bot.talent_rows import TalentRow
from flows.rules.ranking import Wanted, rank
from flows.rules.slots import mask, read_slots
from flows.rules.trades import trades_of
from prompts.knowledge import job_codes
from storage.unit_of_work import begin

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


@pytest.mark.parametrize("onsite", [0, 2])
@pytest.mark.parametrize("slot", ["", "Wed 10:00-11:00"])
def test_a_search_is_the_ranking_of_everybody(engine: Engine, slot: str, onsite: int) -> None:
    """Although it reads whole rows of a few only."""
    ids = filled(engine, 700)
    wanted = Wanted(
        "p", CODES[3], "蔵の手順", trades_of("味噌"), "長野県", 16, 3_000, mask(read_slots(slot)), onsite
    )
    with begin(engine) as work:
        found = work.pool.search(wanted, 20)
        best = rank(wanted, work.pool.candidates(ids), 20)
    assert [each.id for each in found] == [each.id for each in best]


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
