"""Posting rows: a posting as a line of JSON, checked field by field; each fault is named with its reason."""

from __future__ import annotations

import json
import unicodedata
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from bot.tables.files import text_of
from flows.rules.japanese.prefectures import prefecture
from flows.rules.lint.lint import Finding, Lintable, lint
from flows.rules.match.ranking import Wanted
from flows.rules.match.slots import BadSlot, mask, read_slots
from flows.rules.match.trades import trades_of
from prompts.knowledge import job_codes

MOST_TEXT, MOST_TASKS = 5_000, 20


def _plain_number(value: object) -> object:
    """Read a number that came as text: full width, with commas."""
    if isinstance(value, str):
        plain = unicodedata.normalize("NFKC", value).replace(",", "").removesuffix("円").strip()
        return int(plain) if plain.isdecimal() and len(plain) < 10 else value or None
    return value


Days = Annotated[Annotated[int, Field(ge=0, le=31)] | None, BeforeValidator(_plain_number)]
Hours = Annotated[Annotated[int, Field(ge=0, le=200)] | None, BeforeValidator(_plain_number)]
Yen = Annotated[Annotated[int, Field(ge=0, le=1_000_000)] | None, BeforeValidator(_plain_number)]
Text = Annotated[str, Field(max_length=MOST_TEXT)]


class PostingRow(BaseModel):
    """One posting of a file; ``hourly_rate_yen`` null: the owner could not say."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str = Field(min_length=1, max_length=80)
    company: Text = ""
    prefecture: str = ""
    industry: Text = ""
    owner_words: Text = ""
    small_win: Text = ""
    first_tasks: tuple[Text, ...] = Field(default=(), max_length=MOST_TASKS)
    job_code: str = ""
    hours_per_month: Hours = None
    hourly_rate_yen: Yen = None
    weekly_slot: str = ""
    onsite_days_per_month: Days = None

    @field_validator("prefecture")
    @classmethod
    def is_prefecture(cls, value: str) -> str:
        if value.strip() and not prefecture(value):
            raise ValueError(f"都道府県ではありません({value[:20]})")
        return prefecture(value)

    @field_validator("weekly_slot")
    @classmethod
    def is_slot(cls, value: str | None) -> str:
        try:
            read_slots(value or "")
        except BadSlot as why:
            raise ValueError(str(why)) from None
        return value or ""

    @field_validator("job_code")
    @classmethod
    def is_code(cls, value: str) -> str:
        if value and value not in job_codes():
            raise ValueError(f"仕事の分類にありません({value[:20]})")
        return value

    def wanted(self, code: str) -> Wanted:
        """Give it as it is matched; ``code`` is its own, or what its words were read as."""
        return Wanted(
            id=self.id,
            code=code,
            text="。".join((self.owner_words, self.small_win, *self.first_tasks)),
            trades=trades_of(f"{self.industry} {self.company}"),
            prefecture=self.prefecture,
            hours=self.hours_per_month or 0,
            hourly_yen=self.hourly_rate_yen,
            times=mask(read_slots(self.weekly_slot)),
            onsite_days=self.onsite_days_per_month or 0,
        )


ELSEWHERE = frozenset(
    {"missing_firm_address", "missing_contact", "missing_place"}
)  # no columns of this table


def points(row: PostingRow) -> tuple[Finding, ...]:
    """Find what could mislead or harm in a posting from elsewhere, by the rules that hold for our own."""
    hours, hourly = row.hours_per_month, row.hourly_rate_yen
    found = lint(
        Lintable(
            title="",
            owner_words=row.owner_words,
            goal=row.small_win,
            first_tasks=row.first_tasks,
            place="",
            pay_month_yen=hourly * (hours or 1) if hourly else None,
            hours_month=hours if hourly or hours else None,
            firm_name=row.company,
            firm_address="",
            contact="",
        )
    )
    return tuple(
        point
        for point in found
        if point.kind not in ELSEWHERE and (point.level != "note" or point.kind == "private")
    )


def read_postings(data: bytes) -> tuple[dict[str, PostingRow], list[tuple[int, str]]]:
    """Read lines of JSON: postings by id, and for each bad line its number and the reason."""
    rows: dict[str, PostingRow] = {}
    faults: list[tuple[int, str]] = []
    for number, line in enumerate(text_of(data)[0].splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = PostingRow.model_validate(json.loads(line))
        except (json.JSONDecodeError, RecursionError):
            faults.append((number, "JSONとして読めません"))
        except ValidationError as why:
            faults.append((number, "、".join(_said(error) for error in why.errors())))
        else:
            if row.id in rows:
                faults.append((number, f"id：{row.id} が二つあります"))
            else:
                rows[row.id] = row
    return rows, faults


SAID = {
    "missing": "ありません",
    "string_too_short": "ありません",
    "string_too_long": "{max_length}文字までです",
    "too_long": "{max_length}個までです",
    "greater_than_equal": "{ge}以上です",
    "less_than_equal": "{le}までです",
    "int_parsing": "数として読めません",
    "int_type": "数として読めません",
    "int_from_float": "数として読めません",
    "string_type": "文字ではありません",
    "tuple_type": "並びではありません",
    "model_type": "{{…}} の形ではありません",
}


def _said(error: Any) -> str:
    where = ".".join(map(str, error["loc"]))
    plain = SAID.get(error["type"], "")
    why = plain.format(**error.get("ctx", {})) if plain else error["msg"].removeprefix("Value error, ")
    return f"{where}：{why}" if where else why
