"""Bodies: Slack's requests as we keep them: only what is needed, words masked, nothing that opens doors."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.arrivals import Arrived
from flows.rules.japanese.reading import mask_secrets

Json = dict[str, Any]

MOST_ID, MOST_SENDER, MOST_KIND = 200, 64, 40  # what the inbox keeps
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes NUL or half a character

SAID = frozenset({"file_share", "thread_broadcast", "me_message"})  # subtypes that a person writes
TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
CHANGED, DELETED = "message_changed", "message_deleted"  # what a person does to a message of his
TOMBSTONE = "tombstone"  # what stays of a deleted message that others have answered
EVENT = "type subtype user channel channel_type ts thread_ts event_ts tab text files deleted_ts"
ANEW, BEFORE = "type subtype user ts thread_ts text edited files", "user ts thread_ts"
PERSON = "id deleted is_bot is_restricted is_ultra_restricted tz"  # of a profile nothing else
FILE = "id name mimetype filetype size mode"
INTERACTION = "type callback_id action_ts message_ts is_cleared"
MESSAGE = "ts thread_ts"
VIEW = "id type hash callback_id private_metadata external_id"
ACTION = (
    "type action_id block_id action_ts value selected_option selected_options selected_date selected_time"
    " selected_date_time selected_user selected_conversation selected_channel"
)
COMMAND = "command text channel_id user_id team_id"


def arrived(body: Json, kind: str, now: datetime) -> Arrived:
    """Turn a verified request into what is stored; ``now`` stands in where Slack names no moment."""
    cleaning = _Cleaning()
    kept = KEEP.get(kind, _Cleaning.event)(cleaning, body)
    if cleaning.kinds:
        kept["masked"] = list(dict.fromkeys(cleaning.kinds))
    return Arrived(
        platform="slack",
        external_id=_identity(body, kind) or _digest(kept),
        sender=_short(sender_of(kept), MOST_SENDER),
        kind=kind[:MOST_KIND],
        body=kept,
        happened_at=_moment(kept, now),
        trigger_id=_words(body.get("trigger_id")),
    )


def is_noise(body: Json) -> bool:
    """Tell whether an event was made by a bot, us above all, or changes a message without a person's doing."""
    event = _object(body.get("event"))
    if event.get("bot_id") or event.get("bot_profile") or sender_of(body) in bots_of(body):
        return True
    if kind_of(event) in (CHANGED, DELETED):
        return not is_changed(event)
    user = _object(event.get("user"))
    return bool(user.get("is_bot")) or (event.get("type") == "message" and not is_said(event))


def kind_of(event: Json) -> str:
    """Name what an event tells of; a message that is changed or deleted is no message."""
    if event.get("type") == "message" and event.get("subtype") in (CHANGED, DELETED):
        return DELETED if is_gone(event) else CHANGED
    return _words(event.get("type"))


def is_changed(event: Json) -> bool:
    """Tell whether a person wrote his message anew or took it back; a preview of a link only adds to it."""
    shown, before = _object(event.get("message")), _object(event.get("previous_message"))
    if any(each.get("bot_id") or each.get("bot_profile") for each in (shown, before)):
        return False
    if is_gone(event):
        return bool(_words(before.get("user")))
    has_lost = any(_object(file).get("mode") == TOMBSTONE for file in _list(shown.get("files")))
    return (has_lost or bool(_object(shown.get("edited")))) and is_said(shown)


def is_gone(event: Json) -> bool:
    """Tell whether a change takes a message away; where others have answered it, Slack leaves a stone."""
    return event.get("subtype") == DELETED or _object(event.get("message")).get("subtype") == TOMBSTONE


def is_said(event: Json) -> bool:
    """Tell whether a person wrote this message; what has no readable subtype nobody knows."""
    subtype = event.get("subtype")
    return subtype is None or (isinstance(subtype, str) and subtype in SAID)


def sender_of(body: Json) -> str:
    """Name who acted, in an event, an interaction or a command."""
    event = body.get("event")
    if isinstance(event, dict) and kind_of(event) in (CHANGED, DELETED):
        writing = event.get("previous_message" if is_gone(event) else "message")
        return _words(_object(writing).get("user"))
    user = _object(event).get("user") if event is not None else body.get("user") or body.get("user_id")
    return _words(user.get("id")) if isinstance(user, dict) else _words(user)


def bots_of(body: Json) -> set[str]:
    """Name ourselves: each event says for which bot user it came."""
    given = [_object(each) for each in _list(body.get("authorizations"))]
    return {_words(each.get("user_id")) for each in given if each.get("is_bot")} - {""}


@dataclass
class _Cleaning:
    """One walk through a request."""

    kinds: list[str] = field(default_factory=list)

    def event(self, body: Json) -> Json:
        event = _object(body.get("event"))
        kept = self._of(event, EVENT)
        if isinstance(event.get("user"), dict):
            kept["user"] = self._of(event["user"], PERSON)
        if "text" in kept:
            kept["text"] = self._mask(kept["text"])
        for name, keys in (("message", ANEW), ("previous_message", BEFORE)):
            if isinstance(event.get(name), dict):
                kept[name] = self._of(event[name], keys)
        if "text" in kept.get("message", {}):
            kept["message"]["text"] = self._mask(kept["message"]["text"])
        for part in (kept, kept.get("message", {})):
            if "files" in part:
                part["files"] = [self._file(_object(file)) for file in _list(part["files"])]
        bots = [{"user_id": bot, "is_bot": True} for bot in sorted(bots_of(body))]
        return {**self._of(body, "type event_id event_time team_id"), "authorizations": bots, "event": kept}

    def _file(self, given: Json) -> Json:
        kept = self._of(given, FILE)
        return {**kept, "name": self._mask(kept["name"])} if "name" in kept else kept

    def interaction(self, body: Json) -> Json:
        kept = self._of(body, INTERACTION)
        kept["user"] = self._of(_object(body.get("user")), "id")
        for name, keys in (("team", "id"), ("channel", "id"), ("message", MESSAGE), ("view", VIEW)):
            if isinstance(body.get(name), dict):
                kept[name] = self._of(body[name], keys)
        for action in _list(body.get("actions")):
            kept.setdefault("actions", []).append(self._held(self._of(_object(action), ACTION)))
        for source, target in ((body, kept), (_object(body.get("view")), kept.get("view", {}))):
            if isinstance(source.get("state"), dict):
                target["state"] = {"values": self._values(source["state"].get("values"))}
        return kept

    def command(self, body: Json) -> Json:
        kept = self._of(body, COMMAND)
        return {**kept, "text": self._mask(kept.get("text", ""))}

    def _values(self, values: Any) -> Json:
        """Go through what stands in the inputs of a view or a message."""
        blocks = ((self._plain(key), _object(block)) for key, block in _object(values).items())
        return {
            key: {self._plain(name): self._held(self._any(held)) for name, held in block.items()}
            for key, block in blocks
        }

    def _held(self, held: Any) -> Any:
        if not isinstance(held, dict):
            return held
        if _words(held.get("type")) in TYPED and isinstance(held.get("value"), str):
            held["value"] = self._mask(held["value"])
        if "rich_text_value" in held:
            held["rich_text_value"] = self._masked_texts(held["rich_text_value"])
        return held

    def _masked_texts(self, part: Any) -> Any:
        if isinstance(part, list):
            return [self._masked_texts(each) for each in part]
        if not isinstance(part, dict):
            return part
        return {
            name: self._mask(each) if name in ("text", "url") else self._masked_texts(each)
            for name, each in part.items()
        }

    def _mask(self, said: Any) -> str:
        masked, kinds = mask_secrets(_words(said))
        self.kinds.extend(kinds)
        return masked

    def _of(self, given: Json, names: str) -> Json:
        return {name: self._any(given[name]) for name in names.split() if given.get(name) is not None}

    def _any(self, part: Any) -> Any:
        match part:
            case str():
                return self._plain(part)
            case dict():
                return {self._plain(str(name)): self._any(each) for name, each in part.items()}
            case list():
                return [self._any(each) for each in part]
            case float() if not math.isfinite(part):
                return None
        return part

    def _plain(self, text: str) -> str:
        return UNSTORABLE.sub("\ufffd", text)


KEEP = {
    "command": _Cleaning.command,
    **dict.fromkeys(
        ("block_actions", "view_submission", "view_closed", "shortcut", "message_action"),
        _Cleaning.interaction,
    ),
}


def _identity(body: Json, kind: str) -> str:
    """Give what names this happening for good; a redelivered event keeps its id."""
    view = _object(body.get("view"))
    if kind == "view_closed" and view.get("id"):
        return _short(f"{view['id']}.{view.get('hash', '')}", MOST_ID)
    return _short(body.get("event_id") or body.get("trigger_id"), MOST_ID)


def _digest(kept: Json) -> str:
    return f"sha256:{hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()}"


def _moment(kept: Json, now: datetime) -> datetime:
    event, actions = _object(kept.get("event")), [_object(each) for each in _list(kept.get("actions"))]
    given = (event.get("event_ts"), event.get("ts"), kept.get("event_time"))
    return _first_moment((*given, *(action.get("action_ts") for action in actions))) or now


def _first_moment(given: Iterable[Any]) -> datetime | None:
    for value in given:
        try:
            return datetime.fromtimestamp(float(value), UTC)
        except (TypeError, ValueError, OverflowError, OSError):
            continue
    return None


def _short(value: Any, most: int) -> str:
    return value if isinstance(value, str) and len(value) <= most else ""


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _words(value: Any) -> str:
    return value if isinstance(value, str) else ""
