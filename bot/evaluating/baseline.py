"""Baseline: what plain likeness of letters makes of a wish. What does not beat it has understood nothing."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from prompts.knowledge import job_codes

Grams = Counter[str]
SIZES = (2, 3)


def baseline_top3(texts: Sequence[tuple[str, tuple[str, ...]]]) -> float:
    """Give the share of texts that have a right code among the three likeliest; of four plain ways the best one."""
    if not texts:
        return 0.0
    return max(_share(texts, ranked) for ranked in _ways())


def _share(texts: Sequence[tuple[str, tuple[str, ...]]], ranked: Callable[[str], list[str]]) -> float:
    return sum(bool(set(ranked(text)[:3]) & set(codes)) for text, codes in texts) / len(texts)


@cache
def _ways() -> tuple[Callable[[str], list[str]], ...]:
    """Compare with every phrase by itself or with all of a code at once, rare letters counting more or not."""
    singly = [
        (code.code, phrase)
        for code in job_codes().values()
        for phrase in (code.name, code.plain, *code.owner_says)
    ]
    wholes = [
        (code.code, "。".join((code.name, code.plain, *code.owner_says))) for code in job_codes().values()
    ]
    return tuple(
        _way(known, is_weighed=is_weighed) for known in (singly, wholes) for is_weighed in (False, True)
    )


def _way(known: list[tuple[str, str]], *, is_weighed: bool) -> Callable[[str], list[str]]:
    counted = [(code, grams(text)) for code, text in known]
    seen = Counter(gram for _, held in counted for gram in held)
    weights = {gram: math.log(1 + len(counted) / many) if is_weighed else 1.0 for gram, many in seen.items()}
    documents = [(code, held, _length(held, weights)) for code, held in counted]

    def ranked(text: str) -> list[str]:
        mine = grams(text)
        length, best = _length(mine, weights), dict[str, float]()
        for code, held, theirs in documents:
            alike = _product(mine, held, weights) / (length * theirs or 1.0)
            best[code] = max(best.get(code, 0.0), alike)
        return sorted(best, key=lambda code: (-best[code], code))

    return ranked


def grams(text: str) -> Grams:
    """Count each run of two and three letters, as typed but for width and case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return Counter(plain[at : at + size] for size in SIZES for at in range(len(plain) - size + 1))


def _product(mine: Grams, theirs: Grams, weights: dict[str, float]) -> float:
    few, many = (mine, theirs) if len(mine) < len(theirs) else (theirs, mine)
    return sum(few[gram] * many[gram] * weights[gram] ** 2 for gram in few if gram in many)


def _length(held: Grams, weights: dict[str, float]) -> float:
    return math.sqrt(_squares(count * weights.get(gram, 1.0) for gram, count in held.items()))


def _squares(values: Iterable[float]) -> float:
    return sum(value * value for value in values)
