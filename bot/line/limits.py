"""Limits: LINE's own, for the objects we send (developers.line.biz, reference/messaging-api)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import orjson
import regex

from bot.payloads import units

MOST_MESSAGES = 5
MOST_TEXT = 5_000  # UTF-16 units, as everything but what is marked graphemes
MOST_ALT = 1_500
MOST_LABEL = 40  # graphemes, of a Flex button
MOST_SAID = 300  # graphemes, of displayText
MOST_DATA = 300
MOST_BUBBLES = 12
BUBBLE_BYTES, CAROUSEL_BYTES = 30_000, 50_000  # "30 KB", "50 KB": the smaller reading

MOST_KEPT = 64

Check = Callable[[Any], str]


def graphemes(text: str) -> int:
    """Count what a reader calls characters."""
    return len(regex.findall(r"\X", text))


def is_longer(text: str, most: int, count: Callable[[str], int] = graphemes) -> bool:
    """Count only where it can matter: no text has more UTF-16 units than twice its characters, nor more graphemes."""
    return 2 * len(text) > most and units(text) > most and count(text) > most


def size_of(container: dict[str, Any]) -> int:
    try:
        return len(orjson.dumps(container))
    except TypeError:  # half a character, which the quick writer refuses
        return len(json.dumps(container, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))


def words(most: int, count: Callable[[str], int] = units, least: int = 1) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            return "not text"
        if len(value) < least:
            return "empty"
        return f"longer than {most}" if is_longer(value, most, count) else ""

    return check


def match_of(pattern: str) -> Check:
    form = re.compile(pattern, re.ASCII)
    fine: set[str] = set()  # a style has few values: they are looked at once

    def check(value: Any) -> str:
        if not isinstance(value, str):
            return "not one of its values"
        if value not in fine:
            if form.fullmatch(value) is None:
                return "not one of its values"
            if len(fine) < MOST_KEPT:
                fine.add(value)
        return ""

    return check


def flag(value: Any) -> str:
    return "" if value is True or value is False else "not true or false"


def whole(value: Any) -> str:
    return (
        ""
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9
        else "not a number"
    )


def held(value: Any) -> str:
    return ""  # checked where it is walked


def unknown(value: Any) -> str:
    return "unknown"


PX = r"\d+(?:\.\d+)?px"
STEPS = "xs|sm|md|lg|xl|xxl"
GAP = match_of(f"none|{STEPS}|{PX}")
FONT = match_of(f"xxs|{STEPS}|3xl|4xl|5xl|{PX}")
LENGTH = match_of(rf"{PX}|\d+(?:\.\d+)?%")
COLOR = match_of("#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
SIDE = match_of("start|end|center")
FIT = match_of("shrink-to-fit")
LABEL, SAID = words(MOST_LABEL, graphemes), words(MOST_SAID, graphemes)
URL, DATA = words(10_000), words(MOST_DATA)

# Each object: what it may hold, and what it must.
OBJECTS: dict[str, tuple[dict[str, Check], tuple[str, ...]]] = {
    "message text": ({"text": words(MOST_TEXT), "quoteToken": words(1_000)}, ("text",)),
    "message image": (
        dict.fromkeys(("originalContentUrl", "previewImageUrl"), match_of("https://.{1,1990}")),
        ("originalContentUrl", "previewImageUrl"),
    ),
    "message flex": ({"altText": words(MOST_ALT), "contents": held}, ("altText", "contents")),
    "carousel": ({"contents": held}, ("contents",)),
    "bubble": (
        {
            "size": match_of("nano|micro|deca|hecto|kilo|mega|giga"),
            **dict.fromkeys(("header", "body", "footer"), held),
        },
        (),
    ),
    "box": (
        {
            "layout": match_of("vertical|horizontal|baseline"),
            **dict.fromkeys(("contents", "action"), held),
            **dict.fromkeys(("backgroundColor", "borderColor"), COLOR),
            **dict.fromkeys(("spacing", "margin", "cornerRadius"), GAP),
            **{f"padding{side}": GAP for side in ("All", "Top", "Bottom", "Start", "End")},
            **dict.fromkeys(("width", "height"), LENGTH),
            "borderWidth": match_of(f"none|light|normal|medium|semi-bold|bold|{PX}"),
            "flex": whole,
            "justifyContent": match_of("flex-start|center|flex-end|space-(?:between|around|evenly)"),
            "alignItems": match_of("flex-start|center|flex-end"),
        },
        ("layout", "contents"),
    ),
    "text": (
        {
            "text": words(BUBBLE_BYTES),
            "size": FONT,
            "weight": match_of("regular|bold"),
            "decoration": match_of("none|underline|line-through"),
            "color": COLOR,
            "margin": GAP,
            "align": SIDE,
            "adjustMode": FIT,
            **dict.fromkeys(("flex", "maxLines"), whole),
            **dict.fromkeys(("wrap", "scaling"), flag),
        },
        ("text",),
    ),
    "button": (
        {
            "action": held,
            "style": match_of("primary|secondary|link"),
            "height": match_of("sm|md"),
            "color": COLOR,
            "margin": GAP,
            "adjustMode": FIT,
            "scaling": flag,
        },
        ("action",),
    ),
    "separator": ({"margin": GAP, "color": COLOR}, ()),
    "action postback": (
        {
            "label": LABEL,
            "data": DATA,
            **dict.fromkeys(("displayText", "fillInText"), SAID),
            "inputOption": match_of("closeRichMenu|openRichMenu|openKeyboard|openVoice"),
        },
        ("label", "data"),
    ),
    "action uri": ({"label": LABEL, "uri": URL}, ("label", "uri")),
    "action message": ({"label": LABEL, "text": SAID}, ("label", "text")),
    "action datetimepicker": (
        {
            "label": LABEL,
            "data": DATA,
            "mode": match_of("date|time|datetime"),
            **dict.fromkeys(("initial", "min", "max"), match_of(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?|\d\d:\d\d")),
        },
        ("label", "data", "mode"),
    ),
}


for _checks, _ in OBJECTS.values():
    _checks["type"] = held

SPOKEN = frozenset({"text", "label", "data", "displayText", "fillInText", "uri"})  # may hold any characters
ESCAPED = 6  # bytes that one character takes in JSON at the most
AROUND = 8  # quotes, colons, commas and brackets around a value
UNSPOKEN = 12  # a number, a flag


def broken(messages: Sequence[dict[str, Any]]) -> list[str]:
    """List what LINE would refuse, by place; empty when all is well. The words themselves are not in it."""
    walk = Walk()
    found = [f"messages[{at}]{each}" for at, said in enumerate(messages) for each in walk.message(said)]
    return found if 1 <= len(messages) <= MOST_MESSAGES else [f"messages: not 1 to {MOST_MESSAGES}", *found]


class Walk:
    """One walk through messages. Each step gives what is wrong, by its place from there on.

    On the way it counts how many bytes that can be at the most: only what may be too large is measured.
    """

    def __init__(self) -> None:
        self.most = 0

    def message(self, message: Any) -> list[str]:
        kind = f"message {message.get('type')}" if isinstance(message, dict) else ""
        found = self.fields(message, kind)
        if kind == "message flex":
            container = message.get("contents")
            is_many = isinstance(container, dict) and container.get("type") == "carousel"
            inside = self.carousel(container) if is_many else self.bubble(container)
            found += [f".contents{each}" for each in inside]
        return found

    def fields(self, value: Any, kind: str) -> list[str]:
        known = OBJECTS.get(kind)
        if known is None or not isinstance(value, dict):
            return [": not an object that we send"]
        checks, required = known
        found, size = [], AROUND * (1 + len(value))
        for name in required:
            if name not in value:
                found.append(f".{name}: missing")
        for name, each in value.items():
            if type(each) is not str:
                size += len(name) + UNSPOKEN
            else:
                size += len(name) + (ESCAPED * len(each) if name in SPOKEN else len(each))
            check = checks.get(name, unknown)
            if problem := check(each):
                found.append(f".{name}: {problem}")
        self.most += size
        return found

    def carousel(self, carousel: Any) -> list[str]:
        before, found = self.most, self.fields(carousel, "carousel")
        bubbles = carousel.get("contents")
        if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= MOST_BUBBLES:
            return [*found, f".contents: not 1 to {MOST_BUBBLES} bubbles"]
        for place, each in enumerate(bubbles):
            found += [f".contents[{place}]{problem}" for problem in self.bubble(each)]
        if len({each.get("size", "mega") for each in bubbles if isinstance(each, dict)}) > 1:
            found.append(".contents: bubbles of several sizes")
        return found + self._too_large(carousel, CAROUSEL_BYTES, before, found)

    def bubble(self, bubble: Any) -> list[str]:
        before, found = self.most, self.fields(bubble, "bubble")
        if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
            return [*found, ": not a bubble"]
        blocks = [name for name in ("header", "body", "footer") if name in bubble]
        if not blocks:
            found.append(": no block")
        for name in blocks:
            found += [f".{name}{each}" for each in self.component(bubble[name], ("box",))]
        return found + self._too_large(bubble, BUBBLE_BYTES, before, found)

    def component(self, part: Any, allowed: tuple[str, ...]) -> list[str]:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in allowed:
            return [f": not one of {', '.join(allowed)}"]
        found = self.fields(part, str(kind))
        if "action" in part:
            action = part["action"]
            does = f"action {action.get('type')}" if isinstance(action, dict) else ""
            found += [f".action{each}" for each in self.fields(action, does)]
        if kind == "box":
            found += self._contents(part)
        return found

    def _contents(self, part: dict[str, Any]) -> list[str]:
        inside = IN_BASELINE if part.get("layout") == "baseline" else IN_BOX
        contents, found = part.get("contents"), list[str]()
        if not isinstance(contents, list):
            return [".contents: not a list"]
        for place, each in enumerate(contents):
            if problems := self.component(each, inside):
                found += [f".contents[{place}]{problem}" for problem in problems]
        return found

    def _too_large(self, container: Any, bytes: int, before: int, found: list[str]) -> list[str]:
        """Measure what may be too large; what is wrong otherwise was perhaps not counted."""
        is_large = (found or self.most - before > bytes) and size_of(container) > bytes
        return [f": more than {bytes} bytes"] if is_large else []


IN_BASELINE, IN_BOX = ("text",), ("box", "text", "button", "separator")
