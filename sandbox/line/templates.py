"""Templates and imagemaps (reference/messaging-api/#template-messages, #imagemap-message)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.line.actions import IMAGE_CAROUSEL, TEMPLATE, TEMPLATE_DEFAULT, action
from sandbox.line.checks import (
    Check,
    Path,
    Problem,
    anything,
    every,
    fields,
    graphemes,
    https,
    is_longer,
    many,
    matching,
    one_of,
    text,
    uri,
    variants,
    whole,
)

BUTTON = action(TEMPLATE)
WHOLE_TAP = action(TEMPLATE_DEFAULT)
LOOK: dict[str, Check] = {
    "imageAspectRatio": one_of("rectangle", "square"),
    "imageSize": one_of("cover", "contain"),
}
CARD: dict[str, Check] = {
    "type": anything,
    "thumbnailImageUrl": https,
    "imageBackgroundColor": matching("#[0-9A-Fa-f]{6}"),
    "title": text(40, graphemes, may_be_empty=True),
    "defaultAction": WHOLE_TAP,
}


def short_beside(most: int) -> Check:
    """Let the text be only ``most`` long where a picture or a title takes the room."""

    def check(card: dict[str, Any], path: Path) -> Iterator[Problem]:
        has_company = card.get("thumbnailImageUrl") or card.get("title")
        if has_company and is_longer(card["text"], most, graphemes):
            yield Problem(f"size must be between 0 and {most}", (*path, "text"))

    return check


def alike(carousel: dict[str, Any], path: Path) -> Iterator[Problem]:
    """Let all columns have the same number of actions, and all or none a picture and a title."""
    columns = carousel["columns"]
    if len({len(column["actions"]) for column in columns}) > 1:
        yield Problem("number of actions must be the same in all columns", (*path, "columns"))
    for name in ("thumbnailImageUrl", "title"):
        if len({bool(column.get(name)) for column in columns}) > 1:
            yield Problem(f"{name} must be used in all columns or in none", (*path, "columns"))


BUTTONS = every(
    fields({**CARD, **LOOK, "text": text(160, graphemes), "actions": many(BUTTON, 4)}, ("text", "actions")),
    short_beside(60),
)
CONFIRM = fields(
    {"text": text(240, graphemes), "actions": many(BUTTON, 2, least=2)},
    ("text", "actions"),
)
COLUMN = every(
    fields({**CARD, "text": text(120, graphemes), "actions": many(BUTTON, 3)}, ("text", "actions")),
    short_beside(60),
)
CAROUSEL = every(fields({**LOOK, "columns": many(COLUMN, 10)}, ("columns",)), alike)
IMAGE_COLUMN = fields({"imageUrl": https, "action": action(IMAGE_CAROUSEL)}, ("imageUrl", "action"))
TEMPLATES = variants(
    {
        "buttons": BUTTONS,
        "confirm": CONFIRM,
        "carousel": CAROUSEL,
        "image_carousel": fields({"columns": many(IMAGE_COLUMN, 10)}, ("columns",)),
    }
)

AREA = fields({name: whole() for name in ("x", "y", "width", "height")}, ("x", "y", "width", "height"))
MAP_URI = uri(("http", "https", "line", "tel"), 1000)
MAP_LABEL = text(100, may_be_empty=True)
SPOT = variants(
    {
        "uri": fields({"linkUri": MAP_URI, "label": MAP_LABEL, "area": AREA}, ("linkUri", "area")),
        "message": fields({"text": text(400), "label": MAP_LABEL, "area": AREA}, ("text", "area")),
        "clipboard": fields(
            {"clipboardText": text(1000), "label": MAP_LABEL, "area": AREA}, ("clipboardText", "area")
        ),
    }
)
VIDEO_ON_MAP = fields(
    {
        "originalContentUrl": https,
        "previewImageUrl": https,
        "area": AREA,
        "externalLink": fields({"linkUri": MAP_URI, "label": text(30)}, ("linkUri", "label")),
    },
    ("originalContentUrl", "previewImageUrl", "area"),
)
IMAGEMAP = fields(
    {
        "baseUrl": https,
        "altText": text(1500),
        "baseSize": fields({"width": whole(1040, 1040), "height": whole(1)}, ("width", "height")),
        "video": VIDEO_ON_MAP,
        "actions": many(SPOT, 50),
    },
    ("baseUrl", "altText", "baseSize", "actions"),
)
TEMPLATE_MESSAGE = fields({"altText": text(1500), "template": TEMPLATES}, ("altText", "template"))
