"""Menus: which menu an owner is to see, from what he has asked for and who works with him."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flows.beside.menu import Standing
from storage.engagements import Phase
from storage.parties import Handle
from storage.postings import State
from storage.unit_of_work import Work

WORKING = frozenset({Phase.RUNNING, Phase.FEEDBACK, Phase.RENEWAL})


@dataclass(frozen=True)
class Shown:
    """A menu to link a person to; without ``external_id`` none is deployed yet."""

    state: str
    external_id: str


def standing(postings: Iterable[State], phases: Iterable[Phase]) -> Standing:
    """Tell where an owner's work stands: a meeting every week goes before a posting, a posting before nothing."""
    lively = {phase for phase in phases if phase is not Phase.ENDED}
    if lively & WORKING:
        return Standing.RUNNING
    is_asking = any(state is not State.CLOSED for state in postings)
    return Standing.WAITING if lively or is_asking else Standing.NEW


def standing_of(work: Work, handle: Handle) -> Standing:
    postings = [State[posting.state] for posting in work.postings.of_owner(handle.party_id)]
    mine = (item for item in work.engagements.of_handle(handle.id) if item.owner_handle_id == handle.id)
    return standing(postings, [Phase[item.phase] for item in mine])


def due(work: Work, id: UUID) -> Shown | None:
    """Return the menu a person should see and does not yet; who never had one sees the default, the new owner's."""
    handle = work.parties.handle(id)
    state = standing_of(work, handle).value
    if state == (handle.menu or Standing.NEW.value):
        return None
    return Shown(state, work.menus.external_id(state))
