"""Skills: which works somebody has done, told from his own words; a professional's jargon meets an owner's plain wish."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.rules.learned import points_of, shares
from prompts.knowledge import talent_weights

PIECES = 24  # of a profile that are weighed; the rest says it again
LEAST_LETTERS = 4
LEAST_SHARE, MOST_WORKS = 0.05, 8
OFTEN = 0.15  # what a second piece about the same work adds
ENDS = re.compile(r"[。！？!?\n;；]+")


def works_of(headline: str, bio: str, skills: str) -> dict[str, float]:
    """Tell the shares of works (0 to 1) that a profile speaks of, the surest first, at most eight.

    Each sentence is weighed by itself: who has done three things well has three works, not a third of each.
    """
    told: dict[str, float] = {}
    pieces = [piece.strip() for text in (headline, bio, skills) for piece in ENDS.split(text)]
    for piece in [piece for piece in pieces if len(piece) >= LEAST_LETTERS][:PIECES]:
        for code, share in _shares(piece).items():
            before = told.get(code, 0.0)
            told[code] = max(before, share) + OFTEN * min(before, share) * (1 - max(before, share))
    surest = sorted(told.items(), key=lambda item: (-item[1], item[0]))
    return {code: round(share, 4) for code, share in surest[:MOST_WORKS] if share >= LEAST_SHARE}


def _shares(piece: str) -> Mapping[str, float]:
    return shares(points_of(piece, talent_weights()))
