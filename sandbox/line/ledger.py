"""Ledger: what the platform remembers of a channel's sending: reply tokens, retry keys, quota, rates."""

from __future__ import annotations

import secrets
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sandbox.line.refusal import Refused, broken

REPLY_SECONDS = 60.0  # from the delivery of the webhook (#send-reply-message-reply-token)
REPLY_SECONDS_SINCE_EVENT = 20 * 60.0  # however often it is redelivered
RETRY_SECONDS = 24 * 3600.0  # docs/messaging-api/retrying-api-request
JST = timedelta(hours=9)

PER_SECOND = 2_000.0
RATES: Mapping[str, tuple[float, float]] = {  # calls, in seconds (#rate-limits)
    "multicast": (200, 1),
    "broadcast": (60, 3600),
    "loading": (100, 1),
    "richmenu.create": (100, 3600),
    "richmenu.delete": (100, 3600),
    "richmenu.list": (10, 1),
    "webhook.test": (60, 3600),
}


@dataclass
class ReplyToken:
    chat: str
    event_at: float
    delivered_at: float | None = None
    used_for: Any = None  # the messages of its one reply


@dataclass
class ReplyTokens:
    """Tokens by name, oldest first."""

    tokens: dict[str, ReplyToken] = field(default_factory=dict)

    def issue(self, chat: str, now: float) -> str:
        token = secrets.token_hex(16)
        self.register(token, chat, now)
        return token

    def register(self, token: str, chat: str, now: float) -> None:
        self._forget(now)
        self.tokens[token] = ReplyToken(chat, now)

    def delivered(self, token: str, now: float) -> None:
        """Start the minute, or start it anew for a redelivery."""
        known = self.tokens.get(token)
        if known and known.used_for is None and now - known.event_at <= REPLY_SECONDS_SINCE_EVENT:
            known.delivered_at = now

    def spend(self, token: Any, messages: list[dict[str, Any]], now: float) -> str:
        """Use a token up and return the chat it answers."""
        known = self.tokens.get(token) if isinstance(token, str) else None
        if known is None or known.delivered_at is None:
            raise broken(400, "Invalid reply token")
        if known.used_for is not None:
            is_resent = known.used_for == messages  # after a lost answer an honest bot asks again
            raise Refused(
                400,
                "Invalid reply token",
                violations=() if is_resent else ["reply token used again for other messages"],
            )
        if now - known.delivered_at > REPLY_SECONDS:
            raise Refused(400, "Invalid reply token")
        known.used_for = messages
        return known.chat

    def _forget(self, now: float) -> None:
        for token, known in list(islice(self.tokens.items(), 8)):
            if now - known.event_at > REPLY_SECONDS_SINCE_EVENT + REPLY_SECONDS:
                del self.tokens[token]


@dataclass(frozen=True)
class Accepted:
    at: float
    request_id: str
    request: Any
    answer: dict[str, Any]


@dataclass
class RetryKeys:
    """Requests accepted under a key; a refused request does not use its key up."""

    accepted: dict[str, Accepted] = field(default_factory=dict)

    def check(self, key: str | None, request: Any, now: float) -> None:
        if key is None:
            return
        if not _is_uuid(key):
            raise broken(400, "The retry key must be a UUID in hexadecimal notation")
        before = self.accepted.get(key)
        if before and now - before.at < RETRY_SECONDS:
            raise Refused(
                409,
                "The retry key is already accepted",
                violations=() if before.request == request else ["retry key used again for another request"],
                headers={"X-Line-Accepted-Request-Id": before.request_id},
                more={"sentMessages": before.answer["sentMessages"]}
                if "sentMessages" in before.answer
                else {},
            )

    def keep(self, key: str | None, accepted: Accepted) -> None:
        if key is not None:
            self.accepted[key] = accepted


def _is_uuid(key: str) -> bool:
    try:
        return str(uuid.UUID(key)) == key.lower()
    except ValueError:
        return False


@dataclass
class Quota:
    """People reached per calendar month of Japan, and requests per day for the delivery counts."""

    used: Counter[str] = field(default_factory=Counter)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)

    def used_now(self, now: float) -> int:
        return self.used[_in_japan(now).strftime("%Y%m")]

    def require(self, people: int, limit: int | None, now: float) -> None:
        if limit is not None and self.used_now(now) + people > limit:
            raise Refused(429, "You have reached your monthly limit.")

    def count(self, how: str, people: int, now: float) -> None:
        """Count; replies are free."""
        day = _in_japan(now)
        self.sent[how, day.strftime("%Y%m%d")] += people
        if how != "reply":
            self.used[day.strftime("%Y%m")] += people

    def is_past(self, day: str, now: float) -> bool:
        return day < _in_japan(now).strftime("%Y%m%d")


def _in_japan(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC) + JST


@dataclass
class Flood:
    """Pushes to one person within a minute; LINE keeps its own bound secret."""

    most: int | None = 1000
    minute: int = 0
    pushed: Counter[str] = field(default_factory=Counter)

    def require(self, users: Sequence[str], now: float) -> None:
        if int(now // 60) != self.minute:
            self.minute, self.pushed = int(now // 60), Counter()
        self.pushed.update(users)
        if self.most is not None and any(self.pushed[user] > self.most for user in users):
            raise Refused(
                429,
                "The API rate limit has been exceeded. Try again later.",
                violations=["flood to one user"],
            )


@dataclass
class Bucket:
    calls: float
    per: float
    left: float
    at: float

    def take(self) -> bool:
        now = time.monotonic()
        self.left = min(self.calls, self.left + (now - self.at) * self.calls / self.per)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass
class Rates:
    """One token bucket per call name; ``limits`` may be changed before the first call."""

    limits: dict[str, tuple[float, float]] = field(default_factory=lambda: dict(RATES))
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def require(self, what: str) -> None:
        bucket = self.buckets.get(what)
        if bucket is None:
            calls, per = self.limits.get(what, (PER_SECOND, 1))
            bucket = self.buckets[what] = Bucket(calls, per, calls, time.monotonic())
        if not bucket.take():
            raise Refused(429, "The API rate limit has been exceeded. Try again later.")
