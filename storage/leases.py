"""Leases: how long work stays with the process that took it, before another takes it over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Leases:
    """One for each kind of work; each is longer than the work takes, its time-outs and the marking included."""

    event: timedelta = timedelta(seconds=30)
    line: timedelta = timedelta(seconds=30)  # the token and the retry key tell: soon enough to ask the token
    slack: timedelta = timedelta(seconds=60)  # up to three calls, and nothing that tells in a channel
    thought: timedelta = timedelta(seconds=60)
    photo: timedelta = timedelta(seconds=90)  # the fetching, and the drawing anew of a large one

    def of(self, platform: str) -> timedelta:
        """Return how long a message for this platform may be in the air."""
        return self.line if platform == "line" else self.slack


USUAL = Leases()
