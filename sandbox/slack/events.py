"""Events: what Slack tells the app of, and whether this app may hear it."""

from __future__ import annotations

from sandbox.slack.shapes import Json
from sandbox.slack.state import Channel, State

LETTERS = {"public": "C", "private": "G", "im": "D", "mpim": "G"}


def message_event(channel: Channel, message: Json) -> Json:
    return {**message, "channel": channel.id, "channel_type": "im", "event_ts": message["ts"]}


def member_event(state: State, channel: Channel, user: str, kind: str, inviter: str = "") -> Json:
    team = state.settings.team_id
    event = {
        "type": kind,
        "user": user,
        "channel": channel.id,
        "channel_type": LETTERS[channel.kind],
        "team": team,
    }
    return {**event, **({"inviter": inviter} if inviter else {}), "event_ts": f"{state.clock():.6f}"}


def is_heard(state: State, event: Json) -> bool:
    """Tell whether the app asked for this event, has its scope and is in the channel."""
    kind, own = event["type"], state.settings
    if kind == "message":
        return "message.im" in own.events and "im:history" in own.scopes
    if kind.startswith("member_"):
        place = state.channels[event["channel"]]
        scope = "channels:read" if place.kind == "public" else "groups:read"
        return kind in own.events and scope in own.scopes and state.bot in place.members
    needs_users = kind in ("team_join", "user_change")
    return kind in own.events and (not needs_users or "users:read" in own.scopes)
