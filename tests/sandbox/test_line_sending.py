"""Reply, push, multicast, broadcast: tokens, keys, quota and who is reached."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import pytest
from linebot.v3.messaging import (
    ApiException,
    BroadcastRequest,
    ErrorResponse,
    MulticastRequest,
    PushMessageRequest,
    ReplyMessageRequest,
    ShowLoadingAnimationRequest,
    ValidateMessageRequest,
)

from tests.sandbox.line_bench import Line, a_line, ask

STRANGER = "U" + "0" * 32


def plain(text: str = "はい") -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}]


async def reply(line: Line, token: str, text: str = "はい") -> tuple[int, str]:
    status, body = await line.post("/message/reply", {"replyToken": token, "messages": plain(text)})
    return status, body.get("message", "")


async def push(line: Line, to: Any, text: str = "はい", key: str | None = None) -> tuple[int, dict[str, Any]]:
    headers = {"X_Line_Retry_Key": key} if key else {}
    return await line.post("/message/push", {"to": to, "messages": plain(text)}, **headers)


def texts(line: Line, user: str) -> list[str]:
    return [bubble.message["text"] for bubble in line.world.chat(user) if bubble.by == "bot"]


# Reply


async def test_a_reply_arrives_and_has_string_ids(line: Line) -> None:
    """The SDK reads the answer, and the person reads the message."""
    user = await line.friend()
    await line.world.say(user, "こんにちは")
    answer = await line.api.reply_message(
        ask(ReplyMessageRequest, replyToken=line.bot.token, messages=plain())
    )
    assert answer.sent_messages[0].id.isdecimal()
    assert answer.sent_messages[0].quote_token
    assert (texts(line, user), line.world.chat(user)[-1].how) == (["はい"], "reply")


async def test_a_reply_token_works_once(line: Line) -> None:
    """The same reply sent again is an honest retry; another reply is a fault of the bot."""
    await line.world.say(await line.friend(), "はい")
    assert (await reply(line, line.bot.token))[0] == 200
    assert await reply(line, line.bot.token) == (400, "Invalid reply token")
    assert not line.wire.violations
    assert await reply(line, line.bot.token, "別の返事") == (400, "Invalid reply token")
    assert line.wire.violations == ["line reply: reply token used again for other messages"]


async def test_a_reply_token_lives_sixty_seconds(line: Line) -> None:
    """Late is late, but no fault."""
    await line.world.say(await line.friend(), "はい")
    line.clock.now += 60
    assert (await reply(line, line.bot.token))[0] == 200
    await line.world.say(line.world.friends()[0], "はい")
    line.clock.now += 60.1
    assert await reply(line, line.bot.token) == (400, "Invalid reply token")
    assert not line.wire.violations


async def test_an_invented_reply_token_is_a_fault(line: Line) -> None:
    """Nobody issued it."""
    assert await reply(line, "0" * 32) == (400, "Invalid reply token")
    assert line.wire.violations


async def test_a_refused_reply_leaves_the_token_whole(line: Line) -> None:
    """A text too long costs nothing but the attempt."""
    await line.world.say(await line.friend(), "はい")
    with pytest.raises(ApiException) as refused:
        await line.api.reply_message(
            ask(ReplyMessageRequest, replyToken=line.bot.token, messages=plain("あ" * 5001))
        )
    answer: Any = ErrorResponse.from_json(refused.value.body)
    assert [(each.var_property, each.message) for each in answer.details] == [
        ("messages[0].text", "Length must be between 0 and 5000")
    ]
    assert (await reply(line, line.bot.token))[0] == 200


async def test_every_answering_event_has_its_own_token(line: Line) -> None:
    """Follow, message and postback can be answered; unfollow and unsend can't."""
    user = await line.friend()
    await line.world.say(user, "はい")
    await line.world.unsend(user, line.world.chat(user)[0].id)
    await line.world.tap(user, {"type": "postback", "data": "d"})
    await line.world.block(user)
    tokens = {event["type"]: event.get("replyToken") for event in line.bot.events}
    assert tokens["unsend"] is tokens["unfollow"] is None
    assert len({tokens["follow"], tokens["message"], tokens["postback"]}) == 3


# Push


@pytest.mark.parametrize("to", [None, "", "u" + "0" * 32, "U" + "g" * 32, "U" + "0" * 31, ["U" + "0" * 32]])
async def test_a_malformed_recipient_is_a_fault(line: Line, to: Any) -> None:
    """The answer names the property."""
    status, body = await push(line, to)
    assert (status, body["message"]) == (
        400,
        "The property, 'to', in the request body is invalid (line: -, column: -)",
    )


@pytest.mark.parametrize("to", [STRANGER, "C" + "0" * 32, "R" + "0" * 32])
async def test_an_unknown_recipient_fails(line: Line, to: str) -> None:
    """A user who never was, a group that was never joined."""
    assert await push(line, to) == (400, {"message": "Failed to send messages"})
    assert line.wire.violations


async def test_a_push_reaches_friends_and_recent_writers_only(line: Line) -> None:
    """The others: 200, nothing seen, nothing counted."""
    friend, blocker, stranger, writer, gone = [line.world.add_person(name) for name in "abcde"]
    for user in (friend, blocker, gone):
        await line.world.follow(user)
    await line.world.block(blocker)
    line.world.delete_account(gone)
    await line.world.say(writer, "はい")
    for user in (friend, blocker, stranger, writer, gone):
        answer = await line.api.push_message(ask(PushMessageRequest, to=user, messages=plain()))
        assert answer.sent_messages
    assert [len(texts(line, user)) for user in (friend, blocker, stranger, writer, gone)] == [1, 0, 0, 1, 0]
    assert (await line.api.get_message_quota_consumption()).total_usage == 2
    line.clock.now += 7 * 86_400 + 1
    await push(line, writer)
    assert len(texts(line, writer)) == 1
    assert not line.wire.violations


async def test_a_flood_to_one_user_is_stopped(line: Line) -> None:
    """LINE's bound is secret; ours can be set."""
    user = await line.friend()
    line.world.flood.most = 2
    assert [(await push(line, user))[0] for _ in range(3)] == [200, 200, 429]
    line.clock.now += 60
    assert (await push(line, user))[0] == 200


async def test_several_messages_to_one_person_count_once(line: Line) -> None:
    """The unit is the recipient, not the bubble; replies are free."""
    user = await line.friend()
    await line.api.push_message(ask(PushMessageRequest, to=user, messages=plain() * 5))
    await line.world.say(user, "はい")
    await reply(line, line.bot.token)
    assert len(texts(line, user)) == 6
    assert (await line.api.get_message_quota_consumption()).total_usage == 1


# Retry keys


async def test_a_key_used_again_is_already_accepted(line: Line) -> None:
    """409 has the first request's id and messages, and nothing is sent again."""
    user, key = await line.friend(), str(uuid.uuid4())
    asked = ask(PushMessageRequest, to=user, messages=plain())
    first = await line.api.push_message_with_http_info(asked, key, _return_http_data_only=False)
    with pytest.raises(ApiException) as refused:
        await line.api.push_message(asked, key)
    assert refused.value.status == 409
    assert refused.value.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    body: Any = ErrorResponse.from_json(refused.value.body)
    assert body.message == "The retry key is already accepted"
    assert body.sent_messages[0].id == first.data.sent_messages[0].id
    assert len(texts(line, user)) == 1
    assert not line.wire.violations


async def test_a_key_for_another_message_is_a_fault(line: Line) -> None:
    """LINE answers 409 and the second message is lost: the recorder blames the bot."""
    user, key = await line.friend(), str(uuid.uuid4())
    await push(line, user, "一", key)
    assert (await push(line, user, "二", key))[0] == 409
    assert line.wire.violations == ["line push: retry key used again for another request"]


async def test_a_key_lives_24_hours(line: Line) -> None:
    """Later it sends again."""
    user, key = await line.friend(), str(uuid.uuid4())
    await push(line, user, key=key)
    line.clock.now += 24 * 3600 - 1
    assert (await push(line, user, key=key))[0] == 409
    line.clock.now += 1
    assert (await push(line, user, key=key))[0] == 200
    assert len(texts(line, user)) == 2


@pytest.mark.parametrize("key", ["1", "not-a-uuid", "{123e4567-e89b-12d3-a456-426614174000}"])
async def test_a_key_must_be_a_uuid(line: Line, key: str) -> None:
    """Anything else is refused."""
    assert (await push(line, await line.friend(), key=key))[0] == 400


async def test_a_refused_push_keeps_its_key(line: Line) -> None:
    """The mended message may use it."""
    user, key = await line.friend(), str(uuid.uuid4())
    assert (await push(line, user, "", key))[0] == 400
    assert (await push(line, user, "はい", key))[0] == 200


# Many at once, and the month's limit


async def test_a_multicast_reaches_each_friend_once(line: Line) -> None:
    """Blocked and unknown people are left out and not counted."""
    one, two, blocker = [await line.friend(name) for name in "abc"]
    await line.world.block(blocker)
    asked = ask(MulticastRequest, to=[one, two, two, blocker, STRANGER], messages=plain())
    assert await line.api.multicast(asked, str(uuid.uuid4())) is not None
    assert [len(texts(line, user)) for user in (one, two, blocker)] == [1, 1, 0]
    assert (await line.api.get_message_quota_consumption()).total_usage == 2


async def test_a_multicast_takes_500_users(line: Line) -> None:
    """Not one more, and no groups."""
    many = ["U" + secrets.token_hex(16) for _ in range(501)]
    status, body = await line.post("/message/multicast", {"to": many, "messages": plain()})
    assert (status, body["details"]) == (
        400,
        [{"message": "Size must be between 1 and 500", "property": "to"}],
    )
    assert (await line.post("/message/multicast", {"to": many[:500], "messages": plain()}))[0] == 200
    status, body = await line.post(
        "/message/multicast", {"to": [many[0], "C" + "0" * 32], "messages": plain()}
    )
    assert body["message"] == "The property, to[1], in the request body is invalid (line: -, column: -)"


async def test_a_broadcast_reaches_all_friends(line: Line) -> None:
    """Friends only; each counts."""
    one, two = [await line.friend(name) for name in "ab"]
    stranger = line.world.add_person("c")
    await line.api.broadcast(ask(BroadcastRequest, messages=plain()))
    assert [len(texts(line, user)) for user in (one, two, stranger)] == [1, 1, 0]
    assert {bubble.how for bubble in line.world.chat(one)} == {"broadcast"}


async def test_the_monthly_limit_stops_everything_counted() -> None:
    """429 with LINE's text; replies go on; the next month starts anew."""
    async with a_line(monthly_limit=2) as line:
        one, two = [await line.friend(name) for name in "ab"]
        assert (await push(line, one))[0] == 200
        status, body = await line.post("/message/multicast", {"to": [one, two], "messages": plain()})
        assert (status, body["message"]) == (429, "You have reached your monthly limit.")
        assert (await line.post("/message/broadcast", {"messages": plain()}))[0] == 429
        assert (await push(line, two))[0] == 200
        assert (await push(line, two))[0] == 429
        assert [len(texts(line, user)) for user in (one, two)] == [1, 1]
        await line.world.say(one, "はい")
        assert (await reply(line, line.bot.token))[0] == 200
        assert (await line.api.get_message_quota()).value == 2
        line.clock.now += 31 * 86_400
        assert (await push(line, one))[0] == 200
        assert not line.wire.violations


async def test_without_a_plan_there_is_no_limit(line: Line) -> None:
    """The quota says none."""
    quota = await line.api.get_message_quota()
    assert (quota.type, quota.value) == ("none", None)


async def test_the_days_count_is_known_the_day_after(line: Line) -> None:
    """Until then it is unready."""
    await push(line, await line.friend())
    day = "20261118"
    assert (await line.api.get_number_of_sent_push_messages(day)).status == "unready"
    line.clock.now += 86_400
    counted = await line.api.get_number_of_sent_push_messages(day)
    assert (counted.status, counted.success) == ("ready", 1)


# Validation, quotes, loading


@pytest.mark.parametrize("how", ["reply", "push", "multicast", "narrowcast", "broadcast"])
async def test_validation_judges_and_sends_nothing(line: Line, how: str) -> None:
    """The same rules as for sending, under the SDK's five names."""
    user = await line.friend()
    validate = getattr(line.api, f"validate_{how}")
    await validate(ask(ValidateMessageRequest, messages=plain()))
    with pytest.raises(ApiException, match="Length must be"):
        await validate(ask(ValidateMessageRequest, messages=plain("あ" * 5001)))
    assert not texts(line, user)


async def test_a_quote_belongs_to_its_chat(line: Line) -> None:
    """A person's message can be quoted to that person, not to another."""
    one, two = [await line.friend(name) for name in "ab"]
    await line.world.say(one, "はい")
    quote = line.bot.events[-1]["message"]["quoteToken"]
    quoting = [{"type": "text", "text": "これですね", "quoteToken": quote}]
    await line.api.push_message(ask(PushMessageRequest, to=one, messages=quoting))
    with pytest.raises(ApiException, match="quote token"):
        await line.api.push_message(ask(PushMessageRequest, to=two, messages=quoting))


@pytest.mark.parametrize(
    ("body", "property_", "message"),
    [
        ({"loadingSeconds": 7}, "loadingSeconds", "must be a multiple of five"),
        ({"loadingSeconds": 65}, "loadingSeconds", "Must be between 5 and 60"),
        ({"loadingSeconds": 0}, "loadingSeconds", "Must be between 5 and 60"),
        ({"chatId": "C" + "0" * 32}, "chatId", "Only user id is acceptable, other ids are not supported"),
    ],
)
async def test_loading_wants_steps_of_five_and_a_user(
    line: Line, body: dict[str, Any], property_: str, message: str
) -> None:
    """Groups have no loading animation."""
    status, answer = await line.post("/chat/loading/start", {"chatId": STRANGER, **body})
    assert (status, answer["details"]) == (400, [{"message": message, "property": property_}])


async def test_loading_shows_until_the_next_message_or_its_end(line: Line) -> None:
    """Blocked people get 202 as well."""
    user = await line.friend()
    await line.api.show_loading_animation(ask(ShowLoadingAnimationRequest, chatId=user, loadingSeconds=20))
    assert line.world.is_loading(user)
    await push(line, user)
    assert not line.world.is_loading(user)
    await line.api.show_loading_animation(ask(ShowLoadingAnimationRequest, chatId=user))
    line.clock.now += 20
    assert not line.world.is_loading(user)
    await line.world.block(user)
    assert (await line.post("/chat/loading/start", {"chatId": user}))[0] == 202
