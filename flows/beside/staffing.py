"""Staffing: one of the staff says when and where owners reach him, and hands a firm over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.errors import Unreadable
from flows.facts import Colleague
from flows.journal import Json
from flows.outcomes import HandOver, KeepContact
from flows.questions import Choice, Option, Question, Text
from flows.rules.japanese.reading import read_phone
from flows.steps import Steps, fill
from flows.talent.talents import form

NOBODY = "nobody"
MOST_HOURS = 40


@dataclass(frozen=True)
class OneLine(Text):
    """A few words that will stand in the middle of a sentence."""

    def read(self, words: str) -> Json:
        return super().read(" ".join(words.split()))


@dataclass(frozen=True)
class Phone(OneLine):
    """A phone number, or nothing."""

    least: int = 0

    def read(self, words: str) -> Json:
        text = super().read(words)
        found = read_phone(str(text)) if text else ""
        if found is None:
            raise Unreadable("電話番号として読み取れませんでした。0265-12-3456、のように書いてください。")
        return found


def staff_contact(facts: Colleague) -> Steps[KeepContact]:
    """Staff: what the owners of my firms are told of me; what stays empty is as for everybody."""
    house = facts.house
    fields: dict[str, Question[Any]] = {
        "HOURS": OneLine(
            "いる時間", least=0, most=MOST_HOURS, initial=facts.hours, hint=f"空なら「{house.hours}」です"
        ),
        "PHONE": Phone(
            "社長にお伝えする電話", most=MOST_HOURS, initial=facts.phone, hint="空なら運営の番号です"
        ),
        "DEPUTY": Choice(
            "いないときに代わる人",
            choices=(*people(facts.others), Option(NOBODY, "決めない")),
            initial=facts.deputy or NOBODY,
        ),
    }
    told: Any = yield from fill("mine", "わたしの連絡先", form("Mine", fields), submit="保存する")
    return KeepContact(told.HOURS, told.PHONE, "" if told.DEPUTY == NOBODY else told.DEPUTY)


def hand_over(facts: Colleague) -> Steps[HandOver]:
    """Staff: a firm I look after goes to a colleague."""
    fields: dict[str, Question[Any]] = {
        "FIRM": Choice("どの会社の担当を代わりますか？", choices=people(facts.firms)),
        "TO": Choice("だれに代わりますか？", choices=people(facts.others), initial=facts.deputy),
    }
    told: Any = yield from fill("over", "担当を代わる", form("Over", fields), submit="代わる")
    return HandOver(told.FIRM, told.TO)


def people(named: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(id, name) for id, name in named.items())
