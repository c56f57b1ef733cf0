"""File page: what one side of a pair sent the other, at a signed address that ends. Photos are shown, files are saved."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from aiohttp import web
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.pages.page_links import FILE, PATH, PageLinks
from bot.pages.photo_page import AWAY, HEADERS, PAGE
from bot.turn_thread import Overloaded, TurnThread
from flows.rules.lint.papers import FORMS, shown
from storage.attachments import KEPT, Attachment
from storage.unit_of_work import begin

GONE = PAGE.format(
    title="お見せできません",
    words="見られる期間(90日)が過ぎたか、送った方が取り消しています。もう一度見たいときは、お相手にお願いしてください。",
)
SAVED = {**HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}


@dataclass(frozen=True)
class Found:
    content: bytes
    media: str
    name: str  # empty for a photo: it is shown


class FilePage:
    def __init__(self, engine: Engine, thread: TurnThread, clock: Clock, links: PageLinks) -> None:
        self.engine, self.thread, self.clock, self.links = engine, thread, clock, links

    def routes(self) -> list[web.RouteDef]:
        return [web.get(f"{PATH}{FILE}/{{token}}", self.show)]

    async def show(self, request: web.Request) -> web.Response:
        """The photo or the file; for a token that is wrong, over, or of something that is gone, a kind 404."""
        try:
            found = await self.thread.do(self._find, request.match_info["token"])
        except (SQLAlchemyError, Overloaded):
            return _page(AWAY, 503)
        if found is None:
            return _page(GONE, 404)
        headers = SAVED if found.name else HEADERS
        if found.name:
            ending = found.name.rpartition(".")[2]  # the plain name is for what cannot read the other
            plain = f"file.{ending}" if ending.isascii() and ending.isalnum() else "file"
            named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name)}"
            headers = {**headers, "Content-Disposition": named}
        return web.Response(body=found.content, content_type=found.media, headers=headers)

    def _find(self, token: str) -> Found | None:
        page = self.links.page(FILE, token, self.clock.now())
        if page is None:
            return None
        with begin(self.engine) as work:
            row = work.session.get(Attachment, page.id)
            content = work.attachments.content(page.id)
            if row is None or row.status != KEPT or content is None or row.form not in FORMS:
                return None
            form = FORMS[row.form]
            return Found(content, form.media, "" if form.is_photo else shown(row.name, form.name))


def _page(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=HEADERS)
