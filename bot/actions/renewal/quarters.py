"""Quarters: when the two look back next, and what is known by then, so that answering is easy."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.actions.people.sides import locked
from bot.turn import Turn
from flows.messages import Line
from flows.rules.calendar import JST
from flows.rules.renewal.ending import warn_on
from storage.engagements import Engagement, MeetingState, Phase, Round
from storage.weeks import YES

BEFORE = timedelta(days=9)  # day 75 of 84
HEARD = timedelta(days=21)  # in one of so many days a notice goes out, whatever holidays fall in them
AFTER_REST = timedelta(days=7)
DEEDS = 6  # of the last weeks
NAMED = 60  # letters of one


def noon(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(JST).date(), time(12), JST)


def plan(turn: Turn, engagement: Engagement) -> None:
    """Name the day of the next look back; an older one does not come any more."""
    id, at = engagement.id.hex, noon(turn.now + timedelta(days=turn.rules.feedback_days))
    turn.work.dues.clear(id, ("feedback", "mf_known"), turn.now)
    turn.work.dues.add("mf_known", id, at - BEFORE)
    turn.work.dues.add("feedback", id, at)


def after_rest(turn: Turn, engagement: Engagement, last_on: date) -> None:
    """A look back that falls into a rest comes a week after it."""
    at = datetime.combine(last_on + AFTER_REST, time(12), JST)
    turn.work.dues.add("feedback", engagement.id.hex, at)


def is_month_five(turn: Turn, engagement: Engagement) -> bool:
    """Tell whether the owner should hear of the 30 days with this week's notice: five months are over, and not long."""
    today = turn.now.astimezone(JST).date()
    if engagement.ends_on is not None:
        return False
    return engagement.started_on is not None and timedelta() <= today - warn_on(engagement.started_on) < HEARD


def gather(turn: Turn, subject: str) -> None:
    """Day 75: keep what both know anyway beside the sealed round: goal, number, meetings, deeds. No answer is among it."""
    engagement = locked(turn, subject)
    if engagement.phase != Phase.RUNNING.name or engagement.ends_on is not None:
        return
    note(turn, engagement, turn.work.engagements.round(engagement.id, "MF", engagement.renewed + 1))


def note(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Keep it as it stands now; on the day itself it is looked up once more."""
    kept.known = [[line.label, line.text] for line in known(turn, engagement)]


def known(turn: Turn, engagement: Engagement) -> list[Line]:
    """Say what happened since the last look back, from what both have been shown already."""
    posting = turn.work.postings.get(engagement.posting_id)
    since = engagement.looked_back_at
    rows = turn.work.engagements.meetings(engagement.id)
    held = [
        row for row in rows if row.state == MeetingState.HELD.name and (since is None or row.meets_at > since)
    ]
    deeds = [
        item.text[:NAMED]
        for row in held
        for items in turn.work.weeks.promises_of(row.id).values()
        for item in items
        if item.done == YES
    ]
    lines = [Line("目標", posting.goal), Line("数字", number(turn, engagement, posting.measure))]
    lines += [Line("打ち合わせ", f"{len(held)}回")] if held else []
    lines += [Line("できたこと", "\n".join(f"・{deed}" for deed in deeds[-DEEDS:]))] if deeds else []
    return lines


def number(turn: Turn, engagement: Engagement, measure: str) -> str:
    """Say where the number was and where it is; without readings, what was told at the beginning."""
    readings = turn.work.weeks.readings(engagement.id)
    if not readings:
        return f"はじめ「{measure}」"
    was_known = any(letter.isdigit() for letter in measure)  # else it was to be found out in the first week
    begun = f"「{measure}」" if was_known or len(readings) == 1 else f" {readings[0].value:g} "
    return f"はじめ{begun}→ いま {readings[-1].value:g}"
