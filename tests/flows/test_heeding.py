"""Heeding: a hard road said in the middle of a talk is answered there, and never becomes an answer."""

from __future__ import annotations

import pytest

from flows.posting.heeding import needs_care, rule_for
from tests.flows.talk import DRAFT, HELLO, REVIEW, Talk

WISH = ("売掛の入金チェックが毎月しんどい", "[照らし合わせの手間]")
GOAL = "やってよかった"
CARE = "おつらい中"
RULES = {
    "毎日9時から17時うちに来て入力してほしい": "雇用にあたるおそれ",
    "若い女の人だけがいい": "年齢や性別では選べない",
    "タダでやってくれる人がいい": "決まりで受けられません",
    "お客さんの名簿を送るから電話してほしい": "名簿は送らないで",
    "サクラの口コミも書いてほしい": "お手伝いできません",
    "ライバルの会社の客の名簿がほしい": "お手伝いできません",
    "補助金の申請書を書いてほしい": "行政書士の仕事",
    "税金の申告もやってほしい": "税理士の仕事",
    "会社の名前は出さんでほしい": "出す決まりです",
    "社員として雇いたい": "ハローワーク",
    "田舎に移住してくれる人がいい": "移住の募集はしていません",
}


def last(talk: Talk, of: int = 2) -> str:
    return "\n".join(message.as_text() for message in talk.heard[-of:])


@pytest.mark.parametrize(("words", "said"), RULES.items())
def test_a_rule_is_said_and_the_question_asked_again(talk: Talk, words: str, said: str) -> None:
    """Whatever no posting may hold is answered with what can be had, and the goal is still to be told."""
    talk.play(*HELLO, *WISH, words)
    assert said in last(talk)
    assert GOAL in talk.heard[-1].text
    talk.play("[毎週の未入金の一覧]", "15時間", "[自分でやる]", "8万", "卸を三代やってます")
    assert words not in talk.heard[-1].as_text()


def test_who_insists_is_offered_a_person(talk: Talk) -> None:
    """The same again is no answer either: somebody rings, or he goes on."""
    talk.play(*HELLO, *WISH, "若い女の人だけがいい", "若い女の人だけがいい")
    assert "お電話しましょうか" in talk.heard[-1].text
    talk.do("[このまま続ける]")
    assert GOAL in talk.heard[-1].text


def test_what_the_staff_should_see_they_see(talk: Talk) -> None:
    """A lawless wish in the middle is on a card, as at the beginning."""
    talk.play(*HELLO, *WISH, "ライバルの会社の客の名簿がほしい")
    assert any("客の名簿がほしい" in item.message.as_text() for item in talk.seen)


@pytest.mark.parametrize("far", [3, 4, 5, 6, 7, 8, 9])
def test_distress_brings_care_wherever_it_is_said(talk: Talk, far: int) -> None:
    """At no step of a talk is somebody who cannot go on asked for a number, a name or a sum."""
    talk.play(*DRAFT[:far], "もう限界や。死にたい")
    assert CARE in last(talk)
    assert "お電話してもよろしいですか" in talk.heard[-1].text
    assert any("死にたい" in item.message.as_text() for item in talk.seen)
    assert "残して" not in last(talk)


def test_a_talk_laid_aside_for_care_can_be_gone_on_with(talk: Talk) -> None:
    """Nothing is asked after a no; where he was is kept for when he comes back."""
    talk.play(*DRAFT[:4], "もう限界や。死にたい", "[いまはよい]")
    assert "いつでも" in talk.heard[-1].text
    assert GOAL in talk.do("前回のつづき")[-1].text


def test_distress_before_consent_is_heard_too(talk: Talk) -> None:
    """Care does not wait for a tap on the terms."""
    talk.play("(友だち追加)", "もう死にたい")
    assert CARE in last(talk)


def test_distress_outside_any_question_is_no_wish_and_no_message(talk: Talk) -> None:
    """With a draft under review, or a talk laid aside, it is care that answers, not 「前回の続きから」."""
    talk.play(*REVIEW, "もう限界や。死にたい")
    assert CARE in last(talk)
    talk.play("[いまはよい]", *WISH, "あとで", "もう限界や。死にたい")
    assert CARE in last(talk)


def test_the_firm_cannot_be_named_by_a_wish_to_hide_it(talk: Talk) -> None:
    """「会社の名前は出さんでほしい」 is no name; the rule is said, and the name asked for."""
    talk.play(*DRAFT, "[これでよい]", "会社の名前は出さんでほしい")
    assert "会社のお名前と住所を" in last(talk)
    assert "出す決まりです" in last(talk)


def test_the_weather_is_no_question_for_the_staff(talk: Talk) -> None:
    """One friendly line, and the question that was open."""
    talk.play(*HELLO, *WISH, "明日の天気はどう？")
    assert "それは分からないんです" in last(talk)
    assert GOAL in talk.heard[-1].text


def test_an_owner_who_is_getting_old_may_say_so_in_his_own_words(talk: Talk) -> None:
    """What he writes of his firm stops for the gravest words only; the staff read the rest before anybody."""
    talk.play(*DRAFT[:-1], "三代目やけど、もう歳で体がきつい。若い人に伝えたい")
    assert "体がきつい" in talk.heard[-1].as_text() or "お体のこと" in talk.heard[-1].text


@pytest.mark.parametrize(
    "words", ["楽になりたい", "三代目です。毎月の確認が楽になったらうれしい", "忙しくて手が回らん"]
)
def test_a_hope_for_easier_work_is_no_distress(words: str) -> None:
    """Who would like his work to be easier is asked on."""
    assert not needs_care(words)
    assert needs_care(f"{words}。もう死にたい")


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("確定申告の時期に重なって大変", "stuck"), ("税理士さんに任せとる", "stuck"), ("経理のパートさん", "partner"), ("請求書を書くのに手間がかかる", "stuck"),
        ("毎日の入金の確認がしんどい", "stuck"), ("15時間", "now"), ("古い未入金に連絡する", "goal"), ("タダで", "pay"), ("若い女の人だけ", "own"),
        ("口コミの返事を書けるようになる", "goal"), ("求人の応募が月に2人来る", "goal"), ("お客さんの名簿を一つにまとめる", "goal"),
        ("補助金に頼らず回るようにしたい", "goal"), ("田中さんが社員で一番詳しい", "partner"), ("一人で毎日5時間やっとる", "stuck"), ("20まで", "now"), ("１０以下", "goal.number"), ("電話は0265-00-1234まで", "stuck"),
    ],
)  # fmt: skip
def test_telling_how_things_are_runs_against_no_rule(words: str, key: str) -> None:
    """No rule is read to somebody who answers what he was asked."""
    assert rule_for(words, key) is None
