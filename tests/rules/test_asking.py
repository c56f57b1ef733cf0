"""Asking: who wants a person gets one, however he says it; who talks about his own telephone is heard on that."""

from __future__ import annotations

import pytest

from flows.rules.asking import asks_about
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
