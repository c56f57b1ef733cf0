"""Parting: ending the work or resting from it, what is handed over, and a last word. Nobody has to explain himself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from flows.errors import Unreadable
from flows.facts import Parting
from flows.journal import Json
from flows.questions import Choice, Option, Pick, Question, Text
from flows.quick import quick
from flows.renewal.month_outcomes import (
    AskPause,
    AskResume,
    GiveNotice,
    KeepHandover,
    SayThanks,
    StayOn,
    TellReason,
)
from flows.rules.calendar import JST, say_day
from flows.rules.japanese.reading import read_choice
from flows.rules.japanese.when import Impossible
from flows.rules.renewal.ending import (
    LIKE_DAY,
    last_days,
    month_end,
    read_end,
    rests_until,
    told_to_owner,
    told_to_talent,
)
from flows.steps import Steps, ask, fill, say
from flows.talent.talents import form

MOST, LONG = 300, 1_000
SOONER = "SOONER"  # the value of the button of that name; a day is never called so
UNREAD = f"すみません、うまく読み取れませんでした。{LIKE_DAY}"


class What(Enum):
    """What somebody who speaks of ending wants; names are released."""

    END = "終わりにする"
    PAUSE = "しばらく休む"
    STAY = "このまま続ける"


class WhatResting(Enum):
    """The same while the two rest."""

    RESUME = "早めに再開する"
    END = "終わりにする"
    STAY = "このまま休む"


class Reason(Enum):
    """Why, as a class that the staff alone read; names are released."""

    DONE = "やりたいことができた"
    TIME = "忙しくて時間がない"
    MONEY = "お金の都合"
    FIT = "思っていたのと違った"
    OTHER = "ほかの事情"
    UNSAID = "言わないでおく"


class Sure(Enum):
    YES = "お相手に伝える"
    NO = "やめておく"


Parted = GiveNotice | AskPause | AskResume | StayOn


@quick
@dataclass(frozen=True)
class LastDay(Question[str]):
    """The last day of the work, as ISO: one of ``days``, or a later month's last."""

    days: tuple[str, ...] = ()
    now: str = ""

    def options(self) -> tuple[Option, ...]:
        ready = tuple(Option(day, say_day(date.fromisoformat(day))) for day in self.days)
        return (*ready, Option(SOONER, "もっと早く"))

    def read(self, words: str) -> Json:
        options = self.options()
        if (at := read_choice(words, [option.label for option in options])) is not None:
            return options[at].value
        found = read_end(words, datetime.fromisoformat(self.now))
        if isinstance(found, Impossible):
            raise Unreadable(found.why)
        if found is None:
            raise Unreadable(UNREAD)
        if found < date.fromisoformat(self.days[0]):
            first = say_day(date.fromisoformat(self.days[0]))
            raise Unreadable(f"早くて{first}です。それより前は、お相手のお返事しだいです。")
        if found != month_end(found):
            raise Unreadable(f"お仕事は月の終わりで区切ります。{say_day(month_end(found))}はいかがですか？")
        return found.isoformat()

    def restore(self, value: Json) -> str:
        if value == SOONER:
            return SOONER
        day = _day_of(value)
        if day < date.fromisoformat(self.days[0]):
            raise Unreadable("その日までには、もう間に合わなくなりました。")
        return day.isoformat()

    def spoken(self, value: Json) -> str:
        return "もっと早く" if value == SOONER else say_day(_day_of(value))


@quick
@dataclass(frozen=True)
class SoonerDay(Text):
    """A day before the first one that the law or the month allows: the other says whether it may be. Kept as ISO."""

    before: str = ""
    now: str = ""

    def read(self, words: str) -> Json:
        now = datetime.fromisoformat(self.now)
        found = read_end(words, now)
        if isinstance(found, Impossible):
            raise Unreadable(found.why)
        if found is None:
            raise Unreadable(f"すみません、うまく読み取れませんでした。{LIKE_SOONER}")
        if found <= now.astimezone(JST).date():
            raise Unreadable("お相手のお返事を待つので、明日よりあとの日にしてください。")
        if found >= date.fromisoformat(self.before):
            raise Unreadable(f"{say_day(date.fromisoformat(self.before))}より前の日を教えてください。")
        return found.isoformat()

    def restore(self, value: Json) -> str:
        return _day_of(value).isoformat()

    def spoken(self, value: Json) -> str:
        return say_day(_day_of(value))


LIKE_SOONER = "「12月25日」のように教えてください。"


def _day_of(value: Json) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as why:
        raise Unreadable() from why


def end_work(facts: Parting) -> Steps[Parted]:
    """Either side: end it, rest from it, or go on after all. The law's first day is told before one is chosen."""
    what = (yield from _what(facts)).name
    if what == "RESUME":
        return AskResume(facts.engagement)
    if what == "PAUSE":
        return (yield from _pause(facts))
    if what == "STAY":
        return StayOn(facts.engagement)
    return (yield from _end(facts))


def _what(facts: Parting) -> Steps[Enum]:
    if facts.rests:
        yield from say(f"いまは{say_day(date.fromisoformat(facts.rests))}までお休みです。")
        return (yield from ask("what", Pick("どうしましょうか？", of=WhatResting, label="これからのこと")))
    yield from say("これからのことですね。お仕事を0時間にして、しばらく休むこともできます。")
    return (yield from ask("what", Pick("どうしましょうか？", of=What, label="これからのこと")))


def _pause(facts: Parting) -> Steps[Parted]:
    """A rest by agreement: until when, and whether to ask the other."""
    today = datetime.fromisoformat(facts.now).astimezone(JST).date()
    days = tuple(Option(day.isoformat(), say_day(day)) for day in rests_until(today))
    yield from say("お休みのあいだは打ち合わせがなく、0時間なのでお支払いもありません。")
    until = yield from ask("until", Choice("いつまで休みますか？", choices=days, label="お休み"))
    asks = f"{say_day(date.fromisoformat(until))}まで休むことを、{facts.other}に相談します。よろしいですか？"
    sure = yield from ask("pause", Pick(asks, of=Sure, primary=Sure.YES), given=until)
    return AskPause(facts.engagement, until) if sure is Sure.YES else StayOn(facts.engagement)


def _end(facts: Parting) -> Steps[Parted]:
    """The reason kindly, the first lawful day plainly, then the day, then a yes to exactly that."""
    yield from say(
        "教えてくださって、ありがとうございます。わけを見るのは担当だけです。お相手には見せません。"
    )
    reason = yield from ask("why", Pick("近いものを、一つ教えてください。", of=Reason, label="わけ"))
    days = _days(facts)
    day = SOONER
    if days:
        yield from say(_law(facts))
        asked = LastDay("いつまでにしましょうか？", days=days, now=facts.now, label="最後の日")
        day = yield from ask("day", asked)
    sooner = ""
    if day == SOONER:
        before = days[0] if days else facts.ends
        sooner = yield from _sooner(facts, before)
        day = days[0] if days else ""
    said = say_day(date.fromisoformat(sooner or day))
    asks = f"{said}までで、{facts.other}にお知らせします。それまでは、いつもどおり続きます。よろしいですか？"
    if sooner and day:
        lawful = say_day(date.fromisoformat(day))
        asks = (
            f"{lawful}までとお知らせし、{said}まででもよいか、{facts.other}にうかがいます。よろしいですか？"
        )
    elif sooner:
        asks = f"{said}まででもよいか、{facts.other}にうかがいます。よろしいですか？"
    sure = yield from ask("sure", Pick(asks, of=Sure, primary=Sure.YES), given=(day, sooner))
    if sure is Sure.NO:
        return StayOn(facts.engagement)
    return GiveNotice(facts.engagement, reason.name, day, sooner)


def _days(facts: Parting) -> tuple[str, ...]:
    """Give the days to choose from; where notice was given already, only those before its day."""
    started, heard = date.fromisoformat(facts.started), date.fromisoformat(facts.heard)
    days = last_days(started, heard, by_owner=facts.side == "OWNER")
    return tuple(day.isoformat() for day in days if not facts.ends or day.isoformat() < facts.ends)


def _law(facts: Parting) -> str:
    tell = told_to_owner if facts.side == "OWNER" else told_to_talent
    return tell(date.fromisoformat(facts.started), date.fromisoformat(facts.heard))


def _sooner(facts: Parting, before: str) -> Steps[str]:
    """A day that holds only with the other's free yes."""
    yield from say("それより早い日は、お相手が「よい」と言ってくださったときだけです。")
    asked: dict[str, Question[Any]] = {
        "WHEN": SoonerDay(
            "何日までを、ご希望ですか？(例：12月25日)", before=before, now=facts.now, most=100, label="早い日"
        )
    }
    told: Any = yield from fill("sooner", "早く終わりたい日", form("Sooner", asked), submit="次へ")
    return str(told.WHEN)


def tell_reason(facts: Parting) -> Steps[TellReason]:
    """Owner: the talent asked why; his own words go over as he writes them."""
    asks = f"{facts.other}が、終わりのわけを知りたいとのことです。何とお伝えしますか？"
    words = yield from ask("reason", Text(asks, most=MOST, is_long=True, is_free=True, label="終わりのわけ"))
    return TellReason(facts.engagement, words)


def wrap_up(facts: Parting) -> Steps[KeepHandover]:
    """Talent: what the firm takes over, and where it lies; passwords have no place in it."""
    who = facts.partner or "会社の方"
    asked: dict[str, Question[Any]] = {
        "WHAT": Text(
            f"{who}に引き継ぐこと(続けてほしい作業、やり方、途中のこと)",
            most=LONG,
            is_long=True,
            initial=facts.written,
            label="引き継ぐこと",
        ),
        "WHERE": Text(
            "資料やデータの置き場所",
            least=0,
            most=MOST,
            is_long=True,
            hint="パスワードは書かないでください",
            label="置き場所",
        ),
    }
    told: Any = yield from fill("wrap", "引き継ぎのメモ", form("WrapUp", asked), submit="会社に渡す")
    return KeepHandover(facts.engagement, told.WHAT, told.WHERE)


def farewell(facts: Parting) -> Steps[SayThanks]:
    """Either side: a word of thanks that both read on the last day."""
    asked: dict[str, Question[Any]] = {
        "WORDS": Text(
            f"最後の日に、{facts.other}へお礼のひとことを添えませんか？",
            least=0,
            most=MOST,
            is_long=True,
            can_skip=True,
            skip="今回はよい",
            label="お礼のひとこと",
        )
    }
    told: Any = yield from fill("bye", "お礼のひとこと", form("Farewell", asked), submit="添える")
    return SayThanks(facts.engagement, told.WORDS)
