"""Gauge: what the two look at every week: its name, its unit, where it began, where it is to go; few are never judged."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from flows.rules.coach.extras import rest_of
from flows.rules.coach.winning import FEW, events
from flows.rules.japanese.counting import say_number
from flows.rules.japanese.reading import read_number
from prompts.knowledge import job_codes

WHAT = re.compile("何|いくら|いくつ|どのくらい")
PERIOD = re.compile(r"(?:は|が|を|に)?(?P<per>月|週|年|1日|1回)?(?:に|あたり|の|、|は|が|を|だいたい|のは)*$")
USUAL = "毎週見る数"
ROUGH = re.compile("まで|もっと|以上|多い|少な")  # 「30件まで」 is a range, no point to begin from
AIM = r"(?:に(?:する|した|し$|なる|なった|なれば|ふ|増|減|へ|伸|下|上|$)|へ|以上(?!減|増|へ|ふ)|以下|以内|を(?:超|こえ|目))"


@dataclass(frozen=True)
class Gauge:
    """``start`` and ``goal`` are None where nobody knows them, or the goal is a state and no number."""

    name: str
    ask: str
    unit: str
    code: str
    start: float | None = None
    goal: float | None = None

    def say(self, value: float) -> str:
        return say_number(value, self.unit)

    def is_few(self, value: float) -> bool:
        """Tell whether so little happens in a month that chance moves the number: it is shown, never judged."""
        count = events(job_codes()[self.code], say_number(value).replace(",", "") + self.unit)
        return count is not None and count < FEW

    def is_reached(self, readings: tuple[float, ...]) -> bool:
        """Tell whether the number has come to its goal; one too small to be judged never has."""
        began = self.start if self.start is not None else readings[0] if len(readings) > 1 else None
        if self.goal is None or began is None or not readings or began == self.goal:
            return False
        last = readings[-1]
        if self.is_few(last) or self.is_few(began):
            return False
        return last >= self.goal if self.goal > began else last <= self.goal


def gauge_of(code: str, measure: str, goal: str) -> Gauge:
    """Make out of a posting what is looked at every week: the question about its number, asked again."""
    asked = job_codes()[code].measure
    return Gauge(
        name_of(asked.ask), asked.ask, asked.unit, code, start_of(measure), goal_of(goal, asked.unit)
    )


def name_of(ask: str) -> str:
    """Name a number by the question about it: 「いま、ネットの注文は月に何件…」 is ネットの注文(月)."""
    head = WHAT.split(ask)[0].removeprefix("いま、").strip("、")
    hit = PERIOD.search(head)
    assert hit is not None
    name = head[: hit.start()].rstrip("、") or USUAL
    return f"{name}({hit['per']})" if hit["per"] else name


def start_of(measure: str) -> float | None:
    said = rest_of(measure) or measure
    number = None if ROUGH.search(said) else read_number(said)
    return float(number) if number is not None else None


def goal_of(goal: str, unit: str) -> float | None:
    """Read the number a goal names in the same unit; a goal that is a state has none."""
    plain = unicodedata.normalize("NFKC", goal)
    found = re.findall(rf"(?<!紙)([0-9][0-9,]*(?:\.[0-9]+)?){re.escape(unit)}{AIM}", plain)
    return float(found[-1].replace(",", "")) if found else None
