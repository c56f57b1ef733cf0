"""Roads that are not plain work, told by words near each other. Never by an id, never by a whole known text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.rules.japanese.folding import fold, fold_pattern
from flows.rules.japanese.starts import Index, Shape
from prompts.knowledge import routes, words
from prompts.knowledge.models import Road, Sign
from prompts.results import Route

LONGEST = 20_000  # letters; LINE carries 5,000
OTHERWISE = {Route.ILLEGAL: "other"}  # the kind where no word tells it
NEAR = 18  # how far around a sign a word that takes it back may stand


@dataclass(frozen=True)
class Match:
    """A road that was seen."""

    route: Route
    kind: str
    codes: tuple[str, ...]
    yields: bool


def hard_road(text: str) -> Match | None:
    """Tell the road that must be taken whatever else was written."""
    return next(_seen(_tried().hard, folded_of(text)), None)


def soft_roads(text: str) -> list[Match]:
    """Tell the roads that fit, in the order of the house; the coach weighs them against plain work."""
    return list(_seen(_tried().soft, folded_of(text)))


def likeliest(text: str, route: Route) -> Match:
    """Make a match of a road that was known otherwise than by a sign; words that only one kind has tell its kind."""
    roads = [road for road in (*routes().hard, *routes().soft) if road.route == route.value]
    sets: dict[str, set[str]] = {}
    for road in roads:
        for sign in road.signs:
            sets.setdefault(sign.kind, set()).update(name.lstrip(">") for name in sign.all)
    folded, counts = folded_of(text), Counter(name for names in sets.values() for name in names)
    seen = {
        kind: sum(bool(counts[name] == 1 and folded.places(name)) for name in sorted(names))
        for kind, names in sets.items()
    }
    best = max(seen, key=lambda kind: seen[kind], default="")
    kind = best if seen.get(best) else OTHERWISE.get(route, "")
    road_of = [road for road in roads if any(sign.kind == kind for sign in road.signs)] or roads
    return Match(route, kind, road_of[0].codes if road_of else (), False)


def says(text: str, name: str) -> bool:
    """Tell whether a text holds a word of this set."""
    return bool(folded_of(text).places(name))


class Folded:
    """A folded text that remembers where each set of words was found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.near = _index().near(text)  # the sets of which a word may be in it
        self._places: dict[str, list[tuple[int, int]]] = {}

    def places(self, name: str) -> list[tuple[int, int]]:
        found = self._places.get(name)
        if found is None:
            spots = self.near.get(name)
            found = self._places[name] = [] if spots is None else shape(name).spans_at(self.text, spots)
        return found


@lru_cache(maxsize=64)
def folded_of(text: str) -> Folded:
    """Fold a text once for all who ask about it."""
    return Folded(fold(text[:LONGEST]))


def sets_in(text: str) -> list[str]:
    """Return the sets of words that a text holds, in the order of the house."""
    folded = folded_of(text)
    return [name for name in folded.near if folded.places(name)]


@cache
def _index() -> Index[str]:
    return Index({name: shape(name) for name in routes().sets})


@cache
def shape(name: str) -> Shape:
    """Make one expression of a set of words with the kana spellings of its words."""
    forms = [fold_pattern(form) for form in routes().sets[name]]
    return Shape("|".join(dict.fromkeys([*forms, *(spelt for form in forms for spelt in in_kana(form))])))


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


Signs = tuple[tuple[Road, tuple[tuple[Sign, frozenset[str]], ...]], ...]


@dataclass(frozen=True)
class Tried:
    """The roads in their order; beside each sign the sets of which a word must be in a text, or it need not be tried."""

    hard: Signs
    soft: Signs


@cache
def _tried() -> Tried:
    hard, soft = (
        tuple(
            (road, tuple((sign, frozenset(name.lstrip(">") for name in sign.all)) for sign in road.signs))
            for road in roads
        )
        for roads in (routes().hard, routes().soft)
    )
    return Tried(hard, soft)


def _seen(roads: Signs, folded: Folded) -> Iterator[Match]:
    near = folded.near.keys()
    for road, signs in roads:
        for sign, sets in signs:
            if sets <= near and _place(sign, folded):
                yield Match(Route(road.route), sign.kind, road.codes, road.yields)
                break


def _place(sign: Sign, folded: Folded) -> tuple[int, int] | None:
    first, *others = sign.all
    for start, end in folded.places(first):
        span = _span((start, end), others, sign.within, folded)
        if span and not any(_takes_back(name, span, folded) for name in sign.unless):
            return span
    return None


def _span(
    first: tuple[int, int], others: Iterable[str], within: int, folded: Folded
) -> tuple[int, int] | None:
    """Stretch from the first word over the others, or None if one is missing."""
    low, high = before = first
    for name in others:
        # words may overlap (「手続」 and 「手続きをして」), so after means: begins later
        least = before[0] + 1 if name.startswith(">") else first[0] - within
        places = folded.places(name.lstrip(">"))
        at = bisect_left(places, (least, 0))
        if at == len(places) or places[at][0] > high + within:
            return None
        before = places[at]
        low, high = min(low, before[0]), max(high, before[1])
    return low, high


def _takes_back(name: str, span: tuple[int, int], folded: Folded) -> bool:
    low = span[1] if name.startswith(">") else span[0] - NEAR
    high = span[0] if name.startswith("<") else span[1] + NEAR
    return any(low <= start and end <= high for start, end in folded.places(name.lstrip("<>")))
