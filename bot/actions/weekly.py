"""Weekly: the same slot every week; one reminder before it, one promise of each side after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from bot.actions.sides import close_talks, locked, side_of
from bot.errors import Refusal
from bot.facts import other_name
from bot.payloads import card_payload
from bot.talking import begin
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.outcomes import PromiseWeek
from flows.rules.calendar import JST, day_before, next_slot, say_day
from storage.conversations import Conversation
from storage.engagements import Engagement, Meeting, Phase, Side
from storage.unit_of_work import Work
from storage.weeks import Promise, Wanted

AFTER = timedelta(minutes=40)  # when a meeting of half an hour is surely over
SHOWN = 3  # promises in a notice
DONE = {"yes": "できた", "partly": "途中", "no": "まだ"}


def plan(turn: Turn, engagement: Engagement, after: datetime, *, is_first: bool = False) -> None:
    """Make the next meeting a row, with its reminder and its aftermath as due rows."""
    assert engagement.weekday is not None
    assert engagement.meets_at is not None
    meets_at, skipped = next_slot(after, engagement.weekday, engagement.meets_at)
    while (
        meets_at <= turn.now
    ):  # the house was closed for weeks: nobody is called to a meeting that has passed
        meets_at, skipped = next_slot(meets_at, engagement.weekday, engagement.meets_at)
    meeting = turn.work.engagements.add_meeting(engagement.id, meets_at)
    turn.work.dues.add("remind", meeting.id.hex, max(day_before(meets_at), turn.now))
    turn.work.dues.add("met", meeting.id.hex, meets_at + AFTER)
    holidays = f"({'、'.join(say_day(day) for day in skipped)}は祝日などでお休みです)" if skipped else ""
    if not is_first and not skipped:
        return
    first = "始まりました。最初の" if is_first else "次の"
    words = f"{first}打ち合わせは、{when(meeting)}からです。{holidays}前の日にお知らせします。"
    for id in (engagement.owner_handle_id, engagement.talent_handle_id):
        turn.tell(turn.work.parties.handle(id), Message(words))


def when(meeting: Meeting) -> str:
    here = meeting.meets_at.astimezone(JST)
    return f"{say_day(here.date())} {here.hour}時{f'{here.minute}分' if here.minute else ''}"


def load(work: Work, subjects: Sequence[str]) -> None:
    """Read at once what the reminders of many meetings say."""
    work.expect_meetings({UUID(subject) for subject in subjects})


def remind(turn: Turn, subject: str) -> None:
    """The week's one reminder to each side: when, with whom, and how last week's promise went."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = turn.work.engagements.get(meeting.engagement_id)
    if engagement.phase == Phase.ENDED.name or meeting.meets_at <= turn.now:
        return
    last = turn.work.engagements.before(meeting)
    promises = turn.work.weeks.promises_of(last.id) if last else {}
    for side, id in ((Side.OWNER, engagement.owner_handle_id), (Side.TALENT, engagement.talent_handle_id)):
        mine, theirs = promises.get(side), promises.get(Side.TALENT if side is Side.OWNER else Side.OWNER)
        other = other_name(turn, engagement, side)
        link = f"\n入るとき：{engagement.url}\n" if engagement.url else ""
        shown = f"{other}の先週の約束は{named(theirs)}です。" if theirs else ""
        asks = f"ご自分で先週決めた{named(mine)}は、いかがですか？" if mine else "よろしくお願いします。"
        words = f"{when(meeting)}から、{other}との打ち合わせです。{link}{shown}{asks}"
        buttons = (
            tuple(
                Button(label, card_payload("meeting", last.id, last.version, verb))
                for verb, label in DONE.items()
            )
            if mine and last
            else ()
        )
        handle = turn.work.parties.handle(id)
        turn.tell(
            handle,
            Message(words, buttons=buttons),
            purpose="reminder",
            dedupe=f"remind:{subject}:{side.name}",
        )


def named(promises: Sequence[Promise]) -> str:
    """Say what was promised, short enough for a notice: 「写真を5枚」「説明を2本」."""
    rest = f"ほか{len(promises) - SHOWN}つ" if len(promises) > SHOWN else ""
    return "".join(f"「{item.text[:60]}」" for item in promises[:SHOWN]) + rest


def tapped(turn: Turn, tap: CardTapped) -> None:
    """できた / 途中 / まだ: the other side hears it too."""
    me = turn.person()
    meeting = turn.work.session.get(Meeting, UUID(tap.id))
    engagement = turn.work.engagements.get(meeting.engagement_id) if meeting else None
    if meeting is None or engagement is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    side = side_of(engagement, me.id)
    mine = turn.work.weeks.promises_of(meeting.id)[side]
    latest = turn.work.engagements.meetings(engagement.id)[-1]
    if not mine or engagement.phase == Phase.ENDED.name or meeting.number < latest.number - 1:
        raise Refusal("この週のことは、もう終わっています。")
    if all(item.done == tap.verb for item in mine):
        raise Refusal(f"「{DONE[tap.verb]}」とうかがっています。ありがとうございます。")
    for item in mine:
        item.done = tap.verb
    other = engagement.talent_handle_id if side is Side.OWNER else engagement.owner_handle_id
    turn.tell(me, Message(f"「{DONE[tap.verb]}」ですね。{other_name(turn, engagement, side)}にも伝えます。"))
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
    """The meeting is over: each side says what it does until the next one, which is planned at once."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = locked(turn, meeting.engagement_id.hex)
    if engagement.phase == Phase.ENDED.name:
        return
    plan(turn, engagement, meeting.meets_at)
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
