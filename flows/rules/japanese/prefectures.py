"""Prefectures: the 47, found however they are written."""

from __future__ import annotations

import re
import unicodedata

NAMES = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県", "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
)  # fmt: skip
BARE = {name if name == "北海道" else name[:-1]: name for name in NAMES}
WRITTEN = re.compile("|".join(sorted((*NAMES, *BARE), key=len, reverse=True)))


def prefecture(text: str) -> str:
    """Return the prefecture that a cell names, in full; empty when it names none."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return BARE.get(plain, plain if plain in NAMES else "")


def prefectures_in(text: str) -> tuple[str, ...]:
    """Return the prefectures named anywhere in a text, in order, each once."""
    plain = unicodedata.normalize("NFKC", text)
    found = (hit[0] for hit in WRITTEN.finditer(plain))
    return tuple(dict.fromkeys(BARE.get(name, name) for name in found))
