"""Render: messages drawn for LINE. Dark on white, one column, large; every picture has a text twin."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.line.limits import ESCAPED, MOST_ALT, MOST_BUBBLES, broken, size_of
from bot.line.parts import bubble, row
from bot.line.texts import clean, shorten, split
from bot.payloads import units
from flows.messages import Button, Card, Line, Message, Picture

log = logging.getLogger("smallwin.line")

MOST_BUTTONS = 12  # of one bubble: more is a wall
MOST_QUOTE, MOST_ROW, MOST_NAME = 500, 1_000, 100
ROWS_BYTES = 15_000  # of one bubble's 30 KB; the rest is for its frame and its buttons
ROW_FRAME = 700  # bytes of a row around its words, at the most
CUT_QUOTE = "…(つづきは担当が読みます)"
GOES_ON = "つづきです。"
NO_LABEL, NO_WORDS = "選ぶ", "お知らせ"
ASIDE = ("w:", "f:")  # payloads of buttons that are no answers: a number would name another one
NUMBERS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

Json = dict[str, Any]


def safe(message: Message) -> tuple[Json, ...]:
    """Draw a message; what LINE would refuse goes out as plain text with numbered choices instead."""
    if message.picture:
        shown, rest = picture(message.picture), replace(message, picture=None)
        above = _text(shorten(message.picture.alt, MOST_ALT)) if broken([shown]) else shown
        return (above, *(safe(rest) if rest != Message() else ()))
    if message.deck:
        deck = carousel(message.deck)
        return tuple(part for each in message.deck for part in safe(each)) if broken([deck]) else (deck,)
    drawn = render(message)
    problems = [problem for each in drawn for problem in broken([each])]
    if not problems:
        return drawn
    log.warning("drawn as plain text", extra={"action": "render", "problems": problems[:5]})
    return tuple(_text(piece) for piece in split(twin(_cleaned(message))))


def render(message: Message) -> tuple[Json, ...]:
    """Draw a message as one or more LINE messages; nothing to say gives none."""
    drawn, answers = [], 0
    for page in _pages(_cleaned(message)):
        drawn.append(_flex(page, answers) if page.card or page.buttons else _text(page.text))
        answers += sum(not _is_aside(each) for each in page.buttons)
    return tuple(drawn)


def picture(given: Picture) -> Json:
    """Draw a picture; what it shows is said in words beside it, for LINE's own picture has no text."""
    return {"type": "image", "originalContentUrl": given.url, "previewImageUrl": given.url}


def carousel(messages: Sequence[Message]) -> Json:
    """Draw several cards side by side, each with its counter."""
    if not 1 <= len(messages) <= MOST_BUBBLES:
        raise ValueError(f"a carousel holds 1 to {MOST_BUBBLES} cards")
    cards = {f"{at}/{len(messages)}": _cleaned(each) for at, each in enumerate(messages, start=1)}
    alt = "\n".join(f"{counter} {each.as_text()}" for counter, each in cards.items())
    bubbles = [bubble(each, counter) for counter, each in cards.items()]
    return {
        "type": "flex",
        "altText": shorten(alt, MOST_ALT),
        "contents": {"type": "carousel", "contents": bubbles},
    }


def twin(message: Message) -> str:
    """Give all that a bubble shows as plain text, the answers numbered as a person may type them."""
    return "\n".join(part for part in (message.as_text(), _choices(message.buttons)) if part)


def _choices(buttons: Sequence[Button], before: int = 0) -> str:
    answers = [each.label for each in buttons if not _is_aside(each)]
    aside = "".join(f"「{each.label}」" for each in buttons if _is_aside(each))
    lines = [f"{_mark(at)}{label}" for at, label in enumerate(answers, start=before)]
    return "\n".join([*lines, aside] if aside else lines)


def _is_aside(button: Button) -> bool:
    return bool(button.url) or button.payload.startswith(ASIDE)


def _mark(at: int) -> str:
    return NUMBERS[at] if at < len(NUMBERS) else f"{at + 1}. "


def _text(words: str) -> Json:
    return {"type": "text", "text": words}


def _flex(message: Message, answers_before: int) -> Json:
    """Draw a bubble; the words in the notification leave room for the choices."""
    choices = _choices(message.buttons, answers_before)
    said = shorten(message.as_text(), max(MOST_ALT // 2, MOST_ALT - units(choices) - 1))
    alt = shorten("\n".join(part for part in (said, choices) if part), MOST_ALT)
    return {"type": "flex", "altText": alt or NO_WORDS, "contents": bubble(message)}


def _pages(message: Message) -> Iterator[Message]:
    """Spread what one bubble cannot hold: card before words, words before buttons."""
    cards, pieces = list(_cards(message.card)) if message.card else [], split(message.text)
    lots = [message.buttons[at : at + MOST_BUTTONS] for at in range(0, len(message.buttons), MOST_BUTTONS)]
    stays = cards[-1:] if len(pieces) <= 1 else []  # a card stands above its question, not above an essay
    yield from (Message(card=each) for each in cards[: len(cards) - len(stays)])
    yield from (Message(piece) for piece in pieces[:-1])
    last = Message("".join(pieces[-1:]), stays[0] if stays else None, lots[0] if lots else ())
    if last != Message():
        yield last
    yield from (Message(GOES_ON, buttons=lot) for lot in lots[1:])


def _cards(card: Card) -> Iterator[Card]:
    letters = sum([len(line.label) + len(line.text) for line in card.lines])
    if ESCAPED * letters + ROW_FRAME * len(card.lines) <= ROWS_BYTES:  # nothing need be measured
        yield card
        return
    pages: list[tuple[Line, ...]] = [()]
    used = 0
    for line in card.lines:
        size = sum(size_of(part) for part in row(line))
        if pages[-1] and used + size > ROWS_BYTES:
            pages.append(())
            used = 0
        pages[-1] += (line,)
        used += size
    for at, lines in enumerate(pages, start=1):
        title = f"{card.title}（{at}/{len(pages)}）" if len(pages) > 1 else card.title
        yield Card(title, lines, card.lead if at == 1 else "", card.note if at == len(pages) else "")


def _cleaned(message: Message) -> Message:
    """Keep what can be shown, short enough for a phone; the words of a message stay whole."""
    buttons = tuple(
        Button(" ".join(clean(each.label).split()) or NO_LABEL, each.payload, each.look, each.url)
        for each in message.buttons
    )
    return Message(clean(message.text).strip(), _clean_card(message.card), buttons)


def _clean_card(card: Card | None) -> Card | None:
    if card is None:
        return None
    lines = tuple(line for line in map(_clean_line, card.lines) if line.label or line.text)
    cleaned = Card(_cut(card.title, MOST_NAME), lines, _cut(card.lead, MOST_ROW), _cut(card.note, MOST_ROW))
    return cleaned if cleaned != Card("") else None


def _clean_line(line: Line) -> Line:
    most, ending = (MOST_QUOTE, CUT_QUOTE) if line.is_quote else (MOST_ROW, "…")
    text = _cut(line.text, most, ending)
    return Line(_cut(line.label, MOST_NAME), text, line.is_quote, line.is_new, line.is_link)


def _cut(text: str, most: int, ending: str = "…") -> str:
    return shorten(clean(text).strip(), most, ending)
