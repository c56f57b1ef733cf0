"""Digest: each Monday the staff read how the week went: who met, what was done, what worries, what is ahead."""

from __future__ import annotations

from datetime import timedelta

from bot.actions.weekly.checking import next_monday
from bot.facts import other_name
from bot.turn import STAFF, Turn
from flows.messages import Card, Line, Message
from flows.rules.calendar import JST, say_day
from flows.rules.weekly.rhythm import said_rate
from storage.engagements import Engagement, Meeting, MeetingState, Side
from storage.staff_tasks import TaskKind

LATER = timedelta(minutes=30)  # after the weeks were looked at
WEEK = timedelta(days=7)
MOST_NAMED = 8
SUBJECT = "week"
LOOK = (TaskKind.RHYTHM, TaskKind.WORRY)  # whoever has such a card open needs a look


def begin(turn: Turn) -> None:
    """Name the next Monday; it names the one after, while anybody meets."""
    turn.work.dues.add("digest", SUBJECT, next_monday(turn.now) + LATER)


def due(turn: Turn, subject: str) -> None:
    pairs = turn.work.slots.running()
    if not pairs:
        return
    begin(turn)
    monday = turn.now.astimezone(JST).date()
    key = f"digest:{monday.isoformat()}"
    turn.post(STAFF, Message(card=card(turn, pairs)), dedupe=key)


def card(turn: Turn, pairs: list[Engagement]) -> Card:
    """Count the seven days that are over, and name who needs a look."""
    since, until = turn.now - WEEK, turn.now + 2 * WEEK
    weeks = [(pair, row) for pair in pairs for row in turn.work.slots.weeks(pair.id)]
    past = [row for _, row in weeks if since <= row.meets_at <= turn.now]
    ahead = [(pair, row) for pair, row in weeks if turn.now < row.meets_at <= until]
    first, last = since.astimezone(JST).date(), (turn.now - timedelta(days=1)).astimezone(JST).date()
    rows = [Line("打ち合わせ", meetings_said(past)), *deeds(turn, past)]
    if worried := [
        name(turn, pair) for pair in pairs if any(turn.work.tasks.about(pair.id, kind) for kind in LOOK)
    ]:
        rows.append(Line("気になるお二人", listed(worried)))
    if out := [f"{name(turn, pair)} {day(row)}" for pair, row in ahead if row.state in FALLS_OUT]:
        rows.append(Line("これから休み・相談中", listed(out)))
    if partners := sorted({partner for pair in pairs if (partner := partner_of(turn, pair))}):
        rows.append(Line("紹介元(共有の同意あり)", listed(partners)))
    return Card(
        f"先週のまとめ({say_day(first)}〜{say_day(last)})",
        tuple(rows),
        lead=f"動いているお仕事：{len(pairs)}組",
    )


COUNTED = {
    state.name
    for state in (MeetingState.HELD, MeetingState.SKIPPED, MeetingState.CANCELLED, MeetingState.MISSED)
}
FALLS_OUT = {state.name for state in (MeetingState.BLOCKED, MeetingState.ASKED, MeetingState.SKIPPED)}


def meetings_said(past: list[Meeting]) -> str:
    """Say how many took place, and what became of the others; a week the calendar took is nobody's loss."""
    ours = [row for row in past if not (row.state in FALLS_OUT and row.why)]
    held = sum(row.state == MeetingState.HELD.name for row in ours)
    over = [row for row in ours if row.state in COUNTED]
    counts = {
        "日にち変更": sum(
            row.state == MeetingState.HELD.name and row.meets_at != row.slot_at for row in past
        ),
        "お休み": sum(row.state in (MeetingState.SKIPPED.name, MeetingState.CANCELLED.name) for row in past),
        "会えず": sum(row.state == MeetingState.MISSED.name for row in past),
    }
    return "・".join([said_rate(held, len(over)), *(f"{label}{n}" for label, n in counts.items() if n)])


def deeds(turn: Turn, past: list[Meeting]) -> list[Line]:
    """Say of each side how much of what was promised a week before is done."""
    done = dict.fromkeys(Side, 0)
    promised = dict.fromkeys(Side, 0)
    for row in (row for row in past if row.state == MeetingState.HELD.name):
        last = turn.work.engagements.before(row)
        for side, items in (turn.work.weeks.promises_of(last.id) if last else {}).items():
            promised[side] += len(items)
            done[side] += sum(item.done == "yes" for item in items)
    return [
        Line(f"{side.value}の約束", said_rate(done[side], promised[side])) for side in Side if promised[side]
    ]


def name(turn: Turn, pair: Engagement) -> str:
    firm = other_name(turn, pair, Side.TALENT)
    return f"{firm}と{other_name(turn, pair, Side.OWNER)}"


def day(row: Meeting) -> str:
    return say_day(row.meets_at.astimezone(JST).date())


def listed(names: list[str]) -> str:
    rest = f"、ほか{len(names) - MOST_NAMED}組" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + rest


def partner_of(turn: Turn, pair: Engagement) -> str:
    """Name who introduced the firm, where the owner agreed that he hears of it."""
    owner = turn.work.parties.party(turn.work.parties.handle(pair.owner_handle_id).party_id)
    return owner.referred_by if owner.shares_progress and owner.referred_by else ""
