"""Played: the pairs' days, lived through once for each seed of deaths from the same beginning on.

``python -m tests.year weeks --seed 7`` plays the twelve weeks with the deaths of that seed and compares the diaries
with the written ones; seed 0 knows no deaths, and with ``--update`` writes them.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tests.databases import postgres
from tests.year.beginning import BEGINS, FIRST_DAY, begin, cast
from tests.year.days import Days
from tests.year.habits import HABITS, staff_answers
from tests.year.judging import Sent, sent_to
from tests.year.operator import Moment, working

ODDS = 0.04  # that somebody dies over a step
FOLDER = Path(__file__).parents[2] / "docs/transcripts"


@dataclass(frozen=True)
class Span:
    """How long they live, and where their diaries lie."""

    name: str
    until: datetime

    @property
    def folder(self) -> Path:
        return FOLDER / self.name


WEEKS = Span("weeks", BEGINS + timedelta(weeks=12))
YEAR = Span("year", BEGINS + timedelta(days=365))


@dataclass(frozen=True)
class Played:
    """What was read and done, what we say that we sent, and how many deaths it took."""

    days: Days
    diaries: dict[str, str]
    sent: list[Sent]
    deaths: int


async def lived(span: Span, seed: int) -> Played:
    """Live from the beginning on; seed 0 is the calm one, in which nobody dies."""
    server, folder = postgres(), Path(tempfile.mkdtemp(prefix="smallwin-year-"))
    try:
        moment = await _beginning(folder)
        name = server.make(moment.database)
        odds = ODDS if seed else 0.0
        async with working(folder, server.url(name), moment, seed=seed, odds=odds) as operator:
            days = cast(operator, HABITS, staff_answers)
            days.look_away()
            await days.live(span.until)
            return Played(days, days.diaries(span.until), sent_to(operator), operator.deaths)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_begun: dict[str, Moment] = {}


async def _beginning(folder: Path) -> Moment:
    """Give the moment from which all live on: one process comes to it once."""
    if "" not in _begun:
        server = postgres()
        name = server.make()
        async with working(folder, server.url(name), FIRST_DAY) as operator:
            await begin(cast(operator, HABITS, staff_answers))
            _begun[""] = operator.kept(name)
    return _begun[""]


def written(span: Span) -> dict[str, str]:
    """Give the diaries that somebody has read and found good."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(span.folder.glob("*.txt"))}


def write(span: Span, played: Played) -> None:
    """Write the diaries anew; whoever lived for longer has lived the weeks too."""
    for each in {WEEKS.name: WEEKS, span.name: span}.values():
        each.folder.mkdir(parents=True, exist_ok=True)
        for path in each.folder.glob("*.txt"):
            path.unlink()
        for name, diary in played.days.diaries(each.until).items():
            (each.folder / f"{name}.txt").write_text(diary, encoding="utf-8")
