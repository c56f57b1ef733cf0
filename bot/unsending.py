"""Unsending: who takes a message back takes back everything made from it. LINE asks for it, and so would we."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot import calls, photos
from bot.talking import settle
from bot.turn import STAFF, Turn
from flows import detour
from flows.inbound import Unsent
from flows.messages import Message
from storage.attachments import KEPT, NOTED, Attachment
from storage.conversations import CLOSED, OPEN, WAITING, Conversation
from storage.engagements import Round, Side
from storage.inbox import Event
from storage.unsent import GONE

SEALED = {"pre_interview": "PI", "feedback": "MF"}


def unsend(turn: Turn, taken: Unsent) -> None:
    """Blank the message wherever it went. What is still open is asked again; what others saw is told to the staff."""
    me = turn.person()
    event = turn.work.unsent.message(me.platform, me.external_id, taken.message_id)
    if event is None:
        return  # not here yet: when it comes, it is dropped
    words = turn.work.unsent.blank_event(event)
    talks = turn.work.unsent.blank_entries(event.id, words)
    took_back_photos(turn, photos.forget(turn, taken.message_id))
    if not words and not talks:
        return
    turn.work.unsent.blank_thoughts(talks, words)
    has_left = turn.work.unsent.blank_messages(me.id, event.id, said(words))
    for task in turn.work.unsent.blank_tasks(me.id, words):
        calls.show(turn, task)
    changed = turn.work.unsent.blank_postings(me.party_id, words)
    changed += turn.work.unsent.blank_promises(me.id, words)
    if changed or has_left:
        turn.post(STAFF, Message(_for_staff(turn)), dedupe=f"unsent:{event.id.hex}")
    turn.tell(me, Message(detour.UNSENT_SEEN if has_left else detour.UNSENT))
    for id in talks:
        talk = turn.work.conversations.get(id)
        if talk is not None and talk.handle_id == me.id:
            go_on(turn, talk)


def took_back_photos(turn: Turn, gone: Sequence[tuple[Attachment, str]]) -> None:
    """The bytes are gone already: say so, tell the staff where they may have seen them, and ask on without them."""
    if all(status == NOTED for _, status in gone):
        return  # never taken
    has_shown = any(status == KEPT for _, status in gone)
    if has_shown:
        words = f"{_sender(turn)}が、送った写真を取り消しました。写真は消しました。"
        turn.post(STAFF, Message(words), dedupe=f"unsent:{turn.event_id}")
    turn.tell(turn.person(), Message(detour.UNSENT_PHOTO if has_shown else detour.UNSENT))
    for photo, _ in gone:
        talk = turn.work.conversations.get(photo.conversation_id) if photo.conversation_id else None
        if talk is not None and talk.status in (OPEN, WAITING):
            go_on(turn, talk)


def go_on(turn: Turn, talk: Conversation) -> None:
    """Ask again for what is missing now; a sealed answer that nobody has seen opens again too."""
    if talk.status == CLOSED and talk.flow in SEALED and (kept := unseen_round(turn, talk)):
        engagement = turn.work.engagements.get(kept.engagement_id)
        side = Side.OWNER if talk.handle_id == engagement.owner_handle_id else Side.TALENT
        if side is Side.OWNER:
            kept.owner = None
        else:
            kept.talent = None
        talk.status = OPEN
    if talk.status in (OPEN, WAITING):
        settle(turn, talk, turn.work.conversations.journal(talk.id), instead=())


def unseen_round(turn: Turn, talk: Conversation) -> Round | None:
    found = turn.work.unsent.last_round(talk.subject["engagement"], SEALED[talk.flow])
    return found if found is not None and found.shared_at is None else None


def was_unsent(turn: Turn, event: Event) -> bool:
    """Tell whether a message that comes only now was taken back already; its words are dropped then."""
    if not event.message_id or not turn.work.unsent.is_taken_back(event.sender, event.message_id):
        return False
    turn.work.unsent.blank_event(event)
    return True


def said(words: str) -> str:
    """Give words as they stand inside a message's JSON."""
    return json.dumps(words, ensure_ascii=False)[1:-1]


def _sender(turn: Turn) -> str:
    company = turn.work.companies.of_party(turn.person().party_id)
    return f"{company.legal_name}の方" if company else "ご相談中の方"


def _for_staff(turn: Turn) -> str:
    return f"{_sender(turn)}が、送った言葉を取り消しました。こちらの記録は「{GONE}」に変えました。関わるカードを確かめてください。"
