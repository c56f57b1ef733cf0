"""What the talks' tests share."""

from __future__ import annotations

import pytest


@pytest.fixture
def is_update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update", default=False))
