"""Rules: what Slack would say to these blocks or this view, before it shows them to anyone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack.shapes import Json, Reader, length, total


@dataclass(frozen=True)
class Verdict:
    """A refusal: Slack's error name and the faults it names."""

    error: str
    faults: tuple[str, ...] = ()


def judge_blocks(blocks: Any, place: str = "/blocks") -> Verdict | None:
    """Judge the blocks of one message, in Slack's order."""
    if not isinstance(blocks, list) or not all(isinstance(b, dict) and "type" in b for b in blocks):
        return Verdict("invalid_blocks_format")
    reader = Reader()
    reader.list(
        {"list": {"typed": "message_blocks"}, "max": total("message_blocks"), "min": 0}, blocks, place
    )
    _read_together(reader, blocks, place)
    if reader.faults:
        return Verdict("invalid_blocks", tuple(reader.faults))
    if text_length(blocks) > total("message_text"):
        return Verdict("msg_blocks_too_long", (f"blocks hold {text_length(blocks)} characters of text",))
    return _judge_markdown(blocks)


def judge_view(view: Any, kind: str, place: str = "/view") -> Verdict | None:
    """Judge a whole view that is to be shown as ``kind`` ("modal" or "home")."""
    if not isinstance(view, dict):
        return Verdict("invalid_arguments", (f"must provide an object [json-pointer:{place}]",))
    if len(json.dumps(view, ensure_ascii=False).encode()) > total("view_bytes"):
        return Verdict("view_too_large")
    reader = Reader()
    _read_view(reader, view, kind, place)
    return Verdict("invalid_arguments", tuple(reader.faults)) if reader.faults else None


def _read_view(reader: Reader, view: Json, kind: str, place: str) -> None:
    if "type" not in view:
        reader.fault("missing required field: type", place)
    elif view["type"] != kind:
        return reader.fault("must be a valid enum value", f"{place}/type")
    reader.properties(f"view.{kind}", view, place)
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return
    _read_together(reader, blocks, f"{place}/blocks")
    if kind == "modal" and not view.get("submit") and any(_type(b) == "input" for b in blocks):
        reader.fault("missing required field: submit", place)


def _judge_markdown(blocks: list[Json]) -> Verdict | None:
    written = sum(length(block["text"]) for block in blocks if block["type"] == "markdown")
    return Verdict("msg_too_long") if written > total("markdown_text") else None


def text_length(value: Any) -> int:
    """Add up every text of a message's blocks."""
    if isinstance(value, list):
        return sum(text_length(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = length(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(text_length(item) for item in value.values() if isinstance(item, dict | list))


def _read_together(reader: Reader, blocks: list[Any], place: str) -> None:
    """Check what only shows between objects: ids used twice, choices that contradict each other."""
    _read_ids(reader, [_text(block, "block_id") for block in blocks], "block_id", place)
    focused = 0
    for position, block in enumerate(blocks):
        at = f"{place}/{position}"
        _read_block(reader, block, at)
        found = list(elements_of(block))
        _read_ids(reader, [_text(element, "action_id") for element in found], "action_id", at)
        for element in found:
            _read_element(reader, element, at)
            focused += bool(element.get("focus_on_load"))
    if focused > 1:
        reader.fault("only one element may have focus_on_load", place)


def _read_ids(reader: Reader, ids: list[str], name: str, place: str) -> None:
    for one, times in Counter(ids).items():
        if one and times > 1:
            reader.fault(f"`{name}` {one!r} already exists", place)


def _read_block(reader: Reader, block: Any, place: str) -> None:
    if _type(block) == "section" and not block.get("text") and not block.get("fields"):
        reader.fault("must have either text or fields", place)
    if _type(block) == "image":
        _read_picture(reader, block, place)
    if _type(block) in ("section", "context"):
        children = [block.get("accessory"), *_list(block.get("elements"))]
        for child in children:
            if _type(child) == "image":
                _read_picture(reader, child, place)


def _read_picture(reader: Reader, image: Json, place: str) -> None:
    if ("image_url" in image) == ("slack_file" in image):
        reader.fault("must have either image_url or slack_file", place)
    url = image.get("image_url")
    if isinstance(url, str) and not url.startswith(("https://", "http://")):
        reader.fault("invalid url", f"{place}/image_url")


def _read_element(reader: Reader, element: Json, place: str) -> None:
    url = element.get("url")
    if (
        _type(element) == "button"
        and isinstance(url, str)
        and "://" not in url
        and not url.startswith("mailto:")
    ):
        reader.fault("invalid url", f"{place}/url")
    is_menu = _type(element) in ("static_select", "multi_static_select")
    if is_menu and ("options" in element) == ("option_groups" in element):
        reader.fault("must have either options or option_groups", place)
    low, high = element.get("min_length"), element.get("max_length")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        reader.fault("min_length must not be greater than max_length", place)
    _read_initial(reader, element, place)


def _read_initial(reader: Reader, element: Json, place: str) -> None:
    """An initial option must equal one of the options exactly."""
    chosen = [*_list(element.get("initial_options"))]
    if element.get("initial_option"):
        chosen.append(element["initial_option"])
    offered = [_plainly(option) for option in options_of(element)]
    for option in chosen:
        if _plainly(option) not in offered:
            reader.fault("initial option must be one of the options", place)


def elements_of(block: Any) -> Iterator[Json]:
    """Give the interactive elements of a block, in the order of the screen."""
    if _type(block) == "actions":
        yield from (e for e in _list(block.get("elements")) if isinstance(e, dict))
    if _type(block) == "input" and isinstance(block.get("element"), dict):
        yield block["element"]
    if _type(block) == "section" and _type(block.get("accessory")) not in ("", "image"):
        yield block["accessory"]


def options_of(element: Json) -> list[Json]:
    groups = [_list(g.get("options")) for g in _list(element.get("option_groups")) if isinstance(g, dict)]
    flat = _list(element.get("options")) + [option for group in groups for option in group]
    return [option for option in flat if isinstance(option, dict)]


def _plainly(option: Any) -> tuple[str, ...]:
    if not isinstance(option, dict):
        return ()
    words = (_text(option.get(key), "text") for key in ("text", "description"))
    return (_text(option, "value"), *words)


def _type(value: Any) -> str:
    return _text(value, "type")


def _text(value: Any, key: str) -> str:
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
