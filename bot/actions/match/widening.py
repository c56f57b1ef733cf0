"""Widening: too few come. The owner hears what might be changed, the staff ring him; the words are written anew, or it rests."""

from __future__ import annotations

from datetime import timedelta

from bot import calls
from bot.actions.match import inviting
from bot.actions.posting import reviews
from bot.actions.posting.drafts import check, show
from bot.errors import Refusal
from bot.facts import draft_of
from bot.payloads import card_payload, word_payload
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.messages import Button, Card, Look, Message
from flows.rules.calendar import say_moment
from flows.rules.match.inviting import FEW, is_rare
from flows.rules.match.widening import Hint, as_lines, hints
from flows.words import LABELS, Word
from storage.postings import Posting, State
from storage.staff_tasks import StaffTask, TaskKind
from storage.talents import Stage

DAY = timedelta(days=1)
WAITING, CHOSEN = (Stage.APPLIED, Stage.SHOWN), (Stage.MEETING, Stage.ENGAGED)


def thin(turn: Turn, subject: str) -> None:
    """A week and no more than two: the owner reads what might bring more people, the staff the figures beside it."""
    posting = reviews.locked(turn, subject)
    if posting is None or posting.state != State.OPEN.name:
        return
    many = turn.work.talents.count(posting.id)
    if many > FEW or turn.work.talents.of_posting(posting.id, *CHOSEN):
        return
    found = hints_for(turn, posting)
    so_far = f"まだ{many}人です" if many else "まだありません"
    said = Message(f"募集を始めて1週間です。応募は、{so_far}。")
    card = Card("応募をふやす工夫", as_lines(found))
    asked = Message("どこか変えてみますか？", card=card, buttons=choices(posting))
    turn.tell(turn.work.parties.handle(posting.handle_id), said, asked, purpose="news")
    turn.post(STAFF, Message(f"「{posting.title}」の応募は、1週間で{many}人です。\n{figures(found)}"))


def choices(posting: Posting) -> tuple[Button, ...]:
    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("posting", posting.id, posting.version, verb), look)

    return (
        button("変えてみる", "reword", Look.PRIMARY),
        button("このまま待つ", "wait"),
        Button(LABELS[Word.PERSON], word_payload(Word.PERSON)),
    )


def hints_for(turn: Turn, posting: Posting) -> tuple[Hint, ...]:
    others = turn.work.postings.paid_by_others(posting.job_code, posting.company_id)
    return hints(draft_of(posting), others)


def figures(found: tuple[Hint, ...]) -> str:
    return "\n".join(f"・{hint.name}：{hint.for_staff}" for hint in found)


def nobody(turn: Turn, subject: str) -> None:
    """Two weeks without anybody, of a rare skill two months: the staff ring the owner, and he knows when."""
    posting = reviews.locked(turn, subject)
    if posting is None or posting.state != State.OPEN.name or turn.work.talents.count(posting.id):
        return
    long = "60日" if is_rare(posting.job_code) else "2週間"
    task = note(turn, posting, f"応募がないまま{long}")
    until = say_moment(task.promised_at or turn.now, turn.now)
    staff = turn.house(posting.owner_id).staff
    first = Message(f"「{posting.title}」は、{long}たっても応募がありません。ご期待にそえず、すみません。")
    then = Message(f"{until}までに、担当の{staff}がお電話します。言葉を一緒に考えさせてください。")
    turn.tell(turn.work.parties.handle(posting.handle_id), first, then, purpose="news")


def note(turn: Turn, posting: Posting, stage: str) -> StaffTask:
    """Put a card before the staff: ring the owner, then write it anew with his words, or let it rest."""
    owner = turn.work.parties.handle(posting.handle_id)
    words = f"「{posting.title}」\n{figures(hints_for(turn, posting))}"
    task = calls.note_for_staff(turn, None, TaskKind.REWORD, words, stage=stage, about=owner)
    task.posting_id = posting.id
    calls.promise(turn, task)
    return task


def own(turn: Turn, tap: CardTapped) -> Posting:
    """Check that the posting is his own and still open, under the lock."""
    posting = reviews.locked(turn, tap.id)
    if posting is None or posting.owner_id != turn.person().party_id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    if posting.state != State.OPEN.name:
        raise Refusal(f"この募集は、いま「{State[posting.state].value}」です。")
    return posting


def reword(turn: Turn, tap: CardTapped) -> None:
    """変えてみる: his 担当 rings, and writes it anew with his words."""
    posting = own(turn, tap)
    task = note(turn, posting, "募集の言葉を変えたい")
    until = say_moment(task.promised_at or turn.now, turn.now)
    staff = turn.house(posting.owner_id).staff
    turn.tell(turn.person(), Message(f"承知しました。{until}までに、担当の{staff}がお電話で一緒に考えます。"))


def wait(turn: Turn, tap: CardTapped) -> None:
    """このまま待つ."""
    own(turn, tap)
    turn.tell(turn.person(), Message("承知しました。このまま待ちましょう。応募があったら、お知らせします。"))


def rework(turn: Turn, tap: CardTapped) -> None:
    """書き直す: back among the staff's reviews, where 直して見てもらう carries each change to the owner."""
    posting = reviews.tapped(turn, tap, State.OPEN)
    reviews.move(turn, posting, State.REVIEW, "書き直しに入った")
    posting.promised_at, posting.question, posting.reply = None, "", ""
    check(turn, posting)
    inviting.withdraw(turn, posting)
    show(turn, posting)


def pause(turn: Turn, tap: CardTapped) -> None:
    """募集を休む: nobody can apply until it is opened again; not while somebody waits for an answer."""
    posting = reviews.tapped(turn, tap, State.OPEN)
    if turn.work.talents.of_posting(posting.id, *WAITING):
        raise Refusal("お返事を待っている応募の方がいます。社長のお返事のあとで、お休みにしてください。")
    reviews.move(turn, posting, State.PAUSED, "募集を休んだ")
    inviting.withdraw(turn, posting)
    words = f"「{posting.title}」の募集を、いったんお休みにしました。再開は「人と話す」からどうぞ。"
    turn.tell(turn.work.parties.handle(posting.handle_id), Message(words), purpose="news")
    show(turn, posting)


def reopen(turn: Turn, tap: CardTapped) -> None:
    """募集を再開する."""
    posting = reviews.tapped(turn, tap, State.PAUSED)
    reviews.open_up(turn, posting, "募集を再開した")
    words = f"「{posting.title}」の募集を、また始めました。応募があったら、ここでお知らせします。"
    turn.tell(turn.work.parties.handle(posting.handle_id), Message(words), purpose="news")
