"""Talent rows: a professional as a line of a table, checked cell by cell; each fault is named with its reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flows.rules.japanese.names import bare_name
from flows.rules.japanese.prefectures import prefecture
from flows.rules.match.slots import BadSlot, Slot, read_slots
from flows.talent.talents import Employment

COLUMNS = (
    "email", "name", "headline", "bio", "skills", "prefecture", "tied_prefectures", "hours_per_month",
    "hourly_rate_yen", "weekly_slots", "remote", "insured", "employment",
)  # fmt: skip
NEEDED = ("email", "name")
MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}")
MOST = {"name": 60, "headline": 200, "bio": 5_000, "skills": 500, "slots": 500}
HOURS, YEN = (1, 200), (500, 100_000)
YES, NO = (
    {"yes", "はい", "y", "1", "true", "○", "可", "有", "あり"},
    {"no", "いいえ", "n", "0", "false", "×", "不可", "無", "なし"},
)


@dataclass(frozen=True)
class TalentRow:
    """One professional; lists are tuples, money in yen an hour, 0 where nothing was said."""

    email: str
    name: str
    headline: str = ""
    bio: str = ""
    skills: tuple[str, ...] = ()
    prefecture: str = ""
    tied: tuple[str, ...] = ()
    hours: int = 0
    hourly_yen: int = 0
    slots: tuple[Slot, ...] = ()
    is_remote: bool = True
    is_insured: bool = False
    employment: str = Employment.OTHER.name

    def cells(self) -> list[str]:
        """Give the cells of its line, in the order of ``COLUMNS``."""
        numbers = (str(number) if number else "" for number in (self.hours, self.hourly_yen))
        yes_no = ("yes" if is_so else "no" for is_so in (self.is_remote, self.is_insured))
        lists = (";".join(self.skills), self.prefecture, ";".join(self.tied))
        slots = ";".join(map(str, self.slots))
        return [
            self.email,
            self.name,
            self.headline,
            self.bio,
            *lists,
            *numbers,
            slots,
            *yes_no,
            Employment[self.employment].value,
        ]


class BadCell(Exception):
    """A cell that cannot be taken; the message says which and why."""


def read_row(row: dict[str, str]) -> TalentRow:
    """Check one line; raises ``BadCell`` with all that is wrong with it."""
    cell = Cells(row)
    read: dict[str, Any] = {
        "email": cell("email", _mail),
        "name": cell("name", lambda text: bare_name(text_cell(text, MOST["name"], is_needed=True))),
        "headline": cell("headline", lambda text: text_cell(text, MOST["headline"])),
        "bio": cell("bio", lambda text: text_cell(text, MOST["bio"])),
        "skills": cell("skills", lambda text: _list(text_cell(text, MOST["skills"]))),
        "prefecture": cell("prefecture", prefecture_cell),
        "tied": cell("tied_prefectures", lambda text: tuple(prefecture_cell(part) for part in _list(text))),
        "hours": cell("hours_per_month", lambda text: number_cell(text, *HOURS)),
        "hourly_yen": cell("hourly_rate_yen", lambda text: number_cell(text, *YEN)),
        "slots": cell("weekly_slots", _slots),
        "is_remote": cell("remote", lambda text: _yes_no(text, True)),
        "is_insured": cell("insured", lambda text: _yes_no(text, False)),
        "employment": cell("employment", _employment),
    }
    cell.end()
    return TalentRow(**read)


class Cells:
    """The cells of one line, each read by its own rule; what is wrong is gathered."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self.row, self.wrong = row, list[str]()

    def __call__(self, name: str, reader: Callable[[str], object]) -> Any:
        try:
            return reader(self.row.get(name, ""))
        except (BadCell, BadSlot) as why:
            self.wrong.append(f"{name}：{why}")
            return None

    def end(self) -> None:
        """Raise ``BadCell`` with all that is wrong."""
        if self.wrong:
            raise BadCell("、".join(self.wrong))


def cells_of(row: Mapping[str, str], readers: Mapping[str, Callable[[str], object]]) -> dict[str, Any]:
    """Read the cells of one line by name; raises ``BadCell`` with all that is wrong."""
    cell = Cells(row)
    read = {name: cell(name, reader) for name, reader in readers.items()}
    cell.end()
    return read


def _mail(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not MAIL.fullmatch(plain) or len(plain) > 254:
        raise BadCell("メールアドレスとして読めません" if plain else "ありません")
    return plain.lower()


def text_cell(text: str, most: int, *, is_needed: bool = False) -> str:
    if is_needed and not text.strip():
        raise BadCell("ありません")
    if len(text) > most:
        raise BadCell(f"{most}文字までです({len(text):,}文字あります)")
    return text.strip()


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in re.split("[;；]", text) if part.strip()))


def _slots(text: str) -> tuple[Slot, ...]:
    found = read_slots(text)
    if len(";".join(map(str, found))) > MOST["slots"]:
        raise BadCell("時間帯が多すぎます。「平日 10:00-12:00」のようにまとめてください")
    return found


def prefecture_cell(text: str) -> str:
    found = prefecture(text)
    if text.strip() and not found:
        raise BadCell(f"都道府県ではありません({text.strip()[:20]})")
    return found


def number_cell(text: str, least: int, most: int) -> int:
    """Read a whole number as people type it: 1,500円, ３０; nothing is 0."""
    plain = re.sub(r"[,\s]|円|時間|h$", "", unicodedata.normalize("NFKC", text).lower())
    if not plain:
        return 0
    if not re.fullmatch(r"[0-9]{1,9}", plain):
        raise BadCell(f"数として読めません({text.strip()[:20]})")
    if not least <= int(plain) <= most:
        raise BadCell(f"{least:,}から{most:,}までです({int(plain):,})")
    return int(plain)


def _yes_no(text: str, usual: bool) -> bool:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not plain:
        return usual
    if plain not in YES | NO:
        raise BadCell(f"yes か no です({text.strip()[:20]})")
    return plain in YES


def _employment(text: str) -> str:
    names = {each.value: each.name for each in Employment}
    if text.strip() and text.strip() not in names:
        raise BadCell(f"{'、'.join(names)} のどれかです({text.strip()[:20]})")
    return names.get(text.strip(), Employment.OTHER.name)
