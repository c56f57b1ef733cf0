"""Overdue: what a week still waits for (a list nobody wrote, a list not agreed to), and who is asked when."""

from __future__ import annotations

from uuid import UUID

from bot.actions.people.sides import locked
from bot.actions.weekly.lists import asks, tell_staff
from bot.payloads import card_payload
from bot.turn import Turn
from flows.messages import Button, Look, Message
from flows.rules.calendar import JST
from storage.engagements import Engagement, Meeting, Phase, Side
from storage.weeks import Week


def list_wait(turn: Turn, subject: str) -> None:
    """The next morning there is no list: the form once more, for it may be far up by now."""
    meeting, engagement = unwritten(turn, subject)
    if meeting is None or engagement is None:
        return
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    words = "昨日の打ち合わせで決まったことを、まだうかがっていません。短くて大丈夫です。"
    write_it = Button("決まったことを書く", card_payload("meeting", meeting.id, 0, "write"), Look.PRIMARY)
    turn.tell(talent, Message(words, buttons=(write_it,)), purpose="reminder", dedupe=f"list:{subject}")


def list_staff(turn: Turn, subject: str) -> None:
    """Two business days later a person asks."""
    _, engagement = unwritten(turn, subject)
    if engagement is not None:
        tell_staff(turn, engagement, Side.TALENT, "打ち合わせで決まったことが、まだ書かれていません。")


def unwritten(turn: Turn, subject: str) -> tuple[Meeting | None, Engagement | None]:
    """Find the meeting that nobody has written a list of yet."""
    meeting, engagement = waiting(turn, subject)
    if meeting is None or turn.work.weeks.week(meeting.id) is not None:
        return None, None
    return meeting, engagement


def agree_wait(turn: Turn, subject: str) -> None:
    """The other side has not said これでよい: once more, with the buttons."""
    week, engagement = unagreed(turn, subject)
    if week is None or engagement is None:
        return
    meeting = turn.work.engagements.meeting(week.meeting_id)
    message = asks(turn, engagement, meeting, week, Side.TALENT, "お返事をお待ちしています。")
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    turn.tell(talent, message, purpose="reminder", dedupe=f"agree:{subject}")


def agree_staff(turn: Turn, subject: str) -> None:
    """Still not: a person asks."""
    _, engagement = unagreed(turn, subject)
    if engagement is not None:
        tell_staff(turn, engagement, Side.TALENT, "今週やることへのお返事が、2営業日ありません。")


def unagreed(turn: Turn, subject: str) -> tuple[Week | None, Engagement | None]:
    """Find the list, as it was put to the talent, that he has not agreed to; nothing where it was changed since."""
    id, _, version = subject.partition(":")
    meeting, engagement = waiting(turn, id)
    week = turn.work.weeks.week(meeting.id) if meeting else None
    if week is None or f"{week.version}" != version or week.has_agreed(Side.TALENT):
        return None, None
    return week, engagement


def waiting(turn: Turn, id: str) -> tuple[Meeting | None, Engagement | None]:
    """Find what a moment is about; nothing where the work is over or another meeting has come since."""
    meeting = turn.work.session.get(Meeting, UUID(id))
    if meeting is None:
        return None, None
    engagement = locked(turn, meeting.engagement_id.hex)
    latest = turn.work.engagements.last(engagement.id, turn.now)
    rests = engagement.is_paused(turn.now.astimezone(JST).date())
    if engagement.phase == Phase.ENDED.name or rests or latest is None or latest.id != meeting.id:
        return None, None
    return meeting, engagement
