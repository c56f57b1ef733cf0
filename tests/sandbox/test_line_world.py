"""What people on LINE see and can do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.line_bench import Line

YES = {"type": "postback", "label": "はい", "data": "yes", "displayText": "はい"}
NO = {"type": "message", "label": "いいえ", "text": "いいえ"}
DAY = {"type": "datetimepicker", "label": "日を選ぶ", "data": "day", "mode": "date"}
CALL = {"type": "uri", "label": "電話", "uri": "tel:0312345678"}


def text(said: str, *quick: dict[str, Any]) -> dict[str, Any]:
    items = [{"type": "action", "action": action} for action in quick]
    return {"type": "text", "text": said, **({"quickReply": {"items": items}} if items else {})}


def card(*actions: dict[str, Any]) -> dict[str, Any]:
    contents = [{"type": "button", "action": action} for action in actions]
    footer = {"type": "box", "layout": "vertical", "contents": contents}
    return {"type": "flex", "altText": "a", "contents": {"type": "bubble", "footer": footer}}


async def push(line: Line, user: str, *messages: dict[str, Any]) -> None:
    status, body = await line.post("/message/push", {"to": user, "messages": messages})
    assert status == 200, body


def last(line: Line) -> dict[str, Any]:
    return line.bot.events[-1]


async def test_a_person_becomes_a_friend_leaves_and_returns(line: Line) -> None:
    """The return says so."""
    user = line.world.add_person("田中")
    assert line.world.friends() == []
    await line.world.follow(user)
    assert last(line)["follow"] == {"isUnblocked": False}
    await line.world.block(user)
    assert last(line)["type"] == "unfollow"
    with pytest.raises(ValueError, match="blocked"):
        await line.world.say(user, "はい")
    await line.world.follow(user)
    assert last(line)["follow"] == {"isUnblocked": True}


async def test_a_chat_reads_oldest_first(line: Line) -> None:
    """Whoever spoke, however it was sent."""
    user = await line.friend()
    await line.world.say(user, "こんにちは")
    said = {"replyToken": line.bot.token, "messages": [text("はい"), text("どうぞ")]}
    await line.post("/message/reply", said)
    await push(line, user, text("お知らせ"))
    seen = [(bubble.by, bubble.how, bubble.message["text"]) for bubble in line.world.chat(user)]
    assert seen == [
        ("person", "person", "こんにちは"),
        ("bot", "reply", "はい"),
        ("bot", "reply", "どうぞ"),
        ("bot", "push", "お知らせ"),
    ]


async def test_quick_replies_belong_to_the_last_message(line: Line) -> None:
    """Of several bubbles only the last one's are shown; any new message takes them away."""
    user = await line.friend()
    await push(line, user, text("一", NO), text("二", YES, NO))
    assert [item["action"] for item in line.world.quick_replies(user)] == [YES, NO]
    await line.world.say(user, "ええと")
    assert line.world.quick_replies(user) == []
    await push(line, user, text("三", YES))
    await push(line, user, text("四"))
    assert line.world.quick_replies(user) == []


async def test_a_tapped_quick_reply_vanishes(line: Line) -> None:
    """Even a silent postback; but a date picker may be opened again."""
    silent = {"type": "postback", "label": "次", "data": "next"}
    user = await line.friend()
    await push(line, user, text("?", silent, DAY))
    await line.world.tap(user, DAY, params={"date": "2026-12-01"})
    assert last(line)["postback"] == {"data": "day", "params": {"date": "2026-12-01"}}
    assert len(line.world.quick_replies(user)) == 2
    await line.world.tap(user, silent)
    assert line.world.quick_replies(user) == []


async def test_a_tap_with_display_text_shows_the_persons_bubble(line: Line) -> None:
    """But only the postback reaches the bot."""
    user = await line.friend()
    await push(line, user, card(YES))
    assert await line.world.tap(user, line.world.buttons(user)[0]) == 200
    assert line.world.chat(user)[-1].message["text"] == "はい"
    assert [event["type"] for event in line.bot.events] == ["follow", "postback"]
    assert last(line)["postback"] == {"data": "yes"}


async def test_a_message_button_says_its_text(line: Line) -> None:
    """As if the person had typed it."""
    user = await line.friend()
    await line.world.tap(user, NO)
    assert last(line)["message"]["text"] == "いいえ"


async def test_old_buttons_live_for_ever(line: Line) -> None:
    """Newest first; days later the first still works, twice."""
    user = await line.friend()
    await push(line, user, card(YES, CALL))
    await push(line, user, card(DAY), text("?", NO))
    assert line.world.buttons(user) == [NO, DAY, YES, CALL]
    line.clock.now += 30 * 86_400
    await line.world.tap(user, line.world.buttons(user)[-2])
    await line.world.tap(user, YES)
    assert [event["postback"]["data"] for event in line.bot.events[1:]] == ["yes", "yes"]
    assert line.world.buttons(user) == [DAY, YES, CALL]


async def test_buttons_are_found_wherever_they_stand(line: Line) -> None:
    """Templates, carousels, pictures, and the whole bubble."""
    url = "https://example.com/a.png"
    actions = [{"type": "postback", "label": str(number), "data": str(number)} for number in range(6)]
    columns = [
        {"text": "a", "defaultAction": CALL, "actions": [actions[0]]},
        {"text": "b", "actions": [actions[1]]},
    ]
    bubble = {
        "type": "bubble",
        "footer": {
            "type": "box",
            "layout": "vertical",
            "contents": [{"type": "button", "action": actions[4]}],
        },
        "hero": {"type": "image", "url": url, "action": actions[2]},
        "body": {
            "type": "box",
            "layout": "vertical",
            "action": actions[3],
            "contents": [{"type": "text", "text": "a"}],
        },
    }
    user = await line.friend()
    carousel = {"type": "carousel", "columns": columns}
    await push(line, user, {"type": "template", "altText": "a", "template": carousel})
    await push(line, user, {"type": "flex", "altText": "a", "contents": bubble})
    assert line.world.buttons(user) == [*actions[2:5], CALL, *actions[:2]]


async def test_some_taps_never_reach_the_bot(line: Line) -> None:
    """A telephone number is called, nothing is sent."""
    user = await line.friend()
    assert await line.world.tap(user, CALL) == 0
    assert len(line.bot.hooks) == 1


async def test_a_button_may_prefill_the_keyboard(line: Line) -> None:
    """Until the person sends something."""
    user = await line.friend()
    await line.world.tap(
        user, {**YES, "displayText": None, "inputOption": "openKeyboard", "fillInText": "直す"}
    )
    assert line.world.keyboard(user) == "直す"
    await line.world.say(user, "直しました")
    assert line.world.keyboard(user) is None


async def test_a_picker_wants_to_know_what_was_picked(line: Line) -> None:
    """Params may ride in the action; none at all is a mistake of the caller."""
    user = await line.friend()
    await line.world.tap(user, {**DAY, "params": {"date": "2026-12-01"}})
    await line.world.pick_date(user, DAY, {"date": "2026-12-02"})
    assert [e["postback"]["params"]["date"] for e in line.bot.events[1:]] == ["2026-12-01", "2026-12-02"]
    with pytest.raises(ValueError, match="params"):
        await line.world.tap(user, DAY)


async def test_a_message_is_taken_back(line: Line) -> None:
    """The bubble is marked, the bot is told the id; twice is impossible."""
    user = await line.friend()
    await line.world.say(user, "ひみつ")
    message_id = last(line)["message"]["id"]
    await line.world.unsend(user, message_id)
    assert last(line)["unsend"] == {"messageId": message_id}
    assert line.world.chat(user)[0].unsent
    with pytest.raises(LookupError):
        await line.world.unsend(user, message_id)


async def test_a_message_may_quote_another(line: Line) -> None:
    """The bot gets the quoted message's id, not its text."""
    user = await line.friend()
    await push(line, user, text("どちらですか"))
    await line.world.say(user, "これです", quoting=line.world.chat(user)[0].id)
    assert last(line)["message"]["quotedMessageId"] == line.world.chat(user)[0].id


async def test_readers_are_told_when_something_changes(line: Line) -> None:
    """The page draws anew at once, also while the bot is still thinking."""
    changes, stop = line.wire.listen()
    user = await line.friend()
    await push(line, user, text("はい"))
    assert changes.qsize() >= 3
    assert await changes.get() == "line"
    stop()
