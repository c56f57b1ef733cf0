"""Letters: the Japanese letters of our pictures. Pillow and the font are heavy: only who draws imports this."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from PIL import ImageFont

FONT = ("noto_cjk_sans_jp_bold", "NotoSansCJKjp-Bold.otf")  # a package carries it: a server has no fonts
NOWHERE = "\U0010ffff"  # a character no font draws: what it shows stands for every missing one


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Open the font; the basic layout draws the same on every machine."""
    package, name = FONT
    return ImageFont.truetype(str(files(package) / name), size, layout_engine=ImageFont.Layout.BASIC)


def require_glyphs(text: str) -> None:
    """Refuse what the font has no letter for: a person would see a box."""
    if lacking := missing(text):
        raise ValueError(f"the font has no glyph for {lacking}")


def missing(text: str) -> str:
    """Return the characters of a text that the font cannot draw."""
    letters = font(40)
    box = bytes(letters.getmask(NOWHERE))
    return "".join(sign for sign in dict.fromkeys(text) if bytes(letters.getmask(sign)) == box)
