"""Server: the Web API over HTTP, every call recorded, faults committed when ordered."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.chaos import Fault
from sandbox.slack import files, respond
from sandbox.slack.arguments import parsed, read_arguments
from sandbox.slack.conversations import missing_scope
from sandbox.slack.methods import METHODS, Method
from sandbox.slack.refusal import Refusal
from sandbox.slack.shapes import Json
from sandbox.slack.world import SlackWorld

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Answer:
    status: int = 200
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    violations: tuple[str, ...] = ()


def routes(world: SlackWorld) -> list[web.RouteDef]:
    """The routes of this Slack, to be mounted under any prefix."""

    async def api(request: web.Request) -> web.StreamResponse:
        return await serve(world, request)

    async def reply(request: web.Request) -> web.StreamResponse:
        return await respond.serve(world, request)

    async def file(request: web.Request) -> web.StreamResponse:
        return await serve_file(world, request)

    return [
        web.post("/api/{method}", api),
        web.get("/api/{method}", api),
        web.post("/respond/{token}", reply),
        web.get("/files/{id}", file),
        web.get("/files/{id}/download", file),
    ]


async def serve(world: SlackWorld, request: web.Request) -> web.StreamResponse:
    name = request.match_info["method"]
    world.state.base_url = world.state.base_url or str(request.url).split("/api/")[0]
    fault = world.chaos.take(name)
    args: Json = {}
    try:
        args = await read_arguments(request)
        token = token_of(request, args)
        answer = answer_fault(fault) or answer_call(world, name, token, args)
    except Refusal as refusal:
        answer = refused(world, refusal)
    return await send(world, request, args, answer, fault)


async def serve_file(world: SlackWorld, request: web.Request) -> web.StreamResponse:
    """Give a file to whoever may have it; the bytes themselves are not recorded."""
    id, fault = request.match_info["id"], world.chaos.take("files")
    given, broken = files.answer(world.state, id, request.headers.get("Authorization", ""))
    status = 500 if fault in ("error_before", "error_after") else given.status
    violations = (broken,) if broken else ()
    world.wire.record(
        "from_bot", "slack", "file", {"id": id}, status, given.content_type, violations, fault or ""
    )
    return web.Response(status=500) if status == 500 else given


def answer_fault(fault: Fault | None) -> Answer | None:
    """Give the answer of a fault that keeps the call from happening at all."""
    return {"error_before": Answer(500), "rate_limited": limited(1)}.get(fault or "")


def answer_call(world: SlackWorld, name: str, token: str, args: Json) -> Answer:
    try:
        if name not in METHODS:
            raise Refusal("unknown_method", req_method=name)
        check_token(world, token)
        body = {"ok": True, **run(world, METHODS[name], name, args)}
        return Answer(200, body, scopes_header(world), warnings(world, name, args))
    except Limited as limit:
        return limited(limit.seconds)
    except Refusal as refusal:
        return refused(world, refusal)


def refused(world: SlackWorld, refusal: Refusal) -> Answer:
    broken = () if refusal.is_race else (violation(refusal),)
    return Answer(200, refusal.answer(), scopes_header(world), broken)


class Limited(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def limited(seconds: int) -> Answer:
    return Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(seconds)})


def run(world: SlackWorld, method: Method, name: str, args: Json) -> Json:
    """Check what comes before a method's own rules, then let it act."""
    if method.scope and method.scope not in world.settings.scopes:
        raise missing_scope(world.state, method.scope)
    for need in method.needs:
        if args.get(need) is None:
            raise Refusal("invalid_arguments", f"missing required field: {need}")
    if world.settings.rate_limits:
        keep_pace(world, method, name, args)
    return method.run(world.state, args)


def keep_pace(world: SlackWorld, method: Method, name: str, args: Json) -> None:
    wait = 0
    if name == "chat.postMessage":
        own = world.state.channel_between([str(args["channel"])])
        place = own.id if own else args["channel"]
        wait = world.pace.wait(f"{name} {place}", world.settings.post_burst, 1)
    elif method.tier is not None:
        calls = world.settings.tiers[method.tier]
        wait = world.pace.wait(name, calls, calls / 60)
    if wait:
        raise Limited(wait)


def token_of(request: web.Request, args: Json) -> str:
    """Take the token from the header or the form; never leave it among the recorded arguments."""
    in_form = args.pop("token", "")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else str(in_form)


def check_token(world: SlackWorld, token: str) -> None:
    if not token:
        raise Refusal("not_authed")
    if token == world.settings.bot_token:
        if world.token_fault:
            raise Refusal(world.token_fault, race=True)
        return
    raise Refusal("not_allowed_token_type" if token.startswith(("xapp-", "xoxp-")) else "invalid_auth")


def warnings(world: SlackWorld, name: str, args: Json) -> tuple[str, ...]:
    """Name what Slack accepts but a careful bot does not do."""
    thread = args.get("thread_ts")
    channel = world.state.channels.get(str(args.get("channel")))
    if name != "chat.postMessage" or not thread or channel is None:
        return ()
    is_known = thread in channel.messages or thread in channel.deleted
    return () if is_known else (f"thread_ts {thread} names no message",)


def violation(refusal: Refusal) -> str:
    detail = "; ".join(refusal.faults) or str(refusal.fields.get("needed", ""))
    return f"{refusal.error}: {detail}" if detail else refusal.error


def scopes_header(world: SlackWorld) -> dict[str, str]:
    return {"x-oauth-scopes": ",".join(sorted(world.settings.scopes))}


async def send(
    world: SlackWorld, request: web.Request, args: Json, answer: Answer, fault: Fault | None
) -> web.StreamResponse:
    """Record the exchange and answer it, or fail to, as ordered."""
    name = request.match_info["method"]
    status = {"error_after": 500, "drop_after": 0, "hang": answer.status}.get(fault or "", answer.status)
    shown = {
        key: parsed(value) if key in ("blocks", "view", "metadata") else value for key, value in args.items()
    }
    world.wire.record(
        "from_bot", "slack", name, copied(shown), status, copied(answer.body), answer.violations, fault or ""
    )
    if fault == "hang":
        await world.rest(world.chaos.hang_seconds)
    if fault == "drop_after" and request.transport is not None:
        request.transport.abort()
    if status == 500:
        return web.Response(status=500, text="Internal Server Error")
    body = json.dumps(answer.body, ensure_ascii=False)
    return web.Response(
        status=answer.status, text=body, content_type="application/json", headers=answer.headers
    )


def copied(value: Any) -> Any:
    """Freeze what is recorded: messages change in place later."""
    return json.loads(json.dumps(value))
