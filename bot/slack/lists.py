"""Lists: what a form lets people choose from, as Block Kit: one of a list, several, boxes to tick; long lists by groups."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from bot.slack.texts import label
from flows.messages import FormField

Json = dict[str, Any]

MOST_OPTIONS = 100  # of a list, and of each group in one
MOST_BOXES = 10


def chooser(field: FormField) -> Json:
    """Draw the list of a field, with what is chosen already."""
    options = [{"text": label(name, 75, value), "value": value} for value, name in field.options]
    chosen = [option for option in options if option["value"] in field.initial.split("\n")]
    if not field.is_many:
        first = {"initial_option": chosen[0]} if chosen else {}
        return {"type": "static_select", "action_id": "in", **_listed(field, options), **first}
    picked = {"initial_options": chosen} if chosen else {}
    if len(options) <= MOST_BOXES and not field.groups:
        return {"type": "checkboxes", "action_id": "in", "options": options, **picked}
    return {"type": "multi_static_select", "action_id": "in", **_listed(field, options), **picked}


def _listed(field: FormField, options: list[Json]) -> Json:
    if field.groups:
        named = groupby(zip(field.groups, options, strict=True), key=lambda pair: pair[0])
        parts = [(name, [option for _, option in some]) for name, some in named]
    elif len(options) > MOST_OPTIONS:
        cut = range(0, len(options), MOST_OPTIONS)
        parts = [(f"{number}", options[at : at + MOST_OPTIONS]) for number, at in enumerate(cut, start=1)]
    else:
        return {"options": options}
    return {"option_groups": [{"label": label(name, 75, "ほか"), "options": some} for name, some in parts]}
