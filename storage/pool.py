"""Pool: all professionals at once. Written in bulk, known by their e-mail; searched by the work that a posting needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from flows.rules.match.ranking import LEAST_WORK, Candidate, Ranked, Wanted
from storage.database import new_id
from storage.parties import Party
from storage.pool_search import AT_ONCE, held_back, load, pieces, search
from storage.talents import Talent, TalentWork

LEAST_SHARE = 0.02
CONFIRMED = 0.8  # the least share of a work that somebody says is his


@dataclass(frozen=True)
class Kept:
    """Who was new, whose profile changed, and how many lines changed nothing; people by e-mail.

    ``own`` write their profile themselves, ``gone`` had themselves forgotten: no file changes or brings them.
    """

    new: dict[str, UUID]
    changed: dict[str, UUID]
    same: int
    own: int = 0
    gone: int = 0


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
        for some in pieces(list(new)):
            people = [
                dict(id=new[email], kind="talent", call_name=rows[email]["name"], created_at=now)
                for email in some
            ]
            profiles = [dict(rows[email], party_id=new[email], email=email, updated_at=now) for email in some]
            self.session.execute(insert(Party), people)
            self.session.execute(insert(Talent), profiles)
        for some in pieces(list(changed)):
            profiles = [dict(rows[email], party_id=changed[email], updated_at=now) for email in some]
            self.session.execute(update(Talent), profiles)
        return Kept(new, changed, len(rows) - len(new) - len(changed))

    def own(self, emails: Collection[str]) -> set[str]:
        """Return who writes his profile himself."""
        return {email for email, talent in self._known(emails).items() if talent.is_own}

    def differing(self, rows: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Return whose rows are new here, or not the same."""
        known = self._known(rows.keys())
        return [email for email, row in rows.items() if email not in known or _differs(known[email], row)]

    def _known(self, emails: Collection[str]) -> dict[str, Talent]:
        found: dict[str, Talent] = {}
        for some in pieces(list(emails)):
            for talent in self.session.scalars(select(Talent).where(Talent.email.in_(some))):
                assert talent.email is not None
                found[talent.email] = talent
        return found

    def keep_works(self, works: Mapping[UUID, Mapping[str, float]]) -> None:
        """Write which works people seem to have done, in place of what was written before.

        Who has confirmed his own keeps them: a guess changes nothing about him.
        """
        for some in pieces(list(works)):
            mine = TalentWork.party_id.in_(some)
            sure = set(self.session.scalars(select(TalentWork.party_id).where(mine, TalentWork.is_confirmed)))
            self.session.execute(delete(TalentWork).where(mine, TalentWork.party_id.not_in(sure)))
            shares = [
                dict(party_id=id, code=code, share=round(share, 4))
                for id in some
                if id not in sure
                for code, share in works[id].items()
                if share >= LEAST_SHARE
            ]
            if shares:
                self.session.execute(insert(TalentWork), shares)

    def confirm_works(self, party: UUID, codes: Collection[str], guessed: Mapping[str, float]) -> None:
        """Write the works somebody confirmed: each counts more than any guess, most where his words tell of it too.

        What he saw and did not confirm is no work of his. Where he confirms none, the guesses stand.
        """
        self.session.execute(delete(TalentWork).where(TalentWork.party_id == party))
        if not codes:
            return self.keep_works({party: guessed})
        for code in codes:
            share = CONFIRMED + (1 - CONFIRMED) * guessed.get(code, 0.0)
            self.session.add(TalentWork(party_id=party, code=code, share=round(share, 4), is_confirmed=True))
        self.session.flush()

    def everybody(self) -> Iterator[Talent]:
        """Give all who came with an e-mail, in the order of their addresses."""
        yield from self.session.scalars(
            select(Talent)
            .where(Talent.email.is_not(None))
            .order_by(Talent.email)
            .execution_options(yield_per=AT_ONCE)
        )

    def search(
        self,
        wanted: Wanted,
        most: int,
        among: Sequence[ColumnElement[bool]] = (),
        least: float = LEAST_WORK,
    ) -> list[Ranked]:
        """Return the best for a posting, in order, nobody below ``least``; ``among`` says in SQL of which talents."""
        return search(self.session, wanted, most, among, least)

    def held_back(self, wanted: Wanted, most: int) -> list[tuple[Candidate, str]]:
        """Return who has done this work and cannot be listed, each with the reason, for the staff."""
        return held_back(self.session, wanted, most)

    def candidates(self, ids: Sequence[UUID]) -> list[Candidate]:
        """Load people as they are matched, in the order asked for."""
        return load(self.session, ids)


def _differs(known: Talent, row: Mapping[str, Any]) -> bool:
    return any(getattr(known, name) != value for name, value in row.items())
