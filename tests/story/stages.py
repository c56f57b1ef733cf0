"""Stages: the story up to each of its turns; a copy of every stage is made once and forked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Engine

from flows.rules.calendar import JST, is_business_day
from tests.flows.talk import REVIEW, SATO, START
from tests.story.world import TAKAHASHI, YAMAZAKI, Member, Owner, StoryWorld

ME = {
    "me.NAME": "高橋 直樹",
    "me.HEADLINE": "経理を自分の手で5年",
    "me.BY_HAND": "入金の照合を毎月しました。",
}
ME |= {"me.SKILLS": "照合、表計算", "me.TIES": "長野に毎年通っています"}
TERMS = {
    "terms.HOURS": "20",
    "terms.SLOTS": "水 10:00-12:00",
    "terms.PAY": "70000",
    "terms.EMPLOYMENT": "EMPLOYEE",
}
TERMS |= {"terms.PERMISSION": "GIVEN", "terms.CONFLICTS": "", "terms.INSURANCE": "YES"}
TERMS |= {"terms.ONSITE": "VISITS"}
WORKS = {"works.MORE": "EC-01"}
PAGES = 3  # of a profile
APPLY = {"apply.WHY": "帳面が好きです。", "apply.HOW": "最初の週に、いまの照合をそばで見ます。"}
APPLY |= {"apply.EXPERIENCE": "5年しました。", "apply.OTHER": "", "apply.READY": "YES"}
KICKOFF = {"ko.KO3": "2", "ko.KO3_TIME": "10:30", "ko.KO5": "ふだんはこのトーク、急ぎは電話"}


@dataclass
class Cast:
    """Everybody of one story."""

    world: StoryWorld
    owner: Owner
    talent: Member
    staff: Member

    def fork(self) -> Cast:
        world = self.world.fork()
        return Cast(
            world,
            replace(self.owner, world=world),
            replace(
                self.talent, world=world, forms=list(self.talent.forms), notices=list(self.talent.notices)
            ),
            replace(self.staff, world=world, forms=list(self.staff.forms), notices=list(self.staff.notices)),
        )


def new_cast(engine: Engine | None = None, *, now: datetime = START) -> Cast:
    world = StoryWorld(engine, now=now)
    return Cast(world, Owner(world, YAMAZAKI), Member(world, TAKAHASHI), Member(world, SATO))


Step = Callable[[Cast], None]


class Stage:
    """A turn of the story: played from the beginning on any cast, or on a copy of the stage before."""

    def __init__(self, step: Step, before: Stage | None) -> None:
        self.step, self.before, self.__name__ = step, before, step.__name__

    def __call__(self, cast: Cast) -> Cast:
        self.step(self.before(cast) if self.before else cast)
        return cast


def after(before: Stage | None = None) -> Callable[[Step], Stage]:
    return lambda step: Stage(step, before)


@after()
def published(cast: Cast) -> None:
    publish(cast.world, cast.owner, cast.staff)


def publish(world: StoryWorld, owner: Owner, staff: Member) -> None:
    """Let an owner talk his wish through, and the staff publish it."""
    owner.play(*REVIEW)
    staff.press("公開する")
    world.move(noon_after(world.now, 1))


def register(talent: Member, **changed: str) -> None:
    """関心あり, the profile; the application's form is open now."""
    talent.press("関心あり")
    given = {**ME, **TERMS, **{key.replace("__", "."): value for key, value in changed.items()}}
    for _ in range(PAGES):
        talent.fill(given)


@after(published)
def applied(cast: Cast) -> None:
    register(cast.talent)
    cast.talent.fill(APPLY)


@after(applied)
def listed(cast: Cast) -> None:
    cast.world.move(noon_after(cast.world.now, 11))


@after(listed)
def chosen(cast: Cast) -> None:
    cast.owner.play("[会ってみたい]", "[この3つで聞く]")


def answer_pi(cast: Cast, *, owner: str = "社長の答え", talent: str = "お相手の答え") -> None:
    cast.owner.play(*(f"{owner}{n}" for n in range(1, 6)))
    cast.talent.press("会う前の5つの質問")
    cast.talent.fill({f"pi.PI{n}": f"{talent}{n}" for n in range(1, 6)})


@after(chosen)
def answered(cast: Cast) -> None:
    """Both have answered the five questions; the talent has not said when."""
    answer_pi(cast)


@after(answered)
def dated(cast: Cast) -> None:
    """The hour stands."""
    pick(cast)


def pick(cast: Cast, nth: int = 0) -> None:
    """Let the talent take one of the hours he was asked for last."""
    asked = [
        item for item in cast.world.seen if item.to == cast.talent.id and "どの時間がよいですか" in item.text
    ]
    cast.talent.tap(asked[-1].message.buttons[nth].payload)


def meet(cast: Cast) -> None:
    """Let the hour of the talk come, and go by."""
    cast.world.move(cast.world.due_at("interview_over") + timedelta(minutes=1))


@after(dated)
def deciding(cast: Cast) -> None:
    meet(cast)


@after(deciding)
def kicking(cast: Cast) -> None:
    cast.owner.do("[進めたい]")
    cast.talent.press("進めたい")


@after(kicking)
def running(cast: Cast) -> None:
    cast.talent.fill(KICKOFF)
    cast.owner.play("[これでよい]", "[続ける]")


@after(running)
def looking_back(cast: Cast) -> None:
    """Twelve weeks later, nobody having said a word in between: the four questions are asked."""
    cast.world.move(cast.world.due_at("feedback") + timedelta(minutes=5))


def look_back(cast: Cast) -> None:
    """Both answer the four questions of month three; the choice is asked now."""
    cast.owner.play("うれしかった", "早いとよい", "約束", "続けたい")
    cast.talent.press("ふりかえり 1/2")
    cast.talent.fill({"mf.MF1": "写真", "mf.MF2": "決めるのが遅い"})
    cast.talent.fill({"mf2.MF3": "早く試す", "mf2.MF4": "続けたい"})
    cast.world.move(cast.world.now + timedelta(minutes=15))


@after(looking_back)
def talking_over(cast: Cast) -> None:
    """One wants other terms, one wants to talk: the staff have their card."""
    look_back(cast)
    cast.owner.play("[条件を変えて続ける]", "15", "6万円")
    cast.talent.press("話してから決める")


_KEPT: dict[str, Cast] = {}


def at(stage: Any) -> Cast:
    """Give a fresh copy of the story at one of the stages above."""
    name = stage.__name__
    if name not in _KEPT:
        _KEPT[name] = made(stage)
    return _KEPT[name].fork()


def made(stage: Any) -> Cast:
    if not isinstance(stage, Stage) or stage.before is None:
        made: Cast = stage(new_cast())
        return made
    cast = at(stage.before)
    stage.step(cast)
    return cast


def noon_after(now: datetime, days: int) -> datetime:
    """Give noon of the first business day so many days on."""
    day = now.astimezone(JST).date() + timedelta(days=days)
    while not is_business_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(12, 5), JST)
