"""Outcomes: what Slack's refusals and the network's faults mean for the message that was to be sent."""

from __future__ import annotations

import math
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.sends.sending import Outcome, Result

LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
UNSURE = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
)  # may have succeeded
GONE = frozenset({"user_disabled", "user_not_found", "user_not_visible", "cannot_dm_bot"})
# not the person's fault: once the operator has mended the token or Slack has moved the workspace, it goes
TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
MOVING = frozenset({"team_added_to_org", "ekm_access_denied"})
PAUSE = 30.0
MOST_PAUSE = 3_600.0

FAULTS = (SlackApiError, aiohttp.ClientError, OSError, UnicodeDecodeError, AttributeError)


def failed(error: Exception) -> Outcome | None:
    """Classify what a call raised; None is a bug of ours."""
    match error:
        case SlackApiError():
            return _refused(error.response)
        case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
            return Outcome(Result.RETRY, after=1.0, error="no connection")
        case aiohttp.InvalidURL():
            return Outcome(Result.PERMANENT, error="no such address")
        case AttributeError() if error.name != "get":  # the SDK reads a text answer as if it were an object
            return None
    return Outcome(
        Result.UNKNOWN, error="timeout" if isinstance(error, TimeoutError) else type(error).__name__
    )


def _refused(response: Any) -> Outcome:
    """Read a refusal; the SDK hands over its own response, or aiohttp's when the body was no JSON."""
    data = getattr(response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    error = code if isinstance(code, str) else ""
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if status == 429 or error in LIMITED:
        return Outcome(Result.RETRY, after=_seconds(response.headers.get("Retry-After")), error="ratelimited")
    if status >= 500 or error in UNSURE or (status < 400 and not error):
        return Outcome(Result.UNKNOWN, error=error or f"http {status}")
    if error in GONE:
        return Outcome(Result.UNREACHABLE, error=error)
    if error in TOKEN or error in MOVING or not error:
        return Outcome(Result.RETRY, after=PAUSE, error=error or f"http {status}")
    return Outcome(Result.PERMANENT, error=error[:100])


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        return 1.0
    return min(max(seconds, 0.5), MOST_PAUSE) if math.isfinite(seconds) else 1.0
