"""Rescheduling: days off that either side tells us of, and another hour for every week, which keeps what was."""

from __future__ import annotations

from datetime import time
from uuid import UUID

from bot.actions.people.sides import close_talks, handle_of, locked, refuse_if_over, side_of
from bot.actions.weekly import slotting
from bot.actions.weekly.moving import about_day_off, offer_move
from bot.actions.weekly.slotting import change, say_when, schedule, tell_both, unschedule, when
from bot.errors import Refusal
from bot.facts import other_name
from bot.payloads import card_payload
from bot.talking import begin, begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.rules.calendar import JST
from flows.rules.weekly.weekly_calendar import ASK_AHEAD, Why, can_start, closed_for
from flows.weekly.slot_outcomes import AgreeSlot, ChangeSlot, KeepDaysOff
from flows.weekly.slots import say_days, say_weekly
from storage.conversations import Conversation
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.parties import Handle
from storage.slots import Change, DayOff

NOBODY = "毎週の打ち合わせが始まってから使えます。"


# --- words of the house


def move_next(turn: Turn) -> None:
    """日にちを変える: the next meeting; with several works, a button for each."""
    turn.is_tap = True  # what it asks comes at once
    me, found = turn.person(), list[tuple[Engagement, Meeting]]()
    for engagement in turn.work.slots.pairs_of(me.party_id):
        coming = turn.work.engagements.coming(engagement.id, turn.now)
        if coming and me.id in (engagement.owner_handle_id, engagement.talent_handle_id):
            found.append((engagement, coming))
    if not found:
        return turn.tell(me, Message("いま決まっている打ち合わせは、ありません。"))
    if len(found) == 1:
        engagement, meeting = found[0]
        locked(turn, engagement.id.hex)
        turn.work.session.refresh(meeting)
        return offer_move(turn, engagement, meeting)
    buttons = tuple(
        Button(when(meeting), card_payload("meeting", meeting.id, meeting.version, "move"))
        for _, meeting in found[:4]
    )
    turn.tell(me, Message("どの打ち合わせを変えますか？", buttons=buttons))


def tell_days_off(turn: Turn) -> None:
    """休みの日を伝える."""
    turn.is_tap = True
    me = turn.person()
    if not turn.work.slots.pairs_of(me.party_id):
        return turn.tell(me, Message(NOBODY))
    begin_once(turn, "days_off", me, {})


def change_hour(turn: Turn) -> None:
    """曜日を変える: for every week from now on."""
    turn.is_tap = True
    me = turn.person()
    mine = [
        item
        for item in turn.work.slots.pairs_of(me.party_id)
        if me.id in (item.owner_handle_id, item.talent_handle_id)
    ]
    if not mine:
        return turn.tell(me, Message(NOBODY))
    if len(mine) == 1:
        begin_once(turn, "change_slot", me, {"engagement": mine[0].id.hex})
        return
    buttons = tuple(
        Button(
            other_name(turn, item, side_of(item, me.id))[:20], card_payload("engagement", item.id, 0, "hour")
        )
        for item in mine[:4]
    )
    turn.tell(me, Message("どなたとの打ち合わせを変えますか？", buttons=buttons))


def hour_tapped(turn: Turn, tap: CardTapped) -> None:
    """Which of several works."""
    engagement = turn.work.session.get(Engagement, UUID(tap.id))
    if engagement is None or engagement.phase == Phase.ENDED.name:
        raise Refusal("このお仕事は終わっています。ありがとうございました。")
    side_of(engagement, turn.person().id)
    begin_once(turn, "change_slot", turn.person(), {"engagement": engagement.id.hex})


# --- days off


def keep_days_off(turn: Turn, talk: Conversation, outcome: KeepDaysOff) -> None:
    """Keep the days, and ask about each meeting that falls on one."""
    me = turn.work.parties.handle(talk.handle_id)
    company = turn.work.companies.of_party(me.party_id) if me.platform == "line" else None
    row = turn.work.slots.add_day_off(
        me.party_id,
        company.id if company else None,
        outcome.first,
        outcome.last,
        turn.now,
        is_yearly=outcome.is_yearly,
    )
    every = "毎年" if outcome.is_yearly else ""
    undo = Button("取り消す", card_payload("dayoff", row.id, 0, "undo"))
    said = f"{every}{say_days(outcome.first, outcome.last)}ですね。お休みとして覚えました。"
    turn.tell(me, Message(said, buttons=(undo,)))
    for engagement in turn.work.slots.pairs_of(me.party_id):
        locked(turn, engagement.id.hex)
        blocked(turn, engagement, me)


def blocked(turn: Turn, engagement: Engagement, me: Handle) -> None:
    """Take the meetings that now fall on a day off out of the calendar; another day is asked about in its time."""
    off = turn.work.slots.off(engagement)
    for row in turn.work.slots.weeks(engagement.id):
        why = closed_for(row.meets_at.astimezone(JST).date(), off)
        if row.state != MeetingState.PLANNED.name or row.meets_at <= turn.now or why is None:
            continue
        unschedule(turn, row)
        change(row, MeetingState.BLOCKED)
        row.why = why.name
        if row.meets_at - turn.now > ASK_AHEAD:
            schedule(turn, row)
            continue
        about = about_day_off(turn, engagement, row)  # so near: he is asked now, whoever is away
        if about is None:
            continue
        owner = handle_of(turn, engagement, Side.OWNER)
        turn.tell(owner, about, purpose="reminder")
        if why is Why.FIRM and me.id == owner.id:
            words = f"{say_when(row.meets_at)}は会社のお休みになりました。別の日を相談しています。"
            turn.tell(handle_of(turn, engagement, Side.TALENT), Message(words))


def undo_days_off(turn: Turn, tap: CardTapped) -> None:
    """取り消す: the days are free again, and so are meetings nobody was asked about yet."""
    row, me = turn.work.session.get(DayOff, UUID(tap.id)), turn.person()
    if row is None or row.party_id != me.party_id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    if row.undone_at is not None:
        raise Refusal("もう取り消してあります。")
    row.undone_at = turn.now
    turn.work.session.flush()
    for engagement in turn.work.slots.pairs_of(me.party_id):
        locked(turn, engagement.id.hex)
        off = turn.work.slots.off(engagement)
        for meeting in turn.work.slots.weeks(engagement.id, turn.now):
            is_free = closed_for(meeting.meets_at.astimezone(JST).date(), off) is None
            if meeting.state == MeetingState.BLOCKED.name and is_free:
                unschedule(turn, meeting)
                change(meeting, MeetingState.PLANNED)
                meeting.why = ""
                schedule(turn, meeting)
    turn.tell(me, Message("取り消しました。"))


# --- another hour, for good


def change_slot(turn: Turn, talk: Conversation, outcome: ChangeSlot) -> None:
    """One side would like another hour: the other is asked, and until then nothing changes."""
    engagement = locked(turn, outcome.engagement)
    side, at = side_of(engagement, talk.handle_id), time.fromisoformat(outcome.time)
    refuse_if_over(engagement)
    if (engagement.weekday, engagement.meets_at) == (outcome.weekday, at):
        raise Refusal("いまと同じ曜日と時刻です。ほかはいかがですか？", key="slot.HOUR")
    if clashes(turn, engagement, outcome.weekday, at):
        raise Refusal("その時間には、別の打ち合わせが入っています。ほかはいかがですか？", key="slot.HOUR")
    their = handle_of(turn, engagement, side.other)
    for one in Side:
        close_talks(turn, handle_of(turn, engagement, one), ("agree_slot",), "engagement", engagement.id)
    begin(
        turn,
        "agree_slot",
        their,
        {"engagement": engagement.id.hex, "wanted": f"{outcome.weekday} {at:%H:%M}"},
    )
    words = f"{other_name(turn, engagement, side)}に聞いています。お返事があるまでは、いまのままです。"
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(words))


def clashes(turn: Turn, engagement: Engagement, weekday: int, at: time) -> bool:
    """Tell whether one of the two meets somebody else in that hour each week."""
    people = {engagement.owner_handle_id, engagement.talent_handle_id}
    theirs = [
        item for id in people for item in turn.work.engagements.of_handle(id) if item.id != engagement.id
    ]
    return any(
        item.phase != Phase.ENDED.name and (item.weekday, item.meets_at) == (weekday, at) for item in theirs
    )


def agree_slot(turn: Turn, talk: Conversation, outcome: AgreeSlot) -> None:
    """これでよい: from tomorrow on they meet at the new hour; what was keeps its own."""
    engagement = locked(turn, outcome.engagement)
    side, at = side_of(engagement, talk.handle_id), time.fromisoformat(outcome.time)
    refuse_if_over(engagement)
    said = say_weekly(outcome.weekday, at)
    asker = handle_of(turn, engagement, side.other)
    if not outcome.is_agreed:
        turn.tell(turn.work.parties.handle(talk.handle_id), Message("承知しました。いまのまま続けます。"))
        words = f"{said}は、ご都合が合わないそうです。いまの曜日と時刻のまま続けます。"
        return turn.tell(asker, Message(words))
    if not can_start(at) or clashes(turn, engagement, outcome.weekday, at):
        raise Refusal("その時間には、別の打ち合わせが入りました。いまのまま続けます。")
    slotting.end(turn, engagement, slotting.OTHER_SLOT)
    engagement.weekday, engagement.meets_at = outcome.weekday, at
    engagement.version += 1
    slot = turn.work.slots.add(engagement, turn.now)
    engagement.kickoff = {**(engagement.kickoff or {}), "KO3": f"{said}から{slot.minutes}分"}
    slotting.top_up(turn, engagement)
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    if coming is not None:
        turn.work.slots.note(coming, Change.SLOT, turn.now, side=side.other, to=coming.meets_at)
    then = f"次は{when(coming)}からです。" if coming else ""
    tell_both(turn, engagement, Message(f"打ち合わせは、{said}からに変わりました。{then}"))
