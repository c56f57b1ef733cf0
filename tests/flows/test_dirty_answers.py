"""Dirty answers: what should not be shown is asked about, what is taken back is let go, a story gets a headline."""

from __future__ import annotations

import pytest

from tests.flows.talk import HELLO, Talk

TO_PARTNER = (
    *HELLO,
    "売掛の入金チェックが毎月しんどい",
    "[照らし合わせの手間]",
    "[毎週の未入金の一覧]",
    "15時間",
)
TO_OWN = (*TO_PARTNER, "[自分でやる]", "8万")


@pytest.mark.parametrize(
    "reached",
    ["090-1111-2222の丸山まで", "０２６５－００－１２３４まで", "maru@example.jp まで", "https://evil.example/x を見て", "LINEのIDはmaruです"],
)  # fmt: skip
def test_how_somebody_is_reached_is_asked_about(talk: Talk, reached: str) -> None:
    """A number or an address in his own words goes on no posting without his yes; the rest stays byte for byte."""
    talk.play(*TO_OWN, f"卸を三代やってます。{reached}")
    assert "電話番号などの連絡先が入っています" in talk.heard[-1].text
    draft = talk.do("[その文だけ外す]")[-1].as_text()
    assert "卸を三代やってます。" in draft
    assert reached not in draft


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("自分、いや嫁、いや息子の健太", "健太"),
        ("経理の高橋じゃなくて、発送の美咲", "美咲"),
        ("高橋、いや、やっぱり発送の美咲", "美咲"),
    ],
)
def test_the_last_one_named_goes_along(talk: Talk, words: str, name: str) -> None:
    """Whoever was taken back is not meant; 「いや」 is nobody."""
    talk.play(*TO_PARTNER, words)
    assert f"{name}さんですね" in talk.heard[-1].text


def test_a_story_as_a_goal_is_asked_for_in_a_word(talk: Talk) -> None:
    """Two thousand letters are no goal that a card can show; his short one is, and nothing else changes."""
    talk.play(*TO_PARTNER[:4], "うちは昔から味噌を造ってきて、" * 300)
    assert "ひとことで言うと" in talk.heard[-1].text
    talk.play("味噌を若い人20人に届けたい", "[分からない]", "[自分でやる]", "8万", "味噌屋です")
    draft = talk.heard[-1].as_text()
    assert "味噌を若い人20人に届けたい" in draft
    assert len(draft) < 600


def test_who_cannot_say_it_shorter_gets_a_goal_to_put_right(talk: Talk) -> None:
    """「分からない」 after a story ends in the first small win, not in the same question again."""
    talk.play(*TO_PARTNER[:4], "うちは昔から味噌を造ってきて、" * 30, "分からない")
    assert "入金の確認は月に何時間" in talk.heard[-1].text


@pytest.mark.parametrize(
    "words",
    ["おたくとビザスクは何がちがうん？", "ほかの紹介サービスと何が違うの？", "よそとどこがちがうんですか"],
)
def test_a_rival_named_is_a_question_about_us(talk: Talk, words: str) -> None:
    """He reads how this differs from other ways, no word about the rival, and the question that was open."""
    talk.play(*TO_PARTNER[:4], words)
    said = "\n".join(message.as_text() for message in talk.heard[-3:])
    assert "ちがい" in said
    assert "ビザスク" not in said
    assert "やってよかった" in talk.heard[-1].text
