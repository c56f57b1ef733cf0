"""Measuring: one benchmark on one kind of database; what cannot be measured and what went wrong are reported apart."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bench.rows import FAILED, Report, Scale
from bench.stores import CannotStart, Store, opened


class WentWrong(Exception):
    """What is stored, or what the platform saw, is not what was done: a rate would be of something else."""


def on_store(
    kind: str, scale: Scale, report: Report, ids: Iterable[str], work: Callable[[Store], None]
) -> None:
    """Measure on a fresh store of a kind; where that cannot be, report ``ids`` with the reason."""
    if kind not in scale.stores:
        report.skip(ids, f"{kind} was not asked for")
        return
    with tempfile.TemporaryDirectory(prefix="smallwin-bench-", dir=scale.folder) as name:
        try:
            with opened(kind, Path(name)) as store:
                work(store)
        except CannotStart as why:
            report.skip(ids, str(why))
        except WentWrong as why:
            report.skip(ids, f"{kind}: {why}", FAILED)
