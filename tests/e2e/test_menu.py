"""The rich menu on the page in a real Chromium: seen, tapped, closed and opened again, on a wide and on a narrow screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo import put_menus
from flows.beside.menu import Standing, entries
from tests.chromium import browser, executable  # noqa: F401  (fixtures)
from tests.e2e.stage import Owner, Stage, people, staged
from tests.e2e.test_spine import approved

pytestmark = pytest.mark.browser

SMALLEST = 44  # CSS pixels of a side; an older owner's finger


@dataclass
class Phone:
    stage: Stage
    owner: Owner
    page: Page

    def at(self, test: str) -> Locator:
        return self.page.locator(f"[data-test='{test}']")

    async def names(self) -> list[str]:
        areas = await self.at("rich-area").all()
        return [await area.get_attribute("aria-label") or "" for area in areas]


@pytest.fixture(params=[1280, 390], ids=["wide", "narrow"])
async def phone(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> AsyncIterator[Phone]:
    async with staged(tmp_path) as stage:
        await put_menus(stage.bot)
        owner, _ = people(stage)
        page = await browser.new_page(viewport={"width": request.param, "height": 844})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{stage.url}/")
        await page.locator('[data-test="friend-prefill"]').fill("")  # words to send would open the keyboard
        await page.locator('[data-test="friend-add"]').click()
        await expect(page.locator('[data-test="rich-menu"]')).to_be_visible()
        yield Phone(stage, owner, page)
        await page.close()
        assert not errors


async def test_the_menu_is_open_and_can_be_put_away(phone: Phone) -> None:
    """The picture is there with its areas named and large; the words of the bar close and open it; typing closes it."""
    assert await phone.names() == [entry.label for entry in entries(Standing.NEW)]
    picture = phone.at("rich-menu").locator("img")
    await expect(picture).to_have_js_property("naturalWidth", 2500)
    for area in await phone.at("rich-area").all():
        box = await area.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= SMALLEST
    bar = phone.at("rich-menu-toggle")
    await expect(bar).to_have_text("メニュー")
    await bar.click()
    await expect(phone.at("rich-menu")).to_be_hidden()
    await bar.click()
    await expect(phone.at("rich-menu")).to_be_visible()
    await phone.at("line-input").focus()
    await expect(phone.at("rich-menu")).to_be_hidden()


async def test_a_tap_is_shown_answered_and_gives_way(phone: Phone) -> None:
    """The area's words stand in the talk, the answer comes, and the menu does not cover it."""
    await phone.page.get_by_role("button", name="いくらかかる？", exact=True).first.click()
    await expect(phone.at("own-bubble").last).to_have_text("いくらかかる？")
    await expect(phone.at("rich-menu")).to_be_hidden()
    await expect(phone.at("bot-bubble").last).to_be_in_viewport()


async def test_the_menu_follows_where_he_stands(phone: Phone) -> None:
    """With his first draft approved the first area asks how things stand; without anybody opening anything."""
    await approved(phone.owner)
    await phone.stage.rest()
    waiting = [entry.label for entry in entries(Standing.WAITING)]
    await expect(phone.at("rich-area").first).to_have_attribute("aria-label", waiting[0])
    assert await phone.names() == waiting
