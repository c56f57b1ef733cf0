"""Others: whoever waits for the owner's word hears how it stands, and is not kept longer than two weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from bot import calls
from bot.actions.people.sides import close_talks
from bot.payloads import card_payload, word_payload
from bot.turn import STAFF, Turn
from flows.messages import Button, Message
from flows.rules.calendar import JST, say_day
from flows.words import LABELS, Word
from storage.parties import Handle
from storage.postings import Posting, State
from storage.staff_tasks import StaffTask, TaskKind
from storage.talents import Application, Stage

TOLD_AFTER, OVER_AFTER = timedelta(days=5), timedelta(days=14)
NUDGED, CALLED, LAST = 2, 3, 10  # days of the owner's silence
CHOOSING = calls.STAGES["decline"]
TITLE = 40  # characters of a title within a sentence


def titled(posting: Posting) -> str:
    return f"「{posting.title[:TITLE]}」"


def wait_from_now(turn: Turn, application: Application) -> None:
    """Count an applicant's wait from here: he hears of it on day 5, and is free on day 14."""
    application.waits_from = turn.now
    turn.work.dues.add("applicant_waits", application.id.hex, turn.now + TOLD_AFTER)
    turn.work.dues.add("applicant_over", application.id.hex, turn.now + OVER_AFTER)


def waiting(turn: Turn, posting: Posting) -> list[Application]:
    return turn.work.talents.of_posting(posting.id, Stage.APPLIED, Stage.SHOWN)


def home(turn: Turn, application: Application, *messages: Message) -> Handle:
    """Tell an applicant something, and draw his Home anew."""
    talent = turn.work.parties.handle(application.handle_id)
    turn.tell(talent, *messages, purpose="news")
    turn.refresh(f"home:{talent.id.hex}", handle=talent)
    return talent


# --- the owner meets one: the others are not let go


def hold(turn: Turn, posting: Posting) -> None:
    """選考中: who else applied hears it once; nobody is declined before work with somebody has begun."""
    for application in waiting(turn, posting):
        if application.on_hold_at is None:
            put_on_hold(turn, application)
            words = f"{titled(posting)}は、いま選考中です。社長は、まずほかの方とお会いします。2週間のうちに、ここでお知らせします。"
            home(turn, application, Message(words))


def put_on_hold(turn: Turn, application: Application) -> None:
    application.on_hold_at = turn.now
    wait_from_now(turn, application)


def back(turn: Turn, posting: Posting) -> int:
    """It came to nothing with the one he met: the others are looked at once more; return how many there are."""
    held = [each for each in waiting(turn, posting) if each.on_hold_at is not None]
    for application in held:
        application.on_hold_at = None
        wait_from_now(turn, application)
        if application.stage == Stage.SHOWN.name:
            home(
                turn,
                application,
                Message(f"{titled(posting)}は、社長がもう一度、みなさんの応募を見ています。"),
            )
    watch_owner(turn, posting)
    return len(held)


# --- nobody waits without end


def told_to_wait(turn: Turn, subject: str) -> None:
    """Day 5: an applicant hears that we wait for the owner's word with him."""
    application = turn.work.talents.lock(UUID(subject))
    if application is None or application.stage != Stage.SHOWN.name or application.on_hold_at is not None:
        return  # whom the owner meets others before was told so, with a time
    if application.waits_from is None or turn.now < application.waits_from + TOLD_AFTER:
        return
    posting = turn.work.postings.get(application.posting_id)
    home(
        turn,
        application,
        Message(f"{titled(posting)}は、社長のお返事を待っています。もう少しお待ちください。"),
    )


def over(turn: Turn, subject: str) -> None:
    """Day 14: whoever has waited that long for one posting is free, and hears why; the owner hears it once."""
    found = turn.work.session.get(Application, UUID(subject))
    if found is None:
        return
    posting = turn.work.postings.get(found.posting_id)
    people = {each.handle_id for each in waiting(turn, posting)} | {posting.handle_id}
    turn.work.parties.lock(sorted(people))
    if turn.work.postings.lock(posting.id) is None:
        return
    late = [
        each
        for each in waiting(turn, posting)
        if each.waits_from is not None and turn.now >= each.waits_from + OVER_AFTER
    ]
    for application in late:
        release(turn, posting, application)
    known = [each for each in late if each.place]
    if known and posting.state == State.OPEN.name:
        words = f"お待ちだった{len(known)}人の方には、2週間がたったので「今回はここまで」とお伝えしました。新しい応募があったら、お知らせします。"
        turn.tell(turn.work.parties.handle(posting.handle_id), Message(words), purpose="news")


def release(turn: Turn, posting: Posting, application: Application) -> None:
    why = "2週間たっても社長のお返事がありませんでした"
    if application.on_hold_at is not None:
        why = "ほかの方とのお話が続いています"
    elif application.barred and not application.is_let_in:
        why = "時間か条件が合わず、社長にお見せできませんでした"
    application.stage, application.decline_reason = Stage.RELEASED.name, "WAITED"
    application.decided_at, application.version = turn.now, application.version + 1
    words = f"{titled(posting)}は、{why}。お待たせして、すみません。この応募は、ここで終わりにします。"
    talent = home(turn, application, Message(words))
    close_talks(turn, talent, ("reply_owner",), "about", application.id)
    owner = turn.work.parties.handle(posting.handle_id)
    close_talks(turn, owner, ("ask_talent", "decline"), "about", application.id)
    if application.barred:
        turn.refresh(f"barred:{application.id.hex}", channel=STAFF)


# --- the owner is silent


def watch_owner(turn: Turn, posting: Posting) -> None:
    """He has cards before him: name the days on which somebody asks after them, should he be silent."""
    posting.looked_at = turn.now
    for days in (NUDGED, CALLED, LAST):
        subject = f"{posting.id.hex}:{days}"
        turn.work.dues.add("list_silent", subject, turn.now + timedelta(days=days))


def looked(turn: Turn, posting: Posting) -> None:
    """The owner did something about his list: nobody needs to ring, and his days are counted anew."""
    watch_owner(turn, posting)
    task = silent_card(turn, posting)
    if task is not None:
        task.done_at, task.version = turn.now, task.version + 1
        calls.show(turn, task)


def silent(turn: Turn, subject: str) -> None:
    """Day 2 and 10: a gentle word to the owner with a way back to the cards; day 3: the staff ring."""
    id, days = subject.split(":")
    posting = turn.work.postings.lock(UUID(id))
    if posting is None or posting.state != State.OPEN.name or posting.looked_at is None:
        return
    shown = turn.work.talents.of_posting(posting.id, Stage.SHOWN)
    free = [each for each in shown if each.on_hold_at is None]
    if not free or turn.now < posting.looked_at + timedelta(days=int(days)):
        return
    if int(days) == CALLED:
        return ring(turn, posting, free)
    owner = turn.work.parties.handle(posting.handle_id)
    if owner.busy_until is not None and owner.busy_until > turn.now:
        return  # しばらく忙しい
    lead = f"{len(free)}人の方が、お返事を待っています。"
    if int(days) == LAST:
        first = min(each.waits_from for each in free if each.waits_from) + OVER_AFTER
        lead = f"{say_day(first.astimezone(JST).date())}に、お待ちの方へ「今回はここまで」とお伝えします。"
    again = Button("もう一度見る", card_payload("posting", posting.id, posting.version, "again"))
    person = Button(LABELS[Word.PERSON], word_payload(Word.PERSON))
    words = Message(f"{lead}会ってみたい方はいますか？", buttons=(again, person))
    turn.tell(
        owner,
        words,
        purpose="reminder",
        dedupe=f"list:{posting.id.hex}:{posting.looked_at:%m%d%H%M%S}:{days}",
    )


def ring(turn: Turn, posting: Posting, shown: Sequence[Application]) -> None:
    task = silent_card(turn, posting)
    if task is None:
        task = turn.work.tasks.add(
            StaffTask(
                kind=TaskKind.SILENT.name,
                party_id=posting.owner_id,
                handle_id=posting.handle_id,
                stage=CHOOSING,
                created_at=turn.now,
            )
        )
    task.words = f"{titled(posting)}に応募した{len(shown)}人の方に、3日お返事がありません。お電話でうかがってください。"
    calls.show(turn, task)


def silent_card(turn: Turn, posting: Posting) -> StaffTask | None:
    """Find the staff's open card about this owner's list, and no other card about his silence."""
    mine = turn.work.tasks.open_about(posting.handle_id)
    kind = TaskKind.SILENT.name
    found = (each for each in mine if each.kind == kind and each.stage == CHOOSING and not each.engagement_id)
    return next(found, None)
