"""Pool search: the best of everybody for a posting, read from the store without weighing everybody.

Works are read from the nearest on, those who have done most of each first. Numbers of a person (hours, price, place) come
with his share, and bound what his score can be; words are read only of those who can still come among the best. It stops
when nobody left can. Both bounds are exact: the list is the same as if everybody had been weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from flows.rules.match.ranking import (
    LEAST_WORK,
    MOST_OVER,
    WEIGHTS,
    WORDY,
    Candidate,
    Ranked,
    Wanted,
    barred,
    lot,
    near_works,
    scored,
    settled,
)
from flows.rules.match.slots import ANY_TIME
from flows.rules.match.trades import trades_of
from storage.engagements import Engagement, Phase
from storage.talents import Application, Talent, TalentWork

AT_ONCE = 1_000  # rows of one statement
FIRST_STEP, STEP = 60, 250  # people of one work read at a time; few at first, to have somebody to beat
ROUNDING = 1e-6  # scores are rounded; a share is kept with less precision than it is computed with

_talent: Any = Talent.__table__.c
_work: Any = TalentWork.__table__.c
NUMBERS = (
    _talent.party_id, _talent.prefecture, _talent.tied, _talent.hours_month, _talent.hourly_yen, _talent.times,
    _talent.is_remote, _talent.insurance,
)  # fmt: skip
WORDS = (_talent.headline, _talent.bio, _talent.by_hand, _talent.routine, _talent.skills)


def search(
    session: Session,
    wanted: Wanted,
    most: int,
    among: Sequence[ColumnElement[bool]] = (),
    floor: float = LEAST_WORK,
) -> list[Ranked]:
    """Return the best for a posting, in order, nobody below ``floor``; ``among`` says in SQL of which talents."""
    fronts = {
        near: near for near in near_works(wanted.code).values()
    }  # what whoever comes next can have done
    after: dict[float, tuple[float, UUID, str]] = {}
    rest = sum(WEIGHTS.values()) - WEIGHTS["work"]
    ranked, seen, step = list[Ranked](), set[UUID](), FIRST_STEP
    while fronts:
        near = max(fronts, key=lambda near: (fronts[near], near))
        worst = ranked[-1].score if len(ranked) == most else 0.0
        least = max(floor, (worst - rest) / WEIGHTS["work"]) - ROUNDING
        if fronts[near] < least:
            break
        rows = session.execute(
            _done_most(wanted, near, least, after.get(near)).where(*among).limit(step)
        ).all()
        hopeful = dict.fromkeys(row.party_id for row in rows if _at_most(wanted, row, near) >= worst)
        some = [id for id in hopeful if id not in seen]
        seen.update(some)
        for each in load(session, some):
            if not barred(wanted, each) and (found := scored(wanted, each)).parts["work"] >= floor:
                ranked.append(found)
        ranked = sorted(ranked, key=lambda each: (-each.score, lot(wanted.id, each.id)))[:most]
        if len(rows) < step:
            del fronts[near]
        else:
            last = rows[-1]
            after[near], fronts[near] = (last.share, last.party_id, last.code), near * last.share
        step = STEP
    return ranked


def held_back(session: Session, wanted: Wanted, most: int) -> list[tuple[Candidate, str]]:
    """Return who has done most of this very work and cannot be listed, each with the reason; among the first few only."""
    done = (
        select(_work.party_id)
        .join_from(TalentWork.__table__, Talent.__table__, _talent.party_id == _work.party_id)
        .where(_work.code == wanted.code, _work.share >= LEAST_WORK, _talent.is_paused.is_(False))
        .order_by(_work.share.desc(), _work.party_id.desc())
        .limit(STEP)
    )
    people = [(each, barred(wanted, each)) for each in load(session, session.scalars(done).all())]
    return [(each, why) for each, why in people if why][:most]


def _at_most(wanted: Wanted, row: Any, near: float) -> float:
    """Bound somebody's score by his numbers: as if his words spoke for him wholly, and his record too.

    If another of his works is nearer, he comes again with that one: it stands further ahead.
    """
    parts = settled(wanted, _candidate(row, {}, "", None))
    sure = sum(WEIGHTS[name] * part for name, part in parts.items())
    told = sum(WEIGHTS[name] for name in WORDY)
    return WEIGHTS["work"] * near * float(row.share) + sure + told + ROUNDING


def load(session: Session, ids: Sequence[UUID]) -> list[Candidate]:
    """Load people as they are matched, in the order asked for."""
    people: dict[UUID, Candidate] = {}
    for some in pieces(list(ids)):
        works: dict[UUID, dict[str, float]] = {}
        asked = select(_work.party_id, _work.code, _work.share).where(_work.party_id.in_(some))
        for id, code, share in session.execute(asked):
            works.setdefault(id, {})[code] = share
        records = records_of(session, some)
        for row in session.execute(select(*NUMBERS, *WORDS).where(_talent.party_id.in_(some))):
            text = "。".join((row.headline, row.bio, row.by_hand, row.routine, row.skills))
            people[row.party_id] = _candidate(
                row, works.get(row.party_id, {}), text, records.get(row.party_id)
            )
    return [people[id] for id in ids if id in people]


def records_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, float]:
    """Return how often what somebody began here went on: from 0 to 1, a half where nothing is known.

    Few cases say little: one that ended is a third, not nothing. Who has begun nothing is not in it.
    """
    is_over = or_(Engagement.renewed > 0, Engagement.phase == Phase.ENDED.name)
    went_on = func.sum(case((Engagement.renewed > 0, 1), else_=0))
    asked = (
        select(Application.party_id, func.count(), cast(went_on, Integer))
        .join(Engagement, Engagement.application_id == Application.id)
        .where(Application.party_id.in_(ids), Engagement.started_on.is_not(None), is_over)
        .group_by(Application.party_id)
    )
    return {id: (good + 1) / (all + 2) for id, all, good in session.execute(asked)}


def _candidate(row: Any, works: Mapping[str, float], text: str, record: float | None) -> Candidate:
    return Candidate(
        id=row.party_id.hex,
        text=text,
        works=works,
        trades=_trades(text) if text else frozenset(),
        prefecture=row.prefecture,
        tied=tuple(row.tied),
        hours=row.hours_month,
        hourly_yen=row.hourly_yen,
        times=row.times,
        is_remote_only=row.is_remote,
        is_insured=row.insurance == "YES",
        record=record,
    )


@lru_cache(maxsize=4_096)  # the same people come up for many postings
def _trades(text: str) -> frozenset[str]:
    return trades_of(text)


def _done_most(
    wanted: Wanted, near: float, least: float, after: tuple[float, UUID, str] | None
) -> Select[Any]:
    """Order who has done works so near by how much of one; plainly barred are left out, ``barred`` has the last word."""
    codes = [code for code, value in near_works(wanted.code).items() if value == near]
    fits: list[ColumnElement[bool]] = [_work.code.in_(codes), _work.share >= least / near]
    fits.append(_talent.is_paused.is_(False))
    fits.append(or_(_talent.times == 0, _talent.times.bitwise_and(wanted.times or ANY_TIME) != 0))
    if wanted.hourly_yen:
        fits.append(_talent.hourly_yen <= int(wanted.hourly_yen * MOST_OVER))
    if wanted.hours:
        fits.append(or_(_talent.hours_month == 0, _talent.hours_month * 2 >= wanted.hours))
    if after:
        share, id, code = after
        same = and_(_work.share == share, _work.party_id == id, _work.code < code)
        fits.append(_work.share <= share)
        fits.append(or_(_work.share < share, and_(_work.share == share, _work.party_id < id), same))
    done = select(_work.code, _work.share, *NUMBERS).join_from(
        TalentWork.__table__, Talent.__table__, _talent.party_id == _work.party_id
    )
    return done.where(*fits).order_by(_work.share.desc(), _work.party_id.desc(), _work.code.desc())


def pieces(items: Sequence[Any]) -> Iterable[list[Any]]:
    """Cut into lists that fit into one statement."""
    rest: Iterator[Any] = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
