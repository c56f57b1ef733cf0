"""Picking: several of a list at once. In a form boxes to tick, or a long list by groups; in words, names one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flows.errors import Unreadable
from flows.journal import Json
from flows.questions import Option, Question
from flows.quick import quick
from flows.words import fold

NOTHING = ("なし", "ない", "とくになし", "特になし")
APART = re.compile(r"[\n、,;；]+")


@quick
@dataclass(frozen=True)
class Many(Question[tuple[str, ...]]):
    """Any number of ready answers, by their released names; no order is kept but the list's own."""

    listed: tuple[Option, ...] = ()
    most: int = 10
    chosen: tuple[str, ...] = field(default=(), kw_only=True)  # what a form shows as picked already

    @property
    def is_optional(self) -> bool:
        return True

    def read(self, words: str) -> Json:
        """Take values or labels, one a line or with commas between; 「なし」 picks none."""
        said = [part for part in map(str.strip, APART.split(words)) if part]
        if len(said) == 1 and said[0] in NOTHING:
            return []
        names = {fold(option.label): option.value for option in self.listed}
        names |= {fold(option.value): option.value for option in self.listed}
        found = [names.get(fold(part)) for part in said]
        if None in found:
            raise Unreadable(f"一覧にないものがありました。{self._example()}")
        return self._kept(set(found))

    def _kept(self, values: set[str | None]) -> Json:
        if len(values) > self.most:
            raise Unreadable(f"{self.most}個までにしてください。いまは{len(values)}個です。")
        return [option.value for option in self.listed if option.value in values]

    def _example(self) -> str:
        return f"「{self.listed[0].label}」のように選んでください。" if self.listed else ""

    def restore(self, value: Json) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Unreadable("選べるものが変わりました。")
        known = {option.value for option in self.listed}
        return tuple(str(item) for item in value if item in known)  # what left the list is no longer picked

    def spoken(self, value: Json) -> str:
        labels = {option.value: option.label for option in self.listed}
        said = value if isinstance(value, list) else []
        return "、".join(labels.get(str(item), str(item)) for item in said)
