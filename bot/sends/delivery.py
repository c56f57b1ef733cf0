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
from bot.sends.marking import Carried, is_plain, mark
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
LOOKS_AFTER = 8  # claims that found something: a few hundredths of a second
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
        self._awake, self._ended = asyncio.Event(), asyncio.Event()
        self._is_running = self._is_ending = self._is_called = False
        self._flying: dict[asyncio.Task[Carried], str] = {}  # by platform
        self._landed: list[Carried] = []
        self._unlooked = 0  # claims since we looked for what was held

    def wake(self) -> None:
        self._is_called = True
        self._awake.set()

    def share_with(self, processes: int) -> None:
        """Take our part of what so many processes may send together."""
        self.pace.share = 1 / processes

    async def run(self) -> None:
        """Deliver until ended. A call that takes long holds up nobody but its own recipient."""
        self._is_running = True
        try:
            is_last = False
            while not is_last:
                is_last = self._is_ending
                if not await self._round() and not is_last:
                    await self._rest()
            await self._land_all()
        finally:
            for task in self._flying:
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

    async def _round(self) -> bool:
        """Write down what has landed and let leave what may, with one commit. Tell whether more may leave at once."""
        self._awake.clear()
        self._is_called = False
        carried, self._landed = self._landed, []
        room = self._room()
        if not (carried or room.line or room.slack):
            return False
        loads = await self._mark_and_claim(carried, room)
        for load in loads:
            task = asyncio.create_task(self._carry(load))
            self._flying[task] = load.parcel.head.platform
            task.add_done_callback(self._land)
        left, free = Counter(load.parcel.head.platform for load in loads), self._room()
        return any(left[name] and left[name] >= room.of(name) and free.of(name) for name in PLATFORMS)

    async def _mark_and_claim(self, carried: Sequence[Carried], room: Room) -> list[Load]:
        """What arrived and changes nothing else is marked together with the next claim; all else goes before, by itself."""
        plain = [item for item in carried if is_plain(item)]
        try:
            if len(plain) < len(carried):
                await self._write_down([item for item in carried if not is_plain(item)])
            return await self.thread.do(self._claim, room, plain, rank=Rank.DELIVERY)
        except Exception:  # a database that went away comes back; the rows wait
            log.exception("delivery paused", extra={"action": "deliver"})
        if plain:
            await self._write_down(plain)
        else:
            await asyncio.sleep(1)
        return []

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
            self._awake.set()

    async def _rest(self) -> None:
        """Wait until there may be something to do. What lands while much is in the air waits for more of it."""
        try:
            await asyncio.wait_for(self._awake.wait(), IDLE_SECONDS)
        except TimeoutError:
            return
        if not self._is_called and len(self._flying) > MUCH:
            await asyncio.sleep(GATHER_SECONDS)

    async def _land_all(self) -> None:
        """Let what is in the air arrive, and mark it."""
        while self._flying:
            await asyncio.wait(set(self._flying))
        carried, self._landed = self._landed, []
        if carried:
            await self._write_down(carried)

    async def _write_down(self, carried: Sequence[Carried]) -> None:
        """Mark, and try again while the database is away: what is not marked would be sent once more."""
        for pause in MARK_TRIES:
            try:
                return await self.thread.do(self._mark, carried, rank=Rank.DELIVERY)
            except Exception:
                log.exception("not marked", extra={"action": "deliver"})
                await asyncio.sleep(pause)

    def _claim(self, room: Room, landed: Sequence[Carried] = ()) -> list[Load]:
        """Mark what has landed, and lease what may leave. While much leaves, what is held is looked for now and then."""
        now, real = self.clock.now(), self.clock.real()
        if landed:
            self._unlooked += 1
            with begin(self.engine) as work:
                mark(work, self.rules, landed, now, real)
                is_time = self._unlooked >= LOOKS_AFTER
                loads = [] if is_time else self._leased(work, now, real, room, has_ended=False)
            if loads or not (room.line or room.slack):
                return loads
        self._unlooked = 0
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
            if not subject:
                return Load(parcel)
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
