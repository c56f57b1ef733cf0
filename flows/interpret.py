"""Interpret: one inbound event held against the open question. Pure; nothing is written here."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from flows.errors import Unreadable
from flows.inbound import File, Kind, Sent, Submitted, Tapped, Typed, WordTapped
from flows.journal import Json
from flows.quick import quick
from flows.rules.coach.asking import asks_about, is_question
from flows.steps import OpenQuestion
from flows.words import Word, fold, word_of


@dataclass(frozen=True)
class Opened:
    """What a conversation waits for: its open questions, the first one asked, and when each key was first asked."""

    conversation: str
    questions: tuple[OpenQuestion, ...]
    asked: dict[str, tuple[str, int]] = field(default_factory=dict)  # key → given digest, turn of the asking

    def find(self, key: str) -> OpenQuestion | None:
        return next((item for item in self.questions if item.key == key), None)


@quick
@dataclass(frozen=True)
class Answer:
    key: str
    value: Json
    raw: str
    given: str


@dataclass(frozen=True)
class Answers:
    """A whole form."""

    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Said:
    """A word of the house, or a question about one of the six topics."""

    word: Word


@dataclass(frozen=True)
class Stale:
    """A tap on a question that is not open any more, and what its button stands for."""

    key: str
    value: str = ""


@dataclass(frozen=True)
class Unclear:
    """Could not be read; ``why`` says it kindly."""

    why: str


@dataclass(frozen=True)
class Questioned:
    """It ends like a question to us. ``could_be``: the open question could also take it as its answer."""

    could_be: bool


@dataclass(frozen=True)
class Refused:
    """A form that cannot be taken yet: what to say at which key."""

    errors: dict[str, str]


@dataclass(frozen=True)
class Nod:
    """A sticker: somebody is there, and nothing more was said."""


@dataclass(frozen=True)
class Kept:
    """Something the question cannot use; it stays noted for the staff."""

    kind: Kind
    message_id: str = ""


@dataclass(frozen=True)
class Taken:
    """Something that the open question accepts: its bytes are fetched, and the question stays open for words."""

    message_id: str
    file: File


Reading: TypeAlias = Answer | Answers | Said | Stale | Unclear | Questioned | Refused | Nod | Kept | Taken

STICKER = "（スタンプ）"
BYTES = frozenset({Kind.PHOTO, Kind.FILE})
COUNTRY = re.compile(r"^日本、?\s*|〒?\d{3}-?\d{4}\s*")  # how LINE begins an address


def interpret(inbound: Typed | Tapped | WordTapped | Sent | Submitted, opened: Opened | None) -> Reading:
    """Say what an event means here: an answer, or the kind of detour."""
    match inbound:
        case WordTapped():
            return Said(Word(inbound.word)) if inbound.word in {word.value for word in Word} else Stale("")
        case Tapped():
            return _tapped(inbound, opened)
        case Submitted():
            return _submitted(inbound, opened)
        case Sent():
            return _sent(inbound, opened)
        case Typed():
            return _typed(inbound.text, opened)


def _tapped(tap: Tapped, opened: Opened | None) -> Reading:
    open_question = opened.find(tap.key) if opened else None
    if (
        opened is None
        or open_question is None
        or opened.asked.get(tap.key) != (open_question.given, tap.turn)
    ):
        return Stale(tap.key, tap.value)
    try:
        value = open_question.question.read_tap(tap.value)
    except Unreadable as why:
        return Unclear(str(why))
    return Answer(tap.key, value, open_question.question.spoken(value), open_question.given)


def _submitted(form: Submitted, opened: Opened | None) -> Reading:
    if opened is None or not any(item.key in form.values for item in opened.questions):
        return Stale("")  # a form about something else: an older page, or one sent already
    answers, errors = [], {}
    for open_question in opened.questions:
        if open_question.key not in form.values:
            continue  # a deploy added it while the form stood open: asked next
        raw = form.values[open_question.key]
        try:
            value = _read_field(open_question, raw)
        except Unreadable as why:
            errors[open_question.key] = str(why)
            continue
        answers.append(Answer(open_question.key, value, raw, open_question.given))
    return Refused(errors) if errors else Answers(tuple(answers))


def _read_field(field: OpenQuestion, raw: str) -> Json:
    """A list in a form gives back an option's value, an input gives words."""
    is_option = raw in {option.value for option in field.question.options()}
    return field.question.read_tap(raw) if is_option else field.question.read(raw)


def _sent(sent: Sent, opened: Opened | None) -> Reading:
    if sent.kind is Kind.PLACE and sent.words and opened and opened.questions:
        return _place(sent.words[0], opened.questions[0])
    accepted = opened.questions[0].question.accepts if opened and opened.questions else frozenset()
    if sent.kind in BYTES and sent.kind in accepted and sent.message_id:
        return Taken(sent.message_id, sent.files[0] if sent.files else File(sent.kind))
    if sent.kind is not Kind.STICKER:
        return Kept(sent.kind, sent.message_id)
    if opened and opened.questions:
        first = opened.questions[0]
        nod = getattr(first.question, "nod", None)
        if nod is not None:
            return Answer(first.key, nod, STICKER, first.given)
    return Nod()


def _place(address: str, open_question: OpenQuestion) -> Reading:
    """A place on the map answers where its address is asked for."""
    if Kind.PLACE not in open_question.question.accepts:
        return Kept(Kind.PLACE)
    words = COUNTRY.sub("", address).strip()
    try:
        value = open_question.question.read(words)
    except Unreadable as why:
        return Unclear(str(why))
    return Answer(open_question.key, value, words, open_question.given)


def _typed(text: str, opened: Opened | None) -> Reading:
    first = opened.questions[0] if opened and opened.questions else None
    word = word_of(text)
    if first is None:
        return Said(word) if word else Unclear("")
    labels = {fold(option.label) for option in first.question.options()}
    if word and fold(text) not in labels:  # a word of the house wins, unless it is a button just offered
        return Said(word)
    is_closed_to_topics = (
        first.question.is_alone or fold(text) in labels
    )  # 「値段」 may be what he holds dear
    topic = None if is_closed_to_topics else asks_about(text)
    if topic:
        return Said(topic)
    try:
        value = first.question.read(text)
    except Unreadable as why:
        return Questioned(could_be=False) if is_question(text) else Unclear(str(why))
    if first.question.may_be_asked_back and fold(text) not in labels and is_question(text):
        return Questioned(could_be=True)
    return Answer(first.key, value, text, first.given)
