"""Seasons: twelve weeks of one engagement on a clock of its own, through bad weather, in one process after another."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, event, func, select

from bot import sweeps
from bot.arrivals import Answered, Arrived
from bot.clock import Clock
from bot.forms import carry_and_keep
from bot.sends.delivery import Delivery
from bot.sends.pace import Pace
from bot.taking import take_turn
from bot.turn import ReplyToken
from storage.database import open_engine
from storage.inbox import RECEIVED, Arrival, Event
from storage.outbox import DUE, SENDING, OutMessage
from storage.unit_of_work import begin
from tests.faults.boundary import Killed, remember
from tests.faults.weather import Platforms, Wire, home_of
from tests.story.stages import Cast, at, running
from tests.story.world import Member, Owner, StoryWorld

T = TypeVar("T")

LEAST = timedelta(seconds=1)
OWNS_TOKEN = timedelta(seconds=50)


class Inline:
    """The turn thread of a process that has only one: each job is done at once."""

    async def do(self, job: Callable[..., T], *args: Any, **_: Any) -> T:
        return job(*args)


class WorldClock(Clock):
    def __init__(self, world: SeasonWorld) -> None:
        super().__init__()
        self.world = world

    def real(self) -> datetime:
        return self.world.now


def a_memory(source: Engine) -> tuple[sqlite3.Connection, Engine]:
    """Copy a database to a place in memory that outlives its connections: whoever dies loses his."""
    name = f"file:{uuid4().hex}?mode=memory&cache=shared"
    keeper = sqlite3.connect(name, uri=True)
    raw = source.raw_connection()
    raw.driver_connection.backup(keeper)  # type: ignore[union-attr]
    raw.close()
    engine = open_engine(f"sqlite:///{name}&uri=true")
    remember(engine, "season")
    return keeper, engine


class SeasonWorld(StoryWorld):
    """A running engagement in bad weather: events come twice, late and in another order; processes die anywhere."""

    dice: Random
    platforms: Platforms
    loop: asyncio.AbstractEventLoop
    delivery: Delivery
    wire: Wire
    keeper: sqlite3.Connection
    late: list[tuple[datetime, Arrived]]
    deaths: int
    fuse: int  # statements until the process dies; negative: it does not

    @classmethod
    def begun(cls, seed: int, cast: Cast | None = None) -> SeasonWorld:
        world, before = cls.__new__(cls), (cast or at(running)).world
        world.__dict__.update(before.__dict__)
        world.keeper, world.engine = a_memory(before.engine)
        world.dice, world.late, world.deaths, world.fuse = Random(seed), [], 0, -1
        world.platforms = Platforms(world.dice, lambda: world.now, world.seen)
        world.loop = asyncio.new_event_loop()
        event.listen(world.engine, "before_cursor_execute", world._burn)
        world.restart()
        return world

    def end(self) -> None:
        self.loop.close()
        self.engine.dispose()
        self.keeper.close()

    def restart(self) -> None:
        """Begin a new process on what the one before left."""
        self.wire = Wire(self.platforms)
        self.delivery = Delivery(
            self.engine,
            Inline(),  # type: ignore[arg-type]
            self.rules,
            WorldClock(self),
            self.wire,
            self.wire,
            {"staff": "staff", "postings": "postings"},
            home_of,
        )
        clock = WorldClock(self)
        self.delivery.pace = Pace(lambda: clock.real().timestamp())

    def _burn(self, connection: Connection, *_: Any) -> None:
        if self.fuse == 0:
            self.fuse = -1
            connection.connection.rollback()  # a dead process holds nothing
            raise Killed
        self.fuse -= self.fuse > 0

    def dies(self) -> bool:
        return not self.platforms.calm and self.dice.random() < 0.05

    def mortally(self, work: Callable[[], T], otherwise: T) -> T:
        """Do something over which the process may die, at any statement of it."""
        if self.dies():
            self.fuse = self.dice.randrange(40)
        try:
            return work()
        except Killed:
            self.deaths += 1
            self.restart()
            return otherwise
        finally:
            self.fuse = -1

    # --- in

    def take(self, came: Arrived) -> Answered:
        """Bring an event: now or later, once or twice."""
        if came.platform == "line" and not self.platforms.calm and self.dice.random() < 0.1:
            self.late.append((self.now + timedelta(seconds=self.dice.randint(1, 600)), came))
            return Answered()
        answered = self._bring(came)
        if self.dice.random() < 0.1:
            self._bring(came)
        self.now += self.step
        return answered

    def _bring(self, came: Arrived) -> Answered:
        row = Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)

        def store() -> Any:
            with begin(self.engine) as work:
                return work.inbox.store([row], self.now)

        while (ids := self.mortally(store, None)) is None:  # not answered 2xx: the platform brings it again
            self.now += LEAST
        if ids[0] is None:
            return Answered()
        token = ReplyToken(self.platforms.issue(), self.now + OWNS_TOKEN) if came.platform == "line" else None
        return self.mortally(
            lambda: take_turn(self.engine, self.rules, carry_and_keep, ids[0], self.now, token), Answered()
        )

    # --- out

    def flush(self) -> None:
        """Let everything leave that may, by the real delivery."""
        while self.mortally(self._once, 1):
            pass

    def _once(self) -> int:
        wire = self.wire
        try:
            return self.loop.run_until_complete(self.delivery.once())
        except Killed:
            wire.is_dead = True  # the other calls of its round are not made either
            raise

    # --- time

    def move(self, to: datetime) -> None:
        while (moment := self.next_moment(to)) is not None:
            self.now = max(self.now, moment)
            self._tick()
        self.now = max(self.now, to)
        self._tick()

    def _tick(self) -> None:
        due = [came for when, came in self.late if when <= self.now]
        self.late = [each for each in self.late if each[0] > self.now]
        self.dice.shuffle(due)
        for came in due:
            self._bring(came)
        nobody: list[UUID] = []
        for id in self.mortally(lambda: sweeps.take_over(self.engine, self.rules, self.now), nobody):
            self.mortally(
                lambda id=id: take_turn(self.engine, self.rules, carry_and_keep, id, self.now),  # type: ignore[misc]
                Answered(),
            )
        self.mortally(lambda: sweeps.moments(self.engine, self.rules, self.now), 0)
        self.flush()

    def next_moment(self, to: datetime) -> datetime | None:
        """Say when something next falls due, may be tried again, or is taken over from the dead."""
        with begin(self.engine) as work:
            again = select(func.min(OutMessage.next_at)).where(OutMessage.status == DUE)
            leased = select(func.min(OutMessage.leased_until)).where(OutMessage.status == SENDING)
            event = select(func.min(Event.leased_until)).where(Event.status == RECEIVED)
            retry, *ends = (work.session.scalar(query) for query in (again, leased, event))
        waits = [super().next_moment(to), *(each + LEAST for each in ends if each)]
        waits += [max(retry, self.now + LEAST)] if retry else []  # one that waits for another looks again
        waits += [when for when, _ in self.late]
        return min((when for when in waits if when is not None and when <= to), default=None)


def people(world: SeasonWorld) -> tuple[Owner, Member]:
    calm = at(running)
    talent = Member(world, calm.talent.id, forms=list(calm.talent.forms))
    return Owner(world, calm.owner.id), talent
