"""Weekly: the same slot every week; one reminder before it, after it the list of both."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bot import digest
from bot.actions.people.sides import locked
from bot.actions.weekly import checking, lists, slotting
from bot.turn import Turn
from flows.messages import Button, Message
from flows.rules.calendar import JST
from storage.engagements import Engagement, MeetingState, Phase

LATE = timedelta(days=3)  # so long after a meeting nobody is asked about it any more


def plan(turn: Turn, engagement: Engagement, after: datetime, *, is_first: bool = False) -> None:
    """Make the weeks of the slot rows, each with its moments; the first meeting is told to both."""
    slotting.top_up(turn, engagement)
    turn.work.dues.add("slot_week", engagement.id.hex, checking.next_monday(turn.now))
    coming = turn.work.engagements.coming(engagement.id, max(after, turn.now))
    if not is_first or coming is None:
        return
    checking.begin(turn, engagement)
    digest.begin(turn)
    for id in (engagement.owner_handle_id, engagement.talent_handle_id):
        handle = turn.work.parties.handle(id)
        said = slotting.when_for(coming.meets_at, handle)
        words = f"始まりました。最初の打ち合わせは、{said}からです。前の日にお知らせします。"
        shelf = turn.rules.calendar_url(handle.id, turn.work.interviews.key(handle.id))
        own = (Button("予定表に自動で入れる", "", url=shelf),) if shelf else ()  # it follows what is moved
        turn.tell(handle, Message(words, buttons=own))


def met(turn: Turn, subject: str) -> None:
    """The meeting is over: what was decided is asked for."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = locked(turn, meeting.engagement_id.hex)
    if engagement.phase == Phase.ENDED.name:
        return
    turn.work.session.refresh(meeting)
    if meeting.state != MeetingState.PLANNED.name:
        return
    meeting.state = MeetingState.HELD.name
    slotting.top_up(turn, engagement)
    if turn.now - meeting.meets_at > LATE:
        return  # the house was closed for weeks
    if engagement.is_paused(turn.now.astimezone(JST).date()):
        return  # nothing is promised for a week that is not
    if engagement.ends_on is not None and turn.work.engagements.coming(engagement.id, turn.now) is None:
        return
    lists.begin_list(turn, engagement, meeting)
