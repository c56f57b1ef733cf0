"""Grand plans: the large plan is noticed, the small step never is."""

from __future__ import annotations

import pytest

from flows.rules.lint.grand import is_grand

LARGE = (
    "まず大きな全体設計から始めます。",
    "ブランド戦略を策定し、ロードマップを作ります。",
    "中期経営計画を一緒に考えたいです。",
    "サイトをフルリニューアルします。",
    "業務改革のため、基幹システムを刷新します。",
    "ゼロからすべて見直しましょう。",
    "ＤＸ推進の体制を整えます。",
    "全社的に取り組む仕組みを、抜本的に変えます。",
)
SMALL = (
    "最初の1週間で、いま何人が見て何人が買っているかを数えます。",
    "売れ筋の写真を1枚、撮り直してみます。",
    "大きな計画より、まず目の前の一つを片づけます。",
    "いきなり全面リニューアルはしません。まず1ページだけ直します。",
    "全体の流れを社員の方に聞いて、つまずきを一つ選びます。",
    "帳面をそばで見せていただきます。",
    "",
)


@pytest.mark.parametrize("said", LARGE)
def test_a_large_plan_is_noticed(said: str) -> None:
    """S37: what a consultant would promise."""
    assert is_grand(said)


@pytest.mark.parametrize("said", SMALL)
def test_a_small_step_is_left_alone(said: str) -> None:
    """Nor is somebody warned who says that he will not do it."""
    assert not is_grand(said)
