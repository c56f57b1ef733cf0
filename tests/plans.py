"""Plans: what turns and sweeps ask of a table that grows is found by an index.

SQLite knows nothing of how much is in a table until it is told, and plans as for a big one: what it would read from end
to end there, it would on any day.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from storage.database import Base

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "flows", "storage")
FEW = {"outcomes", "rich_menus"}  # a row a finished work, a row a menu
# By command, a report, a sweep of the day, and who wants to be forgotten: they may take a while.
SLOW = {
    "bot/console.py",
    "bot/demo_clock.py",
    "bot/sends/repair.py",
    "storage/backlog.py",
    "storage/companies.py:everyone",
    "storage/companies.py:keep_all",
    "storage/engagements.py:lives",
    "storage/forgetting.py:_set",
    "storage/inbox.py:lease_abandoned",
    "storage/slots.py:running",
    "storage/staff.py:_left",
    "storage/time_rows.py:next_after",
}
GROWING = {table.name for table in Base.metadata.tables.values()} - FEW
# An index of some rows only, of what waits: all of it may be read.
PARTIAL = {
    str(index.name)
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}

_looked_at = set[str]()


def whole_tables(plan: list[str]) -> list[str]:
    """Give the steps of a plan that read a growing table from end to end."""
    steps = (step.split() for step in plan if step.startswith("SCAN "))
    return [" ".join(step) for step in steps if step[1] in GROWING and step[-1] not in PARTIAL]


def asker() -> str:
    """Name the function of the product that asks; nothing for a test, a migration and a command of the house."""
    frame = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and ".venv" not in path.parts:
            name = str(path.relative_to(ROOT))
            known = name.startswith(PRODUCT) and not name.startswith(
                ("storage/migrations", "bot/tables", "bot/evaluating")
            )
            return f"{name}:{frame.f_code.co_name}" if known else ""
        frame = frame.f_back  # type: ignore[assignment]
    return ""


@contextmanager
def held() -> Iterator[None]:
    """Look at the plan of each new statement on SQLite; in the end none of them may read a whole table."""
    faults = list[str]()

    def look(
        connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if connection.dialect.name != "sqlite" or statement in _looked_at or many:
            return
        if threading.current_thread() is not threading.main_thread():
            return  # of two that race it would change who comes first
        if not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            return
        _looked_at.add(statement)
        who = asker()
        if not who or who in SLOW or who.partition(":")[0] in SLOW:
            return
        plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        if found := whole_tables([row[3] for row in plan]):
            faults.append(f"{who}: {found} in {' '.join(statement.split())}")

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)
    assert not faults, "\n".join(faults)
