"""Quantity: numbers, hours, weekdays and times of day, however they are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

from flows.errors import Unreadable
from flows.journal import Json
from flows.questions import Amount, Choice
from flows.quick import quick
from flows.rules.japanese.hours import read_hours
from flows.rules.japanese.reading import read_number
from flows.rules.japanese.when import Impossible, read_time, read_weekday

BARE = re.compile(
    r"(?:月に?|だいたい|大体|約|ざっと|たぶん)*[0-9,.]+(?P<unit>[^0-9,.。?!くぐほち]{0,3}?)(?:くらい|ぐらい|位|ほど|ちょい)?"
    r"(?:だと思(?:う|います)|です|だ|かな|やろか|だろう)*[。?!]*"
)


TALK = re.compile(r"(?:だと思(?:う|います)|です|だ|かな|やろか|だろう)*[。?!]*$")


@quick
@dataclass(frozen=True)
class Quantity(Choice):
    """Ready answers, or a number in one's own words; a bare number takes the unit: a typed 「3」 is no third button."""

    unit: str = field(default="", kw_only=True)

    def read(self, words: str) -> Json:
        plain = unicodedata.normalize("NFKC", words).strip()
        number = read_number(words)
        is_none = number == 0 and not re.search("[0-9]", plain)
        hit = BARE.fullmatch(plain)
        is_bare = hit is not None and hit["unit"] in ("", self.unit)
        if hit and is_bare and hit["unit"] and self.unit and number is not None:
            # 「1人くらい」 stands as he said it, 「10件だと思う」 without the talk
            return TALK.sub("", plain)
        if number is not None and (is_none or is_bare) and not re.search("[①-⑳]", words):
            part = re.search(r"(?<=[0-9])\.[0-9]+", plain)  # 「12.5」 is kept whole
            return f"{number:,}{part[0] if part else ''}{self.unit}"
        return super().read(words)


RHYTHM = re.compile("週|日|分|回|年|ぺん|へん")


@dataclass(frozen=True)
class Hours(Amount):
    """Hours a month: 「20」, 「15、6時間」, 「週に2回、1時間ずつ」."""

    unit: str = field(default="時間", kw_only=True)

    def reader(self) -> Callable[[str], int | None]:
        return hours_in


def hours_in(words: str) -> int | None:
    """Read hours a month, or a bare number; how often without how long is no amount."""
    hours = read_hours(words)
    return read_number(words) if hours is None and not RHYTHM.search(words) else hours


@dataclass(frozen=True)
class Weekday(Choice):
    """One of the days listed, Monday first; 「水よう」 too."""

    def read(self, words: str) -> Json:
        day = read_weekday(words)
        known = [option.value for option in self.options()]
        return str(day) if day is not None and str(day) in known else super().read(words)


@dataclass(frozen=True)
class Clock(Choice):
    """One of the times listed; 「10じ半」 too."""

    def read(self, words: str) -> Json:
        at = read_time(words)
        if isinstance(at, Impossible):
            raise Unreadable(at.why)
        said = f"{at:%H:%M}" if at else ""
        return said if said in {option.value for option in self.options()} else super().read(words)


def has_number(text: str) -> bool:
    """Tell whether a goal can be counted: a number, or half of something, or none of it left."""
    plain = unicodedata.normalize("NFKC", text)
    return bool(
        re.search(
            r"[0-9]|[一二三四五六七八九十百千万]+[つ個件人社品本回枚割倍時円]|半分|半減|ゼロ|なくなる|なくす",
            plain,
        )
    )
