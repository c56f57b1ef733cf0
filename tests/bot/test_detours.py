"""Detours: the words of the house work in every state, change no answer, and never meet silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from flows.words import LABELS, Word
from storage.conversations import OPEN, PARKED
from storage.inbox import DONE
from tests.bot.house import OWNER, House, a_house


@pytest.fixture
def house(sqlite_engine: Engine) -> House:
    return a_house(sqlite_engine)


def somebody_new(house: House) -> None:
    """Nobody has ever said anything."""


def before_consent(house: House) -> None:
    house.plays_to("consent")


def in_a_question(house: House) -> None:
    house.plays_to("now")


def in_the_draft(house: House) -> None:
    house.plays_to("verdict")


def resting(house: House) -> None:
    house.plays_to("now")
    house.says("あとで")


def waiting_for_staff(house: House) -> None:
    house.in_review()


def published(house: House) -> None:
    house.in_review()
    house.presses("公開する")
    house.news()


STATES: list[Callable[[House], None]] = [
    somebody_new,
    before_consent,
    in_a_question,
    in_the_draft,
    resting,
    waiting_for_staff,
    published,
]
STEERING = {
    Word.BUSY,
    Word.BACK,
    Word.EDIT,
    Word.LATER,
    Word.CANCEL,
    Word.PARK,
    Word.PERSON,
    Word.START,
    Word.RESUME,
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_word_is_answered_in_every_state(house: House, state: Callable[[House], None]) -> None:
    """Typed or tapped on the menu: something is said, nothing fails, and no answer changes."""
    state(house)
    for word in Word:
        if word in STEERING:
            continue
        before = [(talk.flow, talk.status, house.answers_of(talk.id)) for talk in talks(house)]
        assert house.says(LABELS[word]), word
        assert house.taps_payload(f"w:{word.value}"), word
        assert house.event().status == DONE
        if before:
            assert [(talk.flow, talk.status, house.answers_of(talk.id)) for talk in talks(house)] == before, (
                word
            )


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("word", [word for word in Word if word in STEERING], ids=str)
def test_a_word_that_steers_is_answered_in_every_state(
    house: House, state: Callable[[House], None], word: Word
) -> None:
    """Back, later, a person, a new wish: something is said, nothing fails, and a way on is left."""
    state(house)
    assert house.says(LABELS[word])
    assert house.event().status == DONE
    assert house.taps_payload(f"w:{word.value}")
    assert house.event().status == DONE
    assert house.says("つづき")


def talks(house: House) -> list:  # type: ignore[type-arg]
    return house.talks() if house.messages(OWNER) else []


def test_a_word_in_a_sentence_is_an_answer(house: House) -> None:
    """「やめる人が多くて」 is a wish, not a wish to stop."""
    house.plays_to("wish")
    house.says("やめる人が多くて、発送の担当が足りません")
    assert house.answers()["wish"] == "やめる人が多くて、発送の担当が足りません"


def test_a_rest_loses_nothing(house: House) -> None:
    """あとで, days later つづき: his last words, and the same question."""
    house.plays_to("now")
    [asked] = [each.body for each in house.messages(OWNER)][-1:]
    before = house.answers()
    house.says("やめる")
    house.taps("ここまでにする")
    assert house.talks()[-1].status == PARKED
    house.says("つづき")
    assert house.talks()[-1].status == OPEN
    assert house.answers() == before
    assert house.open_key() == "now"
    assert asked


def test_a_photo_is_thanked_and_the_question_repeated(house: House) -> None:
    """What a question cannot use is noted, never an error."""
    house.plays_to("now")
    for kind in ("image", "audio", "video", "file", "location", "hologram"):
        house.line(OWNER, {"type": "message", "message": {"type": kind, "id": "1"}})
        assert house.news()
        assert house.open_key() == "now"
        assert house.event().status == DONE


def test_a_sticker_is_a_nod(house: House) -> None:
    """A sticker answers nothing where words are asked for, and is never refused."""
    house.plays_to("now")
    house.line(OWNER, {"type": "message", "message": {"type": "sticker", "id": "1", "keywords": ["笑"]}})
    assert house.news()
    assert house.open_key() == "now"


def test_a_person_is_always_one_word_away(house: House) -> None:
    """人と話す: staff get a card with his last words, he gets a time, and the talk waits for him."""
    house.plays_to("now")
    heard = house.says("人と話す")
    assert "までに" in " ".join(heard)
    assert [talk.flow for talk in house.talks()][-1] == "call"
    assert house.talks()[1].status == "waiting"
    while house.open_key() in ("when", "phone"):
        house.says("0265-00-1234") if house.open_key() == "phone" else house.taps_payload(
            house.first_button("when", OWNER)
        )
    house.says("つづき")
    assert house.open_key() == "now"
