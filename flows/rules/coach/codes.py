"""Which work a wish points at: hand-written words, phrases that sound alike, and what was learned from a corpus."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.rules.coach.learned import learned, shares
from flows.rules.coach.routes import in_kana
from flows.rules.japanese.folding import fold, fold_pattern
from flows.rules.japanese.starts import Index, Shape
from prompts.knowledge import job_codes, weights

SURE = 0.85  # one telling word, or two middling ones
LEAST = 0.02  # a smaller share is no guess
MOST = 8  # guesses
NEAR = 24  # how near the parts of ``a+b`` stand
LATE = 0.15  # what a word loses by coming last: owners begin with what matters
LONGEST = 2_000  # letters of a wish that are weighed; the wish comes early


@dataclass(frozen=True)
class Guess:
    """A code, its share of all that speaks for any, and how much plain words of its own tell."""

    code: str
    share: float
    by_words: float


@dataclass(frozen=True, eq=False)  # each is itself
class Key:
    """One word (or some near each other) that points at codes."""

    parts: tuple[Shape, ...]
    codes: tuple[str, ...]
    weight: float

    def place(self, text: str, starts: list[list[int]]) -> int | None:
        """Return where the word stands, or None; ``starts`` are the spots where its first part may begin."""
        first, *others = self.parts
        spots: list[list[int]] | None = None
        for at, _ in first.spans_at(text, starts):
            if spots is None:
                spots = [[spot for spot, _ in part.spans(text)] for part in others]
            if all(_is_near(at, spot) for spot in spots):
                return at
        return None


def _is_near(place: int, spots: list[int]) -> bool:
    at = bisect_left(spots, place - NEAR)
    return at < len(spots) and spots[at] <= place + NEAR


@lru_cache(maxsize=4_096)  # a talk is replayed at every answer: the same wish is weighed again and again
def guesses(text: str) -> tuple[Guess, ...]:
    """Weigh every code; the best first, none without a reason. Shares are as often right as they say."""
    by_words, alike = told(text)
    points, by_tuning = learned(text).codes, weights().tuning["codes"]
    warmth = by_tuning["warmth"]
    sums = {code: warmth * points.get(code, 0.0) for code in job_codes()}
    for weight, speaks in ((by_tuning["words"], by_words), (by_tuning["phrases"], alike)):
        for code, value in speaks.items():
            sums[code] += weight * value
    found = shares(sums)
    likely = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    likely = [item for item in likely if item[1] >= LEAST or by_words.get(item[0], 0.0) >= SURE][:MOST]
    return tuple(Guess(code, share, by_words.get(code, 0.0)) for code, share in likely)


def told(text: str) -> tuple[dict[str, float], dict[str, float]]:
    """Say what hand-written words tell of each code, and what its phrases do that sound alike."""
    folded = fold(text[:LONGEST])
    spoken: dict[str, list[float]] = {}
    for key, starts in _index().near(folded).items():
        if (place := key.place(folded, starts)) is not None:
            weight = key.weight * (1 - LATE * place / len(folded))
            for code in key.codes:
                spoken.setdefault(code, []).append(weight)
    return {code: _sum(weights) for code, weights in spoken.items()}, _phrases_like(folded)


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


@cache
def _index() -> Index[Key]:
    return Index({key: key.parts[0] for key in _keys()})


def _parts(key: str) -> tuple[Shape, ...]:
    pieces = key.removesuffix("~").split("+")
    return tuple(Shape("|".join([piece, *in_kana(piece)])) for piece in pieces)


def _weight(key: str, shared: int) -> float:
    """A word only one code has tells it by itself; ``~`` marks a weak hint."""
    return (0.5 if key.endswith("~") else 1.0) / math.sqrt(shared)


GRAMS = 2
ALIKE, MIN_WHOLE = 0.55, 8  # of a phrase's weight; what weighs less than the second can't tell by its letters
STOPS = re.compile("[。、?「」・]")


def _grams(text: str) -> dict[str, None]:
    """Return each pair of letters once, in order: sums come out the same in every process."""
    text = STOPS.sub("", text)
    return dict.fromkeys(text[at : at + GRAMS] for at in range(len(text) - GRAMS + 1))


@dataclass(frozen=True)
class Phrases:
    """What owners say, by number; where each pair of letters occurs, the rare ones weighing more."""

    codes: tuple[str, ...]
    wholes: tuple[float, ...]  # the weight of all letters of each
    least: tuple[float, ...]  # how much of it must be in a text, to tell anything
    by_words: dict[str, tuple[int, ...]]
    by_gram: dict[str, tuple[float, tuple[int, ...]]]  # its weight, and the phrases it is in


@cache
def _phrases() -> Phrases:
    said = [
        (code.code, fold(phrase))
        for code in job_codes().values()
        for phrase in (*code.owner_says, code.name, code.topic)
    ]
    by_words, by_gram = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for number, (_, phrase) in enumerate(said):
        by_words[BARE.sub("", phrase)].append(number)
        for gram in _grams(phrase):
            by_gram[gram].append(number)
    weights = {gram: math.log(1 + len(said) / len(numbers)) for gram, numbers in by_gram.items()}
    wholes = tuple(sum(weights[gram] for gram in _grams(phrase)) for _, phrase in said)
    return Phrases(
        tuple(code for code, _ in said),
        wholes,
        tuple(ALIKE * whole if whole >= MIN_WHOLE else math.inf for whole in wholes),
        {words: tuple(numbers) for words, numbers in by_words.items()},
        {gram: (weights[gram], tuple(numbers)) for gram, numbers in by_gram.items()},
    )


BARE = re.compile(r"(?:の)?(?:こと|件|相談|話)?(?:が|を|は|に|で|について|です|や|じや|だ|の)*[。?]*$")


def _phrases_like(folded: str) -> dict[str, float]:
    """Say for each code how much of its best phrase is in the text, rare letters counting more."""
    known, parts = _phrases(), defaultdict[int, float](float)
    by_gram, least = known.by_gram, known.least
    for gram in _grams(folded):
        if gram in by_gram:
            weight, numbers = by_gram[gram]
            for number in numbers:
                parts[number] += weight
    best_of: dict[str, float] = {}
    for number in [number for number, part in parts.items() if part > least[number]]:
        code, share = known.codes[number], parts[number] / known.wholes[number]
        if share > best_of.get(code, 0.0):
            best_of[code] = min(share, 0.99)
    alike = {code: part - 0.4 for code, part in best_of.items()}
    for number in known.by_words.get(BARE.sub("", folded), ()):
        alike[known.codes[number]] = 1.0  # the phrase and nothing else
    return alike
