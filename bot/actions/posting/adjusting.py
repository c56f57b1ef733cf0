"""Adjusting: all were declined. Why goes to the staff with the posting, which is put right with the owner and opened again."""

from __future__ import annotations

from bot.actions.match import inviting, listing, others
from bot.actions.match.lineup import is_meeting, unseen
from bot.actions.posting import drafts, reviews
from bot.errors import Refusal
from bot.talking import begin_once
from bot.turn import Turn
from flows.messages import Message
from flows.outcomes import AdjustPosting
from flows.posting.adjusting import WAIT
from flows.rules.calendar import say_moment
from storage.conversations import Conversation
from storage.postings import Posting, State
from storage.talents import Stage

ASKED = "応募の方々を見送ったわけ"


def after_no(turn: Turn, posting: Posting) -> None:
    """The owner said no to one: the next few come when he has seen all; where nobody is left, he is asked why, once."""
    if is_meeting(turn, posting):
        return
    if turn.work.talents.of_posting(posting.id, Stage.SHOWN):
        left = len(unseen(turn, posting)[0])
        turn.tell(turn.work.parties.handle(posting.handle_id), *listing.more_of(posting, left))
        return
    if posting.state == State.OPEN.name and not listing.show_list(turn, posting):
        begin_once(turn, "why_none", turn.work.parties.handle(posting.handle_id), {"posting": posting.id.hex})


def adjust_posting(turn: Turn, talk: Conversation, outcome: AdjustPosting) -> None:
    """The posting goes back to the staff with his words; he may also simply wait for more."""
    me, posting = turn.work.parties.handle(talk.handle_id), reviews.locked(turn, outcome.posting)
    if posting is None or posting.owner_id != talk.party_id:
        raise Refusal("すみません、この操作は使えませんでした。")
    if posting.state != State.OPEN.name:
        raise Refusal("ありがとうございます。この募集は、もう次に進んでいます。")
    if outcome.kind == WAIT:
        turn.tell(me, Message("承知しました。新しい応募があったら、ここでお知らせします。"))
        return
    if others.waiting(turn, posting) or is_meeting(
        turn, posting
    ):  # somebody applied while he thought about it
        turn.tell(me, Message("ありがとうございます。そのあいだに、新しい方から応募がありました。"))
        return listing.offer(turn, posting)
    posting.question, posting.reply = ASKED, outcome.words
    drafts.to_review(turn, posting, talk.party_id, me.platform, "応募の方々を見送り、募集を直す")
    inviting.withdraw(turn, posting)
    staff, until = turn.house(talk.party_id).staff, say_moment(posting.promised_at or turn.now, turn.now)
    words = f"ありがとうございます。{staff}と一緒に、募集を少し見直しましょう。{until}までにご連絡します。"
    turn.tell(me, Message(words))
