"""Arguments: a call's arguments, however they came: JSON, form or query string."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from sandbox.slack.refusal import Refusal
from sandbox.slack.shapes import Json


def parsed(value: Any) -> Any:
    """Read an argument that may have come as JSON text, as forms and query strings bring it."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def is_set(args: Json, name: str) -> bool:
    return str(args.get(name, "")).lower() in ("1", "true")


def names(value: Any) -> list[str]:
    """Read a list that may have come comma-joined."""
    given = value if isinstance(value, list) else str(value or "").split(",")
    return [str(one).strip() for one in given if str(one).strip()]


async def read_arguments(request: web.Request) -> Json:
    args: Json = dict(request.query)
    if request.method == "POST":
        if request.content_type == "application/json":
            args |= _json_object(await request.text())
        else:
            args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    return args


def _json_object(text: str) -> Json:
    try:
        body = json.loads(text) if text else {}
    except ValueError as error:
        raise Refusal("invalid_json") from error
    if not isinstance(body, dict):
        raise Refusal("json_not_object")
    return body
