"""Pool: all professionals at once. Written in bulk, known by their e-mail; searched by the work that a posting needs.

A search reads people of the nearest works first and stops where nobody left can come among the best: the bound is exact,
so the list is the same as if everybody had been weighed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from flows.rules.ranking import MOST_OVER, WEIGHTS, Candidate, Ranked, Wanted, barred, lot, near_works, scored
from flows.rules.slots import ANY_TIME
from flows.rules.trades import trades_of
from storage.database import new_id
from storage.parties import Party
from storage.talents import Talent, TalentWork

AT_ONCE = 1_000  # rows of one statement
STEP = 100  # people of one work whose whole rows are read at a time
LEAST_SHARE = 0.02


@dataclass(frozen=True)
class Kept:
    """Who was new, whose profile changed, and how many lines changed nothing; people by e-mail."""

    new: dict[str, UUID]
    changed: dict[str, UUID]
    same: int


class Pool:
    def __init__(self, session: Session) -> None:
        self.session = session

    def keep_all(self, rows: Mapping[str, Mapping[str, Any]], now: datetime) -> Kept:
        """Write profiles by e-mail (columns of ``Talent``); what is the same already is left alone."""
        known = self._known(rows.keys())
        new = {email: new_id() for email in rows if email not in known}
        changed = {
            email: known[email].party_id
            for email in rows
            if email in known and _differs(known[email], rows[email])
        }
        for some in _pieces(list(new)):
            people = [
                dict(id=new[email], kind="talent", call_name=rows[email]["name"], created_at=now)
                for email in some
            ]
            profiles = [dict(rows[email], party_id=new[email], email=email, updated_at=now) for email in some]
            self.session.execute(insert(Party), people)
            self.session.execute(insert(Talent), profiles)
        for some in _pieces(list(changed)):
            profiles = [dict(rows[email], party_id=changed[email], updated_at=now) for email in some]
            self.session.execute(update(Talent), profiles)
        return Kept(new, changed, len(rows) - len(new) - len(changed))

    def differing(self, rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Return whose rows are new here, or not the same."""
        known = self._known(rows.keys())
        return [email for email, row in rows.items() if email not in known or _differs(known[email], row)]

    def _known(self, emails: Collection[str]) -> dict[str, Talent]:
        found: dict[str, Talent] = {}
        for some in _pieces(list(emails)):
            for talent in self.session.scalars(select(Talent).where(Talent.email.in_(some))):
                assert talent.email is not None
                found[talent.email] = talent
        return found

    def keep_works(self, works: Mapping[UUID, Mapping[str, float]]) -> None:
        """Write which works people have done, in place of what was written before."""
        for some in _pieces(list(works)):
            self.session.execute(delete(TalentWork).where(TalentWork.party_id.in_(some)))
            shares = [
                dict(party_id=id, code=code, share=round(share, 4))
                for id in some
                for code, share in works[id].items()
                if share >= LEAST_SHARE
            ]
            if shares:
                self.session.execute(insert(TalentWork), shares)

    def everybody(self) -> Iterator[Talent]:
        """Give all who came with an e-mail, in the order of their addresses."""
        yield from self.session.scalars(
            select(Talent)
            .where(Talent.email.is_not(None))
            .order_by(Talent.email)
            .execution_options(yield_per=AT_ONCE)
        )

    def search(self, wanted: Wanted, most: int) -> list[Ranked]:
        """Return the best for a posting, in order.

        Works are read from the nearest on, those who have done most of each first, until nobody left can come among the
        best: a share times its nearness bounds what the work can count, and all other parts add ``rest`` at most.
        """
        near = near_works(wanted.code)
        rest = sum(WEIGHTS.values()) - WEIGHTS["work"]
        fronts, read = dict(near), dict.fromkeys(near, 0)
        ranked, seen = list[Ranked](), set[UUID]()
        while fronts:
            code = max(fronts, key=lambda code: (fronts[code], code))
            if len(ranked) == most and ranked[-1].score > WEIGHTS["work"] * fronts[code] + rest:
                break
            asked = _done_most(wanted, code).offset(read[code]).limit(STEP)
            some = self.session.execute(asked).all()
            people = self.candidates([id for id, _ in some if id not in seen])
            seen.update(id for id, _ in some)
            ranked += [scored(wanted, each) for each in people if not barred(wanted, each)]
            ranked = sorted(ranked, key=lambda each: (-each.score, lot(wanted.id, each.id)))[:most]
            read[code] += STEP
            if len(some) == STEP:
                fronts[code] = near[code] * some[-1][1]
            else:
                del fronts[code]
        return ranked

    def candidates(self, ids: Sequence[UUID]) -> list[Candidate]:
        """Load people as they are matched, in the order asked for."""
        people: dict[UUID, Candidate] = {}
        for some in _pieces(list(ids)):
            works: dict[UUID, dict[str, float]] = {}
            for id, code, share in self.session.execute(
                select(TalentWork.party_id, TalentWork.code, TalentWork.share).where(
                    TalentWork.party_id.in_(some)
                )
            ):
                works.setdefault(id, {})[code] = share
            for row in self.session.execute(select(*COLUMNS).where(Talent.party_id.in_(some))):
                people[row.party_id] = _candidate(row, works.get(row.party_id, {}))
        return [people[id] for id in ids if id in people]


COLUMNS = (
    Talent.party_id, Talent.headline, Talent.bio, Talent.by_hand, Talent.skills, Talent.prefecture, Talent.tied,
    Talent.hours_month, Talent.hourly_yen, Talent.times, Talent.is_remote, Talent.insurance,
)  # fmt: skip


def _candidate(row: Any, works: Mapping[str, float]) -> Candidate:
    text = f"{row.headline}。{row.bio}。{row.by_hand}。{row.skills}"
    return Candidate(
        id=row.party_id.hex,
        text=text,
        works=works,
        trades=trades_of(text),
        prefecture=row.prefecture,
        tied=tuple(row.tied),
        hours=row.hours_month,
        hourly_yen=row.hourly_yen,
        times=row.times,
        is_remote_only=row.is_remote,
        is_insured=row.insurance == "YES",
    )


def _done_most(wanted: Wanted, code: str) -> Select[UUID, float]:
    """Order who has done a work by how much of it; who is plainly barred is left out, ``barred`` has the last word."""
    fits: list[ColumnElement[bool]] = [Talent.is_paused.is_(False), TalentWork.code == code]
    fits.append(or_(Talent.times == 0, Talent.times.bitwise_and(wanted.times or ANY_TIME) != 0))
    if wanted.hourly_yen:
        fits.append(Talent.hourly_yen <= int(wanted.hourly_yen * MOST_OVER))
    if wanted.hours:
        fits.append(or_(Talent.hours_month == 0, Talent.hours_month * 2 >= wanted.hours))
    done = select(TalentWork.party_id, TalentWork.share).join(Talent, Talent.party_id == TalentWork.party_id)
    return done.where(*fits).order_by(TalentWork.share.desc(), TalentWork.party_id.desc())


def _differs(known: Talent, row: Mapping[str, Any]) -> bool:
    return any(getattr(known, name) != value for name, value in row.items())


def _pieces(items: Sequence[Any]) -> Iterable[list[Any]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
