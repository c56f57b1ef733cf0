"""Webhook: LINE's events, verified, masked and read one by one; no surprise in one harms another."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from bot.arrivals import Arrived
from bot.line.reading import read, source_of
from flows.rules.japanese.reading import mask_secrets

__all__ = ["arrivals", "read", "verify"]

TOKENS = frozenset(
    {"replyToken", "markAsReadToken", "quoteToken"}
)  # worth something for a minute, or for ever
WORDS = frozenset({"text", "fileName", "title", "address"})  # where a person's own words may stand
MOST_ID, MOST_SENDER, MOST_TOKEN, MOST_KIND = 200, 64, 64, 40  # what the inbox keeps
WATCHED = TOKENS | WORDS
NESTED = (dict, list)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half a character


def verify(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Tell whether LINE signed these bytes with one of our secrets (two while they rotate)."""
    given = (signature or "").encode(errors="replace")
    is_ours = False
    for secret in filter(None, secrets):  # an empty secret is a missing setting: anybody could sign with it
        ours = _begun(secret).copy()
        ours.update(body)
        is_ours |= hmac.compare_digest(given, base64.b64encode(ours.digest()))
    return is_ours


@lru_cache(maxsize=8)
def _begun(secret: str) -> hmac.HMAC:
    """Begin a signature with a secret; what is copied from it need not begin again."""
    return hmac.new(secret.encode(), digestmod="sha256")


def arrivals(body: bytes, now: datetime) -> tuple[Arrived, ...]:
    """Take a webhook apart; ValueError when it is no envelope of events."""
    try:
        envelope, may_be_odd = _parsed(body)
        if not isinstance(envelope, dict) or not isinstance(envelope.get("events"), list):
            raise ValueError("not an object with a list of events")
        return tuple([_arrived(event, now, may_be_odd) for event in envelope["events"]])
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


JSON: dict[str, Any] = {"parse_constant": _no_constant, "parse_float": _finite}


def _parsed(body: bytes) -> tuple[Any, bool]:
    """Parse; tell also whether a string in it may hold what no database takes: only escapes and odd bytes make one."""
    try:
        return orjson.loads(body), b"\\" in body and b"\\u" in body
    except (
        ValueError
    ):  # half a character, an endless number, no UTF-8, or no JSON at all: read with all patience
        return json.loads(body, **JSON), True


def _arrived(event: Any, now: datetime, may_be_odd: bool) -> Arrived:
    given = event if isinstance(event, dict) else {"type": "unreadable", "value": event}
    kinds: list[str] = []
    try:
        body: dict[str, Any] = _kept(_storable(given) if may_be_odd else given, kinds)
    except RecursionError:  # one event that nests too deeply must not cost the others theirs
        id = _storable(_short(given.get("webhookEventId"), MOST_ID))
        body = {"type": "unreadable", "webhookEventId": id}
    if kinds:
        body["masked"] = list(dict.fromkeys(kinds))
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


def _storable(part: Any) -> Any:
    """Replace what no database takes, wherever it stands."""
    if isinstance(part, str):
        return UNSTORABLE.sub("\ufffd", part)
    if isinstance(part, dict):
        return {_storable(key): _storable(each) for key, each in part.items()}
    return [_storable(each) for each in part] if isinstance(part, list) else part


def _kept(part: Any, kinds: list[str], *, are_words: bool = False) -> Any:
    """Leave tokens out, and mask where a person's own words may stand; what was masked is added to ``kinds``."""
    if isinstance(part, dict):
        kept = {}
        for name, each in part.items():
            if name not in WATCHED:
                kept[name] = each if type(each) is str or not isinstance(each, NESTED) else _kept(each, kinds)
            elif name in WORDS:
                kept[name] = _kept(each, kinds, are_words=True)
        return kept
    if isinstance(part, list):
        return [_kept(each, kinds, are_words=are_words) for each in part]
    if not are_words or not isinstance(part, str):
        return part
    masked, found = mask_secrets(part)
    kinds.extend(found)
    return masked


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
    if not isinstance(kind, str) or not kind:
        return "unreadable"
    inner = message.get("type") if kind == "message" and isinstance(message, dict) else None
    return (f"{kind}/{inner}" if isinstance(inner, str) else kind)[:MOST_KIND]


def _moment(value: Any, now: datetime) -> datetime:
    """Read milliseconds; ``now`` stands in for what is no moment."""
    if not isinstance(value, int) or isinstance(value, bool):
        return now
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return now
