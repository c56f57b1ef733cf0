"""Payloads: interactions as Slack sends them; docs.slack.dev/reference/interaction-payloads."""

from __future__ import annotations

from typing import Any

from sandbox.slack.screen import state_values
from sandbox.slack.shapes import Json
from sandbox.slack.state import Channel, State, View
from sandbox.slack.surfaces import Surface
from sandbox.slack.views import shown_view


def base(state: State, user: str, kind: str) -> Json:
    own, person = state.settings, state.people[user]
    name = {"id": user, "username": person.username, "name": person.username, "team_id": own.team_id}
    return {
        "type": kind,
        "team": {"id": own.team_id, "domain": own.team_domain},
        "user": name,
        "api_app_id": own.app_id,
        "token": "sandbox",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(state: State, user: str, surface: Surface, action: Json) -> Json:
    view = surface.view
    payload = base(state, user, "block_actions")
    payload["trigger_id"] = state.new_trigger(user, view.id if view else None)
    payload["actions"] = [{**action, "action_ts": f"{state.clock():.6f}"}]
    if view is not None:
        payload["container"] = {"type": "view", "view_id": view.id}
        payload["view"] = shown_view(state, view)
        return payload
    return {**payload, **_from_message(state, user, surface)}


def _from_message(state: State, user: str, surface: Surface) -> Json:
    assert surface.channel is not None
    assert surface.message is not None
    message, channel = surface.message, surface.channel
    is_ephemeral = bool(message.get("is_ephemeral"))
    container = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id}
    return {
        "container": {**container, "is_ephemeral": is_ephemeral},
        "channel": named(state, channel),
        "message": None if is_ephemeral else message,
        "state": {"values": state_values(surface.blocks, surface.typed)},
        "response_url": state.new_response_url(channel.id, user, message["ts"]),
    }


def action_of(block: Json, element: Json, held: Json) -> Json:
    """Describe a press or a choice; ``held`` is what the element now holds."""
    action: Json = {
        key: element[key] for key in ("type", "action_id", "text", "value", "style", "url") if key in element
    }
    return {**action, "block_id": block["block_id"], **held}


def view_submission(state: State, user: str, view: View) -> Json:
    payload = {**base(state, user, "view_submission"), "trigger_id": state.new_trigger(user, view.id)}
    return {**payload, "view": shown_view(state, view), "response_urls": []}


def view_closed(state: State, user: str, view: View, is_cleared: bool) -> Json:
    bare = {**shown_view(state, view), "state": {"values": {}}}
    return {**base(state, user, "view_closed"), "view": bare, "is_cleared": is_cleared}


def shortcut(state: State, user: str, callback_id: str) -> Json:
    payload = {
        **base(state, user, "shortcut"),
        "callback_id": callback_id,
        "action_ts": f"{state.clock():.6f}",
    }
    return {**payload, "trigger_id": state.new_trigger(user)}


def message_action(state: State, user: str, callback_id: str, channel: Channel, ts: str) -> Json:
    return {
        **base(state, user, "message_action"),
        "callback_id": callback_id,
        "trigger_id": state.new_trigger(user),
        "action_ts": f"{state.clock():.6f}",
        "message_ts": ts,
        "channel": named(state, channel),
        "message": channel.messages[ts],
        "response_url": state.new_response_url(channel.id, user, ts),
    }


def command(state: State, user: str, name: str, text: str, channel: Channel) -> dict[str, str]:
    own = state.settings
    place = {"channel_id": channel.id, "channel_name": named(state, channel)["name"]}
    who = {"user_id": user, "user_name": state.people[user].username}
    keys = {
        "token": "sandbox",
        "team_id": own.team_id,
        "team_domain": own.team_domain,
        "api_app_id": own.app_id,
    }
    links = {
        "response_url": state.new_response_url(channel.id, user),
        "trigger_id": state.new_trigger(user),
        "is_enterprise_install": "false",
    }
    return {**keys, **place, **who, "command": name, "text": text, **links}


def named(state: State, channel: Channel) -> dict[str, Any]:
    """Name a channel in a payload; Slack hides the names of DMs and private channels."""
    words = {"im": "directmessage", "private": "privategroup", "mpim": "privategroup"}
    return {"id": channel.id, "name": words.get(channel.kind, channel.name)}
