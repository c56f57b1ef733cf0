"""Forgetting: a talent has himself forgotten. What runs is talked over first; then all he told us goes, and he may come again."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from bot.actions.match import leaving
from bot.actions.talent.profiles import own_profile
from bot.calls import note_for_staff, promise
from bot.errors import Refusal
from bot.list_facts import may_leave
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Message
from flows.outcomes import DeleteProfile
from flows.rules.calendar import say_moment
from storage.conversations import Conversation
from storage.forgetting import WINDOW
from storage.parties import Handle
from storage.staff_tasks import TaskKind

GONE = "登録を消しました。これまでありがとうございました。またいつでも「ホーム」から始められます。"
STAYS = "承知しました。登録は、そのまま残してあります。"
WITHDREW = "さんは、ご都合で応募を取り下げられました。"
WANTS_TO_LEAVE = "登録を消したいとのことです。進んでいるお仕事の終わり方を、先に話してください。"


def leave_tapped(turn: Turn, tap: CardTapped) -> None:
    """登録を消す: who works with somebody talks with the staff first; anybody else is asked once more."""
    own_profile(turn)
    if not is_for_staff(turn):
        begin_once(turn, "delete_profile", turn.person(), {})


def delete_profile(turn: Turn, talk: Conversation, outcome: DeleteProfile) -> None:
    """Forget him: owners who saw him hear it once, without his name."""
    work = turn.work
    work.parties.lock([talk.handle_id])
    me = work.parties.handle(talk.handle_id)
    if not outcome.is_sure:
        return turn.tell(me, Message(STAYS))
    talent = work.talents.lock_profile(talk.party_id)
    if talent is None:
        raise Refusal("登録は、もう消えています。")
    if is_for_staff(turn):
        return
    withdraw_all(turn, me)
    work.forgetting.talent(me, talent, turn.now)
    work.conversations.forget()
    look_through(turn, me, me.created_at)
    turn.tell(me, Message(GONE))
    turn.refresh(f"home:{me.id.hex}", handle=me)


def is_for_staff(turn: Turn) -> bool:
    """Tell whether something runs: then nothing is forgotten, the staff have a card, and he a time."""
    me = turn.person()
    if not turn.work.forgetting.running(me.id):
        return False
    task = note_for_staff(turn, None, TaskKind.LEAVING, WANTS_TO_LEAVE)
    promise(turn, task)
    until = say_moment(task.promised_at or turn.now, turn.now)
    staff = turn.house(me.party_id).staff
    first = (
        f"いま進んでいるお仕事があるので、先に担当の{staff}がお話をうかがいます。{until}までにご連絡します。"
    )
    turn.tell(me, Message(first))
    return True


def withdraw_all(turn: Turn, me: Handle) -> None:
    """Take back what he applied for and has not begun; an owner who saw him hears it once for each."""
    for each in may_leave(turn.work, me.party_id):
        application, posting = leaving.locked(turn, each.id)
        leaving.leave(turn, posting, application, leaving.GONE, WITHDREW)


def look_through(turn: Turn, me: Handle, since: datetime) -> None:
    """Look through the events of a week, and of the next one later."""
    turn.work.dues.add("forget", f"{me.id.hex}:{since.timestamp():.0f}", turn.now)


def forget(turn: Turn, subject: str) -> None:
    """A week of what he once sent is blanked; then the next, up to now."""
    id, _, at = subject.partition(":")
    since = datetime.fromtimestamp(int(at), UTC)
    me = turn.work.parties.handle(UUID(id))
    turn.work.forgetting.events(me.external_id, since)
    if since + WINDOW < turn.now:
        look_through(turn, me, since + WINDOW)
