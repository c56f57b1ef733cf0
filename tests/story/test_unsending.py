"""Taking back what two people answer each other, and what stands before everybody."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from storage.database import Base
from tests.story.stages import Cast, answer_pi, at, chosen, deciding, listed, published

SECRET = "うちの蔵の秘密の話を書いてしまいました"


def everywhere(cast: Cast, *names: str) -> str:
    """Give all that the database holds, or these tables of it, as one text."""
    with cast.world.engine.connect() as connection:
        tables = (
            connection.execute(text(f"SELECT * FROM {name}")).all() for name in names or Base.metadata.tables
        )
        return json.dumps([[*map(str, row)] for rows in tables for row in rows], ensure_ascii=False)


def test_a_sealed_answer_taken_back_is_asked_again_before_anything_is_shared() -> None:
    """He takes one of his five answers back before the other has answered: hers come, and nothing is shown yet."""
    cast = at(chosen)
    cast.owner.play("答え1", SECRET, "答え3", "答え4", "答え5")
    heard = cast.owner.unsends(SECRET)
    assert "取り消しを受け取りました" in heard[0]
    assert SECRET not in everywhere(cast)
    cast.talent.press("会う前の5つの質問")
    cast.talent.fill({f"pi.PI{n}": f"お相手の答え{n}" for n in range(1, 6)})
    assert "お相手の答え" not in cast.owner.said
    assert "答え1" not in cast.talent.said
    cast.owner.do("書き直した答え")
    assert "お相手の答え1" in cast.owner.said
    assert "書き直した答え" in cast.talent.said
    assert SECRET not in cast.talent.shown


@pytest.mark.parametrize("words", [SECRET, "ひみつ"])
def test_what_both_have_read_is_blanked_and_the_staff_hear_of_it(words: str) -> None:
    """The other has read it already: our records lose the words, and a person of the staff is told."""
    cast = at(chosen)
    cast.owner.play("答え1", words, "答え3", "答え4", "答え5")
    cast.talent.press("会う前の5つの質問")
    cast.talent.fill({f"pi.PI{n}": f"お相手の答え{n}" for n in range(1, 6)})
    assert words in cast.talent.said
    heard = cast.owner.unsends(words)
    assert any("お相手にはもう届いていた" in each for each in heard)
    assert words not in everywhere(cast, *(() if words == SECRET else ("rounds", "entries", "events")))
    assert "取り消しました" in cast.world.told("staff")[-1]


def test_a_card_that_waits_for_the_morning_goes_out_without_the_words() -> None:
    """Taken back before the other was shown the card: all of it still comes but for these words."""
    cast = at(chosen)
    cast.owner.play("答え1", SECRET, "答え3", "答え4")
    cast.talent.press("会う前の5つの質問")
    cast.talent.fill({f"pi.PI{n}": f"お相手の答え{n}" for n in range(1, 6)})
    cast.world.now = cast.world.now.replace(hour=21)
    cast.owner.do("答え5")
    cast.owner.unsends(SECRET)
    assert SECRET not in everywhere(cast)
    cast.world.move(cast.world.now.replace(day=cast.world.now.day + 1, hour=12))
    assert SECRET not in cast.talent.said


def test_a_yes_taken_back_in_time_is_asked_again() -> None:
    """進めたい, typed and taken back before the other has said so: nothing has begun."""
    cast = at(deciding)
    cast.owner.do("進めたい")
    cast.owner.unsends("進めたい")
    cast.talent.press("進めたい")
    assert "最初に6つ" not in cast.owner.said
    cast.owner.do("進めたい")
    assert "最初に6つ" in cast.owner.said


def test_an_answer_of_another_time_stays_closed() -> None:
    """Both have gone on: the five questions are not asked a second time."""
    cast = at(chosen)
    answer_pi(cast)
    heard = cast.owner.unsends("社長の答え1")
    assert not any("1つ目" in words or "お会いする前に" in words for words in heard)
    assert "お相手の答え1" in cast.owner.said


def test_a_published_posting_is_drawn_anew_without_the_words() -> None:
    """His own words stood on the card in the channel of postings: it is drawn again, and the staff's card too."""
    cast = at(published)
    own = "卸を三代やってます。毎月の確認が楽になったらうれしい"
    assert own in cast.world.told("postings")[-1]
    before = len(cast.world.told("postings"))
    cast.owner.unsends(own)
    cards = cast.world.told("postings")[before:]
    assert cards
    assert own not in cards[-1]
    assert "取り消されました" in cards[-1]
    assert own not in everywhere(cast)
    assert any("取り消しました" in words for words in cast.world.told("staff"))


def test_a_question_that_waits_for_the_morning_is_asked_without_the_words() -> None:
    """聞きたい in the night, taken back before the other woke: neither the question nor the form shows the words."""
    cast = at(listed)
    cast.world.now = cast.world.now.replace(hour=22)
    cast.owner.play("[聞きたい]", SECRET)
    cast.owner.unsends(SECRET)
    assert SECRET not in everywhere(cast)
    cast.world.move(cast.world.now + timedelta(hours=14))
    assert SECRET not in cast.talent.shown
