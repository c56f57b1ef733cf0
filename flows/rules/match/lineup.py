"""Line-up: who applied for one posting, in the order the owner sees them, and who cannot be shown to him. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from flows.rules.match.ranking import Candidate, Ranked, Wanted, barred, lot, scored

FIRST, MOST = 3, 5  # cards at a time
ENOUGH = 3  # applications that make a list at once
FIRST_LIST = timedelta(days=10)  # otherwise whoever has applied by then
LIST_AFTER = timedelta(days=7)  # and week after week
NO_ROOM = "使える時間が、ほかの会社でうまっています"


@dataclass(frozen=True)
class LineUp:
    """``shown`` is best first; ``barred`` says by id, for the staff, why somebody is not among them."""

    shown: tuple[Ranked, ...]
    barred: Mapping[str, str]


def line_up(
    wanted: Wanted, applicants: Iterable[Candidate], taken: Mapping[str, int], let_in: Container[str] = ()
) -> LineUp:
    """Order applicants whatever order they came in; ``taken`` hours a month go to other firms already.

    Who applied is never dropped for having done other work: he comes later, unless a hard limit bars him and the staff
    did not let him in all the same.
    """
    people = list(applicants)
    whys = {each.id: why_not(wanted, each, taken.get(each.id, 0)) for each in people}
    held = {id: why for id, why in whys.items() if why and id not in let_in}
    found = [scored(wanted, each) for each in people if each.id not in held]
    found.sort(key=lambda each: (-each.score, lot(wanted.id, each.id)))
    return LineUp(tuple(found), held)


def why_not(wanted: Wanted, candidate: Candidate, taken: int) -> str:
    """Say why somebody cannot be in the owner's list; empty when he can."""
    if not has_room(candidate.hours, taken, wanted.hours):
        return NO_ROOM
    return barred(wanted, candidate)


def has_room(hours: int, taken: int, wanted: int) -> bool:
    """Tell whether a month still holds this work; who offers fewer hours than it takes is asked for his own only."""
    return not hours or hours - taken >= min(wanted, hours)


def helping(waiting: int, *, is_first: bool) -> int:
    """Say how many are shown now: three, later five; one alone is never left for the next time."""
    most = FIRST if is_first else MOST
    return waiting if waiting <= min(most + 1, MOST) else most
