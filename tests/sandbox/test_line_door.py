"""What every call to LINE must pass, and what chaos does to it."""

from __future__ import annotations

import asyncio
import uuid

import aiohttp
import pytest
from linebot.v3.messaging import ApiException, PushMessageRequest

from tests.sandbox.line_bench import Line, a_line, ask

GOOD = {"messages": [{"type": "text", "text": "はい"}]}


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer another", "the-channel-access-token"])
async def test_a_wrong_token_is_refused(line: Line, authorization: str) -> None:
    """Missing, empty and unknown tokens get 401."""
    status, body = await line.post("/message/validate/push", GOOD, Authorization=authorization)
    assert status == 401
    assert body["message"].startswith("Authentication failed. Confirm that the access token")
    assert line.wire.violations


async def test_unparsable_json_is_told_with_its_place(line: Line) -> None:
    """The answer names line and column; a JSON array is no request either."""
    status, body = await line.post("/message/push", b"{")
    assert (status, body["message"]) == (
        400,
        "The request body could not be parsed as JSON (line: 1, column: 2)",
    )
    assert (await line.post("/message/push", b"[]"))[0] == 400
    assert (await line.post("/message/push", b"\xff\xfe"))[0] == 400


async def test_only_json_is_read(line: Line) -> None:
    """Another content type gets 415."""
    status, body = await line.post("/message/push", GOOD, Content_Type="text/plain")
    assert (status, body["message"]) == (415, "The content type, text/plain, is not supported")


async def test_a_body_over_two_megabytes_is_refused(line: Line) -> None:
    """Two megabytes are the limit of one request."""
    status, _ = await line.post("/message/push", {"to": "a" * 2_000_001})
    assert status == 413


async def test_an_unknown_path_is_not_found(line: Line) -> None:
    """A mistyped path, or the wrong method, gets LINE's 404 and not a web server's."""
    assert await line.post("/message/shove", GOOD) == (404, {"message": "Not found"})
    assert await line.post("/message/push", method="GET") == (404, {"message": "Not found"})


async def test_a_rate_limit_refuses_and_recovers() -> None:
    """An empty bucket answers 429 with the rate text, without blaming the bot."""
    async with a_line() as line:
        line.world.rates.limits["validate.push"] = (2, 0.05)
        statuses = [(await line.post("/message/validate/push", GOOD)) for _ in range(3)]
        assert [status for status, _ in statuses] == [200, 200, 429]
        assert statuses[2][1]["message"] == "The API rate limit has been exceeded. Try again later."
        await asyncio.sleep(0.06)
        assert (await line.post("/message/validate/push", GOOD))[0] == 200
        assert not line.wire.violations


@pytest.mark.parametrize(
    "path", ["/message/reply", "/message/validate/push", "/chat/loading/start", "/richmenu"]
)
async def test_a_retry_key_belongs_to_pushes_only(line: Line, path: str) -> None:
    """Any other endpoint refuses the header."""
    status, body = await line.post(path, GOOD, X_Line_Retry_Key=str(uuid.uuid4()))
    assert (status, body) == (400, {"message": "The request header is invalid"})
    assert line.wire.violations


async def test_every_answer_has_its_own_request_id(line: Line) -> None:
    """Support asks for this id."""
    found = [
        (await line.api.get_bot_info_with_http_info(_return_http_data_only=False)).headers[
            "x-line-request-id"
        ]
        for _ in range(2)
    ]
    assert found[0] != found[1]
    assert uuid.UUID(found[0])


async def test_what_was_asked_is_on_the_wire(line: Line) -> None:
    """The recorder has the request as it was sent, the answer and the retry key."""
    user = await line.friend()
    key = str(uuid.uuid4())
    await line.api.push_message(
        ask(PushMessageRequest, to=user, messages=[{"type": "text", "text": "はい"}]), key
    )
    call = line.last("push")
    assert (call.direction, call.platform, call.status, call.violations) == ("from_bot", "line", 200, ())
    assert call.request["messages"] == [{"type": "text", "text": "はい"}]
    assert call.request["x-line-retry-key"] == key
    assert call.response["sentMessages"]


async def test_an_ordered_500_before_accepting_sends_nothing(line: Line) -> None:
    """The same key sends once when tried again."""
    user, key = await line.friend(), str(uuid.uuid4())
    asked = ask(PushMessageRequest, to=user, messages=[{"type": "text", "text": "はい"}])
    line.chaos.order("push", "error_before")
    with pytest.raises(ApiException, match="500"):
        await line.api.push_message(asked, key)
    assert not line.world.chat(user)
    await line.api.push_message(asked, key)
    assert len(line.world.chat(user)) == 1
    assert [call.injected for call in line.wire.calls if call.what == "push"] == ["error_before", ""]


@pytest.mark.parametrize("fault", ["error_after", "drop_after", "hang"])
async def test_an_accepted_push_whose_answer_is_lost_is_409_when_tried_again(line: Line, fault: str) -> None:
    """500, a closed connection or silence: the person has the message, and the key says so."""
    user, key = await line.friend(), str(uuid.uuid4())
    asked = ask(PushMessageRequest, to=user, messages=[{"type": "text", "text": "はい"}])
    line.chaos.order("push", fault)  # type: ignore[arg-type]
    with pytest.raises((ApiException, aiohttp.ClientError, TimeoutError)):
        await line.api.push_message(asked, key, _request_timeout=0.2)
    with pytest.raises(ApiException) as refused:
        await line.api.push_message(asked, key)
    assert refused.value.status == 409
    assert len(line.world.chat(user)) == 1
    assert not line.wire.violations


async def test_an_ordered_429_says_rate(line: Line) -> None:
    """It is told apart from the monthly limit by its text."""
    line.chaos.order("push", "rate_limited")
    status, body = await line.post("/message/push", GOOD)
    assert (status, body["message"]) == (429, "The API rate limit has been exceeded. Try again later.")
