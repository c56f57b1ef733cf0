"""Asking: who wants a person gets one, however he says it; who talks about his own telephone is heard on that."""

from __future__ import annotations

import pytest

from flows.rules.coach.asking import asks_about
from flows.words import Word

PERSON = [
    "人と話したい",
    "誰かと話せんか",
    "担当の人おる？",
    "電話もらえる？",
    "電話してくれん？",
    "機械じゃのうて人間と話したい",
    "直接会って話を聞いてほしい",
    "佐藤さんに代わって",
    "オペレーターお願い",
    "打つのは苦手じゃけえ電話で話したい",
    "生きた人と話さして",
    "係の人に代わって",
    "責任者から連絡してくれ",
    "担当の者から電話をください",
]
WORK = [
    "電話番をお願いしたい",
    "電話の応対を減らしたい",
    "お客さんに電話して売りたい",
    "誰かおらんかな",
    "経理の担当の人を育てたい",
    "若い人と話す場がほしい",
    "電話注文をネットにしたい",
    "社員と話す時間がない",
    "電話代が高い",
    "電話をもらえる店にしたい",
    "誰か経理やってくれる人お願い",
    "求人を出しても来ない",
]


@pytest.mark.parametrize("text", PERSON)
def test_who_wants_a_person_is_understood(text: str) -> None:
    assert asks_about(text) is Word.PERSON


@pytest.mark.parametrize("text", WORK)
def test_a_wish_about_people_or_telephones_is_no_call_for_us(text: str) -> None:
    assert asks_about(text) is not Word.PERSON


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("ハローワークとどこが違うんですか", Word.COMPARE),
        ("職安と何がちゃうのん", Word.COMPARE),
        ("求人サイトとはどう違うの？", Word.COMPARE),
        ("うちの話がよそにもれたりせんやろか", Word.SAFETY),
        ("書いたことは他の人に見られませんか？", Word.SAFETY),
        ("近所に知られんかね", Word.SAFETY),
    ],
)
def test_a_question_about_us_is_told_from_a_wish(text: str, word: Word) -> None:
    """Who asks what we are, or who else reads it, gets the card that says so."""
    assert asks_about(text) is word


@pytest.mark.parametrize(
    "text",
    ["求人を出しても来ない", "よその店に負けとる", "うちの店がほかの人に知られとらん", "同業に客をとられる"],
)
def test_a_wish_with_the_same_words_stays_a_wish(text: str) -> None:
    """What he says of his own firm is no question to us."""
    assert asks_about(text) is None
