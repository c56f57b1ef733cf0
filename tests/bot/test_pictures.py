"""Pictures: only real photos are kept, small, upright, and knowing nothing of where they were taken."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from bot.pages.pictures import MOST_BYTES, MOST_SIDE, NoPicture, redrawn

GPS, ORIENTATION, TURNED = 0x8825, 0x0112, 6  # a quarter to the right


def jpeg(size: tuple[int, int] = (64, 48), *, secrets: bool = False) -> bytes:
    exif = Image.Exif()
    if secrets:
        exif[0x010F] = "SECRETPHONE"
        exif[ORIENTATION] = TURNED
        exif.get_ifd(GPS)[1] = "N"
        exif.get_ifd(GPS)[2] = (35.0, 41.0, 22.0)
    made = BytesIO()
    Image.new("RGB", size, "teal").save(made, "JPEG", exif=exif, comment=b"SECRETPLACE" if secrets else b"")
    return made.getvalue()


def png(size: tuple[int, int], mode: str = "RGB") -> bytes:
    made = BytesIO()
    Image.new(mode, size).save(made, "PNG")
    return made.getvalue()


def bomb() -> bytes:
    """Give a small PNG that says it is enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_nothing_but_the_pixels_stays() -> None:
    """Place, telephone and comment are gone; the photo stands upright."""
    given = jpeg(secrets=True)
    assert b"SECRETPHONE" in given
    assert b"SECRETPLACE" in given
    assert Image.open(BytesIO(given)).getexif().get_ifd(GPS)
    kept = redrawn(given)
    assert b"SECRET" not in kept
    assert b"Exif" not in kept
    shown = Image.open(BytesIO(kept))
    assert not shown.getexif()
    assert shown.size == (48, 64)


@pytest.mark.parametrize("given", [jpeg((4_000, 2_000)), png((3_200, 1_600)), png((1_700, 850), "RGBA")])
def test_a_large_one_is_made_small_enough(given: bytes) -> None:
    """What is kept is a JPEG of at most 1600 pixels a side."""
    shown = Image.open(BytesIO(redrawn(given)))
    assert (shown.format, shown.size) == ("JPEG", (MOST_SIDE, MOST_SIDE // 2))


def test_what_is_clear_becomes_white() -> None:
    """A drawing without a ground is not shown on black."""
    shown = Image.open(BytesIO(redrawn(png((8, 8), "RGBA"))))
    assert shown.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"<svg onload=alert(1)>",
        b"GIF89a" + bytes(64),
        b"\xff\xd8\xff" + b"<html>not a photo",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        jpeg((640, 480))[:400],
        bomb(),
        b"\xff\xd8\xff" + bytes(MOST_BYTES),
    ],
    ids=["empty", "svg", "gif", "html", "zeros", "cut off", "bomb", "huge"],
)
def test_hostile_files_are_no_picture(given: bytes) -> None:
    """Each is refused in one known way, whatever its first bytes pretend."""
    with pytest.raises(NoPicture):
        redrawn(given)


def test_a_flag_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    """A PNG that is small on the wire and large in memory is refused by its size."""
    with pytest.raises(NoPicture, match="too many pixels"):
        redrawn(png((6_000, 5_000), "1"))
