"""Slot outcomes: what the talks about weeks, days off and the weekly hour ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ProposeTime:
    """One side names another time for a meeting, as ISO with its zone."""

    meeting: str
    at: str


@dataclass(frozen=True)
class KeepDaysOff:
    """A firm is closed or a talent away, from the first day to the last."""

    first: date
    last: date
    is_yearly: bool


@dataclass(frozen=True)
class ChangeSlot:
    """One side would like another hour every week; Monday is 0, the time 「14:00」."""

    engagement: str
    weekday: int
    time: str


@dataclass(frozen=True)
class AgreeSlot:
    """The other side agrees to another hour every week, or not."""

    engagement: str
    weekday: int
    time: str
    is_agreed: bool
