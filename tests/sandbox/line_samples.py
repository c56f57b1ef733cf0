"""Messages to try the rules on, and the complaints they earn."""

from __future__ import annotations

from typing import Any

from sandbox.line.refusal import Refused
from sandbox.line.rules import require_messages

FAMILY = "👨‍👩‍👧‍👦"  # one grapheme, seven code points, eleven UTF-16 units
KANJI = "𠮷"  # one grapheme, two UTF-16 units
HTTPS = "https://example.com/a.png"

Complaints = list[tuple[str, str]]


def complaints(*messages: Any) -> Complaints:
    """Return (property, message) of each detail of LINE's answer; empty if it accepts."""
    try:
        require_messages({"messages": list(messages)})
    except Refused as refused:
        return [(detail["property"], detail["message"]) for detail in refused.body["details"]]
    return []


def places(*messages: Any) -> list[str]:
    return [place for place, _ in complaints(*messages)]


def text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": said, **more}


def quick(*actions: dict[str, Any]) -> dict[str, Any]:
    return text("?", quickReply={"items": [{"type": "action", "action": action} for action in actions]})


def template(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": "template", "altText": "a", "template": {"type": kind, **fields}}


def flex(contents: dict[str, Any]) -> dict[str, Any]:
    return {"type": "flex", "altText": "a", "contents": contents}


def bubble(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": list(components)},
        **more,
    }


def postback(label: str = "はい", **more: Any) -> dict[str, Any]:
    return {"type": "postback", "label": label, "data": "d", **more}


def picker(**more: Any) -> dict[str, Any]:
    return {"type": "datetimepicker", "label": "いつ", "data": "d", "mode": "date", **more}


def link(uri: str) -> dict[str, Any]:
    return {"type": "uri", "label": "見る", "uri": uri}


GOOD_BUBBLE: dict[str, Any] = {
    "type": "bubble",
    "size": "giga",
    "hero": {"type": "image", "url": HTTPS, "size": "full", "aspectRatio": "20:13", "aspectMode": "cover"},
    "body": {
        "type": "box",
        "layout": "vertical",
        "spacing": "md",
        "paddingAll": "20px",
        "contents": [
            {
                "type": "text",
                "text": "候補 1/3",
                "weight": "bold",
                "size": "xl",
                "scaling": True,
                "wrap": True,
            },
            {"type": "separator", "margin": "lg", "color": "#00000020"},
            {
                "type": "box",
                "layout": "baseline",
                "contents": [
                    {"type": "icon", "url": HTTPS, "size": "sm"},
                    {"type": "text", "contents": [{"type": "span", "text": "週1回", "color": "#111111"}]},
                ],
            },
            {
                "type": "box",
                "layout": "horizontal",
                "contents": [],
                "height": "4px",
                "background": {
                    "type": "linearGradient",
                    "angle": "90deg",
                    "startColor": "#ffffff",
                    "endColor": "#00b900",
                },
            },
        ],
    },
    "footer": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            {
                "type": "button",
                "style": "primary",
                "height": "md",
                "scaling": True,
                "action": postback("あ" * 40),
            },
        ],
    },
    "styles": {"footer": {"separator": True, "backgroundColor": "#F0F0F0"}},
}
