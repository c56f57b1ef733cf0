"""Menu signs: one simple sign for each thing an owner may want to do, drawn of a few shapes."""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import ImageDraw

from flows.words import Word

Pen = ImageDraw.ImageDraw
Point = tuple[float, float]


class Sheet:
    """A square to draw on, 100 units wide; ``ink`` draws, ``ground`` is what shows through."""

    def __init__(self, pen: Pen, x: float, y: float, side: float, ink: str, ground: str) -> None:
        self.pen, self.x, self.y, self.unit = pen, x, y, side / 100
        self.ink, self.ground = ink, ground

    def _at(self, *points: Point) -> list[Point]:
        return [(self.x + self.unit * x, self.y + self.unit * y) for x, y in points]

    def disc(self, x: float, y: float, radius: float, color: str = "") -> None:
        box = self._at((x - radius, y - radius), (x + radius, y + radius))
        self.pen.ellipse(box, fill=color or self.ink)

    def ring(self, x: float, y: float, radius: float, width: float) -> None:
        self.disc(x, y, radius)
        self.disc(x, y, radius - width, self.ground)

    def block(self, x: float, y: float, right: float, low: float, radius: float, color: str = "") -> None:
        box = self._at((x, y), (right, low))
        self.pen.rounded_rectangle(box, self.unit * radius, fill=color or self.ink)

    def shape(self, *points: Point, color: str = "") -> None:
        self.pen.polygon(self._at(*points), fill=color or self.ink)

    def stroke(self, *points: Point, width: float = 8, color: str = "") -> None:
        """Draw a line with round ends and corners."""
        ink = color or self.ink
        self.pen.line(self._at(*points), fill=ink, width=round(self.unit * width), joint="curve")
        for x, y in points:
            self.disc(x, y, width / 2, ink)

    def half_disc(self, x: float, y: float, radius: float, height: float, color: str = "") -> None:
        """Draw the upper half of an ellipse that stands on ``y``: shoulders."""
        box = self._at((x - radius, y - height), (x + radius, y + height))
        self.pen.pieslice(box, 180, 360, fill=color or self.ink)


def bubble(sheet: Sheet) -> None:
    sheet.block(6, 14, 94, 72, 22)
    sheet.shape((26, 66), (54, 66), (24, 92))
    for x in (30, 50, 70):
        sheet.disc(x, 43, 6.5, sheet.ground)


def arrow(sheet: Sheet) -> None:
    sheet.stroke((12, 50), (80, 50), width=13)
    sheet.stroke((55, 22), (84, 50), (55, 78), width=13)


def yen(sheet: Sheet) -> None:
    sheet.ring(50, 50, 44, 8)
    sheet.stroke((33, 27), (50, 50), (67, 27))
    sheet.stroke((50, 50), (50, 76))
    sheet.stroke((34, 53), (66, 53), width=7)
    sheet.stroke((34, 65), (66, 65), width=7)


def two_people(sheet: Sheet) -> None:
    sheet.disc(69, 33, 14)
    sheet.half_disc(69, 84, 27, 32)
    sheet.disc(36, 30, 22, sheet.ground)
    sheet.half_disc(36, 90, 40, 46, sheet.ground)
    sheet.disc(36, 30, 17)
    sheet.half_disc(36, 86, 33, 36)


def talking_person(sheet: Sheet) -> None:
    sheet.disc(32, 40, 17)
    sheet.half_disc(32, 94, 32, 34)
    sheet.block(52, 6, 98, 42, 14)
    sheet.shape((60, 38), (74, 38), (56, 54))
    for x in (64, 75, 86):
        sheet.disc(x, 24, 3.6, sheet.ground)


def glass(sheet: Sheet) -> None:
    sheet.stroke((62, 62), (88, 88), width=15)
    sheet.ring(42, 42, 36, 10)


def shield(sheet: Sheet) -> None:
    left = [(50.0, 4.0), (12.0, 18.0), (12.0, 48.0), (17.0, 64.0), (30.0, 82.0), (50.0, 96.0)]
    sheet.shape(*left, *((100 - x, y) for x, y in reversed(left)))
    sheet.stroke((32, 49), (45, 63), (69, 34), width=10, color=sheet.ground)


def card(sheet: Sheet) -> None:
    sheet.block(3, 16, 97, 84, 12)
    sheet.block(11, 24, 89, 76, 6, sheet.ground)
    sheet.disc(33, 42, 10)
    sheet.half_disc(33, 70, 16, 15)
    for y, right in ((40, 79), (52, 79), (64, 70)):
        sheet.stroke((59, y), (right, y), width=6)


def clock(sheet: Sheet) -> None:
    sheet.ring(50, 50, 44, 9)
    sheet.stroke((50, 50), (50, 24))
    sheet.stroke((50, 50), (68, 60))
    for turn in range(0, 360, 90):
        x, y = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        sheet.disc(50 + 29 * x, 50 + 29 * y, 2.6)


def ticked_list(sheet: Sheet) -> None:
    sheet.block(10, 6, 90, 94, 12)
    sheet.block(19, 15, 81, 85, 6, sheet.ground)
    for y in (32, 50, 68):
        sheet.stroke((28, y), (34, y + 6), (43, y - 7), width=6)
        sheet.stroke((54, y), (72, y), width=7)


SIGNS: dict[Word, Callable[[Sheet], None]] = {
    Word.START: bubble,
    Word.RESUME: arrow,
    Word.PRICE: yen,
    Word.WHO: two_people,
    Word.PERSON: talking_person,
    Word.STATE: glass,
    Word.SAFETY: shield,
    Word.ME: card,
    Word.BUSY: clock,
    Word.WEEK: ticked_list,
}
