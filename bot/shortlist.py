"""Shortlist: who of all professionals fits a posting, for the staff; scores and reasons never reach owner or talent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from bot.tables.posting_rows import PostingRow
from flows.rules.coach.coach import read_wish
from flows.rules.japanese.prefectures import prefectures_in
from flows.rules.match.ranking import Ranked, Wanted
from flows.rules.match.trades import trades_of
from storage.companies import Company
from storage.postings import Posting
from storage.records import Kind
from storage.talents import Talent
from storage.unit_of_work import Work, begin


class NoPosting(Exception):
    """There is no such posting."""


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    talent: str
    name: str
    headline: str
    ranked: Ranked

    def plain(self) -> dict[str, Any]:
        told = dict(talent=self.talent, name=self.name, headline=self.headline)
        parts = {name: round(part, 3) for name, part in self.ranked.parts.items()}
        return {
            **told,
            "score": round(self.ranked.score, 3),
            "parts": parts,
            "reasons": list(self.ranked.reasons),
        }


def shortlist(engine: Engine, id: str, most: int) -> tuple[str, list[Listed]]:
    """Return a posting's title and its best fits; raises ``NoPosting``."""
    with begin(engine) as work:
        title, wanted = asked(work, id)
        found = work.pool.search(wanted, most)
        people = work.hold(Talent, [UUID(each.id) for each in found])
        by_id = {talent.party_id.hex: talent for talent in people}
        listed = [Listed(each.id, by_id[each.id].name, by_id[each.id].headline, each) for each in found]
        return title, listed


def asked(work: Work, id: str) -> tuple[str, Wanted]:
    """Give a posting of ours, or one that came from a file, with how it is called; raises ``NoPosting``."""
    posting = work.session.get(Posting, key) if (key := _id(id)) else None
    if posting is not None:
        return posting.title, wanted_of(work, posting)
    row = work.records.get(Kind.POSTING, id.strip())
    if row is None:
        raise NoPosting(id)
    past = PostingRow.model_validate(row)
    codes = (past.job_code, *read_wish(past.owner_words).codes) if past.owner_words else (past.job_code,)
    return past.small_win or past.id, past.wanted(next(filter(None, codes), ""))


@dataclass(frozen=True)
class HeldBack:
    """Somebody who has done the work and cannot be listed."""

    talent: str
    name: str
    headline: str
    why: str


def held_back(engine: Engine, id: str, most: int) -> list[HeldBack]:
    """Return who has done this work and why he is not in the list; raises ``NoPosting``."""
    with begin(engine) as work:
        found = work.pool.held_back(asked(work, id)[1], most)
        people = {each.party_id.hex: each for each in work.hold(Talent, [UUID(one.id) for one, _ in found])}
        return [HeldBack(one.id, people[one.id].name, people[one.id].headline, why) for one, why in found]


def wanted_of(work: Work, posting: Posting) -> Wanted:
    """Give a posting as it is matched."""
    company = work.session.get(Company, posting.company_id) if posting.company_id else None
    firm = f"{company.industry} {company.legal_name}" if company else ""
    places = prefectures_in(company.address) if company else ()
    hourly = (
        posting.pay_month_yen // posting.hours_month
        if posting.pay_month_yen and posting.hours_month
        else None
    )
    return Wanted(
        id=posting.id.hex,
        code=posting.job_code,
        text="。".join((posting.words_shown, posting.goal, *posting.first_tasks)),
        trades=trades_of(f"{firm} {posting.title}"),
        prefecture=places[0] if places else "",
        hours=posting.hours_month,
        hourly_yen=hourly,
        onsite_days=posting.onsite_days,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
