"""Corrections: what people put right becomes lines for the corpus, and nothing private leaves the store."""

from __future__ import annotations

import pytest

from bot.corrections import LONGEST, is_misread, public


@pytest.mark.parametrize(
    "wish",
    [
        "嫁が病気で困っとる",
        "電話は090-1234-5678です",
        "岡山市北区大供1-1-1に来てほしい",
        "taro@example.jp に送って",
    ],
)
def test_what_is_private_is_left_out(wish: str) -> None:
    """Family, health, numbers, addresses: the sentence goes, the rest stays."""
    assert public(f"味噌をネットで売りたい。{wish}。") == "味噌をネットで売りたい。"


def test_a_line_is_one_line_and_short() -> None:
    """A wish of many lines becomes one line of the corpus."""
    line = public("味噌を売りたい\n\tネットがよい\n" * 40)
    assert "\n" not in line
    assert "\t" not in line
    assert len(line) <= LONGEST


def test_only_what_the_coach_would_misread_is_shown() -> None:
    """What it reads right already needs no line."""
    assert not is_misread("味噌をネットで売りたい", "EC-01")
    assert is_misread("味噌をネットで売りたい", "GX-07")
