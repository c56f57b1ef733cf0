"""Tax numbers: of firms 13 digits, the first of which checks the others; of an invoice the same behind a T.

A firm's invoice number is its own number. Who is no firm has 13 digits made by another rule that is not published:
those are never refused for their check digit.
"""

from __future__ import annotations

import re
import unicodedata

DIGITS = 13
APART = re.compile(r"[\s\-‐－ー―–—]")


def digits_in(text: str) -> str:
    """Return 13 digits however they are written (full width, with hyphens or blanks); empty when they are not 13."""
    plain = APART.sub("", unicodedata.normalize("NFKC", text))
    return plain if re.fullmatch(rf"[0-9]{{{DIGITS}}}", plain) else ""


def is_firm_number(digits: str) -> bool:
    """Tell whether a number could be a firm's: 9 less the rest by 9 of the twelve digits, every second one doubled."""
    if not re.fullmatch(r"[1-9][0-9]{12}", digits):
        return False
    total = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits[1:])))
    return int(digits[0]) == 9 - total % 9


def invoice_number(text: str) -> str:
    """Return T and 13 digits, or nothing where the text is no such number."""
    plain = APART.sub("", unicodedata.normalize("NFKC", text)).upper()
    return f"T{digits}" if plain[:1] == "T" and (digits := digits_in(plain[1:])) else ""
