"""Respond: what a bot may do through a response_url, and with the answer to a slash command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.slack import chat
from sandbox.slack.arguments import parsed
from sandbox.slack.refusal import Refusal
from sandbox.slack.shapes import Json
from sandbox.slack.state import Channel, Reply, State

if TYPE_CHECKING:
    from sandbox.slack.world import SlackWorld

USES, SECONDS = 5, 30 * 60  # docs.slack.dev/interactivity/handling-user-interaction


async def serve(world: SlackWorld, request: web.Request) -> web.StreamResponse:
    text = await request.text()
    body: Any = parsed(text)
    if request.content_type != "application/json" and "payload" in (form := await request.post()):
        body = parsed(form["payload"])
    status, answer = 200, "ok"
    broken: tuple[str, ...] = ()
    try:
        use(world.state, request.match_info["token"], body)
    except Refusal as refusal:
        status = 404 if refusal.error in ("used_url", "expired_url", "no_such_url") else 400
        answer = refusal.error
        broken = () if refusal.is_race else ("; ".join((refusal.error, *refusal.faults)),)
    world.wire.record("from_bot", "slack", "response_url", body, status, answer, broken)
    return web.Response(status=status, text=answer)


def use(state: State, token: str, body: Any) -> None:
    reply = state.replies.get(token)
    if reply is None:
        raise Refusal("no_such_url")
    if state.clock() - reply.at > SECONDS:
        raise Refusal("expired_url", race=True)
    if reply.uses >= USES:
        raise Refusal("used_url")
    if not isinstance(body, dict):
        raise Refusal("invalid_payload")
    apply(state, reply, body)
    reply.uses += 1


def apply(state: State, reply: Reply, body: Json) -> None:
    channel = state.channels[reply.channel]
    if body.get("delete_original"):
        return _delete(state, reply, channel)
    content = chat.read_content(body)
    if body.get("replace_original") and reply.ts:
        return _replace(state, reply, channel, content)
    show(state, channel, reply.user, content, body)


def show(state: State, channel: Channel, user: str, content: Json, body: Json) -> None:
    thread_ts = str(body.get("thread_ts") or "")
    if body.get("response_type") == "in_channel":
        chat.keep_message(state, channel, state.bot, content, thread_ts)
    else:
        chat.keep_ephemeral(state, channel, user, content, thread_ts)


def show_command_answer(state: State, channel: Channel, user: str, text: str) -> str:
    """Show what a bot answered a slash command with; name the fault if it cannot be shown."""
    if not text.strip():
        return ""
    body = parsed(text)
    body = body if isinstance(body, dict) else {"text": text}
    try:
        show(state, channel, user, chat.read_content(body), body)
    except Refusal as refusal:
        return "invalid_command_response: " + "; ".join((refusal.error, *refusal.faults))
    return ""


def _ephemeral(state: State, reply: Reply) -> Json | None:
    mine = state.ephemerals.get(reply.user, [])
    return next((m for m in mine if m["ts"] == reply.ts and m["channel"] == reply.channel), None)


def _delete(state: State, reply: Reply, channel: Channel) -> None:
    private = _ephemeral(state, reply)
    if private is not None:
        state.ephemerals[reply.user].remove(private)
    elif reply.ts in channel.messages:
        chat.remove_message(state, channel, channel.messages[reply.ts])


def _replace(state: State, reply: Reply, channel: Channel, content: Json) -> None:
    private = _ephemeral(state, reply)
    if private is not None:
        private.pop("blocks", None)
        private.update(content)
    elif reply.ts in channel.messages:
        chat.change_message(state, channel, channel.messages[reply.ts], {"blocks": [], **content})
