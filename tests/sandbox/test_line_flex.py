"""What LINE refuses in a Flex message."""

from __future__ import annotations

from typing import Any

import pytest
from linebot.v3.messaging import FlexMessage

from tests.sandbox.line_samples import GOOD_BUBBLE, HTTPS, bubble, complaints, flex, places, postback


def test_a_good_flex_passes_and_the_sdk_agrees() -> None:
    """What we accept, the SDK's own models can read and write unchanged."""
    carousel = {"type": "carousel", "contents": [GOOD_BUBBLE] * 12}
    for contents in (GOOD_BUBBLE, carousel):
        assert not complaints(flex(contents))
        written = FlexMessage.from_dict(flex(contents)).to_dict()
        assert not complaints(written)


FLEX_TEXT = {"type": "text", "text": "a"}


@pytest.mark.parametrize(
    ("component", "place", "why"),
    [
        ({"type": "text", "text": ""}, "/text", "must be non-empty text"),
        ({"type": "text"}, "/text", "must be specified"),
        ({**FLEX_TEXT, "fontSize": "lg"}, "/fontSize", "unknown field"),
        ({**FLEX_TEXT, "size": "huge"}, "/size", "invalid property"),
        ({**FLEX_TEXT, "color": "red"}, "/color", "invalid property"),
        ({**FLEX_TEXT, "wrap": "true"}, "/wrap", "must be boolean"),
        ({**FLEX_TEXT, "adjustMode": "shrink"}, "/adjustMode", "invalid property"),
        (
            {"type": "text", "contents": [{"type": "span", "text": ""}]},
            "/contents/0/text",
            "must be non-empty text",
        ),
        ({"type": "icon", "url": HTTPS}, "", "invalid property"),
        ({"type": "spacer"}, "", "invalid property"),
        ({"type": "button"}, "/action", "must be specified"),
        (
            {"type": "button", "action": {"type": "postback", "data": "d"}},
            "/action/label",
            "must be specified",
        ),
        ({"type": "button", "action": postback("あ" * 41)}, "/action/label", "size must be between 0 and 40"),
        ({"type": "button", "action": postback(lable="x")}, "/action/lable", "unknown field"),
        ({"type": "button", "action": postback(), "height": "lg"}, "/height", "invalid property"),
        ({"type": "image", "url": "http://a.jp/b.png"}, "/url", "invalid uri scheme"),
        ({"type": "image", "url": HTTPS, "aspectRatio": "1:4"}, "/aspectRatio", "invalid property"),
        ({"type": "box", "layout": "stack", "contents": []}, "/layout", "invalid property"),
        ({"type": "box", "layout": "vertical"}, "/contents", "must be specified"),
    ],
)
def test_a_flex_fault_is_told_by_its_pointer(component: dict[str, Any], place: str, why: str) -> None:
    """The pointer starts inside the container, as LINE writes it."""
    assert complaints(flex(bubble(component))) == [(f"/body/contents/0{place}", why)]


def test_a_flex_image_needs_no_label_on_its_action() -> None:
    """Only buttons must have one; other labels still have their length."""
    tapped = {"type": "image", "url": HTTPS, "action": {"type": "postback", "data": "d"}}
    assert not complaints(flex(bubble(tapped)))
    tapped["action"] = postback("あ" * 41)
    assert places(flex(bubble(tapped))) == ["/body/contents/0/action/label"]


def test_a_bubble_has_a_block_and_30_kb() -> None:
    """An empty bubble and a heavy one are refused."""
    assert complaints(flex({"type": "bubble"})) == [("/", "At least one block must be specified")]
    assert not complaints(flex(bubble({"type": "text", "text": "あ" * 10_000})))
    assert complaints(flex(bubble({"type": "text", "text": "あ" * 10_300})))[0][1].startswith("Too large")


def test_a_carousel_has_12_bubbles_of_one_size_and_50_kb() -> None:
    """Thirteen, mixed sizes, too much text and a video are refused."""
    small = bubble(FLEX_TEXT)
    assert places(flex({"type": "carousel", "contents": [small] * 13})) == ["/contents"]
    assert places(flex({"type": "carousel", "contents": []})) == ["/contents"]
    assert places(flex({"type": "carousel", "contents": [small, {**small, "size": "kilo"}]})) == ["/contents"]
    heavy = bubble({"type": "text", "text": "あ" * 9_000})
    assert complaints(flex({"type": "carousel", "contents": [heavy] * 2}))[0][1].startswith("Too large")
    video = {
        "type": "video",
        "url": HTTPS,
        "previewUrl": HTTPS,
        "altContent": {"type": "image", "url": HTTPS},
    }
    assert not complaints(flex({**small, "hero": video}))
    assert places(flex({**small, "hero": video, "size": "nano"})) == ["/hero"]
    assert places(flex({"type": "carousel", "contents": [{**small, "hero": video}]})) == ["/contents/0/hero"]
