"""Hiding: firms whose people shall not see a posting, and whether somebody names one of them. Pure.

It compares names as they are written: a firm that a talent never wrote down cannot be known.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

MOST_FIRMS, MOST_NAME, LEAST_NAME, MOST_TEXT = 20, 60, 2, 2_000
FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|医療法人|社会福祉法人|協同組合"
    r"|[(\[](?:株|有|同|資|名)[)\]]|㈱|㈲"
)
BETWEEN = re.compile(r"と?[\n;；、,，/／]+|(?<=社)と(?=.)|(?<=さん)と(?=.)")
AFTER = re.compile(
    r"(?:さん|様|さま|の(?:方|人|社員|ところ)|の[^の]{0,6}(?:社長|さん))*(?:(?:に|へ)?は?(?:見|み)せ.*|です|以外)?[。.]?$"
)
SPACES = re.compile(r"[\s・･.\-‐－]+")
NONE = re.compile(r"(?:特に)?(?:ない|なし|ありません|無し|いません)(?:です)?[。.]?")


def firms_in(text: str) -> tuple[str, ...]:
    """Read names of firms from what somebody typed: one a line, or between commas; each once."""
    found = (AFTER.sub("", piece.strip(" 　「」。")) for piece in BETWEEN.split(text[:MOST_TEXT]))
    named = (piece for piece in found if len(bare(piece)) >= LEAST_NAME and not NONE.fullmatch(piece))
    return tuple(dict.fromkeys(piece[:MOST_NAME] for piece in named))[:MOST_FIRMS]


def bare(name: str) -> str:
    """Give a firm's name without its legal form, spaces and the ways of writing letters."""
    return SPACES.sub("", FORMS.sub("", unicodedata.normalize("NFKC", name))).casefold()


def is_hidden(firms: Iterable[str], said: Iterable[str]) -> bool:
    """Tell whether words a talent wrote of himself name one of the firms.

    A name of two letters must stand alone: 「日立」 is not in 「日立市」.
    """
    texts = [bare(text) for text in said if text]
    for firm in map(bare, firms):
        shape = re.compile(rf"(?<![一-鿿ァ-ヶーa-z0-9]){re.escape(firm)}(?![一-鿿ァ-ヶーa-z0-9])")
        for text in texts:
            if shape.search(text) if len(firm) <= LEAST_NAME else firm in text:
                return True
    return False
