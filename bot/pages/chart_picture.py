"""Chart picture: the number of the weeks against where it began and where it is to go, in letters for a phone.

Drawn while somebody looks, outside any turn; the same numbers give the same picture.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw

from bot.pages.letters import font, missing
from flows.rules.japanese.counting import say_number
from flows.weekly.charts import BEGIN, FEW, Chart

WIDTH, HEIGHT = 1_040, 1_040  # LINE shows it about 260 wide on a phone: 64 here is 16 there
FINE = 2  # drawn twice as large, then reduced: smooth edges
PAPER, CARD, EDGE, INK, SOFT = "#f4f1ea", "#fffefb", "#ddd8cd", "#27333a", "#5c676d"
GREEN, PALE, GOLD = "#17584a", "#d7e8e0", "#9a6200"
TITLE, VALUE, LABEL, SMALL = 68, 170, 64, 62
LEFT, RIGHT, TOP, LOW = 90, 950, 450, 800  # where the line is drawn
WIDE = WIDTH - 150

Point = tuple[float, float]


@lru_cache(maxsize=64)
def draw(chart: Chart) -> bytes:
    """Draw a chart as a PNG. Words the font cannot draw are left out: nobody sees a box."""
    sheet = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.rounded_rectangle(
        [24 * FINE, 24 * FINE, (WIDTH - 24) * FINE, (HEIGHT - 24) * FINE],
        44 * FINE,
        fill=CARD,
        outline=EDGE,
        width=4 * FINE,
    )
    if chart.points:
        _lines(pen, chart)
    picture = sheet.reduce(FINE)
    _words(ImageDraw.Draw(picture), chart)
    packed = io.BytesIO()
    picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def _scale(chart: Chart) -> tuple[float, float]:
    """Give the least and the most that the picture must hold; zero is in it, so that nothing looks steeper than it is."""
    marks = [value for _, value in chart.shown()]
    marks += [mark for mark in (chart.start, chart.goal) if mark is not None]
    return 0.0, max([*marks, 1.0]) * 1.08


def _height(chart: Chart, value: float) -> float:
    least, most = _scale(chart)
    return LOW - (value - least) / (most - least) * (LOW - TOP)


def _places(chart: Chart) -> list[Point]:
    """Put each number at its own week: a week nobody told of is a gap in time, not in the line."""
    days = [day for day, _ in chart.shown()]
    span = (days[-1] - days[0]).days
    if span == 0:
        return [((LEFT + RIGHT) / 2, _height(chart, chart.shown()[0][1]))]
    return [
        (LEFT + (day - days[0]).days / span * (RIGHT - LEFT), _height(chart, value))
        for day, value in chart.shown()
    ]


def _lines(pen: ImageDraw.ImageDraw, chart: Chart) -> None:
    pen.line([LEFT * FINE - 60, LOW * FINE, RIGHT * FINE + 60, LOW * FINE], fill=EDGE, width=5 * FINE)
    for mark, ink in ((chart.start, SOFT), (chart.goal, GOLD)):
        if mark is not None:
            _dashes(pen, _height(chart, mark), ink)
    places = [(x * FINE, y * FINE) for x, y in _places(chart)]
    if len(places) > 1:
        ground = [(places[0][0], LOW * FINE), *places, (places[-1][0], LOW * FINE)]
        pen.polygon(ground, fill=PALE)
        for mark, ink in ((chart.start, SOFT), (chart.goal, GOLD)):
            if mark is not None:
                _dashes(pen, _height(chart, mark), ink)
        pen.line(places, fill=GREEN, width=12 * FINE, joint="curve")
    else:
        [(x, y)] = places
        pen.rounded_rectangle([x - 60, y, x + 60, LOW * FINE], 24, fill=PALE)
    for x, y in places:
        _disc(pen, x / FINE, y / FINE, 17, GREEN)
    x, y = places[-1]
    _disc(pen, x / FINE, y / FINE, 27, GREEN)
    _disc(pen, x / FINE, y / FINE, 13, CARD)


def _dashes(pen: ImageDraw.ImageDraw, y: float, ink: str) -> None:
    for x in range(LEFT - 30, RIGHT + 30, 36):
        pen.line([x * FINE, y * FINE, (x + 20) * FINE, y * FINE], fill=ink, width=5 * FINE)


def _disc(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, ink: str) -> None:
    pen.ellipse(
        [FINE * (x - radius), FINE * (y - radius), FINE * (x + radius), FINE * (y + radius)], fill=ink
    )


def _words(pen: ImageDraw.ImageDraw, chart: Chart) -> None:
    _say(pen, 74, 58, chart.name, TITLE, INK)
    if not chart.points:
        _say(pen, WIDTH / 2, HEIGHT / 2, BEGIN, TITLE, SOFT, "mm")
        return
    last = chart.points[-1][1]
    is_marked = chart.start is not None or chart.goal is not None
    _say(pen, 74, 144, _short(last, chart.unit), VALUE, GREEN, most=500 if is_marked else WIDE)
    _marks(pen, chart)
    days = [day for day, _ in chart.shown()]
    first = f"{days[0].month}/{days[0].day}の週"
    if len(days) == 1:
        _say(pen, WIDTH / 2, LOW + 18, first, SMALL, SOFT, "ma")
    else:
        _say(pen, LEFT - 20, LOW + 18, first, SMALL, SOFT)
        _say(pen, RIGHT + 20, LOW + 18, f"{days[-1].month}/{days[-1].day}の週", SMALL, SOFT, "ra")
    if chart.is_few:
        _say(pen, WIDTH / 2, HEIGHT - 90, FEW, SMALL, INK, "mm")


def _marks(pen: ImageDraw.ImageDraw, chart: Chart) -> None:
    """Name the two dashed lines, at the upper right, one under the other: there nothing covers them."""
    rows = [("目標", chart.goal, GOLD), ("はじめ", chart.start, SOFT)]
    at = 186
    for name, mark, ink in rows:
        if mark is not None:
            _say(pen, RIGHT + 20, at, f"{name} {_short(mark, chart.unit)}", LABEL, ink, "ra", most=400)
            at += 86


def _short(value: float, unit: str) -> str:
    """Say much money as people do, 「131万円」: large letters have room for few signs."""
    is_much = unit == "円" and value >= 100_000
    return say_number(value / 10_000, "万円") if is_much else say_number(value, unit)


def _say(
    pen: ImageDraw.ImageDraw,
    x: float,
    y: float,
    words: str,
    size: int,
    ink: str,
    anchor: str = "la",
    most: int = WIDE,
) -> None:
    """Write words, smaller where they would not fit."""
    shown = "".join(sign for sign in words if not missing(sign))
    while size > 24 and font(size).getlength(shown) > most:
        size -= 4
    pen.text((x, y), shown, fill=ink, font=font(size), anchor=anchor)
