"""Parts: the pieces that bubbles are built of. Sizes follow the person's own font size on LINE."""

from __future__ import annotations

import re
from typing import Any

from bot.line.limits import MOST_LABEL, MOST_SAID, is_longer
from bot.line.texts import shorten
from flows.messages import Button, Card, Line, Look, Message

INK, SOFT, EDGE, TINT, BAR, NEW = "#111111", "#555555", "#D5D9DE", "#F2F6F4", "#0B6B3A", "#B3261E"
GREEN, ROSE, GREY = (
    "#0B6B3A",
    "#F6DAD6",
    "#DCDFE5",
)  # white on this green reads at 6.6 : 1, on LINE's own at 2.3 : 1
CHANGED = "変わりました"
ONE_LINE = 20  # longer labels shrink in a button until they are too small to read; a box wraps them
SHORT_QUESTION = 60
BLUE, MOST_ADDRESS = "#1B5E9B", 1_000
ADDRESS = re.compile(r"^(?:[^「\n]*：)?(https://[!-~]+)$", re.MULTILINE)

Json = dict[str, Any]


def words(text: str, size: str = "lg", color: str = INK, **more: Any) -> Json:
    return {"type": "text", "text": text, "size": size, "color": color, "wrap": True, "scaling": True, **more}


def box(contents: list[Json], layout: str = "vertical", **more: Any) -> Json:
    return {"type": "box", "layout": layout, "contents": contents, **more}


def bubble(message: Message, counter: str = "") -> Json:
    """Draw one bubble: a card, the words under it, the buttons at its foot."""
    body = [words(counter, "sm", SOFT, align="end")] if counter else []
    if message.card:
        body += card(message.card)
    if message.text:
        if message.card:
            body.append({"type": "separator", "margin": "xl", "color": EDGE})
        body += spoken(message.text, is_under=bool(message.card))
    drawn: Json = {"type": "bubble", "size": "giga"}
    if body:
        drawn["body"] = box(body, paddingAll="xl")
    if message.buttons:
        drawn["footer"] = box([button(each) for each in message.buttons], spacing="md", paddingAll="lg")
    return drawn


def spoken(text: str, is_under: bool = False) -> list[Json]:
    """Draw the words of a bubble; a line that ends in an address can be tapped, which Flex text alone cannot."""
    whole = question(text, is_under)
    found = ADDRESS.search(text)
    if found is None or len(found[1]) > MOST_ADDRESS:
        return [whole]
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    address = {**whole, "text": found[0], "color": BLUE, "decoration": "underline"}
    action = {"type": "uri", "label": "開く", "uri": found[1]}
    link = box([address], action=action, paddingTop="sm", paddingBottom="sm")
    parts = [{**whole, "text": before}] if before else []
    return [*parts, link, *([{**whole, "text": after}] if after else [])]


def question(text: str, is_under: bool = False) -> Json:
    size = "lg" if is_longer(text, SHORT_QUESTION) else "xl"
    return words(text, size, **({"margin": "xl"} if is_under else {}))


def card(given: Card) -> list[Json]:
    parts = [words(given.title, "xl", weight="bold")] if given.title else []
    parts += [words(given.lead, margin="md")] if given.lead else []
    parts += [part for line in given.lines for part in row(line)]
    parts += [words(given.note, "sm", SOFT, margin="xl")] if given.note else []
    return parts


def row(line: Line) -> list[Json]:
    """Draw a row: its label, a mark if it changed, then the text; somebody's own words in a tinted box."""
    parts = [words(line.label, "md", SOFT, weight="bold")] if line.label else []
    parts += [words(CHANGED, "md", NEW, weight="bold")] if line.is_new else []
    if line.text:
        parts.append(
            quote(line.text) if line.is_quote else link(line.text) if line.is_link else words(line.text)
        )
    if parts:
        parts[0] = {**parts[0], "margin": "xl"}
    return parts


def link(address: str) -> Json:
    """Draw an address that can be tapped, which Flex text is not."""
    if ADDRESS.fullmatch(address) is None or len(address) > MOST_ADDRESS:
        return words(address)
    action = {"type": "uri", "label": "開く", "uri": address}
    return box([words(address, color=BLUE, decoration="underline")], action=action, paddingTop="sm")


def quote(text: str) -> Json:
    bar = box([], width="4px", flex=0, backgroundColor=BAR)
    said = box([words(text)], paddingAll="md")
    return box([bar, said], "horizontal", backgroundColor=TINT, cornerRadius="sm", margin="sm")


def button(given: Button) -> Json:
    action = _action(given)
    if is_longer(given.label, ONE_LINE):
        return _wide(given, action)
    drawn = {
        "type": "button",
        "action": action,
        "height": "md",
        "scaling": True,
        "adjustMode": "shrink-to-fit",
    }
    match given.look:
        case Look.PRIMARY:
            return {**drawn, "style": "primary", "color": GREEN}
        case Look.DANGER:
            return {**drawn, "style": "secondary", "color": ROSE}
        case Look.PLAIN:
            return {**drawn, "style": "secondary", "color": GREY}


def _action(given: Button) -> Json:
    name = shorten(given.label, MOST_LABEL)
    if given.url:
        return {"type": "uri", "label": name, "uri": given.url}
    said = shorten(given.label, MOST_SAID)
    return {"type": "postback", "label": name, "data": given.payload, "displayText": said}


def _wide(given: Button, action: Json) -> Json:
    """Draw a button whose label wraps: a box that can be tapped."""
    fill, ink = {Look.PRIMARY: (GREEN, "#FFFFFF"), Look.DANGER: (ROSE, INK)}.get(given.look, (GREY, INK))
    label = words(shorten(given.label, MOST_SAID), "md", ink, align="center", weight="bold")
    return box([label], action=action, backgroundColor=fill, cornerRadius="md", paddingAll="lg")
