"""Texts: words made fit for Slack: nothing live that we did not write, nothing longer than it takes."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from bot.payloads import units
from flows.rules.lint.veiled import unveil

EASY = 2_400  # of a section's 3,000: room for what escaping and links add
MOST_WEIGHT = 5  # "&" becomes "&amp;"
URL = re.compile(r"(https?://[!-;=?-{}~]*[0-9A-Za-z/=_~&#%+-])")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
HALF = re.compile("[\ud800-\udfff]")  # half a character has no UTF-8
MARKS = re.compile(r"[*_~`]")  # would change how a person's words look


def clean(text: str) -> str:
    """Take out what no screen shows: control characters, half characters, marks that turn or hide words."""
    text = unveil(text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return HALF.sub("\ufffd", CONTROL.sub("", text))


def weigh(text: str) -> int:
    """Count what a text may hold once it is escaped, in UTF-16 units."""
    escapes = 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
    return units(text) + escapes


def clamp(text: str, most: int, count: Callable[[str], int] = units) -> str:
    """Cut to ``most``, with … where something is missing."""
    if count(text) <= most:
        return text
    kept, room = [], most - 1
    for mark in text[: max(most, 0)]:
        room -= count(mark)
        if room < 0:
            break
        kept.append(mark)
    return "".join(kept).rstrip() + "…" if most > 0 else ""


def label(text: str, most: int, otherwise: str = "…") -> dict[str, object]:
    """Make a plain_text object of one line; Slack takes no empty one."""
    words = " ".join(clean(text).split())
    return {"type": "plain_text", "text": clamp(words, most) or otherwise, "emoji": True}


def escape(text: str) -> str:
    """Escape the three characters that could make a mention or a link."""
    return html.escape(text, quote=False)


def words(text: str) -> dict[str, object]:
    """Make a text object that shows these words as they are.

    Without verbatim Slack would look for names and channels; with it only links that we mark are live.
    """
    if MARKS.search(text) and escape(text) == text and not URL.search(text):
        return {"type": "plain_text", "text": text, "emoji": True}
    parts = enumerate(URL.split(text))
    shown = "".join(f"<{escape(part)}>" if at % 2 else escape(part) for at, part in parts)
    return {"type": "mrkdwn", "text": shown, "verbatim": True}


def pieces(text: str) -> list[str]:
    """Cut a long text at its line ends into pieces that one block holds."""
    found, size = [""], 0
    for bit in _bits(text):
        if size + weigh(bit) > EASY:
            found.append("")
            size = 0
        found[-1] += bit
        size += weigh(bit)
    return [piece for piece in (each.strip() for each in found) if piece]


def _bits(text: str) -> Iterator[str]:
    for line in re.findall(r"[^\n]*\n|[^\n]+", text):
        if weigh(line) <= EASY:
            yield line
            continue
        step = EASY // MOST_WEIGHT
        yield from (line[at : at + step] for at in range(0, len(line), step))
