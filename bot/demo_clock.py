"""Demo clock: business time that can be moved forward, with everything that falls due on the way. Demo only."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from sqlalchemy import func, select

from bot.wiring import Bot
from flows.rules.calendar import JST
from sandbox.app import Sandbox
from sandbox.page.guard import Body, acting, guard, told
from storage.attachments import FETCHING, WANTED, Attachment
from storage.inbox import RECEIVED, Event
from storage.outbox import DUE, HELD, SENDING, OutMessage
from storage.time_rows import ASKED, THINKING, ThoughtRow
from storage.unit_of_work import begin

STEP = timedelta(hours=6)
FARTHEST = timedelta(days=400)
MEETING_LASTS = timedelta(minutes=41)  # the aftermath of a meeting falls due forty minutes after its start
EMPTY_SECONDS = 30.0  # for all messages of one step; a slow Slack must not stop the days for ever
LOOK_SECONDS = 0.01

BAD_REQUEST = "「1時間」「1日」のように、先の時刻を指定してください。"
TOO_FAR = "一度に進められるのは400日までです。"
NO_MEETING = "打ち合わせは、まだ決まっていません。"
IS_MOVING = "いま時計を進めています。少しお待ちください。"


class DemoClock:
    """Moves the bot's clock in small steps; at each the sweeps run and the outbox empties, in order."""

    def __init__(self, bot: Bot, sandbox: Sandbox) -> None:
        self.bot, self.sandbox = bot, sandbox
        self.until: datetime | None = None

    def app(self) -> web.Application:
        """Build the endpoints, closed to every other origin."""
        app = web.Application(middlewares=[guard])
        app.router.add_get("/clock", self.read)
        app.router.add_post("/clock", acting(self.move))
        return app

    async def read(self, _: web.Request) -> web.StreamResponse:
        return told(await self.described())

    async def described(self) -> dict[str, Any]:
        now = self.bot.clock.now()
        following = await self.bot.thread.do(self._next_meeting, now)
        return {
            "now": now.astimezone(JST).isoformat(timespec="seconds"),
            "real": self.bot.clock.real().astimezone(JST).isoformat(timespec="seconds"),
            "next": {"at": following[0].isoformat(timespec="seconds"), "what": following[1]}
            if following
            else None,
            "until": self.until.astimezone(JST).isoformat(timespec="seconds") if self.until else None,
        }

    async def move(self, body: Body) -> dict[str, Any]:
        """Go to the asked moment; only one may turn the hands at a time."""
        if self.until is not None:
            raise web.HTTPConflict(text=IS_MOVING)
        self.until = self.bot.clock.now()  # taken before the first await
        try:
            self.until = await self._target(body.given)
            while self.bot.clock.now() < self.until:
                await self._step(self.until)
        finally:
            self.until = None
        return await self.described()

    async def _target(self, given: dict[str, Any]) -> datetime:
        now = self.bot.clock.now()
        match given:
            case {"to": "meeting", **rest} if not rest:
                following = await self.bot.thread.do(self._next_meeting, now)
                if following is None:
                    raise web.HTTPConflict(text=NO_MEETING)
                return following[0]
            case {"hours": int() | float() as many, **rest} if not rest:
                unit = timedelta(hours=1)
            case {"days": int() | float() as many, **rest} if not rest:
                unit = timedelta(days=1)
            case _:
                raise web.HTTPBadRequest(text=BAD_REQUEST)
        if isinstance(many, bool) or not many > 0:  # NaN is not above anything either
            raise web.HTTPBadRequest(text=BAD_REQUEST)
        if many > FARTHEST / unit:
            raise web.HTTPBadRequest(text=TOO_FAR)
        return now + many * unit

    async def _step(self, end: datetime) -> None:
        """Go on to the next thing that falls due, six hours at most."""
        now = self.bot.clock.now()
        stop = await self.bot.thread.do(self._next_stop, now, min(end, now + STEP))
        self.bot.clock.move(max(stop - self.bot.clock.now(), timedelta(milliseconds=1)))
        self.sandbox.ahead.run(self.bot.clock.offset.total_seconds())
        self.sandbox.slack.pace.buckets.clear()  # hours have passed: its allowances are whole again
        await self.bot.sweep()
        await self.empty()

    async def empty(self) -> None:
        """Wait until everything that was asked to be sent has been sent, or too long."""
        self.bot.wake()
        with_patience = asyncio.get_running_loop().time() + EMPTY_SECONDS
        while asyncio.get_running_loop().time() < with_patience:
            if await self.bot.thread.do(is_idle, self.bot):
                return
            await asyncio.sleep(LOOK_SECONDS)

    def _next_stop(self, now: datetime, latest: datetime) -> datetime:
        with begin(self.bot.engine) as work:
            moments = (
                work.dues.next_after(now),
                work.outbox.next_held(now),
                work.conversations.next_nudge(now),
            )
            return min([latest, *(moment for moment in moments if moment is not None)])

    def _next_meeting(self, now: datetime) -> tuple[datetime, str] | None:
        """Find the end of the meeting that runs, or else the start of the next one."""
        with begin(self.bot.engine) as work:
            since = now - MEETING_LASTS
            both = (work.engagements.next_meeting(since), work.interviews.next_after(since))
            meets_at = min((at for at in both if at), default=None)
        if meets_at is None:
            return None
        here = meets_at.astimezone(JST)
        return (here, "次の打ち合わせ") if meets_at > now else (here + MEETING_LASTS, "打ち合わせのあと")


def is_idle(bot: Bot) -> bool:
    """Tell whether nothing waits to be turned, thought or sent at this moment of business time."""
    with begin(bot.engine) as work:
        is_ripe = (OutMessage.status == HELD) & (OutMessage.next_at <= bot.clock.now())
        waiting = select(func.count()).where(OutMessage.status.in_((DUE, SENDING)) | is_ripe)
        unturned = select(func.count()).select_from(Event).where(Event.status == RECEIVED)
        thinking = (
            select(func.count()).select_from(ThoughtRow).where(ThoughtRow.status.in_((ASKED, THINKING)))
        )
        is_fresh = (Attachment.status == WANTED) & Attachment.leased_until.is_(None)
        fetching = (
            select(func.count()).select_from(Attachment).where(is_fresh | (Attachment.status == FETCHING))
        )
        return not any(work.session.scalar(query) for query in (waiting, unturned, thinking, fetching))
