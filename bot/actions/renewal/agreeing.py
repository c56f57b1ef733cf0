"""Agreeing: what holds only with the other's free yes (a rest, its end, a sooner last day, a notice taken back), recorded."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bot.actions.people.sides import handle_of, house_of, locked, refuse_if_over, side_of
from bot.actions.renewal import last_day, renewing, resting
from bot.errors import Refusal
from bot.facts import full_name, other_name
from bot.payloads import card_payload
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.renewal.month_outcomes import AskPause, AskResume
from flows.rules.calendar import JST, say_day
from flows.rules.renewal.ending import said_end
from storage.conversations import Conversation
from storage.endings import NO, YES, Agreement, Asks
from storage.engagements import Engagement, Side
from storage.staff_tasks import TaskKind

FOREIGN = "すみません、そのボタンは使えませんでした。"
LABELS = {  # what the two buttons say; the words of a person
    Asks.PAUSE: ("休んでよい", "続けたい"),
    Asks.RESUME: ("再開してよい", "まだ休みたい"),
    Asks.SOONER: ("その日でよい", "決まりどおりがよい"),
    Asks.STAY: ("続けてよい", "終わりのままがよい"),
}


def ask(turn: Turn, engagement: Engagement, kind: Asks, side: Side, on: date | None) -> None:
    """Put it to the other side; until he says yes, nothing changes."""
    row = turn.work.endings.ask(engagement.id, kind, side, on, turn.now)
    yes, no = (
        Button(label, card_payload("agreement", row.id, 0, verb))
        for label, verb in zip(LABELS[kind], ("yes", "no"), strict=True)
    )
    turn.tell(
        handle_of(turn, engagement, side.other),
        Message(question(turn, engagement, row, side.other), buttons=(yes, no)),
    )
    name = other_name(turn, engagement, side)
    words = f"{name}にうかがいました。お返事があるまでは、いまのままです。"
    turn.tell(handle_of(turn, engagement, side), Message(words))
    note(turn, engagement, f"{full_name(turn, engagement, side.other)}から「{said(row)}」のご相談。")


def ask_pause(turn: Turn, talk: Conversation, outcome: AskPause) -> None:
    """しばらく休む: with the other's yes."""
    engagement = locked(turn, outcome.engagement)
    side, until = side_of(engagement, talk.handle_id), date.fromisoformat(outcome.until)
    refuse_if_over(engagement)
    if engagement.phase not in last_day.AT_WORK or engagement.started_on is None:
        raise Refusal("お仕事はまだ始まっていません。日にちのことは「人と話す」で担当にお伝えください。")
    if engagement.ends_on is not None and until >= engagement.ends_on:
        raise Refusal(f"お仕事は{say_day(engagement.ends_on)}までと決まっています。", key="until")
    if until < turn.now.astimezone(JST).date():
        raise Refusal("その日は、もう過ぎています。ほかの日をお選びください。", key="until")
    ask(turn, engagement, Asks.PAUSE, side, until)


def ask_resume(turn: Turn, talk: Conversation, outcome: AskResume) -> None:
    """早めに再開する: with the other's yes too."""
    engagement = locked(turn, outcome.engagement)
    side = side_of(engagement, talk.handle_id)
    refuse_if_over(engagement)
    if not engagement.is_paused(turn.now.astimezone(JST).date()):
        raise Refusal("お休みは、もう終わっています。次の打ち合わせは「いまどうなってる？」で見られます。")
    ask(turn, engagement, Asks.RESUME, side, None)


def question(turn: Turn, engagement: Engagement, row: Agreement, reader: Side) -> str:
    name = other_name(turn, engagement, reader)
    day = say_day(row.on) if row.on else ""
    free = "お返事はご自由です。"
    return {
        Asks.PAUSE: f"{name}から、{day}までお仕事を休みたいとのご相談です。そのあいだは0時間で、打ち合わせもお休みです。{free}",
        Asks.RESUME: f"{name}から、お休みを終えて再開したいとのご相談です。{free}",
        Asks.SOONER: f"{name}から、{day}までにできないか、とのご相談です。決まりの日より早くなるので、{free}どちらでも不利にはなりません。",
        Asks.STAY: f"{name}から、終わりのお知らせを取り下げて続けたいとのことです。{free}",
    }[Asks[row.kind]]


def said(row: Agreement) -> str:
    """Name what is asked, for the staff: 「早く終わる(12月25日(金)まで)」."""
    return Asks[row.kind].value + (f"({say_day(row.on)}まで)" if row.on else "")


def note(turn: Turn, engagement: Engagement, words: str) -> None:
    """Write on the staff's card, where there is one about an ending; a rest alone is only told in their channel."""
    ending = turn.work.endings.current(engagement.id)
    if ending is not None:
        last_day.card(turn, engagement, ending, words)
        return
    turn.post(STAFF, Message(words))


def found(turn: Turn, tap: CardTapped) -> tuple[Agreement, Engagement]:
    """Find what is answered: by the other side, while it waits."""
    row = turn.work.endings.agreement(UUID(tap.id))
    if row is None:
        raise Refusal(FOREIGN)
    side_of(turn.work.engagements.get(row.engagement_id), turn.person().id)
    engagement = locked(turn, row.engagement_id.hex)
    row = turn.work.endings.agreement(UUID(tap.id))
    assert row is not None
    if side_of(engagement, turn.person().id).name == row.asked_by:
        raise Refusal("お相手のお返事を待っています。")
    refuse_if_over(engagement)
    if row.answer:
        raise Refusal(f"「{LABELS[Asks[row.kind]][row.answer == NO]}」とうかがっています。")
    today = turn.now.astimezone(JST).date()
    if row.is_over or (row.on is not None and row.on < today):
        raise Refusal("このご相談は、もう終わっています。新しいお知らせをご覧ください。")
    return row, engagement


def answered(turn: Turn, tap: CardTapped) -> None:
    """A free yes or no: kept for good with its time, told to both, and done."""
    row, engagement = found(turn, tap)
    asker = Side[row.asked_by]
    row.answer, row.answered_at = (YES if tap.verb == "yes" else NO), turn.now
    me, other = turn.person(), handle_of(turn, engagement, asker)
    name = full_name(turn, engagement, asker)
    note(turn, engagement, f"「{said(row)}」に{name}は「{LABELS[Asks[row.kind]][row.answer == NO]}」。")
    if row.answer == NO:
        turn.tell(me, Message("承知しました。お相手にお伝えします。いまのまま続きます。"))
        turn.tell(other, Message(refused(turn, engagement, row, asker)))
        return
    DONE[Asks[row.kind]](turn, engagement, row)


def refused(turn: Turn, engagement: Engagement, row: Agreement, asker: Side) -> str:
    """Say a no kindly, with what holds then and a way on."""
    staff = house_of(turn, engagement).staff
    ends = (
        f"お仕事は{say_day(engagement.ends_on)}までです。" if engagement.ends_on else "いまのまま続きます。"
    )
    name = other_name(turn, engagement, asker)
    return f"{name}は、{LABELS[Asks[row.kind]][1]}とのことです。{ends}ご心配なときは、担当の{staff}が間に入ります。"


def ends_sooner(turn: Turn, engagement: Engagement, row: Agreement) -> None:
    """その日でよい: the other's own word makes the day sooner; it stays recorded that he gave it."""
    ending = turn.work.endings.current(engagement.id)
    if ending is None or row.on is None or engagement.ends_on is None or row.on >= engagement.ends_on:
        raise Refusal("このご相談は、もう終わっています。新しいお知らせをご覧ください。")
    last_day.set_day(turn, engagement, ending, row.on)
    words = f"最後の日は、{said_end(row.on)}に決まりました。それまでは、いつもどおり続きます。"
    renewing.tell_both(turn, engagement, Message(words))


def stays(turn: Turn, engagement: Engagement, row: Agreement) -> None:
    """続けてよい: it is as if no notice had been given; a look back that was broken off comes in its time."""
    last_day.unset(turn, engagement)
    renewing.go_on_as_before(turn, engagement)
    following = renewing.following(turn, engagement)
    then = f"次の打ち合わせは、{following}からです。" if following else ""
    renewing.tell_both(
        turn, engagement, Message(f"終わりのお知らせは、取り下げになりました。このまま続きます。{then}")
    )
    task = turn.work.tasks.about(engagement.id, TaskKind.ENDING)
    if task is not None:
        renewing.end_card(turn, task, "取り下げになりました。")


DONE = {
    Asks.PAUSE: resting.rest,
    Asks.RESUME: resting.resume_now,
    Asks.SOONER: ends_sooner,
    Asks.STAY: stays,
}
