"""Rounds: everything that is compared is measured in turn, A B C A B C …, so that neighbours slow all of it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping

from bench.rows import Scale

WARM = 0.3  # of a round's seconds

Measure = Callable[[float], Awaitable[float]]  # seconds to run → what was measured
Rates = dict[str, list[float]]


async def alternate(scale: Scale, modes: Mapping[str, Measure]) -> Rates:
    """Measure each mode once a round, after a short warm-up of all."""
    for measure in modes.values():
        await measure(scale.seconds * WARM)
    rates: Rates = {name: [] for name in modes}
    for _ in range(scale.rounds):
        for name, measure in modes.items():
            rates[name].append(await measure(scale.seconds))
    return rates


def per_second(work: Callable[[], object]) -> Measure:
    """Count how often something can be done in a second, alone."""

    async def measure(seconds: float) -> float:
        count, started = 0, time.perf_counter()
        while (passed := time.perf_counter() - started) < seconds or not count:
            work()
            count += 1
        return count / passed

    return measure


def took(work: Callable[[], Awaitable[object]]) -> Measure:
    """Time something done over and over for a while: seconds for one."""

    async def measure(seconds: float) -> float:
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds or not count:
            await work()
            count += 1
        return (time.perf_counter() - started) / count

    return measure
