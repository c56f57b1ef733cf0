"""Submissions: what a person sees after sending a form, at once or when the turn took long. Pure."""

from __future__ import annotations

from typing import Any

from bot.arrivals import Answered
from bot.slack.limits import broken_view, safe_modal
from bot.slack.render import notice_view
from bot.slack.texts import clamp, clean, label

Json = dict[str, Any]

RECEIVED = "受けとりました。この画面は閉じてください。"
MOST_ERROR = 2_000
KEPT = ("type", "callback_id", "private_metadata", "title", "submit", "close", "notify_on_close")
INITIALS = {
    "plain_text_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
}


def answer_of(answered: Answered, view: Json) -> Json:
    """Give the HTTP answer to a submission; an empty one closes the form."""
    if errors := errors_of(answered, view):
        return {"response_action": "errors", "errors": errors}
    if answered.form is not None:
        return {"response_action": "update", "view": safe_modal(answered.form)}
    if answered.notice:  # a form that only closed would look like one that was taken
        return {"response_action": "update", "view": notice_view(answered.notice)}
    if answered.is_closed:
        return {"response_action": "clear"}
    return {}


def view_of(answered: Answered, view: Json) -> Json:
    """Give the same as a view, to be put in the place of 「処理中」."""
    if errors := errors_of(answered, view):
        return again(view, errors)
    if answered.form is not None:
        return safe_modal(answered.form)
    return notice_view(answered.notice or RECEIVED)


def errors_of(answered: Answered, view: Json) -> dict[str, str]:
    """Put each error at its input; one that has none, and a notice that keeps the form open, at the first."""
    inputs = [block["block_id"] for block in view.get("blocks", []) if block.get("type") == "input"]
    is_open = answered.form is None and not answered.is_closed
    given = answered.errors or ({"": answered.notice} if answered.notice and is_open else {})
    errors: dict[str, str] = {}
    for key, said in given.items():
        at = key if key in inputs else next(iter(inputs), "")
        if at:
            told = f"{errors[at]} {said}" if at in errors else said
            errors[at] = clamp(clean(told), MOST_ERROR) or "もう一度お願いします。"
    return errors


def again(view: Json, errors: dict[str, str]) -> Json:
    """Rebuild a submitted form with what was typed, each error above its input."""
    values = (view.get("state") or {}).get("values") or {}
    blocks: list[Json] = []
    for block in view.get("blocks", []):
        if (key := str(block.get("block_id"))) in errors:
            blocks.append({"type": "section", "text": label(f"⚠️ {errors[key]}", MOST_ERROR)})
        blocks.append(_filled(block, values))
    rebuilt = {**{name: view[name] for name in KEPT if view.get(name) is not None}, "blocks": blocks}
    return rebuilt if not broken_view(rebuilt) else notice_view("\n".join(errors.values()))


def _filled(block: Json, values: Json) -> Json:
    element = block.get("element") or {}
    source, target = INITIALS.get(element.get("type", ""), ("", ""))
    held = (values.get(str(block.get("block_id"))) or {}).get(str(element.get("action_id"))) or {}
    bare = {name: value for name, value in element.items() if name != target}
    filled = {**bare, target: held[source]} if held.get(source) else bare
    return {**block, "element": filled} if element else block
