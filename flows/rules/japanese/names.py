"""Names: how people and firms are called in talk."""

from __future__ import annotations

import re

FORMS = re.compile(
    r"^(?:株式|有限|合同|合資|合名)会社[ 　]*|[ 　]*(?:株式|有限|合同|合資|合名)会社$|^[(（][株有][)）]|[(（][株有][)）]$"
)
JAPANESE = re.compile(r"(?P<family>[々〆ぁ-ヿ㐀-鿿豈-﫿\U00020000-\U0003ffff]+)[ 　]+\S+")


def family_name(name: str) -> str:
    """Shorten a Japanese name to the family's; 高橋 直樹 → 高橋. Any other name stays whole."""
    hit = JAPANESE.fullmatch(name.strip())
    return hit["family"] if hit else name.strip()


def in_talk(firm: str) -> str:
    """Call a firm as people do: without its legal form, unless nothing else is left."""
    return FORMS.sub("", firm.strip()) or firm
