"""Summing: what the store knows of an engagement that is summed up or grows nearer, and whose cases an owner may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.actions.people.sides import side_of
from bot.naming import other_name, terms_of
from bot.pages import week_view
from bot.payloads import card_payload
from bot.turn import Turn
from flows.facts import FindCases
from flows.messages import Button, Card, Line, Message
from flows.renewal.coming_near import Near
from flows.renewal.summing import LABELS, Reached, Summed, say_case
from flows.rules.calendar import JST
from flows.rules.coach.own_cases import OwnCase, own_case
from flows.rules.japanese.counting import say_number
from flows.rules.japanese.prefectures import prefectures_in
from flows.rules.match.trades import main_trade
from prompts.knowledge import job_codes
from storage.conversations import Conversation
from storage.engagements import Engagement, MeetingState, Side
from storage.outcomes import WorkOutcome, came_of
from storage.unit_of_work import Work
from storage.weeks import YES

DEEDS, NAMED = 6, 60  # of a side that are kept, and letters of one
MOST_GOAL = 300


def figures(work: Work, engagement: Engagement, now: datetime) -> dict[str, Any]:
    """Reckon from the weeks what came of an engagement: number, weeks, hours, cost, and who did what."""
    posting, gauge = work.postings.get(engagement.posting_id), week_view.gauge(work, engagement)
    company = work.companies.get(posting.company_id) if posting.company_id else None
    readings = [item.value for item in work.weeks.readings(engagement.id)]
    begun = gauge.start if gauge.start is not None else readings[0] if len(readings) > 1 else None
    held = [row for row in work.engagements.meetings(engagement.id) if row.state == MeetingState.HELD.name]
    lists = [work.weeks.promises_of(row.id) for row in held]
    done = {
        side.name: [item.text[:NAMED] for each in lists for item in each[side] if item.done == YES]
        for side in Side
    }
    deeds = {side: list(dict.fromkeys(texts))[-DEEDS:] for side, texts in done.items()}
    won = [win.confirmed_at for win in work.weeks.wins(engagement.id) if win.confirmed_at]
    hours, pay = terms_of(work, engagement)
    places = prefectures_in(company.address) if company else ()
    named = (company.industry, company.legal_name) if company else ("", "")
    return {
        "company_id": posting.company_id,
        "job_code": posting.job_code,
        "prefecture": places[0] if places else "",
        "trade": main_trade(named[0], posting.words_raw, named[1]),
        "goal": week_view.goal_of(work, engagement)[:MOST_GOAL],
        "before": begun,
        "after": readings[-1] if readings else None,
        "weeks": _weeks(engagement, engagement.ended_at or now),
        "win_weeks": _weeks(engagement, min(won)) if won else None,
        "meetings": len(held),
        "hours": hours,
        "pay": pay,
        "deeds": deeds,
    }


def _weeks(engagement: Engagement, until: datetime) -> int:
    """Count the weeks since the first day, begun ones rounded; one at least."""
    assert engagement.started_on is not None
    return max(1, round(((until.astimezone(JST).date() - engagement.started_on).days + 1) / 7))


def firm_name(work: Work, row: WorkOutcome) -> str:
    return work.companies.get(row.company_id).legal_name if row.company_id else row.firm


def summeds(turn: Turn, talks: Sequence[Conversation]) -> dict[UUID, Any]:
    """Load what the talks about an end may know."""
    return {talk.id: summed(turn, talk) for talk in talks}


def summed(turn: Turn, talk: Conversation) -> Summed:
    work = turn.work
    engagement = work.engagements.get(UUID(talk.subject["engagement"]))
    row = work.outcomes.of(engagement.id)
    assert row is not None  # written before anybody is asked
    gauge = week_view.gauge(work, engagement)
    return Summed(
        turn.house(work.parties.handle(engagement.owner_handle_id).party_id),
        engagement.id.hex,
        other_name(turn, engagement, side_of(engagement, talk.handle_id)),
        came_of(row, firm_name(work, row)),
        row.meetings,
        row.pay or 0,
        gauge.name,
        gauge.ask,
        gauge.unit,
    )


def finder(turn: Turn, party: UUID) -> FindCases:
    """Give the cases of this house to an owner's wish; his own firm's are none of them."""
    seen: dict[tuple[str, str], tuple[OwnCase, ...]] = {}

    def find(code: str, words: str) -> tuple[OwnCase, ...]:
        if (code, words) not in seen:
            company = turn.work.companies.of_party(party)
            came = turn.work.outcomes.shown(code, company.id if company else None)
            if not came:
                return seen.setdefault((code, words), ())
            told = f"{words}\n{company.industry}\n{company.legal_name}" if company else words
            where = company.address if company else f"{words}\n{turn.work.parties.party(party).referred_by}"
            cases = (own_case(each, told, prefectures_in(where)) for each in came)
            seen[code, words] = tuple(case for case in cases if case is not None)
        return seen[code, words]

    return find


def nears(turn: Turn, talks: Sequence[Conversation]) -> dict[UUID, Any]:
    """Load what the writers of approaches may know."""
    found = {}
    for talk in talks:
        engagement = turn.work.engagements.get(UUID(talk.subject["engagement"]))
        other = other_name(turn, engagement, side_of(engagement, talk.handle_id))
        found[talk.id] = Near(
            turn.house(turn.work.parties.handle(engagement.owner_handle_id).party_id),
            talk.subject["approach"],
            other,
        )
    return found


def outcome_card(work: Work, row: WorkOutcome) -> Message:
    """What the staff read of it: the figures, both sides' word, and what others are shown."""
    firm = firm_name(work, row)
    case = own_case(came_of(row, firm))
    said = LABELS[Reached(row.win)] if row.win else "まだうかがっていません"
    unit = job_codes()[row.job_code].measure.unit
    number = " → ".join(say_number(each, unit) for each in (row.before, row.after) if each is not None)
    lines = (
        Line("会社", firm),
        Line("お相手", talent_of(work, row)),
        Line("目標", row.goal),
        Line("数", number),
        Line("期間", f"{row.weeks}週間(打ち合わせ{row.meetings}回)"),
        Line("社長：届いたか", said),
        Line("社長：見せ方", row.show or "まだうかがっていません"),
        Line("お相手：したことを入れるか", row.talent_show or "まだうかがっていません"),
        Line("変わったこと", row.words, is_quote=True),
        Line("ほかの社長が読むこと", say_case(case) if case else "どこにもお見せしていません"),
    )
    buttons = (
        (Button("見せるのをやめる", card_payload("outcome", row.id, 0, "withdraw")),) if row.is_shown else ()
    )
    return Message(card=Card("お仕事のまとめ", tuple(line for line in lines if line.text)), buttons=buttons)


def talent_of(work: Work, row: WorkOutcome) -> str:
    """Name the professional of an outcome; nobody where he had himself forgotten, or a file told of it."""
    if row.engagement_id is None:
        return ""
    engagement = work.engagements.get(row.engagement_id)
    profile = work.talents.profile(work.parties.handle(engagement.talent_handle_id).party_id)
    return f"{profile.name}さん" if profile else ""
