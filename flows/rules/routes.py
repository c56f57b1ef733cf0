"""Roads that are not plain work, told by words near each other. Never by an id, never by a whole known text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from flows.rules.japanese import fold, fold_pattern
from prompts.knowledge import routes, words
from prompts.knowledge.models import Road, Sign
from prompts.results import Route

NEAR = 18  # how far around a sign a word that takes it back may stand


@dataclass(frozen=True)
class Match:
    """A road that was seen: where in the folded text, and its kind."""

    route: Route
    kind: str
    codes: tuple[str, ...]
    start: int
    end: int


def hard_road(text: str) -> Match | None:
    """Tell the road that must be taken whatever else was written."""
    return next(_seen(routes().hard, Folded(fold(text))), None)


def soft_roads(text: str) -> list[Match]:
    """Tell the roads that fit, in the order of the house; the coach weighs them against plain work."""
    return list(_seen(routes().soft, Folded(fold(text))))


def says(text: str, name: str) -> bool:
    """Tell whether a text holds a word of this set."""
    return bool(Folded(fold(text)).places(name))


class Folded:
    """A folded text that remembers where each set of words was found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: dict[str, list[tuple[int, int]]] = {}

    def places(self, name: str) -> list[tuple[int, int]]:
        if name not in self._places:
            self._places[name] = [hit.span() for hit in shape(name).finditer(self.text)]
        return self._places[name]


@cache
def shape(name: str) -> re.Pattern[str]:
    """Compile a set of words with the kana spellings of its words."""
    forms = [fold_pattern(form) for form in routes().sets[name]]
    return re.compile(
        "|".join(dict.fromkeys([*forms, *(spelt for form in forms for spelt in in_kana(form))]))
    )


@cache
def _readings() -> re.Pattern[str]:
    return re.compile("|".join(sorted(map(re.escape, words().readings), key=len, reverse=True)))


@cache
def _folded_readings() -> dict[str, str]:
    return {word: fold_pattern(kana) for word, kana in words().readings.items()}


def in_kana(form: str) -> list[str]:
    """Spell a folded form in kana, as far as readings are known."""
    spelt = _readings().sub(lambda hit: _folded_readings()[hit[0]], form)
    return [spelt] if spelt != form else []


def _seen(roads: Iterable[Road], folded: Folded) -> Iterator[Match]:
    for road in roads:
        for sign in road.signs:
            if span := _place(sign, folded):
                yield Match(Route(road.route), sign.kind, road.codes, *span)
                break


def _place(sign: Sign, folded: Folded) -> tuple[int, int] | None:
    first, *others = sign.all
    for start, end in folded.places(first):
        span: tuple[int, int] | None = (start, end)
        last = end
        for name in others:
            hit = _near(
                folded.places(name.lstrip(">")), start, last, sign.within, is_after=name.startswith(">")
            )
            if hit is None or span is None:
                span = None
                break
            last = max(last, hit[1])
            span = (min(span[0], hit[0]), max(span[1], hit[1]))
        if span and not any(_takes_back(name, span, folded) for name in sign.unless):
            return span
    return None


def _near(
    places: list[tuple[int, int]], start: int, last: int, within: int, is_after: bool
) -> tuple[int, int] | None:
    lowest = last if is_after else start - within
    at = bisect_left(places, (lowest, 0))
    if at < len(places) and places[at][0] <= last + within:
        return places[at]
    return None


def _takes_back(name: str, span: tuple[int, int], folded: Folded) -> bool:
    low = span[1] if name.startswith(">") else span[0] - NEAR
    high = span[0] if name.startswith("<") else span[1] + NEAR
    return any(low <= start and end <= high for start, end in folded.places(name.lstrip("<>")))
