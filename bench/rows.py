"""Rows: what a benchmark reports, and how much of the machine's time it may take."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

MEASURED, INCONCLUSIVE, FAILED = "measured", "inconclusive", "failed"
MOST_DRIFT = 1.25  # a denominator that moved by more between rounds measures the neighbours, not us


@dataclass(frozen=True)
class Scale:
    """How long to measure: ``rounds`` of every mode in turn, each for ``seconds`` under load."""

    seconds: float = 1.0
    rounds: int = 5
    stores: tuple[str, ...] = ("sqlite", "postgres")
    connections: int = 16
    folder: str | None = None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Scale:
        usual = cls()
        stores = environ.get("BENCH_STORES", "").replace(",", " ").split()
        return cls(
            seconds=float(environ.get("BENCH_SECONDS") or usual.seconds),
            rounds=int(environ.get("BENCH_ROUNDS") or usual.rounds),
            stores=tuple(stores) or usual.stores,
            folder=environ.get("BENCH_FOLDER") or None,
        )

    @property
    def about_seconds(self) -> float:
        return len(self.stores) * (8 + (self.rounds + 1) * 3 * (self.seconds + 0.3))


@dataclass(frozen=True)
class Row:
    """One ratio of two things measured in the same run."""

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

    @classmethod
    def of(cls, id: str, what: str, above: Sequence[float], below: Sequence[float], verdict: str) -> Row:
        """Divide round by round: the median counts, the rest shows how sure it is."""
        each = [one / other for one, other in zip(above, below, strict=True)]
        middle, least, most = (round(value, 4) for value in (statistics.median(each), min(each), max(each)))
        return cls(id, what, middle, least, most, verdict=verdict)


@dataclass
class Report:
    """Rows for a program, notes for people."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def has_drifted(rates: Sequence[float]) -> bool:
    return max(rates) > min(rates) * MOST_DRIFT


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
