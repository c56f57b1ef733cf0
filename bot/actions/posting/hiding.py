"""Hiding: firms whose people see nothing of a posting. Kept with it; asked wherever a posting is shown to a talent."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.actions.match import inviting
from bot.actions.posting import drafts, reviews
from bot.errors import Refusal
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Message
from flows.outcomes import HideFrom
from storage.conversations import CLOSED, Conversation
from storage.postings import Posting, State

EVERYBODY = "承知しました。どなたにも同じように、ご案内します。"
HONEST = "自己紹介や「重なると困る先」に、その名前を書いた方には見せません。書いていない方は、こちらでは分かりません。"


def hide_tapped(turn: Turn, tap: CardTapped) -> None:
    """見せない会社: the owner's own posting, or any of them in the hands of the staff."""
    posting = allowed(turn, tap.id)
    begin_once(turn, "hide_from", turn.person(), {"posting": posting.id.hex})


def allowed(turn: Turn, id: str) -> Posting:
    me, posting = turn.person(), reviews.locked(turn, id)
    if posting is None or not (me.is_staff or me.party_id == posting.owner_id):
        raise Refusal("すみません、この操作は使えませんでした。")
    if posting.state == State.CLOSED.name:
        raise Refusal("この募集は、もう終わっています。")
    return posting


def hide_from(turn: Turn, talk: Conversation, outcome: HideFrom) -> None:
    """Keep the names; from now on cards, Homes and invitations pass those people by."""
    me, posting = turn.work.parties.handle(talk.handle_id), allowed(turn, outcome.posting)
    posting.hidden_from = list(outcome.firms)
    show(turn, posting)
    if me.platform == "line":
        lead = f"{len(outcome.firms)}社ですね。" if outcome.firms else ""
        turn.tell(me, Message(f"{lead}{HONEST if outcome.firms else EVERYBODY}"))


def show(turn: Turn, posting: Posting) -> None:
    """Draw it anew for the staff, and in the channel; one that nobody is kept from any more is put up there."""
    drafts.show(turn, posting)
    if posting.state == State.OPEN.name:
        reviews.put_up(turn, posting)
    elif posting.channel_at is not None:
        turn.refresh(f"posting:{posting.id.hex}", channel=turn.postings_channel(posting.job_code))
    inviting.redraw(turn, posting)


def took_back(turn: Turn, talks: Sequence[UUID]) -> bool:
    """He took back the names he wrote: they go, and all can see the posting; tell whether there were any."""
    found = [turn.work.conversations.get(id) for id in talks]
    named = [
        talk for talk in found if talk is not None and talk.flow == "hide_from" and talk.status == CLOSED
    ]
    for talk in named:
        posting = reviews.locked(turn, talk.subject["posting"])
        if posting is not None:
            posting.hidden_from = []
            show(turn, posting)
    return bool(named)
