"""How LINE delivers webhooks: signed, in two seconds, twice, late, in batches."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from linebot.v3 import WebhookParser
from linebot.v3.webhook import SignatureValidator

from sandbox.line.sender import NOT_ANSWERED, sign
from tests.sandbox.line_bench import SECRET, Bot, Line, a_line


def kinds(bot: Bot) -> list[str]:
    return [event["type"] for event in bot.events]


def ids(bot: Bot) -> list[str]:
    return [event["webhookEventId"] for event in bot.events]


def again(bot: Bot) -> list[bool]:
    return [event["deliveryContext"]["isRedelivery"] for event in bot.events]


def test_the_signature_is_lines() -> None:
    """The vector of LINE's own documentation."""
    body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
    assert sign(SECRET, body) == "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


async def test_the_sdk_reads_every_webhook(line: Line) -> None:
    """Signature and events pass the real parser; none is unknown to it."""
    user = line.world.add_person("田中")
    await line.world.follow(user)
    await line.world.say(user, "髙﨑𠮷野家 {text}")
    await line.world.sticker(user, keywords=("はい", "OK"))
    await line.world.photo(user, b"photo")
    await line.world.voice(user, b"voice")
    await line.world.video(user, b"video")
    await line.world.file(user, "名簿.xlsx", b"file")
    await line.world.location(user, "本社", None, 35.6, 139.7)
    await line.world.tap(user, {"type": "postback", "data": "d"})
    await line.world.unsend(user, line.world.chat(user)[0].id)
    await line.world.block(user)
    parser, validator = WebhookParser(SECRET), SignatureValidator(SECRET)
    for hook in line.bot.hooks:
        assert validator.validate(hook.raw.decode(), hook.headers["x-line-signature"])
        assert hook.headers["content-type"] == "application/json; charset=utf-8"
        payload = parser.parse(hook.raw.decode(), hook.headers["x-line-signature"], as_payload=True)
        assert payload.destination == line.world.settings.bot_user_id
        for event in payload.events:
            assert type(event).__name__ != "UnknownEvent"
            assert event.source.user_id == user
    assert kinds(line.bot) == ["follow", *["message"] * 7, "postback", "unsend", "unfollow"]
    assert len(set(ids(line.bot))) == 11
    assert {len(each) for each in ids(line.bot)} == {26}


async def test_a_failed_webhook_comes_again_unchanged() -> None:
    """Same event, same id, same token; only the flag tells; it stops at the first 200."""
    async with a_line() as line:
        line.bot.statuses = [500, 500]
        assert await line.world.follow(line.world.add_person("a")) == 500
        await line.world.settle()
        assert again(line.bot) == [False, True, True]
        first, *later = line.bot.events
        for event in later:
            assert event == {**first, "deliveryContext": {"isRedelivery": True}}
        assert [call.status for call in line.wire.calls] == [500, 500, 200]
        assert line.wire.calls[0].response["reason"] == "ERROR_STATUS_CODE"


async def test_redelivery_ends_and_can_be_off() -> None:
    """A bot that never answers loses the event; without the switch at once."""
    async with a_line(redeliver_after=(0.01,)) as line:
        line.bot.statuses = [500] * 9
        await line.world.follow(line.world.add_person("a"))
        await line.world.settle()
        assert again(line.bot) == [False, True]
    async with a_line(redeliver=False) as line:
        line.bot.statuses = [500]
        await line.world.follow(line.world.add_person("a"))
        await line.world.settle()
        assert again(line.bot) == [False]


async def test_a_redelivered_event_may_arrive_after_its_followers() -> None:
    """The order of webhooks is not promised."""
    async with a_line(redeliver_after=(0.05,)) as line:
        user = await line.friend()
        line.bot.statuses = [500]
        await line.world.say(user, "一")
        await line.world.say(user, "二")
        await line.world.settle()
        assert [event["message"]["text"] for event in line.bot.events[1:]] == ["一", "二", "一"]


async def test_a_redelivery_gives_the_token_a_new_minute() -> None:
    """But not 20 minutes after the event, and not if it was used."""
    async with a_line(redeliver_after=()) as line:
        await line.world.say(await line.friend(), "はい")
        event = line.bot.events[-1]
        said = {"replyToken": event["replyToken"], "messages": [{"type": "text", "text": "はい"}]}
        line.clock.now += 100
        assert (await line.post("/message/reply", said))[0] == 400
        await line.world.send_events([event])
        assert (await line.post("/message/reply", said))[0] == 200
        await line.world.send_events([event])
        assert (await line.post("/message/reply", said))[0] == 400
        await line.world.say(line.world.friends()[0], "はい")
        late = line.bot.events[-1]
        line.clock.now += 20 * 60 + 1
        await line.world.send_events([late])
        assert (await line.post("/message/reply", {**said, "replyToken": late["replyToken"]}))[0] == 400


async def test_two_seconds_are_all_a_bot_has() -> None:
    """A slow bot is a timeout, though the webhook arrived."""
    async with a_line(webhook_seconds=0.05, redeliver=False) as line:
        line.bot.seconds = 0.2
        started = time.monotonic()
        assert await line.world.follow(line.world.add_person("a")) == NOT_ANSWERED
        assert time.monotonic() - started < 0.15
        assert line.wire.calls[-1].response["reason"] == "REQUEST_TIMEOUT"
        assert kinds(line.bot) == ["follow"]


async def test_a_bot_that_is_down_is_no_crash(line: Line) -> None:
    """Nobody listens: status 0, and tried again later."""
    url, line.world.settings.webhook_url = line.world.settings.webhook_url, "http://127.0.0.1:1/"
    user = line.world.add_person("a")
    assert await line.world.follow(user) == NOT_ANSWERED
    assert line.wire.calls[-1].response["reason"] == "COULD_NOT_CONNECT"
    line.world.settings.webhook_url = url
    await line.world.settle()
    assert again(line.bot) == [True]


async def test_a_duplicate_has_no_flag(line: Line) -> None:
    """The same webhook twice, as it really happens."""
    user = await line.friend()
    line.chaos.order("webhook", "duplicate")
    assert await line.world.say(user, "はい") == 200
    await line.world.settle()
    assert len(line.bot.hooks) == 3
    assert line.bot.hooks[1].raw == line.bot.hooks[2].raw


async def test_a_held_back_webhook_comes_after_the_next(line: Line) -> None:
    """And at the latest when things settle."""
    user = await line.friend()
    line.chaos.order("webhook", "reorder")
    assert await line.world.say(user, "一") == NOT_ANSWERED
    assert await line.world.say(user, "二") == 200
    assert [event["message"]["text"] for event in line.bot.events[1:]] == ["二", "一"]
    line.chaos.order("webhook", "reorder")
    await line.world.say(user, "三")
    await line.world.settle()
    assert line.bot.events[-1]["message"]["text"] == "三"


async def test_one_webhook_holds_events_of_several_people(line: Line) -> None:
    """A hundred at once, each with its own token."""
    users = [await line.friend(str(number)) for number in range(4)]
    batch = [line.world.compose(users[number % 4], f"{number}") for number in range(100)]
    batch.append(line.world.compose_postback(users[0], "d"))
    assert await line.world.send_events(batch) == 200
    events = line.bot.hooks[-1].events
    assert len({event["source"]["userId"] for event in events}) == 4
    assert len({event["replyToken"] for event in events}) == 101
    answer = {"replyToken": events[41]["replyToken"], "messages": [{"type": "text", "text": "はい"}]}
    assert (await line.post("/message/reply", answer))[0] == 200
    assert line.world.chat(users[1])[-1].message["text"] == "はい"


async def test_the_future_may_send_anything(line: Line) -> None:
    """Unknown types, missing users and new properties go out as they are written."""
    odd: list[dict[str, Any]] = [
        {"type": "hologram", "hologram": {"x": 1}},
        {"type": "message", "mode": "standby", "source": {"type": "user"}, "message": {"type": "smell"}},
        {"type": "message", "source": {"type": "group", "groupId": "C" + "0" * 32}, "replyToken": "a"},
    ]
    assert await line.world.send_events(odd) == 200
    sent = line.bot.hooks[-1].events
    for given, each in zip(odd, sent, strict=True):
        assert each.items() >= given.items()
        assert {"webhookEventId", "timestamp", "mode", "deliveryContext"} <= each.keys()
    assert "source" not in sent[0]
    said = {"replyToken": "a", "messages": [{"type": "text", "text": "はい"}]}
    assert (await line.post("/message/reply", said))[0] == 200
    assert line.world.chat("C" + "0" * 32)[0].message["text"] == "はい"


async def test_raw_bytes_go_out_as_they_are(line: Line) -> None:
    """For forged and malformed webhooks; the right signature unless another is given."""
    assert await line.world.raw(b"not json") == 200
    assert line.bot.hooks[-1].raw == b"not json"
    assert line.bot.hooks[-1].headers["x-line-signature"] == sign(SECRET, b"not json")
    await line.world.raw(b"{}", "forged")
    assert line.bot.hooks[-1].headers["x-line-signature"] == "forged"


async def test_every_webhook_is_on_the_wire(line: Line) -> None:
    """With the body as the bot got it and its answer."""
    await line.friend()
    call = line.last("webhook")
    assert (call.direction, call.platform, call.status) == ("to_bot", "line", 200)
    assert call.request == json.loads(line.bot.hooks[-1].raw)


async def test_several_photos_are_one_set_in_any_order(line: Line) -> None:
    """One webhook each, told apart by index."""
    user = await line.friend()
    assert await line.world.photos(user, [b"1", b"2", b"3"]) == [200, 200, 200]
    sets = [event["message"]["imageSet"] for event in line.bot.events[1:]]
    assert sorted(each["index"] for each in sets) == [1, 2, 3]
    assert len({each["id"] for each in sets}) == 1
    assert {each["total"] for each in sets} == {3}


async def test_many_people_at_once_are_heard(line: Line) -> None:
    """A thousand webhooks through one session, in seconds."""
    users = [line.world.add_person(str(number)) for number in range(300)]
    assert set(await asyncio.gather(*map(line.world.follow, users))) == {200}
    assert len(line.bot.hooks) == 300
