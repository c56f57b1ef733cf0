"""The page in a real Chromium: a newcomer plays owner and staff until the posting is published."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.chromium import browser, executable  # noqa: F401  (fixtures)
from tests.e2e.stage import staged
from tests.e2e.test_spine import EIGHT_ACTIONS

pytestmark = pytest.mark.browser


@pytest.fixture(params=[1280, 390], ids=["wide", "narrow"])
async def page(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> AsyncIterator[Page]:
    async with staged(tmp_path) as stage:
        page = await browser.new_page(viewport={"width": request.param, "height": 844})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{stage.url}/")
        yield page
        await page.close()
        assert not errors


async def tap(page: Page, label: str) -> None:
    await page.locator('[data-test="talk"] button', has_text=label).last.click()


async def say(page: Page, text: str) -> None:
    await page.locator('[data-test="line-input"]').fill(text)
    await page.locator('[data-test="line-send"]').click()


async def hears(page: Page, words: str) -> None:
    await expect(page.locator('[data-test="bot-bubble"]', has_text=words).last).to_be_visible(timeout=60_000)


async def test_played_by_hand(page: Page) -> None:
    """From 友だち追加 to 募集を始めました, by what is on the screen alone."""
    await page.locator('[data-test="friend-add"]').click()
    await hears(page, "お預かりする内容の使いみち")
    await tap(page, "同意して始める")
    await hears(page, "やりたいな")
    asked = (
        "どれに近いですか",
        "3か月後",
        "月に何件",
        "どなたですか",
        "お支払い",
        "いちばん大事",
        "このまま見せて",
    )
    for line, question in zip(EIGHT_ACTIONS, asked, strict=True):
        await say(page, line)
        await hears(page, question)
    await tap(page, "その文だけ外す")
    await hears(page, "募集の下書き")
    await tap(page, "これでよい")
    await hears(page, "会社のお名前")
    await say(page, "山崎醸造")
    await tap(page, "有限会社山崎醸造")
    await tap(page, "0265-00-1234")
    await tap(page, "自分が決める")
    await hears(page, "拝見します")
    await work(page, "公開する")
    await back_to_phone(page)
    await hears(page, "募集を始めました")


async def work(page: Page, label: str) -> None:
    tab = page.locator('[data-test="tab-workspace"]')
    if await tab.is_visible():
        await tab.click()
    await page.locator('[data-test="slack-channel"]', has_text="staff").click()
    await page.locator('[data-test="block-button"]', has_text=label).last.click()


async def back_to_phone(page: Page) -> None:
    tab = page.locator('[data-test="tab-phone"]')
    if await tab.is_visible():
        await tab.click()
