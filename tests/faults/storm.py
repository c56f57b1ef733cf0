"""Storm: many owners talk while doors, workers, the database and connections die under them.

``python -m tests.faults.storm --events 100000 --faults 1000 --seed 1`` is the long run; ends with a table.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from random import Random

from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import demo
from bot.settings import Settings
from bot.wiring import serving
from sandbox.app import Sandbox, SandboxSettings, create_sandbox
from storage.database import open_engine
from storage.leases import USUAL, Leases
from tests.e2e.stage import free_port
from tests.e2e.test_kills import HELLO
from tests.faults import cluster, history
from tests.faults.cluster import Cluster, Store
from tests.faults.crowd import SHORT, TO_DRAFT, WHOLE, Crowd, Roads, Wait
from tests.faults.history import Life, Verdict

WHOLE_EACH = 12  # one owner in so many goes on to the announcement, which staff publish in Slack
REST_SECONDS = 300.0  # until what does not come to rest is called stuck
STUCK_SECONDS = 60.0  # an ended lease is taken over within a second; PostgreSQL may be away just then
TELL_SECONDS = 10.0
MOST_TOLD = 30


class Fault(Enum):
    """What is struck: killed with SIGKILL, or cut."""

    WEB = "web"
    WORKER = "worker"
    DATABASE = "PostgreSQL"
    CUT = "connection"


DECK = (*[Fault.WEB] * 4, *[Fault.WORKER] * 4, Fault.DATABASE, Fault.CUT)


@dataclass(frozen=True)
class Size:
    """How long it blows. Faults are spread over events, not over seconds: a slow machine meets as many."""

    events: int
    faults: int
    seed: int
    rate: float = 80.0
    at_once: int = 100
    leases: Leases = USUAL
    is_durable: bool = True

    def scripts(self) -> list[str]:
        """Choose talks that make as many events, and few more."""
        talks, events = list[str](), 0
        while events < self.events:
            talks.append(WHOLE if len(talks) % WHOLE_EACH == WHOLE_EACH // 2 else SHORT)
            events += 1 + (len(HELLO) if talks[-1] == WHOLE else TO_DRAFT)
        return talks


@dataclass
class Report:
    """What happened, and how it is to be judged."""

    size: Size
    events: int = 0
    doubled: int = 0
    held: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    in_commit: int = 0
    crashes: int = 0
    recovery: dict[str, float] = field(default_factory=dict)
    slowest: float = 0.0
    drained: float = 0.0
    overdue: float = 0.0
    cpu: float = 0.0
    seconds: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def again(self) -> str:
        """The one command that repeats it."""
        size = self.size
        return (
            f"python -m tests.faults.storm --events {size.events} --faults {size.faults} --seed {size.seed}"
        )

    def told(self) -> str:
        """Give the table, and what was broken with the command that repeats it; each line bears the seed."""
        wrong = self.verdict.wrong
        after = [*wrong[:MOST_TOLD], f"again: {self.again}"] if wrong else []
        return "\n".join(f"seed {self.size.seed} · {line}" for line in (*self.lines(), *after))

    def lines(self) -> Iterator[str]:
        verdict, faults = self.verdict, self.faults.total()
        yield from (
            f"events                  {self.events}, {self.doubled} doubled, {self.held} held back",
            f"no 2xx, brought again   {dict(self.refused)}",
            f"faults                  {faults}: {dict(self.faults)}; {self.in_commit} connections cut in a COMMIT",
            f"ended by themselves     {self.crashes}",
            f"lost                    {verdict.lost}",
            f"doubled effects         {verdict.doubled_effects}",
            f"doubled on LINE         {verdict.doubled_pushes}",
            f"doubled replies         {verdict.doubled_replies} (token too old to ask; each marked unknown)",
            f"parked                  {verdict.parked} (three deaths each; told to the staff)",
            f"out of order            {verdict.disordered}",
            f"posts in Slack          {verdict.posts}, doubled {verdict.doubled_posts} (each marked unknown)",
            f"longest recovery (s)    { ({kind: round(each, 1) for kind, each in self.recovery.items()}) }",
            f"longest wait (s)        {self.slowest:.1f}",
            f"ended leases lay (s)    {self.overdue:.1f}, at most, until somebody took over",
            f"at rest after (s)       {self.drained:.1f}",
            f"seconds                 {self.seconds:.0f}, {self.events / self.seconds:.1f} events/s",
            f"CPU seconds             {self.cpu:.0f} of platforms, crowd, doors and workers",
            f"memory of this process  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
            f"verdict                 {'all promises held' if not verdict.wrong else 'BROKEN'}",
        )


@dataclass
class Storm:
    """The faults, one after the other as events are accepted."""

    size: Size
    cluster: Cluster
    roads: Roads
    dice: Random
    began: list[tuple[Fault, float, float]] = field(default_factory=list)  # struck at, all alive again at
    in_commit: int = 0
    overdue: float = 0.0  # the longest that an ended lease lay about

    async def watch(self, eye: Engine) -> None:
        """Look each second for leases that ended and were not taken over."""
        while True:
            await asyncio.sleep(1)
            with contextlib.suppress(SQLAlchemyError):  # the database is away
                late = await asyncio.to_thread(history.overdue, eye, datetime.now(UTC))
                self.overdue = max(self.overdue, late)

    async def blow(self) -> None:
        base, deck = len(self.roads.chances.accepted), list[Fault]()
        for number in range(self.size.faults):
            due = base + (number + 1) * self.size.events // (self.size.faults + 1)
            await self.roads.accepted(due)
            await asyncio.sleep(self.dice.uniform(0, 0.1))
            if not deck:
                deck = self.dice.sample(DECK, len(DECK))
            fault, at = deck.pop(), time.time()
            await self._strike(fault)
            self.began.append((fault, at, time.time()))

    async def _strike(self, fault: Fault) -> None:
        match fault:
            case Fault.WEB:
                await self.dice.choice(self.cluster.webs).kill()
            case Fault.WORKER:
                await self.dice.choice(self.cluster.workers).kill()
            case Fault.DATABASE:
                number = self.dice.choice((signal.SIGKILL, signal.SIGQUIT))
                await asyncio.to_thread(self.cluster.store.kill, number)
            case Fault.CUT:
                self.in_commit += await asyncio.to_thread(self.cluster.store.cut, self.dice)

    def recovery(self, waits: list[Wait]) -> dict[str, float]:
        """Give for each kind the longest time from a fault to the answer of somebody who waited when it struck.

        What struck the same person again meanwhile is in it.
        """
        longest: dict[str, float] = {}
        slow = [each for each in waits if each.ended - each.began > 1.0]
        for fault, at, _ in self.began:
            late = max((each.ended - at for each in slow if each.began <= at <= each.ended), default=0.0)
            longest[fault.value] = max(longest.get(fault.value, 0.0), late)
        return longest


@contextlib.asynccontextmanager
async def platforms(settings: Settings, port: int) -> AsyncIterator[Sandbox]:
    """Serve LINE and Slack from this process."""
    page, sandbox = create_sandbox(
        SandboxSettings(
            base_url=f"http://127.0.0.1:{settings.port}",
            line_secret=settings.line_channel_secret,
            line_token=settings.line_channel_access_token,
            slack_signing_secret=settings.slack_signing_secret,
            slack_bot_token=settings.slack_bot_token,
            model_key="unused",
        )
    )
    demo.furnish(sandbox)
    app = web.Application()
    app.add_subapp("/sandbox", page)
    async with serving(app, "127.0.0.1", port):
        yield sandbox


async def run(size: Size, folder: Path) -> Report:
    """Let it blow, wait for rest, and judge."""
    ports, theirs = [free_port(), free_port()], free_port()
    store = await asyncio.to_thread(Store, is_durable=size.is_durable)
    settings = demo.demo_settings(theirs, store.url, with_model=False)
    eye = open_engine(store.url)
    try:
        async with (
            platforms(settings.model_copy(update={"port": ports[0]}), theirs) as sandbox,
            cluster.living(store, settings, ports, size.leases, folder) as ours,
        ):
            roads = Roads(sandbox.line.sender, ours.doors, Random(f"roads {size.seed}"))
            sandbox.line.sender = roads
            crowd = Crowd(sandbox, roads, Random(f"crowd {size.seed}"), size.rate)
            return await _blow(size, eye, ours, crowd)
    finally:
        eye.dispose()
        store.close()


async def _blow(size: Size, eye: Engine, ours: Cluster, crowd: Crowd) -> Report:
    beside = [asyncio.create_task(_let_flow(crowd))]
    try:
        peace, expected, each = await _peace(eye, crowd)
        scripts = size.scripts()
        for script in scripts:
            expected += each[script]
        storm = Storm(size, ours, crowd.roads, Random(f"faults {size.seed}"))
        started = time.monotonic()
        blowing = asyncio.create_task(storm.blow())
        beside += [asyncio.create_task(_tell(crowd, storm)), asyncio.create_task(storm.watch(eye))]
        await crowd.live(scripts, size.at_once)
        seconds = time.monotonic() - started
        if len(crowd.roads.chances.accepted) < size.events:
            blowing.cancel()  # somebody's patience ended: told below
        await asyncio.wait({blowing})
        if not blowing.cancelled():
            blowing.result()
        resting = time.monotonic()
        stuck = await _rest(eye)
        report = _report(size, storm, crowd, seconds, time.monotonic() - resting)
        report.verdict = history.judge(eye, crowd, peace, expected)
        report.verdict.expect(not stuck, f"not at rest: {stuck}")
        report.verdict.expect(storm.overdue < STUCK_SECONDS, f"a lease lay for {storm.overdue:.0f} s")
        return report
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _peace(eye: Engine, crowd: Crowd) -> tuple[dict[str, Life], Counter[str], dict[str, Counter[str]]]:
    """Let one owner of each kind talk while nothing is struck: what all others must come to."""
    each: dict[str, Counter[str]] = {}
    await crowd.live([WHOLE], 1)  # the first of all makes what is there only once
    assert not await _rest(eye), "no rest before the storm"
    for script in (SHORT, WHOLE):
        before = history.counts(eye)
        await crowd.live([script], 1)
        assert not await _rest(eye), "no rest before the storm"
        each[script] = history.counts(eye)
        each[script].subtract(before)
    assert not crowd.lost, crowd.lost
    found, (_, short, whole) = history.lives(eye, crowd), crowd.owners
    return {SHORT: found[short.id], WHOLE: found[whole.id]}, history.counts(eye), each


async def _rest(eye: Engine) -> str:
    """Wait until nothing waits; give what does, when it will not end."""
    ends = time.monotonic() + REST_SECONDS
    stuck = "the database is away"
    while stuck and time.monotonic() < ends:
        with contextlib.suppress(SQLAlchemyError):
            stuck = await asyncio.to_thread(history.waiting, eye)
        await asyncio.sleep(0.1)
    return stuck


async def _let_flow(crowd: Crowd) -> None:
    """Let staff read a storm's posts in minutes: Slack's own pace would take hours."""
    while True:
        crowd.sandbox.slack.pace.buckets.clear()
        await asyncio.sleep(0.1)


async def _tell(crowd: Crowd, storm: Storm) -> None:
    started = time.monotonic()
    while True:
        await asyncio.sleep(TELL_SECONDS)
        accepted, done = len(crowd.roads.chances.accepted), sum(each.is_done for each in crowd.owners)
        told = f"{accepted} events, {done} of {len(crowd.owners)} owners done, {len(storm.began)} faults"
        print(f"seed {storm.size.seed} · {time.monotonic() - started:.0f} s · {told}", flush=True)


def _report(size: Size, storm: Storm, crowd: Crowd, seconds: float, drained: float) -> Report:
    chances, members = crowd.roads.chances, (*storm.cluster.webs, *storm.cluster.workers)
    return Report(
        size,
        len(chances.accepted),
        chances.doubled,
        chances.held,
        chances.refused,
        Counter(fault.value for fault, _, _ in storm.began),
        storm.in_commit,
        sum(each.crashes for each in members),
        storm.recovery(crowd.waits),
        max((each.ended - each.began for each in crowd.waits), default=0.0),
        drained,
        storm.overdue,
        time.process_time() + sum(each.spent() for each in members),
        seconds,
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.storm", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--faults", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=Size.rate, help="acts a second, at most")
    parser.add_argument("--at-once", type=int, default=Size.at_once, help="owners who talk at a time")
    parser.add_argument("--logs", type=Path, help="an existing folder that keeps the logs of all processes")
    asked = vars(parser.parse_args())
    logs, size = asked.pop("logs"), Size(**asked)
    with tempfile.TemporaryDirectory(prefix="sw-storm-") as folder:
        report = asyncio.run(run(size, logs or Path(folder)))
    print(report.told())
    return 1 if report.verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
