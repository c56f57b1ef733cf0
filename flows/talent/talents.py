"""Talents: a question to the firm, and the terms of a profile in one line."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import Field, dataclass, fields, make_dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from flows.facts import Asker, Profile
from flows.match.across import Across
from flows.outcomes import AskFirm
from flows.questions import Question, question
from flows.steps import Steps, fill


class Employment(Enum):
    EMPLOYEE = "会社員"
    INDEPENDENT = "独立"
    OTHER = "その他"


class Permission(Enum):
    GIVEN = "許可・届出ずみ"
    NOT_NEEDED = "いらない"
    UNKNOWN = "まだ確かめていない"


class Insurance(Enum):
    YES = "入っている"
    NO = "入っていない"


def form(name: str, asked: Mapping[str, Question[Any]]) -> type[Any]:
    """Make a form whose questions are known only now."""
    shape = _shape(tuple(asked))
    described = {item.name: _described(item, asked[item.name]) for item in fields(shape)}
    return type(name, (shape,), {"__dataclass_fields__": described})


@lru_cache(maxsize=256)
def _shape(keys: tuple[str, ...]) -> type[Any]:
    """Make a class with these fields. That takes as long as a turn's statements: a talk is replayed at every turn."""
    return make_dataclass("Form", [(key, object) for key in keys], frozen=True)


def _described(item: Field[Any], asked: Question[Any]) -> Field[Any]:
    described = copy(item)
    described.metadata = question(asked).metadata
    return described


@dataclass(frozen=True)
class OneQuestion:
    question: str = question(Across("会社に聞きたいこと(一つだけ)", most=200, is_long=True))


def ask_firm(facts: Asker) -> Steps[AskFirm]:
    """One question to the firm, before applying."""
    asked = yield from fill("ask", "質問する", OneQuestion, submit="聞いてみる")
    return AskFirm(facts.about, asked.question)


def terms_line(profile: Profile) -> str:
    """Say the terms of a profile in one line, as the owner will read them."""
    permission = Permission[profile.permission].value
    insurance = Insurance[profile.insurance].value
    if profile.insurance == Insurance.YES.name and profile.insurer:
        insurance += f"({profile.insurer})"
    ties = f" / ゆかり：{profile.ties}" if profile.ties else ""
    conflicts = f" / 重なると困る先：{profile.conflicts}" if profile.conflicts else ""
    invoice = " / インボイスの登録あり" if profile.invoice else ""
    return (
        f"月{profile.hours}時間・月{profile.pay:,}円・{profile.slots}・{Employment[profile.employment].value}"
        f"(副業の決まり：{permission})・保険に{insurance}{ties}{conflicts}{invoice}"
    )
