"""What is told beside the answer: who goes along, what can be paid, what the goal is; doubtful is nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.coach.extras import Goal, rest_of, told_goal, told_partner, told_pay

WISHES = {  # pay, partner
    "売掛の入金チェックに月16時間かかっとる、8万くらいなら出せる、相手は経理の高橋": (80_000, "経理の高橋"),
    "ネットで売りたい。月5万までなら払える": (50_000, ""),
    "ネットで売りたい。お支払いは月八万円くらいで、嫁の美咲と一緒にやる": (80_000, "嫁の美咲"),
    "予算は月8万、一緒にやるのは事務の田中さん": (80_000, "事務の田中さん"),
    "8万しか出せん": (80_000, ""), "8万なら出せる、いや5万なら": (50_000, ""), "お礼は月３万円くらいで考えとります": (30_000, ""),
    "息子と一緒に進めたい": (None, "息子"), "高橋さんが一緒にやります": (None, "高橋さん"), "わしが一緒にやる": (None, "わし"),
    "一緒にやるのは工場長": (None, "工場長"), "パートの山田さんと一緒に進めたい": (None, "パートの山田さん"),
    # doubtful, or something else
    "予算5万で配車のシステム作って": (None, ""), "売上を月8万にしたい": (None, ""), "手数料が月4万かかっとる": (None, ""),
    "8万は出せん": (None, ""), "5万か20万なら出せる": (None, ""), "8万出せる。10万出せる": (None, ""), "月に10万払ってる": (None, ""),
    "広告に5万なら出せる": (None, ""), "新しい機械に50万まで出せる": (None, ""), "1件5千円なら払える": (None, ""), "時給2万なら出せる": (None, ""),
    "相手は大手の商社": (None, ""), "相手は中国": (None, ""), "お客さんと一緒にやりたい": (None, ""), "商工会さんと一緒にやりたい": (None, ""),
    "経理の高橋が毎月やっとる": (None, ""), "経理の高橋が一緒にやるが来月辞める": (None, ""), "担当は事務の田中さん": (None, ""),
    "若い子に月10万で頼みたい": (None, ""), "": (None, ""),
}  # fmt: skip


@pytest.mark.parametrize(("wish", "told"), WISHES.items())
def test_a_wish_tells_only_what_is_sure(wish: str, told: tuple[int | None, str]) -> None:
    """Pay and partner are taken from a wish where there is no doubt."""
    assert (told_pay(wish), told_partner(wish)) == told


ANSWERS = {  # to the question about today's number, or about who goes along: pay, partner, what is left
    "15時間くらい。8万で、経理の高橋が一緒にやる": (80_000, "経理の高橋", "15時間くらい"), "20件。8万": (80_000, "", "20件"),
    "月20件くらい、担当は美咲": (None, "美咲", "月20件くらい"), "３０件で、８万円まで": (80_000, "", "３０件で"),
    "10件くらい 相手は息子": (None, "息子", "10件くらい"), "8万円、担当は美咲": (80_000, "美咲", ""), "経理の高橋、8万まで": (80_000, "", "経理の高橋"),
    "専務の中村が一緒にやります。報酬は月に7、8万くらい払えます": (70_000, "専務の中村", ""), "15、6時間。お金は5、6万": (50_000, "", "15、6時間"),
    "15時間": (None, "", "15時間"), "自分": (None, "", "自分"), "嫁の美咲。発送と電話番": (None, "", "嫁の美咲。発送と電話番"),
    "売上は8万くらい": (None, "", "売上は8万くらい"), "1件8万円": (None, "", "1件8万円"), "5万か20万、15時間": (None, "", "5万か20万、15時間"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "told"), ANSWERS.items())
def test_an_answer_is_parted_from_what_is_told_beside_it(
    answer: str, told: tuple[int | None, str, str]
) -> None:
    """A bare sum in an answer about something else is the pay; what is left answers the question."""
    assert (told_pay(answer, is_answer=True), told_partner(answer, is_answer=True), rest_of(answer)) == told


GOALS = {
    "月20件を30件にしたい": Goal("月20件を30件にしたい", "月20件"),
    "ネットの注文を、いま月20件から30件に増やしたい": Goal("いま月20件から30件に増やしたい", "月20件"),
    "残業を月３０時間から２０時間に減らしたい": Goal("残業を月３０時間から２０時間に減らしたい", "月３０時間"),
    "見積もりに5日かかっとるのを2日にしたい": Goal("見積もりに5日かかっとるのを2日にしたい", "5日"),
    "請求書づくりに月20時間かかってるのを半分にしたい": Goal("請求書づくりに月20時間かかってるのを半分にしたい", "月20時間"),
    "ネットの注文が月30件やけど50件にしたい": Goal("ネットの注文が月30件やけど50件にしたい", "月30件"),
    "5人来るけど3時間にしたい": None, "20人に聞いた": None, "注文が月20件": None, "2020年から2025年まで": None, "10時から17時までやっとる": None,
    "20件を30件に、5人を3人にしたい": None,
}  # fmt: skip


@pytest.mark.parametrize(("wish", "goal"), GOALS.items())
def test_a_goal_is_heard_where_it_was_said(wish: str, goal: Goal | None) -> None:
    """From so many to so many is a goal and today's number; an hour or a year is none."""
    assert told_goal(wish) == goal


@given(
    st.text("8５万円なら出せる経理の高橋が一緒にやる相手は、。 いや5か20件時間月\n", max_size=60)
    | st.text(max_size=200)
)
def test_nothing_is_made_up(text: str) -> None:
    """Whatever is typed, a partner and what is left are pieces of it, and pay is an amount that can be paid."""
    assert told_partner(text, is_answer=True) in text
    pay = told_pay(text, is_answer=True)
    assert pay is None or 10_000 <= pay <= 1_000_000
    assert set(rest_of(text)) <= set(text)
