"""Interview facts: what the talks about meeting may know; hours that passed or were taken are left out of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bot.turn import Turn
from flows.facts import Meet
from flows.rules.match.meeting_times import clashes, days_closed, hours_ahead, iso, moment_of, why_not
from storage.conversations import Conversation
from storage.engagements import Engagement, Side
from storage.interviews import Interview

MOST_HOURS, MOST_LISTED = 3, 96  # hours to agree to with one tap; to choose from in a list


def meets(turn: Turn, talks: Sequence[Conversation]) -> dict[UUID, Any]:
    from bot.facts import other_name  # which lists this loader among its own

    work, found = turn.work, {}
    for talk in talks:
        interview = work.interviews.get(UUID(talk.subject["interview"]))
        assert interview is not None
        engagement = work.engagements.get(interview.engagement_id)
        side = Side.TALENT if talk.handle_id == engagement.talent_handle_id else Side.OWNER
        owner, talent = engagement.owner_handle_id, engagement.talent_handle_id
        taken = work.interviews.taken((owner, talent), turn.now, but=interview.id)
        asked = [each for each in map(moment_of, work.interviews.asked_of(owner, interview.id)) if each]
        zone = work.parties.handle(talent).zone
        profile = work.talents.profile(work.parties.handle(talent).party_id)
        free = profile.times if profile else 0
        closed = days_closed(turn.now, work.slots.off(engagement))
        busy = (*taken, *asked)
        ready = [
            hour
            for hour in talk.subject.get("free", ())
            if (at := moment_of(hour)) and not why_not(at, turn.now, dict(closed)) and not clashes(at, busy)
        ]
        days = dict(closed).keys()
        fresh = hours_ahead(turn.now, busy, free, zone, days) if len(ready) < MOST_HOURS else ()
        found[talk.id] = Meet(
            turn.house(work.parties.handle(owner).party_id),
            interview.id.hex,
            other_name(turn, engagement, side),
            side.name,
            iso(turn.now),
            round=interview.version,
            number=interview.number,
            free=tuple(dict.fromkeys((*ready, *fresh))),
            wide=hours_ahead(turn.now, taken, free, zone, days, most=MOST_LISTED)
            if side is Side.TALENT
            else (),
            offered=tuple(interview.offered),
            open_hours=tuple(
                hour
                for hour in interview.offered
                if (at := moment_of(hour))
                and not why_not(at, turn.now, dict(closed))
                and not clashes(at, taken)
            ),
            taken=tuple(map(iso, taken)),
            closed=closed,
            zone=zone,
            partner=work.postings.get(engagement.posting_id).partner_shown,
            starts=iso(interview.starts_at) if interview.starts_at else "",
        )
    return found


def hours_for(turn: Turn, engagement: Engagement, interview: Interview) -> tuple[str, ...]:
    """Return the best hours to put to an owner: free for both, and not put to somebody else already."""
    owner, talent = engagement.owner_handle_id, engagement.talent_handle_id
    taken = turn.work.interviews.taken((owner, talent), turn.now, but=interview.id)
    asked = (each for each in map(moment_of, turn.work.interviews.asked_of(owner, interview.id)) if each)
    handle = turn.work.parties.handle(talent)
    profile = turn.work.talents.profile(handle.party_id)
    days = dict(days_closed(turn.now, turn.work.slots.off(engagement))).keys()
    return hours_ahead(turn.now, (*taken, *asked), profile.times if profile else 0, handle.zone, days)
