"""Surfaces: the messages and views in front of a person, and what he may touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.slack import screen
from sandbox.slack.shapes import Json
from sandbox.slack.state import Channel, State, Typed, View


@dataclass(frozen=True)
class Surface:
    """Something on a person's screen that he can act on: a message or a view."""

    blocks: list[Json]
    typed: Typed
    view: View | None = None
    channel: Channel | None = None
    message: Json | None = None


def check_active(state: State, user: str) -> None:
    if state.people[user].is_deleted:
        raise LookupError(f"{user} is deactivated")


def channel_of(state: State, user: str, channel: str) -> Channel:
    place = state.channels.get(channel)
    if place is None or user not in place.members:
        raise LookupError(f"{user} is not in {channel}")
    return place


def own_message(state: State, user: str, channel: str, ts: str) -> tuple[Channel, Json]:
    """Find a message that this person wrote: nobody changes another's."""
    check_active(state, user)
    place = channel_of(state, user, channel)
    message = place.messages.get(ts)
    if message is None or message["user"] != user:
        raise LookupError(f"{user} has written no message {ts} in {channel}")
    return place, message


def top_modal(state: State, user: str) -> View:
    if not state.stacks.get(user):
        raise LookupError(f"{user} has no modal open")
    return state.stacks[user][-1]


def find(state: State, user: str, place: str, ts: str | None, action_id: str = "") -> Surface:
    """Find what the person looks at: his home, his open modal, or a message (the latest that fits)."""
    check_active(state, user)
    if place in ("home", "modal"):
        view = top_modal(state, user) if place == "modal" else state.homes.get(user)
        if view is None:
            raise LookupError(f"{user} has no home yet")
        return Surface(view.data["blocks"], view.typed, view=view)
    channel = channel_of(state, user, place)
    private = [m for m in state.ephemerals.get(user, []) if m["channel"] == place]
    found = [m for m in [*channel.messages.values(), *private] if _offers(m, ts, action_id)]
    if not found:
        raise LookupError(f"no message with {action_id!r} (ts {ts}) in {place}")
    message = max(found, key=lambda m: float(m["ts"]))
    typed = state.message_typed.setdefault((user, place, message["ts"]), {})
    return Surface(message.get("blocks", []), typed, channel=channel, message=message)


def held_after(element: Json, value: Any) -> Json:
    """Give what an element holds after it was pressed or ``value`` chosen."""
    if element["type"] == "button":
        return {}
    if element["type"] == "overflow":
        return {"selected_option": screen.option_of(element, value)}
    return screen.chosen(element, value)


def _offers(message: Json, ts: str | None, action_id: str) -> bool:
    if ts is not None:
        return bool(message["ts"] == ts)
    found = [element["action_id"] for _, element in screen.places(message.get("blocks", []))]
    return action_id in found if action_id else bool(found)
