"""Menu picture: a rich menu drawn by code, in letters that can be read without glasses.

Pillow and the font are heavy: only the commands that deploy or check import this.
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

from bot.line.menu_signs import SIGNS, Sheet
from bot.line.menus import HEIGHT, MOST_BYTES, WIDTH, Area, areas, name_of, shape
from bot.pages.letters import font, require_glyphs
from flows.beside.menu import PERSON, Standing

PAPER, CARD, EDGE, INK, WHITE = "#f4f1ea", "#fffefb", "#ddd8cd", "#27333a", "#ffffff"
GREEN, PALE = "#17584a", "#d7e8e0"  # white on this green reads at 8 : 1, ink on the pale at 10 : 1
GAP, INSIDE, ROUND, BORDER = 22, 62, 58, 5
FINE = 2  # shapes are drawn twice as large, then reduced: their edges are smooth

WIDE_LETTERS, LETTERS = 200, 170  # a phone 390 pixels wide shows them 31 and 26 pixels high
WIDE_DISC, DISC = 340, 284
WIDE_SPACE, SPACE = 80, 50  # between sign and words
SIGN = 0.62  # of its disc
LEADING = 1.22


@dataclass(frozen=True)
class Drawn:
    """A menu ready to be deployed: how LINE takes it, its picture, and what both amount to."""

    standing: Standing
    menu: dict[str, Any]
    picture: bytes
    digest: str


@dataclass(frozen=True)
class Look:
    """The colours of one area: its ground, its words, its disc and the sign on it."""

    ground: str
    words: str
    disc: str
    sign: str
    edge: str


CALM = Look(CARD, INK, PALE, GREEN, EDGE)
FIRST = Look(GREEN, WHITE, WHITE, GREEN, GREEN)
HUMAN = Look(PALE, INK, GREEN, WHITE, GREEN)


@cache
def draw(standing: Standing) -> Drawn:
    """Draw one menu. The digest is of what is seen and what is tapped, not of how a PNG was packed."""
    sheet = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = ImageDraw.Draw(sheet)
    for area in areas(standing):
        _shapes(pen, area)
    picture = sheet.reduce(FINE)
    pen = ImageDraw.Draw(picture)
    for area in areas(standing):
        _words(pen, area)
    menu = shape(standing)
    said = json.dumps(menu, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(said + picture.tobytes()).hexdigest()
    return Drawn(standing, {**menu, "name": name_of(standing.value, digest)}, _packed(picture), digest)


def _packed(picture: Image.Image) -> bytes:
    packed = io.BytesIO()
    picture.save(packed, "PNG", optimize=True)
    if packed.tell() > MOST_BYTES:
        raise ValueError(f"a picture of more than {MOST_BYTES} bytes")
    return packed.getvalue()


def look_of(area: Area) -> Look:
    """The first thing to do stands out, and so does the way to a person."""
    if area.is_wide:
        return FIRST
    return HUMAN if area.entry is PERSON else CALM


@dataclass(frozen=True)
class Place:
    """Where an area's sign and words stand; lengths in pixels of the picture."""

    disc: int
    disc_x: float
    middle: float
    words_x: float
    letters: int


def place_of(area: Area) -> Place:
    letters, disc, space = (WIDE_LETTERS, WIDE_DISC, WIDE_SPACE) if area.is_wide else (LETTERS, DISC, SPACE)
    widest = max(font(letters).getlength(line) for line in area.entry.lines)
    left, top, right, low = _card(area)
    whole = disc + space + widest
    if whole > right - left - 2 * INSIDE:
        raise ValueError(f"words too long for their area: {area.entry.label}")
    # In one column signs and words begin at the same places; in a wide area they stand in the middle.
    start = (left + right - whole) / 2 if area.is_wide else left + INSIDE
    return Place(disc, start, (top + low) / 2, start + disc + space, letters)


def _shapes(pen: ImageDraw.ImageDraw, area: Area) -> None:
    look, place = look_of(area), place_of(area)
    left, top, right, low = _card(area)
    pen.rounded_rectangle(
        [FINE * left, FINE * top, FINE * right, FINE * low],
        FINE * ROUND,
        fill=look.ground,
        outline=look.edge,
        width=FINE * BORDER,
    )
    x, y, side = place.disc_x, place.middle - place.disc / 2, place.disc
    pen.ellipse([FINE * x, FINE * y, FINE * (x + side), FINE * (y + side)], fill=look.disc)
    inner = side * SIGN
    margin = (side - inner) / 2
    sign = Sheet(pen, FINE * (x + margin), FINE * (y + margin), FINE * inner, look.sign, look.disc)
    SIGNS[area.entry.word](sign)


def _card(area: Area) -> tuple[int, int, int, int]:
    """Leave the same gap between cards as at the rim of the picture."""
    left = area.x + (GAP * 2 if area.x == 0 else GAP)
    top = area.y + (GAP * 2 if area.y == 0 else GAP)
    right = area.x + area.width - (GAP * 2 if area.x + area.width == WIDTH else GAP)
    low = area.y + area.height - (GAP * 2 if area.y + area.height == HEIGHT else GAP)
    return left, top, right, low


def _words(pen: ImageDraw.ImageDraw, area: Area) -> None:
    place, lines = place_of(area), area.entry.lines
    step = place.letters * LEADING
    first = place.middle - step * (len(lines) - 1) / 2
    for number, line in enumerate(lines):
        require_glyphs(line)
        at = (place.words_x, first + number * step)
        pen.text(at, line, fill=look_of(area).words, font=font(place.letters), anchor="lm")
