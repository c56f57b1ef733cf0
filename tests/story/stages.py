"""Stages: the story up to each of its turns; a copy of every stage is made once and forked."""

from __future__ import annotations

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


def published(cast: Cast) -> Cast:
    publish(cast.world, cast.owner, cast.staff)
    return cast


def publish(world: StoryWorld, owner: Owner, staff: Member) -> None:
    """Let an owner talk his wish through, and the staff publish it."""
    owner.play(*REVIEW)
    staff.press("公開する")
    world.move(noon_after(world.now, 1))


def register(talent: Member, **changed: str) -> None:
    """関心あり, the profile; the application's form is open now."""
    talent.press("関心あり")
    given = {**ME, **TERMS, **{key.replace("__", "."): value for key, value in changed.items()}}
    talent.fill(given)
    talent.fill(given)


def applied(cast: Cast) -> Cast:
    register(published(cast).talent)
    cast.talent.fill(APPLY)
    return cast


def listed(cast: Cast) -> Cast:
    applied(cast)
    cast.world.move(noon_after(cast.world.now, 8))
    return cast


def chosen(cast: Cast) -> Cast:
    listed(cast).owner.do("[会ってみたい]")
    return cast


def answer_pi(cast: Cast, *, owner: str = "社長の答え", talent: str = "お相手の答え") -> None:
    cast.owner.play(*(f"{owner}{n}" for n in range(1, 6)))
    cast.talent.press("会う前の5つの質問")
    cast.talent.fill({f"pi.PI{n}": f"{talent}{n}" for n in range(1, 6)})


def deciding(cast: Cast) -> Cast:
    answer_pi(chosen(cast))
    return cast


def kicking(cast: Cast) -> Cast:
    deciding(cast).owner.do("[進めたい]")
    cast.talent.press("進めたい")
    return cast


def running(cast: Cast) -> Cast:
    kicking(cast).talent.fill(KICKOFF)
    cast.owner.play("[これでよい]", "[続ける]")
    return cast


def looking_back(cast: Cast) -> Cast:
    """Twelve weeks later, nobody having said a word in between: the four questions are asked."""
    running(cast)
    cast.world.move(cast.world.due_at("feedback") + timedelta(minutes=5))
    return cast


def look_back(cast: Cast) -> None:
    """Both answer the four questions of month three; the choice is asked now."""
    cast.owner.play("うれしかった", "早いとよい", "約束", "続けたい")
    cast.talent.press("ふりかえり 1/2")
    cast.talent.fill({"mf.MF1": "写真", "mf.MF2": "決めるのが遅い"})
    cast.talent.fill({"mf2.MF3": "早く試す", "mf2.MF4": "続けたい"})
    cast.world.move(cast.world.now + timedelta(minutes=15))


def talking_over(cast: Cast) -> Cast:
    """One wants other terms, one wants to talk: the staff have their card."""
    look_back(looking_back(cast))
    cast.owner.do("[条件を変えて続ける]")
    cast.talent.press("話してから決める")
    return cast


_KEPT: dict[str, Cast] = {}


def at(stage: Any) -> Cast:
    """Give a fresh copy of the story at one of the stages above."""
    name = stage.__name__
    if name not in _KEPT:
        _KEPT[name] = stage(new_cast())
    return _KEPT[name].fork()


def noon_after(now: datetime, days: int) -> datetime:
    """Give noon of the first business day so many days on."""
    day = now.astimezone(JST).date() + timedelta(days=days)
    while not is_business_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(12, 5), JST)
