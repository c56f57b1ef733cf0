"""Steps: what a flow yields. ``yield from ask(...)`` gives back the answer with its type."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, fields
from typing import Any, Protocol, TypeAlias, TypeVar, cast

from flows.errors import Open, Unreadable
from flows.journal import Entry, Journal, Json, digest
from flows.messages import Card, Message
from flows.questions import Question
from flows.quick import quick
from prompts.catalog import Prompt, Result

T = TypeVar("T")
R = TypeVar("R", bound=Result)

LABEL = 16  # characters of a question that stand for it where it has no noun


@quick
@dataclass(frozen=True)
class Ask:
    """A question to the person, answered under ``key``; ``given`` is everything the answer is about.

    ``lasting`` are answers, in normal form, that hold even when ``given`` has changed since. ``told`` is the answer,
    in normal form, where other words of his gave it already: it is not asked then, until he takes it back.
    """

    key: str
    question: Question[Any]
    given: object = None
    was: tuple[str, ...] = ()  # former names of the key
    lasting: tuple[str, ...] = ()
    told: Json = None

    def keys(self) -> tuple[str, ...]:
        return (self.key, *self.was)

    def resolve(self, journal: Journal) -> Any:
        entry = self._answered(journal)
        if entry is None and self.is_told(journal):
            entry = self._told()
        if entry is None:
            raise Open((self.key,))
        return _restored(self.question, entry, self.key)

    def is_told(self, journal: Journal) -> bool:
        """Tell whether nobody answered here, and other words of his did."""
        if self.told is None or journal.is_taken_back(self.key, *self.was):
            return False
        return self._answered(journal) is None

    def _answered(self, journal: Journal) -> Entry | None:
        entry = journal.latest(self.key, *self.was)
        if entry is None or (entry.given != digest(self.given) and entry.value not in self.lasting):
            return None
        return entry

    def _told(self) -> Entry:
        return Entry(self.key, self.told, digest(self.given), raw=self.question.spoken(self.told))

    def open_questions(self, keys: tuple[str, ...]) -> tuple[OpenQuestion, ...]:
        return (OpenQuestion(self.key, self.question, digest(self.given)),)

    def given_answers(self, journal: Journal) -> tuple[GivenAnswer, ...]:
        if self.is_told(journal):
            return (GivenAnswer(self.open_questions(())[0], self._told(), is_told=True),)
        return _given(self.open_questions(()), journal, self.was)


@quick
@dataclass(frozen=True)
class Think:
    """A question to the model. ``rules`` answer it when there is no model, or the model fails.

    ``is_ours``: the rules answer whatever the model would say, so it is not asked.
    """

    key: str
    prompt: Prompt[Any]
    given: object
    rules: Callable[[Any], Any]
    is_ours: bool = False

    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    def resolve(self, journal: Journal) -> Any:
        entry = journal.latest(self.key)
        if entry is None or entry.given != digest(self.given):
            raise Open((self.key,))
        try:
            return self.prompt.result.model_validate(entry.value)
        except ValueError as why:  # a deploy changed the shape of the answer: think again
            raise Open((self.key,)) from why


@dataclass(frozen=True)
class Fill:
    """A form: questions that do not quote each other. LINE asks one by one, Slack shows one modal."""

    key: str
    title: str
    form: type[Any]
    given: object = None
    submit: str = "送る"
    lead: str = ""  # said above the form

    def questions(self) -> dict[str, Question[Any]]:
        return {f"{self.key}.{item.name}": item.metadata["question"] for item in fields(self.form)}

    def former(self) -> dict[str, tuple[str, ...]]:
        """Return the former keys of each field."""
        return {
            f"{self.key}.{item.name}": tuple(f"{self.key}.{name}" for name in item.metadata.get("was", ()))
            for item in fields(self.form)
        }

    def keys(self) -> tuple[str, ...]:
        return (*self.questions(), *(name for names in self.former().values() for name in names))

    def resolve(self, journal: Journal) -> Any:
        values, missing, why, was = {}, [], "", self.former()
        for key, asked in self.questions().items():
            entry = journal.latest(key, *was[key])
            if entry is None or entry.given != digest(self.given):
                missing.append(key)
                continue
            try:
                values[key.rpartition(".")[2]] = _restored(asked, entry, key)
            except Open as gap:
                missing.append(key)
                why = why or gap.why
        if missing:
            raise Open(tuple(missing), why)
        return self.form(**values)

    def open_questions(self, keys: tuple[str, ...]) -> tuple[OpenQuestion, ...]:
        given = digest(self.given)
        return tuple(
            OpenQuestion(key, asked, given) for key, asked in self.questions().items() if key in keys
        )

    def given_answers(self, journal: Journal) -> tuple[GivenAnswer, ...]:
        each = ((item.key, (item,)) for item in self.open_questions(tuple(self.questions())))
        was = self.former()
        return tuple(given for key, asked in each for given in _given(asked, journal, was[key]))


@dataclass(frozen=True)
class Recall:
    """Something overheard earlier; never asked, None when there is nothing."""

    key: str

    def keys(self) -> tuple[str, ...]:
        return (self.key,)

    def resolve(self, journal: Journal) -> Any:
        entry = journal.latest(self.key)
        return entry.value if entry else None


@quick
@dataclass(frozen=True)
class Say:
    """Something said on the way; it needs no answer."""

    message: Message


@quick
@dataclass(frozen=True)
class OpenQuestion:
    """A question that waits for its answer; ``given`` is the digest it was asked with."""

    key: str
    question: Question[Any]
    given: str = ""

    @property
    def label(self) -> str:
        """Name the question in a list of answers: its noun, or how it begins."""
        return self.question.label or self.question.wording[:LABEL]


@dataclass(frozen=True)
class GivenAnswer:
    """An answer a person gave himself and that holds: it can be shown to him, and changed."""

    question: OpenQuestion
    entry: Entry
    is_told: bool = False  # by other words of his: this question was not put to him

    @property
    def spoken(self) -> str:
        return self.question.question.spoken(self.entry.value) or self.entry.raw


Step: TypeAlias = Ask | Think | Fill | Recall | Say
Steps: TypeAlias = Generator[Step, Any, T]


class Flow(Protocol):
    """A conversation: a pure function of what may be known, and of the answers."""

    def __call__(self, facts: Any, /) -> Steps[Any]: ...


def ask(
    key: str,
    question: Question[T],
    *,
    given: object = None,
    was: tuple[str, ...] = (),
    lasting: tuple[str, ...] = (),
    told: Json = None,
) -> Steps[T]:
    return cast(T, (yield Ask(key, question, given, was, lasting, told)))


def think(
    key: str, prompt: Prompt[R], given: object, *, rules: Callable[[Any], R], is_ours: bool = False
) -> Steps[R]:
    return cast(R, (yield Think(key, prompt, given, rules, is_ours)))


def fill(
    key: str, title: str, form: type[T], *, given: object = None, submit: str = "送る", lead: str = ""
) -> Steps[T]:
    return cast(T, (yield Fill(key, title, form, given, submit, lead)))


def recall(key: str) -> Steps[str | None]:
    return cast("str | None", (yield Recall(key)))


def say(text: str) -> Steps[None]:
    yield Say(Message(text))


def show(card: Card) -> Steps[None]:
    yield Say(Message(card=card))


def _given(
    asked: tuple[OpenQuestion, ...], journal: Journal, was: tuple[str, ...] = ()
) -> tuple[GivenAnswer, ...]:
    found = ((item, journal.latest(item.key, *was)) for item in asked)
    return tuple(
        GivenAnswer(item, entry)
        for item, entry in found
        if entry is not None and entry.raw and entry.given == item.given
    )


def _restored(asked: Question[Any], entry: Entry, key: str) -> Any:
    try:
        return asked.restore(entry.value)
    except Unreadable as why:  # an option went away, a limit was tightened: ask again, with a word why
        raise Open((key,), str(why)) from why
