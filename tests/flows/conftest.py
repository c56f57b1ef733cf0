"""What the talks' tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.flows.talk import Talk, World


@pytest.fixture
def is_update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One operator without a model, for many owners."""
    opened = World()
    yield opened
    opened.close()


@pytest.fixture
def talk() -> Iterator[Talk]:
    """One owner of an operator of his own."""
    world = World()
    yield Talk(world)
    world.close()
