"""Twelve weeks over a New Year of five pairs of one operator: what each reads is right, whoever dies meanwhile.

``YEAR_SEEDS=1,2,3`` plays so many seeds of deaths, 0 is the calm; ``YEAR=1`` the whole year too, of pairs that go on as
they were, with other terms, after a disagreement, that end early, and after seven months. ``--update`` lives calmly and
writes the diaries anew. ``python -m tests.year`` does the same.
"""

from __future__ import annotations

import os

import pytest

from tests.year.judging import differs, judge
from tests.year.played import WEEKS, YEAR, Span, lived, write, written

pytestmark = pytest.mark.postgres

SEEDS = [int(seed) for seed in os.environ.get("YEAR_SEEDS", "1").split(",")]
SPANS = (WEEKS, YEAR) if os.environ.get("YEAR") else (WEEKS,)
LEAST_DEATHS = 10


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("span", SPANS, ids=lambda span: span.name)
async def test_days_read_as_approved(span: Span, seed: int, request: pytest.FixtureRequest) -> None:
    """Doors and workers are killed: every message to each of five pairs is the one that was read and found good, in time, once, in order."""
    if request.config.getoption("--update"):
        write(span, await lived(span, 0))
    played = await lived(span, seed)
    again = f"again: python -m tests.year {span.name} --seed {seed}"
    told = differs(written(span), played.diaries)
    assert not told, f"{again}\n{told}"
    print(again, played.deaths)
    judge(played.days, played.sent)
    assert played.deaths >= LEAST_DEATHS or not seed
