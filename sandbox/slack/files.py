"""Files: what people put into this Slack, and how an app asks for it (docs.slack.dev/reference/methods/files.info)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.slack.refusal import Refusal
from sandbox.slack.shapes import Json
from sandbox.slack.state import State, fresh_id

LOGIN = "<!doctype html><title>Slack</title><p>Sign in to Slack"
KINDS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "txt": "text/plain",
}


@dataclass
class Stored:
    """A file as its sharer gave it; ``mimetype`` is what his app claims."""

    id: str
    name: str
    content: bytes
    mimetype: str
    user: str
    channel: str
    at: float
    is_deleted: bool = False


def keep(state: State, user: str, channel: str, name: str, content: bytes, mimetype: str = "") -> Stored:
    ending = name.rpartition(".")[2].lower()
    claimed = mimetype or KINDS.get(ending, "application/octet-stream")
    stored = Stored(fresh_id("F"), name, content, claimed, user, channel, state.clock())
    state.files[stored.id] = stored
    return stored


def described(state: State, stored: Stored) -> Json:
    """Give a file as messages and files.info show it; of a deleted one a stone."""
    if stored.is_deleted:
        return {"id": stored.id, "mode": "tombstone"}
    place = f"{state.base_url or 'http://127.0.0.1:0'}/files/{stored.id}"
    shown: Json = {"id": stored.id, "name": stored.name, "title": stored.name, "mimetype": stored.mimetype}
    shown |= {
        "filetype": stored.name.rpartition(".")[2].lower(),
        "size": len(stored.content),
        "user": stored.user,
    }
    shown |= {"mode": "hosted", "is_external": False, "created": int(stored.at), "editable": False}
    return {**shown, "url_private": place, "url_private_download": f"{place}/download"}


def info(state: State, args: Json) -> Json:
    stored: Any = state.files.get(str(args["file"]))
    if stored is None or state.bot not in state.channels[stored.channel].members:
        raise Refusal("file_not_found")
    if stored.is_deleted:
        raise Refusal("file_deleted", race=True)
    return {"file": described(state, stored), "comments": [], "response_metadata": {"next_cursor": ""}}


def answer(state: State, id: str, authorization: str) -> tuple[web.Response, str]:
    """Give the bytes to our token; anybody else is shown a page to sign in, with a 200, as the real one does."""
    scheme, _, token = authorization.partition(" ")
    is_ours = scheme.lower() == "bearer" and token == state.settings.bot_token
    if not is_ours or "files:read" not in state.settings.scopes:
        return web.Response(text=LOGIN, content_type="text/html"), "not signed in, or without files:read"
    stored: Any = state.files.get(id)
    if stored is None or stored.is_deleted:
        return web.Response(status=404), ""
    return web.Response(body=stored.content, content_type=stored.mimetype), ""
