"""Unsending: who takes a message back takes back everything that was made from it."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, text

from storage.database import Base
from tests.bot.house import OTHER, OWNER, House, a_house

SECRET = "うちの蔵の秘密の配合を書いた帳面を整理したい"


@pytest.fixture
def house(engine: Engine) -> House:
    return a_house(engine)


def unsends(house: House, message_id: str, sender: str = OWNER) -> list[str]:
    house.line(sender, {"type": "unsend", "unsend": {"messageId": message_id}})
    return house.news(sender)


def everywhere(house: House) -> str:
    """Give all that the database holds, as one text."""
    with house.engine.connect() as connection:
        tables = (connection.execute(text(f"SELECT * FROM {name}")).all() for name in Base.metadata.tables)
        return json.dumps([[*map(str, row)] for rows in tables for row in rows], ensure_ascii=False)


def test_an_answer_taken_back_is_gone_and_asked_again(house: House) -> None:
    """The open question is the one he had answered, and no table holds his words."""
    house.plays_to("own")
    house.says(SECRET)
    assert house.open_key() == "verdict.1"
    heard = unsends(house, house.event().message_id)
    assert "取り消しを受け取りました" in heard[0]
    assert house.open_key() == "own"
    assert SECRET not in everywhere(house)


def test_words_joined_to_it_stay(house: House) -> None:
    """Of two messages that were joined, only the one taken back goes."""
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    house.says("直す")
    house.taps("やりたいこと")
    house.says(SECRET)
    unsends(house, house.event().message_id)
    assert SECRET not in everywhere(house)
    assert house.open_key() == "wish"


def test_a_posting_under_review_loses_the_words_and_the_staff_hear(house: House) -> None:
    """He takes his words back while the staff look at them: they go, the card is old, a person decides."""
    house.plays_to("own")
    house.says(SECRET)
    own = house.event().message_id
    house.in_review()
    version = house.postings()[-1].version
    unsends(house, own)
    assert SECRET not in everywhere(house)
    assert house.postings()[-1].version > version
    assert any("取り消しました" in row.body for row in house.messages("staff"))


def test_what_was_unsent_before_it_came_is_dropped(house: House) -> None:
    """LINE may bring the unsend first: the words, when they come, answer nothing."""
    house.plays_to("own")
    unsends(house, "m-late")
    house.line(OWNER, {"type": "message", "message": {"type": "text", "id": "m-late", "text": SECRET}})
    assert house.open_key() == "own"
    assert SECRET not in everywhere(house)


def test_nobody_unsends_for_somebody_else(house: House) -> None:
    """A message is taken back by its writer only."""
    house.plays_to("own")
    house.says(SECRET)
    id = house.event().message_id
    house.plays_to("wish", OTHER)
    unsends(house, id, OTHER)
    assert house.answers_of(house.talks()[-1].id)["own"] == SECRET


def test_a_short_word_takes_only_itself_along(house: House) -> None:
    """「はい」 taken back does not cut はい out of other answers."""
    house.plays_to("partner")
    house.says("はいたつの担当")
    house.says("5万円")
    unsends(house, house.event().message_id)
    assert house.answers()["partner"] == "はいたつの担当"
    assert house.open_key() == "pay"


def test_taking_back_twice_is_quiet(house: House) -> None:
    """The same unsend again asks nothing again."""
    house.plays_to("own")
    house.says(SECRET)
    id = house.event().message_id
    unsends(house, id)
    assert unsends(house, id) == []
