"""List facts: what the talks about a short list may know, and which applications can still be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from bot.turn import Turn
from flows.facts import Adjusting, Hiding, Leaving
from storage.conversations import Conversation
from storage.engagements import AT_WORK, Phase
from storage.talents import Application, Stage
from storage.unit_of_work import Work

WAITS = (Stage.APPLIED.name, Stage.SHOWN.name)
MEETS = (Stage.MEETING.name, Stage.ENGAGED.name)
Talks = Sequence[Conversation]


def may_leave(work: Work, party: UUID) -> list[Application]:
    """Return what a talent may still take back: nothing is signed, no work has begun."""
    return [each for each in work.talents.of_party(party) if is_open(work, each)]


def is_open(work: Work, application: Application) -> bool:
    """Tell whether one application can still be taken back."""
    if application.stage in MEETS:
        pair = work.engagements.of_application(application.id)
        return pair is not None and Phase[pair.phase] not in AT_WORK
    return application.stage in WAITS


def leavings(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        mine = {
            each.id.hex: turn.work.postings.get(each.posting_id).title
            for each in may_leave(turn.work, talk.party_id)
        }
        found[talk.id] = Leaving(turn.house(talk.party_id), mine)
    return found


def adjustings(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    return {talk.id: Adjusting(turn.house(talk.party_id), talk.subject["posting"]) for talk in talks}


def hidings(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        posting = turn.work.postings.get(UUID(talk.subject["posting"]))
        is_staff = turn.work.parties.handle(talk.handle_id).platform == "slack"
        firms = tuple(map(str, posting.hidden_from)) if is_staff else ()
        found[talk.id] = Hiding(turn.house(talk.party_id), posting.id.hex, firms, is_staff)
    return found
