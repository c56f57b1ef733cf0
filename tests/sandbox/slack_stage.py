"""Stage: a sandbox Slack and a real bolt app, each behind its own HTTP server, for the tests."""

from __future__ import annotations

import asyncio
import re
import socket
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.chaos import Chaos
from sandbox.slack import SlackSettings, SlackWorld, routes
from sandbox.wire import Wire

Json = dict[str, Any]
Answer = Callable[..., Awaitable[Any]]
SECRET, TOKEN = "s" * 32, "xoxb-sandbox"


@dataclass
class Stage:
    world: SlackWorld
    client: AsyncWebClient
    bolt: AsyncApp
    base: str
    seen: list[tuple[str, Json]] = field(default_factory=list)  # what bolt's listeners got
    headers: list[dict[str, str]] = field(default_factory=list)  # of every request the bot received
    answers: dict[str, Answer] = field(default_factory=dict)  # listener kind -> what the bot does
    first: deque[float] = field(default_factory=deque)  # ≥ 100: answer this status; less: sleep that long

    @property
    def wire(self) -> Wire:
        return self.world.wire

    def got(self, kind: str) -> list[Json]:
        return [body for seen, body in self.seen if seen == kind]

    async def fails(self, method: str, **args: Any) -> Any:
        """Call a method that Slack must refuse and give the refusal."""
        try:
            await self.client.api_call(method, json=args)
        except SlackApiError as error:
            return error.response
        raise AssertionError(f"{method} was accepted")

    async def error(self, method: str, **args: Any) -> str:
        return str((await self.fails(method, **args))["error"])


@asynccontextmanager
async def slack_stage(clock: Callable[[], float] | None = None, **settings: Any) -> AsyncIterator[Stage]:
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}"
    own = SlackSettings(SECRET, TOKEN, f"{base}/slack/events", **settings)
    world = SlackWorld(own, Wire(), Chaos(), *([clock] if clock else []))
    late: list[Stage] = []

    async def events(request: web.Request) -> web.StreamResponse:
        return await _receive(late[0], request)

    app, platform = web.Application(), web.Application()
    platform.add_routes(routes(world))
    app.add_subapp("/sandbox/slack", platform)
    app.router.add_post("/slack/events", events)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    client = AsyncWebClient(TOKEN, base_url=f"{base}/sandbox/slack/api/", retry_handlers=[])
    bolt = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)
    late.append(Stage(world, client, bolt, base))
    _listen(late[0])
    try:
        yield late[0]
    finally:
        await world.close()
        await runner.cleanup()


async def _receive(stage: Stage, request: web.Request) -> web.StreamResponse:
    stage.headers.append({name.lower(): value for name, value in request.headers.items()})
    await request.read()  # a body not yet read is lost when the sender gives up
    order = stage.first.popleft() if stage.first else 0
    if order >= 100:
        return web.Response(status=int(order))
    await asyncio.sleep(order)
    return await to_aiohttp_response(await stage.bolt.async_dispatch(await to_bolt_request(request)))


def _listen(stage: Stage) -> None:
    """Catch everything of each kind; a test says in ``answers`` what the bot does beyond an empty ack."""
    everything = re.compile(".*")
    decorators = {
        "event": stage.bolt.event(everything),
        "action": stage.bolt.action(everything),
        "view": stage.bolt.view(everything),
        "closed": stage.bolt.view_closed(everything),
        "command": stage.bolt.command(everything),
        "shortcut": stage.bolt.shortcut(everything),
    }
    for kind, decorate in decorators.items():
        decorate(_listener(stage, kind))


def _listener(stage: Stage, kind: str) -> Callable[..., Awaitable[None]]:
    async def listen(body: Json, ack: Any, client: AsyncWebClient) -> None:
        stage.seen.append((kind, body))
        answer = stage.answers.get(kind)
        if answer is None:
            await ack()
        else:
            await answer(body=body, ack=ack, client=client)

    return listen


def section(text: str = "本文", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str = "go", value: str = "1", text: str = "進む", **more: Any) -> Json:
    words = {"type": "plain_text", "text": text}
    return {"type": "button", "action_id": action_id, "text": words, "value": value, **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field_of(block_id: str, element: Json, **more: Any) -> Json:
    label = {"type": "plain_text", "text": "項目"}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, **more}


def text_field(block_id: str = "words", **more: Any) -> Json:
    return field_of(block_id, {"type": "plain_text_input", "action_id": "typed", **more})


def modal(*blocks: Json, **more: Any) -> Json:
    plain = {"type": "plain_text", "text": "送る"}
    title = {"type": "plain_text", "text": "フォーム"}
    return {"type": "modal", "title": title, "submit": plain, "blocks": list(blocks) or [section()], **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()], **more}


def option(value: str, text: str = "") -> Json:
    return {"text": {"type": "plain_text", "text": text or value}, "value": value}
