"""Ahead: how far the people's days run ahead of real time. Ids and tokens stay real; only shown times move."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable


class Ahead:
    """The moments at which the days were moved forward, and how far ahead they were from then on."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.since: list[float] = [0.0]
        self.by: list[float] = [0.0]

    def run(self, seconds: float) -> None:
        """Let the days run so far ahead from now on."""
        self.since.append(self.clock())
        self.by.append(seconds)

    def shown(self, at: float) -> float:
        """Give the time that a screen shows for a real moment."""
        return at + self.by[bisect_right(self.since, at) - 1]
