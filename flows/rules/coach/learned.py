"""What was learned from the corpus, put to a text: a share for each work and each road. Plain Python, no library."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.rules.coach.routes import sets_in
from flows.rules.japanese.folding import fold
from flows.rules.japanese.starts import SIZE, places
from prompts.knowledge import senses, weights
from prompts.knowledge.weights import MIDDLE, RARITY, Weights

LONGEST = 1_200  # letters of a text that are weighed; who says more has said it before
MARKS = re.compile(r"[^0-9a-zぁ-ん一-鿿々〆ー]+")


def runs_of(text: str, longest: int) -> dict[str, None]:
    """Return each run of one to ``longest`` letters once, in order; a mark or a space is a gap."""
    bare = " " + MARKS.sub(" ", fold(text[:LONGEST])).strip() + " "
    runs = [bare[at : at + size] for size in range(1, longest + 1) for at in range(len(bare) - size + 1)]
    found = dict.fromkeys(runs)
    found.pop(" ", None)
    return found


def signs_of(text: str) -> dict[str, None]:
    """Return the sets of words (``#名簿``) and the kinds of things (``@食べ物``) that a text holds.

    What they have in common is known before any training.
    """
    some = text[:LONGEST]
    return dict.fromkeys([*(f"#{name}" for name in sets_in(some)), *(f"@{kind}" for kind in kinds_in(some))])


def kinds_in(text: str) -> dict[str, None]:
    """Return the kinds of things that the words of a text mean, in the order of the text."""
    folded, known = fold(text), _words_by_start()
    heads = (head for head in places(folded) if head in known)
    return {kind: None for head in heads for word, kind in known[head] if word in folded}


@cache
def _words_by_start() -> dict[str, list[tuple[str, str]]]:
    found = defaultdict[str, list[tuple[str, str]]](list)
    for kind, words in senses().items():
        for word in map(fold, words):
            found[word[:SIZE]].append((word, kind))
    return dict(found)


def marks_of(text: str, longest: int) -> dict[str, None]:
    """Return all that is learned by: runs of letters, and sets of words."""
    return {**runs_of(text, longest), **signs_of(text)}


@dataclass(frozen=True)
class Learned:
    """Points for each work code and each road; only differences within a group mean something."""

    codes: Mapping[str, float]
    roads: Mapping[str, float]
    known: int  # runs of letters that were seen in training


@lru_cache(maxsize=4_096)  # a talk is replayed at every answer
def learned(text: str) -> Learned:
    told, known = points_of(marks_of(text, weights().letters), weights())
    return Learned(
        {label: point for label, point in told.items() if "-" in label},
        {label: point for label, point in told.items() if "-" not in label},
        known,
    )


def points_of(marks: Iterable[str], held: Weights) -> tuple[dict[str, float], int]:
    """Weigh the marks of a text: points for each label, and how many of the marks were seen in training."""
    numbers, rarities, wide = held.numbers, held.rarity, held.wide
    known = unseen = weighed = whole = squares = 0
    for run in marks:
        if (number := numbers.get(run)) is None:
            unseen += 1
            continue
        known += 1
        rarity = rarities[number]
        weighed += rarity * wide(number)
        whole += rarity
        squares += rarity * rarity
    # a run never seen tells nothing, and makes the rest less sure
    norm = squares / RARITY**2 + unseen * held.unseen**2
    scale = held.step / math.sqrt(norm) / RARITY if norm else 0.0
    points = zip(held.labels, held.bias, held.lanes(weighed), strict=True)
    return {label: bias + scale * (point - MIDDLE * whole) for label, bias, point in points}, known


def shares(points: Mapping[str, float]) -> dict[str, float]:
    """Turn points into shares that add up to one."""
    if not points:
        return {}
    most = max(points.values())
    grown = {label: math.exp(point - most) for label, point in points.items()}
    whole = sum(grown.values())
    return {label: value / whole for label, value in grown.items()}


def road_shares(text: str) -> dict[str, float]:
    """Say how likely each road is, plain work (``go``) among them; cool, so that only a comparison means something."""
    return shares(learned(text).roads)


def road_chances(text: str) -> dict[str, float]:
    """Say the same, as warm as it was most often right on lines it had not seen: the levels of roads are of these."""
    warmth = weights().tuning["road_warmth"]
    return shares({road: warmth * point for road, point in learned(text).roads.items()})
