"""Every operation: the n-th statement, commit or call of the whole journey fails, for any n, in each of four ways.

``EVERY_OPERATION=all`` takes every n in all four (an hour), ``EVERY_OPERATION=500`` so many, drawn by
``EVERY_OPERATION_SEED``, and ``EVERY_OPERATION=12.240:LOST`` the one that a failure names.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.databases import migrated_file
from tests.faults.boundary import Fault, Operation
from tests.faults.ends import End, assert_same, end_of, posted_again
from tests.faults.journey import JOURNEY
from tests.faults.lifetimes import Moment, Town, a_town, kept

WHICH = os.environ.get("EVERY_OPERATION", "50")
SEED = int(os.environ.get("EVERY_OPERATION_SEED", "1"))
FAULTS = (Fault.EXCEPTION, Fault.KILL, Fault.HANG, Fault.LOST)
GOES_ON = 3  # each third strike is followed into the next act, to see that the story does go on


@dataclass(frozen=True)
class Stage:
    """One act as it goes on a calm day: how things stand before, how many operations it takes, how it ends."""

    before: Moment
    operations: int
    end: End


@dataclass(frozen=True)
class Strike:
    """A fault at the n-th operation of an act."""

    act: int
    n: int
    fault: Fault

    def __str__(self) -> str:
        return f"{self.act}.{self.n}:{self.fault.name}"


class AtOperation:
    """Counts what goes by, and strikes once."""

    def __init__(self, n: int = -1, fault: Fault = Fault.KILL) -> None:
        self.n, self.fault, self.passed, self.struck = n, fault, 0, ""

    def __call__(self, operation: Operation) -> Fault | None:
        self.passed += 1
        if operation.number != self.n:
            return None
        self.struck = str(operation)
        return self.fault


async def calm_day(folder: Path) -> list[Stage]:
    """Play the journey, each act by a process of its own."""
    stages: list[Stage] = []
    shutil.copy(migrated_file(), folder / "calm.db")
    async with town_of(folder, None) as town:
        moment = kept(town)
    for act in JOURNEY:
        async with town_of(folder, moment) as town:
            town.strike(counted := AtOperation())
            await act.play(town)
            stages.append(Stage(moment, counted.passed, end_of(town)))
            moment = kept(town)
    return stages


def town_of(folder: Path, moment: Moment | None) -> contextlib.AbstractAsyncContextManager[Town]:
    file = folder / "calm.db"
    if moment is not None:
        file.write_bytes(moment.database)
    return a_town(f"sqlite:///{file}", moment=moment)


async def struck_day(folder: Path, stages: list[Stage], strike: Strike) -> str:
    """Play one act and the next with the strike in it; give what went wrong, or nothing."""
    at, before, last = AtOperation(strike.n, strike.fault), posted_again(), strike.act
    try:
        async with town_of(folder, stages[strike.act].before) as town:
            town.strike(at)
            await JOURNEY[strike.act].play(town)
            if strike.n % GOES_ON == 0 and last + 1 < len(JOURNEY):
                last += 1
                await JOURNEY[last].play(town)
            assert_same(stages[last].end, end_of(town), before)
            assert at.struck, "there was no such operation"
    except (AssertionError, LookupError) as why:
        return f"in {JOURNEY[strike.act].name!r} at {at.struck}\n  {why}\n  again: {command(strike)}"
    return ""


def command(strike: Strike) -> str:
    return f"EVERY_OPERATION={strike} python -m pytest tests/faults/test_every_operation.py"


def strikes(stages: list[Stage]) -> Iterator[Strike]:
    """Give those that the environment asks for."""
    if ":" in WHICH:
        place, _, fault = WHICH.partition(":")
        act, _, n = place.partition(".")
        yield Strike(int(act), int(n), Fault[fault])
        return
    every = [
        Strike(act, n, fault)
        for act, stage in enumerate(stages)
        for n in range(stage.operations)
        for fault in FAULTS
    ]
    yield from every if WHICH == "all" else Random(SEED).sample(every, int(WHICH))


async def test_any_operation_may_fail(tmp_path: Path) -> None:
    """Failed, killed, hung or its answer lost: people read the same texts, and the same is true in the end."""
    stages = await calm_day(tmp_path)
    wrong = [why for strike in strikes(stages) if (why := await struck_day(tmp_path, stages, strike))]
    assert not wrong, f"{len(wrong)} with seed {SEED}\n" + "\n".join(wrong)
