"""Asking: draws an open question, with its buttons bound to the conversation, the key and the turn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bot.payloads import answer_payload, aside_payload, form_payload, word_payload
from flows.beside import detour
from flows.interpret import Opened
from flows.journal import Entry, digest
from flows.messages import Button, Form, FormField, Look, Message
from flows.picking import Many
from flows.questions import Choice, Pick, Question, Text
from flows.replay import Waiting
from flows.steps import Fill, OpenQuestion, Think
from flows.words import LABELS
from storage.conversations import Conversation


def note_asked(talk: Conversation, state: Waiting) -> bool:
    """Bind each open question to what it is about and to the turn it was first asked in; tell whether one is new."""
    given, before = {item.key: item.given for item in state.open_questions()}, talk.asked
    talk.asked = {
        key: before[key] if key in before and before[key][0] == what else [what, talk.turn]
        for key, what in given.items()
    }
    return talk.asked != before


def is_asked(talk: Conversation, state: Waiting) -> bool:
    """Tell whether what is open now is what was asked: of him, or of the model."""
    if isinstance(state.step, Think):
        return bool(talk.asked.get(state.step.key, [None])[0] == digest(state.step.given))
    return all(talk.asked.get(item.key, [None])[0] == item.given for item in state.open_questions()[:1])


def opened(talk: Conversation, state: Waiting | None) -> Opened | None:
    if state is None or isinstance(state.step, Think):
        return None
    asked = {key: (str(what), int(at)) for key, (what, at) in talk.asked.items()}
    return Opened(talk.id.hex, state.open_questions(), asked)


def ask_message(talk: Conversation, open_question: OpenQuestion, former: Entry | None = None) -> Message:
    """Draw a question; where he took an answer back, ``former`` may stand again by one tap."""
    asked: Question[Any] = open_question.question
    at = int(talk.asked.get(open_question.key, ["", talk.turn])[1])
    answers = [
        Button(option.label, answer_payload(talk.id, open_question.key, at, option.value), option.look)
        for option in asked.options()
    ]
    aside = [Button(LABELS[word], word_payload(word)) for word in asked.words]
    if former is not None:
        aside.insert(0, Button(detour.STAY, aside_payload(talk.id, open_question.key, "keep")))
    return Message(asked.wording, asked.card, (*answers, *aside))


def form_of(talk: Conversation, state: Waiting) -> Form:
    """Draw an open form as one modal."""
    assert isinstance(state.step, Fill)
    asked = state.step.questions()
    fields = tuple(_field(key, asked[key]) for key in asked if key in state.keys)
    at = max((int(item[1]) for item in talk.asked.values()), default=talk.turn)
    return Form(talk.id.hex, at, state.step.title, state.step.submit, fields, state.step.lead)


def _field(key: str, asked: Question[Any]) -> FormField:
    is_many = isinstance(asked, Many)
    options = asked.listed if isinstance(asked, Many) else asked.options()
    options = options if isinstance(asked, Choice | Pick | Many) else ()
    groups = tuple(option.group for option in options)
    most = asked.most if isinstance(asked, Text) else 3_000
    return FormField(
        key,
        asked.wording,
        tuple((option.value, option.label) for option in options),
        "\n".join(asked.chosen) if isinstance(asked, Many) else asked.initial,
        asked.hint,
        min(most, 3_000),
        asked.is_long,
        asked.is_optional,
        groups if any(groups) else (),
        is_many,
    )


def form_button(
    talk: UUID,
    words: str = "フォームを開けませんでした。下のボタンからどうぞ。",
    label: str = "フォームを開く",
) -> Message:
    """Offer a form by a button: it could not be opened in time, or nobody was there to open it for."""
    return Message(words, buttons=(Button(label, form_payload(talk), Look.PRIMARY),))
