"""Serve: the page itself and its files, with headers that let nothing from outside in."""

from __future__ import annotations

from importlib.resources import files

from aiohttp import web

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
PAGE = files("sandbox.page")


def served(name: str) -> web.Response:
    """Give one file of the page; a name that is not one of ours is not found."""
    kind = KINDS.get(name[name.rfind(".") :])
    known = {entry.name for entry in PAGE.iterdir()}
    if kind is None or name not in known:
        raise web.HTTPNotFound(headers=HEADERS)
    text = PAGE.joinpath(name).read_text(encoding="utf-8")
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=HEADERS)


async def index(request: web.Request) -> web.StreamResponse:
    return served("index.html")


async def asset(request: web.Request) -> web.StreamResponse:
    return served(request.match_info["name"])


async def to_index(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(request.path + "/", headers=HEADERS)


def routes() -> list[web.RouteDef]:
    return [web.get("", to_index), web.get("/", index), web.get("/page/{name}", asset)]
