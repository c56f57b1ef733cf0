"""Sending: what can become of one call to a platform. Clients classify; delivery decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Result(Enum):
    SENT = "sent"  # accepted; on LINE 409 counts as this
    RETRY = "retry"  # surely not accepted; try again after ``after`` seconds
    PERMANENT = "permanent"  # never will be; ``error`` says why
    UNKNOWN = "unknown"  # timeout, reset, 5xx: may or may not have been accepted
    TOKEN_GONE = "token_gone"  # LINE: the reply token was used or has expired
    QUOTA = "quota"  # LINE: this month's pushes are spent
    UNREACHABLE = "unreachable"  # Slack: the person was deactivated or cannot be seen


@dataclass(frozen=True)
class Outcome:
    """``ids`` are the platform's message ids, in the order of the messages sent. ``error`` holds no personal data."""

    result: Result
    ids: tuple[str, ...] = ()
    after: float = 0.0
    error: str = ""

    @property
    def is_limited(self) -> bool:
        """Tell whether the platform asked to be called less often; a flood to one person concerns only him."""
        is_line = self.error.startswith("429") and "rate limit" in self.error.lower()
        return self.result is Result.RETRY and (is_line or self.error == "ratelimited")


class ContentRefused(Exception):
    """The bytes of a photo or a file were not given; ``status`` is 0 when nobody answered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"content: {status}")
        self.status = status
