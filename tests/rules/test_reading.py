"""Readers of natural answers: what people type for money, numbers, choices and contacts."""

from __future__ import annotations

import pytest

from flows.rules.japanese.reading import (
    is_dont_know,
    read_choice,
    read_mail,
    read_number,
    read_phone,
    read_yen,
)

YEN = {
    "8万": 80_000, "3万くらい": 30_000, "十一万円": 110_000, "1.5万": 15_000, "80000": 80_000, "八万": 80_000,
    "5000円": 5_000, "８万５千": 85_000, "8万5000円": 85_000, "５万から８万": 50_000, "5、6万": 50_000,
    "はちまん": 80_000, "じゅうまんえん": 100_000, "80,000円くらいかな": 80_000, "月8万まで": 80_000,
    "一万五千円": 15_000, "¥80,000": 80_000, "11万円前後": 110_000, "8万半": 85_000, "2020年までに8万": 80_000,
    "3万円〜5万円": 30_000, "百万": 1_000_000, "8": None, "数万": None, "10数万": None, "わからん": None,
    "": None, "いくらでも": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "yen"), YEN.items())
def test_money_is_read(text: str, yen: int | None) -> None:
    assert read_yen(text) == yen


NUMBERS = {
    "月に十五六時間": 15, "30件": 30, "二十": 20, "じゅう": 10, "2、3件": 2, "10〜20件": 10, "千二百": 1200,
    "1日に30件くらい": 30, "だいたい３０": 30, "三〇": 30, "にじゅうごけん": 25, "二三人": 2, "100人以上": 100,
    "1,200": 1200, "1万2千": 12_000, "ない": 0, "まだありません": 0, "ゼロ": 0, "数十件": None, "何件か": None,
    "月20日で30件": None, "さあ": None, "に": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_numbers_are_read(text: str, number: int | None) -> None:
    assert read_number(text) == number


STUCK = ["まだ店がない", "見に来る人が少ない", "見ても買ってくれない", "分からない"]
CHOICES = {
    "１": 0, "1": 0, "一": 0, "①": 0, "1番": 0, "いち": 0, "3番目の": 2, "②で": 1, "見ても買ってくれない かな": 2,
    "見ても買ってくれない": 2, "店がない": 0, "見に来る人がすくない": 1, "見てもかってくれない": 2,
    "見に来る人が少ないです": 1, "わからん": 3, "どっちも。まず写真かな": None, "うん": None, "5": None,
    "それよりいくらかかるのか先に知りたい": None, "見ても買ってくれないじゃなくて": None, "ぜんぜんちがう話なんじゃ": None,
    "": None, "全部": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "at"), CHOICES.items())
def test_choices_are_read(text: str, at: int | None) -> None:
    assert read_choice(text, STUCK) == at


AGREE = {
    "はい": 0, "ハイ": 0, "うん": 0, "OK": 0, "ＯＫ": 0, "オーケー": 0, "これでいいよ": 0, "それでええ": 0, "お願いします": 0,
    "これでええ": 0, "これでええよ": 0, "ぜひ": 0,
    "いいえ": 1, "いや": 1, "直して": 1, "直す": 1, "2": 1, "はいたつが大変": None, "いやな予感": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "at"), AGREE.items())
def test_yes_and_no_are_read(text: str, at: int | None) -> None:
    assert read_choice(text, ["これでよい", "直す"]) == at


GOING = {
    "よかったよ、進めたいと思う": 0, "ぜひ": 0, "進めたいです": 0, "もう一度会いたい": 1, "見送りで": 2, "やめとく": 2,
    "会えんかった": 3, "進めたいとは思わない": None, "進めたくない": None, "もう一度会わない": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "at"), GOING.items())
def test_a_denied_label_is_not_chosen(text: str, at: int | None) -> None:
    """「進めたくない」 is never 「進めたい」; a yes in a whole sentence is one."""
    assert read_choice(text, ["進めたい", "もう一度会う", "今回は見送る", "会えなかった"]) == at


def test_a_number_on_a_label_is_the_label() -> None:
    """「8万」 names the label 8万円; a bare 3 is the third."""
    money = ["5万円", "8万円", "11万円", "分からない"]
    assert [read_choice(said, money) for said in ("5万", "8万円", "11万", "3", "9万")] == [0, 1, 2, 2, None]


UNSURE = [
    "分からん",
    "分からない",
    "わかりません",
    "？",
    "???",
    "さあ",
    "さあのう",
    "ようわからんけえ",
    "知らん",
    "さっぱりです",
    "未定",
    "うーん",
    "う〜ん、難しいなあ",
    "えーと",
    "そうじゃのう",
    "なんだろう",
    "すぐには思いつかん",
]
KNOWN = [
    "ITがわからん人が多い",
    "30件",
    "分からない人に教える",
    "はい",
    "うん",
    "んー、5件くらい",
    "難しい客が多い",
    "",
]


@pytest.mark.parametrize("text", UNSURE)
def test_not_knowing_is_heard(text: str) -> None:
    assert is_dont_know(text)


@pytest.mark.parametrize("text", KNOWN)
def test_an_answer_is_not_taken_for_not_knowing(text: str) -> None:
    assert not is_dont_know(text)


PHONES = {
    "０２６５－１２－３４５６": "0265-12-3456", "0265(12)3456です": "0265-12-3456", "09012345678": "090-1234-5678",
    "+81 90-1234-5678": "090-1234-5678", "0312345678": "03-1234-5678", "0120123456": "0120-123-456",
    "電話は0265-12-3456、夜はだめ": "0265-12-3456", "12345": None, "2026年11月21日": None, "090-1234-567": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "phone"), PHONES.items())
def test_phone_numbers_are_read(text: str, phone: str | None) -> None:
    assert read_phone(text) == phone


def test_mail_addresses_are_read() -> None:
    assert read_mail("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｃｏ．ｊｐです") == "taro@example.co.jp"
    assert read_mail("taro.y+miso@mail.example.com まで") == "taro.y+miso@mail.example.com"
    assert read_mail("メールはありません @") is None
