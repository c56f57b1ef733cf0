"""Turns: P1 to P4, P8 and P9. Durable turns through real signed HTTP, beside what the same machine does otherwise.

Five servers, each a process of its own, are asked in turn by one sender in another process:
turn     the product's own door, turn thread, flow and store; delivery, sweeps and model are off
parse    the same web server; LINE's SDK verifies and parses, nothing is stored
plain    the same rows through one SQLAlchemy async session a turn, answered after its commit
by_hand  the same rows by hand-made SQL, one transaction a turn, answered after its commit
bare     the same web server, an empty 200: is the sender fast enough?
A LINE webhook is answered after the event is stored and before its turn, so a turn counts when its transaction has
committed. Rates are of closed loops: distinct events done, from the first request until the inbox is drained; every
tenth event comes twice. Latencies are from the hour an event was to be sent to its commit, in open loops.
After each sample: every answer was 2xx, and acknowledged events = events done = their entries, messages and talks.
"""

from __future__ import annotations

import contextlib
import pickle
import secrets
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import machine
from bench.child import Load, Server
from bench.load import Order
from bench.measuring import WentWrong, on_store
from bench.recording import expected, record
from bench.rows import Report, Scale, percentile
from bench.servers import BARE, BY_HAND, PARSE, PLAIN, TURN
from bench.stores import Store, counted, furnish
from bench.talk import Step

AT_ONCE = {"sqlite": 16, "postgres": 64}
PARSED_AT_ONCE = 16
UNLOADED_A_SECOND, UNLOADED = 60.0, 0.1  # events, but no more than this share of the peak
EVENTS_A_SECOND = {TURN: 4_000, PLAIN: 3_000, BY_HAND: 3_000}  # more than ever; fewer end a sample early
ROWS = {
    "sqlite": ("P1", "P2", "P8.sqlite", "P9.sqlite"),
    "postgres": ("P3", "P4", "P8.postgres", "P9.postgres"),
}


@dataclass
class Mode:
    """One server under measurement."""

    name: str
    server: Server
    database: str = ""
    next_owner: int = 0
    acknowledged: list[str] = field(default_factory=list)
    checks: int = 0


@dataclass(frozen=True)
class Sample:
    """What one load of one server came to; ``turns`` are seconds from request to commit."""

    rate: float
    turns: list[float]

    def p(self, share: float) -> float:
        return percentile(self.turns, share) * 1000


Samples = dict[str, list[Sample]]


def measure(scale: Scale) -> Report:
    report, steps = Report(), record()
    for kind in scale.stores:
        on_store(kind, scale, report, ROWS.get(kind, ()), lambda store: _measure(store, scale, steps, report))
    return report


def _measure(store: Store, scale: Scale, steps: list[Step], report: Report) -> None:
    with _modes(store, scale, steps) as modes, contextlib.closing(Load()) as load:
        asking = Asking(modes, load, scale, steps, AT_ONCE[store.name])
        asking.round(scale.seconds / 3)  # warm-up
        samples: Samples = {}
        for _ in range(scale.rounds):
            for name, sample in asking.round(scale.seconds).items():
                samples.setdefault(name, []).append(sample)
        bare = asking.closed(BARE, scale.seconds, PARSED_AT_ONCE).rate
    _report(store, samples, report)
    report.notes.append(
        f"{store.about}; {sum(mode.checks for mode in modes.values())} checks of correctness held"
    )
    report.notes += [_told(name, samples[name]) for name in samples]
    if bare < 3 * statistics.median(sample.rate for sample in samples[TURN]):
        report.notes.append(f"  the sender ({bare:,.0f}/s) is less than three times as fast as our turns")


def _report(store: Store, samples: Samples, report: Report) -> None:
    is_memory = machine.is_memory(store.folder)
    if is_memory:
        report.notes.append("not judged: this disk is memory; BENCH_FOLDER names another")
    of_parse, of_plain, unloaded, tail = ROWS[store.name]
    rates = {name: [sample.rate for sample in each] for name, each in samples.items()}
    report.add(of_parse, rates[TURN], rates[PARSE], is_unsure=is_memory)
    report.add(of_plain, rates[TURN], rates[PLAIN], is_unsure=is_memory)
    ours, theirs = ([sample.p(0.5) for sample in samples[name]] for name in ("unloaded", "unloaded by hand"))
    report.add(unloaded, ours, theirs, is_unsure=is_memory)
    half = samples["half the peak"]
    late, middle = ([sample.p(share) for sample in half] for share in (0.99, 0.5))
    report.add(tail, late, middle, is_unsure=is_memory, may_drift=True)


def _told(name: str, samples: list[Sample]) -> str:
    rates = [sample.rate for sample in samples]
    told = f"  {name:16} {statistics.median(rates):,.0f}/s ({min(rates):,.0f}–{max(rates):,.0f})"
    if not samples[0].turns:
        return told
    middle, late = (statistics.median(sample.p(share) for sample in samples) for share in (0.5, 0.99))
    return f"{told}, to the commit p50 {middle:.1f} ms, p99 {late:.1f} ms"


@contextlib.contextmanager
def _modes(store: Store, scale: Scale, steps: list[Step]) -> Iterator[dict[str, Mode]]:
    secret, databases = secrets.token_hex(16), dict.fromkeys((TURN, PARSE, PLAIN, BY_HAND, BARE), "")
    samples = {TURN: 3, PLAIN: 1, BY_HAND: 1}
    for name, each in samples.items():
        databases[name] = store.address(name)
        events = EVENTS_A_SECOND[name] * scale.seconds * (scale.rounds + 1) * each
        furnish(databases[name], min(60_000, int(events / 7)) + 200)
    file = store.folder / "steps.pickle"
    file.write_bytes(pickle.dumps(steps))
    with contextlib.ExitStack() as stack:
        modes = {}
        for (
            name,
            database,
        ) in databases.items():  # all start at once; each is waited for when it is first asked
            server = Server(name, database, secret, file)
            stack.callback(server.close)
            modes[name] = Mode(name, server, database)
        yield modes


@dataclass
class Asking:
    """Loads one server after the other."""

    modes: dict[str, Mode]
    load: Load
    scale: Scale
    steps: list[Step]
    at_once: int

    def round(self, seconds: float) -> dict[str, Sample]:
        most = min(self.at_once, self.scale.connections)
        peak = self.closed(TURN, seconds, most)
        calm = min(UNLOADED_A_SECOND, peak.rate * UNLOADED)
        return {
            TURN: peak,
            PARSE: self.closed(PARSE, seconds, min(PARSED_AT_ONCE, most)),
            PLAIN: self.closed(PLAIN, seconds, most),
            "unloaded": self.paced(TURN, seconds, calm),
            "unloaded by hand": self.paced(BY_HAND, seconds, calm),
            "half the peak": self.paced(TURN, seconds, peak.rate / 2),
        }

    def closed(self, name: str, seconds: float, connections: int) -> Sample:
        """Let so many owners talk at once, each as soon as he is answered."""
        most = int(EVENTS_A_SECOND.get(name, 10_000) * seconds / 7) + connections
        return self._sample(self.modes[name], most, seconds, connections, 0.0)

    def paced(self, name: str, seconds: float, pace: float) -> Sample:
        """Let events come at their hour, whatever became of those before."""
        most = max(4, int(pace * seconds / 7) + 1)
        return self._sample(self.modes[name], most, seconds, 0, pace)

    def _sample(self, mode: Mode, most: int, seconds: float, connections: int, pace: float) -> Sample:
        """Load one server for a while, wait until its inbox is drained, and check what it left."""
        first = mode.next_owner
        order = Order(mode.server.hook, mode.server.secret, first, most, seconds, connections, pace)
        sent = self.load.send(order)
        if sent.refused:
            wrong = sorted(set(sent.refused))
            raise WentWrong(f"{mode.name}: {len(sent.refused)} answers were not 2xx: {wrong}")
        if not mode.database:
            return Sample(len(sent.sent) / (sent.ended - sent.started), [])
        mode.next_owner += sent.owners
        turned = mode.server.drained()
        check(mode, self.steps, sent.sent, turned)
        rate = len(turned) / (max(turned.values()) - sent.started)
        return Sample(rate, [turned[id] - at for id, at in sent.sent.items()])


def check(mode: Mode, steps: list[Step], sent: dict[str, float], turned: dict[str, float]) -> None:
    """Acknowledged, each once = turned = rows of the inbox that are done = entries, messages and talks."""
    mode.acknowledged += sent
    if sent.keys() != turned.keys():
        raise WentWrong(f"{mode.name}: {len(sent)} events acknowledged, {len(turned)} turned")
    check_rows(mode.database, steps, mode.acknowledged)
    mode.checks += 1


def check_rows(database: str, steps: list[Step], acknowledged: list[str]) -> None:
    wanted, found = expected(steps, acknowledged), counted(database)
    if wanted != found:
        raise WentWrong(f"{database.rpartition('/')[2]}: expected {wanted}, found {found}")
