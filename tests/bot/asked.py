"""Asked: what tests ask of the store at every step of thousands of walks, each statement built once."""

from __future__ import annotations

from sqlalchemy import Uuid, bindparam, func, select, update

from storage.conversations import Conversation
from storage.inbox import Event
from storage.outbox import DUE, MESSAGES, SEND, OutMessage
from storage.parties import Handle

MAY_LEAVE = (OutMessage.left_at.is_(None), OutMessage.status == DUE, OutMessage.next_at <= bindparam("now"))
LEAVES = update(MESSAGES).where(*MAY_LEAVE).values(left_at=bindparam("now"))
WRITTEN = (
    select(OutMessage)
    .outerjoin(Handle, Handle.id == OutMessage.handle_id)
    .where(
        OutMessage.op == bindparam("op"),
        func.coalesce(Handle.external_id, OutMessage.channel) == bindparam("to"),
    )
    .order_by(OutMessage.id)
)

NEWEST = select(OutMessage.id).order_by(OutMessage.id.desc()).limit(1)
FRESH = (
    select(OutMessage.id, OutMessage.body, Handle.external_id)
    .outerjoin(Handle, Handle.id == OutMessage.handle_id)
    .where(OutMessage.op == SEND, OutMessage.id > bindparam("last"))
    .order_by(OutMessage.id)
)
STATUS = select(Event.status).where(Event.id == bindparam("event"))
HIM = select(Handle).where(Handle.external_id == bindparam("who"))
TALKS = select(Conversation).where(Conversation.handle_id == bindparam("handle", type_=Uuid()))
