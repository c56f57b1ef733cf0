"""Rows: what a benchmark reports, and how much of the machine's time it may take."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.goals import GOALS, Goal

MET, FLOOR, MISSED = "met", "floor", "missed"
INCONCLUSIVE, FAILED = "inconclusive", "failed"
MEASURED, ABSOLUTE, RECORDED = "measured", "absolute", "recorded"  # reported, not judged
MOST_DRIFT = 1.25  # a denominator that moved by more between rounds measures the neighbours, not us


@dataclass(frozen=True)
class Scale:
    """How long to measure: ``rounds`` of every mode in turn, each for ``seconds``; ``size`` of what is stored."""

    seconds: float = 1.0
    rounds: int = 5
    stores: tuple[str, ...] = ("sqlite", "postgres")
    size: float = 1.0
    connections: int = 64  # at most
    folder: str | None = None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Scale:
        usual = cls()
        stores = environ.get("BENCH_STORES", "").replace(",", " ").split()
        return cls(
            seconds=float(environ.get("BENCH_SECONDS") or usual.seconds),
            rounds=int(environ.get("BENCH_ROUNDS") or usual.rounds),
            stores=tuple(stores) or usual.stores,
            size=float(environ.get("BENCH_SIZE") or usual.size),
            folder=environ.get("BENCH_FOLDER") or None,
        )

    def of(self, usual: int) -> int:
        """Return how many rows to have where ``usual`` is the default."""
        return max(1, int(usual * self.size))


@dataclass(frozen=True)
class Row:
    """One ratio of two things measured in the same run; ``min`` and ``max`` are of its rounds."""

    id: str
    what: str
    ratio: float | None = None
    min: float | None = None
    max: float | None = None
    floor: float | None = None
    goal: float | None = None
    verdict: str = INCONCLUSIVE

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Report:
    """Rows for a program, notes for people."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self,
        id: str,
        above: Sequence[float],
        below: Sequence[float],
        *,
        is_unsure: bool = False,
        may_drift: bool = False,
    ) -> None:
        """Divide round by round: the median counts, the rest shows how sure it is.

        ``may_drift``: both come from one sample, so that nothing is compared across time.
        """
        each = [one / other for one, other in zip(above, below, strict=True)]
        verdict = judged(GOALS[id], statistics.median(each))
        if not may_drift and has_drifted(below):
            self.notes.append(f"{id} is not judged: what it is divided by moved by more than a quarter")
            is_unsure = True
        if is_unsure:
            verdict = INCONCLUSIVE
        self.put(id, each, verdict)

    def put(self, id: str, each: Sequence[float], verdict: str) -> None:
        """Report numbers that were divided already, or that stand alone."""
        goal = GOALS[id]
        middle, least, most = (round(n, 4) for n in (statistics.median(each), min(each), max(each)))
        self.rows.append(Row(id, goal.what, middle, least, most, goal.floor, goal.goal, verdict))

    def skip(self, ids: Iterable[str], why: str, verdict: str = INCONCLUSIVE) -> None:
        """Report what could not be measured, or was measured on wrong rows."""
        self.notes.append(why)
        done = {row.id for row in self.rows}
        for goal in (GOALS[id] for id in ids if id not in done):
            self.rows.append(Row(goal.id, goal.what, floor=goal.floor, goal=goal.goal, verdict=verdict))


def judged(goal: Goal, ratio: float) -> str:
    if goal.floor is None or goal.goal is None:
        return MEASURED
    sign = -1 if goal.is_time else 1
    if ratio * sign >= goal.goal * sign:
        return MET
    return FLOOR if ratio * sign >= goal.floor * sign else MISSED


def has_drifted(rates: Sequence[float]) -> bool:
    return max(rates) > min(rates) * MOST_DRIFT


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
