"""Outcome rows: what came of work with a firm, here or elsewhere, as a line of a table, checked cell by cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from bot.tables import files as tables
from bot.tables.importing import Fault, Read
from bot.tables.talent_rows import BadCell, cells_of, number_cell, prefecture_cell, text_cell
from flows.rules.calendar import JST
from prompts.knowledge import job_codes, trades
from storage.records import Kind, Noted
from storage.unit_of_work import Work, begin

COLUMNS = (
    "id", "company", "prefecture", "industry", "job_code", "began_on", "ended_on", "hours_per_month",
    "monthly_pay_yen", "goal", "measure", "before", "after", "win", "show_as",
)  # fmt: skip
NEEDED = ("id", "company", "job_code", "began_on")
HOURS, YEN = (1, 200), (1, 1_000_000)
WINS = ("yes", "part", "no")
SHOWN = ("名前あり", "匿名", "不可")  # whether others may read of it, and how
DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,4})?")
Row = dict[str, Any]


def read_outcomes(data: bytes) -> Read:
    """Read a table of outcomes; raises ``BadTable`` when it is none at all."""
    table = tables.read(data, COLUMNS, NEEDED)
    found = Read({}, [Fault(*broken) for broken in table.broken], table.extra, table.encoding)
    for line, cells in table.rows:
        try:
            row = read_row(cells)
        except BadCell as why:
            found.faults.append(Fault(line, str(why)))
            continue
        if row["id"] in found.rows:
            found.faults.append(Fault(line, f"id：{found.lines[row['id']]}行目と同じです"))
            continue
        found.rows[row["id"]], found.lines[row["id"]] = row, line
    found.faults.sort(key=lambda fault: fault.line)
    return found


def read_row(cells: dict[str, str]) -> Row:
    """Check one line; raises ``BadCell`` with all that is wrong with it."""

    def text(most: int, *, is_needed: bool = False) -> Callable[[str], str]:
        return lambda cell: text_cell(cell, most, is_needed=is_needed)

    row = cells_of(
        cells,
        {
            "id": text(80, is_needed=True),
            "company": text(200, is_needed=True),
            "prefecture": prefecture_cell,
            "industry": text(100),
            "job_code": _code,
            "began_on": lambda cell: _day(cell, is_needed=True),
            "ended_on": _day,
            "hours_per_month": lambda cell: number_cell(cell, *HOURS),
            "monthly_pay_yen": lambda cell: number_cell(cell, *YEN),
            "goal": text(2_000),
            "measure": text(200),
            "before": _amount,
            "after": _amount,
            "win": lambda cell: _one_of(cell, WINS, ""),
            "show_as": lambda cell: _one_of(cell, SHOWN, SHOWN[-1]),
        },
    )
    if row["ended_on"] and row["ended_on"] < row["began_on"]:
        raise BadCell("ended_on：began_on より前です")
    return row


def _code(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if plain not in job_codes():
        raise BadCell(f"仕事の分類にありません({text.strip()[:20]})")
    return plain


def _day(text: str, *, is_needed: bool = False) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain and not is_needed:
        return ""
    hit = DAY.fullmatch(plain)
    try:
        return date(*map(int, hit.groups())).isoformat() if hit else _no_day(plain)
    except ValueError:
        return _no_day(plain)


def _no_day(plain: str) -> str:
    raise BadCell(
        f"日付として読めません({plain[:20]})。2026-04-01 のように書いてください" if plain else "ありません"
    )


def _amount(text: str) -> str:
    plain = re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", text))
    if plain and not AMOUNT.fullmatch(plain):
        raise BadCell(f"数として読めません({text.strip()[:20]})")
    return plain


def _one_of(text: str, known: tuple[str, ...], usual: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().lower() or usual
    if plain and plain not in known:
        raise BadCell(f"{'、'.join(known)} のどれかです({text.strip()[:20]})")
    return plain


def keep_outcomes(engine: Engine, rows: Iterable[Row], now: datetime) -> Noted:
    """Keep the lines, and let each be told as it says; what an owner here confirmed no file changes."""
    with begin(engine) as work:
        by_id = {row["id"]: row for row in rows}
        here = {row.id.hex for row, _ in work.outcomes.confirmed()}
        told = {id: row for id, row in by_id.items() if id not in here}
        noted = work.records.keep_all(Kind.OUTCOME, told, now)
        work.outcomes.keep_file(told, now)
        return Noted(noted.new, noted.changed, noted.same + len(by_id.keys() & here))


def write_outcomes(engine: Engine) -> str:
    """Write what owners here confirmed and what was kept as such a table; read again it changes nothing."""
    with begin(engine) as work:
        kept = [*_ours(work), *work.records.all(Kind.OUTCOME)]
        return tables.write(COLUMNS, ([str(row[name] or "") for name in COLUMNS] for row in kept))


def _ours(work: Work) -> Iterator[Row]:
    for row, firm in work.outcomes.confirmed():
        assert row.engagement_id is not None
        pair = work.engagements.get(row.engagement_id)
        assert pair.started_on is not None
        over = pair.ended_at.astimezone(JST).date().isoformat() if pair.ended_at else ""
        yield {
            "id": row.id.hex,
            "company": firm,
            "prefecture": row.prefecture,
            "industry": trades()[row.trade].name if row.trade in trades() else "",
            "job_code": row.job_code,
            "began_on": pair.started_on.isoformat(),
            "ended_on": over,
            "hours_per_month": row.hours,
            "monthly_pay_yen": row.pay,
            "goal": row.goal,
            "measure": work.postings.get(pair.posting_id).measure[:200],
            "before": _cell(row.before),
            "after": _cell(row.after),
            "win": row.win,
            "show_as": row.show or SHOWN[-1],
        }


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}".rstrip("0").rstrip(".")
