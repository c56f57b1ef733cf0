"""Photo pair: the first and the latest photo of a work in one picture, drawn while somebody looks."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

from bot.pages.letters import font

SIDE, EDGE, LOW = 500, 24, 96  # one photo, the paper around it, the room for its name
PAPER, INK = "#f4f1ea", "#27333a"


def draw(photos: Sequence[tuple[str, bytes]]) -> bytes:
    """Draw one or two photos side by side, each with its name under it, as a JPEG."""
    width = len(photos) * (SIDE + EDGE) + EDGE
    sheet = Image.new("RGB", (width, SIDE + EDGE + LOW), PAPER)
    pen = ImageDraw.Draw(sheet)
    for at, (name, content) in enumerate(photos):
        left = EDGE + at * (SIDE + EDGE)
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as photo:
            sheet.paste(ImageOps.fit(photo.convert("RGB"), (SIDE, SIDE)), (left, EDGE))
        pen.text((left + SIDE / 2, EDGE + SIDE + LOW / 2), name, fill=INK, font=font(46), anchor="mm")
    packed = io.BytesIO()
    sheet.save(packed, "JPEG", quality=85, optimize=True)
    return packed.getvalue()
