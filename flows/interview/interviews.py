"""Interviews: when the two meet. One side names hours, the other takes one; a date may be moved or called off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from flows.errors import Unreadable
from flows.facts import Meet
from flows.interview.interview_outcomes import ChangeMeeting, OfferSlots, PickSlot
from flows.journal import Json
from flows.messages import Card, Line, Look
from flows.questions import Choice, Option, Pick, Question
from flows.quick import quick
from flows.rules.calendar import JST
from flows.rules.japanese.reading import bare, read_choice
from flows.rules.japanese.when import Impossible
from flows.rules.match.meeting_times import (
    clashes,
    in_order,
    iso,
    moment_of,
    read_hours_named,
    say_both,
    say_hour,
    why_not,
)
from flows.steps import Steps, ask, fill, say
from flows.talent.talents import form

THREE = 3
SHOWN = 6  # hours on buttons; more is a wall
THESE, OTHER, ENOUGH, NONE = "THESE", "OTHER", "ENOUGH", "NONE"
AGAIN = "すみません、日にちと時刻を教えてください。例：来週水曜の10時半"
TAKEN = "その時間には、もうほかのお約束があります。ほかの時間でお願いします。"
THAT_IS_ALL = re.compile(
    r"(?:もう|あとは|ほかは|ほかには)?(?:[それこ]+だけ|以上|ないです|ない|ありません|なし|いいです|けつこうです|十分)(?:でお願いします|で|です|ええ|いい|よい|よか|よ|わ|ね|かな)*"
)
OUTSIDE = "その時間は、うかがっていません。合わないときは「どれも合わない」を押してください。"


@quick
@dataclass(frozen=True)
class Hour(Question[str]):
    """One or more hours, tapped or written; ``ready`` are hours to tap, ``more`` other answers. Kept joined by blanks.

    Only hours that can still be are an answer: one that has passed meanwhile, or was taken, is asked for again.
    """

    now: str = field(kw_only=True)
    ready: tuple[str, ...] = field(default=(), kw_only=True)
    more: tuple[Option, ...] = field(default=(), kw_only=True)
    taken: tuple[str, ...] = field(default=(), kw_only=True)
    closed: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)
    zone: str = field(default="", kw_only=True)
    is_closed: bool = field(default=False, kw_only=True)  # only what is ready is an answer

    def options(self) -> tuple[Option, ...]:
        return (*(Option(hour, self.say(hour)) for hour in self.ready), *self.more)

    def say(self, hour: str) -> str:
        moment = moment_of(hour)
        if moment is None:
            return hour
        return say_both(moment, self.zone) if self.zone else say_hour(moment)

    def read(self, words: str) -> Json:
        read = read_hours_named(words, self.at)
        if isinstance(read, Impossible):
            raise Unreadable(read.why)
        if read is not None:  # first of all: 「11月25日の11時」 is nearly the label of another hour
            return " ".join(self.checked(iso(moment)) for moment in read[:THREE])
        options = self.options()
        if ENOUGH in {option.value for option in self.more} and THAT_IS_ALL.fullmatch(bare(words)):
            return ENOUGH
        at = read_choice(words, [option.label for option in options])
        if at is None:
            raise Unreadable(AGAIN if not self.is_closed else "")
        return self.read_tap(options[at].value)

    def read_tap(self, value: str) -> Json:
        if value in {option.value for option in self.more}:
            return value
        if moment_of(value) is None:
            raise Unreadable()
        return self.checked(value)

    def restore(self, value: Json) -> str:
        if not isinstance(value, str):
            raise Unreadable()
        if value not in {option.value for option in self.more}:
            for hour in value.split():
                self.checked(hour)
        return value

    def checked(self, hour: str) -> str:
        """Give an hour that can be; raise ``Unreadable`` with why it cannot."""
        moment = moment_of(hour)
        if moment is None:
            raise Unreadable()
        if why := why_not(moment, self.at, dict(self.closed)):
            raise Unreadable(why)
        if clashes(moment, [each for each in map(moment_of, self.taken) if each]):
            raise Unreadable(TAKEN)
        if self.is_closed and hour not in self.ready:
            raise Unreadable(OUTSIDE)
        return hour

    def spoken(self, value: Json) -> str:
        labels = {option.value: option.label for option in self.more}
        return labels.get(str(value), "、".join(self.say(hour) for hour in str(value).split()))

    @property
    def at(self) -> datetime:
        return moment_of(self.now) or datetime.max.replace(tzinfo=JST)


@quick
@dataclass(frozen=True)
class Listed(Choice):
    """One hour of a list; one that has passed or was taken while the form stood open is refused with the reason."""

    now: str = field(default="", kw_only=True)
    taken: tuple[str, ...] = field(default=(), kw_only=True)
    closed: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)

    def read(self, words: str) -> Json:
        return self.restore(words.strip())

    def restore(self, value: Json) -> str:
        return Hour("", now=self.now, taken=self.taken, closed=self.closed).checked(str(value))


def offer_slots(facts: Meet) -> Steps[OfferSlots]:
    """Say when one could meet: three hours to agree to with one tap, or one's own."""
    if facts.side != "OWNER":
        hours = yield from _form(facts)
        return OfferSlots(facts.interview, hours)
    three = in_order(facts.free[:THREE])
    named: tuple[str, ...] = ()
    if three:
        plan = yield from ask("plan", _plan(facts, three), given=three)
        if plan == THESE:
            return OfferSlots(facts.interview, three)
        named = () if plan == OTHER else tuple(plan.split())
    hours = yield from _name(facts, named)
    return OfferSlots(facts.interview, hours)


def _plan(facts: Meet, three: Sequence[str]) -> Hour:
    rows = tuple(Line("", say_hour(moment)) for moment in map(moment_of, three) if moment)
    asks = {1: "これ", 2: "この2つ", 3: "この3つ"}[len(three)]
    return Hour(
        f"{asks}のどれかで会えないか、{facts.other}に聞いてもよろしいですか？"
        if len(three) > 1
        else f"この時間に会えないか、{facts.other}に聞いてもよろしいですか？",
        card=Card("お会いする日を決めましょう", rows, lead=f"画面ごしに30分、{facts.other}とお話しします。"),
        now=facts.now,
        more=(Option(THESE, f"{asks}で聞く", Look.PRIMARY), Option(OTHER, "ほかの時間")),
        taken=facts.taken,
        closed=facts.closed,
        label="お会いする日",
    )


def _name(facts: Meet, named: tuple[str, ...]) -> Steps[tuple[str, ...]]:
    """Ask for hours one by one, three at most; one is enough."""
    nth = {0: "first", 1: "second", 2: "third"}
    while len(named) < THREE:
        ready = tuple(hour for hour in facts.free if hour not in named)[:SHOWN]
        asks = (
            "ボタンか、「来週水曜の10時半」のような言葉で教えてください。いつがよろしいですか？"
            if not named
            else f"{'、'.join(_both(hour, '') for hour in in_order(named))}ですね。ほかにも、よい時間はありますか？"
        )
        more = (Option(ENOUGH, "これだけで聞く"),) if named else ()
        asked = Hour(
            asks,
            now=facts.now,
            ready=in_order(ready),
            more=more,
            taken=facts.taken,
            closed=facts.closed,
            label="会える日",
        )
        answer = yield from ask(nth[len(named)], asked, given=named)
        if answer == ENOUGH:
            break
        named = tuple(dict.fromkeys((*named, *answer.split())))[:THREE]
    return in_order(named)


def _form(facts: Meet) -> Steps[tuple[str, ...]]:
    """The same in Slack: three lists at once, each hour in both clocks."""
    ready = in_order(facts.wide or facts.free)
    options = tuple(Option(hour, _both(hour, facts.zone)) for hour in ready)
    fields: dict[str, Question[Any]] = {
        key: Listed(
            f"会える時間 {nth}つ目", choices=options, now=facts.now, taken=facts.taken, closed=facts.closed
        )
        for nth, key in enumerate(("A", "B", "C")[: min(THREE, len(ready))], start=1)
    }
    told: Any = yield from fill(
        "hours", "会える時間", form("Hours", fields), given=facts.round, submit="社長に聞く"
    )
    return in_order(tuple(getattr(told, key) for key in fields))


def _both(hour: str, zone: str) -> str:
    moment = moment_of(hour)
    if moment is None:
        return hour
    return say_both(moment, zone) if zone else say_hour(moment)


def pick_slot(facts: Meet) -> Steps[PickSlot | OfferSlots]:
    """Take one of the hours the other named; where none fits, name one's own."""
    is_owner = facts.side == "OWNER"
    asked = Hour(
        f"{facts.other}から、会える時間のお返事です。どれがよろしいですか？"
        if is_owner
        else f"{facts.other}と画面ごしに30分、お話しします。どの時間がよいですか？",
        now=facts.now,
        ready=facts.open_hours,
        more=(Option(NONE, "どれも合わない"),),
        taken=facts.taken,
        closed=facts.closed,
        zone="" if is_owner else facts.zone or "Asia/Tokyo",
        is_closed=True,
        label="お会いする日",
    )
    picked = yield from ask("pick", asked, given=facts.offered)
    if picked != NONE:
        return PickSlot(facts.interview, picked.split()[0])
    if is_owner:
        yield from say("承知しました。")
        hours = yield from _name(facts, ())
    else:
        hours = yield from _form(facts)
    return OfferSlots(facts.interview, hours)


class Change(Enum):
    MOVE = "日にちを変える"
    OFF = "会うのをやめる"
    KEEP = "このままでよい"


def change_meeting(facts: Meet) -> Steps[ChangeMeeting]:
    """取りやめる: a slip of the finger ends nothing."""
    going = yield from ask(
        "going",
        Pick(
            f"日にちを変えることもできます。{facts.other}と会うのを、やめますか？",
            of=Change,
            primary=Change.MOVE,
        ),
        given=facts.round,
    )
    return ChangeMeeting(facts.interview, going.name)
