"""Arrivals: what comes in through a platform's door, before it is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.messages import Form


@dataclass(slots=True)  # made for every event, and a frozen one takes three times as long to make
class Arrived:
    """One event as received: ``body`` is the platform's own JSON, masked, without short-lived secrets.

    ``reply_token`` (LINE) and ``trigger_id`` (Slack) live for seconds and are never stored with the body. Nobody changes
    one.
    """

    platform: str
    external_id: str
    sender: str
    kind: str
    body: dict[str, Any]
    happened_at: datetime
    reply_token: str = ""
    trigger_id: str = ""


@dataclass(frozen=True)
class Answered:
    """What a turn answers to a request that waits for it (Slack interactions)."""

    errors: dict[str, str] = field(default_factory=dict)  # key → words; the form stays open
    form: Form | None = None  # open this form, or put it in the place of the submitted one
    is_closed: bool = False  # close the form
    notice: str = ""  # a word shown only to the person who acted

    @classmethod
    def again(cls, kept: Any) -> Answered:
        """Give what was answered before, as the inbox keeps it; a form is not opened twice."""
        return cls(kept["errors"], None, kept["is_closed"], kept["notice"]) if kept else cls()
