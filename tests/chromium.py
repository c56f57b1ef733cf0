"""Chromium: a real browser for the tests that look at pages. Under CI it must be there."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=60_000)  # milliseconds; a slow machine is not a wrong page


def chromium() -> str | None:
    given = (os.environ.get("CHROMIUM"), "/usr/bin/chromium", *(shutil.which(name) for name in NAMES))
    return next((path for path in given if path and os.access(path, os.X_OK)), None)


@pytest.fixture
def executable() -> str:
    found = chromium()
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("no Chromium: run scripts/install_browser.sh")
    if found is None:
        pytest.skip("no Chromium: run scripts/install_browser.sh")
    return found


@pytest.fixture
async def browser(executable: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        await browser.close()
