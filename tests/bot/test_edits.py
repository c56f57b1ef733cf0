"""Edits: an answer once given can be changed or kept, from the list, from an old button, and by 戻る."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from flows.words import Word, word_of
from tests.bot.house import OTHER, House, a_house


@pytest.fixture
def house(sqlite_engine: Engine) -> House:
    return a_house(sqlite_engine)


def test_edit_lists_every_answer_by_its_noun(house: House) -> None:
    """直す shows what he has answered so far, in the order of asking, each with a button."""
    house.plays_to("pay")
    heard = house.says("直す")[-1]
    nouns = ["やりたいこと", "困っているところ", "3か月後の目標", "いまの数", "一緒に進める方"]
    assert [noun for noun in nouns if f"[{noun}]" in heard] == nouns
    assert "発送の担当" in heard


def test_a_changed_answer_leaves_alone_what_did_not_depend_on_it(house: House) -> None:
    """Another partner: the goal and the number stand, and the talk goes on at the question that was open."""
    house.plays_to("pay")
    before = house.answers()
    house.says("直す")
    assert "いまのお答えは「発送の担当」です。" in house.taps("一緒に進める方")[-1]
    assert house.open_key() == "partner"
    house.says("経理の担当")
    assert house.open_key() == "pay"
    assert house.answers() == before | {"partner": "経理の担当"}


def test_what_depended_on_it_is_asked_again(house: House) -> None:
    """Another wish is another kind of work: its goals are asked anew."""
    house.plays_to("pay")
    house.says("直す")
    house.taps("やりたいこと")
    house.says("入金の確認に時間がかかっているので楽にしたい")
    assert house.open_key() not in ("pay", "wish")
    assert house.answers()["partner"] == "発送の担当"


def test_what_he_put_right_in_the_draft_stays_right(house: House) -> None:
    """His own title outlives another pay and another goal; only これでよい is asked again."""
    house.plays_to("verdict.1")
    price = house.payload("5万円")
    house.taps("直す")
    house.taps("題名")
    house.says("味噌屋の店を手伝ってください")
    house.taps_payload(price)
    house.taps("変える")
    draft = house.taps("11万円")[-1]
    assert "味噌屋の店を手伝ってください" in draft
    assert "月11万円" in draft
    assert house.open_key() == "verdict.2"


def test_keeping_it_asks_nothing_twice(house: House) -> None:
    """このままでよい: the answer stands as it was, and the open question comes back."""
    house.plays_to("pay")
    before = house.answers()
    house.says("直す")
    house.taps("一緒に進める方")
    house.taps("このままでよい")
    assert house.open_key() == "pay"
    assert house.answers() == before


def test_going_back_keeps_the_way_forward(house: House) -> None:
    """戻る asks the last answer again, and one tap puts it back."""
    house.plays_to("pay")
    before = house.answers()
    house.says("戻る")
    assert house.open_key() == "partner"
    house.taps("このままでよい")
    assert house.open_key() == "pay"
    assert house.answers() == before


def test_an_old_button_offers_the_change_and_makes_it(house: House) -> None:
    """変える under an old button asks that question again; そのまま goes on."""
    house.plays_to("goal")
    old = house.payload("まだ店がない")
    house.plays_to("pay")
    assert "変えますか" in house.taps_payload(old)[-1]
    house.taps("このままでよい")
    assert house.open_key() == "pay"
    house.taps_payload(old)
    house.taps("変える")
    assert house.open_key() == "stuck"


def test_a_consent_is_nothing_to_edit(house: House) -> None:
    """At the very first question there is nothing to change, and that is said."""
    house.plays_to("consent")
    assert "まだ直すところがありません" in house.says("直す")[0]


def test_nobody_edits_for_somebody_else(house: House) -> None:
    """A button of his talk, tapped by another, changes nothing."""
    house.plays_to("pay")
    before = house.answers()
    house.says("直す")
    payload = house.payload("一緒に進める方")
    house.plays_to("wish", OTHER)
    house.taps_payload(payload, OTHER)
    assert house.answers() == before
    assert house.open_key() == "pay"


def test_an_edit_after_the_end_is_answered(house: House) -> None:
    """The draft is with the staff: an old edit button says so and breaks nothing."""
    house.plays_to("pay")
    house.says("直す")
    payload = house.payload("一緒に進める方")
    house.taps("このままでよい")
    house.in_review()
    assert "もう次に進んでいます" in " ".join(house.taps_payload(payload))


@pytest.mark.parametrize("words", ["直す", "変えたい", "答えを直す"])
def test_people_say_it_in_many_ways(words: str) -> None:
    """直す has its spellings."""
    assert word_of(words) is Word.EDIT
