"""Month outcomes: what talks from month three on ask to be done; the actions are in ``bot/actions/``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ShowAlone:
    """Only one side has answered the four questions: whether the other may read them already."""

    engagement: str
    is_shown: bool
