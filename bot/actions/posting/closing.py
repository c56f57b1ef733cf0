"""Closing: a posting is over. Who still waits is told kindly; old cards lose their buttons."""

from __future__ import annotations

from bot.actions.match import inviting, listing, others
from bot.actions.people.sides import close_talks
from bot.actions.posting import drafts, reviews
from bot.errors import Refusal
from bot.talking import begin, begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Message
from flows.outcomes import ClosePosting, KeepPosting
from flows.posting.closing import WhyClosed
from storage.conversations import Conversation
from storage.postings import Posting, State
from storage.talents import Stage

TITLE = 40  # characters of a title within a sentence


def close_tapped(turn: Turn, tap: CardTapped) -> None:
    """募集を終える: opens the form for the reason."""
    posting = reviews.tapped(turn, tap, State.OPEN, State.PAUSED)
    begin_once(turn, "close_posting", turn.person(), {"posting": posting.id.hex})


def ask_to_keep(turn: Turn, posting: Posting) -> None:
    """Work with one person has begun: the owner says whether others may still apply."""
    owner = turn.work.parties.handle(posting.handle_id)
    if posting.state == State.OPEN.name:
        begin(turn, "keep_open", owner, {"posting": posting.id.hex})


def keep_posting(turn: Turn, talk: Conversation, outcome: KeepPosting) -> None:
    me = turn.work.parties.handle(talk.handle_id)
    turn.tell(me, Message("承知しました。募集を続けます。終えるときは「人と話す」からどうぞ。"))
    posting = reviews.locked(turn, outcome.posting)
    if posting is not None and others.waiting(turn, posting):
        listing.table_again(turn, posting)


def close_posting(turn: Turn, talk: Conversation, outcome: ClosePosting) -> None:
    """By the staff or by the owner himself: closed once, and everybody concerned hears it."""
    me, posting = turn.person(), reviews.locked(turn, outcome.posting)
    if posting is None or not (me.is_staff or me.party_id == posting.owner_id):
        raise Refusal("すみません、この操作は使えませんでした。")
    if posting.state not in (State.OPEN.name, State.PAUSED.name):
        raise Refusal("この募集は、もう終わっています。")
    turn.work.postings.move(
        posting,
        State.CLOSED,
        by=me.id,
        channel=me.platform,
        event=turn.event_id,
        now=turn.now,
        reason=f"募集を終えた({WhyClosed[outcome.reason].value})",
    )
    let_go(turn, posting)
    owner = turn.work.parties.handle(posting.handle_id)
    close_talks(turn, owner, ("keep_open",), "posting", posting.id)
    turn.tell(owner, Message(f"「{posting.title[:TITLE]}」の募集を終えました。ありがとうございました。"))
    inviting.withdraw(turn, posting)
    drafts.show(turn, posting)


def let_go(turn: Turn, posting: Posting) -> None:
    """Whoever waits for a word gets one; whom the owner is about to meet goes on."""
    words = f"「{posting.title}」の募集は終わりました。今回はご縁がありませんでしたが、ご応募ありがとうございました。"
    for application in turn.work.talents.of_posting(posting.id, Stage.APPLIED, Stage.SHOWN):
        application.stage, application.decline_reason = Stage.DECLINED.name, "CLOSED"
        application.decided_at, application.version = turn.now, application.version + 1
        talent = turn.work.parties.handle(application.handle_id)
        turn.tell(talent, Message(words))
        turn.refresh(f"home:{talent.id.hex}", handle=talent)
        close_talks(turn, talent, ("reply_owner",), "about", application.id)
        owner = turn.work.parties.handle(posting.handle_id)
        close_talks(turn, owner, ("ask_talent", "decline"), "about", application.id)
