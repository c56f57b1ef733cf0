"""Relayed: what is looked for in words between the two sides before they cross."""

from __future__ import annotations

import re
import unicodedata

URGENT = re.compile(
    r"\s*[【\[(「]?\s*(?:急ぎ|至急|緊急)(?:です|で(?:すが)?|の(?:連絡|件))?\s*[】\])」:：、。!！\s]"
)
ASKS = r"(?:ください|下さい|いただ|頂|もら|ほしい|欲しい|お願い|ませんか|ましょう|してね|してほし|どう)"
APPS = r"(?:テレグラム|telegram|シグナル|signal|カカオ|kakao|wechat|whatsapp|個人の?line|line\s?id|メッセンジャー)"
FRAUD = (
    ("先払い", re.compile(rf"(?:先に|前もって)[^。\n]{{0,15}}(?:振り?込|払|送金)[^。\n]{{0,12}}{ASKS}")),
    ("先払い", re.compile(rf"前払い[^。\n]{{0,6}}{ASKS}|(?:登録料|保証金|教材費|入会金)[^。\n]{{0,10}}(?:払|振り?込|必要|送)")),
    ("別の名義の口座", re.compile(r"(?:別|他|ほか|家族|家内|妻|夫|知人|友人)(?:の人)?の?(?:名義|口座)[^。\n]{0,10}(?:に|へ|で)|口座を?(?:貸し|売っ|作って)")),
    ("暗号資産やギフト券", re.compile(rf"(?:仮想通貨|暗号資産|ビットコイン|ギフトカード|アマギフ|プリペイドカード)[^。\n]{{0,10}}(?:払|送|買|投資|購入|受け取)[^。\n]{{0,10}}{ASKS}")),
    ("別の連絡手段", re.compile(rf"{APPS}[^。\n]{{0,14}}(?:話|連絡|移|やりとり|やり取り|追加|交換|教え|続け)", re.IGNORECASE)),
)  # fmt: skip
REFUSED = re.compile(r"(?:ません|ない|断り|断って|やめて|不要|いりません)(?!か)")  # he says that it is not so
UNPAID = re.compile(
    rf"(?:無償|無給|無料|タダ|ただ)で[^。\n]{{0,10}}{ASKS}|お試し(?:で|は)?無給|ついでに(?:これ|あれ)も|負けて(?:ほしい|くれ|ください|もら)"
    rf"|(?:やり直し|直し)は?(?:無償|無料|何度でも)|(?:うち|当社|弊社)の(?:商品|製品|品)を(?:買っ|購入し)[^。\n]{{0,6}}{ASKS}"
)


def is_urgent(words: str) -> bool:
    """Tell whether somebody puts 「急ぎ」 before his words."""
    return URGENT.match(_plain(words)) is not None


def fraud(words: str) -> str:
    """Name the sign of fraud in somebody's words, or nothing."""
    for piece in re.split(r"[。\n!！]", _plain(words)):
        for name, shape in FRAUD:
            hit = shape.search(piece)
            if hit and not REFUSED.search(piece, hit.start(), hit.end() + 12):
                return name
    return ""


def is_unpaid(words: str) -> bool:
    """Tell whether a firm asks for more without pay, a cut, or a purchase (フリーランス法 5条)."""
    return UNPAID.search(_plain(words)) is not None


def _plain(words: str) -> str:
    return unicodedata.normalize("NFKC", words)
