"""Listeners: Slack's door. Every request is verified, turned and answered within three seconds."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot.arrivals import Answered, Arrived
from bot.errors import Unavailable
from bot.slack.bodies import arrived, is_noise, kind_of
from bot.slack.client import SlackClient
from bot.slack.following import Following
from bot.slack.submissions import answer_of

Json = dict[str, Any]
Take = Callable[[Arrived], Awaitable[Answered]]
OfferForm = Callable[[str, str], Awaitable[None]]  # sender, conversation
FormShown = Callable[[Arrived], Awaitable[None]]

log = logging.getLogger("smallwin.slack")
BOLT = logging.getLogger("smallwin.bolt")
BOLT.setLevel(logging.ERROR)  # below that bolt writes whole bodies into the log

PATH = "/slack/events"
MOST_BODY = 1_048_576  # aiohttp's own client_max_size, should the application have raised it
PATIENCE = 2.3  # seconds that a turn may take; Slack waits three, and the way back takes some
LATEST = 2.7
ANY = re.compile(".*", re.DOTALL)
OVER = "この操作は、いまは使えません。お手数ですが、画面を開きなおしてください。"
MALFORMED = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


class SlackDoor:
    """Takes events, interactions and commands; ``take`` stores one, turns it and gives the answer."""

    def __init__(
        self,
        signing_secret: str,
        client: SlackClient,
        take: Take,
        offer_form: OfferForm,
        form_shown: FormShown,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        patience: float = PATIENCE,
    ) -> None:
        self._verifier = SignatureVerifier(
            signing_secret
        )  # refuses an empty secret: anybody could sign with it
        self._take, self._now, self._patience = take, now, patience
        self._form_shown = form_shown
        self._following = Following(client, offer_form, form_shown)
        self._bolt = self._listening()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._hear)]

    async def close(self, seconds: float = 10.0) -> None:
        """Wait for turns and views that are still under way."""
        await self._following.close(seconds)

    async def _hear(self, request: web.Request) -> web.Response:
        """Verify over the raw bytes before anything is parsed; bolt would parse first and log the body."""
        raw = await request.read()
        if len(raw) > MOST_BODY:
            raise web.HTTPRequestEntityTooLarge(MOST_BODY, len(raw))
        if not self._is_signed(request, raw):
            return web.Response(status=200 if _is_ssl_check(raw) else 401)
        try:
            heard = await to_bolt_request(request)
        except MALFORMED:
            return web.Response(status=400)
        if not _is_shaped(heard.body):
            return web.Response(status=400)
        try:
            return await to_aiohttp_response(await self._bolt.async_dispatch(heard))
        except (
            MALFORMED
        ):  # bolt takes more shapes for granted than we know; our own listeners it catches itself
            return web.Response(status=400)

    def _is_signed(self, request: web.Request, raw: bytes) -> bool:
        stamp, signature = (
            request.headers.get(f"X-Slack-{name}") for name in ("Request-Timestamp", "Signature")
        )
        try:
            return self._verifier.is_valid(raw, stamp, signature)
        except (
            ValueError,
            TypeError,
        ):  # a timestamp that is no number, a body or a signature that is no text
            return False

    def _listening(self) -> AsyncApp:
        """One listener a kind: matching costs the same however many buttons there are."""
        app = AsyncApp(
            name="smallwin_bolt",  # bolt quiets the logger that bears this name: never ours
            logger=BOLT,
            authorize=_authorize,
            process_before_response=True,  # otherwise a deploy loses acknowledged work
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
        )
        app.event(ANY)(self._event)
        app.view(ANY)(self._submission)
        app.view_closed(ANY)(self._act)
        app.action(ANY)(self._act)
        app.shortcut(ANY)(self._act)
        app.command(ANY)(self._act)
        app.options(ANY)(_no_options)
        app.error(_failed)
        return app

    async def _event(self, body: Json) -> BoltResponse:
        if is_noise(body):
            return BoltResponse(status=200)
        return await self._carry(arrived(body, kind_of(body["event"]), self._now()))

    async def _act(self, body: Json) -> BoltResponse:
        return await self._carry(arrived(body, str(body.get("type") or "command"), self._now()))

    async def _carry(self, came: Arrived) -> BoltResponse:
        """Turn, then open what the turn asks for, while the trigger lives.

        A turn that takes too long goes on, but is not owned up to: Slack brings an event again, and a person
        taps again. Nothing that may still be lost is answered 200.
        """
        started = asyncio.get_running_loop().time()
        turn = self._following.keep(self._take(came))
        if not await _done(turn, self._patience):
            self._following.keep(self._following.after(turn, came))
            return BoltResponse(status=503)
        follow = self._following.keep(self._following.follow(turn.result(), came, came.trigger_id))
        await _done(follow, started + LATEST - asyncio.get_running_loop().time())
        return BoltResponse(status=200)

    async def _submission(self, body: Json) -> BoltResponse:
        """Answer a form: what is wrong with it, the next one, or nothing, which closes it."""
        came = arrived(body, "view_submission", self._now())
        turn = self._following.keep(self._take(came))
        if not await _done(turn, self._patience):
            return _shown(self._following.wait_for(turn, came, body["view"]))
        if turn.result().form is not None:
            self._following.keep(self._form_shown(came))
        return _shown(answer_of(turn.result(), body["view"]))


def _is_shaped(body: Json) -> bool:
    """Tell whether a request has the shape that bolt takes for granted."""
    actions = body.get("actions", [])
    if not isinstance(actions, list) or not ("type" in body or "command" in body):
        return False
    objects = [body.get(name, {}) for name in ("event", "view", "container")]
    if not all(isinstance(each, dict) for each in (*objects, *actions)):
        return False
    if "actions" in body and not (
        actions and all(isinstance(each.get("action_id"), str) for each in actions)
    ):
        return False
    return body.get("type") != "event_callback" or isinstance(objects[0].get("type"), str)


async def _done(task: asyncio.Task[Any], seconds: float) -> bool:
    await asyncio.wait({task}, timeout=max(seconds, 0.05))
    return task.done()


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Let bolt go on without auth.test: the signature says that it is our app, events say who we are."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)


async def _no_options() -> BoltResponse:
    return BoltResponse(status=200, body={"options": []})


async def _failed(error: Exception, body: Json) -> BoltResponse:
    """Answer what nobody listens to kindly: a 404 brings an event three times more."""
    if isinstance(error, BoltUnhandledRequestError):
        is_view = str(body.get("type", "")).startswith(
            "view_"
        )  # a stray word there means "trouble connecting"
        return BoltResponse(status=200, body="" if is_view else OVER)
    # the error's own words may quote a person's
    log.error("slack request failed", extra={"action": "hear_slack", "error": type(error).__name__})
    return BoltResponse(status=503 if isinstance(error, Unavailable) else 500)


def _is_ssl_check(raw: bytes) -> bool:
    """Slack checks our certificate with an unsigned form."""
    return len(raw) < 1_000 and parse_qs(raw.decode(errors="replace")).get("ssl_check") == ["1"]


def _shown(answer: Json) -> BoltResponse:
    return BoltResponse(status=200, body=answer or "")
