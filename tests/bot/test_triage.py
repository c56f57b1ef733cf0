"""Triage: a question in the middle is answered or passed on, and the open question comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.held import HELD
from tests.bot.house import House, a_house


@pytest.fixture
def house(sqlite_engine: Engine) -> House:
    return a_house(sqlite_engine)


@pytest.fixture
def thinking(sqlite_engine: Engine) -> House:
    """A house with a model, at a question that needs none."""
    house = a_house(sqlite_engine)
    house.plays_to("partner")
    return a_house_with_model(house)


def a_house_with_model(house: House) -> House:
    from dataclasses import replace

    house.rules = replace(house.rules, has_model=True)
    return house


def model_says(house: House, **reading: Any) -> list[str]:
    talk = house.talks()[-1]
    house.think(talk.id, HELD, talk.asked[HELD][0], reading or None)
    return house.news()


def test_a_known_topic_is_answered_at_once(house: House) -> None:
    """いくらかかる？ in the middle: the card, then the question again."""
    house.plays_to("partner")
    heard = house.says("ところで全部でいくらかかるの？")
    assert "手数料" in " ".join(heard)
    assert "どなたですか" in heard[-1]


def test_an_unknown_question_goes_to_the_staff_by_one_tap(house: House) -> None:
    """Nobody knows the answer: a person is offered, a time is named, the words are on the card."""
    house.plays_to("pay")
    assert "担当の佐藤に聞いて" in house.says("消費税はどうなりますか？")[-1]
    heard = house.taps("聞いてほしい")
    assert "昼12時までにお返事します" in " ".join(heard)
    assert "月いくらくらい" in heard[-1]
    assert "消費税はどうなりますか？" in house.card_text()


def test_it_may_be_an_answer_after_all(house: House) -> None:
    """Words that end like a question, where any words are an answer: he says which, and types nothing again."""
    house.plays_to("partner")
    assert "ご質問ですか、お答えですか" in house.says("美咲でいいですか？")[-1]
    house.taps("お答えです")
    assert house.answers()["partner"] == "美咲でいいですか？"


def test_a_second_tap_asks_the_staff_once(house: House) -> None:
    """聞いてほしい tapped twice puts one line before the staff."""
    house.plays_to("pay")
    house.says("消費税はどうなりますか？")
    payload = house.payload("聞いてほしい")
    house.taps_payload(payload)
    house.taps_payload(payload)
    assert house.card_text().count("消費税") == 1


def test_the_second_time_we_cannot_read_we_offer_a_call(house: House) -> None:
    """分からない twice, where it is no answer: three times to be rung, and the way on."""
    house.plays_to("contact")
    house.says("わからん")
    heard = house.says("分からない")[-1]
    assert "お電話しましょうか" in heard
    assert heard.count("午前") + heard.count("午後") == 3
    house.taps("このまま続ける")
    assert house.open_key() == "contact"


def test_a_tapped_time_is_kept_and_the_talk_goes_on(house: House) -> None:
    """One tap on a time, then the number: the staff have both, and the question comes back."""
    house.plays_to("contact")
    house.says("わからん")
    house.says("分からない")
    label = next(label for label, _ in house.buttons() if "午後" in label)
    assert "どの番号に" in house.taps(label)[-1]
    house.says("0265-11-2222")
    assert label in house.card_text()
    assert "0265-11-2222" in house.card_text()
    assert house.open_key() == "contact"


def test_a_sure_answer_of_the_model_is_taken(thinking: House) -> None:
    """The model is sure that it is the answer, and the question reads it."""
    thinking.says("美咲でいいですか？")
    model_says(thinking, kind="answer", topic="other", sure=True)
    assert thinking.answers()["partner"] == "美咲でいいですか？"


def test_the_model_may_know_the_topic(thinking: House) -> None:
    """A question in words no rule knows: the card that answers it, then the open question."""
    thinking.says("見知らぬ人をうちに入れて平気なもんでしょうか？")
    heard = model_says(thinking, kind="question", topic="safety", sure=True)
    assert "秘密" in " ".join(heard)
    assert "どなたですか" in heard[-1]


@pytest.mark.parametrize("reading", [{}, {"kind": "answer", "topic": "other", "sure": False}])
def test_without_a_sure_model_he_is_asked(thinking: House, reading: dict[str, Any]) -> None:
    """The model failed, or is unsure: the person says which."""
    thinking.says("美咲でいいですか？")
    assert "ご質問ですか、お答えですか" in model_says(thinking, **reading)[-1]


def test_an_answer_that_came_too_late_is_ignored(thinking: House) -> None:
    """He tapped meanwhile: what the model made of older words changes nothing."""
    thinking.says("美咲でいいですか？")
    given = thinking.talks()[-1].asked[HELD][0]
    thinking.taps("自分でやる")
    before = thinking.answers()
    thinking.think(thinking.talks()[-1].id, HELD, given, {"kind": "answer", "topic": "other", "sure": True})
    assert thinking.answers() == before


def test_a_hostile_model_chooses_only_among_his_own_ways(thinking: House) -> None:
    """Whatever it says about a question that cannot take the words, they are not written as its answer."""
    thinking.taps("自分でやる")
    thinking.news()
    assert thinking.open_key() == "pay"
    thinking.says("見積書はどうやって出しますか？")
    model_says(thinking, kind="answer", topic="price", sure=True)
    assert "pay" not in thinking.answers()
    assert json.dumps(thinking.answers(), ensure_ascii=False).count("見積書") == 1  # held, for the next tap
