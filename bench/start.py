"""Start: how long `web` takes to its first 200, and what each process holds. Absolute: they are this machine's."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import time
from pathlib import Path
from urllib.error import URLError

from bench.child import LOCAL, Child, Platforms
from bench.rows import ABSOLUTE, FAILED, Report, Scale
from bench.stores import SQLITE, Store, fresh

ROWS = ("start.web", "memory.web", "memory.worker")
PATIENCE = 60.0
CALM = 1.0  # seconds without growing


class DidNotStart(Exception):
    """A process of the product did not come up."""


def measure(scale: Scale) -> Report:
    report = Report()
    with tempfile.TemporaryDirectory(prefix="smallwin-bench-", dir=scale.folder) as name:
        address = fresh(Store(SQLITE, "", Path(name)), "start")
        with contextlib.closing(Platforms(0.0)) as platforms:
            environ = {**platforms.settings, "DATABASE_URL": address}
            try:
                _measure(environ, scale, report)
            except DidNotStart as why:
                report.skip(ROWS, str(why), FAILED)
    return report


def _measure(environ: dict[str, str], scale: Scale, report: Report) -> None:
    started = [started_web(environ) for _ in range(min(3, scale.rounds))]
    report.put("start.web", [seconds for seconds, _ in started], ABSOLUTE)
    if not all(held for _, held in started):
        return report.skip(ROWS, "memory cannot be read here: no /proc")
    report.put("memory.web", [held for _, held in started], ABSOLUTE)
    worker = Child("bot", "worker", environ=environ)
    try:
        report.put("memory.worker", [memory(worker)], ABSOLUTE)
    finally:
        worker.end()


def started_web(environ: dict[str, str]) -> tuple[float, float]:
    """Start the door; gives the seconds to its first 200 and the megabytes it holds then."""
    port = free_port()
    began = time.perf_counter()
    web = Child("bot", "web", environ={**environ, "PORT": str(port)})
    try:
        while not answers(port):
            if web.process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise DidNotStart("web did not answer")
            time.sleep(0.02)
        return time.perf_counter() - began, memory(web)
    finally:
        web.end()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with LOCAL.open(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def memory(child: Child) -> float:
    """Return the megabytes a process holds once it has stopped growing; 0 where nobody tells."""
    held, since, until = 0.0, time.monotonic(), time.monotonic() + PATIENCE
    while time.monotonic() - since < CALM and time.monotonic() < until:
        if (now := _resident(child.process.pid)) > held * 1.01 or not now:
            held, since = now, time.monotonic()
        if child.process.poll() is not None:
            raise DidNotStart(f"a process ended with {child.process.returncode}")
        if not now and not Path("/proc/self/status").exists():
            return 0.0
        time.sleep(0.1)
    return held


def _resident(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = [line for line in lines if line.startswith("VmRSS:")]
    return int(found[0].split()[1]) / 1024 if found else 0.0
