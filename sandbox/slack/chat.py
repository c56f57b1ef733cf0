"""Chat: posting, changing and deleting messages."""

from __future__ import annotations

import json
from typing import Any

from sandbox.slack import events
from sandbox.slack.arguments import parsed
from sandbox.slack.refusal import Refusal, refuse_if
from sandbox.slack.rules import judge_blocks
from sandbox.slack.shapes import Json, length, total
from sandbox.slack.state import Channel, State, with_ids


def post_message(state: State, args: Json) -> Json:
    channel = target(state, args["channel"])
    content = read_content(args)
    message = keep_message(state, channel, state.bot, content, str(args.get("thread_ts") or ""))
    if args.get("reply_broadcast") and message.get("thread_ts"):
        message["subtype"] = "thread_broadcast"
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def post_ephemeral(state: State, args: Json) -> Json:
    channel = target(state, args["channel"])
    if args["user"] not in channel.members:
        raise Refusal("user_not_in_channel")
    content = read_content(args)
    ts = keep_ephemeral(state, channel, args["user"], content, str(args.get("thread_ts") or ""))
    return {"message_ts": ts}


def update(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    message = own_message(state, channel, args["ts"], "cant_update_message")
    if length(str(args.get("text") or "")) > total("updated_text"):
        raise Refusal("msg_too_long")
    content = read_content(args, is_update=True)
    if (_is_rich(content.get("blocks")) != _is_rich(message.get("blocks"))) and content.get("blocks"):
        raise Refusal("block_mismatch")
    change_message(state, channel, message, content)
    shown = {k: v for k, v in message.items() if k != "ts"}
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": shown}


def delete(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    message = own_message(state, channel, args["ts"], "cant_delete_message")
    remove_message(state, channel, message)
    return {"channel": channel.id, "ts": message["ts"]}


def get_permalink(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    ts = str(args["message_ts"])
    if ts not in channel.messages:
        raise Refusal("message_not_found", race=ts in channel.deleted)
    place = f"https://{state.settings.team_domain}.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": place}


def target(state: State, name: Any) -> Channel:
    """Find where a post goes: a channel, a DM, or a person, whose DM it opens."""
    person = state.people.get(str(name))
    is_here = person is not None and not person.is_deleted
    channel = state.open_dm(str(name)) if is_here else visible(state, name)
    if channel.kind == "im" and not state.settings.messages_tab:
        raise Refusal("messages_tab_disabled")
    if channel.kind == "public" and state.bot not in channel.members:
        raise Refusal("not_in_channel", race=channel.has_had_bot)
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel


def visible(state: State, name: Any) -> Channel:
    """Find a channel that the bot can see; a private one it left is as good as none."""
    channel = state.channel_by(str(name))
    if channel is None:
        gone = state.people.get(str(name))
        raise Refusal("channel_not_found", race=bool(gone and gone.is_deleted))
    if channel.kind != "public" and state.bot not in channel.members:
        raise Refusal("channel_not_found", race=channel.has_had_bot)
    others = [state.people[user] for user in channel.members if user in state.people]
    if channel.kind == "im" and others[0].is_deleted:
        raise Refusal(
            "channel_not_found", race=True
        )  # not documented for a deactivated person; an assumption
    return channel


def own_message(state: State, channel: Channel, ts: Any, error: str) -> Json:
    message = channel.messages.get(str(ts))
    if message is None:
        raise Refusal("message_not_found", race=str(ts) in channel.deleted)
    if message["user"] != state.bot:
        raise Refusal(error)
    return message


def read_content(args: Json, is_update: bool = False) -> Json:
    """Check text, blocks and metadata and give what the message will hold."""
    blocks = parsed(args.get("blocks"))
    text = str(args.get("text") or "")
    if args.get("markdown_text") and (text or blocks):
        raise Refusal("markdown_text_conflict")
    if args.get("markdown_text"):
        blocks = [{"type": "markdown", "text": args["markdown_text"]}]
    may_be_bare = is_update and (args.get("metadata") or blocks == [])
    if not (text or blocks or args.get("attachments") or may_be_bare):
        raise Refusal("no_text")
    if blocks is not None:
        refuse_if(judge_blocks(blocks))
    content: Json = {"text": text[: total("posted_text")]}
    if blocks or (is_update and (text or blocks is not None)):
        content["blocks"] = with_ids(blocks or [])
    if is_update and not text and "text" not in args:
        del content["text"]
    if args.get("metadata"):
        content["metadata"] = read_metadata(args["metadata"])
    return content


def read_metadata(given: Any) -> Json:
    metadata = parsed(given)
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    kind, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict) or len(metadata) > 2:
        raise Refusal("invalid_metadata_schema")
    too_long = length(kind) > total("metadata_event_type")
    if too_long or len(json.dumps(payload).encode()) > total("metadata_bytes"):
        raise Refusal("metadata_too_large")
    return {"event_type": kind, "event_payload": payload}


def keep_message(state: State, channel: Channel, user: str, content: Json, thread_ts: str = "") -> Json:
    """Put a message on the screen of everyone in the channel, and notify whom Slack would."""
    message: Json = {"type": "message", "user": user, "ts": channel.next_ts(state.clock()), **content}
    message["team"] = state.settings.team_id
    if user == state.bot:
        message |= signature(state)
    if thread_ts:
        message["thread_ts"] = thread_ts
        root = channel.messages.get(thread_ts)
        if root is not None:
            root["thread_ts"] = thread_ts
            root["reply_count"] = int(root.get("reply_count", 0)) + 1
            channel.threads.setdefault(thread_ts, {root["user"]}).add(user)
    channel.messages[message["ts"]] = message
    state.notify(heard_by(channel, message))
    if user == state.bot and channel.kind == "im" and state.settings.echoes:
        state.announce(events.message_event(channel, message))
    return message


def heard_by(channel: Channel, message: Json) -> list[str]:
    """Name whom a new message notifies: in a channel's thread only those who are in that thread."""
    everyone = [user for user in channel.members if user != message["user"]]
    thread = message.get("thread_ts")
    if channel.kind in ("im", "mpim") or not thread:
        return everyone
    wrote = channel.threads.get(thread, set())
    return [user for user in everyone if user in wrote or f"<@{user}>" in message.get("text", "")]


def change_message(state: State, channel: Channel, message: Json, content: Json) -> None:
    """Change a message in place; Slack marks as edited only those without blocks, and notifies nobody."""
    before = dict(message)
    message.update(content)
    if not message.get("blocks"):
        message.pop("blocks", None)
        message["edited"] = {"user": state.bot, "ts": f"{int(state.clock())}.000000"}
    _announce(state, changed(state, channel, message, before))


def remove_message(state: State, channel: Channel, message: Json) -> None:
    _announce(state, removed(state, channel, message))


def changed(state: State, channel: Channel, message: Json, before: Json) -> Json | None:
    """Give the event of a message that is not what it was."""
    return _change(state, channel, "message_changed", message=dict(message), previous_message=before)


def removed(state: State, channel: Channel, message: Json) -> Json | None:
    """Take a message off the screen and give the event; where others have answered it, a stone stays."""
    before = dict(message)
    if message.get("reply_count"):
        message.clear()
        message |= {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": before["ts"]}
        message |= {"text": "This message was deleted.", "hidden": True, "thread_ts": before["ts"]}
        message["reply_count"] = before["reply_count"]
        return changed(state, channel, message, before)
    del channel.messages[message["ts"]]
    channel.deleted.add(message["ts"])
    root = channel.messages.get(message.get("thread_ts", ""))
    if root is not None:
        root["reply_count"] = max(0, int(root.get("reply_count", 1)) - 1)
    return _change(state, channel, "message_deleted", deleted_ts=message["ts"], previous_message=before)


def keep_ephemeral(state: State, channel: Channel, user: str, content: Json, thread_ts: str = "") -> str:
    ts = channel.next_ts(state.clock())
    message: Json = {"type": "message", "subtype": "bot_message", "user": state.bot, "ts": ts, **content}
    message |= {**signature(state), "channel": channel.id, "is_ephemeral": True}
    if thread_ts:
        message["thread_ts"] = thread_ts
    state.ephemerals.setdefault(user, []).append(message)
    return ts


def signature(state: State) -> Json:
    own = state.settings
    profile = {"id": own.bot_id, "app_id": own.app_id, "name": own.bot_name, "team_id": own.team_id}
    return {"bot_id": own.bot_id, "app_id": own.app_id, "bot_profile": {**profile, "deleted": False}}


def _change(state: State, channel: Channel, subtype: str, **fields: Any) -> Json | None:
    if channel.kind != "im":
        return None
    ts = channel.next_ts(state.clock())
    event = {"type": "message", "subtype": subtype, "hidden": True, "channel": channel.id, "ts": ts}
    return {**event, "channel_type": "im", "event_ts": ts, **fields}


def _announce(state: State, event: Json | None) -> None:
    if event is not None:
        state.announce(event)


def _is_rich(blocks: Any) -> bool:
    return bool(blocks) and all(block["type"] == "rich_text" for block in blocks)
