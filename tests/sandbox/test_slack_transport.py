"""The Web API below its methods: tokens, scopes, forms of arguments, pace and faults."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.slack_stage import TOKEN, Stage, section, slack_stage


async def test_who_am_i(stage: Stage, user: str) -> None:
    """auth.test, team.info and bots.info tell of the settings, and the header tells the scopes."""
    me = await stage.client.auth_test()
    own = stage.world.settings
    assert (me["team_id"], me["user_id"], me["bot_id"]) == (own.team_id, own.bot_user_id, own.bot_id)
    assert set(me.headers["x-oauth-scopes"].split(",")) == own.scopes
    assert (await stage.client.team_info())["team"]["id"] == own.team_id
    assert (await stage.client.bots_info(bot=own.bot_id))["bot"]["user_id"] == own.bot_user_id


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-other", "invalid_auth"), ("xoxp-user", "not_allowed_token_type")],
)
async def test_tokens(stage: Stage, token: str, error: str) -> None:
    """A missing, unknown or wrong kind of token is refused with its own word."""
    with pytest.raises(SlackApiError) as refused:
        await AsyncWebClient(token, base_url=stage.client.base_url, retry_handlers=[]).auth_test()
    assert refused.value.response["error"] == error


async def test_removed_app(stage: Stage) -> None:
    """After an uninstall the app is told by two events and its token is dead."""
    await stage.world.uninstall()
    assert [c.request["event"]["type"] for c in stage.wire.calls] == ["tokens_revoked", "app_uninstalled"]
    assert await stage.error("auth.test") == "account_inactive"


async def test_unknown_method_and_missing_scope(stage: Stage) -> None:
    """Unknown methods and absent scopes are refused, the latter naming what is needed."""
    assert await stage.error("chat.shout") == "unknown_method"
    async with slack_stage(scopes=frozenset({"chat:write"})) as poor:
        refusal = await poor.fails("users.info", user="U1")
        assert (refusal["error"], refusal["needed"], refusal["provided"]) == (
            "missing_scope",
            "users:read",
            "chat:write",
        )
        assert await poor.error("users.lookupByEmail", email="a@example.com") == "missing_scope"
    assert await stage.error("conversations.list") == "missing_scope"  # public channels need channels:read


async def test_arguments_in_any_form(stage: Stage, ops: str) -> None:
    """JSON, form and query string mean the same, blocks as JSON text included; broken JSON is refused."""
    place, blocks = f"{stage.client.base_url}chat.postMessage", json.dumps([section()])
    fields = {"channel": ops, "text": "文", "blocks": blocks}
    as_json: dict[str, Any] = {"json": fields}
    as_query: dict[str, Any] = {"params": fields}
    auth = {"Authorization": f"Bearer {TOKEN}"}
    async with aiohttp.ClientSession(trust_env=False) as http:
        for sent in (as_json, as_query):
            assert (await (await http.post(place, headers=auth, **sent)).json())["ok"]
        assert (await (await http.post(place, data={**fields, "token": TOKEN})).json())["ok"]
        kind = {**auth, "Content-Type": "application/json"}
        assert (await (await http.post(place, data="{", headers=kind)).json())["error"] == "invalid_json"
        assert (await (await http.post(place, data="[]", headers=kind)).json())["error"] == "json_not_object"
    assert len(stage.world.messages(ops)) == 3
    assert all(m["blocks"][0]["type"] == "section" for m in stage.world.messages(ops))


async def test_posting_pace(stage: Stage, ops: str) -> None:
    """A burst of five posts a channel passes, the sixth waits a second; other channels go on."""
    other = stage.world.add_channel("other")
    for _ in range(5):
        await stage.client.chat_postMessage(channel=ops, text="x")
    with pytest.raises(SlackApiError) as refused:
        await stage.client.chat_postMessage(channel=ops, text="x")
    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    assert refused.value.response["error"] == "ratelimited"
    await stage.client.chat_postMessage(channel=other, text="x")
    assert stage.wire.violations == []


async def test_tiers() -> None:
    """A method's calls a minute are counted over the workspace; the limits can be switched off."""
    async with slack_stage(tiers=(2, 2, 2)) as stage:
        await stage.client.users_list()
        await stage.client.users_list()
        assert await stage.error("users.list") == "ratelimited"
    async with slack_stage(tiers=(2, 2, 2), rate_limits=False) as stage:
        for _ in range(5):
            await stage.client.users_list()


async def test_faults(stage: Stage, ops: str) -> None:
    """Ordered faults: refused before or after acting, limited, dropped; the SDK sees them as from Slack."""
    chaos, post = stage.world.chaos, stage.client.chat_postMessage
    chaos.order("chat.postMessage", "error_before")
    with pytest.raises(SlackApiError) as refused:
        await post(channel=ops, text="一")
    assert refused.value.response.status_code == 500
    assert stage.world.messages(ops) == []
    chaos.order("chat.postMessage", "error_after")
    with pytest.raises(SlackApiError):
        await post(channel=ops, text="二")
    chaos.order("chat.postMessage", "rate_limited")
    with pytest.raises(SlackApiError) as refused:
        await post(channel=ops, text="三")
    assert refused.value.response.headers["Retry-After"] == "1"
    chaos.order("chat.postMessage", "drop_after")
    with pytest.raises(aiohttp.ClientError):
        await post(channel=ops, text="四")
    assert [m["text"] for m in stage.world.messages(ops)] == ["二", "四"]
    assert [call.injected for call in stage.wire.calls] == [
        "error_before",
        "error_after",
        "rate_limited",
        "drop_after",
    ]


async def test_hang(stage: Stage, ops: str) -> None:
    """A hanging call has acted; the answer comes late."""
    stage.world.chaos.hang_seconds = 0.2
    stage.world.chaos.order("chat.postMessage", "hang")
    task = asyncio.create_task(stage.client.chat_postMessage(channel=ops, text="遅い"))
    await asyncio.sleep(0.1)
    assert (len(stage.world.messages(ops)), task.done()) == (1, False)
    assert (await task)["ok"]


async def test_no_retry_header(stage: Stage, user: str) -> None:
    """x-slack-no-retry on a failure ends the retries of that event."""

    async def answer(body: Any, ack: Any, client: Any) -> None:
        raise RuntimeError

    stage.answers["event"] = answer

    @stage.bolt.error
    async def failed(error: Exception) -> BoltResponse:
        return BoltResponse(status=500, headers={"x-slack-no-retry": "1"})

    assert await stage.world.dm(user, "x") == 500
    await asyncio.sleep(0.2)
    assert len(stage.headers) == 1
