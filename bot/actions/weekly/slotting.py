"""Slotting: the weeks of a pair's slot as rows, made ahead, each with the moments that belong to it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from bot.actions.people.sides import handle_of, locked, refuse_if_over
from bot.errors import Refusal
from bot.turn import Turn
from flows.messages import Message
from flows.rules.calendar import JST, day_before, say_day
from flows.rules.weekly.weekly_calendar import AHEAD, STANDSTILL, ask_at, in_zone, occurrences
from storage.engagements import Engagement, Meeting, MeetingState, Side
from storage.parties import Handle
from storage.slots import standstill

AFTER = timedelta(minutes=10)  # after its end a meeting is surely over
HOUR = timedelta(hours=1)
MOMENTS = ("remind", "soon", "begun", "met", "slot_ask", "slot_lapse", "absent_5", "absent_10", "absent_15")
OVER = "OVER"  # why a week is cancelled: the work ended,
OTHER_SLOT = "SLOT"  # or the hour changed for good


def when(meeting: Meeting) -> str:
    return say_when(meeting.meets_at)


def say_when(moment: datetime) -> str:
    """Say a meeting's time on Japan's clock: 「11月25日(水) 10時30分」."""
    here = moment.astimezone(JST)
    return f"{say_day(here.date())} {here.hour}時{f'{here.minute}分' if here.minute else ''}"


def when_for(moment: datetime, handle: Handle) -> str:
    """Say it to somebody: who lives on another clock reads his own time beside it."""
    return say_in(moment, handle.zone)


def say_in(moment: datetime, zone: str) -> str:
    theirs = in_zone(moment, zone)
    return f"{say_when(moment)}({theirs})" if theirs else say_when(moment)


def tell_both(turn: Turn, engagement: Engagement, message: Message) -> None:
    for side in Side:
        turn.tell(handle_of(turn, engagement, side), message)


def top_up(turn: Turn, engagement: Engagement) -> None:
    """Make the weeks of the next two months, from tomorrow on; those that are there stay as they are."""
    slot = turn.work.slots.current(engagement, turn.now)
    today = turn.now.astimezone(JST).date()
    after = max(turn.now, datetime.combine(today, time(23, 59), JST))
    known = {row.slot_at: row for row in turn.work.slots.weeks(engagement.id, after - timedelta(days=1))}
    taken = {row.meets_at for row in known.values() if row.state == MeetingState.PLANNED.name}
    for week in occurrences(slot.weekly(), after, turn.now + AHEAD, turn.work.slots.off(engagement)):
        if week.why in STANDSTILL:
            continue  # the two rest, or have parted by then
        state = MeetingState.BLOCKED if week.why else MeetingState.PLANNED
        row = known.get(week.at)
        if row is None and week.at in taken:
            continue  # a week that was moved lies there already
        if row is None:
            row = turn.work.engagements.add_meeting(
                engagement.id, week.at, slot_id=slot.id, minutes=slot.minutes, state=state.name
            )
        elif row.state == MeetingState.CANCELLED.name and row.why in (OVER, OTHER_SLOT):
            change(row, state)  # the work goes on after all
            row.slot_id = slot.id
        else:
            continue
        row.why = week.why.name if week.why else ""
        schedule(turn, row)


def change(meeting: Meeting, state: MeetingState) -> None:
    """Let a week become something else: older buttons are stale, and calendars hear of it."""
    meeting.state, meeting.version, meeting.sequence = state.name, meeting.version + 1, meeting.sequence + 1


def schedule(turn: Turn, meeting: Meeting) -> None:
    """Name the moments of a week."""
    id, dues = meeting.id.hex, turn.work.dues
    if meeting.state == MeetingState.BLOCKED.name:
        return dues.add("slot_ask", id, max(ask_at(meeting.meets_at), turn.now))
    if meeting.state != MeetingState.PLANNED.name:
        return
    if day_before(meeting.meets_at) > turn.now:
        dues.add("remind", id, day_before(meeting.meets_at))
    if meeting.meets_at - HOUR > turn.now:
        dues.add("soon", id, meeting.meets_at - HOUR)
    dues.add("met", id, ends_at(meeting) + AFTER)


def ends_at(meeting: Meeting) -> datetime:
    return meeting.meets_at + timedelta(minutes=meeting.minutes)


def unschedule(turn: Turn, meeting: Meeting) -> None:
    """Call off what was to be said about a week, and what has not left the house yet."""
    turn.work.dues.clear(meeting.id.hex, MOMENTS, turn.now)
    for prefix in ("remind", "soon", "begun"):
        turn.work.outbox.take_back(f"{prefix}:{meeting.id.hex}:")


def end(turn: Turn, engagement: Engagement, why: str = OVER) -> None:
    """Cancel the weeks that are ahead: the work is over, or the hour another one."""
    for row in turn.work.slots.weeks(engagement.id):
        ahead = (MeetingState.PLANNED, MeetingState.BLOCKED, MeetingState.ASKED)
        is_ahead = row.state in {state.name for state in ahead} and row.meets_at > turn.now
        if is_ahead or row.state == MeetingState.ASKED.name:
            change(row, MeetingState.CANCELLED)
            row.why = why
            unschedule(turn, row)


def stand_still(turn: Turn, engagement: Engagement) -> None:
    """Cancel the weeks on which the two do not work: while they rest, and after the last day; put back all others."""
    spans = standstill(engagement)
    ahead = (MeetingState.PLANNED.name, MeetingState.BLOCKED.name, MeetingState.ASKED.name)
    for row in turn.work.slots.weeks(engagement.id):
        day = row.meets_at.astimezone(JST).date()
        if row.state in ahead and row.meets_at > turn.now and any(span.holds(day) for span in spans):
            change(row, MeetingState.CANCELLED)
            row.why = OVER
            unschedule(turn, row)
    top_up(turn, engagement)


def found(turn: Turn, id: str) -> tuple[Meeting, Engagement]:
    """Lock the pair a meeting belongs to, then read the meeting; an id in a payload is a claim."""
    meeting = turn.work.session.get(Meeting, UUID(id))
    if meeting is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    engagement = locked(turn, meeting.engagement_id.hex)
    turn.work.session.refresh(meeting)
    refuse_if_over(engagement)
    return meeting, engagement
