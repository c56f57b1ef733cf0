"""Walks: talks in which everybody does anything at any moment, each from a seed that is printed when it fails.

``WALKS=2000 pytest -n 2 tests/story/test_walks.py`` takes a long one; ``WALK_SEED=…`` walks one of them again.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from flows.registry import FLOWS
from tests.bot.memory import dumped
from tests.flows.talk import REVIEW
from tests.story import stages
from tests.story.walker import Stage, Street
from tests.story.world import YAMAZAKI, Owner

WALKS = int(os.environ.get("WALKS") or (160 if os.environ.get("CI") == "true" else 48))
BATCHES = 16
SEED = os.environ.get("WALK_SEED", "")
FIRST = int(os.environ.get("WALK_FIRST", "0"))  # another night, other walks

WISH = ("(友だち追加)", "[同意して始める]", "ネットでもっと味噌を売りたい")


def nobody(cast: stages.Cast) -> stages.Cast:
    return cast


def wishing(cast: stages.Cast) -> stages.Cast:
    cast.owner.play(*WISH)
    return cast


def drafted(cast: stages.Cast) -> stages.Cast:
    cast.owner.play(*REVIEW[: REVIEW.index("[これでよい]")])
    return cast


def registering(cast: stages.Cast) -> stages.Cast:
    cast.owner.play(*REVIEW[: REVIEW.index("[これでよい]") + 1])
    return cast


def reviewed(cast: stages.Cast) -> stages.Cast:
    cast.owner.play(*REVIEW)
    return cast


BEGIN: tuple[Callable[[stages.Cast], stages.Cast], ...] = (
    *(nobody, wishing, wishing, drafted, drafted, registering, reviewed, stages.published),
    *(stages.listed, stages.chosen, stages.deciding, stages.kicking, stages.running),
    *(stages.looking_back, stages.talking_over),
)


@cache
def begun(stage: Any) -> Stage:
    """Play the story up to here once; somebody else is a friend too."""
    cast = stages.at(stage)
    Owner(cast.world, "Umaruyama").do("(友だち追加)")
    if not cast.world.told(YAMAZAKI):
        cast.owner.do("(友だち追加)")
    return Stage(stage.__name__, dumped(cast.world.engine), cast.world.now)


def walk(seed: int) -> None:
    street = Street(begun(BEGIN[seed % len(BEGIN)]), seed)
    try:
        street.walk()
    except BaseException:
        print(f"WALK_SEED={seed} from {street.stage.name}", *street.trace, sep="\n")
        raise


@pytest.mark.parametrize("batch", [0] if SEED else range(BATCHES))
def test_everybody_does_anything_at_any_moment(batch: int) -> None:
    """Journals only grow, something is always asked or told, nothing fails, every message can be read."""
    before = dict(FLOWS)
    for seed in [int(SEED)] if SEED else range(FIRST + batch, FIRST + WALKS, BATCHES):
        walk(seed)
    assert before == FLOWS
