"""Pushes: P10 and P11. Our clients of LINE and Slack beside the SDKs as they come and aiohttp alone.

The platforms are another process, which answers at once; each sample's calls are counted there.
"""

from __future__ import annotations

import asyncio
import contextlib
from contextlib import AsyncExitStack

from bench import clients
from bench.child import Platforms
from bench.clients import Calling
from bench.measuring import WentWrong
from bench.rounds import Measure, Rates, alternate
from bench.rows import FAILED, Report, Scale

AT_ONCE = 50
ROWS = ("P10.raw", "P10.stock", "P11")
CALLS = {
    "LINE, ours": clients.our_push,
    "LINE, raw": clients.raw_push,
    "LINE, stock": clients.stock_push,
    "Slack, ours": clients.our_post,
    "Slack, stock": clients.stock_post,
}


def measure(scale: Scale) -> Report:
    report = Report()
    try:
        with contextlib.closing(Platforms(0.0)) as platforms:
            rates = asyncio.run(_measure(scale, platforms))
    except WentWrong as wrong:
        report.skip(ROWS, str(wrong), FAILED)
        return report
    report.add("P10.raw", rates["LINE, ours"], rates["LINE, raw"])
    report.add("P10.stock", rates["LINE, ours"], rates["LINE, stock"])
    report.add("P11", rates["Slack, ours"], rates["Slack, stock"])
    report.notes += [f"{name:13} {max(each):,.0f} calls/s in the best round" for name, each in rates.items()]
    return report


async def _measure(scale: Scale, platforms: Platforms) -> Rates:
    async with AsyncExitStack() as stack:
        modes = {}
        for name, client in CALLS.items():
            call = await stack.enter_async_context(client(platforms.address))
            modes[name] = checked(Calling(call, min(AT_ONCE, scale.connections)), platforms)
        return await alternate(scale, modes)


def checked(calling: Calling, platforms: Platforms) -> Measure:
    """Compare what a sample did with what arrived."""

    async def counting(seconds: float) -> float:
        rate = await calling(seconds)
        seen = await asyncio.get_running_loop().run_in_executor(None, platforms.seen)
        if (seen.calls, seen.doubled) != (calling.done, 0):
            raise WentWrong(f"{calling.done} calls were made, the platform saw {seen}")
        return rate

    return counting
