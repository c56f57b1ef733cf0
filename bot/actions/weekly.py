"""Weekly: the same slot every week; one reminder before it, one promise of each side after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bot import digest
from bot.actions import checking, reminding, slotting
from bot.actions.reminding import DONE, named
from bot.actions.sides import close_talks, locked, side_of
from bot.errors import Refusal
from bot.facts import other_name
from bot.talking import begin
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Message
from flows.outcomes import PromiseWeek
from storage.conversations import Conversation
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.weeks import Wanted

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
        turn.tell(
            handle, Message(f"始まりました。最初の打ち合わせは、{said}からです。前の日にお知らせします。")
        )


def tapped(turn: Turn, tap: CardTapped) -> None:
    """できた / 途中 / まだ: the other side hears it too."""
    me = turn.person()
    meeting = turn.work.session.get(Meeting, UUID(tap.id))
    engagement = turn.work.engagements.get(meeting.engagement_id) if meeting else None
    if meeting is None or engagement is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    side = side_of(engagement, me.id)
    mine = turn.work.weeks.promises_of(meeting.id)[side]
    latest = turn.work.engagements.last(engagement.id, turn.now)
    is_old = latest is not None and meeting.meets_at < latest.meets_at
    if not mine or engagement.phase == Phase.ENDED.name or is_old:
        raise Refusal("この週のことは、もう終わっています。")
    if all(item.done == tap.verb for item in mine):
        raise Refusal(f"「{DONE[tap.verb]}」とうかがっています。ありがとうございます。")
    for item in mine:
        item.done = tap.verb
    other = engagement.talent_handle_id if side is Side.OWNER else engagement.owner_handle_id
    turn.tell(me, Message(f"「{DONE[tap.verb]}」ですね。{other_name(turn, engagement, side)}にも伝えます。"))
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    if coming is not None:
        reminding.answered(turn, engagement, coming, side)
    if (
        turn.work.parties.handle(other).platform == "slack"
    ):  # the owner reads it in his next reminder: one push a week
        turn.tell(
            turn.work.parties.handle(other),
            Message(
                f"{other_name(turn, engagement, Side.TALENT)}の先週の約束：{named(mine)}→ {DONE[tap.verb]}"
            ),
        )


def met(turn: Turn, subject: str) -> None:
    """The meeting is over: each side says what it does until the next one."""
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
    for id in (engagement.owner_handle_id, engagement.talent_handle_id):
        handle = turn.work.parties.handle(id)
        # last week's question, still unanswered, is not to catch this week's words
        close_talks(turn, handle, ("week",), "engagement", engagement.id)
        begin(turn, "week", handle, {"engagement": engagement.id.hex, "meeting": meeting.id.hex})


def promise_week(turn: Turn, talk: Conversation, outcome: PromiseWeek) -> None:
    """Keep a side's promise, and show it to the other."""
    meeting = turn.work.engagements.meeting(UUID(outcome.meeting))
    engagement = locked(turn, meeting.engagement_id.hex)
    if engagement.phase == Phase.ENDED.name:
        raise Refusal("このお仕事は終わっています。ありがとうございました。")
    side = side_of(engagement, talk.handle_id)
    theirs = turn.work.weeks.promises_of(meeting.id)[Side.TALENT if side is Side.OWNER else Side.OWNER]
    wanted = [Wanted(Side[item.side], item.text, item.due_on) for item in theirs]
    turn.work.weeks.write(meeting, [*wanted, Wanted(side, outcome.text)], side, turn.now)
    me = turn.work.parties.handle(talk.handle_id)
    shown = f"{other_name(turn, engagement, side)}は{named(theirs)}と決めました。" if theirs else ""
    turn.tell(me, Message(f"決まりですね。{shown}次の打ち合わせの前の日に、またうかがいます。"))
    if (
        side is Side.OWNER
    ):  # the owner reads the talent's in this reply or in his next reminder: one push a week
        name = other_name(turn, engagement, Side.TALENT)
        talent = turn.work.parties.handle(engagement.talent_handle_id)
        turn.tell(talent, Message(f"{name}が、今週やることを決めました：「{outcome.text}」"))
