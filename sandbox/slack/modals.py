"""Modals: what a person does with an open form, and how Slack takes the bot's answer to a submission."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.slack import payloads, views
from sandbox.slack.refusal import Refusal
from sandbox.slack.screen import complaints
from sandbox.slack.sender import Heard, Sender
from sandbox.slack.shapes import Json, total
from sandbox.slack.state import State, View
from sandbox.slack.surfaces import top_modal

TROUBLE = "We had some trouble connecting. Try again?"

Outcome = Literal["unsent", "close", "errors", "update", "push", "clear", "trouble"]


@dataclass(frozen=True)
class Submitted:
    """How a submission went: ``unsent`` means that Slack's own form held it back with ``errors``."""

    status: int
    outcome: Outcome
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_accepted(self) -> bool:
        return self.outcome in ("close", "update", "push", "clear")


class BadAnswer(Exception):
    """The bot answered a submission with something that Slack cannot use."""


async def submit(state: State, sender: Sender, user: str) -> Submitted:
    view = top_modal(state, user)
    if not view.data.get("submit"):
        raise LookupError("this modal has no submit button")
    view.errors = complaints(view.data["blocks"], view.typed)
    if view.errors:
        return Submitted(0, "unsent", dict(view.errors))
    heard = await sender.interaction("view_submission", payloads.view_submission(state, user, view))
    try:
        outcome = take_answer(state, view, heard)
    except BadAnswer as bad:
        view.errors = {"": TROUBLE}
        if heard.status == 200:
            sender.wire.record(
                "to_bot", "slack", "view_submission answer", heard.text, 200, TROUBLE, (str(bad),)
            )
        return Submitted(heard.status, "trouble", dict(view.errors))
    return Submitted(heard.status, outcome, dict(view.errors) if outcome == "errors" else {})


def take_answer(state: State, view: View, heard: Heard) -> Outcome:
    """Do what the answer says; docs.slack.dev/surfaces/modals#updating_views."""
    if heard.status != 200:
        raise BadAnswer(f"answered {heard.status}")
    if not heard.text.strip():
        if view in state.stacks[view.user]:  # else the person closed it while the bot was thinking
            state.forget_view(view)
        return "close"
    answer = _read(heard.text)
    action = answer.get("response_action")
    if action == "errors":
        view.errors = _read_errors(view, answer.get("errors"))
        return "errors"
    if action == "clear":
        views.forget_stack(state, view.user)
        return "clear"
    if action in ("update", "push"):
        _show(state, view, answer.get("view"), action)
        return "update" if action == "update" else "push"
    raise BadAnswer(f"unknown response_action {action!r}")


def _read(text: str) -> Json:
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise BadAnswer(f"answer is neither empty nor JSON: {text[:80]!r}") from error
    if not isinstance(answer, dict):
        raise BadAnswer("answer is not an object")
    return answer


def _read_errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.data["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise BadAnswer("errors is empty")
    for block_id, words in errors.items():
        if block_id not in inputs:
            raise BadAnswer(f"errors names {block_id!r}, which is no input block of this view")
        if not isinstance(words, str) or not words:
            raise BadAnswer(f"the error of {block_id!r} is empty")
    return errors


def _show(state: State, view: View, given: Any, action: str) -> None:
    stack = state.stacks.get(view.user, [])
    if view not in stack:
        return  # the person closed it while the bot was thinking
    if action == "push" and len(stack) >= total("view_stack"):
        raise BadAnswer("push_limit_reached")
    try:
        data = views.modal_data(state, given, view if action == "update" else None)
    except Refusal as refusal:
        raise BadAnswer("; ".join((refusal.error, *refusal.faults))) from refusal
    if action == "update":
        views.change_view(state, view, data)
    else:
        views.push_onto(state, view.user, data)


async def close(state: State, sender: Sender, user: str, is_cleared: bool = False) -> int:
    """Close the top view, or with × all of them; the bot hears of it only if it asked to."""
    view = top_modal(state, user)
    if is_cleared or view.data.get("clear_on_close"):
        view = state.stacks[user][0]
        views.forget_stack(state, user)
        is_cleared = True
    else:
        state.forget_view(view)
    if not view.data.get("notify_on_close"):
        return 0
    heard = await sender.interaction("view_closed", payloads.view_closed(state, user, view, is_cleared))
    return heard.status
