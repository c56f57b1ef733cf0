"""Tables: files as spreadsheets write them, read without guessing and written without harm.

A cell that begins like a formula is run by a spreadsheet: on the way out it gets an apostrophe, on the way in it loses it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

MOST_BYTES = 200 << 20
MOST_CELL = 200_000  # characters; a longer cell is no cell
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
ENCODINGS = ("utf-8-sig", "cp932")  # a spreadsheet in Japan writes the second


class BadTable(Exception):
    """A file that is no table of ours; the message says why, in a line."""


@dataclass(frozen=True)
class Table:
    """The rows by their line in the file; columns we know, and those we leave out."""

    rows: list[tuple[int, dict[str, str]]]
    extra: tuple[str, ...] = ()
    encoding: str = ""
    broken: list[tuple[int, str]] = field(default_factory=list)


def text_of(data: bytes) -> tuple[str, str]:
    """Decode a file and say as what; raises ``BadTable``."""
    if len(data) > MOST_BYTES:
        raise BadTable(f"ファイルが大きすぎます({MOST_BYTES >> 20}MBまで)。")
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise BadTable("文字コードが読めません。UTF-8 か Shift_JIS(CP932) で保存してください。")


def read(data: bytes, columns: Sequence[str], needed: Sequence[str]) -> Table:
    """Read a CSV with a header; cells are stripped of spaces around them and of a guard before a formula."""
    text, encoding = text_of(data)
    csv.field_size_limit(MOST_CELL)
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower() for name in next(lines)]
    except (StopIteration, csv.Error):
        raise BadTable("ファイルが空です。1行目に列の名前を書いてください。") from None
    if lost := [name for name in needed if name not in header]:
        raise BadTable(f"列がありません：{'、'.join(lost)}")
    if doubled := {name for name in header if name in columns and header.count(name) > 1}:
        raise BadTable(f"同じ列が二つあります：{'、'.join(sorted(doubled))}")
    table = Table([], tuple(name for name in header if name and name not in columns), encoding)
    for number, cells in _lines(lines, table):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            table.broken.append((number, f"列が多すぎます({len(cells)}列)"))
            continue
        row = {name: bare(cell) for name, cell in zip_longest(header, cells[: len(header)], fillvalue="")}
        table.rows.append((number, {name: cell for name, cell in row.items() if name in columns}))
    return table


def _lines(lines: Iterator[list[str]], table: Table) -> Iterator[tuple[int, list[str]]]:
    """Go on after a line that is none: the others are read all the same."""
    while True:
        try:
            yield lines.line_num + 1, next(lines)  # type: ignore[attr-defined]
        except StopIteration:
            return
        except csv.Error as why:
            table.broken.append((lines.line_num, f"行が読めません({why})"))  # type: ignore[attr-defined]


def bare(cell: str) -> str:
    """Take off the spaces, and the apostrophe that guards a formula."""
    cell = cell.replace("\0", "").strip()
    return cell[1:].strip() if cell[:1] == "'" and cell[1:2] in FORMULA else cell


def guarded(cell: str) -> str:
    """Keep a spreadsheet from running what somebody wrote."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a CSV that ``read`` reads back as it was."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()
