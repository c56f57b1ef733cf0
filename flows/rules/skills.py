"""Skills: which works somebody has done, told from his own words; a professional's jargon meets an owner's plain wish."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from flows.rules.learned import points_of, runs_of, shares
from prompts.knowledge import talent_weights

OTHER = "OTHER"  # the label of what is no work of ours: hobbies, other professions, grand words
PIECES = 24  # of a profile that are weighed; the rest says it again
LEAST_LETTERS = 4
NO_SHARE, LEAST_SHARE, MOST_WORKS = 0.01, 0.05, 8
OFTEN = 0.15  # what a second piece about the same work adds
SHARP = 1.7  # a list wants the likeliest work ahead, further than a fair share would put it
ELSE = 0.95  # how far works count less for who calls himself, and all in all seems, something else
WHOLE = 0.9  # what the profile as one text counts, beside its sentences
ENDS = re.compile(r"[。！？!?\n;；]+")
NOT_DONE = re.compile(
    r"(?:こと|経験|実績)(?:は|が|も)?(?:まだ)?(?:ありません|ない|なし)|(?:でき|出来|作れ|書け|分かり|わかり|知り|やり|し)ません|未経験|不慣れ|苦手"
    r"|(?:人|ひと)(?:まかせ|任せ)|見るだけ|専門(?:では|じゃ)(?:ない|ありません)"
)


def works_of(headline: str, bio: str, skills: str) -> dict[str, float]:
    """Tell the shares of works (0 to 1) that a profile speaks of, the surest first, at most eight.

    Each sentence is weighed by itself: who has done three things well has three works, not a third of each. A work of
    which somebody says that he has not done it is taken off again.
    """
    done: dict[str, float] = {}
    never: dict[str, float] = {}
    pieces = [piece.strip() for text in (headline, bio, skills) for piece in ENDS.split(text)]
    for piece in [piece for piece in pieces if len(piece) >= LEAST_LETTERS][:PIECES]:
        told = never if NOT_DONE.search(piece) else done
        for code, share in _shares(piece).items():
            before = told.get(code, 0.0)
            told[code] = max(before, share) + OFTEN * min(before, share) * (1 - max(before, share))
    whole = _shares(f"{headline}。{bio}。{skills}")
    for code, share in whole.items():
        done[code] = max(done.get(code, 0.0), WHOLE * share)
    is_else = ELSE * math.sqrt(_shares(headline).get(OTHER, 0.0) * whole.get(OTHER, 0.0))
    left = {
        code: share * (1 - never.get(code, 0.0)) * (1 - is_else)
        for code, share in done.items()
        if code != OTHER
    }
    surest = sorted(left.items(), key=lambda item: (-item[1], item[0]))
    return {code: round(share, 4) for code, share in surest[:MOST_WORKS] if share >= LEAST_SHARE}


def _shares(piece: str) -> Mapping[str, float]:
    """Tell how likely a piece is about each work; what is next to nothing is left out."""
    held = talent_weights()
    points, known = points_of(runs_of(piece, held.letters), held)
    if not known:
        return {}
    warmth = SHARP * held.tuning["warmth"]
    found = shares({code: warmth * point for code, point in points.items()})
    return {code: share for code, share in found.items() if share >= NO_SHARE}
