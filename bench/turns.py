"""Turns: durable turns per second through real signed HTTP, beside what this machine could do at most.

Three servers are asked in turn, A B C A B C …, by one sender in another process (closed loop, 16 connections, one
owner each; every tenth event comes twice):
A  turn     the product's own door, turn thread, flow and store; delivery, sweeps and model are off
B  ceiling  the same web server, verification, reading and masking; the same rows by hand-made SQL, one transaction
            an event, answered after its commit; no flow
C  bare     the same web server, an empty 200
A LINE webhook is answered after the event is stored and before its turn, so a turn counts when its transaction has
committed. turns/s is distinct events done, from the first request until the inbox is drained. "http" is from request
to answer; "turn" from request to commit. Percentiles are over the requests of all rounds.
After each round: every answer was 2xx, and acknowledged events = events done = their entries, messages and talks.
"""

from __future__ import annotations

import contextlib
import secrets
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import machine
from bench.child import Load, Server
from bench.load import Order
from bench.recording import Step, expected, record
from bench.rows import FAILED, INCONCLUSIVE, MEASURED, Report, Row, Scale, has_drifted, percentile
from bench.servers import BARE, CEILING, TURN
from bench.stores import CannotStart, Store, counted, furnish, opened

OWNERS_A_SECOND = {
    TURN: 250,
    CEILING: 600,
    BARE: 1_200,
}  # more than this machine's best; fewer end a round early
WARM_SECONDS = 1.0


class Inconsistent(Exception):
    """What was acknowledged is not what the database holds."""


@dataclass
class Mode:
    """One server under measurement, and all its rounds."""

    name: str
    server: Server
    database: str = ""
    next_owner: int = 0
    acknowledged: list[str] = field(default_factory=list)
    checks: int = 0
    rates: list[float] = field(default_factory=list)
    http: list[float] = field(default_factory=list)
    turn: list[float] = field(default_factory=list)

    def forget(self) -> None:
        """The warm-up is over."""
        self.rates, self.http, self.turn = [], [], []

    def told(self) -> str:
        turn = f", turn {_ms(self.turn)}" if self.turn else ""
        per_second = f"{statistics.median(self.rates):,.0f}/s ({min(self.rates):,.0f}–{max(self.rates):,.0f})"
        return f"  {self.name:8} {per_second}, http {_ms(self.http)}{turn}"


def measure(scale: Scale) -> Report:
    report = Report()
    with tempfile.TemporaryDirectory(prefix="smallwin-bench-", dir=scale.folder) as name:
        folder = Path(name)
        report.notes.append(machine.described(folder))
        steps = record()
        for store in scale.stores:
            try:
                with opened(store, folder) as opened_store:
                    _measure(opened_store, scale, steps, report)
            except CannotStart as reason:
                report.notes.append(str(reason))
                report.rows += _rows(store, None, INCONCLUSIVE)
            except Inconsistent as wrong:
                report.notes.append(f"{store}: {wrong}")
                report.rows += _rows(store, None, FAILED)
    return report


def _measure(store: Store, scale: Scale, steps: list[Step], report: Report) -> None:
    with _modes(store, scale) as modes, contextlib.closing(Load()) as load:
        for mode in modes.values():
            sample(mode, load, scale, steps, min(WARM_SECONDS, scale.seconds))
            mode.forget()
        for _ in range(scale.rounds):
            for mode in modes.values():
                sample(mode, load, scale, steps, scale.seconds)
    moved = [name for name in (CEILING, BARE) if has_drifted(modes[name].rates)]
    is_memory = machine.is_memory(store.folder)
    report.rows += _rows(store.name, modes, INCONCLUSIVE if BARE in moved or is_memory else MEASURED)
    checks = sum(mode.checks for mode in modes.values())
    report.notes += [
        f"{store.about}; {checks} checks of correctness held",
        *(mode.told() for mode in modes.values()),
    ]
    if moved:
        names = " and ".join(moved)
        report.notes.append(
            f"  not judged where it divides: {names} moved by more than a quarter between rounds"
        )
    if is_memory:
        report.notes.append("  not judged: this disk is memory; BENCH_FOLDER names another")
    if statistics.median(modes[BARE].rates) < 3 * statistics.median(modes[CEILING].rates):
        report.notes.append(
            "  the sender is less than three times as fast as the ceiling: read ceiling/bare with care"
        )


@contextlib.contextmanager
def _modes(store: Store, scale: Scale) -> Iterator[dict[str, Mode]]:
    secret, databases = secrets.token_hex(16), {BARE: ""}
    for name in (TURN, CEILING):
        databases[name] = store.address(name)
        furnish(
            databases[name], int(OWNERS_A_SECOND[name] * (scale.seconds * scale.rounds + WARM_SECONDS)) + 100
        )
    with contextlib.ExitStack() as stack:
        modes = {}
        for name in (TURN, CEILING, BARE):  # all start at once; each is waited for when it is first asked
            server = Server(name, databases[name], secret)
            stack.callback(server.close)
            modes[name] = Mode(name, server, databases[name])
        yield modes


def sample(mode: Mode, load: Load, scale: Scale, steps: list[Step], seconds: float) -> None:
    """Load one server for a while, wait until its inbox is drained, and check what it left."""
    most = int(OWNERS_A_SECOND[mode.name] * seconds) + 16
    order = Order(mode.server.hook, mode.server.secret, mode.next_owner, most, seconds, scale.connections)
    sent = load.send(order)
    if sent.refused:
        raise Inconsistent(
            f"{mode.name}: {len(sent.refused)} answers were not 2xx: {sorted(set(sent.refused))}"
        )
    mode.http += sent.answered
    if not mode.database:
        mode.rates.append(len(sent.sent) / (sent.ended - sent.started))
        return
    mode.next_owner += sent.owners
    turned = mode.server.drained()
    check(mode, steps, sent.sent, turned)
    mode.rates.append(len(turned) / (max(turned.values()) - sent.started))
    if mode.name == TURN:
        mode.turn += [turned[id] - at for id, at in sent.sent.items()]


def check(mode: Mode, steps: list[Step], sent: dict[str, float], turned: dict[str, float]) -> None:
    """Acknowledged, each once = turned = rows of the inbox that are done = entries, messages and talks."""
    mode.acknowledged += sent
    if sent.keys() != turned.keys():
        raise Inconsistent(f"{mode.name}: {len(sent)} events acknowledged, {len(turned)} turned")
    check_rows(mode.database, steps, mode.acknowledged)
    mode.checks += 1


def check_rows(database: str, steps: list[Step], acknowledged: list[str]) -> None:
    wanted, found = expected(steps, acknowledged), counted(database)
    if wanted != found:
        raise Inconsistent(f"{database.rpartition('/')[2]}: expected {wanted}, found {found}")


def _rows(store: str, modes: dict[str, Mode] | None, verdict: str) -> list[Row]:
    rows = []
    for above, below in ((TURN, CEILING), (CEILING, BARE)):
        id, what = f"turns.{store}.{above}/{below}", f"{WHAT[above]} / {WHAT[below]}"
        if modes is None:
            rows.append(Row(id, what, verdict=verdict))
        else:
            is_steady = not has_drifted(modes[below].rates)
            judged = verdict if is_steady else INCONCLUSIVE
            rows.append(Row.of(id, what, modes[above].rates, modes[below].rates, judged))
    return rows


WHAT = {
    TURN: "durable turns",
    CEILING: "rows by hand",
    BARE: "bare 200",
}


def _ms(values: list[float]) -> str:
    return f"p50 {percentile(values, 0.5) * 1000:.1f} ms, p99 {percentile(values, 0.99) * 1000:.1f} ms"
