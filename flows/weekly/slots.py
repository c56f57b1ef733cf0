"""Slots: another time for one week, days off, and another hour for every week, in people's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from flows.errors import Unreadable
from flows.facts import Scheduling
from flows.journal import Json
from flows.questions import Pick, Question, Text
from flows.quick import quick
from flows.rules.calendar import JST, WEEKDAYS, say_day
from flows.rules.japanese.days_off import read_days_off
from flows.rules.japanese.when import Impossible, read_moment, read_slot
from flows.rules.weekly.weekly_calendar import can_start
from flows.steps import Steps, ask, fill
from flows.talent.talents import form
from flows.weekly.slot_outcomes import AgreeSlot, ChangeSlot, KeepDaysOff, ProposeTime

LIKE = "「26日の14時」のように、日と時刻を教えてください。"
LIKE_DAYS = "「8月10日から16日まで」のように教えてください。"
LIKE_HOUR = "「木曜の14時」のように、曜日と時刻を教えてください。"


@quick
@dataclass(frozen=True)
class Moment(Text):
    """A day with its hour, kept as ISO; ``now`` is when he is asked."""

    now: str = ""

    def read(self, words: str) -> Json:
        found = read_moment(words, datetime.fromisoformat(self.now))
        if isinstance(found, Impossible):
            raise Unreadable(found.why)
        if found is None:
            raise Unreadable(f"すみません、うまく読み取れませんでした。{LIKE}")
        return found.isoformat()

    def restore(self, value: Json) -> str:
        return _restored(value, datetime.fromisoformat)

    def spoken(self, value: Json) -> str:
        here = datetime.fromisoformat(str(value)).astimezone(JST)
        return f"{say_day(here.date())} {say_clock(here.time())}"


@quick
@dataclass(frozen=True)
class Days(Text):
    """From the first day to the last, kept as 2026-08-10/2026-08-16."""

    now: str = ""

    def read(self, words: str) -> Json:
        found = read_days_off(words, datetime.fromisoformat(self.now))
        if isinstance(found, Impossible):
            raise Unreadable(found.why)
        if found is None:
            raise Unreadable(f"すみません、うまく読み取れませんでした。{LIKE_DAYS}")
        return "/".join(day.isoformat() for day in found)

    def restore(self, value: Json) -> str:
        return _restored(value, both_days)

    def spoken(self, value: Json) -> str:
        return say_days(*both_days(str(value)))


@quick
@dataclass(frozen=True)
class WeeklyHour(Text):
    """A weekday with its hour, kept as 「3 14:00」."""

    def read(self, words: str) -> Json:
        found = read_slot(words)
        if isinstance(found, Impossible):
            raise Unreadable(found.why)
        if found is None:
            raise Unreadable(f"すみません、うまく読み取れませんでした。{LIKE_HOUR}")
        if found.weekday > 4:
            raise Unreadable("土日はお休みです。月曜から金曜で教えてください。")
        if not can_start(found.at):
            raise Unreadable("始まりは9時30分から17時30分のあいだでお願いします。")
        return f"{found.weekday} {found.at:%H:%M}"

    def restore(self, value: Json) -> str:
        return _restored(value, weekly_of)

    def spoken(self, value: Json) -> str:
        return say_weekly(*weekly_of(str(value)))


def _restored(value: Json, read: Any) -> str:
    """Give a kept text back, where it still reads."""
    try:
        read(str(value))
    except ValueError as why:
        raise Unreadable() from why
    return str(value)


def both_days(value: str) -> tuple[date, date]:
    first, last = (date.fromisoformat(part) for part in value.split("/"))
    return first, last


def weekly_of(value: str) -> tuple[int, time]:
    weekday, at = value.split(" ")
    return int(weekday), time.fromisoformat(at)


def say_days(first: date, last: date) -> str:
    return say_day(first) if first == last else f"{say_day(first)}から{say_day(last)}まで"


def say_clock(at: time) -> str:
    return f"{at.hour}時{f'{at.minute}分' if at.minute else ''}"


def say_weekly(weekday: int, at: time) -> str:
    return f"毎週{WEEKDAYS[weekday]}曜日の{say_clock(at)}"


def other_time(facts: Scheduling) -> Steps[ProposeTime]:
    """Either side: a time of one's own for one meeting."""
    asked: dict[str, Question[Any]] = {
        "WHEN": Moment(
            "何日の何時がよろしいですか？(例：26日の14時)", now=facts.now, most=100, label="日にちと時刻"
        )
    }
    told: Any = yield from fill("move", "ほかの日時", form("Move", asked), submit="相手に聞く")
    return ProposeTime(facts.meeting, told.WHEN)


class Yearly(Enum):
    """How often days off come; the names are released."""

    ONCE = "今回だけ"
    EVERY = "毎年"


def days_off(facts: Scheduling) -> Steps[KeepDaysOff]:
    """Either side: when the firm is closed or busy, when the talent is away."""
    asked: dict[str, Question[Any]] = {
        "DAYS": Days(
            "お休みや忙しい時期は、いつからいつまでですか？(例：8月10日から16日まで)",
            now=facts.now,
            most=100,
            label="お休み",
        )
    }
    if facts.is_owner:
        asked["YEARLY"] = Pick("それは、毎年ありますか？", of=Yearly, label="毎年かどうか")
    told: Any = yield from fill("off", "休みの日を伝える", form("Off", asked), submit="伝える")
    first, last = both_days(told.DAYS)
    return KeepDaysOff(first, last, getattr(told, "YEARLY", Yearly.ONCE) is Yearly.EVERY)


def change_slot(facts: Scheduling) -> Steps[ChangeSlot]:
    """Either side: another hour, every week from now on."""
    asked: dict[str, Question[Any]] = {
        "HOUR": WeeklyHour(
            f"いまは{facts.weekly}です。何曜日の何時に変えますか？(例：木曜の14時)",
            most=100,
            label="曜日と時刻",
        )
    }
    told: Any = yield from fill("slot", "曜日や時刻を変える", form("Slot", asked), submit="相手に聞く")
    weekday, at = weekly_of(told.HOUR)
    return ChangeSlot(facts.engagement, weekday, f"{at:%H:%M}")


class Agrees(Enum):
    YES = "これでよい"
    NO = "いまのままがよい"


def agree_slot(facts: Scheduling) -> Steps[AgreeSlot]:
    """The other side: whether the new hour fits too."""
    said = say_weekly(*weekly_of(facts.wanted))
    asks = f"{facts.other}から、打ち合わせの曜日と時刻のご相談です。{said}からに変えてもよいですか？"
    chosen = yield from ask("fits", Pick(asks, of=Agrees, primary=Agrees.YES), given=facts.wanted)
    weekday, at = weekly_of(facts.wanted)
    return AgreeSlot(facts.engagement, weekday, f"{at:%H:%M}", chosen is Agrees.YES)
