"""The page's own endpoints, over HTTP, with a scripted bot behind them."""

from __future__ import annotations

import asyncio
import base64
import re
import time
from collections.abc import AsyncIterator
from importlib.resources import files
from typing import Any

import pytest

from tests.sandbox.page_bot import Bot, Json, running_bot

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
PAGE = files("sandbox.page")


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with running_bot() as bot:
        yield bot


async def posted(bot: Bot, path: str, body: Any, **headers: str) -> tuple[int, Json]:
    given = {"X-Sandbox": "page", **headers}
    async with bot.http.post(f"{bot.page}ui/{path}", json=body, headers=given) as answer:
        return answer.status, await answer.json()


async def done(bot: Bot, path: str, **body: Any) -> Json:
    status, told = await posted(bot, path, body)
    assert status == 200, told
    return told


async def seen(bot: Bot, path: str, **query: str) -> Json:
    async with bot.http.get(f"{bot.page}ui/{path}", params=query) as answer:
        assert answer.status == 200, await answer.text()
        told: Json = await answer.json()
        return told


async def phone(bot: Bot, bubbles: int) -> Json:
    """Wait until the owner's phone shows so many bubbles."""
    for _ in range(200):
        chat = await seen(bot, "line/chat", user=bot.owner)
        if len(chat["bubbles"]) >= bubbles:
            return chat
        await asyncio.sleep(0.01)
    raise AssertionError(chat)


async def test_the_page_lets_nothing_from_outside_in(bot: Bot) -> None:
    """Every file of the page is served with a policy that allows only this origin."""
    for name in [
        "",
        *(f"page/{entry.name}" for entry in PAGE.iterdir() if entry.name.endswith(("js", "css", "svg"))),
    ]:
        async with bot.http.get(bot.page + name) as answer:
            assert answer.status == 200, name
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"


async def test_every_address_in_the_page_is_relative(bot: Bot) -> None:
    """The page works under any prefix: no file names an absolute address, and each import exists."""
    async with bot.http.get(bot.page) as answer:
        html = await answer.text()
    named = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert named
    assert all(address.startswith("page/") for address in named)
    for entry in PAGE.iterdir():
        if entry.name.endswith(".js"):
            for imported in re.findall(r'from "\./([^"]+)"', entry.read_text(encoding="utf-8")):
                assert PAGE.joinpath(imported).is_file()


def test_nothing_is_ever_parsed_as_markup() -> None:
    """What bots and people write reaches the page as text only."""
    for entry in PAGE.iterdir():
        if entry.name.endswith((".js", ".html")):
            code = entry.read_text(encoding="utf-8")
            assert not re.search(
                r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|\son\w+=\"", code
            )


@pytest.mark.parametrize("path", ["page/serve.py", "page/..%2fapp.py", "page/nothing.js", "ui/nothing"])
async def test_only_the_pages_own_files_are_served(bot: Bot, path: str) -> None:
    """Neither code nor any other file of the machine can be fetched."""
    async with bot.http.get(bot.page + path) as answer:
        assert answer.status == 404


async def test_the_address_without_a_slash_leads_to_the_page(bot: Bot) -> None:
    """Somebody who types /sandbox arrives."""
    async with bot.http.get(f"{bot.url}/sandbox") as answer:
        assert answer.status == 200
        assert str(answer.url) == bot.page


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Sandbox": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_another_site_cannot_press_buttons(bot: Bot, headers: dict[str, str]) -> None:
    """A request without the page's header, origin and JSON does nothing at all."""
    status, told = await posted(bot, "line/follow", {"user": bot.owner}, **headers)
    assert status in {403, 415}
    assert told["error"]
    assert bot.heard == []


@pytest.mark.parametrize("body", [[], "x", {"user": 1}, {}, {"user": "U" + "0" * 32}])
async def test_a_broken_request_is_refused_in_plain_words(bot: Bot, body: Any) -> None:
    """Whatever is posted, the page gets a short Japanese reason, never a server error."""
    status, told = await posted(bot, "line/follow", body)
    assert status in {400, 409}
    assert re.search("[ぁ-ん]", told["error"])


async def test_changes_are_told_as_they_happen(bot: Bot) -> None:
    """The stream of events says what to draw anew."""
    async with bot.http.get(f"{bot.page}ui/changes") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b"retry: 1000\n"
        await done(bot, "line/say", user=bot.owner, text="こんにちは")
        told = b""
        while b"data: line\n" not in told:
            told += await asyncio.wait_for(stream.content.readline(), 2)


async def test_an_open_page_does_not_hold_up_the_end() -> None:
    """A shutdown lets go of every reader at once."""
    async with running_bot() as bot:
        stream = await bot.http.get(f"{bot.page}ui/changes")
        await stream.content.readline()
        started = time.monotonic()
    assert time.monotonic() - started < 3


async def test_an_owner_talks_with_the_bot(bot: Bot) -> None:
    """Friend add, cards with quick replies, a tap, a photo, an unsend: all of it through the page."""
    await done(bot, "line/follow", user=bot.owner)
    chat = await phone(bot, 2)
    assert chat["bubbles"][1]["message"]["contents"]["type"] == "carousel"
    assert [item["action"]["label"] for item in chat["quick_replies"]] == ["はい", "いいえ"]

    await done(bot, "line/tap", user=bot.owner, action=chat["quick_replies"][0]["action"])
    chat = await phone(bot, 4)
    assert [bubble["message"]["text"] for bubble in chat["bubbles"][2:]] == ["はい", "「chose:はい」ですね。"]
    assert chat["quick_replies"] == []

    await done(bot, "line/photo", user=bot.owner, jpeg=base64.b64encode(JPEG).decode())
    photo = (await phone(bot, 5))["bubbles"][4]
    async with bot.http.get(f"{bot.page}ui/line/content/{photo['id']}") as answer:
        assert (answer.content_type, await answer.read()) == ("image/jpeg", JPEG)

    await done(bot, "line/unsend", user=bot.owner, message_id=photo["id"])
    assert (await phone(bot, 5))["bubbles"][4]["unsent"]
    async with bot.http.get(f"{bot.page}ui/line/content/{photo['id']}") as answer:
        assert answer.status == 404


async def test_a_date_reaches_the_bot_as_line_sends_it(bot: Bot) -> None:
    """A picked date comes as the parameters of a postback."""
    action = {"type": "datetimepicker", "label": "日にち", "data": "day", "mode": "date"}
    await done(bot, "line/date", user=bot.owner, action=action, value="2026-12-02")
    assert bot.heard[-1]["postback"] == {"data": "day", "params": {"date": "2026-12-02"}}


async def test_who_blocks_cannot_write(bot: Bot) -> None:
    """After a block the phone says plainly that it cannot be done; after the unblock it can."""
    await done(bot, "line/block", user=bot.owner)
    status, told = await posted(bot, "line/say", {"user": bot.owner, "text": "もしもし"})
    assert (status, "できません" in told["error"]) == (409, True)
    await done(bot, "line/unblock", user=bot.owner)
    await done(bot, "line/say", user=bot.owner, text="もしもし")


async def test_a_talent_fills_a_form(bot: Bot) -> None:
    """Button, form, Slack's own complaint, the bot's complaint, the next view, and closing."""
    desk = await seen(bot, "slack/desk", user=bot.talent)
    assert desk["place"] == bot.channel
    message = desk["messages"][0]
    press = {"user": bot.talent, "place": bot.channel, "action_id": "apply", "ts": message["ts"]}
    await done(bot, "slack/press", **press)
    assert (await seen(bot, "slack/desk", user=bot.talent))["modal"]["callback_id"] == "apply"

    told = await done(
        bot, "slack/submit", user=bot.talent, values={"first": None, "pay": "90000", "day": "wed"}
    )
    assert (told["outcome"], list(told["errors"])) == ("unsent", ["first"])
    told = await done(
        bot, "slack/submit", user=bot.talent, values={"first": "数えます", "pay": "90000", "day": "wed"}
    )
    assert told["errors"] == {"pay": "この募集は、月8万円までです。"}
    told = await done(
        bot, "slack/submit", user=bot.talent, values={"first": "数えます", "pay": "70000", "day": "wed"}
    )
    assert told["outcome"] == "update"
    assert (await seen(bot, "slack/desk", user=bot.talent))["modal"]["title"]["text"] == "送りました"
    await done(bot, "slack/close", user=bot.talent, clear=True)
    assert (await seen(bot, "slack/desk", user=bot.talent))["modal"] is None


async def test_unread_messages_are_counted_until_they_are_seen(bot: Bot) -> None:
    """Each member has a count for each channel, and one for all of them."""
    desk = await seen(bot, "slack/desk", user=bot.talent, place="home")
    assert [channel["unread"] for channel in desk["channels"]] == [1, 0]
    assert desk["people"][0]["unread"] == 1
    await done(bot, "slack/seen", user=bot.talent, channel=bot.channel)
    desk = await seen(bot, "slack/desk", user=bot.talent, place="home")
    assert [channel["unread"] for channel in desk["channels"]] == [0, 0]


async def test_home_opens_and_words_reach_the_bot(bot: Bot) -> None:
    """The home tab is published on opening; a message to the bot and a shortcut arrive."""
    await done(bot, "slack/open", user=bot.talent, tab="home")
    for _ in range(100):
        desk = await seen(bot, "slack/desk", user=bot.talent, place="home")
        if desk["home"]:
            break
        await asyncio.sleep(0.01)
    assert desk["home"]["blocks"][0]["text"]["text"] == "今日やること"
    talk = next(channel["id"] for channel in desk["channels"] if channel["kind"] == "im")
    await done(bot, "slack/say", user=bot.talent, channel=talk, text="写真を送りました")
    assert bot.heard[-1]["text"] == "写真を送りました"
    ts = (await seen(bot, "slack/desk", user=bot.talent))["messages"][0]["ts"]
    shortcut = {"user": bot.talent, "channel": bot.channel, "ts": ts, "callback_id": "send_to_owner"}
    await done(bot, "slack/shortcut", **shortcut)
    assert bot.heard[-1]["callback_id"] == "send_to_owner"


async def test_the_drawer_shows_the_wire_and_the_bots_path(bot: Bot) -> None:
    """Each call with its status and what it broke; the bot's last turn from its own trace."""
    await done(bot, "line/say", user=bot.owner, text="違反")
    for _ in range(200):
        log = await seen(bot, "wire")
        if log["violations"]:
            break
        await asyncio.sleep(0.01)
    broken = next(call for call in log["calls"] if call["violations"])
    assert (broken["what"], broken["status"]) == ("reply", 400)
    whole = await seen(bot, f"wire/{broken['number']}")
    assert whole["request"]["messages"] == [{"type": "text", "text": ""}]
    assert (await seen(bot, "wire", after=str(log["calls"][-1]["number"])))["calls"] == []
    assert (await seen(bot, "trace"))["trace"]["turn"] == {"number": 1}


async def test_without_a_trace_the_drawer_says_so() -> None:
    """A bot that shows no path is no error."""
    async with running_bot(traced=False) as bot:
        assert await seen(bot, "trace") == {"available": False}
