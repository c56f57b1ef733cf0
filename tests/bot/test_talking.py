"""Talking: edits, old and forged buttons, and who is talking about what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from flows.questions import Text
from flows.steps import Steps, ask
from storage.conversations import CLOSED, OPEN, WAITING
from storage.inbox import DONE
from tests.bot.house import OTHER, OWNER, House, a_house, said
from tests.bot.trial import PAY, PLACE, WISH, Done, in_order, trial


@pytest.fixture
def sqlite_house(sqlite_engine: Engine) -> House:
    return a_house(sqlite_engine)


def dependent(_: Any) -> Steps[Done]:
    wish = yield from ask("wish", WISH)
    place = yield from ask("place", PLACE)
    pay = yield from ask("pay", PAY, given=wish)
    return Done((wish, place, pay, (yield from ask("last", Text("最後に？")))))


def test_a_changed_answer_opens_what_depended_on_it(house: House) -> None:
    """戻る until the wish, another wish: the pay is asked again, the place is not."""
    with trial(house, dependent) as flow:
        flow.begins()
        for words in ("味噌", "家", "50000"):
            house.says(words)
        for key in ("pay", "place", "wish"):
            house.says("戻る")
            assert house.open_key() == key
        house.says("醤油")
        assert house.open_key() == "place"  # taken back by himself
        house.says("会社")
        assert house.open_key() == "pay"
        house.says("60000")
        house.says("以上")
        assert flow.did == [("醤油", "会社", 60_000, "以上")]


def test_an_old_button_tells_what_was_answered(house: House) -> None:
    """A tap on an answered question changes nothing, says the answer, and offers to change it."""
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        old = house.payload("会社")
        house.taps("家")
        heard = house.taps_payload(old)
        assert "「家」" in " ".join(heard)
        assert "[変える]" in heard[-1]
        assert house.answers() == {"place": "家"}
        house.says("味噌")
        heard = house.taps_payload(old)  # the whole talk is over
        assert heard
        assert flow.did == [("家", "味噌")]


def test_a_double_tap_answers_once(house: House) -> None:
    """Two taps in one breath, two events: the first answers, the second is an old button."""
    with trial(house, in_order(place=PLACE, place2=PLACE)) as flow:
        flow.begins()
        payload = house.payload("家")
        house.taps_payload(payload)
        house.taps_payload(payload)
        assert house.open_key() == "place2"
        assert house.answers() == {"place": "家"}
        assert flow.did == []


def test_a_button_outlives_a_detour(house: House) -> None:
    """A question repeated after a detour keeps its turn: the first button works as well as the second."""
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        old = house.payload("家")
        house.says("ヘルプ")
        house.says("よく分からない話")
        house.taps_payload(old)
        assert house.open_key() == "wish"
        assert flow.did == []


def test_a_foreign_button_does_nothing(house: House) -> None:
    """Somebody else's button, forwarded or forged, is refused kindly and changes nobody's talk."""
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        flow.begins(OTHER)
        payload = house.payload("家", OTHER)
        heard = house.taps_payload(payload)
        assert "使えませんでした" in " ".join(heard)
        assert "どこで？" in heard[-1]
        assert house.open_key(OTHER) == house.open_key() == "place"
        assert house.answers(OTHER) == house.answers() == {}


@pytest.mark.parametrize("change", [":9:", ":-1:", ":0:公園", ":0:" + "x" * 300, ":0:\x01"])
def test_a_forged_button_does_nothing(sqlite_house: House, change: str) -> None:
    """Another turn, a value that was never offered, too much of anything: no answer, and no failure."""
    house = sqlite_house
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        real = house.payload("家")
        house.taps_payload(real.replace(":0:家", change))
        assert house.event().status == DONE
        assert house.open_key() == "place"
        for forged in (
            f"a:{'0' * 32}:place:0:家",
            "a::::",
            "c:posting:x:1:publish",
            "w:nonsense",
            "w:look",
            "",
        ):
            house.taps_payload(forged)
            assert house.event().status == DONE
        assert house.answers() == {}


@pytest.mark.parametrize("payload", ["buy=1", "a::::", "A:" + "0" * 32, "x" * 300, "w:"])
def test_a_button_nobody_drew_is_refused_kindly(sqlite_house: House, payload: str) -> None:
    """A payload in no shape of ours gets a kind line and the open question, never silence."""
    house = sqlite_house
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        heard = house.taps_payload(payload)
        assert "使えませんでした" in heard[0]
        assert "どこで？" in heard[-1]


@pytest.mark.parametrize(
    "text", ["a:{talk}:place:0:家", "=EC-01", ">hire", "!", ">again", "w:person", "YES", "0"]
)
def test_typed_words_are_only_words(sqlite_house: House, text: str) -> None:
    """What looks like the inside of a button, typed, is an answer in words or none; it chooses nothing."""
    house = sqlite_house
    house.plays_to("wish")
    house.says("いろいろ困っていて")
    before = [talk.flow for talk in house.talks()]
    assert before == ["hello", "posting"]
    house.says(text.format(talk=house.talks()[-1].id.hex))
    assert house.event().status == DONE
    assert [talk.flow for talk in house.talks()] == before


def test_typed_words_answer_the_question_asked_last(house: House) -> None:
    """A second conversation waits its turn; it is asked when the first is over."""
    with trial(house, in_order(wish=WISH, last=Text("最後に？"))) as flow:
        flow.begins()
        assert flow.begins() == []  # busy: not a word of the second
        first, second = house.talks()
        assert (first.status, second.status) == (OPEN, WAITING)
        house.says("一つめ")
        heard = house.says("おわり")
        assert flow.did == [("一つめ", "おわり")]
        assert "何を？" in heard[-1]
        house.says("二つめ")
        house.says("おわり2")
        assert flow.did[-1] == ("二つめ", "おわり2")


def test_after_ten_minutes_of_silence_a_newer_question_may_be_asked(house: House) -> None:
    """The older one waits, and is asked again afterwards."""
    with trial(house, in_order(wish=WISH)) as flow:
        flow.begins()
        house.now += timedelta(minutes=11)
        assert "何を？" in flow.begins()[-1]
        older, newer = house.talks()
        assert (older.status, newer.status) == (WAITING, OPEN)
        assert "何を？" in house.says("新しい")[-1]
        house.says("古い")
        assert flow.did == [("新しい",), ("古い",)]
        assert [talk.status for talk in house.talks()] == [CLOSED, CLOSED]


def test_a_tap_goes_to_its_own_conversation_and_is_answered(house: House) -> None:
    """He taps a button of the talk that waits: that one goes on, and the other is asked after it."""
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        tap = house.payload("家")
        house.now += timedelta(minutes=11)
        flow.begins()
        heard = house.taps_payload(tap)
        assert "何を？" in heard[-1]  # never silence
        assert house.handle().floor == house.talks()[0].id
        heard = house.says("味噌")
        assert flow.did == [("家", "味噌")]
        assert "どこで？" in heard[-1]
        assert house.handle().floor == house.talks()[1].id


def test_words_in_a_pause_ask_what_waited(house: House) -> None:
    """The talk in hand is put off; the next words bring the question that has waited."""
    with trial(house, in_order(wish=WISH, last=Text("最後に？"))) as flow:
        flow.begins()
        flow.begins()
        house.says("あとで")
        heard = house.says("こんにちは")
        assert "何を？" in heard[-1]
        assert house.talks()[1].status == OPEN
        assert house.answers() == {}  # the greeting was no answer
        assert flow.did == []


def heard_all(house: House) -> Callable[[], list[str]]:
    return lambda: [row.body for row in house.messages(OWNER)]


def test_a_wish_of_ten_thousand_characters_is_kept_whole(house: House) -> None:
    """Raw words are kept as typed, to the last character; what is shown is short enough for LINE."""
    wish = ("ネットでもっと味噌を売りたいです。𠮷野の蔵で、髙橋と二人でつくっています。" * 300)[
        :9_990
    ] + "おわり。"
    house.plays_to("wish")
    house.says(wish)
    house.plays_to("")
    [posting] = house.postings()
    assert posting.wish_raw == wish
    for body in heard_all(house)():
        assert len(body.encode()) < 50_000
    house.presses("引き受ける")
    assert posting.state == "REVIEW"


def test_secrets_are_masked_and_it_is_said(house: House) -> None:
    """A card number never reaches the database, and the person is told that it was hidden."""
    house.plays_to("wish")
    heard = house.says("カードは4111 1111 1111 1111です。ネットで売りたい")
    assert "伏せ" in heard[0]
    with house.work() as work:
        talk = house.talks()[-1]
        journal = work.conversations.journal(talk.id)
    assert "1111 1111" not in str(journal.entries)
    assert "1111 1111" not in str(house.event().body)


def test_the_same_words_asked_in_one_breath_are_one_answer_each(house: House) -> None:
    """Several messages at once are taken in the order they came."""
    with trial(house, in_order(wish=WISH, last=Text("最後に？"))) as flow:
        flow.begins()
        ids = [house.store(house.heard_on_line(OWNER, said(words))) for words in ("一", "二")]
        for id in ids:
            assert id is not None
            house.turn(id)
        assert flow.did == [("一", "二")]
