"""Profile questions: hours of a week and an invoice number, read as people write them and kept so."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.errors import Unreadable
from flows.journal import Json
from flows.questions import Choice, Option, Text
from flows.quick import quick
from flows.rules.japanese.tax_numbers import invoice_number
from flows.rules.japanese.zones import ZONES, is_zone
from flows.rules.match.slots import NEVER, BadSlot, mask, read_slots

EXAMPLE = "「水 10:00-12:00、金 午後」のようにお書きください。"
NO_NUMBER = ("", "なし", "ない", "未登録")


@quick
@dataclass(frozen=True)
class Slots(Text):
    """The hours of a week in which somebody is free: at least one of them on a weekday in the daytime."""

    def read(self, words: str) -> Json:
        text = super().read(words)
        return self._checked(str(text))

    def restore(self, value: Json) -> str:
        return self._checked(super().restore(value))

    def _checked(self, text: str) -> str:
        try:
            bits = mask(read_slots(text))
        except BadSlot as why:
            raise Unreadable(f"{why}。{EXAMPLE}") from why
        if bits in (0, NEVER):
            raise Unreadable(f"打ち合わせは平日の9時から18時です。その中で空く時間を一つ、{EXAMPLE}")
        return text


@quick
@dataclass(frozen=True)
class Invoice(Text):
    """A number of the register of invoices, or none: who has none may work all the same."""

    def read(self, words: str) -> Json:
        if words.strip() in NO_NUMBER:
            return ""
        found = invoice_number(words)
        if not found:
            raise Unreadable("Tと13けたの数字でお書きください。例：T1234567890123。なければ空けておけます。")
        return found


@quick
@dataclass(frozen=True)
class Zone(Choice):
    """Where somebody lives, by the zone of his clock; ``here`` is where Slack says he is."""

    here: str = field(default="", kw_only=True)

    def options(self) -> tuple[Option, ...]:
        own = {self.here: self.here} if self.here and self.here not in ZONES else {}
        return tuple(Option(zone, name) for zone, name in (ZONES | own).items())

    def read(self, words: str) -> Json:
        said = words.strip()
        found = next((option.value for option in self.options() if said == option.label), said)
        if not is_zone(found):
            raise Unreadable("一覧から選んでください。")
        return found

    def restore(self, value: Json) -> str:
        if isinstance(value, str) and is_zone(value):
            return value
        raise Unreadable("もう一度、一覧から選んでください。")
