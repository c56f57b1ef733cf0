"""Plain words: jargon is found, an owner's words are tidied and nothing is made up."""

from __future__ import annotations

import pytest

from flows.rules.coach.plain import jargon, tidy, title_from
from prompts.knowledge import job_codes

JARGON = {
    "CVRを上げる": ["CVR"], "cvrが低い": ["CVR"], "コンバージョン率": ["コンバージョン率"], "ＥＣサイト": ["ECサイト"],
    "SEO対策とLP": ["SEO", "LP"], "ドリンクの写真": [], "ラベンダー畑": [], "クラウドサインで契約": [], "LPガス": [],
    "SECOM": [], "スツール": [], "ECDYSIS": [], "コンサルタント": ["コンサル"], "EC販売とEC販売": ["EC"],
}  # fmt: skip


@pytest.mark.parametrize(("text", "found"), JARGON.items())
def test_jargon_is_found(text: str, found: list[str]) -> None:
    assert [word for word, _ in jargon(text)] == found


TIDY = {
    "えーと、ネットで売りたいんだけど": "ネットで売りたい。",
    "  うちは味噌屋です \n 買いやすい店にしたい  ": "うちは味噌屋です。買いやすい店にしたい。",
    "売りたい！！！": "売りたい！",
    "注文をふやしたい。。": "注文をふやしたい。",
    "まあ、写真が暗いけど直したい": "写真が暗いけど直したい。",
}


@pytest.mark.parametrize(("text", "out"), TIDY.items())
def test_words_are_tidied(text: str, out: str) -> None:
    assert tidy(text, 400) == out


def test_a_long_text_ends_with_a_sentence() -> None:
    assert tidy("味噌を売りたい。" * 20, 30) == "味噌を売りたい。" * 3


def test_tidying_twice_changes_nothing_more() -> None:
    for text in TIDY:
        once = tidy(text, 400)
        assert tidy(once, 400) == once


def test_a_title_takes_the_owners_noun() -> None:
    assert (
        title_from("うちは明治から味噌をつくってる", "EC-02") == "明治からの味噌を、買いやすいネットのお店に"
    )
    assert title_from("旅館の予約がだぶる", "TR-01").startswith("旅館の")
    assert "うちの" in title_from("なんとかしたい", "EC-02")


@pytest.mark.parametrize("code", job_codes())
def test_every_title_fits(code: str) -> None:
    for words in ("", "江戸時代からの自動車整備の店", "創業150年の手作り和菓子屋のようかん"):
        assert 5 <= len(title_from(words, code)) <= 40
