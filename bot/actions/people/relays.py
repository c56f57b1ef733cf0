"""Relays: words between a person and the staff; each goes to exactly the one its card or its talk names."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot import calls, held
from bot.actions.people import between, riding
from bot.errors import Refusal
from bot.payloads import aside_payload, card_payload, word_payload
from bot.talking import begin, begin_once, has_waiting, next_in_line, with_person
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.journal import Entry, Journal
from flows.messages import Button, Look, Message
from flows.outcomes import TellPerson, TellStaff
from flows.rules.calendar import say_moment
from flows.words import Word, word_of
from storage.conversations import CLOSED, HUMAN, OPEN, WAITING, Conversation
from storage.engagements import Engagement
from storage.mail import THREAD
from storage.outbox import HELD, UNREACHABLE
from storage.parties import Handle
from storage.staff_tasks import StaffTask, TaskKind

UNDO = timedelta(seconds=10)
TAKEN_BACK = "taken back"
SAID = "said:"  # how the dedupe key of the staff's word begins; its talk follows


def send_tapped(turn: Turn, tap: CardTapped) -> None:
    """オーナーに送る: opens the form; the card names the person, nothing else does."""
    task = calls.tapped(turn, tap)
    begin_once(turn, "tell_person", turn.person(), {"task": task.id.hex})


def step_in(turn: Turn, tap: CardTapped) -> None:
    """会社の方に送る, お相手に送る: a person of the staff steps in between the two."""
    engagement = turn.work.session.get(Engagement, UUID(tap.id))
    if not turn.person().is_staff or engagement is None:
        raise Refusal("このボタンは、運営スタッフだけが使えます。")
    to_owner = tap.verb == "step_owner"
    id = engagement.owner_handle_id if to_owner else engagement.talent_handle_id
    turn.work.parties.lock([id])
    about = turn.work.parties.handle(id)
    task = turn.work.tasks.open_of(about.party_id, TaskKind.TALK)
    task = task or calls.note_for_staff(turn, None, TaskKind.TALK, "お二人のやりとりから", about=about)
    begin_once(turn, "tell_person", turn.person(), {"task": task.id.hex})


def tell_person(turn: Turn, talk: Conversation, outcome: TellPerson) -> None:
    """Send the staff's words in ten seconds; until then they can be taken back."""
    if not turn.person().is_staff:
        raise Refusal("この操作は、運営スタッフだけができます。")
    lock_person(turn, UUID(outcome.task))
    task = turn.work.tasks.lock(UUID(outcome.task))
    if task is None or task.handle_id is None:
        raise Refusal("送る相手が見つかりませんでした。")
    name = turn.work.parties.name(talk.handle_id) or turn.rules.house.staff
    reply = Button("返事をする", card_payload("task", task.id, task.version, "reply"))
    words = Message(f"担当の{name}です。\n{outcome.words}", buttons=(reply,))
    person = turn.work.parties.handle(task.handle_id)
    leaves = max(turn.now + UNDO, turn.hour_for(person))
    turn.tell(person, words, at=leaves, dedupe=f"{SAID}{talk.id.hex}")
    task.words = f"{task.words}\n→ {name}：{outcome.words}"[-calls.MOST_WORDS :]
    undo = Button("取り消す", card_payload("said", talk.id, 0, "undo"))
    pause(turn, person, task)
    soon = "10秒後" if leaves == turn.now + UNDO else say_moment(leaves, turn.now)
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(f"{soon}に届きます。", buttons=(undo,)))
    calls.show(turn, task)


def lock_person(turn: Turn, task: UUID) -> None:
    """Lock whom a card is about, before the card itself."""
    found = turn.work.session.get(StaffTask, task)
    if found is not None and found.handle_id is not None:
        turn.work.parties.lock([found.handle_id])


def done(turn: Turn, tap: CardTapped) -> None:
    """対応おわり: the card is closed, and the bot has the word again."""
    lock_person(turn, UUID(tap.id))
    hand_back(turn, calls.done(turn, tap))


def pause(turn: Turn, person: Handle, task: StaffTask) -> None:
    """A person of the staff speaks now: the bot asks nothing until 対応おわり, or until he would rather go on."""
    if person.platform != "line" or with_person(turn, person) is not None:
        return
    for talk in turn.work.conversations.live(person.id):
        if talk.status == OPEN:
            talk.status = WAITING
    subject = {"task": task.id.hex, "with": "staff"}
    talk = turn.work.conversations.begin(person.id, person.party_id, "tell_staff", subject, turn.now)
    talk.status, person.floor, person.floor_at = HUMAN, talk.id, turn.now


def hand_back(turn: Turn, task: StaffTask) -> None:
    """対応おわり: the bot has the word again, and goes on where it was."""
    if task.handle_id is None:
        return
    person = turn.work.parties.handle(task.handle_id)
    human = with_person(turn, person)
    if human is None or human.subject["task"] != task.id.hex:
        return
    human.status = CLOSED
    if person.floor == human.id:
        person.floor = None
    if has_waiting(turn, person):
        turn.tell(person, Message("担当とのお話は、ここまでです。続きを、またこちらでうかがいます。"))
    next_in_line(turn, person)


def hear(turn: Turn, human: Conversation, words: str, kind: str = "") -> None:
    """Somebody writes while a person of the staff speaks with him: his words go over by one tap, never by guess."""
    staff = turn.house(human.party_id).staff
    go_on = Button("相談を続ける", word_payload(Word.RESUME))
    if not words:
        reply = Button("返事を書く", card_payload("task", UUID(human.subject["task"]), 0, "reply"))
        said = f"いまは、担当の{staff}が対応しています。{kind}"
        return turn.tell(turn.person(), Message(said, buttons=(reply, go_on)))
    held.hold(turn, human, words)
    tell = Button("この言葉を送る", aside_payload(human.id, held.HELD, "tell"), Look.PRIMARY)
    said = f"いまは、担当の{staff}が対応しています。{staff}に送りますか？"
    turn.tell(turn.person(), Message(said, buttons=(tell, go_on)))


def tell_held(turn: Turn, human: Conversation, journal: Journal) -> None:
    """この言葉を送る."""
    words = held.release(turn, human, journal)
    if words:
        tell_staff(turn, human, TellStaff(human.subject["task"], words))


def quoted(turn: Turn, quoted_id: str, words: str) -> bool:
    """Carry words that quote a relayed message back to whoever sent it; tell whether they did."""
    row = turn.work.outbox.sent_to(turn.person().id, quoted_id) if quoted_id else None
    key = row.dedupe if row and row.dedupe else ""
    if not words.strip() or not key.startswith((SAID, riding.TOLD, THREAD)):
        return False
    if word_of(words) is Word.END:
        return False  # this is for us: it is no word for the other side
    named = UUID(key.split(":")[1].split(".")[0])
    if not key.startswith(SAID):
        between.heard(turn, named, words)
        return True
    sent = turn.work.conversations.get(named)
    if sent is None:
        return False
    seed = Entry("tell.words", words, raw=words)
    begin(turn, "tell_staff", turn.person(), {"task": sent.subject["task"]}, [seed])
    return True


def thread_of(turn: Turn, quoted_id: str) -> UUID | None:
    """Say of which engagement the words are that somebody answers, in its thread or by quoting them."""
    row = turn.work.outbox.sent_to(turn.person().id, quoted_id) if quoted_id else None
    key = row.dedupe if row and row.dedupe else ""
    return UUID(key.split(":")[1].split(".")[0]) if key.startswith((riding.TOLD, THREAD)) else None


def undo(turn: Turn, tap: CardTapped) -> None:
    """取り消す: what has not left the house stays in it, and the bot goes on."""
    talk = turn.work.conversations.get(UUID(tap.id))
    if talk is None or talk.handle_id != turn.person().id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    lock_person(turn, UUID(talk.subject["task"]))
    rows = turn.work.outbox.deduped(f"{SAID}{talk.id.hex}.")
    if rows and all(row.error == TAKEN_BACK for row in rows):
        raise Refusal("もう取り消してあります。")
    if not rows or any(row.status != HELD or row.next_at <= turn.now for row in rows):
        raise Refusal("もう送り出しました。")
    turn.work.outbox.set([row.id for row in rows], status=UNREACHABLE, error=TAKEN_BACK)
    task = turn.work.tasks.lock(UUID(talk.subject["task"]))
    if task is not None:
        task.words = f"{task.words}(取り消し)"[-calls.MOST_WORDS :]
        calls.show(turn, task)
        hand_back(turn, task)
    turn.tell(turn.person(), Message("取り消しました。"))


def reply_tapped(turn: Turn, tap: CardTapped) -> None:
    """返事をする, under a word of the staff."""
    task = turn.work.session.get(StaffTask, UUID(tap.id))
    if task is None or task.handle_id != turn.person().id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    begin_once(turn, "tell_staff", turn.person(), {"task": task.id.hex})


def tell_staff(turn: Turn, talk: Conversation, outcome: TellStaff) -> None:
    """The person's answer stands on the same card; without words it was photos, and they are there already."""
    if outcome.words:
        on_card(turn, UUID(outcome.task), outcome.words)
    staff = turn.house(talk.party_id).staff
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(f"担当の{staff}に伝えました。"))


def on_card(turn: Turn, id: UUID, words: str) -> StaffTask:
    """Add what the person says to the staff's card; a closed one opens again."""
    task = turn.work.tasks.lock(id)
    assert task is not None
    task.words = f"{task.words}\n← {words}"[-calls.MOST_WORDS :]
    task.done_at, task.done_by, task.version = None, None, task.version + 1
    calls.promise(turn, task)
    calls.show(turn, task)
    return task
