"""Render: messages and forms as Block Kit. Pure; what a person wrote is shown, never obeyed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.lists import chooser
from bot.slack.texts import URL, clamp, clean, escape, label, pieces, weigh, words
from flows.messages import Button, Card, Form, FormField, Line, Look, Message, Picture

Json = dict[str, Any]

MOST_BLOCKS, MOST_VIEW_BLOCKS = 50, 100
MOST_DECK = 45  # blocks of several cards in one message
MOST_TEXT = 12_000  # of one message: msg_blocks_too_long comes at 13,200
MOST_TWIN = 3_900  # chat.update refuses 4,000
MOST_HOME_TEXT = 3_000  # of one message on the Home tab
MOST_HOME_BYTES = 200_000  # a view may have 250 kB, and nobody says how they are counted
MOST_BUTTONS = 25
MOST_ALT = 2_000
BLOCK_WEIGHT = 2_900
STYLES = {Look.PRIMARY: "primary", Look.DANGER: "danger"}
NEW, MORE = "【変更】", "このほかにもあります。"


@dataclass
class Purse:
    """How much text a message may still hold."""

    left: int

    def take(self, text: str, most: int = MOST_TEXT) -> str:
        kept = clamp(clean(text).strip("\n"), min(most, self.left), weigh)
        self.left -= weigh(kept) + 2
        return kept


def render(message: Message, most: int = MOST_TEXT, first: int = 0) -> Json:
    """Draw one message; ``first`` numbers its buttons when several share a view."""
    if message.picture:
        shown = {"type": "image", "image_url": message.picture.url, "alt_text": _alt(message.picture)}
        said, below = _sections(Purse(most).take(message.text)), _actions(message.buttons, Purse(most), first)
        return {"text": twin(message), "blocks": [*said, shown, *below]}
    purse = Purse(most)
    buttons = _actions(message.buttons, purse, first)
    asked = purse.take(
        message.text, most * 2 // 3 if message.card else most
    )  # a card never crowds out the question
    blocks = [*(_card(message.card, purse) if message.card else ()), *_sections(asked)]
    deck = _deck(message.deck, purse.left, first + len(message.buttons))
    blocks = [*blocks[: MOST_BLOCKS - len(buttons) - len(deck)], *deck, *buttons]
    return {"text": twin(message), "blocks": blocks or _sections("…")}


def _deck(deck: Sequence[Message], left: int, first: int) -> list[Json]:
    """Draw cards one below the other, each with its share of what may still be said; the last that do not fit are left."""
    blocks: list[Json] = []
    for number, each in enumerate(deck):
        drawn = render(each, left // len(deck), first=first + number * MOST_BUTTONS)["blocks"]
        if len(blocks) + 1 + len(drawn) > MOST_DECK:
            break
        blocks += [{"type": "divider"}, *drawn]
    return blocks


def _alt(picture: Picture) -> str:
    return clamp(clean(picture.alt), MOST_ALT) or "…"


def twin(message: Message, most: int = MOST_TWIN) -> str:
    """Give the message as escaped text: for notifications, screen readers and fallbacks."""
    return escape(clamp(clean(message.as_text()), most, weigh)) or "…"


def home(messages: Sequence[Message]) -> Json:
    """Draw the Home tab: what matters most comes first, what does not fit is named."""
    blocks: list[Json] = []
    for number, message in enumerate(messages):
        drawn = render(message, MOST_HOME_TEXT, first=number * MOST_VIEW_BLOCKS)["blocks"]
        longer = [*blocks, *([{"type": "divider"}] if blocks else []), *drawn]
        if len(longer) >= MOST_VIEW_BLOCKS or len(json.dumps(longer)) > MOST_HOME_BYTES:
            blocks.append(_context(MORE))
            break
        blocks = longer
    return {"type": "home", "blocks": blocks or _sections("…")}


def modal(form: Form) -> Json:
    """Draw a form; what comes back names the conversation and the turn it was asked in."""
    lead = Purse(MOST_HOME_TEXT).take(form.lead)
    return {
        "type": "modal",
        "callback_id": "form",
        "private_metadata": f"{form.conversation}:{form.turn}",
        "title": label(form.title, 24, "フォーム"),
        "submit": label(form.submit, 24, "送る"),
        "close": label("閉じる", 24),
        "notify_on_close": True,
        "blocks": [*_sections(lead), *(_input(field) for field in form.fields)] or _sections("…"),
    }


def processing(external_id: str) -> Json:
    """Show that a form arrived and is being worked on."""
    view = notice_view("受けとりました。このまま少しお待ちください。閉じても大丈夫です。", "処理中")
    return {**view, "callback_id": "processing", "external_id": external_id}


def notice_view(text: str, title: str = "お知らせ") -> Json:
    return {
        "type": "modal",
        "callback_id": "notice",
        "title": label(title, 24),
        "close": label("閉じる", 24),
        "blocks": _sections(Purse(MOST_HOME_TEXT).take(text)) or _sections("…"),
    }


def _sections(text: str) -> list[Json]:
    return [{"type": "section", "text": words(piece)} for piece in pieces(text)]


def _context(text: str) -> Json:
    return {"type": "context", "elements": [words(text)]}


def _card(card: Card, purse: Purse) -> list[Json]:
    title, note = purse.take(card.title, 150), purse.take(card.note, 2_000)
    lead = purse.take(card.lead, max(purse.left // 2, 0))
    # the header keeps a card from being all rich text, which chat.update may not turn into another kind
    head: list[Json] = [{"type": "header", "text": label(title, 150)}]
    return [*head, *_sections(lead), *_rows(card.lines, purse), *([_context(note)] if note else [])]


def _rows(lines: Sequence[Line], purse: Purse) -> list[Json]:
    """Put rows into rich text: it shows words as they are, and bold works in Japanese."""
    blocks: list[Json] = []
    size = 0
    for element in (element for line in lines for element in _row(line, purse)):
        cost = sum(weigh(each["text"]) for each in element["elements"])
        if not blocks or size + cost > BLOCK_WEIGHT:
            blocks.append({"type": "rich_text", "elements": []})
            size = 0
        _append(blocks[-1]["elements"], element)
        size += cost
    return blocks


def _append(held: list[Json], element: Json) -> None:
    """Join sections by line breaks of our own: how Slack sets two in a row is not written anywhere."""
    if held and held[-1]["type"] == element["type"] == "rich_text_section":
        held[-1]["elements"] += [_run("\n"), *element["elements"]]
    else:
        held.append(element)


def _row(line: Line, purse: Purse) -> list[Json]:
    name, text = purse.take(" ".join(line.label.split()), 200), purse.take(line.text)
    mark = NEW if line.is_new and (name or text) else ""
    purse.left -= len(mark)
    colon = "：" if name and text and not line.is_quote else ""
    if colon and "\n" in text:
        colon = "：\n"  # a list begins on a line of its own
    head = [_run(f"{mark}{name}{colon}", is_bold=True)] if mark or name else []
    parts = [_runs(piece) for piece in pieces(text)]
    if line.is_quote:
        return [*_section(head), *({"type": "rich_text_quote", "elements": part} for part in parts)]
    return [
        *_section([*head, *(parts[0] if parts else [])]),
        *(each for part in parts[1:] for each in _section(part)),
    ]


def _section(runs: list[Json]) -> list[Json]:
    return [{"type": "rich_text_section", "elements": runs}] if runs else []


def _runs(text: str) -> list[Json]:
    split = enumerate(URL.split(text))
    return [
        {"type": "link", "url": part, "text": part} if at % 2 else _run(part) for at, part in split if part
    ]


def _run(text: str, *, is_bold: bool = False) -> Json:
    return {"type": "text", "text": text, **({"style": {"bold": True}} if is_bold else {})}


def _actions(buttons: Sequence[Button], purse: Purse, first: int) -> list[Json]:
    drawn = [_button(button, number) for number, button in enumerate(buttons, start=first)]
    purse.left -= sum(len(button["text"]["text"]) * 2 for button in drawn)
    rows = [drawn[at : at + MOST_BUTTONS] for at in range(0, len(drawn), MOST_BUTTONS)]
    return [{"type": "actions", "elements": row} for row in rows]


def _button(button: Button, number: int) -> Json:
    look = {"style": STYLES[button.look]} if button.look in STYLES else {}
    return {
        "type": "button",
        "action_id": f"tap.{number}",
        "text": label(button.label, 75),
        **({"url": button.url} if button.url else {"value": button.payload}),
        **look,
    }


def _input(field: FormField) -> Json:
    hint = {"hint": label(field.hint, 2_000)} if field.hint.strip() else {}
    return {
        "type": "input",
        "block_id": field.key,
        "label": label(field.label, 2_000, field.key),
        "optional": field.is_optional,
        "element": chooser(field) if field.options else _text_input(field),
        **hint,
    }


def _text_input(field: FormField) -> Json:
    most = min(max(field.most, 1), 3_000)
    initial = {"initial_value": clamp(clean(field.initial), most)} if field.initial.strip() else {}
    return {
        "type": "plain_text_input",
        "action_id": "in",
        "multiline": field.is_long,
        "max_length": most,
        **initial,
    }
