"""Relayed: what is looked for in words between the two sides before they cross."""

from __future__ import annotations

import re
import unicodedata

URGENT = re.compile(
    r"\s*[【\[(「]?\s*(?:急ぎ|至急|緊急)(?:です|で(?:すが)?|の(?:連絡|件))?\s*[】\])」:：、。!！\s]"
)


def is_urgent(words: str) -> bool:
    """Tell whether somebody puts 「急ぎ」 before his words."""
    return URGENT.match(unicodedata.normalize("NFKC", words)) is not None
