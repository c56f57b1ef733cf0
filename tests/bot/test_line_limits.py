"""Limits: our table refuses what LINE refuses, before LINE does."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.line.limits import Walk, broken, size_of
from bot.line.render import carousel, render, safe
from flows.messages import Message
from sandbox.line.refusal import Refused
from sandbox.line.rules import require_messages
from tests.bot.line_samples import DRAFT, MESSAGES, YES, messages
from tests.sandbox.line_bench import a_line

Json = dict[str, Any]
FAMILY = "👨‍👩‍👧‍👦"


def refused_by_line(message: Json) -> bool:
    try:
        require_messages({"messages": [message]})
    except Refused:
        return True
    return False


def flex() -> Json:
    return copy.deepcopy(render(MESSAGES["card and question"])[0])


def button(message: Json) -> Json:
    found: Json = message["contents"]["footer"]["contents"][0]
    return found


def body(message: Json) -> Json:
    found: Json = message["contents"]["body"]
    return found


def put(place: Callable[[Json], Json], **values: Any) -> Json:
    """Draw a good message and spoil one place of it; None takes a field out."""
    message = flex()
    target = place(message)
    for name, value in values.items():
        if value is None:
            del target[name]
        else:
            target[name] = value
    return message


def whole(message: Json) -> Json:
    return message


def action(message: Json) -> Json:
    found: Json = button(message)["action"]
    return found


def many_bubbles(count: int) -> Json:
    message = carousel([Message(card=DRAFT)])
    message["contents"]["contents"] *= count
    return message


BAD = {
    "no text": {"type": "text"},
    "empty text": {"type": "text", "text": ""},
    "long text": {"type": "text", "text": "あ" * 5_001},
    "long in UTF-16": {"type": "text", "text": "𠮷" * 2_501},
    "unknown message": {"type": "hologram"},
    "no alt text": put(whole, altText=None),
    "empty alt text": put(whole, altText=""),
    "long alt text": put(whole, altText="𠮷" * 751),
    "no contents": put(whole, contents=None),
    "contents of another kind": put(whole, contents={"type": "box", "layout": "vertical", "contents": []}),
    "no block": put(whole, contents={"type": "bubble"}),
    "unknown size": put(lambda m: m["contents"], size="huge"),
    "unknown field": put(body, glitter=True),
    "unknown layout": put(body, layout="diagonal"),
    "contents no list": put(body, contents="x"),
    "unknown part": put(body, contents=[{"type": "marquee", "text": "x"}]),
    "part no object": put(body, contents=["x"]),
    "empty flex text": put(lambda m: body(m)["contents"][0], text=""),
    "size of text": put(lambda m: body(m)["contents"][0], size="enormous"),
    "wrap no flag": put(lambda m: body(m)["contents"][0], wrap="yes"),
    "button in a baseline": put(body, layout="baseline"),
    "no label": put(action, label=None),
    "empty label": put(action, label=""),
    "long label": put(action, label="あ" * 41),
    "no data": put(action, data=None),
    "long data": put(action, data="あ" * 301),
    "data long in UTF-16": put(action, data="𠮷" * 151),
    "long displayText": put(action, displayText="あ" * 301),
    "unknown action": put(action, type="explode"),
    "unknown style": put(button, style="golden"),
    "unknown height": put(button, height="xl"),
    "bad colour": put(button, color="green"),
    "no action": put(button, action=None),
    "30 KB": put(lambda m: body(m)["contents"][0], text="あ" * 11_000),
    "13 bubbles": many_bubbles(13),
    "no bubble": many_bubbles(0),
}
GOOD = {
    "5,000 characters": {"type": "text", "text": "あ" * 5_000},
    "2,500 of two units": {"type": "text", "text": "𠮷" * 2_500},
    "a label of 40 families": put(action, label=FAMILY * 40),
    "300 families said": put(action, displayText=FAMILY * 300),
    "12 bubbles": many_bubbles(12),
}


@pytest.mark.parametrize("name", BAD)
def test_what_line_refuses_is_found(name: str) -> None:
    """Each fault is refused by the platform, and named by us before."""
    assert refused_by_line(BAD[name])
    assert broken([BAD[name]])


@pytest.mark.parametrize("name", GOOD)
def test_what_just_fits_is_let_through(name: str) -> None:
    """Labels are counted in graphemes, everything else in UTF-16 units."""
    assert not refused_by_line(GOOD[name])
    assert broken([GOOD[name]]) == []


@pytest.mark.parametrize("count", [0, 6])
def test_one_to_five_messages(count: int) -> None:
    """LINE takes no more than five messages at once, and not none."""
    assert broken([{"type": "text", "text": "x"}] * count) == ["messages: not 1 to 5"]


@pytest.mark.parametrize("junk", [None, 1, "x", [], {}, {"type": None}, {"type": "flex", "contents": [1]}])
def test_junk_is_named_and_never_an_exception(junk: Any) -> None:
    """The checker itself cannot break."""
    assert broken([junk])


def test_the_complaints_hold_no_words() -> None:
    """What is logged about a broken message says where, never what a person wrote."""
    message = put(lambda m: body(m)["contents"][0], text="田中さんの秘密" * 3_000)
    assert broken([message])
    assert "田中" not in "".join(broken([message]))


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(messages)
def test_what_we_let_through_line_takes(message: Message) -> None:
    """Whatever we draw and find good, the platform finds good."""
    for each in (*render(message), *safe(message)):
        if broken([each]) == []:
            assert not refused_by_line(each)


async def test_everything_drawn_is_accepted_over_http() -> None:
    """The platform's own validation, asked over the wire, has no complaint about any drawing."""
    async with a_line() as line:
        for name, message in MESSAGES.items():
            for each in safe(message):
                assert await line.refused(each) == [], name
        assert await line.refused(carousel([Message(card=DRAFT, buttons=(YES,))] * 12)) == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(messages, st.text(max_size=30))
def test_what_is_not_measured_is_not_too_large(message: Message, said: str) -> None:
    """The count on the way never falls short of the bytes that leave."""
    for each in render(replace(message, text=f'{message.text}\x01"\\{said}')):
        walk = Walk()
        if walk.message(each) == [] and each["type"] == "flex":
            assert size_of(each["contents"]) <= walk.most
