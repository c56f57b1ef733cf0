"""Last day: set, moved, or no more; the weeks and what is still to be done follow it. Nothing here speaks to the two."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import both, close_talks, everybody
from bot.actions.weekly import slotting
from bot.turn import Turn
from flows.rules.calendar import JST
from flows.rules.renewal.ending import OVER_AT, last_steps
from storage.endings import STAFF, Ending
from storage.engagements import Engagement, Phase, Side
from storage.staff_tasks import StaffTask, TaskKind

STEPS = ("wrap_up", "returning", "closing", "work_over")
ROUNDS = (
    *("feedback", "confirm_wish", "show_alone"),
    *("renew", "counter"),
)  # whether and how it goes on is not asked any more
AT_WORK = (Phase.RUNNING.name, Phase.FEEDBACK.name, Phase.RENEWAL.name)


def set_day(turn: Turn, engagement: Engagement, ending: Ending, day: date) -> None:
    """Let the work end on a day: until then all goes on as ever, and after it nothing does."""
    if engagement.phase in (Phase.FEEDBACK.name, Phase.RENEWAL.name):
        for id in everybody(engagement):
            close_talks(turn, turn.work.parties.handle(id), ROUNDS, "engagement", engagement.id)
        waits.end_wait(turn, engagement)
        engagement.phase = Phase.RUNNING.name
    engagement.ends_on, engagement.version = day, engagement.version + 1
    if engagement.paused_until is not None and engagement.paused_until >= day:
        engagement.paused_until = day
    slotting.stand_still(turn, engagement)
    turn.work.dues.clear(ending.id.hex, STEPS, turn.now)
    steps = last_steps(day, turn.now)
    if not ending.handover:
        turn.work.dues.add("wrap_up", ending.id.hex, steps.wrap_up)
    turn.work.dues.add("returning", ending.id.hex, steps.returning)
    turn.work.dues.add("closing", ending.id.hex, steps.closing)
    turn.work.dues.add("work_over", ending.id.hex, steps.over)


def unset(turn: Turn, engagement: Engagement) -> None:
    """The notice holds no longer: the weeks of the slot are there again."""
    ending = turn.work.endings.current(engagement.id)
    if ending is not None:
        turn.work.dues.clear(ending.id.hex, STEPS, turn.now)
    turn.work.endings.close(engagement.id, turn.now)
    engagement.ends_on, engagement.end_reason = None, ""
    for _, id in both(engagement):
        close_talks(turn, turn.work.parties.handle(id), TALKS, "engagement", engagement.id)


TALKS = ("end_work", "tell_reason", "wrap_up", "farewell")  # about an ending


def last_moment(engagement: Engagement) -> datetime | None:
    """Return when the last day is over, however late we are."""
    return datetime.combine(engagement.ends_on, OVER_AT, JST) if engagement.ends_on else None


def reason_of(ending: Ending) -> str:
    """Name the reason class an engagement ended for: the owner's, else the talent's."""
    return ending.why_owner or ending.why_talent or (STAFF if STAFF in ending.given_by else "")


def card(turn: Turn, engagement: Engagement, ending: Ending, words: str = "") -> StaffTask:
    """Show the staff where an ending stands, on one card that lasts until the end."""
    return waits.raise_card(turn, engagement, TaskKind.ENDING, words, about(engagement, ending))


def about(engagement: Engagement, ending: Ending) -> UUID:
    is_talents = ending.given_by == Side.TALENT.name
    return engagement.talent_handle_id if is_talents else engagement.owner_handle_id
