"""Pace: how many calls of one kind Slack takes before it answers 429."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field


@dataclass
class Bucket:
    size: float
    per_second: float
    held: float
    at: float

    def wait(self, now: float) -> int:
        """Take one; otherwise say how many whole seconds are missing."""
        self.held = min(self.size, self.held + (now - self.at) * self.per_second)
        self.at = now
        if self.held >= 1:
            self.held -= 1
            return 0
        return max(1, math.ceil((1 - self.held) / self.per_second))


@dataclass
class Pace:
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def wait(self, name: str, size: float, per_second: float) -> int:
        now = time.monotonic()
        bucket = self.buckets.setdefault(name, Bucket(size, per_second, size, now))
        return bucket.wait(now)
