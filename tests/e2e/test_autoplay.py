"""The story plays itself: 「見本を自動で進める」 drives the page's own controls from the hello to the renewal."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.chromium import browser, executable  # noqa: F401  (fixtures)
from tests.e2e.stage import Stage, people, staged, words_of

pytestmark = pytest.mark.browser

PLAY_SECONDS = 600  # about a minute on an idle machine
HEIGHT = 844


async def opened(browser: Browser, stage: Stage, width: int, troubles: list[str]) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": HEIGHT}, locale="ja-JP")
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    await page.goto(f"{stage.url}/")
    await expect(page.locator("[data-test='link-state']")).to_have_text("つながっています")
    return page


async def test_plays_to_the_renewal(browser: Browser, tmp_path: Path) -> None:
    """Every step finds its words and buttons on a phone; no error, no rule of a platform broken; a wide page follows along."""
    troubles: list[str] = []
    async with staged(tmp_path) as stage:
        wide = await opened(browser, stage, 1280, troubles)
        page = await opened(browser, stage, 390, troubles)
        story = page.locator("[data-test='story']")
        await page.locator("[data-test='story-start']").click()
        await page.locator("[data-test='story-speed']").click()
        await ended(page)
        caption = await page.locator("[data-test='story-caption']").text_content()
        assert await story.get_attribute("data-state") == "done", caption
        owner, _ = people(stage)
        last = "お二人とも「同じ条件で続ける」でした"
        assert last in words_of(stage.sandbox.line.chat(owner.id)[-1].message)
        await expect(page.locator("[data-test='bot-bubble']", has_text=last)).to_be_in_viewport()
        await expect(wide.locator("[data-test='bot-bubble']", has_text=last)).to_have_count(1)
        await wide.close()
        await page.close()
    assert not troubles


async def ended(page: Page) -> None:
    """Wait for the end, whichever it is."""
    over = "() => ['done', 'failed'].includes(document.querySelector('[data-test=story]').dataset.state)"
    await page.wait_for_function(over, timeout=PLAY_SECONDS * 1000, polling=100)


async def test_stops_and_goes_on(browser: Browser, tmp_path: Path) -> None:
    """止める holds it, つづける lets it go on, おわる leaves the page to its reader; begun twice it says why not."""
    troubles: list[str] = []
    async with staged(tmp_path) as stage:
        page = await opened(browser, stage, 1280, troubles)

        def at(test: str) -> str:
            return f"[data-test='{test}']"

        await page.locator(at("story-start")).click()
        await page.locator(at("story-speed")).click()
        await expect(page.locator(at("bot-bubble"))).not_to_have_count(0)
        await page.locator(at("story-pause")).click()
        await expect(page.locator(at("story-pause"))).to_have_text("つづける")
        await page.wait_for_timeout(300)  # what was in the air arrives
        count = page.locator(at("story-count"))
        held = await count.text_content()
        await page.wait_for_timeout(700)
        assert await count.text_content() == held
        await page.locator(at("story-pause")).click()
        await expect(count).not_to_have_text(held or "")
        await page.locator(at("story-end")).click()
        await expect(page.locator(at("story"))).to_be_hidden()
        await page.locator(at("story-start")).click()
        await expect(page.locator(at("notice"))).to_contain_text("まっさらな練習場")
        await page.close()
        await asyncio.sleep(0.2)
    assert not troubles


async def test_turns_the_hands(browser: Browser, tmp_path: Path) -> None:
    """The bar shows business time; a press moves it, and what was said before keeps its own hour."""
    troubles: list[str] = []
    async with staged(tmp_path) as stage:
        page = await opened(browser, stage, 1280, troubles)
        owner, _ = people(stage)
        await owner.follow()
        days = page.locator("[data-test='talk'] .day")
        await expect(days).to_have_count(1)
        face = page.locator("[data-test='clock-now']")
        await expect(face).not_to_be_empty()
        before = await face.text_content()
        await expect(page.locator("[data-test='clock-meeting']")).to_be_disabled()
        await page.locator("[data-test='clock-day']").click()
        await expect(face).not_to_have_text(before or "")
        await expect(page.locator("[data-test='clock']")).to_have_attribute("data-state", "still")
        assert timedelta(hours=23, minutes=59) < stage.clock.offset < timedelta(hours=24, minutes=1)
        await owner.say("紹介 りんご信用金庫")
        await expect(days).to_have_count(2)
        await page.close()
    assert not troubles
