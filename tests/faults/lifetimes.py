"""Lifetimes: processes of ours, one after the other, on one database and beside platforms that outlive them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from aiohttp import web
from aiohttp.web_app import _cached_build_middleware
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from bot import demo
from bot.clock import Clock
from bot.settings import Settings
from bot.wiring import Bot, serving
from flows.rules.calendar import JST
from sandbox.app import Sandbox, SandboxSettings, create_sandbox
from storage.attachments import FETCHING, WANTED, Attachment
from storage.database import normal_url
from storage.inbox import RECEIVED, Event
from storage.outbox import DUE, HELD, SENDING, OutMessage
from storage.time_rows import ASKED, THINKING, DueRow, ThoughtRow
from tests.e2e.stage import free_port
from tests.faults.boundary import CURRENT, Boundary, Choose, Killed, no_fault, watch, wired

T = TypeVar("T")
log = logging.getLogger("smallwin.faults")

START = datetime(2026, 11, 24, 10, 0, tzinfo=JST)  # a Tuesday
AGAIN = (0.005, 0.005)  # the platforms' own pauses are minutes
# Short looks first; then past every lease: a message's and an event's, Slack's and a thought's, a photo's.
PAUSES = (0, 3, 31, 31, 31, 31, 61, 61, 301, 301, 601, 601)


class Dead(Exception):
    """The process that was to do this died over it."""


class StillClock(Clock):
    """Time that stands until somebody moves it."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START

    def real(self) -> datetime:
        return self.at


class Life:
    """One process of ours, until it is killed: nothing of it does anything afterwards."""

    def __init__(self, settings: Settings, clock: Clock, choose: Choose, numbers: Iterator[int]) -> None:
        self.boundary = Boundary(choose, numbers)
        self.bot = Bot(settings, clock=clock, find_firm=demo.find_demo_firm)
        watch(self.bot.engine, self.boundary)
        self.routes = {(route.method, route.path): route.handler for route in self.bot.routes()}
        self._context = copy_context()
        self._context.run(CURRENT.set, self.boundary)

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something as this process. Raises ``Dead`` when it dies meanwhile."""
        task = asyncio.get_running_loop().create_task(work, context=self._context.copy())
        died = asyncio.create_task(self.boundary.died.wait())
        await asyncio.wait({task, died}, return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        if self.boundary.is_dead:
            task.cancel()
            raise Dead
        return task.result()

    async def round(self) -> None:
        """Do once all that a process does by itself; what fails is put off, as its loops put it off."""
        bot = self.bot
        await bot.door.drain()
        await bot.tick()
        delivery = await bot.prepare()
        await put_off(_dry(delivery.once))
        for worker in (bot.settings.has_model and bot._start_thinking(), bot.start_fetching()):
            if worker:
                await put_off(worker.once())
        await bot.door.drain()

    async def end(self) -> None:
        self.boundary.die()
        mine = {task for task in self.boundary.tasks if not task.done()}
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        await asyncio.to_thread(self.bot.thread.close)
        self.bot.engine.dispose()
        for client in (self.bot.line, self.bot.slack):
            if client is not None:
                await client.close()


async def _dry(once: Callable[[], Awaitable[int]]) -> None:
    while await once():
        pass


async def put_off(work: Awaitable[None]) -> None:
    try:
        await work
    except Exception:  # what a loop of ours logs and tries again
        log.exception("put off")


@dataclass
class Town:
    """The platforms, the database, and whichever process is alive."""

    sandbox: Sandbox
    clock: StillClock
    settings: Settings
    eye: Engine
    life: Life | None = None
    deaths: int = 0
    birth: asyncio.Lock = field(default_factory=asyncio.Lock)
    numbers: Iterator[int] = field(default_factory=count)  # of operations, whoever does them

    async def born(self, choose: Choose = no_fault) -> None:
        """Start a process; the one before is gone for good."""
        if self.life is not None:
            await self.life.end()
        self.life = Life(self.settings, self.clock, choose, self.numbers)

    async def alive(self) -> Life:
        """Give the process that is alive; where it died, somebody starts another at once."""
        async with self.birth:
            if self.life is None or self.life.boundary.is_dead:
                self.deaths += self.life is not None
                await self.born()
        assert self.life is not None
        return self.life

    def strike(self, choose: Choose) -> None:
        """Tell the fate of the process that is alive."""
        assert self.life is not None
        self.numbers = self.life.boundary._numbers = count()
        self.life.boundary.choose = choose

    async def until(self, moment: datetime) -> None:
        """Let time go by, from one thing that falls due to the next."""
        while self.clock.at < moment:
            self.clock.at = min(moment, self._next() or moment)
            await self.rest()

    def _next(self) -> datetime | None:
        now = self.clock.now()
        due = select(func.min(DueRow.due_at)).where(DueRow.done_at.is_(None), DueRow.due_at > now)
        held = select(func.min(OutMessage.next_at)).where(OutMessage.status == HELD, OutMessage.next_at > now)
        with Session(self.eye) as session:
            return min((at for at in map(session.scalar, (due, held)) if at), default=None)

    def pass_by(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)

    async def rest(self) -> None:
        """Wait until nothing is left to do; a dead process is followed by another, and leases end."""
        for pause in PAUSES:
            self.pass_by(pause)
            await self._round()
            if self.is_idle():
                return
        raise AssertionError(f"something waits for ever: {self.waiting()}")

    async def _round(self) -> None:
        self.sandbox.slack.pace.buckets.clear()
        await self._settled()
        life = await self.alive()
        with contextlib.suppress(Dead):
            await life.do(life.round())
        await self._settled()

    async def _settled(self) -> None:
        await self.sandbox.line.settle()
        await self.sandbox.slack.settle()

    def is_idle(self) -> bool:
        return not any(self.waiting().values())

    def waiting(self) -> dict[str, int]:
        """Count what is not done though it could be."""
        now = self.clock.now()
        ripe = (OutMessage.status == HELD) & (OutMessage.next_at <= now)
        left = {
            "messages": select(func.count()).where(OutMessage.status.in_((DUE, SENDING)) | ripe),
            "events": select(func.count()).where(Event.status == RECEIVED),
            "thoughts": select(func.count()).where(ThoughtRow.status.in_((ASKED, THINKING))),
            "photos": select(func.count()).where(Attachment.status.in_((WANTED, FETCHING))),
            "dues": select(func.count()).where(DueRow.done_at.is_(None), DueRow.due_at <= now),
        }
        with Session(self.eye) as session:
            return {name: session.scalar(query) or 0 for name, query in left.items()}

    async def front(self, request: web.Request) -> web.StreamResponse:
        """Be the address that platforms know: whoever lives answers, and a dead process answers nothing."""
        life = await self.alive()
        with contextlib.suppress(Dead):
            return await life.do(life.routes[request.method, request.path](request))  # type: ignore[arg-type]
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=503)


@dataclass(frozen=True)
class Moment:
    """How things stand at one moment of the story, for another town to go on from."""

    database: bytes  # a SQLite file
    line: bytes
    slack: bytes
    at: datetime


LINE_STATE = (
    "people",
    "reply_tokens",
    "retry_keys",
    "quota",
    "menus",
    "media",
    "quote_tokens",
    "read_tokens",
)
SLACK_STATE = ("people", "channels", "dms", "views", "homes", "stacks", "gone_views", "ephemerals")


def kept(town: Town) -> Moment:
    """Keep how things stand; nothing may be under way."""
    assert town.is_idle(), town.waiting()
    raw = town.eye.raw_connection()
    database = bytes(raw.driver_connection.serialize())  # type: ignore[union-attr]
    raw.close()
    line = {name: getattr(town.sandbox.line, name) for name in LINE_STATE}
    slack = {name: getattr(town.sandbox.slack.state, name) for name in SLACK_STATE}
    return Moment(database, pickle.dumps(line), pickle.dumps(slack), town.clock.at)


def restored(sandbox: Sandbox, moment: Moment) -> None:
    for target, state in ((sandbox.line, moment.line), (sandbox.slack.state, moment.slack)):
        for name, value in pickle.loads(state).items():
            setattr(target, name, value)


@contextlib.asynccontextmanager
async def a_town(url: str, *, moment: Moment | None = None, with_model: bool = False) -> AsyncIterator[Town]:
    """Start the platforms and the first process; at the end no rule of a platform may have been broken."""
    port, clock = free_port(), StillClock()
    settings = demo.demo_settings(port, url, with_model=with_model)
    platforms, sandbox = create_sandbox(
        SandboxSettings(
            base_url=f"http://127.0.0.1:{port}",
            line_secret=settings.line_channel_secret,
            line_token=settings.line_channel_access_token,
            slack_signing_secret=settings.slack_signing_secret,
            slack_bot_token=settings.slack_bot_token,
            model_key=settings.openai_api_key or "unused",
            line_brings_again=AGAIN,
            slack_brings_again=AGAIN,
        )
    )
    sandbox.line.clock = sandbox.slack.state.clock = lambda: clock.real().timestamp()
    if moment is None:
        demo.furnish(sandbox)
    else:
        restored(sandbox, moment)
        clock.at = moment.at
    eye = create_engine(normal_url(url))
    town = Town(sandbox, clock, settings, eye)
    app = web.Application()
    app.router.add_post("/line/webhook", town.front)
    app.router.add_post("/slack/events", town.front)
    app.add_subapp("/sandbox", platforms)
    with wired(), quiet_deaths():
        async with serving(app, "127.0.0.1", port):
            await town.born()
            assert town.life is not None
            if moment is None:
                await town.life.do(town.life.bot.find_people())
            try:
                yield town
            finally:
                await town.life.end()
                eye.dispose()
                # aiohttp remembers the last thousand handlers with their applications: with ours whole towns, gigabytes
                _cached_build_middleware.cache_clear()
    broken = [each for each in sandbox.wire.violations if "answered 503" not in each]  # the database was away
    assert not broken, broken


@contextlib.contextmanager
def quiet_deaths() -> Iterator[None]:
    """Keep track of who began which task, and let threads and tasks of the killed die without a word."""
    loop, hook = asyncio.get_running_loop(), threading.excepthook

    def begun(_: Any, work: Any, **how: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **how)
        boundary = (how.get("context") or copy_context()).get(CURRENT)
        if boundary is not None:
            boundary.tasks.add(task)
        return task

    def fallen(died: Any) -> None:
        if died.exc_type is not Killed:
            hook(died)

    def never_read(_: Any, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), Killed):
            loop.default_exception_handler(context)

    loop.set_task_factory(begun)
    loop.set_exception_handler(never_read)
    threading.excepthook = fallen
    try:
        yield
    finally:
        loop.set_task_factory(None)
        loop.set_exception_handler(None)
        threading.excepthook = hook
