"""Talk: consented owners who answer posting's questions, and the webhooks that carry their words.

Seven typed answers, from the wish to the draft: six questions and one drawn card. The model is off, so the rules
word the draft within the turn. No two owners wish in the same words: what a cache keeps of one is no help with
the next. Every body is signed as LINE signs, and has an event id of its own. Light to import: the sender is.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ANSWERS = (
    "ネットでもっと売りたいんだけど、若いのがいなくて。創業{owner}日目",
    "見ても買ってくれない かな",
    "どっちも。まず写真かな",
    "わからん",
    "美咲。発送と電話番をしている",
    "8万",
    "うちは明治から味噌をつくっています。買いやすいお店にしてくれる人がいたらうれしいです。{owner}",
)
Row = dict[str, Any]
AGAIN_EVERY = 10  # LINE sends again what it is unsure of: every tenth event comes twice


@dataclass(frozen=True)
class Hook:
    """One signed webhook. ``id`` is the event's; the same event may come again in other bytes."""

    id: str
    body: bytes
    signature: str


@dataclass(frozen=True)
class Step:
    """What one answer leaves behind: rows by column, JSON as text."""

    event: Row
    talk: Row
    entries: tuple[Row, ...]
    messages: tuple[Row, ...]


def owner_id(number: int) -> str:
    """Name an owner as LINE does; the same in every process."""
    return f"U{number:032x}"


def hooks(owner: int, secret: str) -> Iterator[Hook]:
    """Write one owner's answers in order, each tenth twice."""
    name = owner_id(owner)
    for number, words in enumerate(ANSWERS):
        id = f"{name[1:]}{number:02d}"
        yield signed(id, event(id, name, words.format(owner=owner)), secret)
        if (owner * len(ANSWERS) + number) % AGAIN_EVERY == 0:
            yield signed(id, event(id, name, words.format(owner=owner), is_again=True), secret)


def event(id: str, owner: str, words: str, *, is_again: bool = False) -> dict[str, object]:
    return {
        "type": "message",
        "message": {"type": "text", "id": id, "quoteToken": secrets.token_urlsafe(32), "text": words},
        "webhookEventId": id,
        "deliveryContext": {"isRedelivery": is_again},
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": owner},
        "replyToken": secrets.token_hex(16),
        "mode": "active",
    }


def signed(id: str, event: dict[str, object], secret: str) -> Hook:
    body = json.dumps(
        {"destination": "U" + "0" * 32, "events": [event]}, ensure_ascii=False, separators=(",", ":")
    ).encode()
    return Hook(id, body, base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode())


def answer_of(external_id: str) -> int:
    """Say which answer an event carries."""
    return int(external_id[-2:])
