"""Client: every answer of Slack, and every silence, becomes one outcome; no post is ever doubled here."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sends.sending import Result
from bot.slack.client import SlackClient, SlackRefused
from bot.slack.limits import safe
from bot.slack.render import home
from flows.messages import Message
from tests.bot.slack_bench import CARD, TOKEN, Slack, a_slack
from tests.sandbox.line_bench import serving

HELLO = safe(Message("こんにちは"))


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with a_slack(seconds=1.0, echoes=False) as started:
        yield started


async def test_a_post_gives_its_ts(slack: Slack) -> None:
    """What was posted can be named later, and notifies with its words."""
    outcome = await slack.client.post(slack.dm, safe(CARD), "row-1")
    (message,) = slack.world.messages(slack.dm)
    assert (outcome.result, outcome.ids) == (Result.SENT, (message["ts"],))
    assert "小さな一歩 &amp; 在庫" in message["text"]
    assert slack.world.wire.violations == []


@pytest.mark.parametrize(
    ("fault", "result", "posted"),
    [
        ("error_before", Result.UNKNOWN, 0),
        ("error_after", Result.UNKNOWN, 1),
        ("drop_after", Result.UNKNOWN, 1),
        ("hang", Result.UNKNOWN, 1),
        ("rate_limited", Result.RETRY, 0),
    ],
)
async def test_a_fault_is_one_call_and_one_outcome(
    slack: Slack, fault: Any, result: Result, posted: int
) -> None:
    """A post is tried once whatever happens; what may have arrived can be found by its marker."""
    slack.chaos.order("chat.postMessage", fault)
    outcome = await slack.client.post(slack.dm, HELLO, "row-1")
    assert outcome.result is result
    assert len(slack.made("chat.postMessage")) == 1
    assert len(slack.world.messages(slack.dm)) == posted
    assert (await slack.client.find_marker(slack.dm, "row-1") is not None) == bool(posted)


async def test_a_rate_limit_says_how_long(slack: Slack) -> None:
    """Retry-After is honoured, not guessed."""
    slack.chaos.order("chat.postMessage", "rate_limited")
    assert (await slack.client.post(slack.dm, HELLO, "row-1")).after == 1.0


async def test_a_lookup_that_fails_is_no_answer(slack: Slack) -> None:
    """Not knowing whether a post arrived is never taken for its not having arrived."""
    slack.chaos.order("conversations.history", "error_before")
    with pytest.raises(SlackRefused) as refused:
        await slack.client.find_marker(slack.dm, "row-1")
    assert refused.value.outcome.result is Result.UNKNOWN


async def test_a_marker_that_is_not_there_is_none(slack: Slack) -> None:
    """Only the row's own post is found."""
    await slack.client.post(slack.dm, HELLO, "row-1")
    assert await slack.client.find_marker(slack.dm, "row-2") is None


async def test_who_left_is_unreachable(slack: Slack) -> None:
    """A person who was deactivated is told apart from a channel that is wrong."""
    slack.world.deactivate(slack.user)
    assert (await slack.client.post(slack.dm, HELLO, "row-1")).result is Result.UNREACHABLE
    assert (await slack.client.post("C0NOWHERE00", HELLO, "row-1")).result is Result.PERMANENT
    stranger = SlackClient(TOKEN, slack.client._base)
    with pytest.raises(SlackRefused) as refused:
        await stranger.open_dm(slack.user)
    await stranger.close()
    assert refused.value.outcome.result is Result.UNREACHABLE


async def test_a_dead_token_is_no_fault_of_the_message(slack: Slack) -> None:
    """While the operator's token is revoked messages wait; they are not thrown away."""
    slack.world.token_fault = "token_revoked"
    outcome = await slack.client.post(slack.dm, HELLO, "row-1")
    assert (outcome.result, outcome.error) == (Result.RETRY, "token_revoked")


async def test_a_refused_connection_is_tried_later() -> None:
    """Where nobody listens nothing can have arrived."""
    client = SlackClient(TOKEN, "http://127.0.0.1:9/api/")
    outcome = await client.post("C1", HELLO, "row-1")
    await client.close()
    assert outcome.result is Result.RETRY


@pytest.mark.parametrize(
    ("status", "text", "kind", "result"),
    [
        (200, "ok", "text/plain", Result.UNKNOWN),
        (200, "<html>", "text/html", Result.UNKNOWN),
        (200, "{", "application/json", Result.UNKNOWN),
        (200, "null", "application/json", Result.UNKNOWN),
        (200, '{"ok":false}', "application/json", Result.UNKNOWN),
        (503, "try later", "text/plain", Result.UNKNOWN),
        (502, '{"ok":false,"error":"x"}', "application/json", Result.UNKNOWN),
        (200, '{"ok":false,"error":"fatal_error"}', "application/json", Result.UNKNOWN),
        (200, '{"ok":false,"error":"no_text"}', "application/json", Result.PERMANENT),
        (200, '{"ok":false,"error":"user_disabled"}', "application/json", Result.UNREACHABLE),
        (407, "proxy", "text/plain", Result.RETRY),
        (429, "slow", "text/plain", Result.RETRY),
    ],
)
async def test_any_answer_is_classified(status: int, text: str, kind: str, result: Result) -> None:
    """Proxies and broken servers answer what they like; each answer is one outcome, never an exception."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=text, content_type=kind, headers={"Retry-After": "soon"})

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", answer)
    async with serving(app) as address:
        client = SlackClient(TOKEN, f"{address}/api/")
        assert (await client.post("C1", HELLO, "row-1")).result is result
        await client.close()


async def test_an_update_changes_text_and_blocks(slack: Slack) -> None:
    """A card is changed in place; one that is gone is permanent."""
    ts = await slack.show(safe(CARD))
    decided = safe(Message(card=CARD.card))
    assert (await slack.client.update(slack.dm, ts, decided)).result is Result.SENT
    (message,) = slack.world.messages(slack.dm)
    assert all(block["type"] != "actions" for block in message["blocks"])
    gone = await slack.client.update(slack.dm, "1.000001", decided)
    assert (gone.result, gone.error) == (Result.PERMANENT, "message_not_found")


async def test_a_home_is_published(slack: Slack) -> None:
    """The Home tab shows what was drawn, without notifying anyone."""
    before = slack.world.notifications(slack.user)
    assert (await slack.client.publish_home(slack.user, home([CARD, CARD]))).result is Result.SENT
    assert slack.world.home(slack.user) is not None
    assert slack.world.notifications(slack.user) == before


async def test_channels_and_their_members_are_found(slack: Slack) -> None:
    """A channel is found by name or id, and all of its members over all pages."""
    staff = slack.world.add_channel("staff")
    for number in range(250):
        person = slack.world.add_person(f"人{number}", f"p{number}@example.com")
        await slack.world.join(person, staff)
    assert [await slack.client.channel_id(name) for name in ("staff", "#staff", staff)] == [staff] * 3
    assert await slack.client.channel_id("nowhere") is None
    assert await slack.client.channel_id("C0NOWHERE00") is None
    assert len(await slack.client.members(staff)) == 251


async def test_names_and_ourselves(slack: Slack) -> None:
    """The bot knows its own id and scopes, and what people call themselves."""
    me = await slack.client.auth_test()
    assert me["user_id"] == "U0SANDBOT1"
    assert "chat:write" in me["scopes"]
    assert await slack.client.user_name(slack.user) == "野村 葵"


async def test_everybody_s_zone_over_all_pages(slack: Slack) -> None:
    """Slack says where people live; we and whoever left have no zone."""
    far = slack.world.add_person("遠くの人", "far@example.com", tz="Europe/Tallinn")
    gone = slack.world.add_person("去った人", "gone@example.com")
    slack.world.people[gone].is_deleted = True
    for number in range(220):
        slack.world.add_person(f"人{number}", f"p{number}@example.com")
    people = await slack.client.people()
    zones = {id: each["tz"] for id, each in people.items() if "tz" in each}
    assert zones[far] == "Europe/Tallinn"
    assert zones[slack.user] == "Asia/Tokyo"
    assert not {gone, "U0SANDBOT1"} & set(zones)
    assert len(zones) >= 222
    assert len(slack.made("users.list")) == 2


async def test_a_dm_is_opened_once(slack: Slack) -> None:
    """The channel of a DM is remembered."""
    for _ in range(3):
        await slack.client.open_dm(slack.user)
    assert len(slack.made("conversations.open")) == 1


async def test_nothing_sent_is_logged(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    """Even at DEBUG neither words nor the token stand in the log."""
    caplog.set_level(logging.DEBUG)
    await slack.client.post(slack.dm, safe(Message("ひみつです")), "row-1")
    assert "ひみつ" not in caplog.text.encode().decode("unicode_escape", errors="ignore") + caplog.text
    assert TOKEN not in caplog.text


async def test_the_environment_does_not_reroute_us(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not used for Slack."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    fresh = SlackClient(TOKEN, slack.client._base)
    assert (await fresh.post(slack.dm, HELLO, "row-1")).result is Result.SENT
    await fresh.close()
