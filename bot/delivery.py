"""Delivery: carries messages from the outbox to the platforms, with leases, in order, and never in a transaction."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Engine

from bot.clock import Clock
from bot.marking import Carried, is_unsure, mark
from bot.menus import Shown, due
from bot.sending import Outcome, Result
from bot.turn import Rules
from bot.turn_thread import Rank, TurnThread
from bot.views import Drawing, draw
from storage.leases import USUAL, Leases
from storage.outbox import LOADING, REFRESH, OutMessage, Parcel
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.delivery")

AT_ONCE = 20  # calls in the air per process: each ends well within its lease
IDLE_SECONDS = 0.5  # between looks when nobody woke us
MARK_TRIES = (0.2, 1.0, 3.0, 10.0)  # within the lease of what was sent
NEWS_SHARE = 0.8  # past this share of the month's pushes, news waits and reminders go
QUOTA_SECONDS = 600.0


class Line(Protocol):
    """What delivery needs of LINE."""

    async def reply(self, token: str, messages: Sequence[dict[str, Any]]) -> Outcome: ...
    async def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Outcome: ...
    async def loading(self, user: str, seconds: int = 20) -> Outcome: ...
    async def link_menu(self, user: str, menu: str) -> Outcome: ...
    async def quota(self) -> tuple[int | None, int]: ...


class Slack(Protocol):
    """What delivery needs of Slack."""

    async def post(self, channel: str, body: dict[str, Any], marker: str) -> Outcome: ...
    async def update(self, channel: str, ts: str, body: dict[str, Any]) -> Outcome: ...
    async def publish_home(self, user: str, view: dict[str, Any]) -> Outcome: ...
    async def open_dm(self, user: str) -> str: ...
    async def find_marker(self, channel: str, marker: str) -> str | None: ...


@dataclass(frozen=True)
class Load:
    """A parcel with what was drawn for it, and where its card already hangs."""

    parcel: Parcel
    drawing: Drawing | None = None
    posted: tuple[str, str] | None = None  # channel, ts
    menu: Shown | None = None
    is_broken: bool = False  # it cannot be drawn


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
    ) -> None:
        self.engine, self.thread, self.rules, self.clock = engine, thread, rules, clock
        self.line, self.slack, self.channels, self.draw_home = line, slack, channels, home
        self.leases = leases
        self._awake, self._ended = asyncio.Event(), asyncio.Event()
        self._is_running = self._is_ending = False
        self._quota: tuple[float, int | None, int] = (0.0, None, 0)

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        """Deliver until ended. A call that takes long holds up nobody but its own recipient."""
        self._is_running = True
        flying: set[asyncio.Task[Carried]] = set()
        try:
            is_last = False
            while not is_last:
                is_last = self._is_ending
                flying |= await self._take_off(AT_ONCE - len(flying))
                flying = await self._land(flying, is_last=is_last)
        finally:
            for task in flying:
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
        loads = await self.thread.do(self._claim, AT_ONCE, rank=Rank.DELIVERY)
        if loads:
            carried = await asyncio.gather(*(self._carry(load) for load in loads))
            await self.thread.do(self._mark, carried, rank=Rank.DELIVERY)
        return len(loads)

    async def _take_off(self, free: int) -> set[asyncio.Task[Carried]]:
        if free <= 0:
            return set()
        try:
            loads = await self.thread.do(self._claim, free, rank=Rank.DELIVERY)
        except Exception:  # a database that went away comes back; the rows wait
            log.exception("delivery paused", extra={"action": "deliver"})
            await asyncio.sleep(1)
            return set()
        return {asyncio.create_task(self._carry(load)) for load in loads}

    async def _land(self, flying: set[asyncio.Task[Carried]], *, is_last: bool) -> set[asyncio.Task[Carried]]:
        """Mark what has arrived, and return what is still in the air. Waits until there is something to do."""
        awake = asyncio.create_task(self._awake.wait())
        waits = {*flying} if is_last and flying else {*flying, awake}
        when = asyncio.ALL_COMPLETED if is_last and flying else asyncio.FIRST_COMPLETED
        await asyncio.wait(waits, timeout=None if is_last and flying else IDLE_SECONDS, return_when=when)
        awake.cancel()
        self._awake.clear()
        landed = {task for task in flying if task.done()}
        if landed:
            await self._write_down([task.result() for task in landed])
        return flying - landed

    async def _write_down(self, carried: Sequence[Carried]) -> None:
        """Mark, and try again while the database is away: what is not marked would be sent once more."""
        for pause in MARK_TRIES:
            try:
                return await self.thread.do(self._mark, carried, rank=Rank.DELIVERY)
            except Exception:
                log.exception("not marked", extra={"action": "deliver"})
                await asyncio.sleep(pause)

    def _claim(self, most: int) -> list[Load]:
        now, real = self.clock.now(), self.clock.real()
        with begin(self.engine) as work:  # by itself: it locks mailboxes in an order of its own
            work.outbox.release_held(now)
        with begin(self.engine) as work:
            parcels = work.outbox.claim(now, real, most, self.leases)
            return [self._load(work, parcel, now) for parcel in parcels]

    def _load(self, work: Work, parcel: Parcel, now: datetime) -> Load:
        """Draw a card or a home from the store; one that cannot be drawn must not stop the others."""
        subject = parcel.head.subject
        if parcel.head.op != REFRESH:
            return Load(parcel)
        try:
            with work.session.begin_nested():
                if parcel.head.platform == "line" and parcel.head.handle_id:
                    return Load(parcel, menu=due(work, parcel.head.handle_id))
                drawing, card = draw(work, self.rules, subject, now), work.outbox.card(subject)
        except Exception:
            log.exception("not drawn", extra={"action": "deliver", "message_id": str(parcel.head.id)})
            return Load(parcel, is_broken=True)
        return Load(parcel, drawing, (card.channel, card.ts) if card else None)

    def _mark(self, carried: Sequence[Carried]) -> None:
        with begin(self.engine) as work:
            mark(work, self.rules, carried, self.clock.now(), self.clock.real())

    async def _carry(self, load: Load) -> Carried:
        head = load.parcel.head
        try:
            if head.op == REFRESH:
                return await (self._show_menu(load) if head.platform == "line" else self._refresh(load))
            if head.platform == "line":
                return await self._to_line(load.parcel)
            return await self._to_slack(load.parcel)
        except Exception as why:  # one message must not stop the others; whether it left is not known
            log.exception("carrying failed", extra={"action": "deliver", "message_id": str(head.id)})
            return Carried(load.parcel, Outcome(Result.UNKNOWN, error=type(why).__name__), "")

    async def _to_line(self, parcel: Parcel) -> Carried:
        head = parcel.head
        if self.line is None:
            return Carried(parcel, Outcome(Result.PERMANENT, error="LINE is not connected"), "none")
        if head.op == LOADING:
            await self.line.loading(parcel.recipient)
            return Carried(parcel, Outcome(Result.SENT), "loading")  # a nicety: never tried twice
        messages = [json.loads(row.body) for row in parcel.rows]
        if head.reply_token:
            return Carried(parcel, await self.line.reply(head.reply_token, messages), "reply")
        if head.purpose == "news" and await self._is_quota_low():
            return Carried(parcel, Outcome(Result.QUOTA, error="news waits"), "push")
        outcome = await self.line.push(parcel.recipient, messages, str(head.id))
        return Carried(parcel, outcome, "push")

    async def _show_menu(self, load: Load) -> Carried:
        """Link a person to the menu of where he stands; one that is not deployed yet is noted for the deploy."""
        if load.is_broken:
            return Carried(load.parcel, Outcome(Result.PERMANENT, error="could not be drawn"), "none")
        if load.menu is None:
            return Carried(load.parcel, Outcome(Result.SENT), "gone")
        outcome = Outcome(Result.SENT)
        if self.line is not None and load.menu.external_id:
            outcome = await self.line.link_menu(load.parcel.recipient, load.menu.external_id)
        return Carried(load.parcel, outcome, "menu", menu=load.menu.state)

    async def _is_quota_low(self) -> bool:
        assert self.line is not None
        asked_at, limit, used = self._quota
        now = asyncio.get_running_loop().time()
        if now - asked_at > QUOTA_SECONDS or not asked_at:
            limit, used = await self.line.quota()
            self._quota = (now, limit, used)
        return limit is not None and used >= limit * NEWS_SHARE

    async def _to_slack(self, parcel: Parcel) -> Carried:
        head = parcel.head
        if self.slack is None:
            return Carried(parcel, Outcome(Result.PERMANENT, error="Slack is not connected"), "none")
        try:
            channel = await self._channel(head, parcel.recipient)
        except SlackAway as why:
            return Carried(parcel, why.outcome, "post")
        if is_unsure(head) and head.handle_id:
            ts = await self.slack.find_marker(channel, head.id.hex)
            if ts:
                return Carried(parcel, Outcome(Result.SENT, (ts,)), "found", channel)
        outcome = await self.slack.post(channel, json.loads(head.body), head.id.hex)
        return Carried(parcel, outcome, "post", channel)

    async def _refresh(self, load: Load) -> Carried:
        """Draw a home or a card anew; a card not posted yet is posted now."""
        head, drawing = load.parcel.head, load.drawing
        if load.is_broken:
            return Carried(load.parcel, Outcome(Result.PERMANENT, error="could not be drawn"), "none")
        if self.slack is None or drawing is None:
            return Carried(load.parcel, Outcome(Result.SENT), "gone")
        if drawing.is_home:
            view = self.draw_home(drawing.messages)
            return Carried(load.parcel, await self.slack.publish_home(load.parcel.recipient, view), "home")
        body = self.rules.draw["slack"](drawing.messages[0])[0]
        if load.posted:
            channel, ts = load.posted
            return Carried(load.parcel, await self.slack.update(channel, ts, body), "update", channel)
        try:
            channel = await self._channel(head, load.parcel.recipient)
        except SlackAway as why:
            return Carried(load.parcel, why.outcome, "post")
        return Carried(load.parcel, await self.slack.post(channel, body, head.id.hex), "post", channel)

    async def _channel(self, head: OutMessage, recipient: str) -> str:
        assert self.slack is not None
        if head.handle_id is None:
            if recipient not in self.channels:
                raise SlackAway(Outcome(Result.PERMANENT, error=f"no channel is set for {recipient}"))
            if not self.channels[recipient]:
                raise SlackAway(Outcome(Result.RETRY, after=5, error=f"channel {recipient} not found yet"))
            return self.channels[recipient]
        try:
            return await self.slack.open_dm(recipient)
        except Exception as why:
            outcome = getattr(why, "outcome", None)
            raise SlackAway(outcome or Outcome(Result.RETRY, after=5, error=type(why).__name__)) from why


class SlackAway(Exception):
    """A channel or a conversation with a person could not be opened."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.error)
        self.outcome = outcome
