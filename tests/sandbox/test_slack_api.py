"""The Web API: what it takes, what it refuses and with which words; asked by the real SDK."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.slack_stage import Stage, actions, button, section, slack_stage


def rich(text: str) -> dict[str, Any]:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [line]}


async def test_post_to_person_and_channel(stage: Stage, user: str, ops: str) -> None:
    """A post shows in the DM or channel with its own ts, blocks get ids, and it notifies once."""
    first = await stage.client.chat_postMessage(channel=user, text="一", blocks=[section()])
    second = await stage.client.chat_postMessage(channel=ops, text="二")
    assert first["channel"] == stage.world.dm_channel(user)
    assert first["message"]["blocks"][0]["block_id"]
    assert first["message"]["user"] == stage.world.settings.bot_user_id
    seconds, _, micros = second["ts"].partition(".")
    assert len(micros) == 6
    assert abs(int(seconds) - time.time()) < 5
    assert stage.world.notifications(user) == 2


async def test_ts_is_unique_and_follows_the_clock() -> None:
    """Messages of one instant still differ, and business time is the clock that was given."""
    async with slack_stage(clock=lambda: 1_800_000_000.0) as stage:
        ops = stage.world.add_channel("ops")
        sent = [(await stage.client.chat_postMessage(channel=ops, text="x"))["ts"] for _ in range(3)]
        assert sent == ["1800000000.000000", "1800000000.000001", "1800000000.000002"]


async def test_where_a_post_may_not_go(stage: Stage, user: str) -> None:
    """Foreign private channels are not found; public ones must be joined; archived ones are closed."""
    secret = stage.world.add_channel("secret", bot_is_member=False)
    hall = stage.world.add_channel("hall", private=False, bot_is_member=False)
    old = stage.world.add_channel("old")
    await stage.client.conversations_archive(channel=old)
    expected = {"C0NOWHERE": "channel_not_found", secret: "channel_not_found", hall: "not_in_channel"}
    for channel, error in {**expected, old: "is_archived", "DFOREIGN01": "channel_not_found"}.items():
        assert await stage.error("chat.postMessage", channel=channel, text="x") == error
    assert await stage.error("chat.postMessage", text="x") == "invalid_arguments"
    assert len(stage.wire.violations) == 5  # the archived one is an honest race


async def test_post_to_the_deactivated(stage: Stage, user: str) -> None:
    """A deactivated person cannot be reached, and trying breaks no rule."""
    sent = await stage.client.chat_postMessage(channel=user, text="x")
    stage.world.deactivate(user)
    assert await stage.error("chat.postMessage", channel=user, text="x") == "channel_not_found"
    assert await stage.error("chat.postMessage", channel=sent["channel"], text="x") == "channel_not_found"
    assert await stage.error("conversations.open", users=user) == "user_disabled"
    assert stage.wire.violations == []


async def test_dm_after_a_restart(stage: Stage, user: str) -> None:
    """A DM's id is the same in every run, so that a bot that kept it can go on posting."""
    sent = await stage.client.chat_postMessage(channel=user, text="昨日")
    async with slack_stage() as again:
        again.world.add_person("佐藤 花", "hana@example.com")
        await again.client.chat_postMessage(channel=sent["channel"], text="今日")
        assert again.world.dm_channel(user) == sent["channel"]


async def test_messages_tab_off() -> None:
    """With the Messages tab off a DM is refused."""
    async with slack_stage(messages_tab=False) as stage:
        user = stage.world.add_person("佐藤", "s@example.com")
        assert await stage.error("chat.postMessage", channel=user, text="x") == "messages_tab_disabled"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"blocks": []}, "no_text"),
        ({"blocks": "[oops"}, "invalid_blocks_format"),
        ({"blocks": [{"text": "no type"}]}, "invalid_blocks_format"),
        ({"blocks": [{"type": "section"}]}, "invalid_blocks"),
        ({"blocks": [section("あ" * 3000) for _ in range(5)]}, "msg_blocks_too_long"),
        ({"blocks": [{"type": "markdown", "text": "x" * 7000}] * 2}, "msg_blocks_too_long"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "metadata": "words"}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "a"}}, "invalid_metadata_schema"),
        (
            {"text": "x", "metadata": {"event_type": "a", "event_payload": {"k": "v" * 9000}}},
            "metadata_too_large",
        ),
    ],
)
async def test_what_may_not_be_posted(stage: Stage, ops: str, content: dict[str, Any], error: str) -> None:
    """Each fault of a message has its own word, shows nothing, and is a violation."""
    assert await stage.error("chat.postMessage", channel=ops, **content) == error
    assert stage.world.messages(ops) == []
    assert len(stage.wire.violations) == 1


async def test_refused_blocks_say_where(stage: Stage, ops: str) -> None:
    """invalid_blocks names each fault with a JSON pointer, in both of Slack's places."""
    refusal = await stage.fails("chat.postMessage", channel=ops, blocks=[actions(button(text="長" * 76))])
    fault = "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"
    assert refusal["errors"] == [fault]
    assert refusal["response_metadata"]["messages"] == [f"[ERROR] {fault}"]


async def test_long_text_is_cut(stage: Stage, ops: str) -> None:
    """Text over 40,000 characters is cut, not refused."""
    await stage.client.chat_postMessage(channel=ops, text="x" * 40_001)
    assert len(stage.world.messages(ops)[0]["text"]) == 40_000


async def test_update_in_place(stage: Stage, user: str, ops: str) -> None:
    """An update changes the message where it stands, keeps metadata, and notifies nobody."""
    metadata = {"event_type": "outbox", "event_payload": {"id": "7"}}
    sent = await stage.client.chat_postMessage(
        channel=ops, text="待ち", blocks=[actions(button())], metadata=metadata
    )
    await stage.client.chat_update(channel=ops, ts=sent["ts"], text="済", blocks=[section("済")])
    shown = stage.world.messages(ops)
    assert [(m["text"], m["blocks"][0]["type"], m["metadata"]) for m in shown] == [
        ("済", "section", metadata)
    ]
    assert "edited" not in shown[0]
    await stage.client.chat_update(channel=ops, ts=sent["ts"], text="文だけ")
    assert "blocks" not in stage.world.messages(ops)[0]
    assert stage.world.messages(ops)[0]["edited"]
    assert stage.world.notifications(user) == 1


async def test_what_may_not_be_updated(stage: Stage, user: str, ops: str) -> None:
    """Unknown, foreign, too long, and rich-to-other updates are refused; a deleted one is an honest race."""
    await stage.world.say(user, ops, "人の文")
    theirs = stage.world.messages(ops)[0]["ts"]
    sent = await stage.client.chat_postMessage(channel=ops, text="x", blocks=[rich("x")])
    for method, error in (("chat.update", "cant_update_message"), ("chat.delete", "cant_delete_message")):
        assert await stage.error(method, channel=ops, ts=theirs, text="y") == error
        assert await stage.error(method, channel=ops, ts="1.000001", text="y") == "message_not_found"
    assert await stage.error("chat.update", channel=ops, ts=sent["ts"], text="y" * 4001) == "msg_too_long"
    block = [section()]
    assert await stage.error("chat.update", channel=ops, ts=sent["ts"], blocks=block) == "block_mismatch"
    before = len(stage.wire.violations)
    await stage.client.chat_delete(channel=ops, ts=sent["ts"])
    assert await stage.error("chat.update", channel=ops, ts=sent["ts"], text="y") == "message_not_found"
    assert len(stage.wire.violations) == before


async def test_ephemeral(stage: Stage, user: str, ops: str) -> None:
    """An ephemeral message is seen by one person in the channel, can be pressed, and is not stored."""
    other = stage.world.add_person("外 人", "soto@example.com")
    await stage.client.chat_postEphemeral(channel=ops, user=user, text="秘密", blocks=[actions(button())])
    assert stage.world.messages(ops) == []
    assert stage.world.ephemerals(other) == []
    await stage.world.press(user, ops, "go")
    assert stage.got("action")[0]["container"]["is_ephemeral"]
    assert await stage.error("chat.postEphemeral", channel=ops, user=other, text="x") == "user_not_in_channel"


async def test_history_and_metadata(stage: Stage, user: str) -> None:
    """A DM's history is newest first, pages by cursor, and tells metadata's contents only when asked."""
    metadata = {"event_type": "outbox", "event_payload": {"id": "7"}}
    sent = await stage.client.chat_postMessage(channel=user, text="一", metadata=metadata)
    await stage.client.chat_postMessage(channel=user, text="枝", thread_ts=sent["ts"])
    await stage.world.dm(user, "二")
    dm = sent["channel"]
    plain = await stage.client.conversations_history(channel=dm)
    assert [m["text"] for m in plain["messages"]] == ["二", "一"]
    assert plain["messages"][1]["metadata"] == {"event_type": "outbox"}
    full = await stage.client.conversations_history(channel=dm, include_all_metadata=True, oldest=sent["ts"])
    assert [m["text"] for m in full["messages"]] == ["二"]
    full = await stage.client.conversations_history(
        channel=dm, include_all_metadata=True, oldest=sent["ts"], inclusive=True, limit=1
    )
    assert full["has_more"]
    rest = await stage.client.conversations_history(
        channel=dm, include_all_metadata=True, limit=1, cursor=full["response_metadata"]["next_cursor"]
    )
    assert rest["messages"][0]["metadata"] == metadata
    thread = await stage.client.conversations_replies(channel=dm, ts=sent["ts"])
    assert [m["text"] for m in thread["messages"]] == ["一", "枝"]
    assert await stage.error("conversations.replies", channel=dm, ts="1.000001") == "thread_not_found"


async def test_history_needs_its_scope(stage: Stage, ops: str) -> None:
    """The bot's scopes open DMs' history, not private channels'."""
    refusal = await stage.fails("conversations.history", channel=ops)
    assert (refusal["error"], refusal["needed"]) == ("missing_scope", "groups:history")


async def test_permalink(stage: Stage, ops: str) -> None:
    """A permalink names channel and ts; an unknown message has none."""
    sent = await stage.client.chat_postMessage(channel=ops, text="x")
    link = (await stage.client.chat_getPermalink(channel=ops, message_ts=sent["ts"]))["permalink"]
    assert link.endswith(f"/archives/{ops}/p{sent['ts'].replace('.', '')}")
    assert await stage.error("chat.getPermalink", channel=ops, message_ts="1.000001") == "message_not_found"


async def test_open_a_dm(stage: Stage, user: str) -> None:
    """Opening a DM twice gives the same id, the second time as already open."""
    first = await stage.client.conversations_open(users=[user])
    second = await stage.client.conversations_open(users=user)
    assert first["channel"]["id"] == second["channel"]["id"]
    assert (first.get("already_open"), second["already_open"]) == (None, True)
    assert await stage.error("conversations.open", users="U0NOBODY") == "user_not_found"
    assert await stage.error("conversations.open") == "users_list_not_supplied"
    assert await stage.error("conversations.open", users=",".join(["U1"] * 9)) == "too_many_users"


async def test_channels(stage: Stage, user: str, ops: str) -> None:
    """Creating, inviting, listing and leaving follow Slack's rules for names and members."""
    made = await stage.client.conversations_create(name="anken-1", is_private=True)
    channel = made["channel"]["id"]
    await stage.client.conversations_invite(channel=channel, users=[user])
    members = await stage.client.conversations_members(channel=channel)
    assert set(members["members"]) == {user, stage.world.settings.bot_user_id}
    for name, error in {
        "anken-1": "name_taken",
        "Anken": "invalid_name_specials",
        "案件": "invalid_name_specials",
        "x" * 81: "invalid_name_maxlength",
        "": "invalid_name_required",
    }.items():
        assert await stage.error("conversations.create", name=name, is_private=True) == error
    own, stranger = (
        stage.world.settings.bot_user_id,
        stage.world.add_channel("s", private=False, bot_is_member=False),
    )
    for users, error in {user: "already_in_channel", own: "cant_invite_self", "U0": "user_not_found"}.items():
        assert await stage.error("conversations.invite", channel=channel, users=users) == error
    assert await stage.error("conversations.create", name="hall") == "missing_scope"
    assert await stage.error("conversations.invite", channel=stranger, users=user) == "missing_scope"
    listed = await stage.client.conversations_list(types="private_channel", limit=1)
    following = await stage.client.conversations_list(
        types="private_channel", cursor=listed["response_metadata"]["next_cursor"]
    )
    assert {c["id"] for c in [*listed["channels"], *following["channels"]]} == {ops, channel}


async def test_members_in_pages(stage: Stage) -> None:
    """Members come in pages, without the deactivated."""
    people = [stage.world.add_person(f"人{n}", f"p{n}@example.com") for n in range(5)]
    channel = stage.world.add_channel("ops", members=people)
    stage.world.deactivate(people[0])
    got: list[str] = []
    async for page in await stage.client.conversations_members(channel=channel, limit=2):
        got += page["members"]
    assert got == [*people[1:], stage.world.settings.bot_user_id]
    assert await stage.error("conversations.members", channel=channel, cursor="???") == "invalid_cursor"


async def test_people(stage: Stage, user: str) -> None:
    """People are told with time zone and e-mail; lookups by e-mail ignore case; strangers are not found."""
    found = (await stage.client.users_info(user=user, include_locale=True))["user"]
    assert (found["tz"], found["tz_offset"], found["locale"]) == ("Asia/Tokyo", 32400, "ja-JP")
    assert (found["real_name"], found["profile"]["email"]) == ("佐藤 花", "hana@example.com")
    assert (await stage.client.users_lookupByEmail(email="Hana@Example.com"))["user"]["id"] == user
    assert await stage.error("users.info", user="U0NOBODY") == "user_not_found"
    assert await stage.error("users.lookupByEmail", email="no@example.com") == "users_not_found"
    everyone = (await stage.client.users_list())["members"]
    assert [(p["id"], p["is_bot"]) for p in everyone] == [
        (stage.world.settings.bot_user_id, True),
        (user, False),
    ]
    stage.world.deactivate(user)
    gone = (await stage.client.users_info(user=user))["user"]
    assert gone["deleted"]
    assert "tz" not in gone


async def test_email_needs_its_scope() -> None:
    """Without users:read.email a profile has no e-mail."""
    async with slack_stage(scopes=frozenset({"users:read"})) as stage:
        user = stage.world.add_person("佐藤", "s@example.com")
        assert "email" not in (await stage.client.users_info(user=user))["user"]["profile"]


async def test_validate_shows_nothing(stage: Stage) -> None:
    """blocks.validate judges blocks and views without a scope."""
    assert (await stage.client.api_call("blocks.validate", json={"blocks": [section()]}))["ok"]
    assert await stage.error("blocks.validate", blocks=[{"type": "nope"}]) == "invalid_blocks"
    assert await stage.error("blocks.validate", view={"type": "modal"}) == "invalid_view"


async def test_threads_notify_those_in_them(stage: Stage, user: str) -> None:
    """A reply in a channel's thread notifies those who wrote there, not the whole channel."""
    other = stage.world.add_person("外 人", "soto@example.com")
    ops = stage.world.add_channel("ops", members=[user, other])
    await stage.world.say(user, ops, "問い")
    ts = stage.world.messages(ops)[0]["ts"]
    await stage.client.chat_postMessage(channel=ops, text="答え", thread_ts=ts)
    assert (stage.world.notifications(user), stage.world.notifications(other)) == (1, 1)
    await stage.client.chat_postMessage(channel=ops, text="迷子", thread_ts="1.000001")
    assert stage.wire.violations == ["slack chat.postMessage: thread_ts 1.000001 names no message"]
