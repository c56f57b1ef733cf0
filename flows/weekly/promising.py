"""Promising: the questions of a week: what each does, how it went, and the number they look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from flows.errors import Unreadable
from flows.journal import Json
from flows.questions import SKIP, Option, Question
from flows.quick import quick
from flows.rules.japanese.counting import MOST as MOST_NUMBER
from flows.rules.japanese.counting import read_reading, say_number
from flows.rules.japanese.folding import fold
from flows.rules.japanese.reading import is_dont_know, read_choice
from flows.rules.weekly.actions_of import LONGEST, MOST, Told, TooLong, actions_of

NOTHING = "一つだけで大丈夫です。例：写真を5枚とる"
SAY_LONG = "すみません、一つが少し長いようです。一行に一つずつ、短くお願いします。"
MOST_WORD = 300


def told_in(
    words: str, mine: str, on: str, names: tuple[tuple[str, str], ...], usual: str = ""
) -> list[Told]:
    """Read what was decided; raise ``Unreadable`` with what to say."""
    told = actions_of(words, mine, date.fromisoformat(on), dict(names), usual)
    if isinstance(told, TooLong):
        raise Unreadable(f"{SAY_LONG}いまは{told.length}文字です。(一つ{LONGEST}文字まで)")
    if not told:
        raise Unreadable(NOTHING)
    if len(told) > MOST:
        raise Unreadable(f"{len(told)}こありました。一週間でできる{MOST}こまでにしましょう。")
    return list(told)


@quick
@dataclass(frozen=True)
class Things(Question[tuple[Told, ...]]):
    """What is to be done, one a line: kept as [whose, what, by when]. ``usual`` does what names nobody."""

    mine: str = field(kw_only=True)
    usual: str = field(kw_only=True)
    on: str = field(kw_only=True)
    names: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    def read(self, words: str) -> Json:
        told = told_in(words, self.mine, self.on, self.names, self.usual)
        return [[item.who, item.text, item.due_on.isoformat() if item.due_on else ""] for item in told]

    def restore(self, value: Json) -> tuple[Told, ...]:
        return tuple(_told(item) for item in value) if isinstance(value, list) else ()

    def spoken(self, value: Json) -> str:
        return "、".join(item.text for item in self.restore(value))


def _told(item: Json) -> Told:
    """Give one thing back from [whose, what, by when]."""
    if not isinstance(item, list) or len(item) != 3:
        raise Unreadable(NOTHING)
    who, text, due = map(str, item)
    return Told(who, text, date.fromisoformat(due) if due else None)


class Went(Enum):
    """How a promise went."""

    YES = "できた"
    PARTLY = "途中"
    NO = "まだ"


@dataclass(frozen=True)
class Gone:
    """How one promise went, with a word if there was one."""

    how: Went
    word: str = ""


@quick
@dataclass(frozen=True)
class How(Question[Gone]):
    """できた, 途中 or まだ, tapped or typed; what follows is kept: 「途中 3つできた」."""

    def options(self) -> tuple[Option, ...]:
        return tuple(Option(member.name, member.value) for member in Went)

    def read_tap(self, value: str) -> Json:
        if value not in Went.__members__:
            raise Unreadable()
        return [value, ""]

    def read(self, words: str) -> Json:
        said = words.strip()
        for member in Went:
            if fold(said).startswith(fold(member.value)):
                return [member.name, said[len(member.value) :].strip(" 　、。:：")[:MOST_WORD]]
        at = read_choice(said, [member.value for member in Went])
        if at is None:
            raise Unreadable()
        return [list(Went)[at].name, said[:MOST_WORD]]

    def restore(self, value: Json) -> Gone:
        if isinstance(value, list) and len(value) == 2 and value[0] in Went.__members__:
            how, word = map(str, value)
            return Gone(Went[how], word)
        raise Unreadable()

    def spoken(self, value: Json) -> str:
        return Went[str(value[0])].value if isinstance(value, list) and value else ""


@quick
@dataclass(frozen=True)
class Reading(Question[float | None]):
    """A number in one's own words, against ``last``: 「12件」, 「先週より3つふえて15」."""

    unit: str = field(kw_only=True)
    last: float | None = field(default=None, kw_only=True)
    can_skip: bool = field(default=False, kw_only=True)

    @property
    def is_optional(self) -> bool:
        return self.can_skip

    def options(self) -> tuple[Option, ...]:
        same = (
            (Option("same", f"前回と同じ {say_number(self.last, self.unit)}"),)
            if self.last is not None
            else ()
        )
        return (*same, *((Option("skip", SKIP),) if self.can_skip else ()))

    def read_tap(self, value: str) -> Json:
        if value == "same" and self.last is not None:
            return self.last
        if value == "skip" and self.can_skip:
            return None
        raise Unreadable()

    def read(self, words: str) -> Json:
        if self.can_skip and (not words.strip() or words.strip() == SKIP or is_dont_know(words)):
            return None
        value = read_reading(words, self.last)
        if value is None:
            raise Unreadable(
                f"すみません、読み取れませんでした。{say_number(12, self.unit)}、のように教えてください。"
            )
        return value

    def restore(self, value: Json) -> float | None:
        if value is None and self.can_skip:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_NUMBER:
            return float(value)
        raise Unreadable()

    def spoken(self, value: Json) -> str:
        return say_number(float(value), self.unit) if isinstance(value, int | float) else SKIP
