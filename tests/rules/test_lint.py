"""Lint shows staff what could stop, mislead or harm, and leaves a clean posting alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.rules.coach.plain import jargon
from flows.rules.lint.lint import QUESTIONS, Lintable, drop_unfit, lint, unfit

CLEAN = Lintable(
    title="明治からの味噌を、買いやすい店に",
    owner_words="うちは明治から味噌をつくってる。買いやすい店にしてくれる人がいたらうれしい。",
    goal="60日で売れ筋5品の写真と説明が新しくなる",
    first_tasks=("売れ筋5品を選び、いまの写真を見直す", "1品だけ先に撮り直して差し替える"),
    place="オンライン",
    pay_month_yen=80_000,
    hours_month=20,
    firm_name="有限会社山崎醸造",
    firm_address="長野県飯田市本町1-2-3",
    contact="0265-12-3456",
)


def kinds(posting: Lintable, level: str = "") -> set[str]:
    return {finding.kind for finding in lint(posting) if not level or finding.level == level}


def test_a_clean_posting_has_only_the_note_on_pay() -> None:
    assert kinds(CLEAN) == {"pay_rate"}


MISSING = {
    "missing_firm_name": replace(CLEAN, firm_name=""),
    "missing_firm_address": replace(CLEAN, firm_address=" "),
    "missing_contact": replace(CLEAN, contact=""),
    "missing_place": replace(CLEAN, place="　"),
}


@pytest.mark.parametrize(("kind", "posting"), MISSING.items())
def test_the_legal_six_must_be_there(kind: str, posting: Lintable) -> None:
    assert kinds(posting, "stop") == {kind}


def test_work_and_pay_must_be_there() -> None:
    assert kinds(replace(CLEAN, first_tasks=(), pay_month_yen=None), "stop") == {
        "missing_work",
        "missing_pay",
    }


WORDS = {
    "毎日9時から17時まで工場に来て作業してもらいます": "worker",
    "週5日出社できる方": "worker",
    "うち専属でお願いします": "worker",
    "代わりの人は不可です": "worker",
    "補助金の申請書を書いてほしい": "licensed",
    "確定申告をやってほしい": "licensed",
    "先に振り込んでいただきます": "fraud",
    "誰でも簡単に稼げます": "fraud",
    "登録料がかかります": "fraud",
    "女性限定でお願いします": "unfair",
    "40歳以下の人に限ります": "unfair",
    "外国人は不可": "unfair",
    "最初は無償で手伝ってください": "unpaid",
    "成果が出たら払います": "unpaid",
    "うちの商品を買ってください": "unpaid",
    "お客さんの名簿を送るので入力してください": "privacy",
    "ライバルの会社の図面を手に入れたい": "illegal",
}


@pytest.mark.parametrize(("words", "kind"), WORDS.items())
def test_words_that_stop_a_posting(words: str, kind: str) -> None:
    assert kind in kinds(replace(CLEAN, owner_words=words), "stop")


FREE = ["年齢は問いません", "女性のお客さまに買ってほしい", "男女問わず歓迎します", "送料無料にしたい", "毎週水曜10時に打ち合わせ",
        "断ってもらってもかまいません", "経験のある方だけでなく誰でも歓迎"]  # fmt: skip


@pytest.mark.parametrize("words", FREE)
def test_words_that_are_fine(words: str) -> None:
    assert not kinds(replace(CLEAN, owner_words=words), "stop")


def test_jargon_is_named_with_what_to_say() -> None:
    findings = lint(replace(CLEAN, first_tasks=("CVRを確認する",)))
    texts = [finding.text_ja for finding in findings if finding.kind == "jargon"]
    assert texts == ["「CVR」は「買ってくれる割合」に置きかえると伝わります。"]


def test_pay_against_hours_is_weighed() -> None:
    assert "pay_low" in kinds(replace(CLEAN, pay_month_yen=20_000, hours_month=30))
    assert "pay_high" in kinds(replace(CLEAN, pay_month_yen=800_000))
    assert "hours_long" in kinds(replace(CLEAN, hours_month=120))


@pytest.mark.parametrize(
    "goal", ["半年で売上を1割増やす", "1年後に海外で売る", "120日で10品を作る", "６か月で直す"]
)
def test_a_goal_past_three_months_is_seen(goal: str) -> None:
    assert "win_long" in kinds(replace(CLEAN, goal=goal), "warn")


@pytest.mark.parametrize("goal", ["90日で3社と商談する", "3か月で5品を直す", "12週間で形にする"])
def test_a_goal_within_three_months_is_fine(goal: str) -> None:
    assert "win_long" not in kinds(replace(CLEAN, goal=goal))


def test_findings_are_plain_one_liners_gravest_first() -> None:
    findings = lint(replace(CLEAN, owner_words="嫁がおる。女性限定で、時給1000円", contact=""))
    assert [finding.level for finding in findings] == sorted(
        (finding.level for finding in findings), key=["stop", "warn", "note"].index
    )
    assert all("\n" not in finding.text_ja and len(finding.text_ja) <= 60 for finding in findings)


TERMS = {
    "支払いは請求書を受け取ってから二か月後です": "stop", "気に入らなければ払わない": "stop", "途中でやめたら違約金をもらいます": "stop",
    "報酬から手数料を差し引きます": "stop", "辞めた後は同業の仕事をしないこと": "warn",
    "返品が多くて困っています": "", "請求書づくりが大変です": "", "独占禁止法の話ではありません": "", "お支払いは月末締め翌月末払いです": "",
}  # fmt: skip


@pytest.mark.parametrize(("words", "level"), TERMS.items())
def test_unfair_terms_are_seen(words: str, level: str) -> None:
    """A late pay date, fines, and ties beyond the end are pointed at; plain talk of bills and returns is not."""
    found = [finding.level for finding in lint(replace(CLEAN, owner_words=words)) if finding.kind == "terms"]
    assert found == ([level] if level else [])


def test_each_finding_has_a_plain_question_to_send() -> None:
    """Whatever is pointed at, there is one plain question about it that an owner understands."""
    findings = [
        *lint(
            replace(
                CLEAN, firm_name="", firm_address="", contact="", place="", first_tasks=(), pay_month_yen=None
            )
        ),
        *(finding for words in (*WORDS, *TERMS) for finding in lint(replace(CLEAN, owner_words=words))),
        *lint(replace(CLEAN, goal="半年で売上を1割増やす", hours_month=120, pay_month_yen=20_000)),
        *lint(replace(CLEAN, goal="写真", pay_month_yen=900_000, first_tasks=("CVRを確認する",))),
    ]
    asked = {finding.kind: finding.question for finding in findings if finding.kind != "pay_rate"}
    assert len(asked) > 18
    assert [kind for kind, asks in asked.items() if not asks.endswith("？")] == []
    for asks in QUESTIONS.values():
        assert len(asks) <= 40
        assert asks.count("？") == 1
        assert not jargon(asks)


OWN = {
    "うちは味噌屋です。女性限定でお願いします。よろしく": "うちは味噌屋です。よろしく", "成果が出たら払います": "", "卸を三代やってます": "卸を三代やってます",
    "毎日残業してます。楽にしたい": "毎日残業してます。楽にしたい", "派遣さんにも手伝ってもらってます": "派遣さんにも手伝ってもらってます",
    "若い女の人にも買ってほしい": "若い女の人にも買ってほしい",
}  # fmt: skip


@pytest.mark.parametrize(("words", "left"), OWN.items())
def test_only_what_cannot_stand_is_left_out_of_own_words(words: str, left: str) -> None:
    """The owner is asked only where there is no doubt; every other sentence stays byte for byte."""
    assert drop_unfit(words) == left
    assert (unfit(words) is None) == (left == words)
