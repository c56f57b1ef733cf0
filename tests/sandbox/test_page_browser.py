"""The page in a real Chromium: what a person sees, taps and types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from playwright.async_api import Browser, Locator, Page, ViewportSize, expect

from tests.chromium import browser, executable  # noqa: F401  (fixtures)
from tests.sandbox.page_bot import HOSTILE, Bot, running_bot

pytestmark = pytest.mark.browser

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 844}
TAP = 44  # CSS pixels; an older owner's finger


@dataclass
class Screen:
    """One open page, and everything that went wrong or outside on it."""

    page: Page
    bot: Bot
    troubles: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def at(self, test: str) -> Locator:
        return self.page.locator(f"[data-test='{test}']")

    def watch(self) -> None:
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on(
            "console", lambda said: self.troubles.append(said.text) if said.type == "error" else None
        )
        self.page.on("request", lambda asked: self.note(asked.url))

    def note(self, url: str) -> None:
        if not url.startswith((self.bot.url, "data:", "blob:")):
            self.outside.append(url)

    async def open(self) -> None:
        self.watch()
        await self.page.goto(self.bot.page)
        await expect(self.at("link-state")).to_have_text("つながっています")

    async def befriend(self) -> None:
        await self.at("friend-add").click()
        await expect(self.at("bot-bubble")).to_have_count(2)


@pytest.fixture
async def screen(browser: Browser) -> AsyncIterator[Screen]:
    """A wide page that must end without an error and without a request to anywhere else."""
    async with running_bot() as bot:
        page = await browser.new_page(viewport=WIDE, locale="ja-JP")
        page.set_default_timeout(60_000)
        screen = Screen(page, bot)
        await screen.open()
        yield screen
        await page.close()
        assert (screen.troubles, screen.outside) == ([], [])


async def test_an_owner_becomes_a_friend_and_answers(screen: Screen) -> None:
    """QR text waits in the input; cards, quick replies and typing work; quick replies vanish."""
    await screen.befriend()
    await expect(screen.at("line-input")).to_have_value("紹介 りんご信用金庫")
    await expect(screen.at("flex-button")).to_have_count(2)
    await screen.at("quick-reply").first.click()
    await expect(screen.at("own-bubble")).to_have_text("はい")
    await expect(screen.at("quick-replies")).to_be_hidden()
    await screen.at("line-input").fill("ネットで売りたい")
    await screen.at("line-input").press("Enter")
    await expect(screen.at("bot-bubble").last).to_have_text("「ネットで売りたい」ですね。")
    await screen.at("flex-button").first.click()
    await expect(screen.at("own-bubble").last).to_have_text("会ってみたい1")


async def test_the_enter_of_a_conversion_sends_nothing(screen: Screen) -> None:
    """Choosing kanji with Enter does not send the half-written line."""
    await screen.befriend()
    field_ = screen.at("line-input")
    await field_.fill("みそ")
    await field_.dispatch_event(
        "keydown", {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    )
    await expect(field_).to_have_value("みそ")
    await expect(screen.at("own-bubble")).to_have_count(0)


async def test_what_others_write_is_only_ever_text(screen: Screen) -> None:
    """Markup in a text, a Flex card and mrkdwn is shown as it was written."""
    await screen.befriend()
    await expect(screen.at("bot-bubble").first).to_have_text(HOSTILE)
    await expect(screen.at("message")).to_contain_text("<img src=x")
    assert await screen.page.locator("main img").count() == 0
    assert await screen.page.title() == "練習場 ― スモールウィン"


async def test_photo_sticker_and_unsend(screen: Screen) -> None:
    """A photo is drawn and sent, a sticker chosen, an own bubble taken back."""
    await screen.befriend()
    await screen.at("line-photo").click()
    picture = screen.at("own-bubble").locator("img")
    await expect(picture).to_have_js_property("naturalWidth", 640)
    await screen.at("line-sticker").click()
    await screen.at("sticker").first.click()
    await expect(screen.at("own-bubble")).to_have_count(2)
    await screen.at("own-bubble").first.click(button="right")
    await screen.at("unsend").click()
    await expect(screen.at("unsent")).to_have_text("メッセージの送信を取り消しました")
    assert "unsend" in [event.get("type") for event in screen.bot.heard]


async def test_block_and_unblock(screen: Screen) -> None:
    """Who blocks cannot write until he takes it back."""
    await screen.befriend()
    await screen.at("phone-menu").click()
    await screen.at("block").click()
    await expect(screen.at("line-input")).to_be_hidden()
    await screen.at("unblock-bar").click()
    await expect(screen.at("line-input")).to_be_visible()


async def test_a_talent_fills_a_form(screen: Screen) -> None:
    """Complaints stand under their field, typing survives them, the next view follows."""
    await screen.at("block-button").click()
    await screen.at("modal-submit").click()
    await expect(screen.at("field-error").first).to_have_text("入力してください。")
    await expect(screen.at("field-error").last).to_have_text("選んでください。")
    await screen.page.get_by_label("ご都合のよい曜日").select_option("wed")
    await screen.page.get_by_label("最初の1週間で何をしますか").fill("いま何人が見ているか数えます")
    await screen.page.get_by_label("月のお支払いの希望（円）").fill("90000")
    await screen.at("modal-submit").click()
    await expect(screen.at("field-error").nth(1)).to_have_text("この募集は、月8万円までです。")
    await expect(screen.page.get_by_label("最初の1週間で何をしますか")).to_have_value(
        "いま何人が見ているか数えます"
    )
    await screen.page.get_by_label("月のお支払いの希望（円）").fill("70000")
    await screen.at("modal-submit").click()
    await expect(screen.at("modal").get_by_role("heading")).to_have_text("送りました")
    await screen.page.keyboard.press("Escape")
    await expect(screen.at("modal")).to_have_count(0)


async def test_home_talk_thread_and_counts(screen: Screen) -> None:
    """Home opens, a message to the app is written, a thread answered, news counted."""
    await screen.at("slack-home-tab").click()
    await expect(screen.at("slack-home")).to_contain_text("今日やること")
    await screen.bot.call("chat.postMessage", channel=screen.bot.channel, text="新しい募集です")
    await expect(screen.at("unread")).to_have_text("1")
    await screen.at("slack-channel").click()
    await expect(screen.at("unread")).to_have_count(0)
    await screen.at("message").last.hover()
    await screen.at("thread-link").last.click()
    await screen.at("thread-input").fill("見ました")
    await screen.at("thread-input").press("Enter")
    await expect(screen.at("thread").locator("article").last).to_contain_text("見ました")


async def test_the_drawer_tells_what_broke(screen: Screen) -> None:
    """The path of the last event, each call, and a broken rule in red."""
    await screen.befriend()
    await screen.at("line-input").fill("違反")
    await screen.at("line-send").click()
    await expect(screen.at("violation-count")).to_have_text("違反 1 件")
    await screen.at("drawer-toggle").click()
    await expect(screen.at("trace-turn")).to_contain_text("ターン")
    await screen.at("wire-only-bad").check()
    await expect(screen.at("wire-call")).to_have_count(1)
    await screen.at("wire-call").locator("summary").first.click()
    await expect(screen.at("violation")).to_contain_text("May not be empty")
    await expect(screen.at("wire-call").locator("pre").first).to_contain_text("replyToken")


async def test_every_control_has_a_name_for_people_and_for_tests(screen: Screen) -> None:
    """Each button and field can be found by a screen reader and by data-test."""
    await screen.befriend()
    await screen.at("block-button").click()
    await expect(screen.at("modal")).to_be_visible()
    controls = screen.page.locator("button:visible, select:visible, input:visible, textarea:visible")
    for control in await controls.all():
        found = await control.evaluate(
            "e => [e.dataset.test, e.ariaLabel || e.labels?.[0]?.textContent || e.textContent, e.outerHTML]"
        )
        assert all(found[:2]), found[2]


MRKDWN = {
    "*太い* _斜め_ ~消し~": "<strong>太い</strong> <em>斜め</em> <s>消し</s>",
    "「*太い*」です": "「<strong>太い</strong>」です",
    "とても*太い*です": "とても*太い*です",
    "1 * 2 * 3": "1 * 2 * 3",
    "&lt;b&gt; &amp;amp;": "&lt;b&gt; &amp;amp;",
    "<@U1> さん": '<span class="mention">@佐藤</span> さん',
    "<javascript:alert(1)|押す>": "&lt;javascript:alert(1)|押す&gt;",
    "<https://example.com?a=1&amp;b=2|見る>": (
        '<a href="https://example.com?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">見る</a>'
    ),
    "&gt; 引用\n続き": "<blockquote>引用</blockquote>続き",
    "`*そのまま*`": "<code>*そのまま*</code>",
    "*<@U1> さん*": '<strong><span class="mention">@佐藤</span> さん</strong>',
    "<!date^1796088600^{date_num} {time}|水曜>": "<time>2026/12/01 10:30</time>",
}


async def test_mrkdwn_is_drawn_as_slack_draws_it(screen: Screen) -> None:
    """Marks need a boundary, escapes are undone once, and only safe links are links."""
    draw = """async text => {
        const { mrkdwn } = await import("./page/mrkdwn.js");
        const place = document.createElement("div");
        place.append(...mrkdwn(text, { U1: "佐藤" }).flat(Infinity));
        return place.innerHTML;
    }"""
    for text, expected in MRKDWN.items():
        assert await screen.page.evaluate(draw, text) == expected


async def test_flex_is_drawn_with_lines_sizes_and_spaces(screen: Screen) -> None:
    """Size, weight, colour, share of the width, margin, radius and padding come out as given."""
    box = {
        "type": "box",
        "layout": "horizontal",
        "paddingAll": "lg",
        "cornerRadius": "md",
        "backgroundColor": "#e3efe9",
        "contents": [
            {"type": "text", "text": "時間", "size": "sm", "color": "#5c686f", "flex": 1},
            {"type": "text", "text": "月20時間", "size": "xl", "weight": "bold", "flex": 3, "margin": "xxl"},
            {"type": "text", "text": "x", "color": "red;position:fixed", "flex": 0},
        ],
    }
    draw = """async contents => {
        const { drawFlex } = await import("./page/flex.js");
        const place = drawFlex({ type: "bubble", body: contents }, () => {});
        document.querySelector(".bubbles").append(place);
        const box = getComputedStyle(place.querySelector(".flex-box"));
        const texts = [...place.querySelectorAll(".flex-text")].map(e => getComputedStyle(e));
        return [
            box.paddingTop, box.borderTopLeftRadius, box.backgroundColor, texts[0].color, texts[0].fontSize,
            texts[1].fontWeight, texts[1].marginLeft, texts[1].flexGrow, texts[2].position, texts[2].color,
        ];
    }"""
    await screen.befriend()
    assert await screen.page.evaluate(draw, box) == [
        *("12px", "8px", "rgb(227, 239, 233)", "rgb(92, 104, 111)", "14px"),
        *("700", "20px", "3", "static", "rgb(17, 17, 17)"),
    ]


async def test_a_narrow_screen_shows_one_side_at_a_time(browser: Browser) -> None:
    """At 390 pixels nothing spills sideways, tabs change sides, and what an owner taps is large."""
    async with running_bot() as bot:
        page = await browser.new_page(viewport=NARROW, has_touch=True, is_mobile=True)
        screen = Screen(page, bot)
        await screen.open()
        await expect(screen.at("workspace")).to_be_hidden()
        await screen.befriend()
        for button in await screen.at("phone").locator("button:visible:not([class*='bubble-more'])").all():
            box = await button.bounding_box()
            assert box is not None
            assert box["height"] >= TAP, await button.evaluate("e => e.outerHTML")
        await screen.at("tab-workspace").click()
        await expect(screen.at("message")).to_be_visible()
        await expect(screen.at("phone")).to_be_hidden()
        assert await page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
        await page.close()
        assert (screen.troubles, screen.outside) == ([], [])
