"""Absent: somebody sits in the meeting alone. A word to the other, a number to ring, then another day; nobody is blamed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import handle_of, house_of, locked, side_of
from bot.actions.weekly.moving import choices, free_times, me_of, offer
from bot.actions.weekly.slotting import change, found, say_when, unschedule
from bot.errors import Refusal
from bot.facts import other_name
from bot.payloads import card_payload
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Look, Message
from flows.rules.weekly.weekly_calendar import MANY_MISSES, MISSES_WITHIN, are_too_many
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.slots import Change
from storage.staff_tasks import TaskKind

STEPS = (5, 10, 15)  # minutes after the start: a word, a number, another day
PATIENCE = timedelta(minutes=60)


def absent_tapped(turn: Turn, tap: CardTapped) -> None:
    """お相手が来ない."""
    meeting, engagement = found(turn, tap.id)
    side = side_of(engagement, turn.person().id)
    name = other_name(turn, engagement, side)
    if meeting.state != MeetingState.PLANNED.name or turn.now > meeting.meets_at + PATIENCE:
        raise Refusal("この打ち合わせは、もう終わっています。")
    if turn.now < meeting.meets_at:
        raise Refusal(
            f"{say_when(meeting.meets_at)}からです。始まってもお越しでなければ、もう一度押してください。"
        )
    if meeting.waits == side.name:
        raise Refusal(f"{name}に声をかけています。もう少しお待ちください。")
    if meeting.waits:  # the other sits there too, in another place
        turn.work.dues.clear(meeting.id.hex, [f"absent_{n}" for n in STEPS], turn.now)
        meeting.waits = ""
        link = f"\n入るとき：{engagement.url}" if engagement.url else ""
        for one in Side:
            turn.tell(
                handle_of(turn, engagement, one),
                Message(f"お二人とも待っておられるようです。入り直してみてください。{link}"),
                at=turn.now,
            )
        return
    meeting.waits = side.name
    for n in STEPS:
        at = max(meeting.meets_at + timedelta(minutes=n), turn.now + timedelta(minutes=n - STEPS[0]))
        turn.work.dues.add(f"absent_{n}", meeting.id.hex, at)
    came = Button("会えました", card_payload("meeting", meeting.id, meeting.version, "came"))
    turn.tell(turn.person(), Message(f"{name}に声をかけます。もう少しお待ちください。", buttons=(came,)))


def waiting(turn: Turn, subject: str) -> tuple[Meeting, Engagement, Side] | None:
    """Find who still sits there alone."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = locked(turn, meeting.engagement_id.hex)
    turn.work.session.refresh(meeting)
    is_on = engagement.phase != Phase.ENDED.name and meeting.state == MeetingState.PLANNED.name
    return (meeting, engagement, Side[meeting.waits]) if is_on and meeting.waits else None


def call_in(turn: Turn, subject: str) -> None:
    """Five minutes: a word to who is missing, with the way in."""
    if (now := waiting(turn, subject)) is None or turn.now > now[0].meets_at + PATIENCE:
        return
    meeting, engagement, side = now
    name = other_name(turn, engagement, side.other)
    link = f"\n入るとき：{engagement.url}\n" if engagement.url else ""
    buttons = (
        Button("いま入ります", card_payload("meeting", meeting.id, meeting.version, "coming"), Look.PRIMARY),
        Button("今日はむずかしい", card_payload("meeting", meeting.id, meeting.version, "cannot")),
    )
    words = f"打ち合わせで、{name}がお待ちです。{link}入れそうですか？"
    turn.tell(
        handle_of(turn, engagement, side.other),
        Message(words, buttons=buttons),
        purpose="reminder",
        at=turn.now,
        until=meeting.meets_at + PATIENCE,
    )


def give_number(turn: Turn, subject: str) -> None:
    """Ten minutes: a number to ring, to both."""
    if (now := waiting(turn, subject)) is None or turn.now > now[0].meets_at + PATIENCE:
        return
    meeting, engagement, _ = now
    house = house_of(turn, engagement)
    ring = (
        f"担当の{house.staff}({house.phone})へお電話ください。"
        if house.phone
        else "「人と話す」を押してください。"
    )
    for side in Side:
        said, until = Message(f"うまく入れないときは、{ring}"), meeting.meets_at + PATIENCE
        turn.tell(handle_of(turn, engagement, side), said, purpose="reminder", at=turn.now, until=until)


def give_up(turn: Turn, subject: str) -> None:
    """A quarter of an hour: it is another day's, and whoever waited names it."""
    if (now := waiting(turn, subject)) is not None:
        miss(turn, *now)


def miss(turn: Turn, meeting: Meeting, engagement: Engagement, side: Side) -> None:
    """Note that the two did not meet; ``side`` waited, and is asked for another day."""
    unschedule(turn, meeting)
    change(meeting, MeetingState.MISSED)
    meeting.waits = ""
    offer(meeting, free_times(turn, engagement, meeting))
    turn.work.slots.note(meeting, Change.MISSED, turn.now, side=side.other, was=meeting.meets_at)
    me = handle_of(turn, engagement, side)
    asks = Message(
        "今日は会えませんでしたね。別の日にしましょうか？", buttons=choices(meeting, "この週は休む", me)
    )
    turn.tell(me, asks, purpose="reminder", at=turn.now)
    words = "今日の打ち合わせは、別の日にしましょう。お相手に、日にちをうかがっています。"
    turn.tell(handle_of(turn, engagement, side.other), Message(words), purpose="reminder", at=turn.now)
    missed = [row.at for row in turn.work.slots.changes(engagement.id, Change.MISSED)]
    if are_too_many(missed, turn.now, MANY_MISSES, MISSES_WITHIN):
        words = "4週間で2回、打ち合わせで会えませんでした。お二人の様子をうかがってください。"
        waits.raise_card(turn, engagement, TaskKind.RHYTHM, words, me_of(engagement, side.other))


def came_tapped(turn: Turn, tap: CardTapped) -> None:
    """会えました: nothing more is said about it."""
    meeting, engagement = found(turn, tap.id)
    side_of(engagement, turn.person().id)
    _stop(turn, meeting)
    turn.tell(turn.person(), Message("よかったです。よい打ち合わせを。"))


def coming_tapped(turn: Turn, tap: CardTapped) -> None:
    """いま入ります."""
    meeting, engagement = found(turn, tap.id)
    side = side_of(engagement, turn.person().id)
    if meeting.state != MeetingState.PLANNED.name or not meeting.waits:
        raise Refusal("この打ち合わせは、もう終わっています。")
    _stop(turn, meeting)
    turn.tell(turn.person(), Message("ありがとうございます。お相手にも伝えます。"))
    words = f"{other_name(turn, engagement, side.other)}が、いま入られます。"
    other, until = handle_of(turn, engagement, side.other), meeting.meets_at + PATIENCE
    turn.tell(other, Message(words), purpose="reminder", at=turn.now, until=until)


def cannot_tapped(turn: Turn, tap: CardTapped) -> None:
    """今日はむずかしい: nobody waits any longer."""
    meeting, engagement = found(turn, tap.id)
    side = side_of(engagement, turn.person().id)
    if meeting.state != MeetingState.PLANNED.name or meeting.waits != side.other.name:
        raise Refusal("この打ち合わせは、もう終わっています。")
    turn.tell(turn.person(), Message("承知しました。お相手に、別の日をうかがいます。"))
    miss(turn, meeting, engagement, side.other)


def _stop(turn: Turn, meeting: Meeting) -> None:
    turn.work.dues.clear(meeting.id.hex, [f"absent_{n}" for n in STEPS], turn.now)
    meeting.waits = ""
