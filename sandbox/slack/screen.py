"""Screen: what a person sees and can do on a set of blocks, and what Slack calls the result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.slack.rules import elements_of, options_of
from sandbox.slack.shapes import Json, length
from sandbox.slack.state import Typed

# element type -> (name in the state, name of the initial value, holds many)
STATES: dict[str, tuple[str, str, bool]] = {
    "plain_text_input": ("value", "initial_value", False),
    "email_text_input": ("value", "initial_value", False),
    "url_text_input": ("value", "initial_value", False),
    "number_input": ("value", "initial_value", False),
    "rich_text_input": ("rich_text_value", "initial_value", False),
    "static_select": ("selected_option", "initial_option", False),
    "radio_buttons": ("selected_option", "initial_option", False),
    "multi_static_select": ("selected_options", "initial_options", True),
    "checkboxes": ("selected_options", "initial_options", True),
    "datepicker": ("selected_date", "initial_date", False),
    "timepicker": ("selected_time", "initial_time", False),
    "datetimepicker": ("selected_date_time", "initial_date_time", False),
    "users_select": ("selected_user", "initial_user", False),
    "multi_users_select": ("selected_users", "initial_users", True),
    "conversations_select": ("selected_conversation", "initial_conversation", False),
    "channels_select": ("selected_channel", "initial_channel", False),
}
CHOICES = ("static_select", "radio_buttons", "multi_static_select", "checkboxes", "overflow")
FORMS = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+", "Enter a valid email address."),
    "url_text_input": (r"https?://\S+", "Enter a valid URL."),
    "datepicker": (r"\d{4}-\d{2}-\d{2}", "Enter a valid date."),
    "timepicker": (r"([01]\d|2[0-3]):[0-5]\d", "Enter a valid time."),
}


def places(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Give each block with each of its interactive elements."""
    return ((block, element) for block in blocks for element in elements_of(block))


def state_values(blocks: list[Json], typed: Typed) -> Json:
    values: dict[str, Json] = {}
    for block, element in places(blocks):
        if element["type"] in STATES:
            held = typed.get(_key(block, element)) or initial_state(element)
            values.setdefault(block["block_id"], {})[element["action_id"]] = held
    return values


def initial_state(element: Json) -> Json:
    name, initial, is_many = STATES[element["type"]]
    return {"type": element["type"], name: element.get(initial, [] if is_many else None)}


def typing_kept(typed: Typed, before: list[Json], after: list[Json]) -> Typed:
    kinds = {_key(block, element): element["type"] for block, element in places(before)}
    still = {_key(b, e) for b, e in places(after) if kinds.get(_key(b, e)) == e["type"]}
    return {key: held for key, held in typed.items() if key in still}


def chosen(element: Json, value: Any) -> Json:
    """Give the state after a person chose ``value``; LookupError if the screen offers no such thing."""
    kind = element["type"]
    name, _, is_many = STATES[kind]
    if kind in CHOICES:
        wanted = _as_list(value) if is_many else value
        held = [option_of(element, one) for one in wanted] if is_many else option_of(element, wanted)
        return {"type": kind, name: held}
    if is_many:
        return {"type": kind, name: _as_list(value)}
    if kind == "datetimepicker":
        return {"type": kind, name: None if value is None else int(value)}
    return {
        "type": kind,
        name: None if value in (None, "") else value if kind == "rich_text_input" else str(value),
    }


def option_of(element: Json, value: Any) -> Json | None:
    """Find an option by its value or by its words."""
    if value is None:
        return None
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]) or value == option:
            return option
    raise LookupError(f"{element['type']} {element.get('action_id')} offers no {value!r}")


def find(blocks: list[Json], action_id: str, block_id: str | None, value: Any) -> tuple[Json, Json]:
    """Find the element a person means; a button is told from its twins by its value."""
    found = [
        (block, element)
        for block, element in places(blocks)
        if element["action_id"] == action_id and block_id in (None, block["block_id"])
    ]
    if value is not None:
        found = [(b, e) for b, e in found if e["type"] != "button" or e.get("value") == value]
    if not found:
        raise LookupError(f"no {action_id!r} (block {block_id!r}, value {value!r}) on this screen")
    return found[0]


def find_input(blocks: list[Json], name: str) -> tuple[Json, Json]:
    """Find a field by its block_id, or by its action_id."""
    fields = [(block, element) for block, element in places(blocks) if element["type"] in STATES]
    for key in ("block_id", "action_id"):
        for block, element in fields:
            if (block if key == "block_id" else element)[key] == name:
                return block, element
    raise LookupError(f"no field {name!r} on this screen")


def complaints(blocks: list[Json], typed: Typed) -> dict[str, str]:
    """Say what Slack's own client would object to before it sends anything."""
    said = {}
    for block, element in places(blocks):
        if block["type"] == "input":
            held = typed.get(_key(block, element)) or initial_state(element)
            words = _complaint(block, element, held[STATES[element["type"]][0]])
            if words:
                said[block["block_id"]] = words
    return said


def _complaint(block: Json, element: Json, held: Any) -> str:
    if held in (None, "", []) or (isinstance(held, str) and not held.strip()):
        return "" if block.get("optional") else "Please complete this required field."
    kind = element["type"]
    if kind in FORMS:
        form, words = FORMS[kind]
        return "" if re.fullmatch(form, held) else words
    if kind == "number_input":
        return _number_complaint(element, held)
    if kind == "plain_text_input":
        return _length_complaint(element, length(held))
    most = element.get("max_selected_items")
    return f"Choose at most {most}." if most and len(held) > most else ""


def _number_complaint(element: Json, held: str) -> str:
    form = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(form, held):
        return "Enter a valid number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(held) < float(low):
        return f"Enter a number not below {low}."
    return f"Enter a number not above {high}." if high is not None and float(held) > float(high) else ""


def _length_complaint(element: Json, size: int) -> str:
    if size > element.get("max_length", 3000):
        return f"Enter at most {element.get('max_length', 3000)} characters."
    if size < element.get("min_length", 0):
        return f"Enter at least {element['min_length']} characters."
    return ""


def _key(block: Json, element: Json) -> tuple[str, str]:
    return block["block_id"], element["action_id"]


def _as_list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list | tuple | set) else [value]
