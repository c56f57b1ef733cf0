"""What must not be stored is masked before it is stored, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.lint.secrets import MASK, WORDS, is_card_number, is_my_number, mask_secrets, search

PEOPLE = "田中太郎 090-1234-5678\n鈴木花子 090-2222-3333\n佐藤一郎 長野県飯田市本町1-2-3"
MASKED = {
    "マイナンバーは 1234 5678 9018 です": ("my_number",),
    "123456789018": ("my_number",),
    "１２３４－５６７８－９０１８": ("my_number",),
    "カードは 4111 1111 1111 1111 です": ("card",),
    "カード 4111.1111.1111.1111": ("card",),
    "4111\u200b1111\u200b1111\u200b1111": ("card",),
    "パスワードはtaro1234です": ("password",),
    "パスワードは、taro-1234です": ("password",),
    "ＰＷ：ａｂｃ１２３": ("password",),
    "暗証番号　１２３４": ("password",),
    "PINは9876": ("password",),
    PEOPLE: ("people_list",),
    PEOPLE.replace("\n", "、"): ("people_list",),
}


@pytest.mark.parametrize(("text", "kinds"), MASKED.items())
def test_secrets_are_masked(text: str, kinds: tuple[str, ...]) -> None:
    masked, found = mask_secrets(text)
    assert found == kinds
    assert MASK in masked


KEPT = [
    "パスワードは分からない",
    "パスワードを変えたい",
    "法人番号は1010001000001",
    "電話は0265-12-3456です",
    "田中さんは090-1234-5678",
    "ぴんとpinterestで写真を見せたい",
    "株式会社山崎醸造 0265-12-3456\n長野県飯田市1-2-3\n山崎商店 0265-22-3333",
    "サーバーは192.168.100.101です",
    "月8万円で20時間、12月1日から",
]


@pytest.mark.parametrize("text", KEPT)
def test_the_rest_is_left_as_it_was(text: str) -> None:
    assert mask_secrets(text) == (text, ())


def test_only_the_secret_goes() -> None:
    masked, _ = mask_secrets("うちの番号は123456789018です。よろしく")
    assert masked == f"うちの番号は{MASK}です。よろしく"


def test_check_digits() -> None:
    assert is_my_number("123456789018")
    assert not is_my_number("123456789012")
    assert is_card_number("4111111111111111")
    assert not is_card_number("4111111111111112")


PIECES = (
    *WORDS,
    *("".join(chr(ord(each) + 0xFEE0) if each.isascii() else each for each in word) for word in WORDS),
    *(
        "は",
        "taro1234",
        "１２３４",
        "1",
        "２",
        "12345678901",
        "4111-1111-1111-1111",
        "\n",
        "、",
        "ー",
        "日目",
    ),
    *("田中太郎 ", "鈴木花子　", "佐藤一郎 ", "長野県本町1丁目", "生年月日", "昭和３年2月", "090-1234-5678"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_a_glance_lets_nothing_through(text: str) -> None:
    """What is not looked at thoroughly holds nothing that a thorough look would find."""
    assert mask_secrets(text) == search(text)
