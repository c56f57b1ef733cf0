"""Which work a wish points at: words of each code, weighed by how rare they are, and phrases that sound alike."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache

from flows.rules.japanese import fold, fold_pattern
from flows.rules.routes import in_kana
from prompts.knowledge import job_codes

SURE = 1.0  # one telling word, or two middling ones
KEPT = 0.45  # of the best: what a further code needs to be named beside it
NEAR = 24  # how near the parts of ``a+b`` stand
LONGEST = 2_000  # letters of a wish that are weighed; the wish comes early


@dataclass(frozen=True)
class Guess:
    code: str
    weight: float


@dataclass(frozen=True)
class Key:
    """One word (or two near each other) that points at codes."""

    parts: tuple[re.Pattern[str], ...]
    codes: tuple[str, ...]
    weight: float

    def found(self, text: str) -> bool:
        first, *others = self.parts
        spots = [[hit.start() for hit in part.finditer(text)] for part in others]
        return any(all(_near(hit.start(), spot) for spot in spots) for hit in first.finditer(text))


def _near(place: int, spots: list[int]) -> bool:
    at = bisect_left(spots, place - NEAR)
    return at < len(spots) and spots[at] <= place + NEAR


def guesses(text: str) -> list[Guess]:
    """Weigh every code; the best first, none without a reason."""
    folded = fold(text[:LONGEST])
    weights: Counter[str] = Counter()
    for key in _keys():
        if key.found(folded):
            for code in key.codes:
                weights[code] += key.weight  # type: ignore[assignment]
    for code, alike in _phrases_like(folded).items():
        weights[code] += alike  # type: ignore[assignment]
    found = [Guess(code, round(float(weight), 3)) for code, weight in weights.items() if weight > 0.2]
    return sorted(found, key=lambda guess: (-guess.weight, guess.code))


def best(text: str) -> tuple[list[str], bool]:
    """Name at most three codes, and whether the first is sure."""
    found = guesses(text)
    if not found:
        return [], False
    top = found[0].weight
    return [guess.code for guess in found[:3] if guess.weight >= top * KEPT], top >= SURE


@cache
def _keys() -> tuple[Key, ...]:
    owners: dict[str, list[str]] = {}
    for code in job_codes().values():
        for key in code.keys:
            owners.setdefault(key, []).append(code.code)
    return tuple(Key(_parts(key), tuple(codes), _weight(key, len(codes))) for key, codes in owners.items())


def _parts(key: str) -> tuple[re.Pattern[str], ...]:
    pieces = [fold_pattern(piece) for piece in key.rstrip("~").split("+")]
    return tuple(re.compile("|".join([piece, *in_kana(piece)])) for piece in pieces)


def _weight(key: str, shared: int) -> float:
    """A word only one code has tells it by itself; ``~`` marks a weak hint."""
    base = 0.5 if key.endswith("~") else 1.25 if "+" in key else 1.0
    return base / math.sqrt(shared)


GRAMS = 2


def _grams(text: str) -> Counter[str]:
    text = re.sub(r"[。、?「」・]", "", text)
    return Counter(text[at : at + GRAMS] for at in range(len(text) - GRAMS + 1))


@cache
def _phrases() -> tuple[tuple[str, Counter[str]], ...]:
    return tuple(
        (code.code, _grams(fold(phrase))) for code in job_codes().values() for phrase in code.owner_says
    )


@cache
def _rarity() -> dict[str, float]:
    seen = Counter(gram for _, grams in _phrases() for gram in grams)
    count = len(_phrases())
    return {gram: math.log(1 + count / times) for gram, times in seen.items()}


def _phrases_like(folded: str) -> dict[str, float]:
    """Say for each code how much of its best phrase is in the text, rare letters counting more."""
    grams, rarity = _grams(folded), _rarity()
    best_of: dict[str, float] = {}
    for code, phrase in _phrases():
        whole = sum(rarity[gram] for gram in phrase)
        if whole < 8:  # too short to tell anything by its letters
            continue
        part = sum(rarity[gram] for gram in phrase if gram in grams) / whole
        if part > 0.55 and part > best_of.get(code, 0.0):
            best_of[code] = part
    return {code: (part - 0.4) * 1.8 for code, part in best_of.items()}
