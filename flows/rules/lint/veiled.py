"""Veiled: marks that no screen shows, and that turn or hide the words around them. Stored words keep them; shown ones do not."""

from __future__ import annotations

import re

# Marks of direction, of no width, fillers that look empty. The joiner of emoji (U+200D) stays: a farmer and her hat is one sign.
VEILED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0]"
)


def unveil(text: str) -> str:
    """Take out marks that would let words be read otherwise than they stand, or hide some."""
    return VEILED.sub("", text)
