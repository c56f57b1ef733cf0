"""Events: webhook event objects as LINE writes them (reference/messaging-api/#webhook-event-objects)."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MESSAGE_IDS = itertools.count(561_000_000_000_000_001)

# The events that carry a reply token.
REPLYABLE = frozenset({"message", "postback", "follow", "accountLink", "join", "memberJoined", "beacon"})
QUOTABLE = frozenset({"text", "sticker", "image", "video"})


def ulid(now: float) -> str:
    value = int(now * 1000) << 80 | secrets.randbits(80)
    return "".join(CROCKFORD[value >> shift & 31] for shift in range(125, -1, -5))


def new_user_id() -> str:
    return "U" + secrets.token_hex(16)


def new_message_id() -> str:
    return str(next(MESSAGE_IDS))


def new_quote_token() -> str:
    return secrets.token_urlsafe(32)


def event(kind: str, user: str, now: float, reply_token: str | None = None, **body: Any) -> dict[str, Any]:
    """Write one event with everything that LINE always fills in."""
    written = {
        "type": kind,
        **body,
        "webhookEventId": ulid(now),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(now * 1000),
        "source": {"type": "user", "userId": user},
        "mode": "active",
    }
    return {**written, "replyToken": reply_token} if reply_token else written


def filled(given: Mapping[str, Any], now: float) -> dict[str, Any]:
    """Add what a hand-written event leaves out; what it says stays as it is."""
    usual = event(str(given.get("type")), "", now)
    del usual["source"]
    return {**usual, **given}


def message(kind: str, **body: Any) -> dict[str, Any]:
    """Write a message object of a person; empty properties are left out, as LINE does."""
    written = {
        "type": kind,
        "id": new_message_id(),
        **{name: each for name, each in body.items() if each is not None},
    }
    if kind in QUOTABLE:
        written["quoteToken"] = new_quote_token()
    return {**written, "markAsReadToken": secrets.token_urlsafe(32)}


def sticker(package_id: str, sticker_id: str, keywords: Sequence[str]) -> dict[str, Any]:
    return message(
        "sticker",
        packageId=package_id,
        stickerId=sticker_id,
        stickerResourceType="STATIC",
        keywords=list(keywords) or None,
    )


def redelivered(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Mark events as sent again; nothing else changes."""
    return [{**each, "deliveryContext": {"isRedelivery": True}} for each in events]
