"""Relays: words between owner, talent and staff; each goes to exactly the one its card or its talk names."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot import calls
from bot.actions.sides import side_of
from bot.errors import Refusal
from bot.facts import other_name
from bot.payloads import card_payload
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.outcomes import TellOther, TellPerson, TellStaff
from flows.rules.calendar import say_moment
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Side
from storage.outbox import HELD, UNREACHABLE
from storage.staff_tasks import StaffTask

UNDO = timedelta(seconds=10)
TAKEN_BACK = "taken back"
OVER = "このお仕事は終わっています。「人と話す」で担当にお伝えください。"


def tell_other(turn: Turn, talk: Conversation, outcome: TellOther) -> None:
    """Carry a word to the other side, with a button to answer it."""
    engagement = turn.work.engagements.get(UUID(outcome.engagement))
    if engagement.phase == Phase.ENDED.name:
        raise Refusal(OVER)
    side = side_of(engagement, talk.handle_id)
    other = Side.TALENT if side is Side.OWNER else Side.OWNER
    to = engagement.talent_handle_id if side is Side.OWNER else engagement.owner_handle_id
    answer = Button("返事をする", card_payload("engagement", engagement.id, 0, "tell"))
    words = Message(f"{other_name(turn, engagement, other)}から：「{outcome.words}」", buttons=(answer,))
    turn.tell(turn.work.parties.handle(to), words)
    turn.tell(turn.work.parties.handle(talk.handle_id), Message("お伝えしました。"))


def tell_tapped(turn: Turn, tap: CardTapped) -> None:
    """お相手に伝える, 返事をする."""
    engagement = turn.work.session.get(Engagement, UUID(tap.id))
    if engagement is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    side_of(engagement, turn.person().id)
    if engagement.phase == Phase.ENDED.name:
        raise Refusal(OVER)
    if engagement.phase in (Phase.QUESTIONS.name, Phase.DECIDING.name):
        raise Refusal("お二人で「進めたい」となってから使えます。")
    begin_once(turn, "tell_other", turn.person(), {"engagement": engagement.id.hex})


def send_tapped(turn: Turn, tap: CardTapped) -> None:
    """オーナーに送る: opens the form; the card names the person, nothing else does."""
    task = calls.tapped(turn, tap)
    begin_once(turn, "tell_person", turn.person(), {"task": task.id.hex})


def tell_person(turn: Turn, talk: Conversation, outcome: TellPerson) -> None:
    """Send the staff's words in ten seconds; until then they can be taken back."""
    if not turn.person().is_staff:
        raise Refusal("この操作は、運営スタッフだけができます。")
    task = turn.work.tasks.lock(UUID(outcome.task))
    if task is None or task.handle_id is None:
        raise Refusal("送る相手が見つかりませんでした。")
    name = turn.work.parties.name(talk.handle_id) or turn.rules.house.staff
    reply = Button("返事をする", card_payload("task", task.id, task.version, "reply"))
    words = Message(f"担当の{name}です。\n{outcome.words}", buttons=(reply,))
    person = turn.work.parties.handle(task.handle_id)
    leaves = max(turn.now + UNDO, turn.hour_for(person))
    turn.tell(person, words, at=leaves, dedupe=f"said:{talk.id.hex}")
    task.words = f"{task.words}\n→ {name}：{outcome.words}"[-calls.MOST_WORDS :]
    undo = Button("取り消す", card_payload("said", talk.id, 0, "undo"))
    soon = "10秒後" if leaves == turn.now + UNDO else say_moment(leaves, turn.now)
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(f"{soon}に届きます。", buttons=(undo,)))
    calls.show(turn, task)


def undo(turn: Turn, tap: CardTapped) -> None:
    """取り消す: what has not left the house stays in it."""
    talk = turn.work.conversations.get(UUID(tap.id))
    if talk is None or talk.handle_id != turn.person().id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    rows = turn.work.outbox.deduped(f"said:{talk.id.hex}.")
    if rows and all(row.error == TAKEN_BACK for row in rows):
        raise Refusal("もう取り消してあります。")
    if not rows or any(row.status != HELD or row.next_at <= turn.now for row in rows):
        raise Refusal("もう送り出しました。")
    turn.work.outbox.set([row.id for row in rows], status=UNREACHABLE, error=TAKEN_BACK)
    if task := turn.work.tasks.lock(UUID(talk.subject["task"])):
        task.words = f"{task.words}(取り消し)"[-calls.MOST_WORDS :]
        calls.show(turn, task)
    turn.tell(turn.person(), Message("取り消しました。"))


def reply_tapped(turn: Turn, tap: CardTapped) -> None:
    """返事をする, under a word of the staff."""
    task = turn.work.session.get(StaffTask, UUID(tap.id))
    if task is None or task.handle_id != turn.person().id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    begin_once(turn, "tell_staff", turn.person(), {"task": task.id.hex})


def tell_staff(turn: Turn, talk: Conversation, outcome: TellStaff) -> None:
    """The person's answer stands on the same card; a closed one opens again."""
    task = turn.work.tasks.lock(UUID(outcome.task))
    assert task is not None
    task.words = f"{task.words}\n← {outcome.words}"[-calls.MOST_WORDS :]
    task.done_at, task.done_by, task.version = None, None, task.version + 1
    calls.promise(turn, task)
    calls.show(turn, task)
    staff = turn.house(talk.party_id).staff
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(f"担当の{staff}に伝えました。"))
