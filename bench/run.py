"""Run: the benchmarks by name, one table of ratios, the same as JSON for a program.

BENCH_SECONDS and BENCH_ROUNDS shorten a run, BENCH_STORES picks (sqlite, postgres), BENCH_FOLDER says on which disk.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from bench import turns
from bench.rows import FAILED, INCONCLUSIVE, Report, Scale

BENCHES: dict[str, Callable[[Scale], Report]] = {"turns": turns.measure}


def run(names: list[str], as_json: bool) -> int:
    """Run the named benchmarks, all by default; 1 when a check of correctness failed, 2 for an unknown name."""
    screen = Console(stderr=as_json)
    if unknown := sorted(set(names) - set(BENCHES)):
        screen.print(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}", markup=False)
        return 2
    scale = Scale.read(os.environ)
    reports = []
    for name in names or BENCHES:
        with screen.status(f"measuring {name}, about {scale.about_seconds:.0f} s"):
            reports.append(BENCHES[name](scale))
    rows = [row for report in reports for row in report.rows]
    if as_json:
        json.dump([row.plain() for row in rows], sys.stdout, ensure_ascii=False)
        print()
    else:
        screen.print(drawn(reports))
    for note in (note for report in reports for note in report.notes):
        screen.print(note, markup=False, highlight=False, soft_wrap=True)
    return 1 if any(row.verdict == FAILED for row in rows) else 0


def drawn(reports: list[Report]) -> Table:
    table = Table("id", "what", "ratio", "min", "max", "floor", "goal", "verdict")
    for column in table.columns:
        is_words = column.header in ("id", "what")
        column.overflow, column.no_wrap, column.min_width = "fold", not is_words, 0 if is_words else 5
    table.columns[-1].min_width = len(INCONCLUSIVE)
    for row in (row for report in reports for row in report.rows):
        numbers = (row.ratio, row.min, row.max, row.floor, row.goal)
        table.add_row(
            row.id, row.what, *("–" if item is None else f"{item:.3f}" for item in numbers), row.verdict
        )
    return table
