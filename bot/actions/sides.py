"""Sides: an engagement with its two people locked, and whose side somebody is on."""

from __future__ import annotations

from uuid import UUID

from bot.errors import Refusal
from bot.turn import Turn
from storage.engagements import Engagement, Side


def locked(turn: Turn, id: str) -> Engagement:
    """Lock an engagement and the two people in it, people first."""
    found = turn.work.engagements.get(UUID(id))
    turn.work.parties.lock(sorted((found.owner_handle_id, found.talent_handle_id)))
    engagement = turn.work.engagements.lock(found.id)
    assert engagement is not None
    return engagement


def side_of(engagement: Engagement, handle: UUID) -> Side:
    if handle == engagement.owner_handle_id:
        return Side.OWNER
    if handle == engagement.talent_handle_id:
        return Side.TALENT
    raise Refusal("すみません、この操作は使えませんでした。")


def both(engagement: Engagement) -> tuple[tuple[Side, UUID], tuple[Side, UUID]]:
    return ((Side.OWNER, engagement.owner_handle_id), (Side.TALENT, engagement.talent_handle_id))
