"""Flex: which component may stand where, and what each of its properties may be (#flex-message)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from sandbox.line.actions import FLEX, FLEX_BUTTON, action
from sandbox.line.checks import (
    Check,
    Path,
    Problem,
    anything,
    every,
    fields,
    flag,
    https,
    many,
    matching,
    one_of,
    text,
    variants,
    whole,
)

BUBBLE_BYTES = 30 * 1024
CAROUSEL_BYTES = 50 * 1024
LONG = 2**31 - 1

PX = r"\d+(\.\d+)?px"
PERCENT = r"\d+(\.\d+)?%"
STEPS = "xs|sm|md|lg|xl|xxl"
SIZES = f"xxs|{STEPS}|3xl|4xl|5xl"

COLOR = matching("#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?")
GAP = matching(f"none|{STEPS}|{PX}")
PADDING = matching(f"none|{STEPS}|{PX}|{PERCENT}")
OFFSET = matching(f"none|{STEPS}|-?{PX}|-?{PERCENT}")
LENGTH = matching(f"{PX}|{PERCENT}")
FONT = matching(f"{SIZES}|{PX}")
ALIGN = one_of("start", "end", "center")
GRAVITY = one_of("top", "bottom", "center")
WEIGHT = one_of("regular", "bold")
STYLE = one_of("normal", "italic")
DECORATION = one_of("none", "underline", "line-through")
FIT = one_of("shrink-to-fit")
TAP = action(FLEX)


def ratio(value: Any, path: Path) -> Iterator[Problem]:
    found = re.fullmatch(r"(\d{1,6}):(\d{1,6})", value) if isinstance(value, str) else None
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (1 <= width <= 100_000 and 1 <= height <= 100_000 and height <= 3 * width):
        yield Problem("invalid property", path)


PLACED: dict[str, Check] = {
    "type": anything,
    "margin": GAP,
    "position": one_of("relative", "absolute"),
    **{f"offset{side}": OFFSET for side in ("Top", "Bottom", "Start", "End")},
}
WORDS: dict[str, Check] = {
    "text": text(LONG),
    "size": FONT,
    "color": COLOR,
    "weight": WEIGHT,
    "style": STYLE,
    "decoration": DECORATION,
}
SPAN = fields({"type": one_of("span"), **WORDS}, ("type",), is_strict=True)
GRADIENT = fields(
    {
        "type": one_of("linearGradient"),
        "angle": matching(r"([0-9]|[1-9]\d|[12]\d\d|3[0-5]\d)(\.\d+)?deg"),
        "startColor": COLOR,
        "endColor": COLOR,
        "centerColor": COLOR,
        "centerPosition": matching(PERCENT),
    },
    ("type", "angle", "startColor", "endColor"),
    is_strict=True,
)


def says_something(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    if value.get("text") is None and not value.get("contents"):
        yield Problem("must be specified", (*path, "text"))


TEXT = every(
    fields(
        {
            **PLACED,
            **WORDS,
            "contents": many(SPAN, LONG, least=0),
            "adjustMode": FIT,
            "flex": whole(),
            "align": ALIGN,
            "gravity": GRAVITY,
            "wrap": flag,
            "lineSpacing": matching(PX),
            "maxLines": whole(),
            "action": TAP,
            "scaling": flag,
        },
        is_strict=True,
    ),
    says_something,
)
BUTTON = fields(
    {
        **PLACED,
        "action": action(FLEX_BUTTON),
        "flex": whole(),
        "height": one_of("sm", "md"),
        "style": one_of("primary", "secondary", "link"),
        "color": COLOR,
        "gravity": GRAVITY,
        "adjustMode": FIT,
        "scaling": flag,
    },
    ("action",),
    is_strict=True,
)
IMAGE = fields(
    {
        **PLACED,
        "url": https,
        "flex": whole(),
        "align": ALIGN,
        "gravity": GRAVITY,
        "size": matching(f"{SIZES}|full|{PX}|{PERCENT}"),
        "aspectRatio": ratio,
        "aspectMode": one_of("cover", "fit"),
        "backgroundColor": COLOR,
        "action": TAP,
        "animated": flag,
    },
    ("url",),
    is_strict=True,
)
ICON = fields(
    {**PLACED, "url": https, "size": FONT, "aspectRatio": ratio, "scaling": flag}, ("url",), is_strict=True
)
SEPARATOR = fields({"type": anything, "margin": GAP, "color": COLOR}, is_strict=True)
FILLER = fields({"type": anything, "flex": whole()}, is_strict=True)


def hold(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    """Check the children of a box, each by what its layout may hold."""
    allowed = MAY_HOLD[value["layout"]]
    for place, child in enumerate(value["contents"]):
        kind = child.get("type") if isinstance(child, dict) else None
        if isinstance(kind, str) and kind in allowed:
            yield from COMPONENTS[kind](child, (*path, "contents", place))
        else:
            yield Problem("invalid property", (*path, "contents", place))


MAY_HOLD = {
    "horizontal": frozenset({"box", "button", "image", "text", "separator", "filler"}),
    "vertical": frozenset({"box", "button", "image", "text", "separator", "filler"}),
    "baseline": frozenset({"icon", "text", "filler"}),
}
BOX_ITSELF = fields(
    {
        **PLACED,
        "layout": one_of(*MAY_HOLD),
        "contents": many(anything, LONG, least=0),
        "backgroundColor": COLOR,
        "borderColor": COLOR,
        "borderWidth": matching(f"none|light|normal|medium|semi-bold|bold|{PX}"),
        "cornerRadius": matching(f"none|{STEPS}|{PX}"),
        **dict.fromkeys(("width", "maxWidth", "height", "maxHeight"), LENGTH),
        "flex": whole(),
        "spacing": GAP,
        **{f"padding{side}": PADDING for side in ("All", "Top", "Bottom", "Start", "End")},
        "action": TAP,
        "justifyContent": one_of(
            "flex-start", "center", "flex-end", "space-between", "space-around", "space-evenly"
        ),
        "alignItems": one_of("flex-start", "center", "flex-end"),
        "background": GRADIENT,
    },
    ("layout", "contents"),
    is_strict=True,
)
BOX = every(BOX_ITSELF, hold)
COMPONENTS: dict[str, Check] = {
    "box": BOX,
    "button": BUTTON,
    "image": IMAGE,
    "icon": ICON,
    "text": TEXT,
    "separator": SEPARATOR,
    "filler": FILLER,
}
VIDEO = fields(
    {
        "type": anything,
        "url": https,
        "previewUrl": https,
        "altContent": variants({"image": IMAGE, "box": BOX}),
        "aspectRatio": ratio,
        "action": TAP,
    },
    ("url", "previewUrl", "altContent"),
    is_strict=True,
)

BLOCK_STYLE = fields({"backgroundColor": COLOR, "separator": flag, "separatorColor": COLOR}, is_strict=True)
BOX_ONLY = variants({"box": BOX})
BLOCKS: dict[str, Check] = {
    "header": BOX_ONLY,
    "hero": variants({"box": BOX, "image": IMAGE, "video": VIDEO}),
    "body": BOX_ONLY,
    "footer": BOX_ONLY,
}
BUBBLE_ITSELF = fields(
    {
        "type": anything,
        "size": one_of("nano", "micro", "deca", "hecto", "kilo", "mega", "giga"),
        "direction": one_of("ltr", "rtl"),
        **BLOCKS,
        "styles": fields(dict.fromkeys(BLOCKS, BLOCK_STYLE), is_strict=True),
        "action": TAP,
    },
    is_strict=True,
)


def whole_bubble(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    if not any(value.get(block) for block in BLOCKS):
        yield Problem("At least one block must be specified", path)
    if _has_video(value) and value.get("size", "mega") not in ("kilo", "mega", "giga"):
        yield Problem("video needs a bubble of size kilo, mega or giga", (*path, "hero"))
    yield from _fits(value, BUBBLE_BYTES, path)


def whole_carousel(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    if len({each.get("size") or "mega" for each in value["contents"]}) > 1:
        yield Problem("size must be the same in all bubbles", (*path, "contents"))
    for place, each in enumerate(value["contents"]):
        if _has_video(each):
            yield Problem("video can't be used in a carousel", (*path, "contents", place, "hero"))
    yield from _fits(value, CAROUSEL_BYTES, path)


BUBBLE = every(BUBBLE_ITSELF, whole_bubble)
CAROUSEL_ITSELF = fields(
    {"type": anything, "contents": many(variants({"bubble": BUBBLE}), 12)}, ("contents",), is_strict=True
)
CAROUSEL = every(CAROUSEL_ITSELF, whole_carousel)


def _has_video(value: dict[str, Any]) -> bool:
    return (value.get("hero") or {}).get("type") == "video"


def _fits(value: Any, most: int, path: Path) -> Iterator[Problem]:
    size = len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
    if size > most:
        yield Problem(f"Too large flex message. The maximum size of JSON data is {most // 1024}KB", path)


FLEX_MESSAGE = fields(
    {"altText": text(1500), "contents": variants({"bubble": BUBBLE, "carousel": CAROUSEL})},
    ("altText", "contents"),
)
