"""Photo links: a signed address shows one photo for a week, and nothing can be made of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from bot.pages.photo_links import LASTS, PATH, PhotoLinks
from tests.bot.house import START

BASE = "https://smallwin.example.com"
PHOTO = uuid4()
LINKS = PhotoLinks("channel-secret", BASE)


def token() -> str:
    address = LINKS.address(PHOTO, START)
    assert address.startswith(BASE + PATH)
    return address.removeprefix(BASE + PATH)


def test_an_address_names_its_photo_for_a_week() -> None:
    """The last moment still counts, the next does not."""
    almost = START + LASTS - timedelta(seconds=1)
    assert LINKS.photo(token(), almost) == PHOTO
    assert LINKS.photo(token(), START + LASTS) is None


def test_another_secret_reads_nothing() -> None:
    """A new channel secret ends every link; somebody else's never began."""
    assert PhotoLinks("another", BASE).photo(token(), START) is None
    forged = PhotoLinks("another", BASE).address(PHOTO, START).removeprefix(BASE + PATH)
    assert LINKS.photo(forged, START) is None


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "A" + t, lambda t: t[::-1], lambda t: t * 9])
def test_a_changed_token_shows_nothing(change: object) -> None:
    """Not one character may differ."""
    assert callable(change)
    assert LINKS.photo(change(token()), START) is None


@pytest.mark.parametrize("nonsense", ["", ".", "a.b.c", "🐟", "%00", "W10.x"])
def test_nonsense_shows_nothing(nonsense: str) -> None:
    """What was never a token is no error either."""
    assert LINKS.photo(nonsense, START) is None


def test_without_a_secret_or_an_address_there_are_none() -> None:
    """An empty secret would let anybody sign."""
    assert PhotoLinks("", BASE).address(PHOTO, START) == ""
    assert PhotoLinks("", BASE).photo(token(), START) is None
    assert PhotoLinks("channel-secret", "").address(PHOTO, START) == ""
