"""Halves: the rule by which the wishes were dealt out, open and held back, without anybody choosing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import sha256

from bot.evaluating.sets import Wish

SEED = "smallwin-6"


def dealt(wishes: Iterable[Wish]) -> tuple[set[str], set[str]]:
    """Deal the ids into two halves: in each stratum by a seeded hash, in turn, beginning with the smaller half."""
    strata = defaultdict[str, list[Wish]](list)
    for wish in wishes:
        strata[stratum(wish)].append(wish)
    halves: tuple[set[str], set[str]] = (set(), set())
    for name in sorted(strata):
        first = 0 if len(halves[0]) <= len(halves[1]) else 1
        for place, wish in enumerate(sorted(strata[name], key=lambda each: drawn(each.id))):
            halves[(first + place) % 2].add(wish.id)
    return halves


def stratum(wish: Wish) -> str:
    """Name what is to be balanced: the work of what leads to a draft, else the road."""
    return wish.codes[0] if wish.route[0] == "draft" and wish.codes else wish.route[0]


def drawn(id: str) -> str:
    return sha256(f"{SEED}:{id}".encode()).hexdigest()
