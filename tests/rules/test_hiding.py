"""Hiding: names of firms are found as people write them, and nothing is found in what only looks alike."""

from __future__ import annotations

import pytest

from flows.rules.match.hiding import MOST_FIRMS, MOST_NAME, firms_in, is_hidden


@pytest.mark.parametrize(
    ("typed", "firms"),
    [
        ("有限会社山田商店、佐々木食品", ("有限会社山田商店", "佐々木食品")),
        ("山田商店\n　佐々木食品 \n山田商店", ("山田商店", "佐々木食品")),
        ("㈱ミソノ/まるや食品", ("㈱ミソノ", "まるや食品")),
        ("山田株式会社と佐々木食品", ("山田株式会社", "佐々木食品")),
        ("有限会社山田商店と、佐々木食品", ("有限会社山田商店", "佐々木食品")),
        ("佐々木食品さんと山田商店には見せないでください", ("佐々木食品", "山田商店")),
        ("山田商店の人", ("山田商店",)),
        ("特にありません", ()),
        ("なし", ()),
        ("", ()),
        ("株式会社", ()),
    ],
)
def test_names_as_people_type_them(typed: str, firms: tuple[str, ...]) -> None:
    """One a line or between commas; nothing, and a legal form alone, are no names."""
    assert firms_in(typed) == firms


def test_a_flood_of_names_is_cut() -> None:
    """Ten thousand names, or one of ten thousand letters, stay within what is kept."""
    assert len(firms_in("\n".join(f"会社その{number}" for number in range(10_000)))) == MOST_FIRMS
    assert [len(name) for name in firms_in("あ" * 10_000)] == [MOST_NAME]


@pytest.mark.parametrize(
    ("firm", "said", "is_named"),
    [
        ("有限会社山田商店", "山田商店で通販を5年", True),
        ("山田商店", "(有)山田 商店", True),
        ("ＡＢＣ食品", "abc食品の子会社", True),
        ("日立", "日立市に住んでいます", False),
        ("日立", "日立で10年", True),
        ("まるや食品", "食品の通販を5年", False),
        ("山田(本店)", "山田商店", False),
        (".*", "何でもできます", False),
    ],
)
def test_a_firm_is_found_where_it_is_written(firm: str, said: str, is_named: bool) -> None:
    """Legal forms, spaces and widths do not matter; a short name must stand alone; signs of an expression are letters."""
    assert is_hidden([firm], ["", said]) is is_named
