"""Skills: which works somebody has done, told from his own words; a professional's jargon meets an owner's plain wish."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from flows.rules.coach.learned import points_of, runs_of, shares
from prompts.knowledge import talent_weights

OTHER = "OTHER"  # the label of what is no work of ours: hobbies, other professions, grand words
PIECES = 24  # of a profile that are weighed; the rest says it again
LEAST_LETTERS = 4
NO_SHARE, LEAST_SHARE, MOST_WORKS = 0.01, 0.05, 8
SHARP = 1.7  # a list wants the likeliest work ahead, further than a fair share would put it
# How sure a work is, from what speaks for it: fitted by scripts/weigh_works.py on the set that is tuned on.
WEIGHED = {"best": 0.7, "second": 0.9, "whole": 2.1, "skills": 2.4, "other": -1.3, "not_done": -1.1}
START = -1.1
ENDS = re.compile(r"[。！？!?\n;；]+")
NOT_DONE = re.compile(
    r"(?:こと|経験|実績)(?:は|が|も)?(?:まだ)?(?:ありません|ない|なし)|(?:でき|出来|作れ|書け|分かり|わかり|知り|やり|し)ません|未経験|不慣れ|苦手"
    r"|(?:人|ひと)(?:まかせ|任せ)|見るだけ|専門(?:では|じゃ)(?:ない|ありません)"
)


def works_of(headline: str, bio: str, skills: str) -> dict[str, float]:
    """Tell how surely (0 to 1) somebody has done which works, the surest first, at most eight.

    Each sentence is weighed by itself: who has done three things well has three works, not a third of each. One sentence
    alone is little; sentence, skills and the whole together are much. A work of which somebody says that he has not done
    it is taken off again.
    """
    sure = {code: _sure(signs) for code, signs in signs_of(headline, bio, skills).items()}
    surest = sorted(sure.items(), key=lambda item: (-item[1], item[0]))
    return {code: round(share, 4) for code, share in surest[:MOST_WORKS] if share >= LEAST_SHARE}


def signs_of(headline: str, bio: str, skills: str) -> dict[str, dict[str, float]]:
    """Give what speaks for each work, by the names in ``WEIGHED``, each from 0 to 1."""
    done: dict[str, list[float]] = {}
    never: dict[str, float] = {}
    pieces = [
        (piece.strip(), text is skills) for text in (headline, bio, skills) for piece in ENDS.split(text)
    ]
    pieces = [(piece, listed) for piece, listed in pieces if len(piece) >= LEAST_LETTERS][:PIECES]
    in_skills: dict[str, float] = {}
    for piece, listed in pieces:
        shares_here, denied = _shares(piece), NOT_DONE.search(piece)
        for code, share in shares_here.items():
            if denied:
                never[code] = max(never.get(code, 0.0), share)
            else:
                done.setdefault(code, []).append(share)
            if listed and not denied:
                in_skills[code] = max(in_skills.get(code, 0.0), share)
    whole = _shares(f"{headline}。{bio}。{skills}")
    other = (sum(done.get(OTHER, ())) + never.get(OTHER, 0.0)) / (len(pieces) or 1)
    not_done = float(any(NOT_DONE.search(piece) for piece, _ in pieces))
    found = {}
    for code in done.keys() - {OTHER}:
        best, second, *_ = [*sorted(done[code], reverse=True), 0.0]
        signs = {"best": best, "second": second, "whole": whole.get(code, 0.0)}
        signs = {name: sign * (1 - never.get(code, 0.0)) for name, sign in signs.items()}
        if signs["best"] >= LEAST_SHARE:
            rest = {"skills": in_skills.get(code, 0.0), "other": min(1.0, other), "not_done": not_done}
            found[code] = signs | rest
    return found


def _sure(signs: Mapping[str, float]) -> float:
    return 1 / (1 + math.exp(-START - sum(WEIGHED[name] * sign for name, sign in signs.items())))


def _shares(piece: str) -> Mapping[str, float]:
    """Tell how likely a piece is about each work; what is next to nothing is left out."""
    held = talent_weights()
    points, known = points_of(runs_of(piece, held.letters), held)
    if not known:
        return {}
    warmth = SHARP * held.tuning["warmth"]
    found = shares({code: warmth * point for code, point in points.items()})
    return {code: share for code, share in found.items() if share >= NO_SHARE}
