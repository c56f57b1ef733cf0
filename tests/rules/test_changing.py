"""A new wish at the preview is told from a part of the draft that he wants otherwise, and from talk."""

from __future__ import annotations

import pytest

from flows.rules.coach.changing import bare, new_wish, said_back

WISHES = {  # typed where a draft about 売掛金の管理 lies before him
    "やっぱり在庫のことにする": "在庫のこと", "やっぱ在庫の山積みをなんとかしたい": "在庫の山積みをなんとかしたい", "それより見積もりを早く出したい": "見積もりを早く出したい",
    "すまん、やっぱりネットで売る方がええわ": "ネットで売る", "請求書づくりにする": "請求書づくり", "在庫が倉庫に山積みで困っとる": "在庫が倉庫に山積みで困っとる",
    "やっぱり8万にする": "", "題名を変えたい": "", "やっぱり直す": "", "いいえ": "", "うーん、どうかな": "", "売れ筋5品じゃなくて10品にして": "",
    "明日の天気": "", "入金の確認がしんどい": "", "やっぱりやめる": "", "ぜんぜんちがう": "", "ありがとう": "", "やっぱりいいです": "", "ことばを直したい": "",
    "もう体がもたん": "", "これでええけど、ちょっと高いな": "", "やっぱり": "", "あ" * 400: "",
}  # fmt: skip


@pytest.mark.parametrize(("words", "wish"), WISHES.items())
def test_a_new_wish_is_heard(words: str, wish: str) -> None:
    """Only what names another work is a new wish; who is worn out is asked about nothing else."""
    found = new_wish(words, "AC-02")
    assert bare(found) == wish
    assert found in words


def test_it_is_said_back_in_his_own_words() -> None:
    """His words are quoted; a word owners do not know is not repeated to him."""
    assert said_back("在庫のこと") == said_back("在庫のことにする") == "在庫のこと"
    assert "DX" not in said_back("DXで在庫を減らしたい")
