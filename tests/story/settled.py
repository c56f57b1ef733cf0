"""Settled: a pair that meets on Wednesdays at half past ten from 2026-12-09 on, however long the story before it takes."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from flows.rules.calendar import JST
from tests.story.stages import KICKOFF, Cast, kicking, new_cast

EARLY = datetime(2026, 10, 6, 10, tzinfo=JST)  # a Tuesday, weeks before they begin
BEGINS = datetime(2026, 12, 3, 10, tzinfo=JST)  # a Thursday


@cache
def _settled() -> Cast:
    cast = kicking(new_cast(now=EARLY))
    assert cast.world.now < BEGINS
    cast.world.now = BEGINS
    cast.talent.fill(KICKOFF)
    cast.owner.play("[これでよい]", "[続ける]")
    return cast


def settled() -> Cast:
    """Give a fresh copy of the pair on the day it begins."""
    return _settled().fork()
