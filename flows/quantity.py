"""Quantity: today's number, where a typed 「3」 is three of the thing and not the third button."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from flows.journal import Json
from flows.questions import Choice
from flows.rules.reading import read_number

BARE = re.compile(r"(?:月に?|だいたい|大体|約|ざっと|たぶん)*[0-9,.]+(?:くらい|ぐらい|位|ほど|ちょい)?。?")


@dataclass(frozen=True)
class Quantity(Choice):
    """Ready answers, or a number in one's own words; a bare number takes the unit."""

    unit: str = field(default="", kw_only=True)

    def read(self, words: str) -> Json:
        plain = unicodedata.normalize("NFKC", words).strip()
        number = read_number(words)
        is_none = number == 0 and not re.search("[0-9]", plain)
        if number is not None and (is_none or BARE.fullmatch(plain)) and not re.search("[①-⑳]", words):
            return f"{number:,}{self.unit}"
        return super().read(words)


def has_number(text: str) -> bool:
    """Tell whether a goal can be counted: a number, or half of something, or none of it left."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(
        re.search(
            r"[0-9]|[一二三四五六七八九十百千万]+[つ個件人社品本回枚割倍時円]|半分|半減|ゼロ|なくなる|なくす",
            plain,
        )
    )
