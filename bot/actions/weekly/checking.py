"""Checking: how it goes on day 30 and half-way, and what the staff should hear of: no deeds, no promises, silence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from bot import calls
from bot.actions.people import waits
from bot.actions.people.sides import handle_of, house_of, locked, refuse_if_over, side_of
from bot.actions.weekly.slotting import top_up
from bot.errors import Refusal
from bot.facts import full_name, other_name
from bot.payloads import card_payload
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.rules.calendar import JST, next_business_day, say_moment
from flows.rules.weekly.rhythm import Week, worries
from storage.engagements import Engagement, MeetingState, Phase, Side
from storage.slots import Checkin
from storage.staff_tasks import StaffTask, TaskKind

PULSE, HALFWAY = "PULSE", "HALFWAY"
DAYS = {PULSE: timedelta(days=30), HALFWAY: timedelta(days=45)}
MOOD = {"good": "いい感じ", "fair": "ふつう", "worry": "心配"}
REACH = {"reach": "届きそう", "done": "もう届いた", "far": "むずかしそう"}
NEXT = {
    "smaller": "もう少し小さくする",
    "another": "別のことにする",
    "end": "ここで終わりにする",
    "talk": "担当と話す",
}
SILENT = timedelta(days=14)
LOOKED_AT = 4  # weeks


def begin(turn: Turn, engagement: Engagement) -> None:
    """Name the moments at which somebody looks how it goes."""
    for kind, days in DAYS.items():
        day = next_business_day((turn.now + days - timedelta(days=1)).astimezone(JST).date())
        noon = datetime.combine(day, time(12), JST)
        turn.work.dues.add("checkin", f"{engagement.id.hex}:{kind}", noon)
    turn.work.dues.add("slot_week", engagement.id.hex, next_monday(turn.now))


def next_monday(now: datetime) -> datetime:
    """Return nine o'clock of the next Monday."""
    day = now.astimezone(JST).date()
    return datetime.combine(day + timedelta(days=7 - day.weekday()), time(9), JST)


def checkin_due(turn: Turn, subject: str) -> None:
    """Day 30, day 45: the talent is asked at once, the owner with his next weekly notice or reply."""
    id, kind = subject.split(":")
    engagement = locked(turn, id)
    today = turn.now.astimezone(JST).date()
    if engagement.phase == Phase.ENDED.name or engagement.ends_on is not None or engagement.is_paused(today):
        return
    for side in Side:
        turn.work.slots.checkin(engagement.id, kind, engagement.renewed + 1, side, turn.now)
    for message in questions(turn, engagement, Side.TALENT):
        turn.tell(handle_of(turn, engagement, Side.TALENT), message, purpose="reminder")


def questions(turn: Turn, engagement: Engagement, side: Side) -> list[Message]:
    """Ask this side what waits to be asked of it."""
    waiting = [row for row in turn.work.slots.unasked(engagement.id) if row.side == side.name]
    asked = []
    for row in waiting[:1]:  # one thing at a time
        row.asked_at = turn.now
        turn.work.slots.forget(engagement.id)
        asked.append(question(turn, engagement, row, side))
    return asked


def question(turn: Turn, engagement: Engagement, row: Checkin, side: Side) -> Message:
    if row.kind == PULSE:
        words = f"始まって1か月です。{other_name(turn, engagement, side)}とのお仕事は、いかがですか？"
        return Message(words, buttons=buttons(row, MOOD))
    goal = (engagement.kickoff or {}).get("KO1", "")
    what = f"めざすのは「{goal[:60]}」です。" if goal else ""
    return Message(f"半分まで来ました。{what}このままで届きそうですか？", buttons=buttons(row, REACH))


def buttons(row: Checkin, labels: dict[str, str]) -> tuple[Button, ...]:
    return tuple(Button(label, card_payload("checkin", row.id, 0, verb)) for verb, label in labels.items())


def tapped(turn: Turn, tap: CardTapped) -> None:
    """One tap on how it goes; the last word counts."""
    row = turn.work.session.get(Checkin, UUID(tap.id))
    if row is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    engagement = locked(turn, row.engagement_id.hex)
    side = side_of(engagement, turn.person().id)
    turn.work.session.refresh(row)
    if row.side != side.name:
        raise Refusal("すみません、この操作は使えませんでした。")
    refuse_if_over(engagement)
    if row.answer == tap.verb:
        raise Refusal("うかがっています。ありがとうございます。")
    row.answer, row.answered_at = tap.verb, turn.now
    ANSWERED[tap.verb](turn, engagement, row, side)


Answer = Callable[[Turn, Engagement, Checkin, Side], None]


def thanks(words: str) -> Answer:
    def answer(turn: Turn, engagement: Engagement, row: Checkin, side: Side) -> None:
        turn.tell(turn.person(), Message(words))

    return answer


def worried(turn: Turn, engagement: Engagement, row: Checkin, side: Side) -> None:
    """心配: a person hears of it within a day."""
    task = to_staff(turn, engagement, side, "「心配」とのことです。")
    turn.tell(turn.person(), promised(turn, engagement, task, "教えてくださって、ありがとうございます。"))


def reached(turn: Turn, engagement: Engagement, row: Checkin, side: Side) -> None:
    """もう届いた: what comes next is thought over with a person."""
    task = to_staff(turn, engagement, side, "「もう届いた」とのことです。次の成果を、一緒に考えてください。")
    words = "おめでとうございます。次にやりたいことを、一緒に考えましょう。"
    turn.tell(turn.person(), promised(turn, engagement, task, words))


def far(turn: Turn, engagement: Engagement, row: Checkin, side: Side) -> None:
    """むずかしそう: smaller, another one, or a good end."""
    words = "教えてくださって、ありがとうございます。どうするのがよいですか？"
    turn.tell(turn.person(), Message(words, buttons=buttons(row, NEXT)))


def wished(turn: Turn, engagement: Engagement, row: Checkin, side: Side) -> None:
    """What should become of a goal out of reach: a person brings the two together over it."""
    task = to_staff(turn, engagement, side, f"半分まで来て「{NEXT[row.answer]}」とのことです。")
    turn.tell(turn.person(), promised(turn, engagement, task, "承知しました。"))


def to_staff(turn: Turn, engagement: Engagement, side: Side, words: str) -> StaffTask:
    """Put what somebody said before the staff, on a card about him: it is he who is promised a call."""
    name = full_name(turn, engagement, side.other)
    me, said = turn.person(), f"{name}から{words}"
    task = turn.work.tasks.open_of(me.party_id, TaskKind.WORRY)
    task = waits.add_to(turn, engagement, task, TaskKind.WORRY, said, me)
    calls.promise(turn, task)
    calls.show(turn, task)
    return task


def promised(turn: Turn, engagement: Engagement, task: StaffTask, words: str) -> Message:
    until = say_moment(task.promised_at or turn.now, turn.now)
    reply = Button("ひとこと伝える", card_payload("task", task.id, task.version, "reply"))
    staff = house_of(turn, engagement).staff
    return Message(f"{words}担当の{staff}が、{until}までにご連絡します。", buttons=(reply,))


ANSWERED: dict[str, Answer] = {
    "good": thanks("よかったです。ありがとうございます。"),
    "fair": thanks("ありがとうございます。気になることは、いつでも「人と話す」からどうぞ。"),
    "worry": worried,
    "reach": thanks("よかったです。このまま進めましょう。"),
    "done": reached,
    "far": far,
    **dict.fromkeys(NEXT, wished),
}


def week_due(turn: Turn, subject: str) -> None:
    """Each Monday: weeks are made ahead, and the staff hear where something goes wrong."""
    engagement = locked(turn, subject)
    if engagement.phase == Phase.ENDED.name:
        return
    turn.work.dues.add("slot_week", subject, next_monday(turn.now))
    top_up(turn, engagement)
    if engagement.is_paused(turn.now.astimezone(JST).date()):
        return
    weeks = weeks_of(turn, engagement)
    for words in worries(weeks, is_silent(turn, engagement, weeks)):
        waits.alarm(turn, engagement, TaskKind.RHYTHM, words, engagement.talent_handle_id)


def weeks_of(turn: Turn, engagement: Engagement) -> list[Week]:
    """Tell of the last meetings, oldest first, what the talent promised and what of it was done."""
    held = [
        row for row in turn.work.engagements.meetings(engagement.id) if row.state == MeetingState.HELD.name
    ]
    found = []
    for row in held[-LOOKED_AT:]:
        theirs = turn.work.weeks.promises_of(row.id)[Side.TALENT]
        found.append(Week(len(theirs), sum(item.done in ("yes", "partly") for item in theirs)))
    return found


def is_silent(turn: Turn, engagement: Engagement, weeks: Sequence[Week]) -> bool:
    """Tell whether the talent has not given a sign for two weeks: nothing written, nothing promised, nothing done."""
    talent = handle_of(turn, engagement, Side.TALENT)
    has_spoken = turn.now - (talent.wrote_at or talent.created_at) < SILENT
    return len(weeks) >= 2 and not has_spoken and not any(week.promised or week.done for week in weeks[-2:])
