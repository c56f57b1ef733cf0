"""Reading: what one stored request means, free of Slack. The unknown is ignored, never an exception."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.payloads import decode
from bot.slack.bodies import (
    CHANGED,
    DELETED,
    TOMBSTONE,
    bots_of,
    is_changed,
    is_gone,
    is_noise,
    is_said,
    sender_of,
)
from flows.inbound import (
    Deactivated,
    Edited,
    File,
    HomeOpened,
    Ignored,
    Inbound,
    Kind,
    MessagesOpened,
    Sent,
    StaffJoined,
    StaffLeft,
    Submitted,
    Typed,
    Unsent,
    WordTapped,
)
from flows.words import Word, word_of

Json = dict[str, Any]

ASKED = re.compile(r"([0-9a-f]{32}):(0|[1-9][0-9]{0,8})")
LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^<>|]*\|([^<>]+)>|<((?:https?|mailto|tel):[^<>|]+)>")
KINDS = {"image": Kind.PHOTO, "audio": Kind.VOICE, "video": Kind.VIDEO}
MOST_FILES, MOST_NAME = 10, 200  # Slack's own limit of one message; what the store holds
HELD = (
    "value",
    "selected_option",
    "selected_options",
    "selected_date",
    "selected_time",
    "selected_date_time",
    "selected_user",
    "selected_users",
    "selected_conversation",
    "selected_conversations",
    "selected_channel",
    "selected_channels",
    "rich_text_value",
    "files",
)


def read(body: Json, kind: str, happened_at: datetime, staff_channel: str = "") -> Inbound:
    """Turn a stored, masked request into what happened."""
    if kind in ("member_joined_channel", "member_left_channel"):
        return _staff(body, kind, happened_at, staff_channel)
    reader = READERS.get(kind)
    return reader(body, happened_at) if reader else Ignored(kind[:40] or "nothing", happened_at)


def spoken(text: str) -> str:
    """Give the words as they were typed: Slack escapes three characters and marks links."""
    return html.unescape(
        LINK.sub(lambda hit: hit[1] or hit[2].removeprefix("mailto:").removeprefix("tel:"), text)
    )


def _staff(body: Json, kind: str, at: datetime, staff_channel: str) -> Inbound:
    event = _object(body.get("event"))
    if not staff_channel or event.get("channel") != staff_channel:
        return Ignored("another channel", at)
    if sender_of(body) in bots_of(body) | {""}:
        return Ignored("ourselves", at)
    return StaffJoined(at) if kind == "member_joined_channel" else StaffLeft(at)


def _message(body: Json, at: datetime) -> Inbound:
    event = _object(body.get("event"))
    if event.get("channel_type") != "im" or not is_said(event) or is_noise(body):
        return Ignored("no message to us", at)
    ts, thread = _words(event.get("ts")), _words(event.get("thread_ts"))
    text = spoken(_words(event.get("text")))
    quoted = thread if thread != ts else ""
    if event.get("subtype") == "file_share" or event.get("files"):
        files = tuple(map(_file, _files(event)))
        kind = files[0].kind if files else Kind.FILE
        return Sent(kind, at, ts, (text,) if text.strip() else (), files, quoted)
    return Typed(text, at, ts, quoted) if text.strip() else Ignored("no words", at)


def _change(body: Json, at: datetime) -> Inbound:
    """A message written anew, or taken back: by deleting it, or down to the stone that stays under an answer."""
    event = _object(body.get("event"))
    if event.get("channel_type") != "im" or is_noise(body) or not is_changed(event):
        return Ignored("no change by a person", at)
    shown, before = _object(event.get("message")), _object(event.get("previous_message"))
    if is_gone(event):
        gone = _words(event.get("deleted_ts")) or _words(before.get("ts")) or _words(shown.get("ts"))
        return Unsent(gone, at) if gone else Ignored("nothing deleted", at)
    ts, thread = _words(shown.get("ts")), _words(shown.get("thread_ts"))
    text = spoken(_words(shown.get("text")))
    lost = tuple(_words(file.get("id")) for file in _files(shown) if file.get("mode") == TOMBSTONE)
    quoted = thread if thread != ts else ""
    return Edited(ts, text, at, quoted, lost) if ts else Ignored("nothing changed", at)


def _files(event: Json) -> list[Json]:
    files = event.get("files")
    return [_object(file) for file in files[:MOST_FILES]] if isinstance(files, list) else []


def _file(given: Json) -> File:
    kind = KINDS.get(_words(given.get("mimetype")).partition("/")[0], Kind.FILE)
    size = given.get("size")
    is_size = isinstance(size, int) and 0 <= size < 1 << 31
    name, id = _words(given.get("name"))[:MOST_NAME], _words(given.get("id"))[:64]
    return File(kind, name, int(size or 0) if is_size else 0, id)


def _home(body: Json, at: datetime) -> Inbound:
    tab = _object(body.get("event")).get("tab", "home")
    return HomeOpened(at) if tab == "home" else MessagesOpened(at)


def _action(body: Json, at: datetime) -> Inbound:
    actions = body.get("actions")
    first = _object(actions[0]) if isinstance(actions, list) and actions else {}
    value = _words(first.get("value")) or _words(_object(first.get("selected_option")).get("value"))
    if not value and first.get("url"):
        return Ignored("opened a link", at)  # Slack tells of it; there is nothing to do
    return decode(value, at) or Ignored("forged", at)


def _submission(body: Json, at: datetime) -> Inbound:
    view = _object(body.get("view"))
    asked = ASKED.fullmatch(_words(view.get("private_metadata")))
    if asked is None:
        return Ignored("forged", at)
    blocks = _object(_object(view.get("state")).get("values"))
    values = {
        key: "\n".join(filter(None, map(_held, _object(block).values()))) for key, block in blocks.items()
    }
    return Submitted(asked[1], int(asked[2]), values, at)


def _held(held: Any) -> str:
    """Give what stands in an input as text; a list as lines."""
    given = _object(held)
    return next((_plain(given[name]) for name in HELD if given.get(name) is not None), "")


def _plain(value: Any) -> str:
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case list():
            return "\n".join(filter(None, map(_plain, value)))
        case dict():
            return _plain_object(value)
    return ""


def _plain_object(value: Json) -> str:
    """Give an option's value, a file's id, or the words of rich text."""
    if isinstance(value.get("elements"), list):
        return ("\n" if value.get("type") == "rich_text" else "").join(map(_plain, value["elements"]))
    return next((value[name] for name in ("value", "text", "id") if isinstance(value.get(name), str)), "")


def _command(body: Json, at: datetime) -> Inbound:
    text = spoken(_words(body.get("text"))).strip()
    if not text:
        return WordTapped(Word.MENU.value, at)
    word = word_of(text)
    return WordTapped(word.value, at) if word else Typed(text, at)


def _person(body: Json, at: datetime) -> Inbound:
    user = _object(_object(body.get("event")).get("user"))
    return Deactivated(at) if user.get("deleted") is True else Ignored("somebody changed", at)


READERS: dict[str, Callable[[Json, datetime], Inbound]] = {
    "message": _message,
    CHANGED: _change,
    DELETED: _change,
    "app_home_opened": _home,
    "block_actions": _action,
    "view_submission": _submission,
    "command": _command,
    "user_change": _person,
}


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
