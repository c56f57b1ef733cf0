"""Picking: several answers at once, from boxes or from words."""

from __future__ import annotations

import pytest

from flows.errors import Unreadable
from flows.picking import Many
from flows.questions import Option

ASKED = Many(
    "どのお仕事ですか？", (Option("AC-02", "売掛金の管理"), Option("EC-01", "ネット店の立ち上げ")), most=1
)


@pytest.mark.parametrize("words", ["AC-02", "売掛金の管理", " ａｃ-０２ ", "AC-02\nAC-02"])
def test_values_and_names_are_read(words: str) -> None:
    """A form brings values, a person types names; twice is once."""
    assert ASKED.read(words) == ["AC-02"]


@pytest.mark.parametrize("words", ["", "なし", "\n"])
def test_none_may_be_picked(words: str) -> None:
    """Leaving all boxes empty is an answer."""
    assert ASKED.read(words) == []


@pytest.mark.parametrize("words", ["AC-99", "AC-02、EC-01", "あ" * 10_000])
def test_what_is_not_listed_or_too_many_is_said(words: str) -> None:
    """The kind reason says what may be picked."""
    with pytest.raises(Unreadable, match=r"一覧|1個まで"):
        ASKED.read(words)


def test_what_left_the_list_is_no_longer_picked() -> None:
    """A later release may take a name away; the other answers stand."""
    assert ASKED.restore(["XX-01", "EC-01"]) == ("EC-01",)
    with pytest.raises(Unreadable):
        ASKED.restore("EC-01")
