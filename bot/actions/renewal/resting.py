"""Resting: a pause of no hours that both agreed on, until a day; then the weeks begin again by themselves."""

from __future__ import annotations

from datetime import datetime, time

from bot.actions.people.sides import locked
from bot.actions.renewal import renewing
from bot.actions.weekly import slotting
from bot.turn import Turn
from flows.messages import Message
from flows.rules.calendar import JST, say_day
from flows.rules.renewal.ending import last_workday
from storage.endings import Agreement, Asks
from storage.engagements import Engagement, Phase


def rest(turn: Turn, engagement: Engagement, row: Agreement) -> None:
    """休んでよい: no meetings, no hours and no pay until the day; both read when it goes on."""
    assert row.on is not None
    engagement.paused_until = min(row.on, engagement.ends_on) if engagement.ends_on else row.on
    engagement.version += 1
    slotting.stand_still(turn, engagement)
    last = last_workday(engagement.paused_until)
    at = max(turn.now, datetime.combine(last, time(12), JST))
    turn.work.dues.add("rest_over", engagement.id.hex, at)
    words = f"{say_day(row.on)}まで、お仕事をお休みします。終わりの前に、次の打ち合わせをお知らせします。"
    renewing.tell_both(turn, engagement, Message(words))


def resume_now(turn: Turn, engagement: Engagement, row: Agreement) -> None:
    """再開してよい: from tomorrow on the weeks stand again."""
    turn.work.dues.clear(engagement.id.hex, ("rest_over",), turn.now)
    engagement.paused_until = turn.now.astimezone(JST).date()
    engagement.version += 1
    tell_on(turn, engagement, "お仕事を再開します。")


def rest_over(turn: Turn, subject: str) -> None:
    """The last workday of a rest: both read when they meet again."""
    engagement = locked(turn, subject)
    rests, today = engagement.paused_until, turn.now.astimezone(JST).date()
    if engagement.phase == Phase.ENDED.name or rests is None or last_workday(rests) > today:
        return
    for each in turn.work.endings.asked(engagement.id, Asks.RESUME):
        each.is_over = True
    if engagement.ends_on is not None and engagement.ends_on <= rests:
        return  # it ends without a week between
    tell_on(turn, engagement, f"お休みは{say_day(rests)}までです。")


def tell_on(turn: Turn, engagement: Engagement, words: str) -> None:
    """Make the weeks again, and say when the next one is."""
    slotting.top_up(turn, engagement)
    turn.work.slots.forget(engagement.id)
    following = renewing.following(turn, engagement)
    then = f"次の打ち合わせは、{following}からです。" if following else ""
    renewing.tell_both(turn, engagement, Message(f"{words}{then}またよろしくお願いします。"))
