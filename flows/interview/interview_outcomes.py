"""Interview outcomes: what a finished talk about meeting asks to be done; the actions are in ``bot/actions/``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OfferSlots:
    """One side says when it could meet; hours as ``flows/rules/match/meeting_times.py`` writes them."""

    interview: str
    slots: tuple[str, ...]


@dataclass(frozen=True)
class PickSlot:
    """The other side takes one of the hours."""

    interview: str
    slot: str


@dataclass(frozen=True)
class ChangeMeeting:
    """A date that stands is moved, called off, or left as it is: MOVE, OFF, KEEP."""

    interview: str
    going: str


@dataclass(frozen=True)
class BringPartner:
    """How who goes along in the firm comes to the second talk: LINE, PHONE, ALONE."""

    interview: str
    how: str
