"""Wiring: builds one process from its settings, once, and passes the parts by argument."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aiohttp import web
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import fetching, forms, sweeps
from bot.arrivals import Arrived
from bot.asking import form_button
from bot.bell import Bell, bell_of
from bot.budget import Budget
from bot.clock import Clock
from bot.fetching import Fetching
from bot.introducing import Introducing
from bot.line.client import LineClient
from bot.line.reading import read as read_line
from bot.line.render import safe as draw_line
from bot.loading import load
from bot.pages import registry as pages
from bot.pages.calendar_links import CalendarLinks
from bot.pages.calendar_page import CalendarPage
from bot.pages.page_links import PageLinks
from bot.pages.photo_links import PhotoLinks
from bot.people import People
from bot.registries import ACTIONS, BULKS, LOADS, MOMENTS, VERBS, WORDS
from bot.sends.delivery import Delivery
from bot.sends.pace import Pace
from bot.serving import in_time, serving
from bot.settings import Settings
from bot.slack.client import SlackClient, SlackRefused
from bot.slack.limits import safe as draw_slack
from bot.slack.limits import safe_home as draw_home
from bot.slack.listeners import SlackDoor
from bot.slack.reading import read as read_slack
from bot.tidying import tidy_up
from bot.turn import Rules, Turn
from bot.turn_thread import Overloaded, Rank, TurnThread
from bot.web import MOST_BYTES, Door
from flows.facts import Register, no_register
from flows.inbound import Inbound, Thought
from prompts.knowledge import talent_weights, weights
from storage.database import open_engine
from storage.inbox import Event
from storage.leases import USUAL, Leases
from storage.unit_of_work import begin

if TYPE_CHECKING:
    from bot.thinking import Thinking

__all__ = ["Bot", "read_model", "serving"]

log = logging.getLogger("smallwin")

TICK_SECONDS = 1
PAGE, MOST_PAGES = 50, 40  # due rows in one turn, and turns in one tick
STAFF_MINUTES = 60
TIDY_HOURS = 6  # more than daily, so that a worker that is started anew every day comes to it
FIND_SECONDS = 5
END_SECONDS = 10.0  # for messages in the air when the process is asked to stop


def learn() -> None:
    """Read what was learned from the corpora."""
    weights()
    talent_weights()


def read_model(event: Event) -> Inbound:
    body = event.body
    return Thought(
        body["conversation"],
        body["key"],
        body["given"],
        body["value"],
        event.happened_at,
        body.get("by", ""),
        body.get("over", ""),
    )


class Bot:
    """One process: a door, a delivery, and where it is a worker, the thinking and the tick."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        find_firm: Register = no_register,
        release: str = "dev",
        leases: Leases = USUAL,
    ) -> None:
        self.settings, self.clock, self.leases = settings, clock or Clock(), leases
        self.engine: Engine = open_engine(settings.database_url)
        self.thread = TurnThread()
        self.channels: dict[str, str] = {}
        self.rules = self.rules_of(settings, self.channels, find_firm, release)
        self.line = (
            LineClient(settings.line_channel_access_token, settings.line_api_base or None)
            if settings.has_line
            else None
        )
        self.slack = (
            SlackClient(settings.slack_bot_token, settings.slack_api_base or None)
            if settings.has_slack
            else None
        )
        secrets = (settings.line_channel_secret,)
        self.door = Door(self.engine, self.thread, self.rules, self.clock, secrets, self.wake, self.leases)
        self.slack_door = (
            SlackDoor(
                settings.slack_signing_secret, self.slack, self.door.take, self.offer_form, self.form_shown
            )
            if self.slack
            else None
        )
        shelf = CalendarLinks(settings.line_channel_secret, settings.public_url)
        self.calendars = CalendarPage(self.engine, self.thread, self.clock, self.rules, shelf)
        self.pages = pages.routes(self.engine, self.thread, self.clock, settings, self.rules)
        self.delivery: Delivery | None = None
        self.thinking: Thinking | None = None
        self.fetching: Fetching | None = None
        self.introducing: Introducing | None = None
        self.scheduler: AsyncIOScheduler | None = None
        self.bell: Bell | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @staticmethod
    def rules_of(
        settings: Settings, channels: dict[str, str], find_firm: Register = no_register, release: str = "dev"
    ) -> Rules:
        """Say what turns need to know; ``channels`` may be filled in later."""
        return Rules(
            house=settings.house,
            draw={"line": draw_line, "slack": lambda message: (draw_slack(message),)},
            read={
                "line": lambda event: read_line(event.body, event.happened_at),
                "slack": lambda event: read_slack(
                    event.body, event.kind, event.happened_at, channels.get("staff", "")
                ),
                "model": read_model,
                fetching.PLATFORM: fetching.read,
            },
            actions=ACTIONS,
            verbs=VERBS,
            moments=MOMENTS,
            bulks=BULKS,
            words=WORDS,
            loads=LOADS,
            has_model=settings.has_model,
            release=release,
            find_firm=find_firm,
            photo_url=PhotoLinks(settings.line_channel_secret, settings.public_url).address,
            page_url=PageLinks(settings.line_channel_secret, settings.public_url).address,
            meeting_url=settings.meeting_url_template,
            feedback_days=settings.feedback_days,
            calendar_url=CalendarLinks(settings.line_channel_secret, settings.public_url).address,
            code_channels=frozenset(settings.code_channels),
            most_invitations=settings.invitations_per_week,
        )

    def wake(self) -> None:
        """Something was committed: whoever carries on looks now, here and in the other processes."""
        self.look()
        if self.bell:
            self.bell.ring()

    def look(self) -> None:
        if self.delivery:
            self.delivery.wake()
        for worker in (self.thinking, self.fetching, self.introducing):
            if worker is not None:
                worker.wake()

    def routes(self) -> list[web.RouteDef]:
        return [
            *self.door.routes(),
            *self.calendars.routes(),
            *self.pages,
            *(self.slack_door.routes() if self.slack_door else []),
        ]

    def web_app(self) -> web.Application:
        app = web.Application(client_max_size=MOST_BYTES)
        app.add_routes(in_time(self.routes()))
        return app

    def watched_app(self) -> web.Application:
        """What a worker shows to whoever watches it."""
        app = web.Application()
        app.add_routes(self.door.watched())
        return app

    async def start(self, *, is_worker: bool) -> None:
        """Start carrying. Every process delivers what it wrote; workers also think, sweep and take over."""
        delivery = await self.prepare()
        if bell := bell_of(self.engine, delivery.share_with, self.look if is_worker else None):
            self.bell = bell
            self._run(bell.run())
        self._run(delivery.run())
        self._run(delivery.carrier.quota.watch())
        self._run(self._keep_finding())
        self._run(asyncio.to_thread(learn))  # read while nobody waits: the first wish and profile need it
        if not is_worker:
            return
        if self.settings.has_model:
            self._run(self._start_thinking().run())
        for worker in (self.start_fetching(), self.start_introducing()):
            if worker is not None:
                self._run(worker.run())
        self.scheduler = AsyncIOScheduler(timezone="UTC")
        self.scheduler.add_job(self.tick, "interval", seconds=TICK_SECONDS, max_instances=1, coalesce=True)
        self.scheduler.add_job(
            self.find_people, "interval", minutes=STAFF_MINUTES, max_instances=1, coalesce=True
        )
        self.scheduler.add_job(
            self.tidy, "interval", hours=TIDY_HOURS, jitter=1_800, max_instances=1, coalesce=True
        )
        self.scheduler.start()
        await self.find_people()

    async def prepare(self) -> Delivery:
        """Make ready to deliver, without starting anything."""
        await self.thread.do(load)
        await self.find_channels()
        self.delivery = Delivery(
            self.engine,
            self.thread,
            self.rules,
            self.clock,
            self.line,
            self.slack,
            self.channels,
            draw_home,
            self.leases,
            Pace(is_line=not self.settings.line_api_base),
        )
        return self.delivery

    def _start_thinking(self) -> Thinking:
        from bot.model import model_of  # the model's library takes half a second to load
        from bot.thinking import Thinking

        self.thinking = Thinking(
            self.engine,
            self.thread,
            self.clock,
            model_of(self.settings),
            self.door.turn_all,
            Budget(self.settings.model_tokens_per_talk, self.settings.model_tokens_per_day),
            self.leases,
        )
        return self.thinking

    def start_fetching(self) -> Fetching | None:
        """Make ready to fetch photos and files, where a platform is connected."""
        if self.line is not None or self.slack is not None:
            self.fetching = Fetching(
                self.engine, self.thread, self.clock, self.line, self.slack, self.door.turn_all, self.leases
            )
        return self.fetching

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work))

    async def tick(self) -> None:
        """One round of all sweeps."""
        try:
            await self.sweep()
        except Exception:  # the next tick tries again; nothing is lost, time is a column
            log.exception("tick failed", extra={"action": "sweep"})

    async def sweep(self) -> None:
        now = self.clock.now()
        events, moments = await self.thread.do(sweeps.what_is_due, self.engine, now, rank=Rank.TIME)
        while events and (
            again := await self.thread.do(
                sweeps.take_over, self.engine, self.rules, now, self.leases, rank=Rank.TIME
            )
        ):
            await self.door.turn_all(again)
        for _ in range(
            MOST_PAGES if moments or events else 0
        ):  # between two pages people's events are turned
            many = await self.thread.do(sweeps.moments, self.engine, self.rules, now, PAGE, rank=Rank.TIME)
            if not many:
                break
            self.wake()
            if not (await self.thread.do(sweeps.what_is_due, self.engine, now, rank=Rank.TIME))[1]:
                break

    async def tidy(self) -> None:
        """Forget what is past its age."""
        try:
            await tidy_up(self.engine, self.thread, self.clock.real())
        except (SQLAlchemyError, Overloaded):  # the next round does it
            log.exception("not tidied", extra={"action": "tidy"})

    async def find_channels(self) -> None:
        """Turn the names of our channels into Slack's ids."""
        if self.slack is None:
            return
        for ours, theirs in self.settings.channels.items():
            if theirs and not self.channels.get(ours):
                self.channels.setdefault(ours, "")  # what is posted there waits
                try:
                    self.channels[ours] = await self.slack.channel_id(theirs) or theirs
                except SlackRefused:  # Slack is away: looked for again, below
                    log.warning("channel not found yet", extra={"action": "find_channels", "channel": ours})

    async def _keep_finding(self) -> None:
        """Look for our channels until all are found: Slack may be away when we start."""
        while not all(self.channels.values()):
            await asyncio.sleep(FIND_SECONDS)
            await self.find_channels()

    async def find_people(self) -> None:
        """Look who is staff, where everybody lives, and who of our list he is."""
        people = People(self.engine, self.thread, self.clock, self.slack, self.rules, self.wake)
        await people.find(self._staff_channel)

    async def _staff_channel(self) -> str:
        await self.find_channels()
        return self.channels.get("staff", "")

    def start_introducing(self) -> Introducing | None:
        """Make ready to look up who has just come, where Slack is connected."""
        if self.slack is not None:
            self.introducing = Introducing(
                self.engine, self.thread, self.clock, self.slack, self.rules, self.wake
            )
        return self.introducing

    async def offer_form(self, sender: str, conversation: str) -> None:
        """A form could not be opened in time: leave a button that brings it."""
        await self.thread.do(self._offer_form, sender, conversation)
        self.wake()

    async def form_shown(self, came: Arrived) -> None:
        await self.thread.do(forms.shown, self.engine, came)

    def _offer_form(self, sender: str, conversation: str) -> None:
        with begin(self.engine) as work:
            now = self.clock.now()
            me = work.parties.meet("slack", sender, "talent", now)  # his own doing: it waits for no morning
            turn = Turn(work, self.rules, now, me=me)
            turn.tell(me, form_button(UUID(conversation)))
            turn.finish()

    async def stop(self) -> None:
        """Stop taking, finish what was answered, give back what was leased by letting it end."""
        await self.door.drain()
        if self.scheduler:
            self.scheduler.shutdown(wait=False)
        if self.delivery:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self.delivery.end(), END_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        model = self.thinking.model.client if self.thinking else None
        for client in (self.slack_door, self.line, self.slack, model):
            if client is not None:
                await client.close()
        self.thread.close()
        self.engine.dispose()
