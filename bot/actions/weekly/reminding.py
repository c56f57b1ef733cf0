"""Reminding: what the word before each meeting says, its tap's free reply, the hour before and the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.actions.people.sides import both, handle_of, locked, side_of
from bot.actions.renewal import approaches, outcomes
from bot.actions.weekly.checking import questions
from bot.actions.weekly.moving import about_day_off
from bot.actions.weekly.slotting import HOUR, ends_at, found, when, when_for
from bot.errors import Refusal
from bot.facts import other_name
from bot.pages.page_links import MEETING
from bot.payloads import card_payload
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Card, Line, Look, Message
from flows.rules.calendar import day_before
from flows.rules.weekly.weekly_calendar import FIRST_MEETINGS, is_told_before
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.mail import SENDING, SENT, UNKNOWN
from storage.weeks import Promise, Promises

DONE = {"yes": "できた", "partly": "途中", "no": "まだ"}
SHOWN = 3  # promises in a notice
SOON = 4 * 24 * HOUR  # a notice goes out on the business day before: no more than a long weekend


def named(promises: Sequence[Promise]) -> str:
    """Say what was promised, short enough for a notice: 「写真を5枚」「説明を2本」."""
    return "".join(f"「{item.text[:60]}」" for item in promises[:SHOWN]) + _rest(promises)


def told(promises: Sequence[Promise]) -> str:
    """Say what the other side promised, and how it went where that was told: 「写真を5枚」(できた)."""
    said = (
        f"「{item.text[:60]}」" + (f"({DONE[item.done]})" if item.done in DONE else "") for item in promises
    )
    return "".join(list(said)[:SHOWN]) + _rest(promises)


def _rest(promises: Sequence[Promise]) -> str:
    return f"ほか{len(promises) - SHOWN}つ" if len(promises) > SHOWN else ""


def is_off(turn: Turn, engagement: Engagement, meeting: Meeting) -> bool:
    """Tell whether a word before this meeting would only mislead: it is over, moved, or no more."""
    is_over = engagement.phase == Phase.ENDED.name or meeting.meets_at <= turn.now
    return is_over or meeting.state != MeetingState.PLANNED.name


def notice(
    turn: Turn,
    engagement: Engagement,
    meeting: Meeting,
    side: Side,
    last: Meeting | None,
    promises: Promises,
) -> Message:
    """Write the notice: a tap on it brings the link and what will be talked about."""
    mine = [item for item in promises.get(side, []) if not item.done]  # what he has told is not asked again
    theirs = promises.get(side.other, [])
    name, handle = other_name(turn, engagement, side), handle_of(turn, engagement, side)
    link = f"\n入るとき：{engagement.url}\n" if engagement.url and side is Side.TALENT else ""
    words = f"{when_for(meeting.meets_at, handle)}から、{name}との打ち合わせです。{link}"
    is_moved = side is Side.OWNER and meeting.slot_at not in (None, meeting.meets_at)
    words += f"{name}も、この日時でよいとのことです。" if is_moved else ""  # it had no push of its own
    words += f"{name}の先週の約束は{told(theirs)}です。" if theirs else ""
    words += "ふりかえりのことも、10分お話しください。" if is_after_look_back(engagement, last) else ""
    if is_last(turn, engagement, meeting):
        words += "これが最後の打ち合わせです。引き継ぎのことも、お話しください。"
    move = Button("日にちを変える", card_payload("meeting", meeting.id, meeting.version, "move"))
    if mine and last:
        marks = [
            Button(label, card_payload("meeting", last.id, last.version, verb))
            for verb, label in DONE.items()
        ]
        whose = ("社長が" if side is Side.OWNER else "あなたが") if theirs else ""
        asks = f"{whose}先週決めた{named(mine)}は、いかがですか？"
        return Message(f"{words}{asks}", buttons=(*marks, move))
    ready = Button(
        "わかりました", card_payload("meeting", meeting.id, meeting.version, "ready"), Look.PRIMARY
    )
    return Message(f"{words}よろしくお願いします。", buttons=(ready, move))


def is_last(turn: Turn, engagement: Engagement, meeting: Meeting) -> bool:
    """Tell whether the two do not meet any more after this."""
    return (
        engagement.ends_on is not None
        and turn.work.engagements.coming(engagement.id, meeting.meets_at) is None
    )


def riding(turn: Turn, engagement: Engagement, side: Side) -> list[Message]:
    """Take along what else waits to be asked of this side: nothing of that is worth a message of its own."""
    asked = questions(turn, engagement, side)
    asked += outcomes.riding(turn, engagement) if side is Side.OWNER else []
    asked = asked or approaches.riding(turn, engagement, side)
    waiting = turn.work.slots.to_ask(engagement.id) if side is Side.OWNER else []
    soon = [row for row in waiting if row.meets_at - turn.now <= ASKED_WITHIN]
    if not soon:
        return asked
    locked(turn, engagement.id.hex)
    turn.work.session.refresh(soon[0])
    if soon[0].state != MeetingState.BLOCKED.name:
        return asked
    about = about_day_off(turn, engagement, soon[0])
    return [*asked, about] if about else asked


ASKED_WITHIN = 16 * 24 * HOUR  # the last notice before ten days ahead


def ready_tapped(turn: Turn, tap: CardTapped) -> None:
    """わかりました: the link and what will be talked about."""
    meeting, engagement = found(turn, tap.id)
    side = side_of(engagement, turn.person().id)
    if is_off(turn, engagement, meeting):
        coming = turn.work.engagements.coming(engagement.id, turn.now)
        then = f"次は{when(coming)}からです。" if coming else ""
        raise Refusal(f"このお知らせの打ち合わせは、変わりました。{then}")
    answered(turn, engagement, meeting, side)


def noticed(turn: Turn, engagement: Engagement) -> Meeting | None:
    """Return the meeting whose notice has come: the one that runs, or the next from the day before on."""
    last = turn.work.engagements.last(engagement.id, turn.now)
    if last is not None and last.state == MeetingState.PLANNED.name:
        return last
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    return coming if coming and day_before(coming.meets_at) <= turn.now else None


def answered(turn: Turn, engagement: Engagement, meeting: Meeting, side: Side) -> None:
    """He has read the notice: no word the hour before, and the rest in this free reply."""
    if not meeting.is_ready(side):
        meeting.ready = f"{meeting.ready} {side.name}".strip()
    turn.tell(turn.person(), agenda(turn, engagement, meeting, side), *riding(turn, engagement, side))


def agenda(turn: Turn, engagement: Engagement, meeting: Meeting, side: Side) -> Message:
    """Show the coming meeting: when, where to go in, what is talked about."""
    last = turn.work.engagements.before(meeting)
    theirs = turn.work.weeks.promises_of(last.id)[side.other] if last else []
    name = other_name(turn, engagement, side)
    talk = ["先週のこと", "数字のようす", "今週やること"] if last else ["最初にやること"]
    talk += ["引き継ぎのこと"] if is_last(turn, engagement, meeting) else []
    talk += ["ふりかえりのこと(10分)"] if is_after_look_back(engagement, last) else []
    lines = [Line("いつ", f"{when_for(meeting.meets_at, turn.person())}から{meeting.minutes}分")]
    lines += [Line("入るところ", engagement.url)] if engagement.url else []
    lines += [Line(f"{name}の先週の約束", told(theirs))] if theirs else []
    lines.append(Line("話すこと", "、".join(talk)))
    page = turn.rules.page_url(MEETING, meeting.id, turn.now)
    look = (Button("話すことを見る", "", url=page),) if page else ()
    return Message(
        card=Card("次の打ち合わせ", tuple(lines)), buttons=(*on_the_day(engagement, meeting), *look)
    )


def is_after_look_back(engagement: Engagement, last: Meeting | None) -> bool:
    """Tell whether this is the first meeting since both read each other's four answers."""
    read_at = engagement.looked_back_at
    return read_at is not None and (last is None or last.meets_at < read_at)


def on_the_day(engagement: Engagement, meeting: Meeting) -> tuple[Button, ...]:
    def button(label: str, verb: str) -> Button:
        return Button(label, card_payload("meeting", meeting.id, meeting.version, verb))

    enter = (Button("打ち合わせに入る", "", url=engagement.url),) if engagement.url else ()
    return (*enter, button("お相手が来ない", "absent"), button("急用ができた", "move"))


def soon(turn: Turn, subject: str) -> None:
    """An hour before: for the first meetings, and for whom the notice brought no answer of."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = turn.work.engagements.get(meeting.engagement_id)
    if is_off(turn, engagement, meeting):
        return begun(turn, subject)  # we slept: the way in still helps
    before = [row for row in turn.work.engagements.meetings(engagement.id) if row.meets_at < meeting.meets_at]
    for side, id in both(engagement):
        if not is_told_before(min(len(before), FIRST_MEETINGS), is_ready=meeting.is_ready(side)):
            continue
        handle, name = turn.work.parties.handle(id), other_name(turn, engagement, side)
        words = f"まもなく、{when_for(meeting.meets_at, handle)}から{name}とお話しする時間です。{way_in(engagement)}"
        said = Message(words, buttons=on_the_day(engagement, meeting))
        key = f"soon:{subject}:{meeting.sequence}:{side.name}"
        turn.tell(handle, said, purpose="reminder", at=turn.now, dedupe=key, until=meeting.meets_at)
        turn.work.dues.add("begun", subject, meeting.meets_at)


def begun(turn: Turn, subject: str) -> None:
    """It begins: whom the word before did not reach, or who was to hear it while we slept, is given the way in."""
    meeting = turn.work.engagements.meeting(UUID(subject))
    engagement = turn.work.engagements.get(meeting.engagement_id)
    is_on = engagement.phase != Phase.ENDED.name and meeting.state == MeetingState.PLANNED.name
    if not is_on or not meeting.meets_at <= turn.now < ends_at(meeting):
        return
    for side, id in both(engagement):
        before = f"soon:{subject}:{meeting.sequence}:{side.name}."
        if meeting.is_ready(side) or any(row.status in LEFT for row in turn.work.outbox.deduped(before)):
            continue
        turn.work.outbox.take_back(before)
        handle, name = turn.work.parties.handle(id), other_name(turn, engagement, side)
        words = f"{when_for(meeting.meets_at, handle)}からの、{name}との打ち合わせの時間です。{way_in(engagement)}"
        said = Message(words, buttons=on_the_day(engagement, meeting))
        key = f"begun:{subject}:{meeting.sequence}:{side.name}"
        turn.tell(handle, said, purpose="reminder", at=turn.now, dedupe=key, until=ends_at(meeting))


LEFT = (SENDING, SENT, UNKNOWN)


def way_in(engagement: Engagement) -> str:
    return f"\n入るとき：{engagement.url}" if engagement.url else ""
