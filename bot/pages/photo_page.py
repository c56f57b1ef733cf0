"""Photo page: shows the staff what an owner sent, at a signed address that ends."""

from __future__ import annotations

from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.pages.photo_links import PATH, PhotoLinks
from bot.turn_thread import Overloaded, TurnThread
from storage.unit_of_work import begin

HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "X-Robots-Tag": "noindex",
}
PAGE = """<!doctype html>
<html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<body style="font: 18px/1.8 sans-serif; margin: 3em auto; max-width: 30em; padding: 0 1em">
<h1 style="font-size: 1.3em">{title}</h1><p>{words}</p></body></html>
"""
GONE = PAGE.format(
    title="写真をお見せできません",
    words="見られる期間(7日)が過ぎたか、写真が取り消されています。期間が過ぎたときは、Slackの「ホーム」を開きなおすと、新しいボタンが出ます。",
)
AWAY = PAGE.format(title="いま開けません", words="少し待ってから、もう一度開いてください。")


class PhotoPage:
    def __init__(self, engine: Engine, thread: TurnThread, clock: Clock, links: PhotoLinks) -> None:
        self.engine, self.thread, self.clock, self.links = engine, thread, clock, links

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH + "{token}", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """The photo; for a token that is wrong, over, or of a photo that is gone, a kind 404."""
        try:
            content = await self.thread.do(self._find, request.match_info["token"])
        except (SQLAlchemyError, Overloaded):
            return _page(AWAY, 503)
        if content is None:
            return _page(GONE, 404)
        return web.Response(body=content, content_type="image/jpeg", headers=HEADERS)

    def _find(self, token: str) -> bytes | None:
        photo = self.links.photo(token, self.clock.now())
        if photo is None:
            return None
        with begin(self.engine) as work:
            return work.attachments.content(photo)


def _page(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)
