"""Ending facts: what the talks about ending and resting may know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from bot.naming import other_name, terms_of
from bot.turn import Turn
from flows.facts import Parting, Renewing
from flows.rules.calendar import JST
from flows.rules.renewal.ending import last_days
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Side
from storage.staff_tasks import StaffTask


def heard_on(turn: Turn, engagement: Engagement, side: Side) -> date:
    """Return the day on which the other side reads what this one says now: the law counts from there."""
    other = engagement.talent_handle_id if side is Side.OWNER else engagement.owner_handle_id
    return turn.hour_for(turn.work.parties.handle(other)).astimezone(JST).date()


def partings(turn: Turn, talks: Sequence[Conversation]) -> dict[UUID, Any]:
    work, found = turn.work, {}
    for talk in talks:
        engagement = work.engagements.get(UUID(talk.subject["engagement"]))
        side = Side.TALENT if talk.handle_id == engagement.talent_handle_id else Side.OWNER
        ending = work.endings.current(engagement.id)
        today = turn.now.astimezone(JST).date()
        found[talk.id] = Parting(
            turn.house(work.parties.handle(engagement.owner_handle_id).party_id),
            engagement.id.hex,
            other_name(turn, engagement, side),
            side.name,
            turn.now.isoformat(),
            (engagement.started_on or today).isoformat(),
            heard_on(turn, engagement, side).isoformat(),
            ends=engagement.ends_on.isoformat() if engagement.ends_on else "",
            rests=engagement.paused_until.isoformat()
            if engagement.paused_until and engagement.is_paused(today)
            else "",
            partner=work.postings.get(engagement.posting_id).partner_shown,
            written=ending.handover if ending and talk.flow == "wrap_up" else "",
        )
    return found


def renewings(turn: Turn, talks: Sequence[Conversation]) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        task = turn.work.session.get_one(StaffTask, UUID(talk.subject["task"]))
        assert task.engagement_id is not None
        engagement = turn.work.engagements.get(task.engagement_id)
        days: tuple[date, ...] = ()
        if talk.flow == "part_ways" and engagement.started_on and engagement.phase != Phase.ENDED.name:
            heard = heard_on(turn, engagement, Side.OWNER)
            days = last_days(engagement.started_on, heard, by_owner=True)
        house, terms = turn.house(talk.party_id), terms_of(turn.work, engagement)
        found[talk.id] = Renewing(house, task.id.hex, *terms, tuple(day.isoformat() for day in days))
    return found
