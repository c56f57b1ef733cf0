"""Views: modals, their stack of three, and each person's App Home."""

from __future__ import annotations

import secrets
import time
from typing import Any

from sandbox.slack.arguments import parsed
from sandbox.slack.refusal import Refusal, refuse_if
from sandbox.slack.rules import Verdict, judge_blocks, judge_view
from sandbox.slack.screen import state_values, typing_kept
from sandbox.slack.shapes import Json, total
from sandbox.slack.state import State, Trigger, View, fresh_id, with_ids

EMPTY: Json = {
    "title": None,
    "close": None,
    "submit": None,
    "callback_id": "",
    "private_metadata": "",
    "external_id": "",
}


def open_view(state: State, args: Json) -> Json:
    trigger = live_trigger(state, args.get("trigger_id"))
    data = modal_data(state, args["view"])
    trigger.is_used = True
    forget_stack(state, trigger.user)
    view = new_view(state, trigger.user, data)
    state.stacks[trigger.user] = [view]
    return {"view": api_view(state, view)}


def push_view(state: State, args: Json) -> Json:
    trigger = live_trigger(state, args.get("trigger_id"))
    stack = state.stacks.get(trigger.user, [])
    if not stack:
        raise Refusal("not_found", race=trigger.view_id in state.gone_views)
    data = modal_data(state, args["view"])
    if len(stack) >= total("view_stack"):
        raise Refusal("push_limit_reached")
    trigger.is_used = True
    return {"view": api_view(state, push_onto(state, trigger.user, data))}


def update_view(state: State, args: Json) -> Json:
    if not args.get("view_id") and not args.get("external_id"):
        raise Refusal("invalid_arguments", "missing required field: view_id or external_id")
    view = state.views.get(str(args.get("view_id"))) or state.external(args.get("external_id"))
    if view is None:
        known = {args.get("view_id"), f"external:{args.get('external_id')}"} & state.gone_views
        raise Refusal("not_found", race=bool(known))
    if args.get("hash") and args["hash"] != view.hash:
        raise Refusal("hash_conflict")
    change_view(state, view, modal_data(state, args["view"], view, kind=view.data["type"]))
    return {"view": api_view(state, view)}


def publish_view(state: State, args: Json) -> Json:
    if not state.settings.home_tab:
        raise Refusal("not_enabled")
    if args["user_id"] not in state.people:
        raise Refusal("invalid_arguments", "invalid `user_id` [json-pointer:/user_id]")
    home = state.homes.get(args["user_id"])
    if args.get("hash") and home and args["hash"] != home.hash:
        raise Refusal("hash_conflict")
    data = modal_data(state, args["view"], home, kind="home")
    if home is None:
        home = state.homes[args["user_id"]] = new_view(state, args["user_id"], data)
    else:
        change_view(state, home, data)
    return {"view": api_view(state, home)}


def live_trigger(state: State, trigger_id: Any) -> Trigger:
    if not trigger_id:
        raise Refusal("invalid_arguments", "missing required field: trigger_id")
    trigger = state.triggers.get(str(trigger_id))
    if trigger is None:
        raise Refusal("invalid_trigger_id")
    if trigger.is_used:
        raise Refusal("exchanged_trigger_id")
    if time.monotonic() - trigger.at > state.settings.trigger_seconds:
        raise Refusal("expired_trigger_id")
    return trigger


def modal_data(
    state: State, given: Any, own: View | None = None, kind: str = "modal", place: str = "/view"
) -> Json:
    """Check a view that is to be shown and fill in its ids."""
    view = parsed(given)
    refuse_if(judge_view(view, kind, place))
    holder = state.external(view.get("external_id"))
    if holder is not None and holder is not own:
        raise Refusal("duplicate_external_id")
    return {**view, "blocks": with_ids(view["blocks"])}


def validate(state: State, args: Json) -> Json:
    """Judge blocks, a message or a view without showing them."""
    view, message, blocks = (parsed(args.get(name)) for name in ("view", "message", "blocks"))
    if view is not None:
        kind = view.get("type") if isinstance(view, dict) else ""
        verdict = judge_view(view, "home" if kind == "home" else "modal")
        refuse_if(Verdict("invalid_view", verdict.faults) if verdict else None)
    elif message is not None or blocks is not None:
        refuse_if(judge_blocks(message.get("blocks") if isinstance(message, dict) else blocks))
    else:
        raise Refusal("invalid_arguments", "must provide blocks, message or view")
    return {}


def new_view(state: State, user: str, data: Json, below: View | None = None) -> View:
    view_id = fresh_id("V")
    root = below.root_id if below else view_id
    view = View(view_id, user, data, fresh_hash(state), root, below.id if below else None)
    state.views[view_id] = view
    return view


def push_onto(state: State, user: str, data: Json) -> View:
    stack = state.stacks[user]
    stack.append(new_view(state, user, data, below=stack[-1]))
    return stack[-1]


def change_view(state: State, view: View, data: Json) -> None:
    """Show other contents; what was typed stays where block_id and action_id are the same."""
    view.typed = typing_kept(view.typed, view.data["blocks"], data["blocks"])
    view.data = data
    view.errors = {}
    view.hash = fresh_hash(state)


def forget_stack(state: State, user: str) -> None:
    while state.stacks.get(user):
        state.forget_view(state.stacks[user][-1])


def fresh_hash(state: State) -> str:
    return f"{int(state.clock())}.{secrets.token_hex(4)}"


def shown_view(state: State, view: View) -> Json:
    """Give a view as interaction payloads carry it, with what is typed in it."""
    own = state.settings
    typed = {"state": {"values": state_values(view.data["blocks"], view.typed)}}
    flags = {"clear_on_close": False, "notify_on_close": False}
    ids = {
        "id": view.id,
        "team_id": own.team_id,
        "app_id": own.app_id,
        "bot_id": own.bot_id,
        "hash": view.hash,
    }
    stack = {"root_view_id": view.root_id, "previous_view_id": view.previous_id}
    return {**EMPTY, **flags, **view.data, **ids, **stack, **typed, "app_installed_team_id": own.team_id}


def api_view(state: State, view: View) -> Json:
    return {**shown_view(state, view), "state": {"values": {}}}
