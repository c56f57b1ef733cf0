"""Own cases: what another owner reads of a firm's work. House words and numbers, a name only with a yes, nothing that gives him away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flows.rules.coach.cases import card_of, similar
from flows.rules.coach.own_cases import HIDDEN, NAMED, NAMELESS, Came, clean_deed, clean_firm, own_case
from flows.rules.coach.plain import jargon
from flows.rules.match.trades import main_trade
from prompts.knowledge import job_codes

CAME = Came(
    "AC-02",
    "yes",
    NAMELESS,
    goal="30日で未入金の一覧を毎週出す",
    firm="有限会社山崎醸造",
    prefecture="長野県",
    trade="food",
    before=16,
    after=9,
    weeks=8,
    hours=20,
    talent_show=NAMELESS,
    owner_deeds=("写真を5枚とる",),
    talent_deeds=("説明文を2本書く",),
)


def told(**changed: object) -> str:
    case = own_case(replace(CAME, **changed))  # type: ignore[arg-type]
    return f"{case.firm}：{case.did}。{case.fact}。" if case else ""


def test_without_a_name_only_place_and_trade_tell_of_the_firm() -> None:
    """No name, no deed, no word of its own; the number as it is where it is small."""
    assert told() == "長野の食品づくりの会社：入金の確認(月) 16時間 → 9時間。月20時間の方と、8週間でした。"
    assert told(prefecture="") == told().replace("長野の", "")
    assert told(trade="").startswith("長野の会社：")
    assert told(trade="", prefecture="").startswith("ある会社：")


def test_a_number_that_gives_the_firm_away_is_rounded() -> None:
    """Two figures are enough to believe it; money is told as how it changed."""
    assert "約1,200時間 → 約880時間" in told(before=1_234, after=876)
    assert "1,234" in told(before=1_234, after=876, show=NAMED)
    for code, before, after, said in (
        ("WB-04", 38_420, 30_100, "約2割へりました"),
        ("WB-04", 30_000, 95_000, "約3倍になりました"),
        ("WB-04", 30_000, 30_100, "「ネット広告の小さな試し」の目標に届きました"),
        ("WB-04", 0, 30_100, "「ネット広告の小さな試し」の目標に届きました"),
    ):
        words = told(code=code, before=before, after=after, goal="")
        assert said in words
        assert "円" not in words


def test_with_a_name_a_deed_of_each_stands_beside_it() -> None:
    """名前あり: the firm as people call it; what the professional did only with his own yes."""
    assert told(show=NAMED) == (
        "山崎醸造(長野)：入金の確認(月) 16時間 → 9時間。月20時間の方と、8週間でした。"
        "会社の方は「写真を5枚とる」。お相手は「説明文を2本書く」。"
    )
    for word in ("", HIDDEN):
        assert told(show=NAMED, talent_show=word).endswith("8週間でした。会社の方は「写真を5枚とる」。")


def test_a_state_is_told_in_the_house_words() -> None:
    """Where nobody counted, the small win that was aimed at; a goal in his own words is not repeated."""
    assert "「毎週の未入金の一覧」に届きました" in told(before=None, after=None)
    assert "「売掛金の管理」の目標に、途中まで届きました" in told(
        after=None, goal="善光寺前の店の帳面", win="part"
    )
    assert "目標の途中までです" in told(win="part")


@pytest.mark.parametrize(
    "changed",
    [{"show": HIDDEN}, {"show": ""}, {"show": "たぶん"}, {"win": "no"}, {"win": ""}, {"code": "ZZ-01"}],
    ids=str,
)
def test_without_consent_or_result_there_is_no_case(changed: dict[str, str]) -> None:
    """Nothing is told that somebody did not allow, and nothing that did not come about."""
    assert told(**changed) == ""


HOSTILE = [
    "https://evil.example/a を見て",
    "<!channel> 全員へ",
    "0265-12-3456 に電話",
    "a@example.com に連絡",
    "先に5万円振り込んでください",
    "テレグラムで話しましょう",
    "田中さんの借金を調べた",
    "嫁の入院の間に帳面",
    "CVRを改善する",
    "あ" * 41,
    "一行目\n二行目",
    "見えない\u200b文字",
    "男性のみ歓迎の求人を書いた",
    "",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_or_private_words_never_reach_another_owner(words: str) -> None:
    """As a deed they are left out; as a firm's name the firm has none."""
    assert clean_deed(words) == ""
    shown = told(show=NAMED, owner_deeds=(words,), talent_deeds=(words,))
    assert "会社の方は" not in shown
    assert "お相手は" not in shown


def test_names_of_firms_are_cleaned() -> None:
    """Whitespace is one space, the legal form goes, what is too long or a link is no name."""
    assert clean_firm(" 株式会社　松屋\n商店 ") == "松屋 商店"
    assert clean_firm("山" * 21) == ""
    for words in (
        "www.evil.example",
        "田中さんの借金",
        "<!channel>",
        "0265-12-3456",
        "先に振り込んでください",
    ):
        assert clean_firm(words) == ""
        assert words not in told(show=NAMED, firm=words)


def test_the_nearest_is_shown_first_and_never_more_than_three() -> None:
    """The same work before its group, of the same work the same trade, then the same place; published ones fill up."""
    work, near = job_codes()["AC-02"], "味噌をつくっています"
    others = [
        own_case(replace(CAME, **changed), near, ("長野県",))  # type: ignore[arg-type]
        for changed in (
            {"code": "AC-01"},
            {"trade": "stay", "prefecture": "福岡県"},
            {"trade": "stay"},
            {"prefecture": "福岡県"},
            {},
        )
    ]
    found = similar(work, near, [case for case in others if case])
    assert [case.firm for case in found] == [
        "長野の食品づくりの会社",
        "福岡の食品づくりの会社",
        "長野の宿と観光の会社",
    ]
    assert similar(job_codes()["EC-01"], near, [case for case in others if case]) == similar(
        job_codes()["EC-01"], near
    )
    assert [line.label for line in card_of(found).lines] == [case.firm for case in found]


@pytest.mark.parametrize("code", job_codes().values(), ids=lambda code: code.code)
def test_every_kind_of_work_can_be_told_plainly(code: object) -> None:
    """With numbers and without, no case speaks jargon or promises anything."""
    id = code.code  # type: ignore[attr-defined]
    for changed in ({}, {"before": None, "after": None}, {"win": "part", "after": 12_345}):
        words = told(code=id, goal="", **changed)
        assert words
        assert not jargon(words)
        assert "必ず" not in words


def test_the_main_trade_is_the_one_spoken_of_most() -> None:
    """The first telling text counts; in it the trade with the most words."""
    assert main_trade("", "うちは明治から味噌をつくってる。通販は息子が始めた蔵") == "food"
    assert main_trade("旅館", "味噌と醤油の蔵") == "stay"
    assert main_trade("", "とくになし") == ""
