"""Line-up: an open posting's applicants as they are matched, and what the owner has to do with them now."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts import terms_of
from bot.shortlist import wanted_of
from bot.turn import Turn
from flows.rules.match.lineup import LineUp, line_up
from flows.rules.match.ranking import Ranked, scored
from storage.engagements import AT_WORK, Phase
from storage.postings import Posting
from storage.talents import Application, Stage


@dataclass(frozen=True)
class Placed:
    """One applicant and why he stands where he stands; the score orders, people read the reasons."""

    application: Application
    ranked: Ranked


def unseen(turn: Turn, posting: Posting) -> tuple[list[Placed], dict[Application, str]]:
    """Return who waits to be shown, the best first, and whom a hard limit keeps out, with the reason."""
    waiting = turn.work.talents.ready(posting.id)
    by_id = {each.party_id.hex: each for each in waiting}
    lined = _line_up(turn, posting, waiting)
    placed = [Placed(by_id[each.id], each) for each in lined.shown]
    return placed, {by_id[id]: why for id, why in lined.barred.items()}


def _line_up(turn: Turn, posting: Posting, applications: list[Application]) -> LineUp:
    people = turn.work.pool.candidates([each.party_id for each in applications])
    taken = {each.party_id.hex: taken_hours(turn, each) for each in applications}
    let_in = {each.party_id.hex for each in applications if each.is_let_in}
    return line_up(wanted_of(turn.work, posting), people, taken, let_in)


def reasons_for(turn: Turn, posting: Posting, application: Application) -> tuple[str, ...]:
    """Say what speaks for one applicant now; he may have changed his profile since he was shown."""
    people = turn.work.pool.candidates([application.party_id])
    return scored(wanted_of(turn.work, posting), people[0]).reasons if people else ()


def taken_hours(turn: Turn, application: Application) -> int:
    """Sum the hours a talent already gives or is about to give."""
    busy = (Stage.MEETING.name, Stage.ENGAGED.name)
    others = [item for item in turn.work.talents.of_party(application.party_id) if item.stage in busy]
    running = [turn.work.engagements.of_application(item.id) for item in others]
    return sum(terms_of(turn.work, engagement)[0] for engagement in running if engagement)


def is_meeting(turn: Turn, posting: Posting) -> bool:
    """Tell whether the owner is about to meet somebody, or to begin with him."""
    if turn.work.talents.of_posting(posting.id, Stage.MEETING):
        return True
    engaged = turn.work.talents.of_posting(posting.id, Stage.ENGAGED)
    pairs = (turn.work.engagements.of_application(each.id) for each in engaged)
    return any(pair is not None and Phase[pair.phase] not in AT_WORK for pair in pairs)
