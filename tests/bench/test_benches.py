"""Every other benchmark, tiny: it reports its goals, and its own checks of what was done hold. No speed is judged."""

from importlib import import_module

import pytest

from bench.goals import GOALS
from bench.rows import FAILED, Report, Scale

TINY = Scale(seconds=0.02, rounds=1, stores=("postgres",), size=0.01, connections=4)
SQLITE = Scale(seconds=0.02, rounds=1, stores=("sqlite",), size=0.01, connections=4)
HUNDRED = Scale(seconds=0.02, rounds=1, stores=("sqlite",), size=0.001, connections=4)  # a hundred pairs
BENCHES = {
    "pushes": (TINY, ["P10.raw", "P10.stock", "P11"]),
    "forms": (TINY, ["P5", "P6", "P7.botbuilder", "P7.aiogram", "P7.telegram"]),
    "outbox": (TINY, ["P15"]),
    "dues": (SQLITE, ["P16.sqlite", "P17.sqlite"]),
    "monday": (TINY, ["monday.raw", "monday.stock"]),
    "weekly": (HUNDRED, ["weekly.sqlite", "weekly.pushes", "weekly.a_day"]),
    "growth": (TINY, ["growth.turns", "growth.bytes"]),
    "match": (SQLITE, ["P18.sqlite", "match.sqlite"]),
    "reply": (TINY, ["reply.p50", "reply.p99"]),
    "start": (SQLITE, ["start.web", "memory.web", "memory.worker"]),
}


@pytest.mark.parametrize("name", BENCHES)
def test_bench_reports_its_goals(name: str) -> None:
    """Each goal has its number, and nothing that was counted was wrong."""
    scale, ids = BENCHES[name]
    report: Report = import_module(f"bench.{name}").measure(scale)
    assert [row.id for row in report.rows] == ids, report.notes
    assert all(row.verdict != FAILED and row.ratio for row in report.rows), report.notes
    assert all((row.floor, row.goal) == (GOALS[row.id].floor, GOALS[row.id].goal) for row in report.rows)


@pytest.mark.parametrize("name", ["forms", "outbox", "monday", "growth", "reply"])
def test_bench_without_its_store_says_so(name: str) -> None:
    """What needs PostgreSQL is listed without a number where it was not asked for."""
    report: Report = import_module(f"bench.{name}").measure(SQLITE)
    assert [row.id for row in report.rows] == BENCHES[name][1]
    assert all(row.ratio is None for row in report.rows)
    assert report.notes
