"""Limits: LINE's own, for the objects we send (developers.line.biz, reference/messaging-api)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

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

Check = Callable[[Any], str]
Found = Iterator[str]


def graphemes(text: str) -> int:
    """Count what a reader calls characters."""
    return len(regex.findall(r"\X", text))


def is_longer(text: str, most: int, count: Callable[[str], int] = graphemes) -> bool:
    """Count only where it can matter: no text has more UTF-16 units than twice its characters, nor more graphemes."""
    return 2 * len(text) > most and units(text) > most and count(text) > most


def size_of(container: dict[str, Any]) -> int:
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
    form = re.compile(pattern)

    @lru_cache(maxsize=64)  # a style has few values
    def fits(value: str) -> bool:
        return form.fullmatch(value) is not None

    return lambda value: "" if isinstance(value, str) and fits(value) else "not one of its values"


def flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "not true or false"


def whole(value: Any) -> str:
    return "" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "not a number"


def held(value: Any) -> str:
    return ""  # checked where it is walked


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
            **dict.fromkeys(("header", "body", "footer", "styles"), held),
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


def broken(messages: Sequence[dict[str, Any]]) -> list[str]:
    """List what LINE would refuse, by place; empty when all is well. The words themselves are not in it."""
    found = [problem for at, each in enumerate(messages) for problem in _message(each, f"messages[{at}]")]
    return found if 1 <= len(messages) <= MOST_MESSAGES else [f"messages: not 1 to {MOST_MESSAGES}", *found]


def _message(message: Any, at: str) -> Found:
    kind = f"message {message.get('type')}" if isinstance(message, dict) else ""
    yield from _fields(message, kind, at)
    if kind == "message flex":
        container = message.get("contents")
        is_many = isinstance(container, dict) and container.get("type") == "carousel"
        yield from (_carousel if is_many else _bubble)(container, f"{at}.contents")


def _fields(value: Any, kind: str, at: str) -> Found:
    if not isinstance(value, dict) or kind not in OBJECTS:
        yield f"{at}: not an object that we send"
        return
    checks, required = OBJECTS[kind]
    yield from (f"{at}.{name}: missing" for name in required if name not in value)
    for name, each in value.items():
        if name != "type":
            problem = checks[name](each) if name in checks else "unknown"
            if problem:
                yield f"{at}.{name}: {problem}"


def _carousel(carousel: Any, at: str) -> Found:
    yield from _fields(carousel, "carousel", at)
    bubbles = carousel.get("contents")
    if not isinstance(bubbles, list) or not 1 <= len(bubbles) <= MOST_BUBBLES:
        yield f"{at}.contents: not 1 to {MOST_BUBBLES} bubbles"
        return
    size = size_of(carousel)
    for place, each in enumerate(bubbles):
        yield from _bubble(each, f"{at}.contents[{place}]", is_small=size <= BUBBLE_BYTES)
    if len({each.get("size", "mega") for each in bubbles if isinstance(each, dict)}) > 1:
        yield f"{at}.contents: bubbles of several sizes"
    if size > CAROUSEL_BYTES:
        yield f"{at}: more than {CAROUSEL_BYTES} bytes"


def _bubble(bubble: Any, at: str, *, is_small: bool = False) -> Found:
    yield from _fields(bubble, "bubble", at)
    if not isinstance(bubble, dict) or bubble.get("type") != "bubble":
        yield f"{at}: not a bubble"
        return
    blocks = [name for name in ("header", "body", "footer") if name in bubble]
    if not blocks:
        yield f"{at}: no block"
    for name in blocks:
        yield from _component(bubble[name], f"{at}.{name}", ("box",))
    if not is_small and size_of(bubble) > BUBBLE_BYTES:
        yield f"{at}: more than {BUBBLE_BYTES} bytes"


def _component(part: Any, at: str, allowed: tuple[str, ...]) -> Found:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in allowed:
        yield f"{at}: not one of {', '.join(allowed)}"
        return
    yield from _fields(part, str(kind), at)
    if "action" in part:
        action = part["action"]
        yield from _fields(
            action, f"action {action.get('type') if isinstance(action, dict) else ''}", f"{at}.action"
        )
    if kind == "box":
        inside = ("text",) if part.get("layout") == "baseline" else ("box", "text", "button", "separator")
        contents = part.get("contents")
        if not isinstance(contents, list):
            yield f"{at}.contents: not a list"
            return
        for place, each in enumerate(contents):
            yield from _component(each, f"{at}.contents[{place}]", inside)
