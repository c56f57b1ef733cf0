"""Payloads: what a button carries comes back as it left, and nothing forged gets through."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import MOST_UNITS, answer_payload, card_payload, decode, form_payload, units, word_payload
from flows.inbound import CardTapped, FormAsked, Tapped, WordTapped
from flows.words import Word

AT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
TALK = UUID("0192f0c1d2e37abc8def001122334455")

names = st.from_regex(r"[A-Za-z0-9_.-]{1,64}", fullmatch=True)
numbers = st.integers(0, 999_999_999)
values = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)


@given(st.uuids(), names, numbers, values)
def test_an_answer_comes_back_as_it_left(talk: UUID, key: str, turn: int, value: str) -> None:
    """A button's answer survives the way out and back, whatever words it holds."""
    assert decode(answer_payload(talk, key, turn, value), AT) == Tapped(talk.hex, key, turn, value, AT)


@given(names, st.uuids(), numbers, names)
def test_a_card_comes_back_as_it_left(aggregate: str, id: UUID, version: int, verb: str) -> None:
    """A card's button names the same aggregate, version and verb when it returns."""
    assert decode(card_payload(aggregate, id, version, verb), AT) == CardTapped(
        aggregate, id.hex, version, verb, AT
    )


@pytest.mark.parametrize("word", Word)
def test_every_word_of_the_house_comes_back(word: Word) -> None:
    """Every word that can stand on a button can be read back."""
    assert decode(word_payload(word), AT) == WordTapped(word.value, AT)


def test_a_form_comes_back() -> None:
    """The button that opens a form says whose form."""
    assert decode(form_payload(TALK), AT) == FormAsked(TALK.hex, AT)


@given(st.text() | st.from_regex(r"[acwf]:.*"))
def test_anything_else_is_none_and_never_an_exception(payload: str) -> None:
    """What cannot be read is None; what can be read is exactly what we would have written."""
    match decode(payload, AT):
        case Tapped(talk, key, turn, value):
            assert answer_payload(UUID(talk), key, turn, value) == payload
        case CardTapped(aggregate, id, version, verb):
            assert card_payload(aggregate, UUID(id), version, verb) == payload
        case WordTapped(word):
            assert payload == f"w:{word}"
        case FormAsked(talk):
            assert form_payload(UUID(talk)) == payload
        case None:
            pass


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "a",
        "a:",
        f"a:{TALK}:wish:1:x",  # hyphens are not our hex
        f"a:{TALK.hex.upper()}:wish:1:x",
        f"a:{TALK.hex}:wish:01:x",
        f"a:{TALK.hex}:wish:１:x",
        f"a:{TALK.hex}:wish:-1:x",
        f"a:{TALK.hex}:wish:1234567890:x",
        f"a:{TALK.hex}:wish:1",
        f"a:{TALK.hex}:wi sh:1:x",
        f"a:{TALK.hex}:{'k' * 65}:1:x",
        f"a:{TALK.hex}:wish:1:\x00",
        f"a:{TALK.hex}:wish:1:\ud800",
        f"a:{TALK.hex}:wish:1:{'あ' * 300}",
        f"c:posting:{TALK.hex}:1",
        f"c:posting:{TALK.hex}:1:publish:more",
        f"f:{TALK.hex}\n",
        f"f:{TALK.hex}0",
        "w:",
        "w:menu:x",
        "x:menu",
        "{}",
    ],
)
def test_what_is_forged_is_none(forged: str) -> None:
    """Hex, numbers and lengths are read strictly."""
    assert decode(forged, AT) is None


def test_too_long_a_payload_is_not_written() -> None:
    """LINE counts 300 UTF-16 units: one 𠮷 is two of them."""
    head = units(answer_payload(TALK, "wish", 1, ""))
    room = MOST_UNITS - head
    assert decode(answer_payload(TALK, "wish", 1, "𠮷" * (room // 2)), AT) is not None
    with pytest.raises(ValueError, match="300"):
        answer_payload(TALK, "wish", 1, "𠮷" * (room // 2 + 1))


@pytest.mark.parametrize("key", ["", "wi:sh", "wi\nsh", "お名前"])
def test_a_key_that_could_not_be_read_back_is_not_written(key: str) -> None:
    """A payload that we could not read ourselves never leaves."""
    with pytest.raises(ValueError, match="read back"):
        answer_payload(TALK, key, 1, "x")
