"""Guard: only the page itself may act; no other site, and no form, can press its buttons."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.page.serve import HEADERS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[["Body"], Awaitable[dict[str, Any]]]

CUSTOM_HEADER = "X-Sandbox"  # a cross-site request with it needs a CORS preflight, which nobody answers
NOT_NOW = "この操作はいまできません。画面を見て、もう一度お試しください。"


class Body:
    """The JSON of a POST, read by name and kind."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given

    def text(self, name: str) -> str:
        value = self.given.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ValueError(f"{name} must be a text")
        return value

    def text_or_none(self, name: str) -> str | None:
        return self.text(name) if self.given.get(name) is not None else None

    def content(self, name: str) -> bytes:
        try:
            return base64.b64decode(self.text(name), validate=True)
        except binascii.Error as broken:
            raise ValueError(f"{name} must be base64") from broken

    def object(self, name: str) -> dict[str, Any]:
        value = self.given.get(name)
        if not isinstance(value, dict):
            raise ValueError(f"{name} must be an object")
        return value

    def texts(self, name: str) -> list[str]:
        value = self.given.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError(f"{name} must be a list of texts")
        return value


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what another origin sends, and say in plain words what could not be done."""
    try:
        require_own_origin(request)
        response = await handler(request)
    except web.HTTPException as refused:
        if refused.status < 400:
            raise
        response = web.json_response({"error": refused.text or refused.reason}, status=refused.status)
    except (LookupError, ValueError) as impossible:
        response = web.json_response({"error": NOT_NOW, "detail": str(impossible)}, status=409)
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


def require_own_origin(request: web.Request) -> None:
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise web.HTTPForbidden(text="このページの外からは操作できません。")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise web.HTTPForbidden(text="このページの外からは操作できません。")
    if request.method != "GET" and request.headers.get(CUSTOM_HEADER) != "page":
        raise web.HTTPForbidden(text="このページの外からは操作できません。")


def acting(act: Act) -> Handler:
    """Make a POST handler of a function from a JSON body to a JSON answer."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="JSONで送ってください。")
        try:
            given = await request.json()
        except ValueError as unreadable:
            raise web.HTTPBadRequest(text="JSONとして読めません。") from unreadable
        if not isinstance(given, dict):
            raise web.HTTPBadRequest(text="JSONのオブジェクトを送ってください。")
        return told(await act(Body(given)))

    return handle


def told(answer: Any) -> web.Response:
    text = json.dumps(answer, ensure_ascii=False, default=str)
    return web.Response(text=text, content_type="application/json")
