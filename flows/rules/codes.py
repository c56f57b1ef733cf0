"""Which work a wish points at: words of each code, weighed by how rare they are, and phrases that sound alike."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.rules.japanese import fold, fold_pattern
from flows.rules.routes import in_kana
from prompts.knowledge import job_codes

SURE = 0.85  # one telling word, or two middling ones
KEPT = 0.45  # of the best: what a further code needs to be named beside it
NEAR = 24  # how near the parts of ``a+b`` stand
LATE = 0.15  # what a word loses by coming last: owners begin with what matters
LONGEST = 2_000  # letters of a wish that are weighed; the wish comes early


@dataclass(frozen=True)
class Guess:
    """A code, what speaks for it, and how much of that is plain words of its own."""

    code: str
    weight: float
    by_words: float


@dataclass(frozen=True)
class Key:
    """One word (or some near each other) that points at codes."""

    parts: tuple[re.Pattern[str], ...]
    codes: tuple[str, ...]
    weight: float

    def place(self, text: str) -> int | None:
        """Return where the word stands, or None."""
        first, *others = self.parts
        spots = [[hit.start() for hit in part.finditer(text)] for part in others]
        for hit in first.finditer(text):
            if all(_is_near(hit.start(), spot) for spot in spots):
                return hit.start()
        return None


def _is_near(place: int, spots: list[int]) -> bool:
    at = bisect_left(spots, place - NEAR)
    return at < len(spots) and spots[at] <= place + NEAR


@lru_cache(maxsize=4_096)  # a talk is replayed at every answer: the same wish is weighed again and again
def guesses(text: str) -> tuple[Guess, ...]:
    """Weigh every code; the best first, none without a reason."""
    folded = fold(text[:LONGEST])
    told: dict[str, list[float]] = {}
    for key in _keys():
        if (place := key.place(folded)) is not None:
            weight = key.weight * (1 - LATE * place / len(folded))
            for code in key.codes:
                told.setdefault(code, []).append(weight)
    by_words = {code: _sum(weights) for code, weights in told.items()}
    alike = _phrases_like(folded)
    found = [
        Guess(code, by_words.get(code, 0.0) + alike.get(code, 0.0), by_words.get(code, 0.0))
        for code in {*by_words, *alike}
    ]
    likely = (guess for guess in found if guess.weight > 0.2)
    return tuple(sorted(likely, key=lambda guess: (-guess.weight, guess.code)))


def _sum(weights: list[float]) -> float:
    """Add words up, each further one counting half: words of one code often overlap."""
    return sum(weight * 0.5**at for at, weight in enumerate(sorted(weights, reverse=True)))


@cache
def _keys() -> tuple[Key, ...]:
    owners: dict[str, list[str]] = {}
    for code in job_codes().values():
        for key in code.keys:
            holders = owners.setdefault(fold_pattern(key), [])
            if code.code not in holders:
                holders.append(code.code)
    return tuple(Key(_parts(key), tuple(codes), _weight(key, len(codes))) for key, codes in owners.items())


def _parts(key: str) -> tuple[re.Pattern[str], ...]:
    pieces = key.removesuffix("~").split("+")
    return tuple(re.compile("|".join([piece, *in_kana(piece)])) for piece in pieces)


def _weight(key: str, shared: int) -> float:
    """A word only one code has tells it by itself; ``~`` marks a weak hint."""
    return (0.5 if key.endswith("~") else 1.0) / math.sqrt(shared)


GRAMS = 2


def _grams(text: str) -> Counter[str]:
    text = re.sub(r"[。、?「」・]", "", text)
    return Counter(text[at : at + GRAMS] for at in range(len(text) - GRAMS + 1))


@cache
def _phrases() -> tuple[tuple[str, str, Counter[str]], ...]:
    """Return every phrase with its code and its letters in pairs."""
    said = [
        (code.code, fold(phrase))
        for code in job_codes().values()
        for phrase in (*code.owner_says, code.name, code.topic)
    ]
    return tuple((code, BARE.sub("", phrase), _grams(phrase)) for code, phrase in said)


@cache
def _rarity() -> dict[str, float]:
    seen = Counter(gram for *_, grams in _phrases() for gram in grams)
    count = len(_phrases())
    return {gram: math.log(1 + count / times) for gram, times in seen.items()}


@cache
def _wholes() -> dict[str, float]:
    rarity = _rarity()
    return {phrase: sum(rarity[gram] for gram in letters) for _, phrase, letters in _phrases()}


BARE = re.compile(r"(?:の)?(?:こと|件|相談|話)?(?:が|を|は|に|で|について|です|や|じや|だ|の)*[。?]*$")


def _phrases_like(folded: str) -> dict[str, float]:
    """Say for each code how much of its best phrase is in the text, rare letters counting more."""
    grams, rarity, wholes, bare = _grams(folded), _rarity(), _wholes(), BARE.sub("", folded)
    best_of: dict[str, float] = {}
    for code, phrase, letters in _phrases():
        if phrase == bare:
            best_of[code] = 1.0  # the phrase and nothing else
            continue
        whole = wholes[phrase]
        if whole < 8:  # too short to tell anything by its letters
            continue
        part = sum(rarity[gram] for gram in letters if gram in grams) / whole
        if part > 0.55 and part > best_of.get(code, 0.0):
            best_of[code] = min(part, 0.99)
    return {code: 1.0 if part == 1.0 else part - 0.4 for code, part in best_of.items()}
