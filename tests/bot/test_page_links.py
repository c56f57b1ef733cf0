"""Page links: a signed address shows one page of one kind until its day, and nothing can be made of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bot.pages.page_links import CHART, LASTS, MEETING, MONTH, PageLinks
from tests.bot.house import START

BASE = "https://smallwin.example.com"
ID = uuid4()
LINKS = PageLinks("channel-secret", BASE)


def token(kind: str = CHART) -> str:
    return LINKS.address(kind, ID, START).removeprefix(f"{BASE}/p/{kind}/")


@pytest.mark.parametrize("kind", [CHART, MEETING, MONTH])
def test_an_address_shows_its_page_until_its_day(kind: str) -> None:
    """What it shows and when it was made; the last moment still counts, the next does not."""
    almost = START + LASTS[kind] - timedelta(seconds=1)
    page = LINKS.page(kind, token(kind), almost)
    assert page is not None
    assert (page.id, page.made_at) == (ID, START)
    assert LINKS.page(kind, token(kind), START + LASTS[kind]) is None


def test_what_was_told_this_very_second_is_shown() -> None:
    """The number that comes with its picture stands in the picture: its moment is no earlier than the turn's."""
    now = START + timedelta(microseconds=400_000)
    page = LINKS.page(CHART, LINKS.address(CHART, ID, now).rpartition("/")[2], now)
    assert page is not None
    assert page.made_at >= now


def test_an_address_of_one_kind_opens_no_other() -> None:
    """Who holds a chart cannot read the month, which names what is paid."""
    assert LINKS.page(MONTH, token(CHART), START) is None
    assert PageLinks("another", BASE).page(CHART, token(), START) is None


@pytest.mark.parametrize("nonsense", ["", ".", "a.b.c", "🐟", "%00", "W10.x", "A" * 400])
def test_nonsense_shows_nothing(nonsense: str) -> None:
    """What was never a token is no error either."""
    assert LINKS.page(CHART, nonsense, START) is None
    assert LINKS.page(CHART, token()[:-1], START) is None


def test_without_a_secret_or_an_address_there_are_none() -> None:
    """An empty secret would let anybody sign."""
    assert PageLinks("", BASE).address(CHART, ID, START) == ""
    assert PageLinks("", BASE).page(CHART, token(), START) is None
    assert PageLinks("channel-secret", "").address(CHART, ID, START) == ""
