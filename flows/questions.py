"""Questions to a person: the wording, how an answer is read, and what is said when it cannot be."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, TypeVar

from flows.errors import Unreadable
from flows.inbound import Kind
from flows.journal import Json
from flows.messages import Card, Look
from flows.quick import quick
from flows.rules.coach.beside import beside
from flows.rules.japanese.reading import (
    is_dont_know,
    read_choice,
    read_mail,
    read_number,
    read_phone,
    read_yen,
)
from flows.rules.lint.veiled import unveil
from flows.words import Word

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

DONT_KNOW, SKIP = "分からない", "とばす"
AGAIN = "ひとことで大丈夫です。"
NEAREST = "近いものを押すか、ひとことお書きください。"


@quick
@dataclass(frozen=True)
class Option:
    """One ready answer. ``value`` is a released name; the label may change."""

    value: str
    label: str
    look: Look = Look.PLAIN
    group: str = ""  # the heading it stands under in a long list


@dataclass(frozen=True)
class Question(ABC, Generic[T]):
    """What is asked. ``read`` takes words or a tapped value and gives the normal form; ``restore`` gives it back."""

    wording: str
    label: str = field(default="", kw_only=True)  # the noun in a list of answers: 「金額」
    card: Card | None = field(default=None, kw_only=True)
    words: tuple[Word, ...] = field(default=(), kw_only=True)  # side buttons that are not answers
    accepts: frozenset[Kind] = field(default=frozenset(), kw_only=True)
    nod: str | None = field(default=None, kw_only=True)  # what a sticker answers, where it may
    overhear: str = field(default="", kw_only=True)  # keep words that are no answer under this key
    initial: str = field(default="", kw_only=True)  # what a form shows already
    hint: str = field(default="", kw_only=True)
    is_long: bool = field(default=False, kw_only=True)
    is_alone: bool = field(default=False, kw_only=True)  # a text of the method: nothing else in its bubble
    is_listed: bool = field(default=True, kw_only=True)  # 直す shows it among his answers
    is_free: bool = field(default=False, kw_only=True)  # his own words, question marks and all

    @property
    def may_be_asked_back(self) -> bool:
        """Tell whether words that end like a question may be a question to us rather than the answer."""
        return not (self.is_alone or self.is_free)

    @property
    def is_optional(self) -> bool:
        """Tell whether a form may leave it empty."""
        return False

    def options(self) -> tuple[Option, ...]:
        return ()

    @abstractmethod
    def read(self, words: str) -> Json:
        """Take words in normal form; raise ``Unreadable`` with what to say."""

    def read_tap(self, value: str) -> Json:
        if value not in {option.value for option in self.options()}:
            raise Unreadable()
        return value

    @abstractmethod
    def restore(self, value: Json) -> T:
        """Give a kept answer back with its type; raise ``Unreadable`` when it no longer fits."""

    def spoken(self, value: Json) -> str:
        """Say an answer back: the option's label, or the words themselves."""
        labels = {option.value: option.label for option in self.options()}
        return labels.get(str(value), "" if value is None else str(value))


@quick
@dataclass(frozen=True)
class Text(Question[str]):
    """Free words, kept as typed."""

    most: int = 10_000
    least: int = 1
    again: str = AGAIN
    is_told: bool = False  # a nod, a face or an apology tells nothing
    unknown: str = ""  # what is said to 「分からない」, where that is no answer
    can_skip: bool = False
    skip: str = SKIP  # how its button is called

    @property
    def is_optional(self) -> bool:
        return self.least == 0

    def options(self) -> tuple[Option, ...]:
        return (Option(SKIP, self.skip),) if self.can_skip else ()

    def read_tap(self, value: str) -> Json:
        if value != SKIP or not self.can_skip:
            raise Unreadable()
        return ""

    def read(self, words: str) -> Json:
        text = words.strip()
        if self.can_skip and text in (SKIP, self.skip):
            return ""
        if len(unveil(text).strip()) < self.least:
            raise Unreadable(self.again)
        if self.is_told and (instead := beside(text)) is not None:
            raise Unreadable(instead or self.again)
        if self.unknown and is_dont_know(text):
            raise Unreadable(self.unknown)
        if len(text) > self.most:
            raise Unreadable(
                f"すみません、{self.most}文字までにしていただけますか。いまは{len(text)}文字です。"
            )
        return text

    def restore(self, value: Json) -> str:
        if not isinstance(value, str) or not self.least <= len(value) <= self.most:
            raise Unreadable(self.again)
        return value


@quick
@dataclass(frozen=True)
class Choice(Question[str]):
    """Ready answers, tapped or typed; with ``or_words`` any other words are an answer too."""

    choices: tuple[str | Option, ...] = ()
    or_words: bool = False
    most: int = 2_000
    unsure: str = ""  # the option that 「分からない」 chooses

    def options(self) -> tuple[Option, ...]:
        return tuple([Option(item, item) if isinstance(item, str) else item for item in self.choices])

    def read(self, words: str) -> Json:
        options = self.options()
        at = read_choice(words, [option.label for option in options])
        if at is not None:
            return options[at].value
        unsure = self.unsure or next(
            (option.value for option in options if option.label.startswith(DONT_KNOW)), ""
        )
        if unsure and is_dont_know(words):
            return unsure
        if self.or_words and (instead := beside(words)) is not None:
            raise Unreadable(instead or (NEAREST if options else AGAIN))
        said = words.strip()[: self.most]
        inside = {option.value for option in options if option.value != option.label}
        if self.or_words and said and said not in inside:
            return said  # words that look like the inside of a button choose nothing
        raise Unreadable()

    def restore(self, value: Json) -> str:
        if isinstance(value, str) and (self.or_words or value in {option.value for option in self.options()}):
            return value
        raise Unreadable("選べるものが変わりました。")


@quick
@dataclass(frozen=True)
class Pick(Question[E]):
    """One member of an enum: its name is released, its value is the label."""

    of: type[E] = field(kw_only=True)
    primary: E | None = field(default=None, kw_only=True)
    unsure: E | None = field(default=None, kw_only=True)  # what 「分からない」 chooses

    def options(self) -> tuple[Option, ...]:
        return tuple(
            Option(member.name, str(member.value), Look.PRIMARY if member is self.primary else Look.PLAIN)
            for member in self.of
        )

    def read(self, words: str) -> Json:
        options = self.options()
        at = read_choice(words, [option.label for option in options])
        if at is None and self.unsure is not None and is_dont_know(words):
            return self.unsure.name
        if at is None:
            raise Unreadable()
        return options[at].value

    def restore(self, value: Json) -> E:
        if isinstance(value, str) and value in self.of.__members__:
            return self.of[value]
        raise Unreadable("選べるものが変わりました。")


@quick
@dataclass(frozen=True)
class Amount(Question[int | None]):
    """A whole number within a range; with ``or_unknown`` 「分からない」 is an answer, and reads as None."""

    unit: str = field(kw_only=True)
    least: int = field(default=0, kw_only=True)
    most: int = field(kw_only=True)
    examples: tuple[int, ...] = field(default=(), kw_only=True)
    or_unknown: bool = field(default=False, kw_only=True)

    def options(self) -> tuple[Option, ...]:
        ready = tuple(Option(str(number), self.say(number)) for number in self.examples)
        return (*ready, Option("?", DONT_KNOW)) if self.or_unknown else ready

    def reader(self) -> Callable[[str], int | None]:
        return read_number

    def say(self, number: int) -> str:
        return f"{number:,}{self.unit}"

    def read(self, words: str) -> Json:
        number = self.reader()(words)
        if number is not None:
            return self.bounded(number)
        if self.or_unknown and is_dont_know(words):
            return None
        raise Unreadable(
            f"すみません、読み取れませんでした。「{self.say(self.examples[0] if self.examples else self.least)}」のように教えてください。"
        )

    def read_tap(self, value: str) -> Json:
        if value == "?" and self.or_unknown:
            return None
        if not value.isdecimal():
            raise Unreadable()
        return self.bounded(int(value))

    def bounded(self, number: int) -> int:
        if not self.least <= number <= self.most:
            raise Unreadable(f"{self.say(self.least)}から{self.say(self.most)}のあいだで教えてください。")
        return number

    def restore(self, value: Json) -> int | None:
        if value is None and self.or_unknown:
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return self.bounded(value)
        raise Unreadable()

    def spoken(self, value: Json) -> str:
        return self.say(value) if isinstance(value, int) else DONT_KNOW


@quick
@dataclass(frozen=True)
class Yen(Amount):
    """An amount of money in yen, said in 万円 where it is round."""

    unit: str = field(default="円", kw_only=True)

    def reader(self) -> Callable[[str], int | None]:
        return read_yen

    def say(self, number: int) -> str:
        return yen(number)


@quick
@dataclass(frozen=True)
class Contact(Question[str]):
    """A phone number or a mail address that may be shown on the posting."""

    ready: tuple[str, ...] = ()

    def options(self) -> tuple[Option, ...]:
        return tuple(Option(item, item) for item in self.ready)

    def read(self, words: str) -> Json:
        found = read_phone(words) or read_mail(words)
        if found is None and self.ready:
            at = 0 if read_choice(words, ("はい",)) == 0 else read_choice(words, self.ready)
            found = self.ready[at] if at is not None else None
        if found is None:
            raise Unreadable("すみません、うまく読み取れませんでした。0265-12-3456、のように教えてください。")
        return found

    def restore(self, value: Json) -> str:
        if isinstance(value, str) and value:
            return value
        raise Unreadable()


def yen(number: int) -> str:
    """Say money the way people do: 80000 → 8万円, 85000 → 8万5千円, 5500 → 5,500円."""
    man, rest = divmod(number, 10_000)
    if man and rest == 0:
        return f"{man:,}万円"
    if man and rest % 1_000 == 0:
        return f"{man:,}万{rest // 1_000}千円"
    return f"{number:,}円"


def question(asked: Question[Any], *, was: tuple[str, ...] = ()) -> Any:
    """Declare a field of a form; the field's type is what the question reads. ``was`` are its former names."""
    return field(metadata={"question": asked, "was": was})
