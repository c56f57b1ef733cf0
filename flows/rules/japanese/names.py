"""Names: how people and firms are called in talk."""

from __future__ import annotations

import re

from flows.rules.lint.veiled import unveil

FORMS = re.compile(
    r"^(?:株式|有限|合同|合資|合名)会社[ 　]*|[ 　]*(?:株式|有限|合同|合資|合名)会社$|^[(（][株有][)）]|[(（][株有][)）]$"
)
JAPANESE = re.compile(r"(?P<family>[々〆ぁ-ヿ㐀-鿿豈-﫿\U00020000-\U0003ffff]+)[ 　]+\S+")
HONORIFIC = re.compile(r"(?<=.)[ 　]*(?:さん|さま|様)$")


def bare_name(name: str) -> str:
    """Take off what courtesy put behind a name, for we put it there: 「鈴木 彩さん」 is 鈴木 彩."""
    plain = " ".join(unveil(name).split())
    return HONORIFIC.sub("", plain) or plain


def family_name(name: str) -> str:
    """Shorten a Japanese name to the family's; 高橋 直樹 → 高橋. Any other name stays whole."""
    hit = JAPANESE.fullmatch(name.strip())
    return hit["family"] if hit else name.strip()


def in_talk(firm: str) -> str:
    """Call a firm as people do: without its legal form, unless nothing else is left."""
    return FORMS.sub("", firm.strip()) or firm
