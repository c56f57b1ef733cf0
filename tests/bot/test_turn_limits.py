"""Limits: the longest answer that a question takes fits wherever it is kept."""

from __future__ import annotations

import pytest

from storage.inbox import DONE
from tests.bot.house import House

LONGEST = {
    "stuck": "つ" * 2_000,
    "goal": "目" * 2_000,
    "now": "数" * 2_000,
    "partner": "人" * 200,
    "own": "言" * 10_000,
    "decider": "決" * 2_000,
    "firm": "社" * 150 + " 長野県飯田市" + "町" * 140,
    "contact": "a" * 200 + "@" + "example." * 20 + "jp",
}


@pytest.mark.parametrize("key", LONGEST)
def test_the_longest_answer_fits(house: House, key: str) -> None:
    """An answer the bot accepts never fails later, on a column that is too short for it."""
    house.plays_to(key)
    house.says(LONGEST[key])
    assert house.event().status == DONE
    house.plays_to("")
    assert house.event().status == DONE
    assert house.postings()
    assert house.presses("公開する").notice == ""
    assert house.postings()[-1].state == "OPEN"
