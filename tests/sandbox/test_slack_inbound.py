"""What Slack sends to the bot: events, presses, forms, commands; received by a real bolt app."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.sandbox.slack_stage import (
    TOKEN,
    Stage,
    actions,
    button,
    home,
    option,
    section,
    slack_stage,
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with slack_stage(retry_after=(0.02, 0.04, 0.06), answer_seconds=0.3) as made:
        yield made


async def until(true: Any, seconds: float = 2) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "did not happen"
        await asyncio.sleep(0.005)


async def test_home_opened(stage: Stage, user: str) -> None:
    """The first opening of the home carries no view; after a publish it carries the view and its hash."""
    assert await stage.world.open_home(user) == 200
    assert "view" not in stage.got("event")[0]["event"]
    published = await stage.client.views_publish(user_id=user, view=home(actions(button())))
    await stage.world.open_home(user)
    assert stage.got("event")[1]["event"]["view"]["hash"] == published["view"]["hash"]
    assert stage.world.notifications(user) == 0


async def test_dm_reaches_the_bot(stage: Stage, user: str) -> None:
    """A DM arrives as message.im with Slack's escaping, and in the thread it was written in."""
    assert await stage.world.dm(user, "a<b> & c", thread_ts="1.000001") == 200
    event = stage.got("event")[0]["event"]
    assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "a&lt;b&gt; &amp; c")
    assert event["thread_ts"] == "1.000001"
    assert event["channel"] == stage.world.dm_channel(user)


async def test_own_posts_come_back(stage: Stage, user: str) -> None:
    """A bot's own DM post and its change come back as events marked as the bot's, as in the real Slack."""
    sent = await stage.client.chat_postMessage(channel=user, text="こんにちは")
    await stage.client.chat_update(channel=sent["channel"], ts=sent["ts"], text="こんばんは")
    await stage.world.settle()
    calls = [call for call in stage.wire.calls if call.direction == "to_bot"]
    assert calls[0].request["event"]["bot_id"]
    assert calls[1].request["event"]["subtype"] == "message_changed"


async def test_failed_events_come_again(stage: Stage, user: str) -> None:
    """An event that the bot refused comes again with the same id, a number and a reason, then no more."""
    stage.first.extend([500, 503])
    assert await stage.world.dm(user, "もしもし") == 500
    await until(lambda: stage.got("event"))
    assert [h.get("x-slack-retry-num") for h in stage.headers] == [None, "1", "2"]
    assert stage.headers[1]["x-slack-retry-reason"] == "http_error"
    ids = {c.request["event_id"] for c in stage.wire.calls if c.what == "message"}
    assert len(ids) == 1


async def test_events_are_given_up(stage: Stage, user: str) -> None:
    """After three retries Slack gives an event up."""
    stage.first.extend([500] * 9)
    await stage.world.dm(user, "もしもし")
    await until(lambda: len(stage.headers) == 4)
    await asyncio.sleep(0.1)
    assert len(stage.headers) == 4


async def test_slow_events_come_again(stage: Stage, user: str) -> None:
    """An event that takes too long counts as failed, while the first attempt may still be running."""
    stage.first.append(0.4)
    assert await stage.world.dm(user, "もしもし") == 0
    await until(lambda: len(stage.got("event")) == 2)
    assert stage.headers[1]["x-slack-retry-reason"] == "http_timeout"


async def test_duplicate_and_reorder(stage: Stage, user: str) -> None:
    """Ordered faults send one event twice with one id, or hold one back behind the next."""
    stage.world.chaos.order("event", "duplicate")
    await stage.world.dm(user, "一")
    assert len({body["event_id"] for body in stage.got("event")}) == 1
    assert len(stage.got("event")) == 2
    stage.world.chaos.order("event", "reorder")
    assert await stage.world.dm(user, "二") == 0
    await stage.world.dm(user, "三")
    assert [body["event"]["text"] for body in stage.got("event")[2:]] == ["三", "二"]


async def test_forged_requests(stage: Stage, user: str) -> None:
    """A request with a wrong, old or missing signature is refused by bolt and breaks no rule."""
    body = b'{"type":"event_callback","event":{"type":"message"}}'
    kind = {"Content-Type": "application/json"}
    assert await stage.world.raw(body, kind) == 401
    assert await stage.world.raw(body, {**kind, **stage.world.sign(b"other")}) == 401
    assert await stage.world.raw(body, {**kind, **stage.world.sign(body, time.time() - 400)}) == 401
    challenge = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    assert await stage.world.raw(challenge, {**kind, **stage.world.sign(challenge)}) == 200
    assert stage.wire.violations == []


async def test_press_a_button(stage: Stage, user: str) -> None:
    """A press carries the value, the message, a trigger and a response_url; twins differ by value."""
    channel = stage.world.add_channel("ops", members=[user])
    row = actions(button("go", "a"), block_id="row")
    twins = actions(button("go", "b"), block_id="row2")
    sent = await stage.client.chat_postMessage(channel=channel, text="札", blocks=[row, twins])
    assert await stage.world.press(user, channel, "go", value="b") == 200
    body = stage.got("action")[0]
    assert (body["actions"][0]["value"], body["actions"][0]["block_id"]) == ("b", "row2")
    assert body["message"]["ts"] == body["container"]["message_ts"] == sent["ts"]
    assert body["response_url"].startswith(stage.base)
    assert body["trigger_id"]


async def test_press_what_is_not_there(stage: Stage, user: str) -> None:
    """Only what is on the person's own screen can be pressed; a forged action still reaches the bot."""
    channel = stage.world.add_channel("ops", members=[user])
    stranger = stage.world.add_person("外 人", "soto@example.com")
    sent = await stage.client.chat_postMessage(channel=channel, text="札", blocks=[actions(button())])
    with pytest.raises(LookupError):
        await stage.world.press(user, channel, "stop")
    with pytest.raises(LookupError):
        await stage.world.press(stranger, channel, "go")
    await stage.client.chat_update(channel=channel, ts=sent["ts"], text="済", blocks=[section()])
    with pytest.raises(LookupError):
        await stage.world.press(user, channel, "go", ts=sent["ts"])
    forged = {"type": "button", "action_id": "go", "value": "1"}
    assert await stage.world.force_payload(user, channel, forged, ts=sent["ts"]) == 200
    assert stage.got("action")[0]["actions"][0]["action_id"] == "go"


async def test_choices_on_a_message(stage: Stage, user: str) -> None:
    """A menu, a date and an overflow on a message send what was chosen, and the message's state."""
    channel = stage.world.add_channel("ops", members=[user])
    menu = {"type": "static_select", "action_id": "menu", "options": [option("a"), option("b")]}
    day = {"type": "datepicker", "action_id": "day"}
    more = {"type": "overflow", "action_id": "more", "options": [option("x")]}
    await stage.client.chat_postMessage(channel=channel, text="札", blocks=[actions(menu, day, more)])
    await stage.world.press(user, channel, "menu", value="b")
    await stage.world.press(user, channel, "day", value="2026-11-27")
    await stage.world.press(user, channel, "more", value="x")
    menu_body, day_body, more_body = stage.got("action")
    assert menu_body["actions"][0]["selected_option"]["value"] == "b"
    assert day_body["actions"][0]["selected_date"] == "2026-11-27"
    assert day_body["state"]["values"]["row"]["menu"]["selected_option"]["value"] == "b"
    assert more_body["actions"][0]["selected_option"]["value"] == "x"
    with pytest.raises(LookupError):
        await stage.world.press(user, channel, "menu", value="z")


async def test_silent_or_failing_bot(stage: Stage, user: str) -> None:
    """An interaction answered late or with an error is a violation, and never sent again."""
    channel = stage.world.add_channel("ops", members=[user])
    await stage.client.chat_postMessage(channel=channel, text="札", blocks=[actions(button())])
    stage.first.extend([500, 0.4])
    assert await stage.world.press(user, channel, "go") == 500
    assert await stage.world.press(user, channel, "go") == 0
    await asyncio.sleep(0.15)
    assert len(stage.headers) == 2
    assert stage.wire.violations == [
        "slack block_actions: answered 500",
        "slack block_actions: no answer within 0.3 s",
    ]


async def test_command(stage: Stage, user: str) -> None:
    """A command's answer is shown to the person alone; an unshowable one is a violation."""
    channel = stage.world.add_channel("ops", members=[user])

    async def answer(body: Any, ack: Any, client: Any) -> None:
        await ack("承りました") if body["text"] == "help" else await ack(blocks=[{"type": "nope"}])

    stage.answers["command"] = answer
    assert await stage.world.command(user, "/smallwin", "help", channel) == 200
    assert stage.got("command")[0]["channel_id"] == channel
    assert [m["text"] for m in stage.world.ephemerals(user)] == ["承りました"]
    assert stage.world.messages(channel) == []
    await stage.world.command(user, "/smallwin", "x", channel)
    assert "invalid_command_response" in stage.wire.violations[0]


async def test_message_shortcut(stage: Stage, user: str) -> None:
    """A message shortcut brings the message it was used on."""
    channel = stage.world.add_channel("ops", members=[user])
    await stage.world.say(user, channel, "オーナーへ")
    ts = stage.world.messages(channel)[0]["ts"]
    assert await stage.world.message_shortcut(user, "relay", channel, ts) == 200
    body = stage.got("shortcut")[0]
    assert (body["callback_id"], body["message"]["text"], body["message_ts"]) == ("relay", "オーナーへ", ts)


async def test_joins_and_leaves(stage: Stage, user: str) -> None:
    """Joins and leaves of channels the bot is in are told, others not."""
    ops = stage.world.add_channel("ops")
    secret = stage.world.add_channel("secret", bot_is_member=False)
    assert await stage.world.join(user, ops) == 200
    assert await stage.world.leave(user, ops) == 200
    assert await stage.world.join(user, secret) == 0
    kinds = [body["event"]["type"] for body in stage.got("event")]
    assert kinds == ["member_joined_channel", "member_left_channel"]


async def test_people_come_and_go(stage: Stage, user: str) -> None:
    """team_join and user_change carry a whole user; the deactivated one is marked deleted."""
    await stage.world.welcome(user)
    stage.world.deactivate(user)
    await stage.world.settle()
    events = [body["event"] for body in stage.got("event")]
    assert [(e["type"], e["user"]["deleted"]) for e in events] == [
        ("team_join", False),
        ("user_change", True),
    ]
    with pytest.raises(LookupError):
        await stage.world.dm(user, "まだいます")


async def test_response_url(stage: Stage, user: str) -> None:
    """A response_url replaces its message, speaks to one person, and serves five times."""
    channel = stage.world.add_channel("ops", members=[user])
    await stage.client.chat_postMessage(channel=channel, text="札", blocks=[actions(button())])
    await stage.world.press(user, channel, "go")
    url = stage.got("action")[0]["response_url"]
    hook = AsyncWebhookClient(url, retry_handlers=[])
    assert (await hook.send(text="あなただけ")).status_code == 200
    assert (await hook.send(text="済", replace_original=True)).status_code == 200
    assert stage.world.ephemerals(user)[0]["text"] == "あなただけ"
    assert stage.world.messages(channel)[0]["text"] == "済"
    assert "blocks" not in stage.world.messages(channel)[0]
    for _ in range(3):
        await hook.send(text="また")
    last = await hook.send(text="六回目")
    assert (last.status_code, last.body) == (404, "used_url")


async def test_response_url_grows_old() -> None:
    """A response_url can take its message away, and is dead after thirty minutes of business time."""
    now = [1_800_000_000.0]
    async with slack_stage(clock=lambda: now[0]) as stage:
        user = stage.world.add_person("佐藤 花", "hana@example.com")
        channel = stage.world.add_channel("ops", members=[user])
        await stage.client.chat_postMessage(channel=channel, text="札", blocks=[actions(button())])
        await stage.world.press(user, channel, "go")
        hook = AsyncWebhookClient(stage.got("action")[0]["response_url"], retry_handlers=[])
        assert (await hook.send(delete_original=True)).status_code == 200
        assert stage.world.messages(channel) == []
        now[0] += 30 * 60 + 1
        late = await hook.send(text="遅い")
        assert (late.status_code, late.body) == (404, "expired_url")
        assert stage.wire.violations == []


async def test_token_is_never_recorded(stage: Stage, user: str) -> None:
    """The recorder holds no token."""
    await stage.client.chat_postMessage(channel=user, text="こんにちは")
    assert TOKEN not in str(list(stage.wire.calls))
