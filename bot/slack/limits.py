"""Limits: Slack's own, for the objects we send (docs.slack.dev/reference/block-kit), and what else to do."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.payloads import units
from bot.slack.render import MOST_HOME_TEXT, home, modal, notice_view, render, twin
from bot.slack.texts import clamp, clean, escape, pieces, weigh
from flows.messages import Form, FormField, Message

log = logging.getLogger("smallwin.slack")

Json = dict[str, Any]
Found = Iterator[str]

MOST_BLOCKS, MOST_VIEW_BLOCKS = 50, 100
MOST_BLOCK_TEXT = 13_200  # measured by others: msg_blocks_too_long
MOST_TEXT = 4_000
MOST_VIEW_BYTES = 250_000
TEXTS = ("plain_text", "mrkdwn")
LOST = "画面の都合で、ボタンをお見せできませんでした。文字でお返事ください："
NO_FORM = "このフォームをお見せできませんでした。お手数ですが「人と話す」と送ってください。"


def broken_message(body: Json) -> list[str]:
    """Name what Slack would refuse in a message, with a JSON pointer each; no words of it."""
    return list(_message(body))


def broken_view(view: Json) -> list[str]:
    """Name what Slack would refuse in a modal or a home."""
    return list(_view(view))


def safe(message: Message) -> Json:
    """Draw a message; one that Slack would refuse goes as plain text, never not at all."""
    body = render(message)
    if not (broken := broken_message(body)):
        return body
    _tell("message", broken)
    labels = " ／ ".join(clean(button.url or button.label) for button in message.buttons)
    offer = f"\n{LOST}{clamp(escape(labels), 1_000)}" if labels else ""
    return {"text": twin(message, MOST_TEXT - units(offer) - 10) + offer}


def safe_modal(form: Form) -> Json:
    """Draw a form; one that Slack would refuse loses its lists, then its fields."""
    for drawn in (form, replace(form, lead="", fields=tuple(_bare(field) for field in form.fields))):
        view = modal(drawn)
        if not (broken := broken_view(view)):
            return view
        _tell("form", broken)
    return notice_view(NO_FORM)


def safe_home(messages: Sequence[Message]) -> Json:
    """Draw the Home tab, in plain words if it must be."""
    view = home(messages)
    if not (broken := broken_view(view)):
        return view
    _tell("home", broken)
    found = [
        piece
        for message in messages
        for piece in pieces(clamp(clean(message.as_text()), MOST_HOME_TEXT, weigh))
    ]
    plain = [{"type": "section", "text": {"type": "plain_text", "text": piece}} for piece in found]
    return {"type": "home", "blocks": plain[:30] or notice_view("…")["blocks"]}


def _bare(field: FormField) -> FormField:
    return FormField(field.key, field.label[:500], is_long=field.is_long, is_optional=field.is_optional)


def _tell(what: str, broken: list[str]) -> None:
    log.error("not fit for Slack", extra={"action": "render", "what": what, "broken": broken[:5]})


def _message(body: Json) -> Found:
    yield from _string(body.get("text"), "/text", MOST_TEXT)
    blocks = body.get("blocks", [])
    yield from _blocks(blocks, "/blocks", MOST_BLOCKS, 0)
    if isinstance(blocks, list) and _all_text(blocks) > MOST_BLOCK_TEXT:
        yield f"/blocks: more than {MOST_BLOCK_TEXT} characters in all"


def _view(view: Json) -> Found:
    kind = view.get("type")
    if kind not in ("modal", "home"):
        yield "/type: neither modal nor home"
    yield from _blocks(view.get("blocks"), "/blocks", MOST_VIEW_BLOCKS, 1)
    if kind == "modal":
        yield from _text(view.get("title"), "/title", 24, TEXTS[:1])
        for name in ("submit", "close"):
            if name in view:
                yield from _text(view[name], f"/{name}", 24, TEXTS[:1])
        if "submit" not in view and any(_kind(block) == "input" for block in _list(view.get("blocks"))):
            yield "/submit: missing"
    for name, most in (("private_metadata", 3_000), ("callback_id", 255), ("external_id", 255)):
        if name in view:
            yield from _string(view[name], f"/{name}", most, 0)
    if len(json.dumps(view)) > MOST_VIEW_BYTES:
        yield f"more than {MOST_VIEW_BYTES} bytes"


def _blocks(blocks: Any, at: str, most: int, least: int) -> Found:
    if not isinstance(blocks, list):
        yield f"{at}: no list"
        return
    if not least <= len(blocks) <= most:
        yield f"{at}: not {least} to {most} blocks"
    yield from _twice([block.get("block_id") for block in blocks], f"{at}/block_id")
    for number, block in enumerate(blocks):
        check = CHECKS.get(_kind(block))
        if check is None:
            yield f"{at}/{number}: of no known type"
        else:
            yield from check(block, f"{at}/{number}")
        if "block_id" in block:
            yield from _string(block["block_id"], f"{at}/{number}/block_id", 255)


def _section(block: Json, at: str) -> Found:
    yield from _text(block.get("text"), f"{at}/text", 3_000)


def _header(block: Json, at: str) -> Found:
    yield from _text(block.get("text"), f"{at}/text", 150, TEXTS[:1])


def _context(block: Json, at: str) -> Found:
    for number, element in enumerate(_some(block.get("elements"), 10)):
        yield from _text(element, f"{at}/elements/{number}", 3_000)


def _divider(block: Json, at: str) -> Found:
    yield from ()


def _image(block: Json, at: str) -> Found:
    yield from _address(block.get("image_url"), f"{at}/image_url")
    yield from _string(block.get("alt_text"), f"{at}/alt_text", 2_000)


def _rich_text(block: Json, at: str) -> Found:
    for number, element in enumerate(_some(block.get("elements"), 1_000)):
        if _kind(element) not in ("rich_text_section", "rich_text_quote"):
            yield f"{at}/elements/{number}: of no known type"
            continue
        for inner, run in enumerate(_some(element.get("elements"), 10_000)):
            most = 3_000 if _kind(run) == "link" else MOST_BLOCK_TEXT
            yield from _string(run.get("text") if run else None, f"{at}/elements/{number}/{inner}", most)


def _actions(block: Json, at: str) -> Found:
    buttons = _some(block.get("elements"), 25)
    yield from _twice([button.get("action_id") for button in buttons], f"{at}/action_id")
    for number, button in enumerate(buttons):
        where = f"{at}/elements/{number}"
        yield from _string(button.get("action_id"), f"{where}/action_id", 255)
        yield from _text(button.get("text"), f"{where}/text", 75, TEXTS[:1])
        if "url" in button:
            yield from _address(button["url"], f"{where}/url")
        else:
            yield from _string(button.get("value"), f"{where}/value", 2_000)
        if button.get("style", "primary") not in ("primary", "danger"):
            yield f"{where}/style: not one of its values"


def _input(block: Json, at: str) -> Found:
    yield from _text(block.get("label"), f"{at}/label", 2_000, TEXTS[:1])
    if "hint" in block:
        yield from _text(block["hint"], f"{at}/hint", 2_000, TEXTS[:1])
    element = block.get("element")
    if _kind(element) == "plain_text_input":
        yield from _text_input(element, f"{at}/element")
    elif _kind(element) in ("static_select", "multi_static_select", "checkboxes"):
        yield from _select(element, f"{at}/element", 10 if _kind(element) == "checkboxes" else 100)
    else:
        yield f"{at}/element: of no known type"


def _text_input(element: Any, at: str) -> Found:
    most = element.get("max_length", 3_000)
    if not isinstance(most, int) or not 1 <= most <= 3_000:
        yield f"{at}/max_length: not 1 to 3000"
    elif "initial_value" in element:
        yield from _string(element["initial_value"], f"{at}/initial_value", most, 0)


def _select(element: Any, at: str, most: int) -> Found:
    groups = element.get("option_groups")
    if groups is not None and not 1 <= len(groups) <= 100:
        yield f"{at}/option_groups: not 1 to 100"
    lists = [group["options"] for group in groups] if groups is not None else [element.get("options")]
    options = [option for each in lists for option in _some(each, most)]
    for number, option in enumerate(options):
        yield from _text(option.get("text"), f"{at}/options/{number}/text", 75, TEXTS[:1])
        yield from _string(option.get("value"), f"{at}/options/{number}/value", 150)
    chosen = [element[name] for name in ("initial_option",) if name in element]
    chosen += _some(element["initial_options"], most) if "initial_options" in element else []
    if any(option not in options for option in chosen):
        yield f"{at}/initial_option: none of the options"


CHECKS: dict[str, Callable[[Json, str], Found]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": _divider,
    "image": _image,
    "rich_text": _rich_text,
    "actions": _actions,
    "input": _input,
}


def _text(value: Any, at: str, most: int, kinds: Sequence[str] = TEXTS) -> Found:
    if _kind(value) not in kinds:
        yield f"{at}: no {' or '.join(kinds)}"
    else:
        yield from _string(value.get("text"), f"{at}/text", most)


def _string(value: Any, at: str, most: int, least: int = 1) -> Found:
    if not isinstance(value, str):
        yield f"{at}: no string"
    elif not least <= units(value) <= most:
        yield f"{at}: not {least} to {most} characters"


def _address(value: Any, at: str) -> Found:
    yield from _string(value, at, 3_000)
    if not str(value).startswith(("https://", "http://")):
        yield f"{at}: no address"


def _some(value: Any, most: int) -> list[Any]:
    """Give a list with 1 to ``most`` items; any other is one item that nothing fits."""
    return value if isinstance(value, list) and 1 <= len(value) <= most else [{}]


def _twice(ids: list[Any], at: str) -> Found:
    yield from (f"{at}: twice" for id, times in Counter(ids).items() if id is not None and times > 1)


def _all_text(value: Any) -> int:
    if isinstance(value, list):
        return sum(_all_text(item) for item in value)
    if not isinstance(value, dict):
        return 0
    own = value.get("text")
    return (units(own) if isinstance(own, str) else 0) + sum(_all_text(item) for item in value.values())


def _kind(value: Any) -> str:
    return str(value.get("type")) if isinstance(value, dict) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
