"""Reading: what one stored event means, free of LINE. What we do not know is ignored, never an exception."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.payloads import decode
from flows.inbound import File, Followed, Ignored, Inbound, Kind, Sent, Tapped, Typed, Unfollowed, Unsent

KINDS = {
    "sticker": Kind.STICKER,
    "image": Kind.PHOTO,
    "audio": Kind.VOICE,
    "video": Kind.VIDEO,
    "file": Kind.FILE,
    "location": Kind.PLACE,
}
MOST_NAME = 200
PICKED = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt]\d\d:\d\d)?|\d\d:\d\d", re.ASCII)


def read(body: dict[str, Any], happened_at: datetime) -> Inbound:
    """Turn a stored, masked event into what happened."""
    mode, source = body.get("mode", "active"), source_of(body)
    if mode == "standby":
        return Ignored("standby", happened_at)
    if mode != "active":
        return Ignored("unknown mode", happened_at)
    if source.get("type") in ("group", "room"):
        return Ignored("group", happened_at)
    kind = body.get("type")
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        return _unknown(happened_at, kind)
    if not _words(source.get("userId")):
        return Ignored("no sender", happened_at)
    return reader(body, happened_at)


def _message(body: dict[str, Any], at: datetime) -> Inbound:
    message = _object(body.get("message"))
    kind, id = message.get("type"), _words(message.get("id"))
    if kind == "text":
        text = _words(message.get("text"))
        quoted = _words(message.get("quotedMessageId"))
        return Typed(text, at, id, quoted) if text else _unknown(at, "message/text")
    if not isinstance(kind, str):
        return _unknown(at, "message")
    if kind == "location":
        address = _words(message.get("address")) or _words(message.get("title"))
        return Sent(Kind.PLACE, at, id, (address,) if address else ())
    words = message.get("keywords") if kind == "sticker" else None
    said = [
        _words(message.get("text")) if kind == "sticker" else "",
        *(words if isinstance(words, list) else ()),
    ]
    what = KINDS.get(kind, Kind.OTHER)
    files = (_file(what, message),) if kind == "file" else ()
    return Sent(what, at, id, tuple(word for word in map(_words, said) if word), files)


def _file(kind: Kind, message: dict[str, Any]) -> File:
    size = message.get("fileSize")
    is_size = isinstance(size, int) and 0 <= size < 1 << 31
    return File(kind, _words(message.get("fileName"))[:MOST_NAME], int(size or 0) if is_size else 0)


def _postback(body: dict[str, Any], at: datetime) -> Inbound:
    postback = _object(body.get("postback"))
    tapped = decode(_words(postback.get("data")), at)
    if tapped is None and "newRichMenuAliasId" in _object(postback.get("params")):
        return Ignored("menu switched", at)
    if tapped is None:
        return _unknown(at, "postback")
    if isinstance(tapped, Tapped):
        return replace(tapped, value=tapped.value + _picked(_object(postback.get("params"))))
    return tapped


def _picked(params: dict[str, Any]) -> str:
    """Give what was chosen in a datetimepicker; it knows no time zone, so it is Japan's."""
    for name in ("date", "time", "datetime"):
        if PICKED.fullmatch(said := _words(params.get(name))):
            return said
    return ""


def _unsend(body: dict[str, Any], at: datetime) -> Inbound:
    id = _words(_object(body.get("unsend")).get("messageId"))
    return Unsent(id, at) if id else _unknown(at, "unsend")


def _follow(body: dict[str, Any], at: datetime) -> Inbound:
    return Followed(at)


def _unfollow(body: dict[str, Any], at: datetime) -> Inbound:
    return Unfollowed(at)


def _unknown(at: datetime, what: Any) -> Ignored:
    return Ignored(f"unknown {_words(what)[:40]}".strip(), at)


def source_of(event: dict[str, Any]) -> dict[str, Any]:
    return _object(event.get("source"))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""


READERS: dict[str, Callable[[dict[str, Any], datetime], Inbound]] = {
    "message": _message,
    "postback": _postback,
    "unsend": _unsend,
    "follow": _follow,
    "unfollow": _unfollow,
}
