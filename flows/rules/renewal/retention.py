"""Retention: how many of the pairs that began still work together. Lives in, shares out.

``share`` is the figure the method was first reported with, 継続÷(継続+解約): 77/79 at one month, 40/51 at three. It
leaves out whoever is on the way there but counts whoever ended on that way, so a house that grows looks worse than it
is. ``curve`` (Kaplan–Meier) counts everybody for as long as he was seen; where the two differ, the curve is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.rules.renewal.ending import months_done

MARKS = (1, 3)  # months the method reports


@dataclass(frozen=True)
class Life:
    """One pair's time: the first day of its work and the last, None while it goes on."""

    started_on: date
    ended_on: date | None = None

    def has_done(self, months: int, on: date) -> bool:
        """Tell whether it has lasted so many months, as seen on a day."""
        seen = self.ended_on if self.is_over(on) and self.ended_on else on
        return seen >= months_done(self.started_on, months)

    def is_over(self, on: date) -> bool:
        """Tell whether its last day is behind us; an ending that is only announced is none yet."""
        return self.ended_on is not None and self.ended_on < on

    def days(self, on: date) -> int:
        """Return how many days it was seen to last."""
        last = self.ended_on if self.is_over(on) and self.ended_on else on
        return (last - self.started_on).days + 1


@dataclass(frozen=True)
class Share:
    """継続 and 解約 at so many months."""

    months: int
    kept: int
    ended: int

    @property
    def of(self) -> int:
        return self.kept + self.ended

    @property
    def rate(self) -> float | None:
        """Return 継続÷(継続+解約); None where nobody has come that far."""
        return self.kept / self.of if self.of else None

    def said(self) -> str:
        """Say it with its figures: 「77/79(97.5%)」."""
        return f"{self.kept}/{self.of}({100 * self.rate:.1f}%)" if self.rate is not None else "まだありません"


def share(lives: Sequence[Life], months: int, on: date) -> Share:
    """Count who lasted so many months, and who ended before."""
    begun = [life for life in lives if life.started_on <= on]
    kept = sum(life.has_done(months, on) for life in begun)
    ended = sum(life.is_over(on) and not life.has_done(months, on) for life in begun)
    return Share(months, kept, ended)


@dataclass(frozen=True)
class Point:
    """One step of the curve: on this day of their work, ``ended`` of ``at_risk`` ended; ``kept`` is the share left."""

    day: int
    at_risk: int
    ended: int
    kept: float


def curve(lives: Sequence[Life], on: date) -> tuple[Point, ...]:
    """Return the survival curve: work that goes on counts until today, and not as an ending."""
    begun = [life for life in lives if life.started_on <= on]
    ends = Counter(life.days(on) for life in begun if life.is_over(on))
    points, kept = [], 1.0
    for day in sorted(ends):
        at_risk = sum(life.days(on) >= day for life in begun)
        kept *= 1 - ends[day] / at_risk
        points.append(Point(day, at_risk, ends[day], kept))
    return tuple(points)


def kept_at(points: Sequence[Point], day: int) -> float:
    """Read the curve: the share that lasts longer than so many days."""
    return next((point.kept for point in reversed(points) if point.day <= day), 1.0)
