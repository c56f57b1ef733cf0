"""Moving: a week on another day. One side names a time, the other says yes or names one; silence leaves the week out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import handle_of, house_of, locked, side_of
from bot.actions.weekly.slotting import (
    OTHER_SLOT,
    change,
    found,
    say_when,
    schedule,
    tell_both,
    unschedule,
    when,
    when_for,
)
from bot.errors import Refusal
from bot.facts import other_name
from bot.payloads import card_payload
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Look, Message
from flows.rules.calendar import JST, day_before, say_day
from flows.rules.weekly.weekly_calendar import (
    MANY_MOVES,
    MOVES_WITHIN,
    Why,
    are_too_many,
    is_skipped_again,
    lapses_at,
    other_times,
    say_closed,
    soon_times,
    why_not,
)
from flows.weekly.slot_outcomes import ProposeTime
from storage.conversations import Conversation
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.parties import Handle
from storage.slots import Change
from storage.staff_tasks import TaskKind

RIDES = timedelta(days=1)  # the week's own notice carries a question about a day off, if it leaves so soon
MOST_ROUNDS = 3
STARTED = "この打ち合わせは、もう始まっています。"
AGAIN = "変えるときは、もう一度「日にちを変える」を押してください。"


# --- a week on a day off


def ask_due(turn: Turn, subject: str) -> None:
    """Ten days before a day off: the owner is asked, with his next weekly notice if one leaves soon."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = locked(turn, meeting.engagement_id.hex)
    if engagement.phase == Phase.ENDED.name or meeting.state != MeetingState.BLOCKED.name:
        return
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    notice = day_before(coming.meets_at) if coming else None
    if notice is not None and turn.now <= notice <= turn.now + RIDES:
        turn.work.dues.add("slot_ask", subject, notice + timedelta(hours=1))
        return
    message = about_day_off(turn, engagement, meeting)
    if message is not None:
        turn.tell(handle_of(turn, engagement, Side.OWNER), message, purpose="reminder")


def about_day_off(turn: Turn, engagement: Engagement, meeting: Meeting) -> Message | None:
    """Ask about a week that falls on a day off; where no other day is open, it is left out."""
    off, here = turn.work.slots.off(engagement), meeting.meets_at.astimezone(JST).date()
    times = other_times(meeting.meets_at, turn.now, off, turn.work.slots.taken(engagement, turn.now))
    if not times:
        said = leave_out(turn, engagement, meeting)
        if said is not None:
            turn.tell(handle_of(turn, engagement, Side.TALENT), said)
        return said
    change(meeting, MeetingState.ASKED)
    offer(meeting, times)
    turn.work.dues.add("slot_lapse", meeting.id.hex, lapses_at(times[-1], turn.now))
    reason = (
        say_closed(here, Why[meeting.why]) if meeting.why in Why.__members__ else say_when(meeting.meets_at)
    )
    return Message(
        f"{reason}です。同じ週の別の日に打ち合わせをしますか？", buttons=choices(meeting, "この週は休む")
    )


def offer(meeting: Meeting, times: Sequence[datetime]) -> None:
    meeting.offered = [moment.isoformat() for moment in times]


def choices(meeting: Meeting, skip: str, handle: Handle | None = None) -> tuple[Button, ...]:
    """Draw the times to choose from, a time of one's own, and no meeting at all."""

    def button(label: str, verb: str) -> Button:
        return Button(label, card_payload("meeting", meeting.id, meeting.version, verb))

    moments = [datetime.fromisoformat(each) for each in meeting.offered or ()]
    times = [button(say_when(moment), f"pick{n}") for n, moment in enumerate(moments)]
    return (*times, button("ほかの日時", "other"), button(skip, "skip"))


# --- one side wants another time


def mine(turn: Turn, tap: CardTapped) -> tuple[Meeting, Engagement, Side]:
    """Find the week a button is about; one that was drawn before the week changed says how it stands now."""
    meeting, engagement = found(turn, tap.id)
    side = side_of(engagement, turn.person().id)
    if meeting.version != tap.version:
        raise Refusal(how_it_stands(turn, engagement, meeting, side))
    return meeting, engagement, side


def how_it_stands(turn: Turn, engagement: Engagement, meeting: Meeting, side: Side) -> str:
    """Say kindly to a late tap what became of the week."""
    name = other_name(turn, engagement, side)
    if meeting.state == MeetingState.ASKED.name and meeting.asked_by == side.other.name:
        return f"ちょうど{name}から、日にちの相談が来ています。そちらのボタンでお返事ください。"
    if meeting.state == MeetingState.ASKED.name and meeting.asked_by:
        return f"いま{name}のお返事を待っています。来たら、お知らせします。"
    if meeting.state == MeetingState.PLANNED.name and meeting.meets_at > turn.now:
        return f"いまは{when(meeting)}からの予定です。{AGAIN}"
    if meeting.state == MeetingState.HELD.name:
        return "この打ち合わせは、もう終わっています。"
    return "この打ち合わせのことは、もう決まっています。"


def move_tapped(turn: Turn, tap: CardTapped) -> None:
    """日にちを変える, 急用: other times at once, in the free reply."""
    meeting, engagement = found(turn, tap.id)
    side_of(engagement, turn.person().id)
    offer_move(turn, engagement, meeting)


def offer_move(turn: Turn, engagement: Engagement, meeting: Meeting) -> None:
    side = side_of(engagement, turn.person().id)
    if meeting.state != MeetingState.PLANNED.name:
        raise Refusal(how_it_stands(turn, engagement, meeting, side))
    if meeting.meets_at <= turn.now:
        raise Refusal(STARTED)
    me = turn.person()
    shown = meeting.offered
    offer(meeting, free_times(turn, engagement, meeting))
    if (
        meeting.offered != shown
    ):  # the same times leave good what the other, or he himself, has just been shown
        meeting.version += 1
    words = f"{when_for(meeting.meets_at, me)}からの打ち合わせですね。いつがよろしいですか？"
    turn.tell(me, Message(words, buttons=choices(meeting, "この回は休む")))


def free_times(turn: Turn, engagement: Engagement, meeting: Meeting) -> tuple[datetime, ...]:
    """Find times to offer: the same week's, or within five business days when it is today."""
    off = turn.work.slots.off(engagement)
    taken = turn.work.slots.taken(engagement, turn.now)
    is_today = meeting.meets_at.astimezone(JST).date() <= turn.now.astimezone(JST).date()
    week = () if is_today else other_times(meeting.meets_at, turn.now, off, taken)
    return week or soon_times(meeting.meets_at, turn.now, off, taken)


def picked(turn: Turn, tap: CardTapped) -> None:
    """One of the times that were offered."""
    meeting, engagement, side = mine(turn, tap)
    times, at = meeting.offered or [], int(tap.verb.removeprefix("pick"))
    if at >= len(times):
        raise Refusal("すみません、そのボタンは使えませんでした。")
    propose(turn, engagement, meeting, side, datetime.fromisoformat(times[at]))


def other_tapped(turn: Turn, tap: CardTapped) -> None:
    """ほかの日時: in his own words, or in a form."""
    meeting, _, _ = mine(turn, tap)
    begin_once(turn, "other_time", turn.person(), {"meeting": meeting.id.hex})


def propose_time(turn: Turn, talk: Conversation, outcome: ProposeTime) -> None:
    """A time of his own; what cannot be is asked again, with the reason."""
    meeting, engagement = found(turn, outcome.meeting)
    side = side_of(engagement, talk.handle_id)
    is_his = meeting.asked_by == side.other.name and meeting.proposed_at is not None
    if meeting.state == MeetingState.ASKED.name and meeting.asked_by == side.name:
        raise Refusal(how_it_stands(turn, engagement, meeting, side))
    to = datetime.fromisoformat(outcome.at)
    if is_his and to == meeting.proposed_at:
        return agree(turn, engagement, meeting, side)
    if meeting.state not in OPEN or (
        meeting.state == MeetingState.PLANNED.name and meeting.meets_at <= turn.now
    ):
        raise Refusal("この打ち合わせのことは、もう決まっています。")
    propose(turn, engagement, meeting, side, to, key="move.WHEN")


OPEN = {state.name for state in (MeetingState.PLANNED, MeetingState.ASKED, MeetingState.MISSED)}


def propose(
    turn: Turn, engagement: Engagement, meeting: Meeting, side: Side, to: datetime, key: str = ""
) -> None:
    """Put one time to the other side; the week is open until he answers."""
    taken = turn.work.slots.taken(engagement, turn.now, but=meeting.id)
    if why := why_not(to, turn.now, turn.work.slots.off(engagement), taken):
        raise Refusal(why, key=key)
    if to == meeting.meets_at and meeting.state == MeetingState.PLANNED.name:
        raise Refusal("いまと同じ日時です。ほかの日時はいかがですか？", key=key)
    if meeting.state not in OPEN:
        raise Refusal("この打ち合わせのことは、もう決まっています。")
    unschedule(turn, meeting)
    change(meeting, MeetingState.ASKED)
    meeting.proposed_at, meeting.asked_by, meeting.rounds = to, side.name, meeting.rounds + 1
    lapses = lapses_at(to, turn.now)
    turn.work.dues.add("slot_lapse", meeting.id.hex, lapses)
    their, me = (handle_of(turn, engagement, one) for one in (side.other, side))
    turn.tell(their, proposal(turn, engagement, meeting, side.other), purpose="reminder", until=lapses)
    then = ON_THE_NOTICE if is_told_by_notice(turn, me, to) else "お返事が来たら、お知らせします。"
    turn.tell(me, Message(f"{other_name(turn, engagement, side)}に聞いています。{then}"))


ON_THE_NOTICE = "決まったら前の日のお知らせで、合わないときはすぐにお伝えします。"


def is_told_by_notice(turn: Turn, handle: Handle, meets_at: datetime) -> bool:
    """Tell whether an owner reads of a date in the notice before it: a push of its own would cost, and say no more."""
    return handle.platform == "line" and day_before(meets_at) > turn.now


def proposal(turn: Turn, engagement: Engagement, meeting: Meeting, side: Side) -> Message:
    """Say to one side which time the other asks for."""
    assert meeting.proposed_at is not None
    name, me = other_name(turn, engagement, side), handle_of(turn, engagement, side)
    asks = f"{when_for(meeting.proposed_at, me)}からに変えてもよいですか？"
    words = f"{name}から、{when(meeting)}の打ち合わせのご相談です。{asks}"

    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("meeting", meeting.id, meeting.version, verb), look)

    return Message(words, buttons=(button("これでよい", "agree", Look.PRIMARY), button("合わない", "no_fit")))


def agree_tapped(turn: Turn, tap: CardTapped) -> None:
    """これでよい."""
    meeting, engagement, side = mine(turn, tap)
    if meeting.asked_by != side.other.name or meeting.proposed_at is None:
        raise Refusal(how_it_stands(turn, engagement, meeting, side))
    agree(turn, engagement, meeting, side)


def agree(turn: Turn, engagement: Engagement, meeting: Meeting, side: Side) -> None:
    """Both want this time; what has come in between is said, and another time asked for."""
    assert meeting.proposed_at is not None
    taken = turn.work.slots.taken(engagement, turn.now, but=meeting.id)
    if why := why_not(meeting.proposed_at, turn.now, turn.work.slots.off(engagement), taken):
        raise Refusal(why)
    was, asker = meeting.meets_at, Side[meeting.asked_by]
    unschedule(turn, meeting)
    change(meeting, MeetingState.PLANNED)
    meeting.meets_at, meeting.proposed_at, meeting.offered, meeting.asked_by = (
        meeting.proposed_at,
        None,
        None,
        "",
    )
    meeting.ready = meeting.waits = ""
    schedule(turn, meeting)
    wished = None if meeting.why else asker  # a week off its holiday is nobody's wish
    turn.work.slots.note(meeting, Change.MOVED, turn.now, side=wished, was=was, to=meeting.meets_at)
    for one in Side:
        me, at = handle_of(turn, engagement, one), meeting.meets_at
        if turn.is_answering(me) or not is_told_by_notice(turn, me, at):
            turn.tell(me, Message(f"打ち合わせは、{when_for(at, me)}からに決まりました。"), until=at)
    moved = [row.at for row in turn.work.slots.changes(engagement.id, Change.MOVED) if row.side]
    if wished and are_too_many(moved, turn.now, MANY_MOVES, MOVES_WITHIN):
        words = "6週間で3回、日にちが変わりました。曜日や時刻が合っているか、うかがってください。"
        waits.alarm(turn, engagement, TaskKind.RHYTHM, words, me_of(engagement, asker))


def me_of(engagement: Engagement, side: Side) -> UUID:
    return engagement.owner_handle_id if side is Side.OWNER else engagement.talent_handle_id


def no_fit(turn: Turn, tap: CardTapped) -> None:
    """合わない: now he names a time; after three rounds a person helps."""
    meeting, engagement, side = mine(turn, tap)
    if meeting.asked_by != side.other.name or meeting.proposed_at is None:
        raise Refusal(how_it_stands(turn, engagement, meeting, side))
    me, staff = turn.person(), house_of(turn, engagement).staff
    if meeting.rounds >= MOST_ROUNDS:
        meeting.version += 1
        words = "日にちが3回合いませんでした。お二人のご都合をうかがってください。"
        waits.raise_card(turn, engagement, TaskKind.RHYTHM, words, me.id)
        return tell_both(
            turn, engagement, Message(f"なかなか合いませんね。担当の{staff}が、お二人にご連絡します。")
        )
    declined = meeting.proposed_at
    times = [each for each in free_times(turn, engagement, meeting) if each != declined]
    offer(meeting, times)
    meeting.proposed_at, meeting.asked_by, meeting.version = None, "", meeting.version + 1
    turn.tell(
        me, Message("承知しました。いつがよろしいですか？", buttons=choices(meeting, "この週は休む", me))
    )


# --- no meeting this week


def skip_tapped(turn: Turn, tap: CardTapped) -> None:
    """この週は休む."""
    meeting, engagement, side = mine(turn, tap)
    if meeting.state not in OPEN:
        raise Refusal(how_it_stands(turn, engagement, meeting, side))
    skip(turn, engagement, meeting, side)


def lapse_due(turn: Turn, subject: str) -> None:
    """Nobody answered in time: the week is left out, and both read it."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = locked(turn, meeting.engagement_id.hex)
    turn.work.session.refresh(meeting)
    if engagement.phase == Phase.ENDED.name or meeting.state != MeetingState.ASKED.name:
        return
    skip(turn, engagement, meeting)


def skip(turn: Turn, engagement: Engagement, meeting: Meeting, side: Side | None = None) -> None:
    """Leave a week out, and let both read it."""
    if (said := leave_out(turn, engagement, meeting, side)) is not None:
        tell_both(turn, engagement, said)


def leave_out(
    turn: Turn, engagement: Engagement, meeting: Meeting, side: Side | None = None
) -> Message | None:
    """Leave a week out, and give what is said about it. ``side`` wished it; else the calendar or silence did.

    Never twice running without the staff.
    """
    is_unanswered = side is None and meeting.state == MeetingState.ASKED.name
    is_over = all(moment <= turn.now for moment in moments_of(meeting))
    unschedule(turn, meeting)
    change(meeting, MeetingState.SKIPPED)
    meeting.proposed_at, meeting.offered, meeting.asked_by = None, None, ""
    turn.work.slots.note(meeting, Change.SKIPPED, turn.now, side=side, was=meeting.meets_at)
    if is_over:
        return None  # we slept: a word about it now would only puzzle
    after = max(turn.now, meeting.slot_at or turn.now)
    following = turn.work.engagements.coming(engagement.id, after)
    then = f"次は{when(following)}からです。" if following else ""
    if is_skipped_again(fell_out_before(turn, meeting)):
        words = "打ち合わせが2回続けてお休みです。お二人の様子をうかがってください。"
        waits.raise_card(turn, engagement, TaskKind.RHYTHM, words, engagement.owner_handle_id)
        then = f"2回続くので、担当の{house_of(turn, engagement).staff}がご連絡します。"
    why = "お返事がそろいませんでした。" if is_unanswered else ""
    day = say_day((meeting.slot_at or meeting.meets_at).astimezone(JST).date())
    return Message(f"{why}{day}の打ち合わせは、お休みにします。{then}")


def moments_of(meeting: Meeting) -> list[datetime]:
    """Give the times at which a week may still take place."""
    offered = map(datetime.fromisoformat, meeting.offered or ())
    return [each for each in (meeting.slot_at, meeting.meets_at, meeting.proposed_at, *offered) if each]


def fell_out_before(turn: Turn, meeting: Meeting) -> list[bool]:
    """Tell of the weeks before one, oldest first, whether they fell out; one whose hour changed for good is none."""
    here = meeting.slot_at or meeting.meets_at
    weeks = turn.work.slots.weeks(meeting.engagement_id)
    before = [row for row in weeks if (row.slot_at or row.meets_at) < here and row.why != OTHER_SLOT]
    return [row.state in (MeetingState.SKIPPED.name, MeetingState.CANCELLED.name) for row in before]
