"""Partings: how the two come to an end, or to a rest, in the tests of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from flows.rules.calendar import JST
from storage.endings import Agreement, Ending
from storage.engagements import Engagement
from storage.staff_tasks import StaffTask
from storage.unit_of_work import begin
from tests.story.stages import Cast, at, running

MINUTE = timedelta(minutes=1)


def working(weeks: int = 1) -> Cast:
    """The two, so many weeks after they began."""
    cast = at(running)
    cast.world.move(cast.world.now + timedelta(weeks=weeks))
    return cast


def long_ago(cast: Cast, months: int = 7) -> Cast:
    """Let the two have begun so many months (of thirty days) before now."""
    with begin(cast.world.engine) as work:
        pair = work.session.scalars(select(Engagement)).one()
        pair.started_on = (cast.world.now - timedelta(days=30 * months)).date()
    return cast


def owner_ends(cast: Cast, day: str = "", why: str = "お金の都合") -> date:
    """Let the owner give notice for a day, else for the first that is offered; give that day."""
    cast.owner.play("終わりにしたい", "[終わりにする]", f"[{why}]")
    cast.owner.do(day or f"[{cast.world.seen[-1].message.buttons[0].label}]")
    cast.owner.do("[お相手に伝える]")
    return ends_on(cast)


def talent_ends(cast: Cast, nth: int = 0) -> date:
    """Let the talent give notice from his Home, for one of the days he is offered."""
    cast.talent.home()
    cast.talent.press("終わり・お休みの相談")
    cast.talent.press("終わりにする")
    cast.talent.press("ほかの事情")
    cast.talent.tap(cast.world.seen[-1].message.buttons[nth].payload)
    cast.talent.press("お相手に伝える")
    return ends_on(cast)


def ends_on(cast: Cast) -> date:
    found = cast.world.engagement().ends_on
    assert found is not None
    return found


def ending(cast: Cast) -> Ending:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(Ending).order_by(Ending.number.desc())).first() or Ending()


def agreements(cast: Cast) -> list[Agreement]:
    with begin(cast.world.engine) as work:
        return list(work.session.scalars(select(Agreement).order_by(Agreement.id)))


def card_of(cast: Cast) -> str:
    """Give the staff's card about the ending as it stands."""
    return [text for text in cast.world.told("staff") if text.startswith("【終わりの準備")][-1]


def open_tasks(cast: Cast) -> list[str]:
    with begin(cast.world.engine) as work:
        rows = select(StaffTask.kind).where(StaffTask.done_at.is_(None))
        return list(work.session.scalars(rows))


def told_since(cast: Cast, who: str, moment: datetime) -> list[str]:
    return [item.text for item in cast.world.seen if item.to == who and item.at > moment]


def goes_to(cast: Cast, purpose: str) -> None:
    """Let time pass until the next moment of a purpose has happened."""
    cast.world.move(cast.world.due_at(purpose) + MINUTE)


def morning(day: date) -> datetime:
    return datetime.combine(day, time(10), JST)
