"""Arranging: how an interview moves on, and how a talk or a moment about it finds it as it stands."""

from __future__ import annotations

from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import both, close_talks, locked, side_of
from bot.errors import Refusal
from bot.turn import Turn
from flows.inbound import CardTapped
from storage.engagements import Engagement, Phase, Side
from storage.interviews import Arranged, Interview

ARRANGING = ("offer_slots", "pick_slot", "change_meeting", "bring_partner")
PASSED = "このことは、もう次に進んでいます。ありがとうございます。"


def changed(turn: Turn, interview: Interview, state: Arranged, waits_for: Side) -> None:
    """Move an interview on; what was asked, and reminded of, at an older version is over."""
    interview.state, interview.waits_for = state.name, waits_for.name
    interview.version, interview.changed_at = interview.version + 1, turn.now
    engagement = turn.work.engagements.get(interview.engagement_id)
    for _, id in both(engagement):
        close_talks(turn, turn.work.parties.handle(id), ARRANGING, "interview", interview.id)
    waits.end_wait(turn, engagement)


def at_version(interview: Interview) -> str:
    return f"{interview.id.hex}:{interview.version}"


def standing(turn: Turn, subject: str, *states: Arranged) -> tuple[Engagement, Interview] | None:
    """Find what a moment is about, locked; None when it has been changed since."""
    id, _, version = subject.partition(":")
    found = turn.work.interviews.get(UUID(id))
    if found is None:
        return None
    engagement = locked(turn, found.engagement_id.hex)
    turn.work.session.refresh(found)
    is_here = found.version == int(version) and found.state in {state.name for state in states}
    return (engagement, found) if is_here and engagement.phase != Phase.ENDED.name else None


def of_outcome(
    turn: Turn, id: str, state: Arranged, side_of_talk: UUID
) -> tuple[Engagement, Interview, Side]:
    """Lock what a finished talk is about; it may have gone on meanwhile."""
    found = turn.work.interviews.get(UUID(id))
    assert found is not None
    engagement = locked(turn, found.engagement_id.hex)
    turn.work.session.refresh(found)
    side = side_of(engagement, side_of_talk)
    if found.state != state.name or engagement.phase == Phase.ENDED.name:
        raise Refusal(PASSED)
    return engagement, found, side


def tapped(turn: Turn, tap: CardTapped) -> tuple[Engagement, Interview, Side]:
    """Find the interview a button stands on; only the two themselves may press it, and only on the newest."""
    me, found = turn.person(), turn.work.interviews.get(UUID(tap.id))
    if found is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    side = side_of(turn.work.engagements.get(found.engagement_id), me.id)
    engagement = locked(turn, found.engagement_id.hex)
    turn.work.session.refresh(found)
    if found.version != tap.version or engagement.phase == Phase.ENDED.name:
        raise Refusal("そのあとに、新しいお知らせをお送りしています。そちらをご覧ください。")
    return engagement, found, side
