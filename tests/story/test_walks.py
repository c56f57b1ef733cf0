"""Walks: talks in which everybody does anything at any moment, each from a seed that is printed when it fails.

CI takes 2,000. ``WALKS=20000 pytest -n 2 tests/story/test_walks.py`` takes more; ``WALK_SEED=…`` walks one of them again.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from random import Random

import pytest

from flows.registry import FLOWS
from tests.flows.talk import REVIEW
from tests.story import stages
from tests.story.walker import Start, Street, begun
from tests.story.world import MARUYAMA, YAMAZAKI, Owner

WALKS = int(os.environ.get("WALKS") or (2_000 if os.environ.get("CI") == "true" else 180))
FAMILY = 4  # walks of one stage that may begin where another of them ended
SEED = os.environ.get("WALK_SEED", "")
FIRST = int(os.environ.get("WALK_FIRST", "0"))  # another night, other walks

DRAFTED = REVIEW.index("[これでよい]")
WISH = ("(友だち追加)", "[同意して始める]", "ネットでもっと味噌を売りたい")


@stages.after()
def nobody(cast: stages.Cast) -> None:
    """Not a word yet."""


@stages.after()
def wishing(cast: stages.Cast) -> None:
    cast.owner.play(*WISH)


@stages.after()
def drafted(cast: stages.Cast) -> None:
    cast.owner.play(*REVIEW[:DRAFTED])


@stages.after(drafted)
def registering(cast: stages.Cast) -> None:
    cast.owner.do(REVIEW[DRAFTED])


@stages.after(registering)
def reviewed(cast: stages.Cast) -> None:
    cast.owner.play(*REVIEW[DRAFTED + 1 :])


BEGIN = (
    *(nobody, wishing, wishing, drafted, drafted, registering, reviewed, stages.published),
    *(stages.listed, stages.chosen, stages.deciding, stages.kicking, stages.running),
    *(stages.looking_back, stages.talking_over),
)


GROUP = len(BEGIN) * FAMILY  # walks that need no other walk


@cache
def told(stage: stages.Stage) -> Start:
    """Play the story up to here once; somebody else is a friend too."""
    cast = stages.at(stage)
    Owner(cast.world, MARUYAMA).do("(友だち追加)")
    if not cast.world.told(YAMAZAKI):
        cast.owner.do("(友だち追加)")
    return begun(stage.__name__, cast.world.engine, cast.world.now)


def start_of(seed: int) -> Start:
    """Walks of one stage go in families: the first begins with the story, each later one where an earlier one ended."""
    stage, at = BEGIN[seed % len(BEGIN)], seed // len(BEGIN) % FAMILY
    if at == 0:
        return told(stage)
    return end_of(seed - len(BEGIN) * Random(seed).randint(1, at))


@lru_cache(maxsize=GROUP)
def end_of(seed: int) -> Start:
    street = Street(start_of(seed), seed)
    try:
        street.walk()
    except BaseException:
        print(f"WALK_SEED={seed} from {street.start.name}", *street.trace, sep="\n")
        raise
    return street.end()


@pytest.mark.parametrize("group", [0] if SEED else range(-(-WALKS // GROUP)))
def test_everybody_does_anything_at_any_moment(group: int) -> None:
    """Journals only grow, something is always asked or told, nothing fails, every message can be read."""
    before = dict(FLOWS)
    first, last = FIRST + group * GROUP, FIRST + min((group + 1) * GROUP, WALKS)
    for seed in [int(SEED)] if SEED else range(first, last):
        end_of(seed)
    assert before == FLOWS
