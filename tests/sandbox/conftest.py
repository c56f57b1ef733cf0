"""A sandbox for each test that asks for one."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.line_bench import Line, a_line


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with a_line() as started:
        yield started
