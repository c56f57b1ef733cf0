"""Actions: what a button may do, by the place where it stands (reference/messaging-api/#action-objects)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.line.checks import (
    Check,
    Path,
    Problem,
    anything,
    every,
    fields,
    graphemes,
    one_of,
    text,
    uri,
    variants,
)

COMMON = frozenset({"postback", "message", "uri", "datetimepicker", "clipboard"})
PHONE = frozenset({"camera", "cameraRoll", "location"})


@dataclass(frozen=True)
class Place:
    """How long a label may be, and whether it must be (#action-object-label-spec)."""

    label: int
    is_label_required: bool
    kinds: frozenset[str] = COMMON
    is_strict: bool = False


QUICK_REPLY = Place(20, True, COMMON | PHONE)
TEMPLATE = Place(20, True)
TEMPLATE_DEFAULT = Place(20, False)
IMAGE_CAROUSEL = Place(12, False)
RICH_MENU = Place(20, False, COMMON | {"richmenuswitch"})
FLEX_BUTTON = Place(40, True, is_strict=True)
FLEX = Place(40, False, is_strict=True)

MOMENTS = {
    "date": (r"\d{4}-\d\d-\d\d", "%Y-%m-%d"),
    "time": (r"\d\d:\d\d", "%H:%M"),
    "datetime": (r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d", "%Y-%m-%dT%H:%M"),
}


def read_moment(mode: str, value: Any) -> datetime | None:
    """Read a date, time or both as a datetimepicker writes it; None if it is not one."""
    pattern, form = MOMENTS[mode]
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        return None
    try:
        moment = datetime.strptime(value.upper(), form)
    except ValueError:
        return None
    return moment if 1900 <= moment.year <= 2100 else None


def _postback(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    if value.get("text") is not None and value.get("displayText") is not None:
        yield Problem("can't be used with displayText", (*path, "text"))
    if value.get("fillInText") is not None and value.get("inputOption") != "openKeyboard":
        yield Problem("inputOption must be openKeyboard", (*path, "fillInText"))


def _picker(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    given = {name: value[name] for name in ("initial", "min", "max") if value.get(name) is not None}
    read = {name: read_moment(value["mode"], moment) for name, moment in given.items()}
    for name, moment in read.items():
        if moment is None:
            yield Problem("invalid datetime format", (*path, name))
    least, most = read.get("min"), read.get("max")
    if least is not None and most is not None and least >= most:
        yield Problem("must be later than min", (*path, "max"))


SCHEMES = ("http", "https", "line", "tel")
DATA = text(300, may_be_empty=True)
SAID = text(300, graphemes)
KEYBOARD = one_of("closeRichMenu", "openRichMenu", "openKeyboard", "openVoice")
ALT_URI = fields({"desktop": uri(SCHEMES, 10_000)})  # 1,000 until 2026-10-27

RULES: Mapping[str, tuple[Mapping[str, Check], tuple[str, ...]]] = {
    "postback": (
        {"data": DATA, "displayText": SAID, "text": SAID, "inputOption": KEYBOARD, "fillInText": SAID},
        ("data",),
    ),
    "message": ({"text": SAID}, ("text",)),
    "uri": ({"uri": uri(SCHEMES, 10_000), "altUri": ALT_URI}, ("uri",)),
    "datetimepicker": (
        {
            "data": DATA,
            "mode": one_of(*MOMENTS),
            "initial": anything,
            "min": anything,
            "max": anything,
        },
        ("data", "mode"),
    ),
    "clipboard": ({"clipboardText": text(1000)}, ("clipboardText",)),
    "richmenuswitch": (
        {"richMenuAliasId": text(32), "data": DATA},
        ("richMenuAliasId", "data"),
    ),
    "camera": ({}, ()),
    "cameraRoll": ({}, ()),
    "location": ({}, ()),
}
EXTRA: Mapping[str, Check] = {"postback": _postback, "datetimepicker": _picker}


def action(place: Place) -> Check:
    """Give the rule for the actions of one place."""
    return variants({kind: _kind(kind, place) for kind in place.kinds})


def _kind(kind: str, place: Place) -> Check:
    rules, required = RULES[kind]
    label = text(place.label, graphemes, may_be_empty=not place.is_label_required)
    required = ("label", *required) if place.is_label_required else required
    shape = fields({"type": anything, "label": label, **rules}, required, place.is_strict)
    return every(shape, EXTRA[kind]) if kind in EXTRA else shape
