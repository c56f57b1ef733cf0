"""Chart pictures: one size for every phone, no box for a letter, the same numbers the same picture; words beside it."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from PIL import Image

from bot.line.limits import broken
from bot.line.render import safe as on_line
from bot.pages.chart_picture import HEIGHT, WIDTH, draw
from bot.pages.letters import missing
from bot.slack.limits import broken_message
from bot.slack.limits import safe as on_slack
from flows.messages import Message, Picture
from flows.rules.weekly.gauge import name_of
from flows.weekly.charts import BEGIN, FEW, Chart
from prompts.knowledge import job_codes

DAY = date(2026, 12, 7)
UP = Chart(
    "ネットの注文(月)", "件", tuple((DAY + timedelta(weeks=n), 40.0 + 3 * n) for n in range(20)), 40, 60
)
MOST_BYTES = 200_000  # LINE's preview may have a megabyte


@pytest.mark.parametrize(
    "chart",
    [
        UP,
        Chart("写す作業(1日)", "分", ((DAY, 60.0), (DAY + timedelta(weeks=6), 20.0)), 60, 20),
        Chart("ネットの注文(月)", "件", ((DAY, 0.0),), None, None, True),
        Chart("売上(月)", "万円", ((DAY, 1e10), (DAY + timedelta(weeks=1), 1.5)), 0, 1e10),
        Chart("ネットの注文(月)", "件", ()),
    ],
)
def test_any_numbers_make_a_picture(chart: Chart) -> None:
    """One week or twenty, zero or ten billions: a small PNG of one size, with something drawn on it."""
    drawn = draw(chart)
    picture = Image.open(io.BytesIO(drawn))
    assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(drawn) < MOST_BYTES
    assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 5


def test_the_goal_stands_where_it_is() -> None:
    """A number above its goal is drawn above the goal's line, one below it below."""
    over = Image.open(
        io.BytesIO(draw(Chart("x", "件", ((DAY, 30.0), (DAY + timedelta(weeks=1), 90.0)), None, 60)))
    )
    under = Image.open(
        io.BytesIO(draw(Chart("x", "件", ((DAY, 30.0), (DAY + timedelta(weeks=1), 40.0)), None, 60)))
    )
    assert top(over, (0x17, 0x58, 0x4A)) < top(over, (0x9A, 0x62, 0x00))
    assert top(under, (0x17, 0x58, 0x4A)) > top(under, (0x9A, 0x62, 0x00))


def top(picture: Image.Image, ink: tuple[int, int, int]) -> int:
    """Find the highest row under the words where something near this colour is drawn, at the last number."""
    pixels = picture.convert("RGB").load()
    assert pixels is not None
    for y in range(430, 820):
        for x in range(900, 990):
            red, green, blue = pixels[x, y]  # type: ignore[misc]
            if abs(red - ink[0]) + abs(green - ink[1]) + abs(blue - ink[2]) < 40:
                return y
    raise AssertionError("nothing of this colour")


def test_no_letter_is_missing() -> None:
    """Every name and unit of a number can be drawn."""
    words = "".join(f"{name_of(code.measure.ask)}{code.measure.unit}" for code in job_codes().values())
    assert missing(f"{words}{BEGIN}{FEW}目標はじめの週0123456789,./") == ""


def test_words_say_what_the_picture_shows() -> None:
    """The last twelve weeks, where it began, the goal; few are named as such."""
    alt = UP.alt()
    assert alt.startswith("ネットの注文(月)のうつりかわり：2/1 64件、")
    assert "はじめは40件。目標は60件。" in alt
    assert Chart("a", "件", ()).alt() == f"a：{BEGIN}"
    assert FEW in Chart("a", "件", ((DAY, 3.0),), is_few=True).alt()


def test_both_platforms_take_the_picture() -> None:
    """An image on LINE, an image block with its words on Slack; from no https address LINE gets the words."""
    shown = Message(picture=Picture("https://smallwin.example.com/p/chart/x", UP.alt()))
    [drawn] = on_line(shown)
    assert drawn["type"] == "image"
    assert broken([drawn]) == []
    body = on_slack(shown)
    assert body["blocks"][0]["type"] == "image"
    assert body["blocks"][0]["alt_text"] == body["text"] == UP.alt()
    assert broken_message(body) == []
    [plain] = on_line(Message(picture=Picture("http://127.0.0.1/p/chart/x", UP.alt())))
    assert plain == {"type": "text", "text": UP.alt()}
    long = Message(picture=Picture("https://a.example/p", "あ" * 5_000))
    assert broken_message(on_slack(long)) == []
