"""Loading: what a process has at hand before it serves, so that nobody's turn waits for it."""

from __future__ import annotations

import gc
from functools import cache

from flows.rules.coach.coach import read_wish

YOUNG = 20_000  # new objects, some ten turns' worth: Python's own 700 are less than one


@cache
def load() -> None:
    """Read the house's knowledge. What is loaded by now stays: the collector need not walk through it again and again.

    Of what a turn makes nearly all goes by itself: it is looked through for rings once in a while, not at every turn.
    """
    read_wish("ネットで売りたい")
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
