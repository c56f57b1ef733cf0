"""Sending: reply, push, multicast, broadcast and their validation (reference/messaging-api/#messages)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sandbox.line.checks import Problem
from sandbox.line.door import Answer, Ask
from sandbox.line.events import QUOTABLE, new_message_id, new_quote_token
from sandbox.line.ledger import Accepted
from sandbox.line.people import How
from sandbox.line.refusal import Refused, body_errors, broken
from sandbox.line.rules import require_messages
from sandbox.line.world import LineWorld

USER = re.compile(r"U[0-9a-f]{32}")
CHAT = re.compile(r"[UCR][0-9a-f]{32}")
MULTICAST_USERS = 500
LOADING = range(5, 61, 5)


def reply(world: LineWorld, ask: Ask) -> Answer:
    messages = require_messages(ask.body)
    token = world.reply_tokens.tokens.get(str(ask.body.get("replyToken")))
    if token:
        _require_quotes(world, messages, token.chat)
    now = world.clock()
    chat = world.reply_tokens.spend(ask.body.get("replyToken"), messages, now)
    sent = _write_down(world, chat, messages)
    if chat not in world.people or world.people[chat].can_be_reached(now):
        _deliver(world, chat, messages, sent, "reply")
        world.quota.count("reply", 1, now)
    return Answer({"sentMessages": sent})


def push(world: LineWorld, ask: Ask) -> Answer:
    messages = require_messages(ask.body)
    to = ask.body.get("to")
    if not isinstance(to, str) or not CHAT.fullmatch(to):
        raise broken(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
    if to not in world.people:
        raise broken(400, "Failed to send messages")
    _require_units(ask.body)
    _require_quotes(world, messages, to)
    reached = _accept(world, ask, [to])
    sent = _write_down(world, to, messages)
    for user in reached:
        _deliver(world, user, messages, sent, "push")
    return _accepted(world, ask, "push", len(reached), {"sentMessages": sent})


def multicast(world: LineWorld, ask: Ask) -> Answer:
    messages = require_messages(ask.body)
    to = ask.body.get("to")
    if not isinstance(to, list) or not 1 <= len(to) <= MULTICAST_USERS:
        raise body_errors([Problem(f"Size must be between 1 and {MULTICAST_USERS}", ("to",))])
    for place, user in enumerate(to):
        if not isinstance(user, str) or not USER.fullmatch(user):
            raise broken(
                400, f"The property, to[{place}], in the request body is invalid (line: -, column: -)"
            )
    _require_units(ask.body)
    return _to_many(world, ask, messages, list(dict.fromkeys(to)), "multicast")


def broadcast(world: LineWorld, ask: Ask) -> Answer:
    return _to_many(world, ask, require_messages(ask.body), world.friends(), "broadcast")


def validate(world: LineWorld, ask: Ask) -> Answer:
    require_messages(ask.body)
    return Answer()


def start_loading(world: LineWorld, ask: Ask) -> Answer:
    chat, seconds = ask.body.get("chatId"), ask.body.get("loadingSeconds")
    seconds = 20 if seconds is None else seconds
    if not isinstance(chat, str) or not USER.fullmatch(chat):
        raise body_errors([Problem("Only user id is acceptable, other ids are not supported", ("chatId",))])
    if not isinstance(seconds, int) or not LOADING.start <= seconds < LOADING.stop:
        raise body_errors([Problem("Must be between 5 and 60", ("loadingSeconds",))])
    if seconds not in LOADING:
        raise body_errors([Problem("must be a multiple of five", ("loadingSeconds",))])
    if world.reachable([chat]):
        world.start_loading(chat, seconds)
    return Answer(status=202)


def mark_as_read(world: LineWorld, ask: Ask) -> Answer:
    token = ask.body.get("markAsReadToken")
    if not isinstance(token, str) or token not in world.read_tokens:
        raise broken(
            400, "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook."
        )
    world.read_up_to[world.read_tokens[token]] = token
    return Answer()


def _to_many(
    world: LineWorld, ask: Ask, messages: list[dict[str, Any]], users: Sequence[str], how: How
) -> Answer:
    if any("quoteToken" in message for message in messages):
        raise broken(400, "quoteToken can't be used here")
    reached = _accept(world, ask, users)
    for user in reached:
        _deliver(world, user, messages, [{"id": new_message_id()} for _ in messages], how)
    return _accepted(world, ask, how, len(reached), {})


def _accept(world: LineWorld, ask: Ask, users: Sequence[str]) -> list[str]:
    """Pass the retry key and the quota, and return who can be reached; blocked people aren't counted."""
    now = world.clock()
    world.retry_keys.check(ask.retry_key, ask.body, now)
    reached = world.reachable(users)
    world.flood.require(reached, now)
    world.quota.require(len(reached), world.settings.monthly_limit, now)
    return reached


def _accepted(world: LineWorld, ask: Ask, how: How, people: int, answer: dict[str, Any]) -> Answer:
    now = world.clock()
    world.quota.count(how, people, now)
    world.retry_keys.keep(ask.retry_key, Accepted(now, ask.id, ask.body, answer))
    return Answer(answer)


def _write_down(world: LineWorld, chat: str, messages: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Give each message its id, and a quote token where it can be quoted."""
    sent = []
    for message in messages:
        one = {"id": new_message_id()}
        if message["type"] in QUOTABLE or message["type"] in ("textV2", "template", "flex"):
            one["quoteToken"] = new_quote_token()
            world.quote_tokens[one["quoteToken"]] = chat
        sent.append(one)
    return sent


def _deliver(
    world: LineWorld, chat: str, messages: list[dict[str, Any]], sent: Sequence[dict[str, str]], how: How
) -> None:
    for message, one in zip(messages, sent, strict=True):
        world.show_from_bot(chat, message, one["id"], how)


def _require_quotes(world: LineWorld, messages: list[dict[str, Any]], chat: str) -> None:
    for place, message in enumerate(messages):
        token = message.get("quoteToken")
        if token is not None and world.quote_tokens.get(token) != chat:
            raise body_errors([Problem("Invalid quote token", ("messages", place, "quoteToken"))])


def _require_units(body: dict[str, Any]) -> None:
    units = body.get("customAggregationUnits") or []
    good = isinstance(units, list) and len(units) <= 1
    if not good or any(not re.fullmatch(r"[A-Za-z0-9_]{1,30}", str(unit)) for unit in units):
        raise body_errors([Problem("invalid aggregation unit", ("customAggregationUnits",))])


def narrowcast(world: LineWorld, ask: Ask) -> Answer:
    """Refuse always: a small channel never has the 50 recipients that a narrowcast needs."""
    require_messages(ask.body)
    raise Refused(403, "Access to this API is not available for your account")
