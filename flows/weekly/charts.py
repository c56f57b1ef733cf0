"""Charts: what a picture of the weekly number shows, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.rules.japanese.counting import say_number

MOST = 12  # weeks in one picture: a quarter
FEW = "少ない数は、運でも動きます。"
BEGIN = "まだ数字がありません"


@dataclass(frozen=True)
class Chart:
    """What a chart shows: its name, the numbers by their weeks, where it began and is to go."""

    name: str
    unit: str
    points: tuple[tuple[date, float], ...]
    start: float | None = None
    goal: float | None = None
    is_few: bool = False

    def alt(self) -> str:
        """Say in words what the picture shows."""
        if not self.points:
            return f"{self.name}：{BEGIN}"
        shown = "、".join(
            f"{day.month}/{day.day} {say_number(value, self.unit)}" for day, value in self.shown()
        )
        parts = [f"{self.name}のうつりかわり：{shown}。"]
        parts += [f"はじめは{say_number(self.start, self.unit)}。"] if self.start is not None else []
        parts += [f"目標は{say_number(self.goal, self.unit)}。"] if self.goal is not None else []
        return "".join([*parts, FEW if self.is_few else ""])

    def shown(self) -> tuple[tuple[date, float], ...]:
        return self.points[-MOST:]
