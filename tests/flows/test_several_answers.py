"""Several answers in one message, and answers given before they are asked for: each is taken, none is asked again."""

from __future__ import annotations

import pytest

from flows.rules.coach.several import goal_told, label_in, now_told
from tests.flows.talk import HELLO, Talk

WISH, STUCK = "売掛の入金チェックが毎月しんどい", "[照らし合わせの手間]"
WINS = ("古い未入金に連絡する", "毎週の未入金の一覧")


def shown(talk: Talk) -> str:
    return "\n".join(message.as_text() for message in talk.heard)


def test_goal_number_partner_and_pay_in_one_message(talk: Talk) -> None:
    """Four answers to the question about the goal leave only his own words to be asked."""
    talk.play(*HELLO, WISH, STUCK, "毎週の未入金の一覧にして、今は月に15時間、高橋がやる、8万")
    assert "どんな会社で" in talk.heard[-1].text
    draft = talk.do("卸を三代やってます")[-1].as_text()
    assert "30日で未入金の一覧を毎週出す" in draft
    assert "入金の確認は月に15時間\n" in draft
    assert "月8万円まで" in draft


def test_what_is_told_beside_where_it_is_stuck_is_taken(talk: Talk) -> None:
    """A goal and today's number told one question early are said back, not asked for."""
    talk.play(*HELLO, WISH, "照らし合わせの手間で、目標は毎週の一覧、いまは15時間")
    assert "目標は「毎週の一覧」ですね" in shown(talk)
    talk.do("毎週1枚")
    assert "いまは「15時間」ですね" in shown(talk)
    assert "どなたですか" in talk.heard[-1].text


@pytest.mark.parametrize(
    "wish",
    [
        "見積もりに5日かかっとるのを2日にしたい",
        "請求書づくりに月20時間かかっとるのを半分にしたい",
        "ネットの注文が月30件やけど50件にしたい",
    ],
)
def test_a_goal_in_the_first_wish_is_not_asked_again(talk: Talk, wish: str) -> None:
    """How it is and how it shall be are one goal; its number stands in the draft."""
    talk.play(*HELLO, wish)
    talk.do(f"[{talk.labels()[0]}]")
    assert f"目標は「{wish}」ですね" in shown(talk)
    assert "やってよかった" not in shown(talk)


def test_the_quote_is_about_the_work_not_about_who_does_it(talk: Talk) -> None:
    """A wish that also tells the partner is said back by its work, in words that are whole."""
    talk.play(*HELLO, "請求書づくりに月20時間かかっとるのを半分にしたい。経理の山本さんと組む")
    assert "組む」ですね" not in shown(talk)
    assert "を」ですね" not in shown(talk)


@pytest.mark.parametrize(
    ("answer", "name"),
    [("妻の和子と、月に6万", "和子さんですね"), ("倉庫の田中", "田中さんですね"), ("金物屋です", "")],
)
def test_a_name_is_heard_and_a_trade_is_none(talk: Talk, answer: str, name: str) -> None:
    """Whoever is named is said back; 「金物屋」 is what the firm is."""
    talk.play(*HELLO, WISH, STUCK, f"[{WINS[1]}]", "15時間", answer)
    last = "\n".join(message.text for message in talk.heard[-3:])
    assert name in last if name else "さんですね" not in last


@pytest.mark.parametrize(
    ("words", "label"),
    {
        "毎週の未入金の一覧、今は月に15時間": WINS[1], "古い未入金に連絡する。8万円、担当は美咲": WINS[0],
        "毎週の未入金の一覧": "", "毎週の未入金の一覧じゃなくて、写真": "", "毎週の未入金の一覧、若い人にも任せたい": "",
        "毎週の未入金の一覧、古い未入金に連絡する": "", "": "", "、" * 300: "",
    }.items(),
)  # fmt: skip
def test_a_ready_answer_among_others(words: str, label: str) -> None:
    """It is taken where all else in the message answers other questions; else his words stand as they are."""
    assert label_in(words, WINS) == label


def test_only_what_is_said_to_be_so_is_told() -> None:
    """A goal or today's number is heard behind 「目標は」 and 「いまは」, never guessed."""
    assert goal_told("困っとる。目標は毎週の未入金の一覧です", WINS) == WINS[1]
    assert goal_told("目標が分からん", WINS) == ""
    assert goal_told("目標は一つ、目標は二つあります", WINS) == ""
    assert now_told("しんどい、いまは月に15時間くらい", "時間") == "月に15時間くらい"
    assert now_told("15時間にしたい", "時間") == ""
