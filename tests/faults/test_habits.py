"""Twelve weeks of five habits: the diaries read right, nothing comes outside hours, stale or twice, whoever dies meanwhile.

``HABIT_SEEDS=20`` plays so many seeds of deaths for each habit; ``--update`` writes the diaries anew.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest

from flows.rules.calendar import JST, is_business_day
from tests.faults.habits import HABITS, OWNER, STAFF, TALENT, HabitWorld, Life
from tests.story.world import Seen

FOLDER = Path(__file__).parents[2] / "docs/transcripts/weeks"
SEEDS = range(1, int(os.environ.get("HABIT_SEEDS", "1")) + 1)
TIME = re.compile(r"(\d+)月(\d+)日\(.\) (\d+)時(?:(\d+)分)?から、")
SAME_DAY = ("まもなく", "お待ちです", "うまく入れない", "会えませんでした")


@cache
def lived(name: str, seed: int = 0, odds: float = 0.0) -> Life:
    life = Life(HabitWorld.living(seed, odds), HABITS[name])
    life.live()
    return life


@pytest.mark.parametrize("name", HABITS)
def test_a_season_reads_as_it_was_read_and_approved(name: str, request: pytest.FixtureRequest) -> None:
    """Every message to each of them, and all they did, is what somebody has read and found good."""
    path, diary = FOLDER / f"{name}.txt", lived(name).diary()
    if request.config.getoption("--update"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(diary, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == diary


@pytest.mark.parametrize("name", HABITS)
def test_nothing_comes_outside_hours_stale_or_twice(name: str) -> None:
    """Owners hear by day on business days, talents by day; no notice of what has begun; no words come twice."""
    life = lived(name)
    acted = {(who, at) for at, who, words in life.lines if words.startswith("→")}
    for who, seen in life.heard:
        here = seen.at.astimezone(JST)
        is_his = any(who == one and timedelta(0) <= seen.at - at <= timedelta(minutes=2) for one, at in acted)
        if who == OWNER and not is_his and not seen.text.startswith(SAME_DAY):
            assert is_business_day(here.date()), seen
            assert time(8) <= here.time() < time(19), seen
        if who == TALENT and not is_his:
            assert time(8) <= here.time() < time(20), seen
        if (hit := TIME.match(seen.text)) and who != STAFF:
            month, day, hour, minute = (int(part or 0) for part in hit.groups())
            assert datetime(here.year + (month < here.month), month, day, hour, minute, tzinfo=JST) > seen.at
    said = Counter((who, seen.text) for who, seen in life.heard if who != STAFF and TIME.match(seen.text))
    assert [words for words, times in said.items() if times > 1] == []


@pytest.mark.parametrize("name", HABITS)
def test_pushes_are_few(name: str) -> None:
    """What LINE counts stays small: what can wait rides on a reply or on the week's notice; a month costs six at most.

    A week whose meeting moves costs one more, for the notice of the other day; so does the hour before, where he is not
    to be trusted to know: in the first month, and while he taps nothing.
    """
    pushed = Counter((at.astimezone(JST).year, at.astimezone(JST).month) for at in lived(name).world.pushes())
    first, *later = (count for _, count in sorted(pushed.items()))
    assert first <= (FIRST_MONTH if "move" not in name else 2 * FIRST_MONTH), pushed
    assert max(later) <= (MOST_PUSHES if name in QUIET else TWICE_A_WEEK), pushed


FIRST_MONTH = 7  # the hour before is told at the first three meetings
MOST_PUSHES, TWICE_A_WEEK = 6, 8
QUIET = ("1_careful", "5_days_off")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", HABITS if len(SEEDS) > 1 else ["5_days_off"])
def test_deaths_change_nothing_anybody_reads(name: str, seed: int) -> None:
    """Processes die at any statement: each reads the same words in the same order, at most minutes later.

    Only a reply whose fate its dead sender took along may come once more, as everywhere.
    """
    calm, life = lived(name), lived(name, seed, 0.08)
    print(f"again: HABIT_SEEDS={seed} python -m pytest tests/faults/test_habits.py -k {name}")
    assert life.world.deaths > 5
    for who in (OWNER, TALENT):
        before, after = ([item for one, item in each.heard if one == who] for each in (calm, life))
        assert [item.text for item in once(after)] == [item.text for item in once(before)]
        late = [item.at - was.at for item, was in zip(once(after), once(before), strict=True)]
        assert max(late, default=timedelta(0)) < timedelta(minutes=30)


def once(heard: list[Seen]) -> list[Seen]:
    """Leave out what was said again in the same breath."""
    return [item for n, item in enumerate(heard) if not n or heard[n - 1].text != item.text]
