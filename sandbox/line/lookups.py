"""Lookups: everything the bot may ask the platform, and the webhook's own settings."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sandbox.line.checks import Problem
from sandbox.line.door import Answer, Ask
from sandbox.line.refusal import Refused, body_errors, broken
from sandbox.line.sending import USER
from sandbox.line.world import LINK_SECONDS, LineWorld

OWN_MACHINE = frozenset(
    {"127.0.0.1", "localhost", "::1"}
)  # the one place where the sandbox allows plain http
PREVIEWED = ("image/", "video/")


def require_user_id(ask: Ask) -> str:
    user = ask.part("user_id")
    if not USER.fullmatch(user):
        raise broken(400, "The value for the 'userId' parameter is invalid")
    return user


def bot_info(world: LineWorld, ask: Ask) -> Answer:
    return Answer(
        {
            "userId": world.settings.bot_user_id,
            "basicId": "@" + world.settings.bot_user_id[1:9],
            "displayName": world.settings.bot_name,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
    )


def profile(world: LineWorld, ask: Ask) -> Answer:
    person = world.people.get(require_user_id(ask))
    if person is None or not person.can_be_seen():
        raise Refused(404, "Not found")
    return Answer({"userId": person.user_id, "displayName": person.name, "language": person.language})


def followers(world: LineWorld, ask: Ask) -> Answer:
    if not world.settings.is_verified:
        raise broken(403, "Access to this API is not available for your account")
    start, limit = _number(ask, "start", 0), _number(ask, "limit", 300)
    if not 1 <= limit <= 1000:
        raise broken(400, "The value for the 'limit' parameter is invalid")
    friends = world.friends()
    page: dict[str, Any] = {"userIds": friends[start : start + limit]}
    return Answer(page | {"next": str(start + limit)} if len(friends) > start + limit else page)


def _number(ask: Ask, name: str, usual: int) -> int:
    given = ask.request.query.get(name, str(usual))
    if not given.isdecimal():
        raise broken(400, f"The value for the '{name}' parameter is invalid")
    return int(given)


def quota(world: LineWorld, ask: Ask) -> Answer:
    limit = world.settings.monthly_limit
    return Answer({"type": "none"} if limit is None else {"type": "limited", "value": limit})


def consumption(world: LineWorld, ask: Ask) -> Answer:
    return Answer({"totalUsage": world.quota.used_now(world.clock())})


def delivered(world: LineWorld, ask: Ask) -> Answer:
    """Count the messages of one day; known the day after."""
    day = ask.request.query.get("date", "")
    if not re.fullmatch(r"\d{8}", day):
        raise broken(400, "The value for the 'date' parameter is invalid")
    if not world.quota.is_past(day, world.clock()):
        return Answer({"status": "unready"})
    return Answer({"status": "ready", "success": world.quota.sent[ask.part("how"), day]})


def content(world: LineWorld, ask: Ask) -> Answer:
    medium = world.media.get(ask.part("message_id"))
    if world.clock() < medium.ready_at:
        return Answer(b"", 202)
    return Answer(medium.content, content_type=medium.content_type)


def preview(world: LineWorld, ask: Ask) -> Answer:
    medium = world.media.get(ask.part("message_id"))
    if not medium.content_type.startswith(PREVIEWED):
        raise broken(400, "Preview doesn't support this type of content")
    return content(world, ask)


def transcoding(world: LineWorld, ask: Ask) -> Answer:
    return Answer({"status": world.media.transcoding(ask.part("message_id"), world.clock())})


def link_token(world: LineWorld, ask: Ask) -> Answer:
    user = require_user_id(ask)
    if not world.reachable([user]):
        raise Refused(404, "Not found")
    token = secrets.token_urlsafe(24)
    world.link_tokens[token] = (user, world.clock() + LINK_SECONDS)
    return Answer({"linkToken": token})


def get_webhook(world: LineWorld, ask: Ask) -> Answer:
    return Answer({"endpoint": world.settings.webhook_url, "active": True})


def set_webhook(world: LineWorld, ask: Ask) -> Answer:
    world.settings.webhook_url = _endpoint(ask.body.get("endpoint"))
    return Answer()


async def test_webhook(world: LineWorld, ask: Ask) -> Answer:
    """Send ``events: []`` as the console's Verify button does, and tell how it went."""
    given = ask.body.get("endpoint")
    url = world.settings.webhook_url if given is None else _endpoint(given)
    outcome = await world.sender.post(world.sender.body([]), url=url)
    return Answer(
        {
            "success": outcome.status == 200,
            "timestamp": datetime.fromtimestamp(world.clock(), UTC).isoformat(timespec="milliseconds"),
            "statusCode": outcome.status,
            "reason": "OK" if outcome.status == 200 else outcome.reason.replace("OK", "ERROR_STATUS_CODE"),
            "detail": str(outcome.status or outcome.reason),
        }
    )


def _endpoint(given: Any) -> str:
    if not isinstance(given, str) or not _is_endpoint(given):
        raise body_errors([Problem("Invalid webhook endpoint URL", ("endpoint",))])
    return given


def _is_endpoint(given: str) -> bool:
    try:
        url = urlsplit(given)
    except ValueError:
        return False
    is_near = url.scheme == "http" and url.hostname in OWN_MACHINE
    return len(given) <= 500 and bool(url.hostname) and (url.scheme == "https" or is_near)
