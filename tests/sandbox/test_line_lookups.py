"""What a bot may ask LINE: people, media, links, its own webhook."""

from __future__ import annotations

import pytest
from linebot.v3.messaging import (
    ApiException,
    MarkMessagesAsReadByTokenRequest,
    SetWebhookEndpointRequest,
)
from linebot.v3.messaging import TestWebhookEndpointRequest as WebhookTest

from tests.sandbox.line_bench import Line, a_line, ask

STRANGER = "U" + "0" * 32


async def test_a_profile_is_for_friends_and_writers(line: Line) -> None:
    """404 for the others is how a bot notices that it was blocked."""
    friend, blocker, stranger, writer = [line.world.add_person(name) for name in ("田中", "b", "c", "d")]
    await line.world.follow(friend)
    await line.world.follow(blocker)
    await line.world.block(blocker)
    await line.world.say(writer, "はい")
    assert (await line.api.get_profile(friend)).display_name == "田中"
    assert (await line.api.get_profile(writer)).user_id == writer
    for user in (blocker, stranger, STRANGER):
        assert await line.post(f"/profile/{user}", method="GET") == (404, {"message": "Not found"})
    assert not line.wire.violations


async def test_a_malformed_user_id_is_a_fault(line: Line) -> None:
    """400 with the parameter's name."""
    status, body = await line.post("/profile/me", method="GET")
    assert (status, body["message"]) == (400, "The value for the 'userId' parameter is invalid")
    assert line.wire.violations


async def test_followers_are_for_verified_accounts(line: Line) -> None:
    """Others get 403."""
    assert (await line.post("/followers/ids", method="GET"))[0] == 403
    async with a_line(is_verified=True) as verified:
        friends = [await verified.friend(name) for name in "abc"]
        page = await verified.api.get_followers(limit=2)
        rest = await verified.api.get_followers(limit=2, start=page.next)
        assert [*page.user_ids, *rest.user_ids] == friends
        assert rest.next is None


async def test_the_bot_knows_itself(line: Line) -> None:
    """Its user id is the destination of every webhook."""
    info = await line.api.get_bot_info()
    assert info.user_id == line.world.settings.bot_user_id
    assert (info.display_name, info.chat_mode) == ("スモールウィン", "bot")


async def test_a_photo_can_be_fetched_with_its_type(line: Line) -> None:
    """The bytes come back as they were sent."""
    await line.world.photo(await line.friend(), b"\xff\xd8photo", "image/jpeg")
    message = line.bot.events[-1]["message"]
    answer = await line.blob.get_message_content_with_http_info(message["id"], _return_http_data_only=False)
    assert (bytes(answer.data), answer.headers["content-type"]) == (b"\xff\xd8photo", "image/jpeg")
    assert bytes(await line.blob.get_message_content_preview(message["id"])) == b"\xff\xd8photo"
    status, body = await line.post(f"/message/{message['id']}/content/transcoding", method="GET")
    assert (status, body["message"]) == (400, "Transcoding status doesn't support this type of content")


async def test_a_voice_note_is_prepared_first(line: Line) -> None:
    """202 without data, and None from the SDK, until it is ready."""
    await line.world.voice(await line.friend(), b"m4a", preparing=3.0)
    message = line.bot.events[-1]["message"]
    assert (message["type"], message["duration"]) == ("audio", 3000)
    assert "quoteToken" not in message
    assert (
        await line.blob.get_message_content_transcoding_by_message_id(message["id"])
    ).status == "processing"
    assert await line.blob.get_message_content(message["id"]) is None
    line.clock.now += 3
    assert (
        await line.blob.get_message_content_transcoding_by_message_id(message["id"])
    ).status == "succeeded"
    assert bytes(await line.blob.get_message_content(message["id"])) == b"m4a"


async def test_content_is_gone_after_unsend(line: Line) -> None:
    """410 then, 404 for what never was."""
    user = await line.friend()
    await line.world.photo(user, b"photo")
    message = line.bot.events[-1]["message"]
    await line.world.unsend(user, message["id"])
    assert await line.post(f"/message/{message['id']}/content", method="GET") == (
        410,
        {"message": "The content is gone"},
    )
    assert await line.post("/message/1/content", method="GET") == (404, {"message": "not found"})


async def test_messages_are_marked_as_read_by_their_token(line: Line) -> None:
    """An invented token is a fault."""
    user = await line.friend()
    await line.world.say(user, "はい")
    token = line.bot.events[-1]["message"]["markAsReadToken"]
    await line.api.mark_messages_as_read_by_token(
        ask(MarkMessagesAsReadByTokenRequest, markAsReadToken=token)
    )
    assert line.world.read_up_to[user] == token
    status, body = await line.post("/chat/markAsRead", {"markAsReadToken": "x"})
    assert status == 400
    assert body["message"].startswith("Invalid markAsReadToken.")


async def test_a_link_token_works_once_for_ten_minutes(line: Line) -> None:
    """A used or old one sends no webhook."""
    user = await line.friend()
    token = (await line.api.issue_link_token(user)).link_token
    assert await line.world.link_account(user, token, "nonce") == 200
    assert line.bot.events[-1]["link"] == {"result": "ok", "nonce": "nonce"}
    assert await line.world.link_account(user, token, "nonce") == 0
    token = (await line.api.issue_link_token(user)).link_token
    line.clock.now += 601
    assert await line.world.link_account(user, token, "nonce") == 0


async def test_the_webhook_can_be_tested(line: Line) -> None:
    """LINE sends no events, and tells how the bot took it."""
    good = await line.api.test_webhook_endpoint(ask(WebhookTest))
    assert (good.success, good.status_code, good.reason) == (True, 200, "OK")
    assert line.bot.hooks[-1].events == []
    line.bot.statuses = [503]
    bad = await line.api.test_webhook_endpoint(ask(WebhookTest))
    assert (bad.success, bad.status_code, bad.reason) == (False, 503, "ERROR_STATUS_CODE")
    closed = ask(WebhookTest, endpoint="http://127.0.0.1:1/")
    assert (await line.api.test_webhook_endpoint(closed)).reason == "COULD_NOT_CONNECT"


async def test_the_webhook_url_can_be_read_and_moved(line: Line) -> None:
    """Plain http is allowed on one's own machine alone."""
    before = await line.api.get_webhook_endpoint()
    assert (before.endpoint, before.active) == (line.world.settings.webhook_url, True)
    with pytest.raises(ApiException, match="Invalid webhook endpoint URL"):
        await line.api.set_webhook_endpoint(ask(SetWebhookEndpointRequest, endpoint="http://example.com/"))
    await line.api.set_webhook_endpoint(ask(SetWebhookEndpointRequest, endpoint="https://example.com/hook"))
    assert (await line.api.get_webhook_endpoint()).endpoint == "https://example.com/hook"
