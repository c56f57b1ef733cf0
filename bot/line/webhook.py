"""Webhook: LINE's events, verified, masked and read one by one; no surprise in one harms another."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.arrivals import Arrived
from bot.line.reading import read, source_of
from flows.rules.reading import mask_secrets

__all__ = ["arrivals", "read", "verify"]

TOKENS = frozenset(
    {"replyToken", "markAsReadToken", "quoteToken"}
)  # worth something for a minute, or for ever
WORDS = frozenset({"text", "fileName", "title", "address"})  # where a person's own words may stand
MOST_ID, MOST_SENDER, MOST_TOKEN, MOST_KIND = 200, 64, 64, 40  # what the inbox keeps
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half a character


def verify(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Tell whether LINE signed these bytes with one of our secrets (two while they rotate)."""
    given = (signature or "").encode(errors="replace")
    is_ours = False
    for secret in filter(None, secrets):  # an empty secret is a missing setting: anybody could sign with it
        expected = base64.b64encode(hmac.digest(secret.encode(), body, "sha256"))
        is_ours |= hmac.compare_digest(given, expected)
    return is_ours


def arrivals(body: bytes, now: datetime) -> tuple[Arrived, ...]:
    """Take a webhook apart; ValueError when it is no envelope of events."""
    try:
        envelope = json.loads(body, parse_constant=_no_constant)
        if not isinstance(envelope, dict) or not isinstance(envelope.get("events"), list):
            raise ValueError("not an object with a list of events")
        return tuple(_arrived(event, now) for event in envelope["events"])
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _arrived(event: Any, now: datetime) -> Arrived:
    given = event if isinstance(event, dict) else {"type": "unreadable", "value": event}
    cleaning = _Cleaning()
    try:
        body = cleaning.clean(given)
    except RecursionError:  # one event that nests too deeply must not cost the others theirs
        body = {
            "type": "unreadable",
            "webhookEventId": cleaning.clean(_short(given.get("webhookEventId"), MOST_ID)),
        }
    if cleaning.kinds:
        body["masked"] = list(dict.fromkeys(cleaning.kinds))
    source = source_of(body)
    is_private = source.get("type") == "user"  # a group must never get what is meant for one person
    may_answer = is_private and body.get("mode") != "standby"
    return Arrived(
        platform="line",
        external_id=_short(body.get("webhookEventId"), MOST_ID) or _digest(body),
        sender=_short(source.get("userId"), MOST_SENDER) if is_private else "",
        kind=_kind(body),
        body=body,
        happened_at=_moment(body.get("timestamp"), now),
        reply_token=_short(given.get("replyToken"), MOST_TOKEN) if may_answer else "",
    )


@dataclass
class _Cleaning:
    """One walk through an event: tokens out, words masked, what no database takes replaced."""

    kinds: list[str] = field(default_factory=list)

    def clean(self, part: Any, name: str = "") -> Any:
        if isinstance(part, str):
            return self._string(part, name)
        if isinstance(part, dict):
            return {
                self._string(key): self.clean(each, key) for key, each in part.items() if key not in TOKENS
            }
        if isinstance(part, list):
            return [self.clean(each, name) for each in part]
        return None if isinstance(part, float) and not math.isfinite(part) else part

    def _string(self, said: str, name: str = "") -> str:
        if not said.isascii() or "\x00" in said:
            said = UNSTORABLE.sub("\ufffd", said)
        if name in WORDS:
            said, kinds = mask_secrets(said)
            self.kinds.extend(kinds)
        return said


def _short(value: Any, most: int) -> str:
    return value if isinstance(value, str) and len(value) <= most else ""


def _digest(body: dict[str, Any]) -> str:
    """Name an event without an id by what it says; a redelivery differs in ``deliveryContext`` only."""
    lasting = {name: part for name, part in body.items() if name != "deliveryContext"}
    said = json.dumps(lasting, sort_keys=True, ensure_ascii=False).encode()
    return f"sha256:{hashlib.sha256(said).hexdigest()}"


def _kind(body: dict[str, Any]) -> str:
    """Give ``message/text``, ``postback``, ``follow`` …"""
    kind, message = body.get("type"), body.get("message")
    inner = message.get("type") if kind == "message" and isinstance(message, dict) else None
    parts = [part for part in (kind, inner) if isinstance(part, str)]
    return "/".join(parts)[:MOST_KIND] or "unreadable"


def _moment(value: Any, now: datetime) -> datetime:
    """Read milliseconds; ``now`` stands in for what is no moment."""
    if not isinstance(value, int) or isinstance(value, bool):
        return now
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
