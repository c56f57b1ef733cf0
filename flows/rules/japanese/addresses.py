"""Addresses: takes a firm's name and its address apart when both come in one line."""

from __future__ import annotations

import re

_PREFECTURE = re.compile(
    r"(?:〒?\s*\d{3}-?\d{4}\s*)?(?:北海道|(?:東京|京都|大阪)[都府]?|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井"
    r"|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_TOWN = re.compile(r"[\s、,]+(\S{1,8}[市郡町村区]\S*[0-9０-９一二三四五六七八九十].*)$")


def split_address(told: str) -> tuple[str, str]:
    """Return the name and the address of 「山田商店 長野県飯田市…」; the address is empty when there is none."""
    text = " ".join(told.split())
    at = _PREFECTURE.search(text)
    if at and re.search(r"[市区町村郡]", text[at.end() :]):
        before, after = text[: at.start()], text[at.start() :]
        if before.strip(" 、,"):
            return _clean(before), after.strip(" 、,。")
        address, _, name = after.rpartition(" ")  # 「長野県飯田市… 山田商店」
        return (_clean(name), address.strip()) if address else (_clean(after), "")
    if town := _TOWN.search(text):
        return _clean(text[: town.start()]), town[1].strip()
    return _clean(text), ""


def _clean(name: str) -> str:
    return re.sub(r"(です|といいます|と申します)。?$", "", name.strip(" 、,。")).strip()
