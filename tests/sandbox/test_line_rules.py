"""What LINE refuses in a message, counted as LINE counts."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.line.checks import graphemes, units
from sandbox.line.refusal import Refused
from sandbox.line.rules import require_messages
from tests.sandbox.line_samples import (
    FAMILY,
    HTTPS,
    KANJI,
    complaints,
    link,
    picker,
    places,
    postback,
    quick,
    template,
    text,
)


def test_counting_knows_units_from_graphemes() -> None:
    """A family emoji is one character on a button and eleven in a text."""
    assert (units(FAMILY), graphemes(FAMILY)) == (11, 1)
    assert (units(KANJI), graphemes(KANJI)) == (2, 1)
    assert (units("か\u3099"), graphemes("か\u3099")) == (2, 1)
    assert (units("🇯🇵"), graphemes("🇯🇵")) == (4, 1)
    assert (units("\ud83d"), graphemes("")) == (1, 0)


@pytest.mark.parametrize("messages", [[], [text("a")] * 6, None, "text"])
def test_a_request_holds_one_to_five_messages(messages: Any) -> None:
    """None, or six, are refused together."""
    with pytest.raises(Refused) as refused:
        require_messages({"messages": messages})
    assert refused.value.body == {
        "message": "The request body has 1 error(s)",
        "details": [{"message": "Size must be between 1 and 5", "property": "messages"}],
    }


def test_a_text_is_never_empty() -> None:
    """Missing and empty are the same fault."""
    assert complaints(text("")) == [("messages[0].text", "May not be empty")]
    assert complaints(text("a"), {"type": "text"}) == [("messages[1].text", "May not be empty")]


def test_a_text_holds_5000_utf16_units() -> None:
    """An ideograph outside the BMP counts twice."""
    assert not complaints(text("あ" * 5000))
    assert complaints(text("あ" * 5001)) == [("messages[0].text", "Length must be between 0 and 5000")]
    assert not complaints(text(KANJI * 2500))
    assert complaints(text(KANJI * 2500 + "a")) == [("messages[0].text", "Length must be between 0 and 5000")]


def test_an_unknown_type_is_told_with_the_known_ones() -> None:
    """The answer lists what there is; all such faults come in one answer."""
    found = complaints({"type": "txt"}, {"text": "a"}, text(""))
    assert [place for place, _ in found] == ["messages[0].type", "messages[1].type", "messages[2].text"]
    assert found[0][1].startswith("Must be one of the following values: [text, ")


def test_emojis_point_at_dollars() -> None:
    """The index counts UTF-16 units."""
    emoji = {"productId": "p", "emojiId": "001"}
    assert not complaints(text(f"{KANJI}$", emojis=[{"index": 2, **emoji}]))
    assert places(text(f"{KANJI}$", emojis=[{"index": 1, **emoji}])) == ["emojis/0/index"]
    assert places(text("$" * 21, emojis=[{"index": at, **emoji} for at in range(21)])) == ["emojis"]


@pytest.mark.parametrize("said", ["{", "a}b", "{{a}", "{name}"])
def test_text_v2_braces_must_pair(said: str) -> None:
    """A stray brace of a person's own words costs the whole message."""
    assert places({"type": "textV2", "text": said}) == ["text"]


def test_text_v2_substitutes_emoji_but_mentions_nobody_in_one_to_one() -> None:
    """Doubled braces are braces; mentions are for groups."""
    smile = {"type": "emoji", "productId": "p", "emojiId": "001"}
    assert not complaints({"type": "textV2", "text": "{{x}} {s}", "substitution": {"s": smile}})
    everyone = {"type": "mention", "mentionee": {"type": "all"}}
    assert places({"type": "textV2", "text": "{m}", "substitution": {"m": everyone}}) == ["substitution/m"]
    assert places({"type": "textV2", "text": "a", "substitution": {"名": smile}}) == ["substitution/名"]


@pytest.mark.parametrize(
    ("message", "place"),
    [
        ({"type": "sticker", "packageId": "1", "stickerId": "1"}, "stickerId"),
        ({"type": "image", "originalContentUrl": HTTPS}, "previewImageUrl"),
        (
            {"type": "image", "originalContentUrl": "http://a/b", "previewImageUrl": HTTPS},
            "originalContentUrl",
        ),
        (
            {"type": "image", "originalContentUrl": HTTPS + "x" * 2000, "previewImageUrl": HTTPS},
            "originalContentUrl",
        ),
        ({"type": "audio", "originalContentUrl": HTTPS}, "duration"),
        ({"type": "location", "title": "a" * 101, "address": "b", "latitude": 35, "longitude": 139}, "title"),
        ({"type": "location", "title": "a", "address": "b", "latitude": 91, "longitude": 139}, "latitude"),
    ],
)
def test_media_have_their_rules(message: dict[str, Any], place: str) -> None:
    """Stickers come from the sendable list, pictures from https, places lie on earth."""
    assert places(message) == [place]


def test_good_media_pass() -> None:
    """What the reference shows is accepted."""
    assert not complaints(
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {"type": "image", "originalContentUrl": HTTPS, "previewImageUrl": HTTPS},
        {"type": "audio", "originalContentUrl": HTTPS, "duration": 60000},
        {"type": "location", "title": "本社", "address": "四谷", "latitude": 35.6, "longitude": 139.7},
        {
            "type": "imagemap",
            "baseUrl": "https://example.com/map",
            "altText": "地図",
            "baseSize": {"width": 1040, "height": 520},
            "actions": [
                {"type": "message", "text": "左", "area": {"x": 0, "y": 0, "width": 520, "height": 520}},
            ],
        },
    )


def test_quick_replies_are_thirteen_with_labels_of_twenty() -> None:
    """Labels count graphemes, and must be there."""
    assert not complaints(quick(*[postback()] * 13))
    assert places(quick(*[postback()] * 14)) == ["quickReply/items"]
    assert not complaints(quick(postback(FAMILY * 20)))
    assert places(quick(postback("あ" * 21))) == ["quickReply/items/0/action/label"]
    assert places(quick({"type": "postback", "data": "d"})) == ["quickReply/items/0/action/label"]
    assert not complaints(quick({"type": "camera", "label": "写真"}, {"type": "location", "label": "場所"}))


@pytest.mark.parametrize(
    ("action", "field"),
    [
        (postback(data="a" * 301), "data"),
        (postback(data=KANJI * 150 + "a"), "data"),
        (postback(displayText="あ" * 301), "displayText"),
        (postback(text="a", displayText="b"), "text"),
        (postback(fillInText="a"), "fillInText"),
        (postback(inputOption="openDoor"), "inputOption"),
        ({"type": "message", "label": "a", "text": "あ" * 301}, "text"),
        ({"type": "message", "label": "a"}, "text"),
        ({"type": "clipboard", "label": "a", "clipboardText": "a" * 1001}, "clipboardText"),
        ({"type": "richmenuswitch", "label": "a", "data": "d", "richMenuAliasId": "a"}, "type"),
        (link("ftp://example.com"), "uri"),
        (link("https://example.com/日本"), "uri"),
        (link("https://example.com/" + "a" * 10_000), "uri"),
        (picker(mode="month"), "mode"),
        (picker(initial="2026-11-21T10:00"), "initial"),
        (picker(initial="2026-02-30"), "initial"),
        (picker(min="1899-12-31"), "min"),
        (picker(max="2101-01-01"), "max"),
        (picker(min="2026-11-21", max="2026-11-21"), "max"),
        (picker(mode="time", initial="6:15"), "initial"),
    ],
)
def test_an_action_is_refused_at_its_field(action: dict[str, Any], field: str) -> None:
    """Every limit of the action objects is told with its place."""
    assert places(quick(action)) == [f"quickReply/items/0/action/{field}"]


@pytest.mark.parametrize(
    "action",
    [
        postback(data="a" * 300, displayText=FAMILY * 300),
        postback(inputOption="openKeyboard", fillInText="一行目\n二行目"),
        link("tel:0312345678"),
        link("line://nv/chat"),
        link("https://example.com/" + "a" * 9_000),
        picker(min="1900-01-01", max="2100-12-31", initial="2026-11-21"),
        picker(mode="time", initial="06:15"),
        picker(mode="datetime", initial="2017-06-18t06:15", max="2017-06-18T06:16"),
        {"type": "clipboard", "label": "写す", "clipboardText": "a" * 1000},
    ],
)
def test_an_action_at_its_limit_passes(action: dict[str, Any]) -> None:
    """The limits themselves are allowed."""
    assert not complaints(quick(action))


def test_the_sender_is_short_and_not_line() -> None:
    """A persona has at most 20 characters and doesn't call itself LINE."""
    assert not complaints(text("a", sender={"name": "あ" * 20, "iconUrl": HTTPS}))
    assert places(text("a", sender={"name": "あ" * 21})) == ["sender/name"]
    assert places(text("a", sender={"name": "LINE係"})) == ["sender/name"]


def test_buttons_are_four_and_their_text_shrinks_beside_a_picture() -> None:
    """160 graphemes alone, 60 beside a title or a picture."""
    assert not complaints(template("buttons", text="あ" * 160, actions=[postback()] * 4))
    assert places(template("buttons", text="あ" * 161, actions=[postback()])) == ["template/text"]
    assert places(template("buttons", text="あ" * 61, title="t", actions=[postback()])) == ["template/text"]
    assert places(template("buttons", text="a", actions=[postback()] * 5)) == ["template/actions"]
    assert places(template("buttons", text="a", actions=[postback("あ" * 21)])) == [
        "template/actions/0/label"
    ]
    assert places(template("buttons", text="a", title="あ" * 41, actions=[postback()])) == ["template/title"]
    assert places({**template("buttons", text="a", actions=[postback()]), "altText": "あ" * 1501}) == [
        "altText"
    ]


def test_a_confirm_has_exactly_two_actions() -> None:
    """One or three are refused."""
    assert not complaints(template("confirm", text="あ" * 240, actions=[postback()] * 2))
    assert places(template("confirm", text="a", actions=[postback()])) == ["template/actions"]
    assert places(template("confirm", text="あ" * 241, actions=[postback()] * 2)) == ["template/text"]


def test_carousel_columns_are_alike() -> None:
    """Ten columns, the same number of actions, a picture in all or none."""
    column = {"text": "a", "actions": [postback()]}
    assert not complaints(template("carousel", columns=[column] * 10))
    assert places(template("carousel", columns=[column] * 11)) == ["template/columns"]
    assert places(template("carousel", columns=[column, {**column, "actions": [postback()] * 2}])) == [
        "template/columns"
    ]
    assert places(template("carousel", columns=[column, {**column, "title": "t"}])) == ["template/columns"]
    assert places(template("carousel", columns=[{**column, "text": "あ" * 121}])) == [
        "template/columns/0/text"
    ]


def test_an_image_carousel_label_has_twelve() -> None:
    """And may be left out."""
    column = {"imageUrl": HTTPS, "action": {"type": "postback", "data": "d"}}
    assert not complaints(template("image_carousel", columns=[column]))
    long = {**column, "action": postback("あ" * 13)}
    assert places(template("image_carousel", columns=[long])) == ["template/columns/0/action/label"]


def test_the_first_bad_message_is_named() -> None:
    """The answer says which message, and every violation says it too."""
    with pytest.raises(Refused) as refused:
        require_messages({"messages": [text("a"), quick(postback("あ" * 21))]})
    assert refused.value.body["message"] == "A message (messages[1]) in the request body is invalid"
    assert refused.value.violations == (
        "messages[1] quickReply/items/0/action/label: size must be between 0 and 20",
    )
