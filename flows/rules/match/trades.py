"""Trades: which trades a text tells of, and whether two of them know the same troubles."""

from __future__ import annotations

import re
from functools import cache

from flows.rules.japanese.folding import fold_pattern
from prompts.knowledge import trades

SAME, NEAR = 1.0, 0.5


@cache
def _shapes() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (trade.id, re.compile("|".join(re.escape(fold_pattern(word)) for word in trade.words)))
        for trade in trades().values()
    )


def trades_of(text: str) -> frozenset[str]:
    """Name the trades whose words stand in a text."""
    plain = fold_pattern(text)
    return frozenset(id for id, shape in _shapes() if shape.search(plain))


def main_trade(*texts: str) -> str:
    """Name the one trade that the first telling text speaks of most; empty when none tells of any."""
    for text in texts:
        plain = fold_pattern(text)
        found = [(len(shape.findall(plain)), -at, id) for at, (id, shape) in enumerate(_shapes())]
        many, _, id = max(found)
        if many:
            return id
    return ""


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Tell how near two sets of trades are: the same one, one whose troubles are alike, or neither."""
    if one & other:
        return SAME
    return NEAR if _kin(one) & other else 0.0


def in_common(wanted: frozenset[str], own: frozenset[str]) -> str:
    """Name the trade somebody knows that is the wanted one, or else one with like troubles; empty when there is none."""
    shared = wanted & own or _kin(wanted) & own
    return trades()[min(shared)].name if shared else ""


def _kin(some: frozenset[str]) -> set[str]:
    near = {name for id in some for name in trades()[id].near}
    return near | {id for id, trade in trades().items() if some & set(trade.near)}
