"""Web: the door. Verify, mask, store, answer; then turn. Nothing is answered 2xx that is not stored."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from aiohttp import web
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.arrivals import Answered, Arrived
from bot.clock import Clock
from bot.errors import Unavailable
from bot.forms import carry_and_keep
from bot.line.webhook import arrivals, verify
from bot.migrating import is_current
from bot.taking import Job, take_turns
from bot.turn import ReplyToken, Rules
from bot.turn_thread import Overloaded, Rank, TurnThread
from storage.backlog import Backlog, backlog
from storage.inbox import Arrival
from storage.leases import USUAL, Leases
from storage.unit_of_work import begin

log = logging.getLogger("smallwin.web")

T = TypeVar("T")

MOST_BYTES = 1 << 20  # a webhook of a hundred events is far below; more is refused with 413
STORE_SECONDS = (
    1.5  # LINE waits two; what is stored later is turned all the same, and brought again for nothing
)
TURN_AGAIN = (0.5, 1.0, 2.0, 4.0)  # seconds: while our lease lasts nobody else looks after what just came
COUNT_SECONDS = 5.0  # between two looks at what waits
TOKEN_LASTS = timedelta(seconds=50)  # LINE: one minute from the webhook; the way there takes time


class Door:
    """Takes what platforms send: stores it, turns it, and wakes whoever carries on."""

    patience = STORE_SECONDS

    def __init__(
        self,
        engine: Engine,
        thread: TurnThread,
        rules: Rules,
        clock: Clock,
        secrets: Sequence[str],
        wake: Callable[[], None],
        leases: Leases = USUAL,
    ) -> None:
        self.engine, self.thread, self.rules, self.clock = engine, thread, rules, clock
        self.secrets, self.wake, self.leases = secrets, wake, leases
        self._running: set[asyncio.Task[Any]] = set()
        self._counted_at = -COUNT_SECONDS

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/line/webhook", self.line),
            *self.watched(),
        ]

    def watched(self) -> list[web.RouteDef]:
        """What an operator watches, in a worker too."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def line(self, request: web.Request) -> web.Response:
        """LINE's webhook: 401 unsigned, 400 malformed, 413 too big, 503 not stored, else 200 before the turn."""
        body = await request.read()
        if not verify(body, request.headers.get("x-line-signature"), self.secrets):
            metrics.REFUSED.labels("signature").inc()
            return web.Response(status=401)
        try:
            arrived = arrivals(body, self.clock.real())
        except ValueError:
            metrics.REFUSED.labels("malformed").inc()
            return web.Response(status=400)
        storing = self._keep(self.thread.together(self._store_all, arrived))
        self._keep(self._turns(storing, arrived))  # also what is stored too late for this answer
        try:
            await asyncio.wait_for(asyncio.shield(storing), self.patience)
        except (SQLAlchemyError, Overloaded, TimeoutError) as why:
            log.error("not stored", extra={"action": "store", "error": type(why).__name__})
            return web.Response(status=503)
        return web.Response()

    def _keep(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run beside the answer, and hold on to it until it is done."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def take(self, arrived: Arrived) -> Answered:
        """Take one event that waits for its answer (Slack). A repeated one gets the same answer again.

        Raises ``Unavailable`` while the database is away; what was stored by then is turned by whoever takes it over.
        """
        try:
            [id] = await self.thread.together(self._store_all, [arrived])
            if id is None:
                return await self.thread.do(self._answer_again, arrived)
            return await self.turn(id)
        except (SQLAlchemyError, Overloaded) as why:
            log.error("not taken", extra={"action": "take", "error": type(why).__name__})
            raise Unavailable from why

    def _store_all(self, many: Sequence[Sequence[Arrived]]) -> list[list[UUID | None]]:
        """Keep what several requests brought, in one transaction."""
        ids = iter(self.store([item for arrived in many for item in arrived]))
        return [[next(ids) for _ in arrived] for arrived in many]

    def store(self, arrived: Sequence[Arrived]) -> list[UUID | None]:
        rows = [
            Arrival(item.platform, item.external_id, item.sender, item.kind, item.body, item.happened_at)
            for item in arrived
        ]
        with begin(self.engine) as work:
            ids = work.inbox.store(rows, self.clock.now(), self.leases)
        _say("stored", "store", [id for id in ids if id])
        for item, id in zip(arrived, ids, strict=True):
            metrics.EVENTS.labels(item.platform, "yes" if id else "no").inc()
        return ids

    def _answer_again(self, arrived: Arrived) -> Answered:
        with begin(self.engine) as work:
            event = work.inbox.find(arrived.platform, arrived.external_id)
            return Answered.again(event.answer if event else None)

    async def _turns(self, storing: asyncio.Task[list[UUID | None]], came: Sequence[Arrived]) -> None:
        await asyncio.wait({storing})
        ids = storing.result() if storing.exception() is None else []
        for id, arrived in zip(ids, came, strict=False):
            if id is None:
                continue
            token = (
                ReplyToken(arrived.reply_token, self.clock.real() + TOKEN_LASTS)
                if arrived.reply_token
                else None
            )
            await self._safely(id, token, TURN_AGAIN)

    async def turn(self, id: UUID, token: ReplyToken | None = None) -> Answered:
        """Turn one stored event, and wake the delivery."""
        answered = await self.thread.together(self._turn_all, Job(id, token))
        self.wake()
        return answered

    def _turn_all(self, jobs: Sequence[Job]) -> list[Answered | Exception]:
        started = time.perf_counter()
        try:
            answers = take_turns(self.engine, self.rules, carry_and_keep, jobs, self.clock.now())
            pairs = zip(jobs, answers, strict=True)
            _say("turned", "take_turn", [job.event for job, each in pairs if not isinstance(each, Exception)])
            return answers
        finally:
            share = (time.perf_counter() - started) / len(jobs)
            for _ in jobs:
                metrics.TURNS.observe(share)

    async def turn_all(self, ids: Sequence[UUID]) -> None:
        for id in ids:
            await self._safely(id)

    async def _safely(self, id: UUID, token: ReplyToken | None = None, again: Sequence[float] = ()) -> None:
        """Turn one of many: what goes wrong with it must not stop the others. A database may come back in time."""
        for pause in (*again, None):
            try:
                await self.turn(id, token)
                return
            except Exception as why:
                if pause is None or not isinstance(
                    why, SQLAlchemyError
                ):  # its lease ends, and it is taken over
                    log.exception("turn put off", extra={"action": "take_turn", "event": str(id)})
                    return
                told = {"action": "take_turn", "event": str(id), "error": type(why).__name__}
                log.warning("turn waits", extra=told)
                await asyncio.sleep(pause)

    async def drain(self) -> None:
        """Finish what was answered 200; called when the process is asked to stop."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=10)

    async def healthz(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def readyz(self, _: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(self.patience):
                is_ready = await self.thread.do(self._is_ready)
        except (SQLAlchemyError, Overloaded, TimeoutError):
            is_ready = False
        return web.json_response({"ok": is_ready}, status=200 if is_ready else 503)

    def _is_ready(self) -> bool:
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        return is_current(self.engine)

    async def metrics(self, _: web.Request) -> web.Response:
        """Numbers only. What waits is read anew at most every few seconds, whoever asks."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._counted_at > COUNT_SECONDS:
            self._counted_at = loop.time()
            try:
                async with asyncio.timeout(self.patience):
                    found = await self.thread.do(self._backlog, rank=Rank.TIME)
            except (SQLAlchemyError, Overloaded, TimeoutError):
                found = None
            metrics.show(found, self.clock.now(), self.thread.waiting())
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=metrics.text(), headers={"Content-Type": kind})

    def _backlog(self) -> Backlog:
        with begin(self.engine) as work:
            return backlog(work.session, self.clock.now())


def _say(what: str, action: str, events: Sequence[UUID]) -> None:
    """Log the events of one transaction in one line, by their ids: an event's way is stored, turned, sent."""
    if events and log.isEnabledFor(logging.INFO):
        log.info(what, extra={"action": action, "event": " ".join(str(id) for id in events)})
