"""Channels: making and running them, as far as the bot is a member."""

from __future__ import annotations

import re
from typing import Any

from sandbox.slack import events
from sandbox.slack.arguments import is_set, names
from sandbox.slack.chat import visible
from sandbox.slack.conversations import described, need_scope, new_channel
from sandbox.slack.refusal import Refusal
from sandbox.slack.shapes import Json, length
from sandbox.slack.state import Channel, State


def create(state: State, args: Json) -> Json:
    name, is_private = str(args["name"]), is_set(args, "is_private")
    need_scope(state, "private" if is_private else "public", "write")
    if not name:
        raise Refusal("invalid_name_required")
    if length(name) > 80:
        raise Refusal("invalid_name_maxlength")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise Refusal("invalid_name_specials")
    if any(c.name == name and c.kind in ("public", "private") for c in state.channels.values()):
        raise Refusal("name_taken")
    channel = new_channel(state, name, "private" if is_private else "public")
    channel.members[state.bot] = None
    channel.has_had_bot = True
    return {"channel": described(state, channel)}


def invite(state: State, args: Json) -> Json:
    channel = _own_channel(state, args["channel"])
    users = names(args["users"])
    if not users:
        raise Refusal("no_user")
    for user in users:
        _check_invited(state, channel, user)
    for user in users:
        channel.members[user] = None
        state.announce(events.member_event(state, channel, user, "member_joined_channel", inviter=state.bot))
    return {"channel": described(state, channel)}


def _check_invited(state: State, channel: Channel, user: str) -> None:
    if user == state.bot:
        raise Refusal("cant_invite_self")
    if user not in state.people or state.people[user].is_deleted:
        raise Refusal("user_not_found", race=user in state.people)
    if user in channel.members:
        raise Refusal("already_in_channel")


def kick(state: State, args: Json) -> Json:
    channel = _own_channel(state, args["channel"])
    user = str(args.get("user") or "")
    if user == state.bot:
        raise Refusal("cant_kick_self")
    if user not in channel.members:
        raise Refusal("not_in_channel", race=user in state.people)
    del channel.members[user]
    state.announce(events.member_event(state, channel, user, "member_left_channel"))
    return {}


def archive(state: State, args: Json) -> Json:
    channel = visible(state, args["channel"])
    if channel.is_archived:
        raise Refusal("already_archived", race=True)
    _own_channel(state, channel.id).is_archived = True
    return {}


def set_topic(state: State, args: Json) -> Json:
    channel = _own_channel(state, args["channel"])
    if length(str(args["topic"])) > 250:
        raise Refusal("too_long")
    channel.topic = str(args["topic"])
    return {"channel": described(state, channel)}


def _own_channel(state: State, name: Any) -> Channel:
    """Find a channel that the bot may run: it is a member and the channel lives."""
    channel = visible(state, name)
    if channel.kind in ("im", "mpim"):
        raise Refusal("method_not_supported_for_channel_type")
    need_scope(state, channel.kind, "write")
    if state.bot not in channel.members:
        raise Refusal("not_in_channel", race=channel.has_had_bot)
    if channel.is_archived:
        raise Refusal("is_archived")
    return channel
