"""Journal: what was answered, by key; append-only, the latest entry of a key counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import TypeAlias

from flows.quick import quick

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"

BY_RULES = "rules"


@quick
@dataclass(frozen=True)
class Entry:
    """One answer: ``raw`` as it was typed, ``value`` in normal form, ``given`` the digest of what it is about."""

    key: str
    value: Json
    given: str = ""
    raw: str = ""
    turn: int = 0
    is_blank: bool = False  # taken back: the step opens again
    thought_by: str = ""  # of a thought: the prompt, its version and the model, or the rules


class Journal:
    """The entries of one conversation, oldest first."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(entries)
        self._latest = {entry.key: entry for entry in self.entries}
        self.run: object = None  # where a replay of it came to: the next one goes on from there

    def latest(self, *keys: str) -> Entry | None:
        """Return the entry that counts for the first of these keys that has one."""
        for key in keys:
            entry = self._latest.get(key)
            if entry is not None:
                return None if entry.is_blank else entry
        return None

    def is_taken_back(self, *keys: str) -> bool:
        """Tell whether somebody took back what the first of these keys was answered with."""
        latest = next((self._latest[key] for key in keys if key in self._latest), None)
        return latest is not None and latest.is_blank

    def former(self, *keys: str) -> Entry | None:
        """Return what a person had answered before he took it back, if the key is blank now."""
        for key in keys:
            latest = self._latest.get(key)
            if latest is not None and latest.is_blank:
                before = [entry for entry in self.entries if entry.key == key and not entry.is_blank]
                return before[-1] if before and before[-1].raw else None
        return None

    def write(self, *entries: Entry) -> Journal:
        longer = Journal((*self.entries, *entries))
        longer.run, self.run = self.run, None
        return longer


def plain(value: object) -> Json:
    """Turn dataclasses, models, enums, dates and tuples into plain JSON data."""
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, Enum):
        return value.name
    if hasattr(value, "model_dump"):  # a result of prompts/, which are pydantic models
        return plain(value.model_dump(mode="json"))
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not plain data")


_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(given: object) -> str:
    """Name what an answer is about: equal data gives equal digests, in any process and release."""
    if given is None:
        return ""
    text = _written(plain(given))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
