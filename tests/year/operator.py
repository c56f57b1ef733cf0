"""Operator: one bot of several processes beside one sandbox, its days moved on by us, its processes killed by dice."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web
from sqlalchemy import Engine, create_engine, func, select, text, update
from sqlalchemy.orm import Session

from bot import demo
from bot.settings import Settings
from bot.wiring import serving
from sandbox.app import Sandbox, SandboxSettings, create_sandbox
from storage.conversations import Conversation
from storage.database import normal_url
from storage.inbox import RECEIVED, Event
from storage.outbox import DUE, HELD, SENDING, OutMessage
from storage.time_rows import ASKED, THINKING, DueRow, ThoughtRow
from tests.e2e.stage import free_port
from tests.faults.lifetimes import LINE_STATE, SLACK_STATE
from tests.year.processes import DOOR, WORKER, Process, StandingClock

PATIENCE = 120.0  # seconds until something is said to wait for ever
STUCK_SECONDS = (
    1.5  # without any change: whatever is left belongs to a dead process, or waits for its next try
)
POLL_SECONDS = 0.01
BRINGS_AGAIN = (0.1, 0.3, *[0.5] * 200)  # the platforms' own pauses are minutes
LATEST_BLOW = 0.06  # seconds after something begins: an act is answered within
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

LEFT = text(  # looked at a hundred times a second
    f"SELECT 'message', CAST(id AS text), status FROM messages WHERE status IN ('{DUE}', '{SENDING}')"
    f" OR status = '{HELD}' AND next_at <= :now"
    f" UNION ALL SELECT 'event', CAST(id AS text), status FROM events WHERE status = '{RECEIVED}'"
    f" UNION ALL SELECT 'thought', CAST(id AS text), status FROM thoughts WHERE status IN ('{ASKED}', '{THINKING}')"
    " UNION ALL SELECT 'due', CAST(id AS text), purpose FROM dues WHERE done_at IS NULL AND due_at <= :now"
    " UNION ALL SELECT 'nudge', CAST(id AS text), flow FROM conversations WHERE nudge_at <= :now"
)


@dataclass(frozen=True)
class Moment:
    """How everything stands at one moment, for other days to go on from."""

    database: str
    settings: Settings
    line: bytes
    slack: bytes
    at: datetime


@dataclass
class Operator:
    """The platforms in this process, ours beside it, and an eye on their database."""

    sandbox: Sandbox
    clock: StandingClock
    settings: Settings
    processes: list[Process]
    eye: Engine
    dice: Random
    odds: float = 0.0  # that somebody dies over one step
    _striking: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def deaths(self) -> int:
        return sum(each.deaths for each in self.processes)

    async def move(self, moment: datetime) -> None:
        """Let the days run to a moment; time never runs back."""
        self.set_clock(max(moment, self.now))
        self.strike()
        await self.rest()

    def set_clock(self, moment: datetime) -> None:
        self.clock.set(moment)
        self.sandbox.ahead.run((moment - self.clock.real()).total_seconds())
        self.sandbox.slack.pace.buckets.clear()  # hours have passed: its allowances are whole again

    def strike(self) -> None:
        """Let somebody die over what begins now, if the dice say so."""
        if self.dice.random() < self.odds:
            process, after = self.dice.choice(self.processes), self.dice.uniform(0, LATEST_BLOW)
            self._striking.append(asyncio.create_task(self._kill(process, after)))

    async def _kill(self, process: Process, after: float) -> None:
        await asyncio.sleep(after)
        await process.kill()
        if process.name == DOOR:
            await process.answers()  # nobody knocks at a shut door for ever

    async def rest(self) -> None:
        """Wait until nothing is left to do at this moment; what a dead process held is given up in its time."""
        ends, quiet_since, before = time.monotonic() + PATIENCE, time.monotonic(), None
        while True:
            await asyncio.gather(*self._striking)
            self._striking.clear()
            await self.sandbox.line.settle()
            await self.sandbox.slack.settle()
            left = self._left()
            if not left:
                return
            if left != before:
                before, quiet_since = left, time.monotonic()
            assert time.monotonic() < ends, f"no rest: {left}\n{self.told()}"
            if time.monotonic() - quiet_since > STUCK_SECONDS:
                self._give_up()
                quiet_since = time.monotonic()
            await asyncio.sleep(POLL_SECONDS)

    def _give_up(self) -> None:
        """End what a dead process holds: it is time that nobody need wait for; who lives holds nothing so long."""
        with self.eye.begin() as work:
            for table, taken in ((Event, RECEIVED), (OutMessage, SENDING), (ThoughtRow, THINKING)):
                work.execute(update(table).where(table.status == taken).values(leased_until=LONG_AGO))
        self.set_clock(self.now)

    def _left(self) -> list[tuple[Any, ...]]:
        """Name what could be done now and is not."""
        with self.eye.connect() as look:
            return [tuple(row) for row in look.execute(LEFT, {"now": self.now})]

    def next_stop(self) -> datetime | None:
        """Say when something next falls due, on the full minute."""
        now = self.now
        moments = (
            select(func.min(DueRow.due_at)).where(DueRow.done_at.is_(None), DueRow.due_at > now),
            select(func.min(OutMessage.next_at)).where(OutMessage.status == HELD, OutMessage.next_at > now),
            select(func.min(Conversation.nudge_at)).where(Conversation.nudge_at > now),
        )
        with Session(self.eye) as session:
            found = min((at for at in map(session.scalar, moments) if at), default=None)
        return full_minute(found) if found else None

    def told(self) -> str:
        return "\n".join(f"--- {each.name}\n{each.told()}" for each in self.processes)

    def kept(self, database: str) -> Moment:
        """Keep how the platforms stand; the database is named by who copies it."""
        line = {name: getattr(self.sandbox.line, name) for name in LINE_STATE}
        slack = {name: getattr(self.sandbox.slack.state, name) for name in SLACK_STATE}
        return Moment(database, self.settings, pickle.dumps(line), pickle.dumps(slack), self.now)


def full_minute(at: datetime) -> datetime:
    """Give the moment itself on a full minute, else the next one."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


@contextlib.asynccontextmanager
async def working(
    folder: Path, url: str, begins: datetime | Moment, *, seed: int = 0, odds: float = 0.0
) -> AsyncIterator[Operator]:
    """Start the platforms here and ours beside; on the way out no rule of a platform may have been broken."""
    ours, theirs = free_port(), free_port()
    base = f"http://127.0.0.1:{theirs}/sandbox"
    usual = begins.settings if isinstance(begins, Moment) else demo.demo_settings(ours, url, with_model=False)
    places = {"line_api_base": f"{base}/line", "slack_api_base": f"{base}/slack/api/"}
    settings = usual.model_copy(update={**places, "port": ours, "database_url": url})
    page, sandbox = create_sandbox(
        SandboxSettings(
            base_url=f"http://127.0.0.1:{ours}",
            line_secret=settings.line_channel_secret,
            line_token=settings.line_channel_access_token,
            slack_signing_secret=settings.slack_signing_secret,
            slack_bot_token=settings.slack_bot_token,
            model_key="unused",
            line_brings_again=BRINGS_AGAIN,
            slack_brings_again=BRINGS_AGAIN,
        )
    )
    if isinstance(begins, Moment):
        for target, state in ((sandbox.line, begins.line), (sandbox.slack.state, begins.slack)):
            for name, value in pickle.loads(state).items():
                setattr(target, name, value)
    else:
        demo.furnish(sandbox)
    app = web.Application()
    app.add_subapp("/sandbox", page)
    clock, eye = StandingClock(folder / "clock"), create_engine(normal_url(url), isolation_level="AUTOCOMMIT")
    names = (DOOR, WORKER)
    processes = [Process(name, settings, clock.file, folder / f"{name}.log") for name in names]
    operator = Operator(sandbox, clock, settings, processes, eye, Random(seed), odds)
    operator.set_clock(begins.at if isinstance(begins, Moment) else begins)
    async with serving(app, "127.0.0.1", theirs):
        try:
            for each in processes:
                await each.start()
            await processes[0].answers()
            yield operator
        finally:
            for each in processes:
                each.end()
            eye.dispose()
    unexcused = [each for each in sandbox.wire.violations if "answered 503" not in each or not odds]
    assert not unexcused, unexcused
