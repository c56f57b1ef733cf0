"""Menu: what an owner finds under the talk, by where his work stands; the picture and its text twin say the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from flows.words import Word


class Standing(Enum):
    """Where an owner's work stands; the value is its released name."""

    NEW = "new"  # nothing asked for yet, or nothing any more
    WAITING = "waiting"  # a posting is written, read or open, or the two have not agreed yet
    RUNNING = "running"  # somebody meets him every week


@dataclass(frozen=True)
class Entry:
    """One thing an owner may want to do; ``lines`` is its label as the picture breaks it."""

    word: Word
    lines: tuple[str, ...]

    @property
    def label(self) -> str:
        return "".join(self.lines)


PERSON = Entry(Word.PERSON, ("人と話す",))
ME = Entry(Word.ME, ("わたしの", "情報"))
STATE = Entry(Word.STATE, ("いまどうなってる？",))
WEEK = Entry(Word.WEEK, ("今週やること",))
ANOTHER = Entry(Word.START, ("別の相談", "をする"))

# Rows from the top. The first is what he most likely wants; the last entry is always a person.
MENU: dict[Standing, tuple[tuple[Entry, ...], ...]] = {
    Standing.NEW: (
        (Entry(Word.START, ("相談する",)),),
        (Entry(Word.RESUME, ("前回の", "つづき")), Entry(Word.PRICE, ("いくら", "かかる？"))),
        (Entry(Word.WHO, ("だれが", "来る？")), PERSON),
    ),
    Standing.WAITING: (
        (STATE,),
        (ANOTHER, Entry(Word.SAFETY, ("安心の", "しくみ"))),
        (ME, PERSON),
    ),
    Standing.RUNNING: (
        (WEEK,),
        (ANOTHER, Entry(Word.BUSY, ("しばらく", "忙しい"))),
        (ME, PERSON),
    ),
}


def entries(standing: Standing) -> Iterator[Entry]:
    """Give a menu's entries as they are read: from the top, from the left."""
    return (entry for row in MENU[standing] for entry in row)
