"""Pictures: makes of a photo somebody sent one that can be shown. Where and when it was taken does not stay in it."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MOST_BYTES = 10 << 20
MOST_SIDE = 1_600
QUALITY = 85
MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
# A telephone takes up to fifty million; a PNG is unpacked whole, a JPEG already smaller.
MOST_PIXELS = {"JPEG": 52_000_000, "PNG": 26_000_000}


class NoPicture(Exception):
    """These bytes are no photo that we can show."""


def redrawn(content: bytes) -> bytes:
    """Draw a JPEG or PNG anew, upright, small enough to look at, as a JPEG of nothing but its pixels.

    Raises ``NoPicture`` for what is too large, of another kind, broken, or a bomb.
    """
    if len(content) > MOST_BYTES:
        raise NoPicture("too large")
    kind = next((name for magic, name in MAGIC.items() if content.startswith(magic)), "")
    if not kind:
        raise NoPicture("neither JPEG nor PNG")
    try:
        return _redrawn(content, kind)
    except NoPicture:
        raise
    except Exception as why:  # whatever a hostile file brings its decoder to say
        raise NoPicture(type(why).__name__) from None


def _redrawn(content: bytes, kind: str) -> bytes:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
    with Image.open(BytesIO(content), formats=(kind,)) as photo:
        if photo.width * photo.height > MOST_PIXELS[kind]:
            raise NoPicture("too many pixels")
        photo.draft("RGB", (MOST_SIDE, MOST_SIDE))  # a JPEG is unpacked no larger than needed
        photo.thumbnail((MOST_SIDE, MOST_SIDE))
        upright = ImageOps.exif_transpose(photo)
        clean = _on_white(upright)
    drawn = BytesIO()
    clean.save(drawn, "JPEG", quality=QUALITY, optimize=True)
    return drawn.getvalue()


def _on_white(photo: Image) -> Image:
    """Copy the pixels only: no place, no day, no name of a telephone comes along."""
    from PIL import Image

    clean = Image.new("RGB", photo.size, "white")
    if photo.has_transparency_data:
        shown = photo.convert("RGBA")
        clean.paste(shown, mask=shown)
    else:
        clean.paste(photo.convert("RGB"))
    return clean
