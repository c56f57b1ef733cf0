"""Sets: what a file for ``smallwin eval`` holds, read with care; all that is wrong with it is said at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from prompts.knowledge import job_codes

MOST_BYTES = 5_000_000
MOST_LETTERS = 10_000  # LINE carries 5,000
MOST_FAULTS = 20  # said at once

ROUTES = (
    "draft",  # on towards a posting
    "ask",  # too short, too big, vague, empty: narrowed first
    "X-ROUTINE",
    "X-HIRE",
    "X-ONEOFF",
    "X-LICENSE",
    "X-WORKER",
    "X-UNFAIR",
    "X-PRIVACY",
    "X-BAN",
    "X-OFFTOPIC",
    "X-INFO",
    "X-HUMAN",
)
End = Literal["preview", "person", "turned_down", "waiting"]
Habit = Literal[
    "two_at_once",  # tells number, pay and partner in one message
    "changes_mind",  # at the draft he would rather do fact ``new_wish``
    "asks_price_midway",
    "sticker",  # before every other answer of the beginning
    "refuses_numbers",
    "silent_days",  # eight days of silence at the goal
    "taps_old_button",
    "goes_back",
    "chatty",  # much beside the point around each answer
    "twice",  # sends everything two times
    "edits_draft",  # puts right fact ``part`` with fact ``fix``
    "asks_for_person",
    "starts_with_hello",
    "sends_photo",
    "stops_midway",
]


class BadSet(Exception):
    """A file that cannot be played; says what is wrong, a line each."""


def _listed(value: object) -> object:
    """Take one for a list of one."""
    return (value,) if isinstance(value, str) else value


def _codes(value: object) -> object:
    """Take one for a list of one, and an empty place for none."""
    return () if value is None else _listed(value)


def _named(value: object) -> object:
    """An id may look like a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_named), Field(min_length=1, max_length=80)]


class Case(BaseModel):
    """What every case has; further keys are notes of whoever wrote it."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: Id


class Wish(Case):
    """A first message, with every work code and every first reaction that is right."""

    industry: str = Field(max_length=200)
    prefecture: str = Field(default="", max_length=40)
    text: str = Field(max_length=MOST_LETTERS)
    codes: Annotated[tuple[str, ...], BeforeValidator(_codes), Field(strict=False)]
    route: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1, strict=False)]

    @field_validator("codes")
    @classmethod
    def _are_known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [code for code in codes if code not in job_codes()]:
            raise ValueError(f"知らない仕事の分類です：{'、'.join(unknown)}")
        return codes

    @field_validator("route")
    @classmethod
    def _leads_somewhere(cls, route: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in route if name not in ROUTES]:
            raise ValueError(f"知らない行き先です：{'、'.join(unknown)}(使えるもの：{'、'.join(ROUTES)})")
        return route


Fact = Annotated[str, BeforeValidator(_named), Field(min_length=1, max_length=MOST_LETTERS)]


class Persona(Case):
    """An owner who answers by what he is asked: ``facts`` by the question's key, and how he goes about it."""

    facts: dict[str, Fact]
    habits: Annotated[tuple[Habit, ...], BeforeValidator(_listed), Field(strict=False)] = ()
    end: End | None = None
    shows: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(strict=False)] = ()  # on his last draft

    @model_validator(mode="before")
    @classmethod
    def _says_his_wish(cls, data: Any) -> Any:
        """Take a wish that stands beside the facts for one of them."""
        if not isinstance(data, dict) or not isinstance(data.get("facts", {}), dict):
            return data
        name = next((name for name in ("wish", "text") if name in data), None)
        beside = {"wish": data[name]} if name else {}
        return {**data, "facts": {**beside, **data.get("facts", {})}}

    @field_validator("facts")
    @classmethod
    def _has_a_wish(cls, facts: dict[str, str]) -> dict[str, str]:
        if "wish" not in facts:
            raise ValueError("wish がありません")
        return facts

    @property
    def is_ordinary(self) -> bool:
        """Tell whether he just answers, up to a draft he likes: the owners whose actions are counted."""
        return not self.habits and self.end in (None, "preview")


class EvalSet(BaseModel):
    """A file: wishes, or personas."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    wishes: Annotated[tuple[Wish, ...], Field(strict=False)] = ()
    personas: Annotated[tuple[Persona, ...], Field(strict=False)] = ()


class _Loader(yaml.SafeLoader):
    """No aliases: a file of a kilobyte must not become one of a gigabyte."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("別名(*)は使えません")
        return super().compose_node(parent, index)


def read_set(path: Path) -> EvalSet:
    """Read a file; raise ``BadSet`` with all that is wrong with it."""
    data = _parsed(path)
    if not isinstance(data, dict) or not ({"wishes", "personas"} & set(data)):
        raise BadSet("wishes: か personas: の一覧がありません。")
    try:
        found = EvalSet.model_validate(data)
    except ValidationError as why:
        raise BadSet("\n".join(_faults(why, data))) from None
    cases: list[Case] = [*found.wishes, *found.personas]
    if not cases:
        raise BadSet("一件もありません。")
    if doubled := [id for id, many in Counter(case.id for case in cases).items() if many > 1]:
        raise BadSet(f"同じ id が二度あります：{'、'.join(doubled[:MOST_FAULTS])}")
    return found


def _parsed(path: Path) -> object:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as why:
        raise BadSet(f"読めません：{why.strerror}") from None
    if len(raw) > MOST_BYTES:
        raise BadSet(f"大きすぎます。{MOST_BYTES:,}バイトまでです。")
    try:
        return yaml.load(raw.decode("utf-8-sig"), Loader=_Loader)
    except UnicodeDecodeError:
        raise BadSet("UTF-8 ではありません。") from None
    except (yaml.YAMLError, RecursionError, ValueError) as why:
        first = str(why).splitlines()[0] if str(why) else ""
        raise BadSet(f"YAML として読めません：{_place(why) or first[:200]}") from None


def _place(why: Exception) -> str:
    mark = getattr(why, "problem_mark", None)
    return f"{mark.line + 1}行目 {getattr(why, 'problem', '')}" if mark else ""


def _faults(why: ValidationError, data: dict[str, Any]) -> list[str]:
    """Say each fault with the id of its case, in plain words where there are some."""
    said = [
        f"{_case(error['loc'], data)}{'.'.join(map(str, error['loc'][2:]))}：{_plain(error)}"
        for error in why.errors(include_url=False, include_input=False)
    ]
    left = len(said) - MOST_FAULTS
    return said[:MOST_FAULTS] + ([f"ほか{left}件"] if left > 0 else [])


def _plain(error: Any) -> str:
    plain = {
        "missing": "ありません",
        "string_type": "文字でありません",
        "string_too_long": "長すぎます",
        "string_unicode": "文字として読めません",
        "string_too_short": "空です",
        "too_short": "空です",
        "model_attributes_type": "「名前: 値」の形でありません",
        "tuple_type": "並びでありません",
        "dict_type": "「名前: 値」の形でありません",
        "model_type": "「名前: 値」の形でありません",
        "literal_error": f"知らない言葉です(使えるもの：{error.get('ctx', {}).get('expected', '')})",
    }
    words = str(error["msg"]).removeprefix("Value error, ")
    return plain.get(error["type"], words)


def _case(place: tuple[int | str, ...], data: dict[str, Any]) -> str:
    """Name a case by its id, or by its place in the list."""
    name, number = (*place, None, None)[:2]
    held = data.get(str(name))
    one = held[number] if isinstance(held, list) and isinstance(number, int) else None
    id = one.get("id") if isinstance(one, dict) else None
    shown = (
        str(id)[:80] if isinstance(id, str | int) else f"{number + 1}番目" if isinstance(number, int) else ""
    )
    return f"{name} {shown} " if shown else f"{name} "
