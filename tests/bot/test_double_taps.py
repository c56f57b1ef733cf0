"""Double taps: a button tapped five times in a hurry is answered once, and nobody is left in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.carry import carry
from bot.taking import Job, take_turns
from tests.bot.house import OWNER, House, a_house

TIMES = 5


@pytest.fixture
def house(sqlite_engine: Engine) -> House:
    return a_house(sqlite_engine)


def in_a_burst(house: House, payload: str, apart: timedelta = timedelta(seconds=1)) -> list[str]:
    """Tap a button five times, a second apart; give all that was said."""
    heard: list[str] = []
    for _ in range(TIMES):
        house.now += apart
        heard += house.taps_payload(payload)
    return heard


def in_one_webhook(house: House, payload: str) -> list[str]:
    """Let five taps come at once, and be turned in one transaction."""
    tap = {"type": "postback", "postback": {"data": payload}}
    stored = [house.store(house.heard_on_line(OWNER, tap)) for _ in range(TIMES)]
    jobs = [Job(id) for id in stored if id is not None]
    assert len(jobs) == TIMES
    take_turns(house.engine, house.rules, carry, jobs, house.now)
    house.all_leave()
    return house.news()


@pytest.mark.parametrize("taps", [in_a_burst, in_one_webhook])
@pytest.mark.parametrize("at", ["consent", "goal", "verdict.1"])
def test_five_quick_taps_bring_the_next_question_once(house: House, at: str, taps: object) -> None:
    """In the middle of a talk, at its end, and where one talk leads into the next: as one tap is answered."""
    assert callable(taps)
    house.plays_to(at)
    payload = house.first_button(at, OWNER)
    before = len(house.talks())
    heard = taps(house, payload)
    assert len(heard) == len(set(heard)), heard
    assert house.open_key() != at
    assert len(house.talks()) <= before + 1


def test_one_tap_and_five_say_the_same(house: House) -> None:
    """Nothing is lost by the hurry: the answer counts, and its question is behind him."""
    house.plays_to("goal")
    payload = house.first_button("goal", OWNER)
    assert len(in_a_burst(house, payload)) == len(set(house.news()) | {house.open_key()})
    assert house.answers()["goal"] is not None


def test_another_button_in_the_same_hurry_is_answered(house: House) -> None:
    """He taps one, and at once another of the same message: we ask whether he wants to change it."""
    house.plays_to("goal")
    first, other = house.first_button("goal", OWNER), house.payload("まだ店がない")
    assert first != other
    house.taps_payload(first)
    assert "変えますか" in house.taps_payload(other)[-1]


def test_a_tap_after_the_typed_word_is_answered(house: House) -> None:
    """He types what the button says and then taps it too: that is another act, and he is not left in silence."""
    house.plays_to("verdict.1")
    tap = house.payload("これでよい")
    house.says("これでよい")
    assert house.taps_payload(tap)


def test_keeping_under_the_list_is_answered(house: House) -> None:
    """直す right after an answer, and このままでよい: the open question comes back."""
    house.plays_to("goal")
    house.taps_payload(house.first_button("goal", OWNER))
    house.says("直す")
    assert house.taps("このままでよい")


def test_to_and_fro_is_answered(house: House) -> None:
    """One button, the other, and the first again, in one breath: each tap has its word."""
    house.plays_to("goal")
    first, other = house.first_button("goal", OWNER), house.payload("まだ店がない")
    for payload in (first, other, first):
        assert house.taps_payload(payload)


def test_the_same_button_later_still_brings_the_question(house: House) -> None:
    """A minute after, he is not sure it was taken: he reads what is asked now."""
    house.plays_to("goal")
    payload = house.first_button("goal", OWNER)
    assert "月に何件くらいですか" in house.taps_payload(payload)[-1]
    house.now += timedelta(minutes=1)
    assert "月に何件くらいですか" in house.taps_payload(payload)[-1]


def test_buttons_beside_the_road_are_answered_once(house: House) -> None:
    """変える and このままでよい, five times each: one question, and one way on."""
    house.plays_to("pay")
    house.says("直す")
    assert len(in_a_burst(house, house.payload("一緒に進める方"))) == 1
    assert house.open_key() == "partner"
    assert len(in_a_burst(house, house.payload("このままでよい"))) == 1
    assert house.open_key() == "pay"
    assert "一緒に進める方" in house.says("直す")[-1]
    assert house.taps("一緒に進める方"), "asked again at once, he is answered"


def test_a_call_is_arranged_once(house: House) -> None:
    """One of the three times, tapped five times: one call, and the number is asked once."""
    house.plays_to("contact")
    house.says("わからん")
    house.says("分からない")
    time = next(payload for _, payload in house.buttons() if payload.endswith(":call"))
    assert len(in_a_burst(house, time)) == 1
    assert [talk.flow for talk in house.talks()].count("call") == 1
    house.now += timedelta(minutes=1)
    assert house.taps_payload(time), "later the question comes back"
