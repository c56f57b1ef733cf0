"""Payloads: what a button carries. Released forms: buttons in old messages stay tappable for ever."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from flows.inbound import AsideTapped, CardTapped, FormAsked, Tapped, WordTapped
from flows.words import Word

MOST_UNITS = 300  # LINE postback data, in UTF-16 units; Slack takes more

ID = "[0-9a-f]{32}"
NUMBER = "(?:0|[1-9][0-9]{0,8})"
NAME = "[A-Za-z0-9_.-]{1,64}"
VALUE = r"[^\x00\ud800-\udfff]*"  # PostgreSQL keeps no NUL; a lone surrogate has no UTF-8

ANSWER = re.compile(f"a:({ID}):({NAME}):({NUMBER}):({VALUE})", re.DOTALL)
CARD = re.compile(f"c:({NAME}):({ID}):({NUMBER}):({NAME})")
WORD = re.compile(f"w:({NAME})")
FORM = re.compile(f"f:({ID})")
ASIDE = re.compile(f"e:({ID}):({NAME}):(edit|keep|change|use|ask|tell|call)")


def answer_payload(conversation: UUID, key: str, turn: int, value: str) -> str:
    """Bind an answer to its conversation, its key and the turn of the asking."""
    return _checked(f"a:{conversation.hex}:{key}:{turn}:{value}", ANSWER)


def card_payload(aggregate: str, id: UUID, version: int, verb: str) -> str:
    """Bind a verb to one version of an aggregate."""
    return _checked(f"c:{aggregate}:{id.hex}:{version}:{verb}", CARD)


def word_payload(word: Word) -> str:
    return _checked(f"w:{word.value}", WORD)


def form_payload(conversation: UUID) -> str:
    return _checked(f"f:{conversation.hex}", FORM)


def aside_payload(conversation: UUID, key: str, verb: str) -> str:
    """Bind an aside to its conversation and key: edit, keep, change, use, ask, tell, call."""
    return _checked(f"e:{conversation.hex}:{key}:{verb}", ASIDE)


def decode(payload: str, at: datetime) -> Tapped | CardTapped | WordTapped | FormAsked | AsideTapped | None:
    """Read a payload back; None is forged or unreadable. Whatever it names is a claim, not a right."""
    if units(payload) > MOST_UNITS:
        return None
    if hit := ANSWER.fullmatch(payload):
        return Tapped(hit[1], hit[2], int(hit[3]), hit[4], at)
    if hit := CARD.fullmatch(payload):
        return CardTapped(hit[1], hit[2], int(hit[3]), hit[4], at)
    if hit := WORD.fullmatch(payload):
        return WordTapped(hit[1], at)
    if hit := FORM.fullmatch(payload):
        return FormAsked(hit[1], at)
    if hit := ASIDE.fullmatch(payload):
        return AsideTapped(hit[1], hit[2], hit[3], at)
    return None


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _checked(payload: str, form: re.Pattern[str]) -> str:
    if not form.fullmatch(payload):
        raise ValueError("a payload that could not be read back")  # no value here: it may be somebody's words
    if units(payload) > MOST_UNITS:
        raise ValueError(f"a payload of more than {MOST_UNITS} UTF-16 units")
    return payload
