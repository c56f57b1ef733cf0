"""Twelve weeks over a New Year of five pairs of one operator: what each reads is right, whoever dies meanwhile.

``YEAR_SEEDS=1,2,3`` plays so many seeds of deaths, 0 is the calm; ``--update`` lives calmly and writes the diaries anew.
``python -m tests.year`` does the same, and the whole year.
"""

from __future__ import annotations

import os

import pytest

from tests.year.judging import differs, judge
from tests.year.played import WEEKS, lived, write, written

pytestmark = pytest.mark.postgres

SEEDS = [int(seed) for seed in os.environ.get("YEAR_SEEDS", "1").split(",")]
LEAST_DEATHS = 20


@pytest.mark.parametrize("seed", SEEDS)
async def test_twelve_weeks_read_as_approved(seed: int, request: pytest.FixtureRequest) -> None:
    """Doors and workers are killed: every message to each of five pairs is the one that was read and found good, in time, once, in order."""
    if request.config.getoption("--update"):
        write(WEEKS, await lived(WEEKS, 0))
    played = await lived(WEEKS, seed)
    again = f"again: python -m tests.year weeks --seed {seed}"
    told = differs(written(WEEKS), played.diaries)
    assert not told, f"{again}\n{told}"
    print(again, played.deaths)
    judge(played.days, played.sent)
    assert played.deaths >= LEAST_DEATHS or not seed
