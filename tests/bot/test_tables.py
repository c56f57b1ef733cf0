"""Tables: files come in as spreadsheets write them, and go out so that nothing in them is run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tables.files import FORMULA, BadTable, guarded, read, write

COLUMNS = ("email", "name")


def test_each_encoding_of_a_spreadsheet_is_read() -> None:
    """UTF-8 with and without a mark, and CP932, which Excel in Japan writes."""
    text = "email,name\r\na@example.com,髙橋 はしごだか\r\n"
    for encoding in ("utf-8", "utf-8-sig", "cp932"):
        table = read(text.encode(encoding), COLUMNS, COLUMNS)
        assert [row for _, row in table.rows] == [{"email": "a@example.com", "name": "髙橋 はしごだか"}]


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "空"), (b"name\nx\n", "email"), (b"email,name,name\n", "二つ"), (b"email\x81", "文字コード")],
)
def test_what_is_no_table_of_ours_is_said_in_a_line(data: bytes, why: str) -> None:
    with pytest.raises(BadTable, match=why):
        read(data, COLUMNS, COLUMNS)


def test_columns_that_are_not_ours_are_named_and_left_out() -> None:
    table = read("email,phone,name\na@b.jp,090,青木\n".encode(), COLUMNS, COLUMNS)
    assert table.extra == ("phone",)
    assert table.rows == [(2, {"email": "a@b.jp", "name": "青木"})]


def test_a_broken_line_does_not_cost_the_others() -> None:
    """Too many columns, too long a cell, and short lines: each is said by its number, the others are read."""
    data = "email,name\na@b.jp,青木,x,y\nb@b.jp," + "あ" * 200_001 + "\nc@b.jp\n\nd@b.jp,土井\n"
    table = read(data.encode(), COLUMNS, COLUMNS)
    assert [number for number, _ in table.broken] == [2, 3]
    assert [row["email"] for _, row in table.rows] == ["c@b.jp", "d@b.jp"]


@pytest.mark.parametrize("cell", ["=cmd|'/c calc'!A0", "+81 90", "-1", "@SUM(A1)", "\t=1"])
def test_a_formula_is_kept_from_running(cell: str) -> None:
    """On the way out it is guarded; on the way in the guard is taken off again."""
    assert guarded(cell).startswith("'")
    [(_, row)] = read(write(COLUMNS, [("a@b.jp", cell)]).encode(), COLUMNS, COLUMNS).rows
    assert row["name"] == cell.strip()


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=40))
def test_whatever_is_written_is_read_back(cell: str) -> None:
    text = write(COLUMNS, [("a@b.jp", cell)])
    [(_, row)] = read(text.encode(), COLUMNS, COLUMNS).rows
    inner = cell.strip()
    assert row["name"] in (inner, inner[1:].strip())
    assert row["name"] == inner or (inner[0] == "'" and inner[1] in FORMULA)
