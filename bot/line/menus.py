"""Menus: a rich menu as LINE takes it; its areas tile the picture, so that no tap falls between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.payloads import word_payload
from flows.beside.menu import MENU, Entry, Standing

WIDTH, HEIGHT = 2500, 1686  # LINE's large size
CHAT_BAR = "メニュー"  # at most 14 characters; also what a person types to read the same entries
MOST_LABEL = 20  # graphemes, in a rich menu
MOST_BYTES = 1_000_000  # of the picture
MARK = "smallwin"  # how the names of our menus begin: what bears it is ours to delete


@dataclass(frozen=True)
class Area:
    """One entry and the part of the picture that answers to it."""

    entry: Entry
    x: int
    y: int
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        return self.width == WIDTH


def areas(standing: Standing) -> Iterator[Area]:
    rows = MENU[standing]
    height = HEIGHT // len(rows)
    for line, row in enumerate(rows):
        width = WIDTH // len(row)
        for place, entry in enumerate(row):
            yield Area(entry, place * width, line * height, width, height)


def shape(standing: Standing) -> dict[str, Any]:
    """Give the menu as LINE takes it, but for its name."""
    return {
        "size": {"width": WIDTH, "height": HEIGHT},
        "selected": True,  # open when the talk is: nobody has to look for it
        "chatBarText": CHAT_BAR,
        "areas": [
            {
                "bounds": {"x": area.x, "y": area.y, "width": area.width, "height": area.height},
                "action": _action(area.entry),
            }
            for area in areas(standing)
        ],
    }


def _action(entry: Entry) -> dict[str, Any]:
    return {
        "type": "postback",
        "label": entry.label,  # read aloud by screen readers
        "data": word_payload(entry.word),
        "displayText": entry.label,
        "inputOption": "closeRichMenu",  # it would cover the answer
    }


def prefix_of(state: str) -> str:
    """Return how the names of all versions of one menu begin."""
    return f"{MARK} {state} "


def name_of(state: str, digest: str) -> str:
    """Name one version of a menu, so that it is found again without a database."""
    return prefix_of(state) + digest[:16]
