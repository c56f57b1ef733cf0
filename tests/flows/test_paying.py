"""Paying: odd amounts get a line a person understands."""

from __future__ import annotations

import pytest

from flows.errors import Unreadable
from flows.posting.paying import Pay

PAY = Pay("月いくらまで？", examples=(50_000, 80_000))


def test_an_amount_nobody_pays_is_asked_again_in_plain_words() -> None:
    """No range with nought and a hundred thousand 万 in it: an example to follow."""
    with pytest.raises(Unreadable, match="8万円"):
        PAY.read("9999999999円")


@pytest.mark.parametrize("words", ["0", "０", "0円", "タダで"])
def test_nought_is_read_as_nought_however_it_is_written(words: str) -> None:
    """The flow answers an unpaid offer; it is not that it could not be read."""
    assert PAY.read(words) == 0


@pytest.mark.parametrize(
    ("words", "yen"),
    {
        "一万五千円": 15_000, "2万5": 25_000, "8まん": 80_000, "８マン": 80_000, "八萬円": 80_000, "ﾊﾁﾏﾝ": 80_000, "壱万円": 10_000,
        "5万は無理、3万なら": 30_000, "8万しか出せない": 80_000, "5万、いや8万": 80_000, "月8万、年96万": 80_000, "3、4万": 30_000,
        "3万くらい": 30_000, "8": 80_000, "15": 150_000, "ゼロ": 0, "交通費だけ": 0, "時給2000円": 2_000,
    }.items(),
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(words: str, yen: int) -> None:
    """Kana, old letters, half a number, a second thought: one amount of a month."""
    assert PAY.read(words) == yen


@pytest.mark.parametrize(
    ("words", "asked"),
    {
        "年間120万": "ひと月10万円ほど", "年100万": "ひと月8万3千円ほど", "日当1万": "ひと月の金額", "1回2万円": "ひと月の金額",
        "手数料込みで12万": "お相手へのお支払いだけ", "全部で12万まで": "お相手へのお支払いだけ", "5万円×2人": "お一人に",
        "10万はちょっと高いな": "いくらまでなら大丈夫", "5万も出せん": "いくらまでなら大丈夫", "80": "80万円のこと", "-5万": "8万円",
        "なるべく安く": "月4万円くらいから",
    }.items(),
)  # fmt: skip
def test_an_amount_that_may_mean_something_else_is_asked(words: str, asked: str) -> None:
    """What is of a year, of a day, for two people or with our fee in it is never taken for the pay of a month."""
    with pytest.raises(Unreadable, match=asked):
        PAY.read(words)


@pytest.mark.parametrize("words", ["相場で", "お任せします", "普通くらい", "いくらでもええ"])
def test_who_leaves_the_amount_to_us_has_answered(words: str) -> None:
    """It is the same as 「分からない」: a usual amount is put in, and can be put right."""
    assert Pay("月いくらまで？", examples=(50_000, 80_000), or_unknown=True).read(words) is None
