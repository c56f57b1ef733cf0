"""Pages: everything we show at signed addresses under /p/."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Engine

from bot.clock import Clock
from bot.pages.file_page import FilePage
from bot.pages.page_links import PATH, PageLinks
from bot.pages.photo_links import PhotoLinks
from bot.pages.photo_page import PhotoPage
from bot.pages.week_pages import WeekPages, nowhere
from bot.settings import Settings
from bot.turn import Rules
from bot.turn_thread import TurnThread


def routes(
    engine: Engine, thread: TurnThread, clock: Clock, settings: Settings, rules: Rules
) -> list[web.RouteDef]:
    """Give the routes of all pages; each has its own links, signed with a key of its own."""
    given = (settings.line_channel_secret, settings.public_url)
    return [
        *PhotoPage(engine, thread, clock, PhotoLinks(*given)).routes(),
        *WeekPages(engine, thread, clock, PageLinks(*given), rules).routes(),
        *FilePage(engine, thread, clock, PageLinks(*given)).routes(),
        web.get(f"{PATH}{{rest:.*}}", nowhere),
    ]
