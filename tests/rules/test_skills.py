"""Skills: a profile in jargon, in plain words or about something else is told by the work that was done."""

from __future__ import annotations

import pytest

from flows.rules.match.skills import LEAST_SHARE, MOST_WORKS, works_of

PROFILES = [
    (
        "D2CのEC責任者",
        "Shopifyの商品詳細ページを作り直し、A/BテストでCVRを1.8倍にした",
        "GA4、Shopify",
        "EC-02",
    ),
    ("経理20年", "月次決算を10日から3日に短縮しました", "freee", "AC-05"),
    ("元工場長", "部品工場で不良の出る工程を追い、検査のやり直しを半分にした", "QC七つ道具", "OP-04"),
    ("物流改善", "配車表と出荷の順番を組み直し、トラックの待ち時間を減らした", "TMS", "OP-07"),
]


@pytest.mark.parametrize(("headline", "bio", "skills", "code"), PROFILES)
def test_jargon_is_told_by_its_work(headline: str, bio: str, skills: str, code: str) -> None:
    assert code in list(works_of(headline, bio, skills))[:3]


def test_who_did_two_things_has_two_works() -> None:
    """Each sentence counts by itself: neither work halves the other."""
    found = works_of("経理と通販", "月次決算を10日から3日に短縮した。商品詳細ページを作り直しCVRを上げた", "")
    assert {"AC", "EC"} <= {code[:2] for code, share in found.items() if share > 0.3}


def test_what_he_says_he_has_not_done_is_no_work_of_his() -> None:
    """「売り方は人まかせ」: the words are there, the work is not."""
    said = works_of("陶芸家", "ネットの店で売ったことはありません", "")
    done = works_of("通販の店長", "ネットの店で売った", "")
    assert max((share for code, share in done.items() if code.startswith("EC")), default=0) > 0.2
    assert not [code for code in said if code.startswith("EC")]


def test_what_is_something_else_counts_for_less() -> None:
    """Who tastes rice for a living has not sold any."""
    taster = works_of("米の食味鑑定士", "お米の味を見る仕事を十年。食べくらべる会も開きます", "鑑定")
    assert max(taster.values(), default=0) < 0.7


@pytest.mark.parametrize("text", ["", "   ", "🍣🍣🍣", "a" * 100_000, "=cmd|'/c calc'!A0", "\n。。。\n"])
def test_any_text_gives_few_shares_between_nothing_and_one(text: str) -> None:
    found = works_of(text, text, text)
    assert len(found) <= MOST_WORKS
    assert all(LEAST_SHARE <= share <= 1 for share in found.values())
