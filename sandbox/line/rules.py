"""Rules: the verdict on the messages of one request (reference/messaging-api/#message-objects)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.line.actions import QUICK_REPLY, action
from sandbox.line.checks import (
    Check,
    Path,
    Problem,
    anything,
    every,
    fields,
    https,
    is_longer,
    many,
    number,
    one_of,
    text,
    units,
    whole,
)
from sandbox.line.flex import FLEX_MESSAGE
from sandbox.line.refusal import body_errors, message_errors
from sandbox.line.templates import IMAGEMAP, TEMPLATE_MESSAGE

MESSAGES_PER_REQUEST = 5
TEXT_UNITS = 5000

# docs/messaging-api/sticker-list: what a bot may send
STICKERS = {
    "446": range(1988, 2028),
    "789": range(10855, 10895),
    "1070": range(17839, 17879),
    "6136": range(10551376, 10551400),
    "6325": range(10979904, 10979928),
    "6359": range(11069848, 11069872),
    "6362": range(11087920, 11087944),
    "6370": range(11088016, 11088040),
    "6632": range(11825374, 11825398),
    "8515": range(16581242, 16581266),
    "8522": range(16581266, 16581290),
    "8525": range(16581290, 16581314),
    "11537": range(52002734, 52002774),
    "11538": range(51626494, 51626534),
    "11539": range(52114110, 52114150),
}


def sendable(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    sticker = value["stickerId"]
    if not sticker.isdecimal() or int(sticker) not in STICKERS.get(value["packageId"], ()):
        yield Problem("is not a sticker that bots can send", (*path, "stickerId"))


def emojis_at_dollars(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    said = value["text"].encode("utf-16-le", "surrogatepass")
    for place, emoji in enumerate(value.get("emojis") or ()):
        if said[2 * emoji["index"] :][:2] != b"$\x00":
            yield Problem("index must point at $", (*path, "emojis", place, "index"))


def braces(value: dict[str, Any], path: Path) -> Iterator[Problem]:
    """Read textV2: ``{{`` and ``}}`` are braces, ``{key}`` must be given, anything else is an error."""
    bare = value["text"].replace("{{", "").replace("}}", "")
    keys = re.findall(r"\{([^{}]*)\}", bare)
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", bare)):
        yield Problem("braces must be paired or doubled", (*path, "text"))
    given = value.get("substitution") or {}
    for key in keys:
        if key not in given:
            yield Problem(f"{{{key}}} is not in substitution", (*path, "text"))


def substitutions(value: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict) or len(value) > 100:
        yield Problem("size must be between 0 and 100", path)
        return
    kinds = [each.get("type") for each in value.values() if isinstance(each, dict)]
    for key, each in value.items():
        if not re.fullmatch(r"[A-Za-z0-9_]{1,20}", key):
            yield Problem("invalid key", (*path, key))
        if not isinstance(each, dict) or each.get("type") not in ("emoji", "mention"):
            yield Problem("invalid property", (*path, key, "type"))
        elif each["type"] == "mention":
            yield Problem("mention can't be used in a one-on-one chat", (*path, key))
    if kinds.count("emoji") > 20:
        yield Problem("at most 20 emojis", path)


EMOJI = fields(
    {"index": whole(), "productId": text(100), "emojiId": text(100)}, ("index", "productId", "emojiId")
)
MEDIA = {"originalContentUrl": https, "previewImageUrl": https}
KINDS: dict[str, Check] = {
    "text": every(fields({"emojis": many(EMOJI, 20, least=0)}), emojis_at_dollars),
    "textV2": every(fields({"text": text(TEXT_UNITS), "substitution": substitutions}, ("text",)), braces),
    "sticker": every(
        fields({"packageId": text(20), "stickerId": text(20)}, ("packageId", "stickerId")), sendable
    ),
    "image": fields(MEDIA, ("originalContentUrl", "previewImageUrl")),
    "video": fields({**MEDIA, "trackingId": text(100)}, ("originalContentUrl", "previewImageUrl")),
    "audio": fields({"originalContentUrl": https, "duration": whole(1)}, ("originalContentUrl", "duration")),
    "location": fields(
        {
            "title": text(100),
            "address": text(100),
            "latitude": number(-90, 90),
            "longitude": number(-180, 180),
        },
        ("title", "address", "latitude", "longitude"),
    ),
    "imagemap": IMAGEMAP,
    "template": TEMPLATE_MESSAGE,
    "flex": FLEX_MESSAGE,
    "coupon": fields({"couponId": text(100), "deliveryTag": text(30)}, ("couponId",)),
}


def persona(value: Any, path: Path) -> Iterator[Problem]:
    if "line" in (value.get("name") or "").lower():
        yield Problem("contains a word that can't be used", (*path, "name"))


ITEM = fields(
    {"type": one_of("action"), "imageUrl": https, "action": action(QUICK_REPLY)}, ("type", "action")
)
AROUND = fields(
    {
        "type": anything,
        "quoteToken": text(1000),
        "quickReply": fields({"items": many(ITEM, 13)}, ("items",)),
        "sender": every(fields({"name": text(20), "iconUrl": https}), persona),
    }
)


def require_messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages of a request, or refuse all of them for the first fault as LINE does."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES_PER_REQUEST:
        raise body_errors([Problem(f"Size must be between 1 and {MESSAGES_PER_REQUEST}", ("messages",))])
    if problems := [found for place, each in enumerate(messages) for found in _outline(each, place)]:
        raise body_errors(problems)
    for place, message in enumerate(messages):
        if problems := [*AROUND(message, ()), *KINDS[message["type"]](message, ())]:
            raise message_errors(place, problems)
    return messages


def _outline(message: Any, place: int) -> Iterator[Problem]:
    kind = message.get("type") if isinstance(message, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        yield Problem(
            f"Must be one of the following values: [{', '.join(KINDS)}]", ("messages", place, "type")
        )
    elif kind == "text":
        yield from _plain_text(message.get("text"), ("messages", place, "text"))


def _plain_text(said: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(said, str) or not said:
        yield Problem("May not be empty", path)
    elif is_longer(said, TEXT_UNITS, units):
        yield Problem(f"Length must be between 0 and {TEXT_UNITS}", path)
