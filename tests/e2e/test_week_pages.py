"""Week pages over real HTTP, looked at as on a phone: the meeting, the month, the chart, and what is over."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import pytest
from icalendar import Calendar
from playwright.async_api import Browser, ViewportSize
from sqlalchemy import select

from bot.demo import DEMO_URL
from bot.pages.page_links import CHART, ICS, MEETING, MONTH, WIN, PageLinks
from storage.engagements import Engagement, Side
from storage.parties import Handle
from storage.unit_of_work import begin
from storage.weeks import Wanted
from tests.chromium import browser, executable  # noqa: F401  (fixtures)
from tests.e2e.stage import Stage, staged
from tests.story.stages import at, running
from tests.story.test_lists import decided
from tests.story.test_records import sent_over

PHONE: ViewportSize = {"width": 390, "height": 844}
EVIL = "<script>alert(1)</script>値札を直す"


def lived() -> tuple[bytes, datetime]:
    """Play a pair with a week behind it; give its store and the moment."""
    cast = decided(at(running), OWNER=EVIL, NUMBER="16")
    raw = cast.world.engine.raw_connection()
    kept = raw.driver_connection.serialize()  # type: ignore[union-attr]
    raw.close()
    return kept, cast.world.now


def moves_in(stage: Stage, kept: bytes, now: datetime) -> tuple[PageLinks, UUID, UUID]:
    """Put a store into the stage's; give the links, the pair and its coming meeting."""
    source = sqlite3.connect(":memory:")
    source.deserialize(kept)
    target = stage.bot.engine.raw_connection()
    source.backup(target.driver_connection)  # type: ignore[arg-type]
    target.close()
    source.close()
    stage.clock.move(now - stage.clock.now())
    with begin(stage.bot.engine) as work:
        there = iter(stage.sandbox.slack.people)
        for handle in work.session.scalars(select(Handle).where(Handle.platform == "slack")):
            handle.external_id = next(there)  # somebody whom this Slack knows
        [pair] = work.session.scalars(select(Engagement))
        coming = work.engagements.coming(pair.id, now)
        assert coming is not None
        work.weeks.write(coming, [Wanted(Side.OWNER, "電話する")], Side.OWNER, now)
        settings = stage.bot.settings
        return PageLinks(settings.line_channel_secret, settings.public_url), pair.id, coming.id


async def get(url: str) -> tuple[int, str, str]:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        return answer.status, answer.headers["Content-Type"], (await answer.read()).decode(errors="replace")


@pytest.mark.browser
async def test_pages_of_a_pair(browser: Browser, tmp_path: Path) -> None:
    """Each opens on a phone without scrolling sideways, its picture is there, hostile words do nothing."""
    async with staged(tmp_path) as stage:
        links, pair, coming = await stage.bot.thread.do(moves_in, stage, *lived())
        now, troubles = stage.clock.now(), list[str]()
        for kind, id, words in (
            (MEETING, coming, ("先週やったこと", "今日話すこと", "入金の確認(月)", "電話する", EVIL)),
            (MONTH, pair, ("のまとめ", "お支払い", "16時間")),
        ):
            page = await browser.new_page(viewport=PHONE, locale="ja-JP")
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("dialog", lambda dialog: troubles.append(dialog.message))
            answer = await page.goto(links.address(kind, id, now).replace(DEMO_URL, stage.url))
            assert answer is not None
            assert answer.status == 200
            assert answer.headers["cache-control"] == "private, no-store"
            text = await page.inner_text("body")
            assert [each for each in words if each not in text] == []
            assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
            assert await page.locator("a.date").count() == (3 if kind == MEETING else 0)
            assert await page.evaluate("document.querySelector('img').naturalWidth") > 1_000
            assert troubles == []
            await page.close()


async def test_what_is_forged_over_or_nobodys_is_a_kind_404(tmp_path: Path) -> None:
    """A wrong token, one of another kind, one past its day, a pair that ended, an id that never was."""
    async with staged(tmp_path) as stage:
        links, pair, coming = await stage.bot.thread.do(moves_in, stage, *lived())
        now = stage.clock.now()
        good = links.path(CHART, pair, now)
        status, kind, _ = await get(stage.url + good)
        assert (status, kind) == (200, "image/png")
        status, kind, text = await get(stage.url + links.path(ICS, coming, now))
        assert (status, kind) == (200, "text/calendar; charset=utf-8")
        assert [str(each["status"]) for each in Calendar.from_ical(text).walk("VEVENT")] == ["CONFIRMED"]
        photo = links.path(WIN, pair, now)
        assert (await get(stage.url + photo))[0] == 404  # none is kept yet
        await stage.bot.thread.do(keeps_photo, stage)
        assert (await get(stage.url + photo))[:2] == (200, "image/jpeg")
        wrong = [
            f"/p/chart/{'x' * 40}",
            "/p/months/%3Cscript%3E",
            good.replace("/chart/", "/month/"),
            links.path(MEETING, uuid4(), now),
            links.path(MONTH, pair, now - timedelta(days=40)),
        ]
        await stage.bot.thread.do(ended, stage)
        _, _, text = await get(stage.url + links.path(ICS, coming, now))
        assert [str(each["status"]) for each in Calendar.from_ical(text).walk("VEVENT")] == ["CANCELLED"]
        for path in (*wrong, links.path(MEETING, coming, now)):
            status, _, text = await get(stage.url + path)
            assert status == 404, path
            assert "このページは開けません" in text


def keeps_photo(stage: Stage) -> None:
    with begin(stage.bot.engine) as work:
        [pair] = work.session.scalars(select(Engagement))
        sent_over(work, pair, stage.clock.now() - timedelta(minutes=5))


def ended(stage: Stage) -> None:
    with begin(stage.bot.engine) as work:
        for pair in work.session.scalars(select(Engagement)):
            pair.phase = "ENDED"
