"""Coach: what reading a wish without a model costs. Absolute: they are this machine's. No store, no wire."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tracemalloc
from importlib.resources import files
from itertools import cycle

from bench.rounds import alternate, per_second
from bench.rows import ABSOLUTE, FAILED, Report, Scale
from flows.rules.coach import coach, codes, learned, routes
from flows.rules.japanese import folding as japanese
from prompts.knowledge import job_codes, weights
from prompts.knowledge.weights import unpack

ROWS = ("coach.weigh", "coach.read", "coach.long", "coach.memory", "coach.first")
LONG = (
    "うちは明治から味噌を作っていて、先代のころは問屋さんがよく来てくれたもんですが、町の人も減りました。"
    * 100
)
FIRST = (
    "import time; from flows.rules.coach.learned import learned; began = time.perf_counter();"
    "learned('ネットで売りたい'); print(time.perf_counter() - began)"
)


def measure(scale: Scale) -> Report:
    report = Report()
    phrases = [phrase for code in job_codes().values() for phrase in code.owner_says]
    if not coach.read_wish(phrases[0]).codes:
        report.skip(ROWS, "coach: a plain wish is not understood", FAILED)
        return report
    heard = cycle(phrases)
    works = {
        "weigh": lambda: learned.learned.__wrapped__(next(heard)),
        "read": lambda: read_anew(next(heard)),
        "long": lambda: read_anew(LONG),
    }
    rates = asyncio.run(alternate(scale, {name: per_second(work) for name, work in works.items()}))
    for name, each in rates.items():
        report.put(f"coach.{name}", [1e6 / rate for rate in each], ABSOLUTE)
    report.put("coach.memory", [held_megabytes()], ABSOLUTE)
    report.put("coach.first", [first_milliseconds() for _ in range(scale.rounds)], ABSOLUTE)
    report.notes.append(f"{weights().size():,} weights over {len(weights().numbers):,} runs of letters")
    return report


def read_anew(text: str) -> object:
    """Read a wish as if nobody had said it before: nothing that was kept helps."""
    for kept in (coach.read_wish, codes.guesses, learned.learned, routes.folded_of, japanese.fold):
        kept.cache_clear()
    return coach.read_wish(text)


def held_megabytes() -> float:
    """Return what the weights take in memory once they are read."""
    packed = files("prompts.knowledge").joinpath("coach.bin").read_bytes()
    tracemalloc.start()
    kept = unpack(packed)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / 1e6 if kept.labels else 0.0


def first_milliseconds() -> float:
    """Return what the first wish of a process waits for the weights."""
    told = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    return float(told.stdout) * 1_000
