"""Webhook: what LINE signed gets in, token-free and masked, and no surprise in one event harms another."""

from __future__ import annotations

import base64
import copy
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arrivals import Arrived
from bot.line.webhook import arrivals, verify

NOW = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
USER = "U" + "a" * 32
SECRET = "8c570fa6dd201bb328f1c1eac23a96d8"
VERIFIED = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'


def event(kind: str = "message", **more: Any) -> dict[str, Any]:
    usual = {
        "type": kind,
        "mode": "active",
        "timestamp": 1_795_000_000_123,
        "source": {"type": "user", "userId": USER},
        "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": "0f3779fba3b349968c5d07db31eab56f",
    }
    return {**usual, **more}


def said(text: str, **more: Any) -> dict[str, Any]:
    message = {"type": "text", "id": "444573844083572737", "text": text}
    return event(message={**message, "quoteToken": "q3Plxr4AgKd", "markAsReadToken": "r3ad"}, **more)


def webhook(*events: Any) -> bytes:
    return json.dumps({"destination": "U" + "0" * 32, "events": events}, ensure_ascii=False).encode(
        errors="surrogatepass"
    )


def one(body: Any) -> Arrived:
    (arrived,) = arrivals(webhook(body), NOW)
    return arrived


def sign(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_lines_own_example_is_verified() -> None:
    """The signature of LINE's documentation is good for exactly its bytes."""
    signature = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
    assert verify(VERIFIED, signature, [SECRET])
    assert not verify(VERIFIED + b" ", signature, [SECRET])


def test_both_secrets_count_while_they_rotate() -> None:
    """A re-issued secret loses no webhook."""
    for secret in ("old", "new"):
        assert verify(b"{}", sign(b"{}", secret), ["new", "old"])


@pytest.mark.parametrize(
    "signature", [None, "", "x", "署名", "\udcff", sign(b"{}", "other"), sign(b"{}", "")]
)
def test_what_is_not_ours_is_refused(signature: str | None) -> None:
    """No signature, a strange one or one made with an empty secret gets in."""
    assert not verify(b"{}", signature, [SECRET, ""])
    assert not verify(b"{}", signature, [])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"events": null}',
        b'{"events": {}}',
        b'{"events": [}',
        b'{"events": [NaN]}',
        b"\xff\xfe",
        b'{"events": ' + b"[" * 100_000,
    ],
)
def test_what_is_no_envelope_is_a_value_error(body: bytes) -> None:
    """The web answers 400 for it, and nothing worse happens."""
    with pytest.raises(ValueError):  # noqa: PT011
        arrivals(body, NOW)


def test_the_consoles_verify_button_brings_nothing() -> None:
    """``events: []`` is a good webhook."""
    assert arrivals(VERIFIED, NOW) == ()


def test_an_event_arrives_whole() -> None:
    """Id, sender, kind and LINE's own time come with the event."""
    arrived = one(said("こんにちは"))
    assert (arrived.platform, arrived.external_id) == ("line", "01FZ74A0TDDPYRVKNK77XKC3ZR")
    assert (arrived.sender, arrived.kind) == (USER, "message/text")
    assert arrived.happened_at == datetime.fromtimestamp(1_795_000_000.123, UTC)
    assert arrived.reply_token == "0f3779fba3b349968c5d07db31eab56f"
    assert arrived.body["message"]["text"] == "こんにちは"
    assert "masked" not in arrived.body


def test_tokens_are_not_stored() -> None:
    """What lets somebody speak in a person's chat is nowhere in the stored body."""
    given = said("はい", future={"nested": [{"quoteToken": "deep"}]})
    stored = json.dumps(one(given).body)
    for token in (given["replyToken"], "q3Plxr4AgKd", "r3ad", "deep"):
        assert token not in stored


def test_secrets_are_masked_and_named() -> None:
    """A card number is stored nowhere, and the turn can tell the person so."""
    arrived = one(said("カードは4242 4242 4242 4242です"))
    assert "4242" not in json.dumps(arrived.body, ensure_ascii=False)
    assert arrived.body["masked"] == ["card"]


def test_ids_that_look_like_cards_stay() -> None:
    """Only words are masked: an id of 16 digits is an id."""
    arrived = one(event(message={"type": "image", "id": "4242424242424242"}))
    assert arrived.body["message"]["id"] == "4242424242424242"


@pytest.mark.parametrize("kind", ["group", "room"])
def test_a_group_gets_no_answer(kind: str) -> None:
    """A reply to a group could show one person's talk to others: no sender, no token."""
    arrived = one(said("やあ", source={"type": kind, "groupId": "C" + "1" * 32, "userId": USER}))
    assert (arrived.sender, arrived.reply_token) == ("", "")


def test_standby_gives_no_reply_token() -> None:
    """While another module has the chat we hold nothing to answer with."""
    assert one(said("やあ", mode="standby")).reply_token == ""


@pytest.mark.parametrize(
    "source", [None, {}, {"type": "user"}, {"type": "user", "userId": 7}, "x", {"userId": USER}]
)
def test_no_user_is_no_sender(source: Any) -> None:
    """An event without a person is kept, and belongs to nobody."""
    assert one(event(source=source)).sender == ""


def test_an_event_without_an_id_gets_the_same_one_when_it_comes_again() -> None:
    """A redelivery is recognised even where LINE left the id out; another event is another one."""
    given = said("やあ")
    del given["webhookEventId"]
    again = copy.deepcopy(given) | {"deliveryContext": {"isRedelivery": True}}
    assert one(given).external_id == one(again).external_id != one({**given, "timestamp": 1}).external_id


@pytest.mark.parametrize("stamp", [None, "now", True, 1.5, 10**30, -(10**30)])
def test_a_strange_time_is_now(stamp: Any) -> None:
    """An event is never lost for its timestamp."""
    assert one(event(timestamp=stamp)).happened_at == NOW


def test_what_no_database_takes_is_replaced() -> None:
    """NUL, half characters and infinity do not reach the store, where they would harm the whole batch."""
    body = b'{"events":[{"type":"message","x":1e999,"message":{"type":"text","text":"a\\u0000\\ud83d"}}]}'
    (arrived,) = arrivals(body, NOW)
    assert arrived.body["message"]["text"] == "a\ufffd\ufffd"
    assert arrived.body["x"] is None
    json.dumps(arrived.body, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize("spell", [b" %s\n", b"\xef\xbb\xbf%s", b"\r\n%s"])
def test_the_same_json_is_the_same_event(spell: bytes) -> None:
    """White space, a mark before it or escapes within change nothing of what arrives."""
    plain = one(said("はい、4242 4242 4242 4242 です\n😀", place=1.5))
    escaped = json.dumps({"events": [said("はい、4242 4242 4242 4242 です\n😀", place=1.5)]}).encode()
    for body in (spell % escaped, spell % webhook(said("はい、4242 4242 4242 4242 です\n😀", place=1.5))):
        assert arrivals(body, NOW) == (plain,)


def test_one_broken_event_leaves_the_others() -> None:
    """Events of several people come in one webhook; each is read alone."""
    mixed = arrivals(webhook(None, 1, "x", [], {}, {"type": 5}, said("やあ")), NOW)
    assert [each.kind for each in mixed] == ["unreadable"] * 6 + ["message/text"]
    assert mixed[-1].sender == USER
    assert len({each.external_id for each in mixed}) == len(mixed)


def test_a_hundred_events_come_in_order() -> None:
    """A huge batch keeps its order."""
    many = arrivals(webhook(*(said(str(at), webhookEventId=f"E{at}") for at in range(100))), NOW)
    assert [each.body["message"]["text"] for each in many] == [str(at) for at in range(100)]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(list(event(message=1))), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(st.lists(anything, max_size=4))
def test_any_json_arrives(events: list[Any]) -> None:
    """Whatever LINE adds to its events, each of them can be stored."""
    body = (
        json.dumps({"events": events})
        .replace("NaN", "null")
        .replace("-Infinity", "0")
        .replace("Infinity", "0")
    )
    for arrived in arrivals(body.encode(), NOW):
        json.dumps(arrived.body, allow_nan=False, ensure_ascii=False).encode()
        assert 0 < len(arrived.external_id) <= 200
        assert 0 < len(arrived.kind) <= 40
        assert len(arrived.sender) <= 64


@pytest.mark.parametrize("depth", [300, 600, 900])
def test_an_event_that_nests_too_deeply_harms_no_other(depth: int) -> None:
    """Nesting that the parser bears and we do not is kept as unreadable, under its own id."""
    deep: Any = "bottom"
    for _ in range(depth):
        deep = [deep]
    first, second = arrivals(webhook(event("odd", webhookEventId="deep", future=deep), said("はい")), NOW)
    assert first.external_id == "deep"
    assert second.kind == "message/text"
