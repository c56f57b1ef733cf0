"""Widening: what an owner might change where few people come. Pure; what others pay is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from flows.facts import Draft
from flows.messages import Line
from flows.questions import yen

LEAST_FIRMS = 5  # that must have named a price before anybody hears what others pay
LOW = 0.9  # of what others pay
LONG_TITLE, LONG_TASK = 24, 40  # letters
MOST_HINTS = 3
OFTEN_ONSITE = 1  # days a month: more keeps most people away


@dataclass(frozen=True)
class Hint:
    """One thing that might be changed: its name, why, and what the staff should know beside."""

    name: str
    words: str
    for_staff: str


def usual_pay(hourly: Sequence[float], hours: int) -> int | None:
    """Return what other firms pay for so many hours, to the next thousand; None while too few have named a price."""
    if len(hourly) < LEAST_FIRMS:
        return None
    return round(median(hourly) * hours / 1_000) * 1_000


def hints(draft: Draft, hourly: Sequence[float]) -> tuple[Hint, ...]:
    """Name what might bring more people, the likeliest first; ``hourly`` is what each other firm pays for such work."""
    return tuple(
        hint
        for hint in (_pay(draft, hourly), _place(draft), _title(draft), _task(draft), _slot())
        if hint is not None
    )[:MOST_HINTS]


def _pay(draft: Draft, hourly: Sequence[float]) -> Hint | None:
    usual = usual_pay(hourly, draft.hours)
    if usual is None or draft.pay >= usual * LOW:
        return None
    words = f"似た仕事では、月{yen(usual)}くらいの会社が多いです。"
    return Hint("お支払い", words, f"いま月{yen(draft.pay)}・{len(hourly)}社の真ん中は月{yen(usual)}")


def _place(draft: Draft) -> Hint | None:
    if not draft.onsite_days:
        return None
    often = "減らすと" if draft.onsite_days > OFTEN_ONSITE else "なしでもよいと"
    return Hint(
        "来ていただく日", f"会社に来る日を{often}、遠くの方も応募できます。", f"いま月{draft.onsite_days}日"
    )


def _title(draft: Draft) -> Hint | None:
    if len(draft.title) <= LONG_TITLE:
        return Hint(
            "題名", "困っている場面を、社長のことばで一つ入れると目にとまります。", f"いま「{draft.title}」"
        )
    return Hint("題名", "短くすると、ひと目で伝わります。", f"いま{len(draft.title)}字「{draft.title}」")


def _task(draft: Draft) -> Hint | None:
    first = draft.tasks[0] if draft.tasks else ""
    if len(draft.tasks) > 1 or len(first) > LONG_TASK:
        return Hint(
            "最初の仕事",
            "最初の1か月にやることを一つにしぼると、応募しやすくなります。",
            f"いま{len(draft.tasks)}つ",
        )
    return Hint("最初の仕事", "最初の1か月に何が終わればよいかを書くと、安心されます。", f"いま「{first}」")


def _slot() -> Hint:
    return Hint("打ち合わせの時間", "お昼や夕方でもよいと、会社づとめの方も応募できます。", "いま平日の日中")


def as_lines(found: Sequence[Hint]) -> tuple[Line, ...]:
    """Draw hints as rows of a card."""
    return tuple(Line(hint.name, hint.words) for hint in found)
