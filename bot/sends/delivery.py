"""Delivery: carries messages from the outbox to the platforms, with leases, in order, and never in a transaction."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.clock import Clock
from bot.menus import due
from bot.sends.carrying import Carrier, Line, Load, Slack
from bot.sends.drawing import PLATFORMS, draw_waiting
from bot.sends.marking import Carried, mark
from bot.sends.pace import Pace
from bot.turn import Rules
from bot.turn_thread import Rank, TurnThread
from bot.views import draw
from storage.leases import USUAL, Leases
from storage.mail import IN_THREAD, THREAD
from storage.outbox import REFRESH, Parcel, Room
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.delivery")

IDLE_SECONDS = 0.5  # between looks when nobody woke us
GATHER_SECONDS = 0.005  # while much is in the air: what lands together is marked together
MUCH = 10
MARK_TRIES = (0.2, 1.0, 3.0, 10.0)  # within the lease of what was sent


class Delivery:
    """Looks, carries, marks; woken after each commit, so that a reply leaves at once."""

    def __init__(
        self,
        engine: Engine,
        thread: TurnThread,
        rules: Rules,
        clock: Clock,
        line: Line | None,
        slack: Slack | None,
        channels: dict[str, str],
        home: Callable[[Sequence[Any]], dict[str, Any]],
        leases: Leases = USUAL,
        pace: Pace | None = None,
    ) -> None:
        self.engine, self.thread, self.rules, self.clock, self.leases = engine, thread, rules, clock, leases
        self.carrier, self.pace = Carrier(rules, line, slack, channels, home), pace or Pace()
        self._awake, self._has_landed, self._ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._is_running = self._is_ending = False
        self._flying: dict[asyncio.Task[Carried], str] = {}  # by platform
        self._landed: list[Carried] = []
        self._writing = asyncio.Lock()

    def wake(self) -> None:
        self._awake.set()

    def share_with(self, processes: int) -> None:
        """Take our part of what so many processes may send together."""
        self.pace.share = 1 / processes

    async def run(self) -> None:
        """Deliver until ended. A call that takes long holds up nobody but its own recipient."""
        self._is_running = True
        marking = asyncio.create_task(self._keep_marking())
        try:
            is_last = False
            while not is_last:
                is_last = self._is_ending
                if not await self._take_off() and not is_last:
                    await self._rest()
            await self._land_all()
        finally:
            for task in (marking, *self._flying):
                task.cancel()
            self._is_running = False
            self._ended.set()

    async def end(self) -> None:
        """Carry what waits, let what is in the air arrive and be marked, then end."""
        self._is_ending = True
        self.wake()
        if self._is_running:
            await self._ended.wait()

    async def once(self) -> int:
        """Carry what may leave now. Return how many parcels left."""
        loads = await self.thread.do(self._claim, self._room(), rank=Rank.DELIVERY)
        if loads:
            carried = await asyncio.gather(*(self._carry(load) for load in loads))
            await self.thread.do(self._mark, carried, rank=Rank.DELIVERY)
        return len(loads)

    def _room(self) -> Room:
        return self.pace.room(Counter(self._flying.values()))

    async def _take_off(self) -> bool:
        """Let leave what may. Tell whether anything did: then there may be more."""
        self._awake.clear()
        room = self._room()
        if not room.line and not room.slack:
            return False
        try:
            loads = await self.thread.do(self._claim, room, rank=Rank.DELIVERY)
        except Exception:  # a database that went away comes back; the rows wait
            log.exception("delivery paused", extra={"action": "deliver"})
            await asyncio.sleep(1)
            return False
        for load in loads:
            task = asyncio.create_task(self._carry(load))
            self._flying[task] = load.parcel.head.platform
            task.add_done_callback(self._land)
        return bool(loads)

    async def _carry(self, load: Load) -> Carried:
        head = load.parcel.head
        self.pace.leaves(head)
        carried = await self.carrier.carry(load)
        self.pace.came(head, carried.outcome)
        return carried

    def _land(self, task: asyncio.Task[Carried]) -> None:
        del self._flying[task]
        if not task.cancelled():
            self._landed.append(task.result())
            self._has_landed.set()

    async def _rest(self) -> None:
        """Wait until there may be something to do."""
        try:
            await asyncio.wait_for(self._awake.wait(), IDLE_SECONDS)
        except TimeoutError:
            return

    async def _keep_marking(self) -> None:
        """Write down what has landed, all of it at once; then the next of its line may leave."""
        while True:
            await self._has_landed.wait()
            if len(self._flying) > MUCH:
                await asyncio.sleep(GATHER_SECONDS)
            await self._mark_landed()

    async def _mark_landed(self) -> None:
        async with self._writing:
            self._has_landed.clear()
            carried, self._landed = self._landed, []
            if carried:
                await self._write_down(carried)
                self.wake()

    async def _land_all(self) -> None:
        """Let what is in the air arrive, and mark it."""
        while self._flying:
            await asyncio.wait(set(self._flying))
        await self._mark_landed()

    async def _write_down(self, carried: Sequence[Carried]) -> None:
        """Mark, and try again while the database is away: what is not marked would be sent once more."""
        for pause in MARK_TRIES:
            try:
                return await self.thread.do(self._mark, carried, rank=Rank.DELIVERY)
            except Exception:
                log.exception("not marked", extra={"action": "deliver"})
                await asyncio.sleep(pause)

    def _claim(self, room: Room) -> list[Load]:
        now, real = self.clock.now(), self.clock.real()
        with begin(self.engine) as work:
            is_held, has_ended = work.outbox.comes_first(now, real)
            if not is_held:
                return self._leased(work, now, real, room, has_ended)
        with begin(self.engine) as work:  # by itself: it locks mailboxes in an order of its own
            work.outbox.release_held(now)
        open_to = [name for name in PLATFORMS if room.of(name) > 0]
        draw_waiting(self.engine, self.rules, now, platforms=open_to)
        with begin(self.engine) as work:
            return self._leased(work, now, real, room, has_ended)

    def _leased(self, work: Work, now: datetime, real: datetime, room: Room, has_ended: bool) -> list[Load]:
        parcels = work.outbox.claim(now, real, leases=self.leases, room=room, has_ended=has_ended)
        return [self._load(work, parcel, now) for parcel in parcels]

    def _load(self, work: Work, parcel: Parcel, now: datetime) -> Load:
        """Draw a card or a home from the store; one that cannot be drawn must not stop the others."""
        subject = parcel.head.subject
        if parcel.head.op != REFRESH:
            in_thread = subject.startswith(IN_THREAD)
            under = work.outbox.card(THREAD + subject.removeprefix(IN_THREAD)) if in_thread else None
            return Load(parcel, posted=(under.channel, under.ts) if under else None)
        try:
            with work.session.begin_nested():
                if parcel.head.platform == "line" and parcel.head.handle_id:
                    return Load(parcel, menu=due(work, parcel.head.handle_id))
                drawing, card = draw(work, self.rules, subject, now), work.outbox.card(subject)
        except OperationalError:  # a deadlock, a lost connection: all of it is undone, and looked at again
            raise
        except Exception:
            log.exception("not drawn", extra={"action": "deliver", "message_id": str(parcel.head.id)})
            return Load(parcel, is_broken=True)
        return Load(parcel, drawing, (card.channel, card.ts) if card else None)

    def _mark(self, carried: Sequence[Carried]) -> None:
        with begin(self.engine) as work:
            mark(work, self.rules, carried, self.clock.now(), self.clock.real())
