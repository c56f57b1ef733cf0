"""Chaos: faults that the sandbox's servers commit when told to, each once per order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

Fault = Literal[
    "error_before",  # 500, nothing accepted
    "error_after",  # accepted, then 500
    "rate_limited",  # 429
    "hang",  # accepted, answers after `hang_seconds`
    "drop_after",  # accepted, connection closed without an answer
    "duplicate",  # inbound: the same webhook is sent twice
    "reorder",  # inbound: held back until the next webhook has been sent
    "nonsense",  # model: an answer that does not fit the schema
    "broken",  # model: text that is no JSON, half of it, or JSON of another shape
    "garbage",  # model: the right shape, and no sense in it
    "injection",  # model: it does what the person's text tells it to
]


@dataclass
class Chaos:
    """Orders waiting per call name.

    LINE: ``"push"``, ``"webhook"`` …; Slack: ``"chat.postMessage"`` …, ``"event"``; ``"model"``.
    """

    hang_seconds: float = 30.0
    orders: dict[str, deque[Fault]] = field(default_factory=dict)

    def order(self, call: str, fault: Fault, times: int = 1) -> None:
        self.orders.setdefault(call, deque()).extend([fault] * times)

    def take(self, call: str) -> Fault | None:
        """Give the fault ordered for this call, if any, and forget it."""
        waiting = self.orders.get(call)
        return waiting.popleft() if waiting else None
