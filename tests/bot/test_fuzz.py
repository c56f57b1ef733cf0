"""Fuzz: whatever is signed and sent, the door answers 2xx or 4xx, keeps what it took, and stays open.

``FUZZ=5000`` asks for other and more examples; a failing one prints itself.
"""

from __future__ import annotations

import asyncio
import copy
import hmac
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.inbox import DONE
from tests.bot.house import OWNER, SATO, STAFF_CHANNEL
from tests.bot.test_web import SIGNING, Gate, a_gate, event
from tests.bot.town import BOTH
from tests.databases import database

EXAMPLES = int(os.environ.get("FUZZ", "90"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
    database=None,
)
JSON_TYPE, FORM_TYPE = "application/json", "application/x-www-form-urlencoded"

# Words that break databases, parsers and screens.
words = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "\x00",
            "\ud800",
            "a\udfffb",
            "\u202e",
            "",
            " " * 400,
            "あ" * 6_000,
            "<!channel>",
            "' OR 1=1 --",
            "%",
            "1:2:3",
            "w:menu",
        ]
    ),
)
numbers = st.one_of(
    st.integers(), st.sampled_from([10**400, -(10**30), 2**63, 1e308, float("nan"), float("inf"), -0.0, True])
)
junk = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, words),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=8,
)
raw = st.one_of(
    st.binary(max_size=200),
    st.sampled_from(
        [
            b"",
            b"[" * 50_000,
            b'{"events":' * 5_000,
            b'{"events": [' + b'{"a":' * 3_000 + b"1" + b"}" * 3_000 + b"]}",
            b'{"events": [' + b"9" * 5_000 + b"]}",
            b'{"events": [1e999, -1E+999, NaN]}',
            b'{"events": "\xed\xa0\x80"}',
            b"\xff\xfe{\x00}\x00",
            b'\xef\xbb\xbf{"events": []}',
            b'{"events": [], "events": [{}]}',
            b'{"events": [{"type": "message", "type": {}}]}',
            b'{"type": "event_callback"}',
            b'{"type": "url_verification"}',
            b"payload=%ff%fe&payload=%7b%7d",
            b"payload=" + b"%5B" * 9_000,
            b"command=%00&user_id=%ed%a0%80",
            b"ssl_check=1",
            b"payload",
            b"&&&=&=",
            b"payload=" + quote_from_bytes(b'{"type": "block_actions", "actions": []}').encode(),
            b"payload=" + quote_from_bytes(b'{"type": "block_actions", "actions": [{}]}').encode(),
        ]
    ),
)

LINE = event("e1") | {
    "replyToken": "r" * 32,
    "message": {"type": "text", "id": "m1", "text": "こんにちは", "quotedMessageId": "q"},
}
TAP = event("e2") | {
    "type": "postback",
    "replyToken": "r" * 32,
    "postback": {"data": "w:menu", "params": {"date": "2026-11-24"}},
}
PHOTO = event("e3") | {
    "message": {"type": "image", "id": "m2", "imageSet": {"id": "s", "index": 1, "total": 2}}
}
CALLBACK = {
    "type": "event_callback",
    "event_id": "Ev1",
    "event_time": 1_763_000_000,
    "authorizations": [{"user_id": "U0BOT", "team_id": "T1"}],
    "event": {
        "type": "message",
        "channel_type": "im",
        "channel": "D1",
        "user": "U0TALENT",
        "text": "はい",
        "ts": "1.1",
    },
}
PRESS = {
    "type": "block_actions",
    "trigger_id": "1.2.3",
    "user": {"id": SATO},
    "channel": {"id": STAFF_CHANNEL},
    "message": {"ts": "1.1"},
    "container": {"type": "message"},
    "actions": [
        {
            "type": "button",
            "action_id": "tap.0",
            "block_id": "b",
            "value": "task:" + "0" * 32 + ":1:take",
            "action_ts": "1.1",
        }
    ],
}
SUBMIT = {
    "type": "view_submission",
    "trigger_id": "1.2.4",
    "user": {"id": SATO},
    "view": {
        "id": "V1",
        "hash": "1.a",
        "private_metadata": "0" * 32 + ":1",
        "state": {"values": {"words": {"in": {"type": "plain_text_input", "value": "はい"}}}},
    },
}


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every place in a body where something may stand."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, each in inner:
        yield (*path, key)
        yield from places(each, (*path, key))


@st.composite
def spoiled(draw: st.DrawFn, *models: dict[str, Any]) -> dict[str, Any]:
    """A real body with one to three places changed: junk instead, gone, or one place more."""
    body: dict[str, Any] = copy.deepcopy(draw(st.sampled_from(models)))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(body))
        if not found:
            break
        *path, last = draw(st.sampled_from(found))
        node: Any = body
        for key in path:
            node = node[key]
        match draw(st.integers(0, 5)):
            case 0:
                del node[last]
            case 1 if isinstance(node, dict):
                node[draw(words)] = draw(junk)
            case _:
                node[last] = draw(junk)
    return body


@contextmanager
def open_gate(kind: str, folder: Path) -> Iterator[tuple[asyncio.Runner, Gate]]:
    with database(kind, folder) as url, asyncio.Runner() as runner:
        gate = a_gate(url)
        try:
            yield runner, runner.run(gate.__aenter__())
        finally:
            runner.run(gate.__aexit__(None, None, None))


def bytes_of(body: Any) -> bytes:
    """Write JSON as a hostile sender would: bare halves of characters, NaN and all."""
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def is_answered(status: int) -> bool:
    return 200 <= status < 300 or 400 <= status < 500


def unfinished(gate: Gate) -> list[tuple[str, str, str]]:
    """Name the events that were kept and did not come to their end."""
    return [(row.kind, row.status, row.error) for row in gate.stored() if row.status != DONE]


async def slack(gate: Gate, body: bytes, kind: str) -> int:
    stamp = str(int(time.time()))
    signed = hmac.digest(SIGNING.encode(), f"v0:{stamp}:".encode() + body, "sha256").hex()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signed}", "Content-Type": kind}
    async with gate.http.post(f"{gate.url}/slack/events", data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize("kind", BOTH)
def test_no_signed_body_breaks_line_s_door(kind: str, tmp_path: Path) -> None:
    """Junk of any shape: 200 or 4xx, every event that was kept is turned, and good ones go on being taken."""
    with open_gate(kind, tmp_path) as (runner, gate):

        @FUZZ
        @given(st.one_of(raw, st.lists(st.one_of(spoiled(LINE, TAP, PHOTO), junk), max_size=3)))
        def attempt(body: bytes | list[Any]) -> None:
            content = body if isinstance(body, bytes) else bytes_of({"destination": "U", "events": body})
            status = runner.run(gate.line(content))
            assert is_answered(status), status

        attempt()
        assert runner.run(gate.events(event("the last", sender=OWNER))) == 200
        assert unfinished(gate) == []


@pytest.mark.parametrize("kind", BOTH)
def test_no_signed_body_breaks_slack_s_door(kind: str, tmp_path: Path) -> None:
    """Junk as JSON and as forms: 2xx or 4xx, every event that was kept is turned, and nothing stays open."""
    with open_gate(kind, tmp_path) as (runner, gate):

        @FUZZ
        @given(
            st.one_of(
                st.tuples(
                    raw,
                    st.sampled_from([JSON_TYPE, FORM_TYPE, "text/plain", "multipart/form-data; boundary=x"]),
                ),
                st.tuples(spoiled(CALLBACK).map(bytes_of), st.just(JSON_TYPE)),
                st.tuples(
                    spoiled(PRESS, SUBMIT).map(
                        lambda body: b"payload=" + quote_from_bytes(bytes_of(body)).encode()
                    ),
                    st.just(FORM_TYPE),
                ),
                st.tuples(
                    st.dictionaries(
                        st.sampled_from(["command", "text", "user_id", "payload", "trigger_id"]), words
                    ).map(lambda form: urlencode(form, errors="surrogatepass").encode()),
                    st.just(FORM_TYPE),
                ),
            )
        )
        def attempt(sent: tuple[bytes, str]) -> None:
            status = runner.run(slack(gate, *sent))
            assert is_answered(status), status

        attempt()
        assert unfinished(gate) == []
