"""Shared by what is driven through the product: no answer takes longer because many others have talked before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import plans


@pytest.fixture(autouse=True)
def planned() -> Iterator[None]:
    """Let no statement read a whole table."""
    with plans.held():
        yield
