"""Week pages: a pair's meeting, month and chart, at signed addresses that end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import NoResultFound, SQLAlchemyError

from bot.actions.weekly import records
from bot.clock import Clock
from bot.pages import week_view
from bot.pages.calendars import Occurrence, as_ics, google_link, of_meeting, outlook_link
from bot.pages.chart_data import chart
from bot.pages.page_links import CHART, ICS, MEETING, MONTH, PATH, WIN, Page, PageLinks
from bot.pages.photo_page import HEADERS
from bot.turn import Rules, Turn
from bot.turn_thread import Overloaded, TurnThread
from flows.weekly.charts import Chart
from flows.weekly.week_cards import WeekView
from flows.weekly.week_pages import gone_page, meeting_page, month_page
from storage.engagements import Engagement, Meeting, Phase, Side
from storage.unit_of_work import begin

T = TypeVar("T")

OVER = "見られる期間が過ぎたか、お仕事が終わっています。「今週やること」から、新しいページを開けます。"
NOWHERE = "この住所のページはありません。届いたお知らせのボタンから、もう一度開いてください。"
AWAY = "いま開けません。少し待ってから、もう一度開いてください。"
PICTURE = {
    **HEADERS,
    "Cache-Control": "private, max-age=86400",
}  # it never changes: the platforms ask again and again


async def nowhere(_: web.Request) -> web.Response:
    """An address with a slip in it: whoever copied it by hand reads his own tongue."""
    return _page(gone_page(NOWHERE), 404)


class WeekPages:
    def __init__(
        self, engine: Engine, thread: TurnThread, clock: Clock, links: PageLinks, rules: Rules
    ) -> None:
        self.engine, self.thread, self.clock, self.links, self.rules = engine, thread, clock, links, rules

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{PATH}{CHART}/{{token}}", self.chart),
            web.get(f"{PATH}{MEETING}/{{token}}", self.meeting),
            web.get(f"{PATH}{MONTH}/{{token}}", self.month),
            web.get(f"{PATH}{ICS}/{{token}}", self.date),
            web.get(f"{PATH}{WIN}/{{token}}", self.win),
        ]

    async def chart(self, request: web.Request) -> web.Response:
        """The picture; drawn beside the turns, for they must not wait for it."""
        found = await self._find(CHART, request, self._chart)
        if not isinstance(found, Chart):
            return found or _page(gone_page(OVER), 404)
        from bot.pages.chart_picture import (
            draw,  # Pillow and its font are heavy: loaded when somebody first looks
        )

        return web.Response(
            body=await asyncio.to_thread(draw, found), content_type="image/png", headers=PICTURE
        )

    async def meeting(self, request: web.Request) -> web.Response:
        return await self._html(MEETING, request, self._meeting)

    async def month(self, request: web.Request) -> web.Response:
        return await self._html(MONTH, request, self._month)

    async def date(self, request: web.Request) -> web.Response:
        """One meeting for a calendar program: moved it replaces what is there, called off it says so."""
        found = await self._find(ICS, request, self._date)
        if not isinstance(found, bytes):
            return found or _page(gone_page(OVER), 404)
        headers = {**HEADERS, "Content-Disposition": 'attachment; filename="meeting.ics"'}
        return web.Response(body=found, content_type="text/calendar", charset="utf-8", headers=headers)

    async def win(self, request: web.Request) -> web.Response:
        """The first and the latest photo; one that was taken back is shown no more."""
        found = await self._find(WIN, request, self._photos)
        if not isinstance(found, tuple):
            return found or _page(gone_page(OVER), 404)
        from bot.pages.photo_pair import draw

        drawn = await asyncio.to_thread(draw, found)
        return web.Response(body=drawn, content_type="image/jpeg", headers=HEADERS)

    async def _html(
        self, kind: str, request: web.Request, find: Callable[[Page], str | None]
    ) -> web.Response:
        found = await self._find(kind, request, find)
        if isinstance(found, str):
            return _page(found, 200)
        return found if isinstance(found, web.Response) else _page(gone_page(OVER), 404)

    async def _find(
        self, kind: str, request: web.Request, find: Callable[[Page], T | None]
    ) -> T | web.Response | None:
        page = self.links.page(kind, request.match_info["token"], self.clock.now())
        if page is None:
            return None
        try:
            return await self.thread.do(find, page)
        except NoResultFound:
            return None
        except (SQLAlchemyError, Overloaded):
            return _page(gone_page(AWAY), 503)

    def _chart(self, page: Page) -> Chart | None:
        with begin(self.engine) as work:
            return chart(work, work.session.get_one(Engagement, page.id), page.made_at)

    def _photos(self, page: Page) -> tuple[tuple[str, bytes], ...] | None:
        """Read the photos that were kept when the address was made."""
        with begin(self.engine) as work:
            engagement = work.session.get_one(Engagement, page.id)
            photos = records.ends(work, engagement, page.made_at)
            shown = [(name, work.attachments.content(photo.id)) for name, photo in photos]
            return tuple((name, content) for name, content in shown if content) or None

    def _meeting(self, page: Page) -> str | None:
        """The agenda as it stands now, for both sides the same."""
        with begin(self.engine) as work:
            turn = Turn(work, self.rules, self.clock.now())
            meeting = work.engagements.meeting(page.id)
            engagement = work.engagements.get(meeting.engagement_id)
            if engagement.phase == Phase.ENDED.name:
                return None
            week = week_view.view(turn, engagement, Side.OWNER, meeting)
            shown = chart(work, engagement, turn.now)
            url = self.links.path(CHART, engagement.id, turn.now) if shown.points else ""
            one = _occurrence(week, meeting, engagement, turn.now)
            file = self.links.path(ICS, meeting.id, turn.now)
            dates = (("Google", google_link(one)), ("Outlook", outlook_link(one)), ("そのほか", file))
            is_ahead = meeting.meets_at > turn.now and not one.is_off
            return meeting_page(week, url, shown.alt(), dates if is_ahead else ())

    def _date(self, page: Page) -> bytes | None:
        """The meeting as it stands now; of work that is over it is off."""
        with begin(self.engine) as work:
            turn = Turn(work, self.rules, self.clock.now())
            meeting = work.engagements.meeting(page.id)
            engagement = work.engagements.get(meeting.engagement_id)
            week = week_view.view(turn, engagement, Side.OWNER, meeting)
            one = _occurrence(week, meeting, engagement, turn.now)
            return as_ics([one], turn.now, method="CANCEL" if one.is_off else "PUBLISH")

    def _month(self, page: Page) -> str | None:
        """The month in which the address was made, as it stood then."""
        with begin(self.engine) as work:
            turn = Turn(work, self.rules, self.clock.now())
            engagement = work.session.get_one(Engagement, page.id)
            month = week_view.month_view(turn, engagement, page.made_at, has_fee=True)
            shown = chart(work, engagement, page.made_at)
            url = self.links.path(CHART, engagement.id, page.made_at) if shown.points else ""
            return month_page(month, url, shown.alt())


def _occurrence(week: WeekView, meeting: Meeting, engagement: Engagement, now: datetime) -> Occurrence:
    """Give a meeting as a date; both open the same page, so both are named."""
    one = of_meeting(meeting, week.talent, engagement.url, now)
    title = f"{week.firm}・{week.talent}の打ち合わせ" if week.firm else one.title
    is_off = one.is_off or (engagement.phase == Phase.ENDED.name and meeting.meets_at > now)
    return replace(one, title=title, is_off=is_off)


def _page(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)
