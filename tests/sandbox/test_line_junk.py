"""Junk in any place of any message never breaks the platform."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.line.server import KEYED, SAID
from tests.sandbox.line_bench import Line
from tests.sandbox.line_samples import (
    GOOD_BUBBLE,
    HTTPS,
    complaints,
    flex,
    link,
    picker,
    postback,
    quick,
    template,
    text,
)

EMOJI = {"productId": "p", "emojiId": "001"}
SAMPLES = [
    text(
        "$", emojis=[{"index": 0, "productId": "p", "emojiId": "1"}], sender={"name": "係", "iconUrl": HTTPS}
    ),
    quick(postback(displayText="はい"), picker(min="2026-01-01"), link(HTTPS)),
    {
        "type": "textV2",
        "text": "{a}",
        "substitution": {"a": {"type": "emoji", "productId": "p", "emojiId": "1"}},
    },
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {"type": "location", "title": "a", "address": "b", "latitude": 35, "longitude": 139},
    template("carousel", columns=[{"text": "a", "title": "t", "actions": [postback()]}]),
    template("confirm", text="a", actions=[postback(), postback()]),
    flex(GOOD_BUBBLE),
    flex({"type": "carousel", "contents": [GOOD_BUBBLE]}),
]
JUNK: list[Any] = [
    None,
    0,
    -1,
    1.5,
    True,
    "",
    "a",
    [],
    {},
    [1],
    [[]],
    {"type": []},
    {"type": {}},
    {"type": "text"},
]


def spots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Walk every place of a JSON value as (container, key)."""
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from spots(node[key])


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_junk_in_any_place_is_refused_without_a_crash(number: int) -> None:
    """Whatever a bot sends is accepted or answered with 400, never with a fault of the platform."""
    message = copy.deepcopy(SAMPLES[number])
    assert not complaints(message)
    for container, key in spots(message):
        good = container[key]
        for junk in JUNK:
            container[key] = junk
            complaints(message)
        container[key] = good
    assert not complaints(message)


@pytest.mark.parametrize("junk", [*JUNK, "text"])
def test_junk_for_a_message_is_refused(junk: Any) -> None:
    """What is no message object at all is told as an unknown type."""
    assert complaints(junk)


FIELDS = (
    *("to", "messages", "replyToken", "chatId", "loadingSeconds", "markAsReadToken", "endpoint", "userIds"),
    *("richMenuAliasId", "richMenuId", "size", "areas", "name", "customAggregationUnits"),
)


async def test_junk_in_any_request_never_breaks_the_platform(line: Line) -> None:
    """Every JSON endpoint answers every body, be it with 400."""
    user = await line.friend()
    said = [{"type": "sticker", "packageId": "446", "stickerId": "1988"}]
    for method, path, _what, _handle in (*KEYED, *SAID):
        for junk in [*JUNK, "http://[", said]:
            bodies = [{"to": user, "messages": said, field: junk} for field in FIELDS]
            quoting = {"to": user, "messages": [{**said[0], "quoteToken": junk}]}
            for body in [*bodies, quoting] if junk in ([], {}, "http://[") else [dict.fromkeys(FIELDS, junk)]:
                status, _ = await line.post(path.format(alias_id="a"), body, method=method)
                assert status < 500, (path, body)
