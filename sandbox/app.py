"""Sandbox: a LINE, a Slack and a model on your own machine, and the page to use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.ahead import Ahead
from sandbox.chaos import Chaos
from sandbox.line.server import routes as line_routes
from sandbox.line.world import LineSettings, LineWorld
from sandbox.model.server import ModelSettings, ModelWorld
from sandbox.model.server import routes as model_routes
from sandbox.page import line_ui, serve, slack_ui
from sandbox.page.guard import guard, told
from sandbox.page.watch import Watch
from sandbox.slack import SlackSettings, SlackWorld
from sandbox.slack import routes as slack_routes
from sandbox.wire import Wire


@dataclass(frozen=True)
class SandboxSettings:
    """What the bot and its sandbox must agree on. ``base_url`` is where the bot listens."""

    base_url: str
    line_secret: str
    line_token: str
    slack_signing_secret: str
    slack_bot_token: str
    model_key: str
    trace_url: str | None = None  # GET gives {event, turn, journal, outbox, delivery} of the last event
    clock_path: str = ""  # GET tells the business time, POST moves it forward; without it there is no clock
    public_url: str = ""  # the https name in the bot's messages that stands for ``base_url``
    prefix: str = "/sandbox"  # where the demo mounts this
    account: str = "スモールウィン"
    team: str = "スモールウィン"
    message_shortcuts: dict[str, str] = field(default_factory=dict)  # name on the menu → callback_id
    # seconds until a webhook without a 2xx comes again; Slack's for events only, never for what a person does
    line_brings_again: tuple[float, ...] = (1.0, 5.0, 30.0)
    slack_brings_again: tuple[float, ...] = (0.1, 60, 300)


@dataclass(frozen=True)
class Sandbox:
    """The worlds behind the page, for the demo to furnish and the tests to use."""

    wire: Wire
    chaos: Chaos
    line: LineWorld
    slack: SlackWorld
    model: ModelWorld
    ahead: Ahead


def create_sandbox(settings: SandboxSettings) -> tuple[web.Application, Sandbox]:
    """Build the application to be mounted at ``settings.prefix``, and what is behind it."""
    base = settings.base_url.rstrip("/")
    wire, chaos = Wire(), Chaos()
    line = LineSettings(
        settings.line_secret,
        settings.line_token,
        f"{base}/line/webhook",
        bot_name=settings.account,
        redeliver_after=settings.line_brings_again,
    )
    slack = SlackSettings(
        settings.slack_signing_secret,
        settings.slack_bot_token,
        f"{base}/slack/events",
        bot_name=settings.account,
        team_name=settings.team,
        retry_after=settings.slack_brings_again,
        base_url=f"{base}{settings.prefix}/slack",
    )
    sandbox = Sandbox(
        wire,
        chaos,
        LineWorld(line, wire, chaos),
        SlackWorld(slack, wire, chaos),
        ModelWorld(ModelSettings(settings.model_key), wire, chaos),
        Ahead(),
    )
    app = web.Application()
    app.add_routes(serve.routes())
    app.add_subapp("/line", part(line_routes(sandbox.line)))
    app.add_subapp("/slack", part(slack_routes(sandbox.slack)))
    app.add_subapp("/model", part(model_routes(sandbox.model)))
    app.add_subapp("/ui", ui(settings, sandbox))

    async def lifetime(app: web.Application) -> AsyncIterator[None]:
        yield
        await sandbox.line.close()
        await sandbox.slack.close()

    app.cleanup_ctx.append(lifetime)
    return app, sandbox


def part(routes: list[web.RouteDef]) -> web.Application:
    app = web.Application()
    app.add_routes(routes)
    return app


def ui(settings: SandboxSettings, sandbox: Sandbox) -> web.Application:
    """Build the page's own endpoints, closed to every other origin."""

    async def state(request: web.Request) -> web.StreamResponse:
        return told(
            {
                "public_url": settings.public_url.rstrip("/"),
                "clock": settings.clock_path,
                "line": line_ui.described(sandbox.line),
                "slack": slack_ui.described(sandbox.slack),
            }
        )

    watch = Watch(sandbox.wire, settings.trace_url)
    app = web.Application(middlewares=[guard])
    app.router.add_get("/state", state)
    app.add_routes(line_ui.routes(sandbox.line, sandbox.ahead))
    app.add_routes(slack_ui.routes(sandbox.slack, settings.message_shortcuts, sandbox.ahead))
    app.add_routes(watch.routes())
    app.cleanup_ctx.append(watch.lifetime)
    app.on_shutdown.append(watch.end)
    return app
