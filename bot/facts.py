"""Facts: loads what each flow may know. A loader takes many conversations and returns a dict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from bot.turn import Turn
from flows.facts import Caller, Draft, Firm, FirmRecord, Owner, Review, Visitor
from flows.rules.calendar import call_slots
from storage.conversations import Conversation
from storage.postings import Posting

Talks = Sequence[Conversation]
Loader = Callable[[Turn, Talks], dict[UUID, Any]]


def facts_of(turn: Turn, talk: Conversation) -> Any:
    return FACTS[talk.flow](turn, [talk])[talk.id]


def visitors(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    parties = turn.work.parties
    return {talk.id: Visitor(turn.rules.house, parties.party(talk.party_id).referred_by) for talk in talks}


def owners(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    return {
        talk.id: Owner(turn.rules.house, talk.subject.get("after", ""), bool(talk.subject.get("again")))
        for talk in talks
    }


def firms(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    work, found = turn.work, {}
    for talk in talks:
        company = work.companies.of_party(talk.party_id)
        known = (
            FirmRecord(company.legal_name, company.address, company.corporate_number, company.contact)
            if company
            else None
        )
        partner = work.parties.party(talk.party_id).referred_by
        found[talk.id] = Firm(turn.rules.house, talk.subject["posting"], turn.rules.find_firm, known, partner)
    return found


def reviews(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        posting = turn.work.postings.get(UUID(talk.subject["posting"]))
        found[talk.id] = Review(
            turn.rules.house,
            posting.id.hex,
            draft_of(posting),
            talk.subject.get("question", posting.question),
            talk.subject.get("proposed", {}),
        )
    return found


def callers(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    work, found = turn.work, {}
    for talk in talks:
        company = work.companies.of_party(talk.party_id)
        phone = company.contact if company and "@" not in company.contact else ""
        # times are offered as they stood when the call was first spoken of, so that an answer stays one of them
        slots = tuple(call_slots(talk.created_at))
        tired = bool(talk.subject.get("tired"))
        found[talk.id] = Caller(turn.rules.house, talk.subject["task"], slots, phone, tired)
    return found


FACTS: dict[str, Loader] = {
    "hello": visitors,
    "posting": owners,
    "firm": firms,
    "send_back": reviews,
    "edit": reviews,
    "clarify": reviews,
    "consent_edit": reviews,
    "call": callers,
}


def draft_of(posting: Posting) -> Draft:
    return Draft(
        title=posting.title,
        words=posting.words_shown,
        goal=posting.goal,
        measure=posting.measure,
        tasks=tuple(posting.first_tasks),
        partner=posting.partner_shown,
        hours=posting.hours_month,
        pay=posting.pay_month_yen or 0,
        code=posting.job_code,
        onsite_days=posting.onsite_days,
        travel=posting.travel_payer,
        changes=tuple((str(before), str(after)) for before, after in posting.changes),
    )
