"""Conversations: channels and DMs as the bot's token sees them."""

from __future__ import annotations

import base64
from typing import Any

from sandbox.slack.arguments import is_set, names
from sandbox.slack.chat import visible
from sandbox.slack.refusal import Refusal
from sandbox.slack.shapes import Json
from sandbox.slack.state import Channel, Kind, State, lasting_id

FAMILY: dict[Kind, str] = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}
TYPES: dict[str, Kind] = {
    "public_channel": "public",
    "private_channel": "private",
    "im": "im",
    "mpim": "mpim",
}


def open_conversation(state: State, args: Json) -> Json:
    if args.get("channel"):
        return _opened(state, args, visible(state, args["channel"]), True)
    users = names(args.get("users"))
    if not users:
        raise Refusal("users_list_not_supplied")
    if len(users) > 8:
        raise Refusal("too_many_users")
    for user in users:
        if user not in state.people:
            raise Refusal("user_not_found")
        if state.people[user].is_deleted:
            raise Refusal("user_disabled")
    need_scope(state, "im" if len(users) == 1 else "mpim", "write")
    found = state.channel_between(users)
    if found is None and is_set(args, "prevent_creation"):
        raise Refusal("channel_not_found", race=True)
    return _opened(state, args, state.open_dm(*users), found is not None)


def _opened(state: State, args: Json, channel: Channel, was_open: bool) -> Json:
    shown = described(state, channel) if is_set(args, "return_im") else {"id": channel.id}
    return {"channel": shown, **({"no_op": True, "already_open": True} if was_open else {})}


def info(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    need_scope(state, channel.kind, "read")
    shown = described(state, channel)
    if is_set(args, "include_num_members"):
        shown["num_members"] = len(present(state, channel))
    return {"channel": shown}


def members(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    need_scope(state, channel.kind, "read")
    found, cursor = page(present(state, channel), args, 100, 1000)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def list_channels(state: State, args: Json) -> Json:
    return _listed(state, args, [c for c in state.channels.values() if _is_listed(state, c)])


def list_users_channels(state: State, args: Json) -> Json:
    user = args.get("user") or state.bot
    mine = [c for c in state.channels.values() if user in c.members and _is_listed(state, c)]
    return _listed(state, args, mine)


def _listed(state: State, args: Json, channels: list[Channel]) -> Json:
    wanted = names(args.get("types")) or ["public_channel"]
    for name in wanted:
        if name not in TYPES:
            raise Refusal("invalid_types")
        need_scope(state, TYPES[name], "read")
    kinds = {TYPES[name] for name in wanted}
    kept = [
        c for c in channels if c.kind in kinds and not (is_set(args, "exclude_archived") and c.is_archived)
    ]
    found, cursor = page(kept, args, 100, 1000)
    shown = [described(state, channel) for channel in found]
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def history(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    need_scope(state, channel.kind, "history")
    if state.bot not in channel.members:
        raise Refusal("not_in_channel")
    roots = [m for m in channel.messages.values() if m.get("thread_ts") in (None, m["ts"]) or "subtype" in m]
    return _messages(args, sorted(roots, key=lambda m: _micro(m["ts"]), reverse=True))


def replies(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    need_scope(state, channel.kind, "history")
    if args["ts"] not in channel.messages:
        raise Refusal("thread_not_found", race=args["ts"] in channel.deleted)
    root = channel.messages[args["ts"]].get("thread_ts", args["ts"])
    thread = [m for m in channel.messages.values() if root in (m["ts"], m.get("thread_ts"))]
    return _messages(args, sorted(thread, key=lambda m: _micro(m["ts"])))


def _messages(args: Json, found: list[Json]) -> Json:
    low, high = _bound(args, "oldest", -1), _bound(args, "latest", 10**20)
    edge = 0 if is_set(args, "inclusive") else 1
    inside = [m for m in found if low + edge <= _micro(m["ts"]) <= high - edge]
    shown, cursor = page(inside, args, 100, 999)
    if not is_set(args, "include_all_metadata"):
        shown = [_without_payload(message) for message in shown]
    answer: Json = {"messages": shown, "has_more": bool(cursor), "pin_count": 0}
    return {**answer, "response_metadata": {"next_cursor": cursor}} if cursor else answer


def _without_payload(message: Json) -> Json:
    """Without include_all_metadata only the kind of a message's metadata is told."""
    if "metadata" not in message:
        return message
    return {**message, "metadata": {"event_type": message["metadata"]["event_type"]}}


def new_channel(state: State, name: str, kind: Kind, channel_id: str | None = None) -> Channel:
    channel_id = channel_id or lasting_id("C", state.settings.team_id, name)
    channel = state.channels[channel_id] = Channel(channel_id, name, kind, int(state.clock()))
    return channel


def described(state: State, channel: Channel) -> Json:
    flags = {
        "is_channel": channel.kind in ("public", "private"),
        "is_group": False,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "is_archived": channel.is_archived,
        "is_ext_shared": False,
    }
    common = {
        "id": channel.id,
        "created": channel.created,
        "context_team_id": state.settings.team_id,
        **flags,
    }
    if channel.kind == "im":
        return {**common, "user": next(u for u in channel.members if u != state.bot), "is_open": True}
    words = {"name": channel.name, "name_normalized": channel.name, "is_member": state.bot in channel.members}
    topic = {"value": channel.topic, "creator": "", "last_set": 0}
    return {**common, **words, "is_general": False, "creator": state.bot, "topic": topic}


def present(state: State, channel: Channel) -> list[str]:
    return [u for u in channel.members if u == state.bot or not state.people[u].is_deleted]


def need_scope(state: State, kind: Kind, act: str) -> None:
    """A channel's kind decides which scope a conversations method needs."""
    needed = "channels:manage" if (kind, act) == ("public", "write") else f"{FAMILY[kind]}:{act}"
    if needed not in state.settings.scopes:
        raise missing_scope(state, needed)


def missing_scope(state: State, needed: str) -> Refusal:
    return Refusal("missing_scope", needed=needed, provided=",".join(sorted(state.settings.scopes)))


def page(found: list[Any], args: Json, usual: int, most: int) -> tuple[list[Any], str]:
    """Cut one page out of a list; the cursor is as opaque as Slack's."""
    try:
        limit = int(args.get("limit") or usual)
        start = int(base64.b64decode(str(args["cursor"]), validate=True)[5:]) if args.get("cursor") else 0
    except ValueError as error:
        raise Refusal("invalid_cursor" if args.get("cursor") else "invalid_limit") from error
    if not 1 <= limit <= most:
        raise Refusal("invalid_limit")
    end = start + limit
    cursor = base64.b64encode(f"next:{end}".encode()).decode() if end < len(found) else ""
    return found[start:end], cursor


def _is_listed(state: State, channel: Channel) -> bool:
    return channel.kind == "public" or state.bot in channel.members


def _micro(ts: str) -> int:
    return round(float(ts) * 1_000_000)


def _bound(args: Json, name: str, usual: int) -> int:
    try:
        return _micro(str(args[name])) if args.get(name) else usual
    except ValueError as error:
        raise Refusal(f"invalid_ts_{name}") from error
