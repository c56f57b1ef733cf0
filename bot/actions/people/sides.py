"""Sides: an engagement with its two people locked, whose side somebody is on, and the talks about it."""

from __future__ import annotations

from uuid import UUID

from bot.errors import Refusal
from bot.turn import Turn
from flows.facts import House
from storage.conversations import CLOSED
from storage.engagements import Engagement, Phase, Round, Side
from storage.parties import Handle


def locked(turn: Turn, id: str) -> Engagement:
    """Lock an engagement and the people in it, people first."""
    found = turn.work.engagements.get(UUID(id))
    turn.work.parties.lock(sorted(everybody(found)))
    engagement = turn.work.engagements.lock(found.id)
    assert engagement is not None
    return engagement


def refuse_if_over(engagement: Engagement) -> None:
    if engagement.phase == Phase.ENDED.name:
        raise Refusal("このお仕事は終わっています。ありがとうございました。")


def side_of(engagement: Engagement, handle: UUID) -> Side:
    if handle == engagement.owner_handle_id:
        return Side.OWNER
    if handle == engagement.talent_handle_id:
        return Side.TALENT
    raise Refusal("すみません、この操作は使えませんでした。")


def both(engagement: Engagement) -> tuple[tuple[Side, UUID], tuple[Side, UUID]]:
    return ((Side.OWNER, engagement.owner_handle_id), (Side.TALENT, engagement.talent_handle_id))


def everybody(engagement: Engagement) -> list[UUID]:
    """Return the two, and who goes along in the firm where he is on LINE."""
    ids = (engagement.owner_handle_id, engagement.talent_handle_id, engagement.partner_handle_id)
    return list(dict.fromkeys(id for id in ids if id is not None))


def answering(engagement: Engagement, kept: Round, side: Side) -> UUID:
    """Return who is to answer for a side now: in the firm who worked with the talent, then the owner, who confirms."""
    if side is Side.OWNER and kept.firm is not None and not (kept.is_to_confirm or kept.of(side) is not None):
        return kept.firm
    return dict(both(engagement))[side]


def handle_of(turn: Turn, engagement: Engagement, side: Side) -> Handle:
    is_owner = side is Side.OWNER
    return turn.work.parties.handle(engagement.owner_handle_id if is_owner else engagement.talent_handle_id)


def house_of(turn: Turn, engagement: Engagement) -> House:
    """Return the operator as the firm knows it: both sides hear of the same 担当."""
    return turn.house(turn.work.parties.handle(engagement.owner_handle_id).party_id)


def close_talks(turn: Turn, handle: Handle, flows: tuple[str, ...], key: str, id: UUID) -> None:
    """Ask no more what has been decided elsewhere; ``key`` names what the talks are about."""
    for talk in turn.work.conversations.live(handle.id):
        if talk.flow in flows and talk.subject.get(key) == id.hex:
            talk.status = CLOSED
            handle.floor = None if handle.floor == talk.id else handle.floor
