"""A sandbox for each test that asks for one: LINE with nobody in it, Slack with one person and a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.sandbox.line_bench import Line, a_line
from tests.sandbox.slack_stage import Stage, slack_stage


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with a_line() as started:
        yield started


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with slack_stage() as made:
        yield made


@pytest.fixture
def user(stage: Stage) -> str:
    return stage.world.add_person("佐藤 花", "hana@example.com")


@pytest.fixture
def ops(stage: Stage, user: str) -> str:
    return stage.world.add_channel("ops", members=[user])
