"""Said: what comes to people's minds in random walks. Each person has a word of his own, to be looked for elsewhere."""

from __future__ import annotations

from tests.flows.talk import SATO
from tests.story.world import MARUYAMA, TAKAHASHI, TANAKA, YAMAZAKI

CANARY = {YAMAZAKI: "蛍川", MARUYAMA: "猫柳", TAKAHASHI: "鶴亀", SATO: "山鳩", TANAKA: "若鮎"}
GARBAGE = (
    "ｱｱｱ",
    "？？",
    "…",
    "asdf;--",
    "<script>alert(1)</script>",
    "*太字* <@U1>",
    "🍣🍶",
    "a\u202eb",
    "\x07\x08鐘",
    "　\n ",
)
QUESTIONS = ("それはいくらですか？", "だれが来るの", "ほんとに大丈夫かな？", "個人情報はどうなりますか？")
SAID: tuple[str, ...] = (
    "はい",
    "いいえ",
    "1",
    "2",
    "３",
    "月2件",
    "8万円",
    "15時間",
    "発送の担当",
    "分からない",
    "0265-00-1234",
)
SAID += (
    "売掛の入金チェックが毎月しんどい",
    "ネットでもっと売りたい",
    "飯田市本町1-2",
    "水曜 10時",
    "ありがとう",
)
LONG = "長い話です。" * 1_700
THINGS = ("sticker", "image", "location", "audio", "file", "video")
