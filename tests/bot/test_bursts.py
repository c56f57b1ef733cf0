"""Bursts: words that cross our question, or come after days, are never taken for an answer they are not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from flows.journal import plain
from flows.questions import Amount, Question, Text
from prompts.results import Route, WishReading
from storage.outbox import DUE, OutMessage
from tests.bot.house import OWNER, House, a_house, said
from tests.bot.trial import in_order, trial


@pytest.fixture
def house(engine: Engine) -> House:
    return a_house(engine)


def not_left_yet(house: House) -> None:
    """The answer just given is still in the outbox."""
    with house.work() as work:
        work.session.execute(update(OutMessage).where(OutMessage.status == DUE).values(left_at=None))


def test_a_second_message_joins_the_first(house: House) -> None:
    """Written before our next question left: it is more of the wish, not the answer to what he has not read."""
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    asked = house.open_key()
    not_left_yet(house)
    house.says("写真がうまく撮れなくて")
    assert house.answers()["wish"] == "ネットでもっと味噌を売りたい\n写真がうまく撮れなくて"
    assert house.open_key() == asked


def test_a_late_stamp_is_an_answer(house: House) -> None:
    """Written after the question left, it answers the question."""
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    house.now += timedelta(seconds=20)
    house.says("見ても買ってくれない")
    assert house.answers()["stuck"] == "見ても買ってくれない"


def test_the_stamp_counts_and_not_the_arrival(house: House) -> None:
    """A webhook that came late, stamped before the question left, joins what he said before."""
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    stamp = int((house.now - timedelta(seconds=2)).timestamp() * 1000)
    house.line(OWNER, {**said("写真も苦手です"), "timestamp": stamp})
    assert house.answers()["wish"].endswith("写真も苦手です")


def test_with_nothing_to_join_he_is_asked(house: House) -> None:
    """After an amount there is no text to join: the words are kept, and he says what they are."""
    questions: dict[str, Question[Any]] = {
        "pay": Amount("いくら？", unit="円", most=100),
        "note": Text("一言？"),
    }
    with trial(house, in_order(**questions)) as flow:
        flow.begins()
        house.says("50")
        not_left_yet(house)
        assert "お答えですか" in house.says("もう少し出せるかも")[-1]
        house.taps("お答えです")
        assert flow.did == [(50, "もう少し出せるかも")]


def test_a_tap_is_never_a_burst(house: House) -> None:
    """Who taps has seen the button."""
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    not_left_yet(house)
    house.taps("見ても買ってくれない")
    assert house.answers()["stuck"] == "見ても買ってくれない"


def test_free_words_after_days_are_asked_about(house: House) -> None:
    """Four days later he may write about anything: the question is shown again, and his words are kept."""
    house.plays_to("own")
    house.moves(house.now + timedelta(days=4))
    heard = house.says("この前の件ですけど")
    assert "おかえりなさい" in heard[-1]
    assert house.open_key() == "own"
    house.taps("ちがいます")
    assert house.open_key() == "own"
    assert "own" not in house.answers()


def test_they_are_the_answer_when_he_says_so(house: House) -> None:
    """お答えです: nothing has to be typed twice."""
    house.plays_to("own")
    house.moves(house.now + timedelta(days=4))
    house.says("山の味噌屋です。もっと買ってもらえたらうれしい")
    house.taps("お答えです")
    assert house.answers()["own"] == "山の味噌屋です。もっと買ってもらえたらうれしい"


def test_a_button_after_days_simply_counts(house: House) -> None:
    """A tap, or words that can only be the answer, need no second question."""
    house.plays_to("pay")
    house.moves(house.now + timedelta(days=8))
    house.says("8万円")
    assert house.answers()["pay"] == 80_000


def test_more_words_while_the_model_thinks_are_thought_about_too(engine: Engine) -> None:
    """The late answer to the first half is ignored; the second half is put to the model with it."""
    house = a_house(engine, with_model=True)
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    first = dict(house.talks()[-1].asked)["reading"][0]
    assert "いっしょに残しました" in house.says("写真がうまく撮れない")[0]
    second = dict(house.talks()[-1].asked)["reading"][0]
    assert first != second
    reading = plain(WishReading(route=Route.GO, codes=["EC-01"], sure=True, quote="味噌"))
    talk = house.talks()[-1].id
    house.think(talk, "reading", first, reading)
    assert "reading" not in house.answers_of(talk)
    house.think(talk, "reading", second, reading)
    assert "reading" in house.answers_of(talk)


def test_two_questions_that_fit_are_told_apart(house: House) -> None:
    """An amount asked before, free words asked now: 「8万円」 fits both, so he says which."""
    amount, words = (
        in_order(pay=Amount("いくら？", unit="円", most=100_000, label="お支払い")),
        in_order(note=Text("ご連絡はありますか？", label="ご連絡")),
    )
    with trial(house, amount) as first, trial(house, words) as second:
        first.begins()
        house.now += timedelta(minutes=15)
        second.begins()
        house.now += timedelta(minutes=1)
        assert "どちらのお返事ですか" in house.says("80000")[-1]
        house.taps("お支払いのお返事")
        assert [*first.did, *second.did] == [(80_000,)]
        assert house.open_key() == "note"
