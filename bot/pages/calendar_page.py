"""Calendar page: one person's dates, for the calendar program that asks again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.facts import other_name
from bot.pages.calendar_links import PATH, CalendarLinks
from bot.pages.calendars import Occurrence, as_ics, of_interview, of_meeting
from bot.pages.photo_page import AWAY, HEADERS, PAGE
from bot.turn import Rules, Turn
from bot.turn_thread import Overloaded, Rank, TurnThread
from storage.engagements import MEETING, Engagement, Side
from storage.unit_of_work import Work, begin

KEPT = timedelta(days=60)  # what is longer past leaves the calendar
GONE = PAGE.format(
    title="この予定の住所は、使えなくなりました",
    words="新しい住所は、日にちのお知らせのボタンにあります。見つからないときは「人と話す」でお知らせください。",
)


class CalendarPage:
    def __init__(
        self, engine: Engine, thread: TurnThread, clock: Clock, rules: Rules, links: CalendarLinks
    ) -> None:
        self.engine, self.thread, self.clock, self.rules, self.links = engine, thread, clock, rules, links

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH + "{token}.ics", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """The calendar; for a token that is wrong or was ended, a kind 404."""
        now = self.clock.now()
        try:
            found = await self.thread.do(self._find, request.match_info["token"], now, rank=Rank.TIME)
        except (SQLAlchemyError, Overloaded):
            return _page(AWAY, 503)
        if found is None:
            return _page(GONE, 404)
        body = as_ics(found, now)
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="smallwin.ics"'}
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    def _find(self, token: str, now: datetime) -> list[Occurrence] | None:
        found = self.links.owner(token)
        if found is None:
            return None
        handle, number = found
        with begin(self.engine) as work:
            if work.interviews.key(handle) != number:
                return None
            return occurrences(Turn(work, self.rules, now), handle)


def occurrences(turn: Turn, handle: UUID) -> list[Occurrence]:
    """Gather a person's dates: interviews, also those that were called off, and the weekly meetings."""
    from bot.actions.interview.dates import address

    found = [
        of_interview(
            interview,
            other_name(turn, engagement, side_in(engagement, handle)),
            address(turn, interview),
            engagement.ended_at,
        )
        for interview, engagement in turn.work.interviews.all_of(handle)
    ]
    for engagement in _lately(turn.work, handle, turn.now):
        name = other_name(turn, engagement, side_in(engagement, handle))
        weeks = turn.work.slots.weeks(engagement.id)
        shown = (
            each for each in weeks if each.sequence or each.state in MEETING
        )  # what never stood is not taken out
        found += [of_meeting(each, name, engagement.url, turn.now) for each in shown]
    return [each for each in found if each.starts_at > turn.now - KEPT]


def _lately(work: Work, handle: UUID, now: datetime) -> list[Engagement]:
    """Pairs that go on, or ended a short while ago: calendars have still to hear it."""
    mine = work.engagements.of_handle(handle)
    return [each for each in mine if each.ended_at is None or each.ended_at > now - KEPT]


def side_in(engagement: Engagement, handle: UUID) -> Side:
    """Say for whom somebody is there: who goes along in the firm sits beside the owner."""
    return Side.TALENT if handle == engagement.talent_handle_id else Side.OWNER


def _page(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)
