"""Across: words that one side writes and the other reads before there is work between them. Signs of fraud do not cross."""

from __future__ import annotations

from dataclasses import dataclass

from flows.errors import Unreadable
from flows.journal import Json
from flows.questions import Text
from flows.quick import quick
from flows.rules.lint.relayed import fraud

NOT_ACROSS = "{}のお話は、決まりでお届けできません。すみませんが、そこだけ言いかえてください。"


@quick
@dataclass(frozen=True)
class Across(Text):
    """Free words for the other side: an advance payment or another way of contact is asked to be said otherwise."""

    def read(self, words: str) -> Json:
        said = super().read(words)
        if sign := fraud(words):
            raise Unreadable(NOT_ACROSS.format(sign))
        return said
