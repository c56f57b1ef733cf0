"""Facts: loads what each flow may know. A loader takes many conversations and returns a dict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from bot.ending_facts import partings, renewings
from bot.interview_facts import meets
from bot.list_facts import adjustings, hidings, leavings
from bot.naming import full_name, other_name, talent_name, terms_of
from bot.pages.week_view import this_weeks
from bot.profiles import clock_of, profile_for_owner, profile_of
from bot.summing import finder, nears, summeds
from bot.turn import Turn
from flows.facts import (
    Applicant,
    Asked,
    Asker,
    Caller,
    Closing,
    Colleague,
    Draft,
    Firm,
    FirmRecord,
    Owner,
    Pair,
    Relay,
    Review,
    Scheduling,
    Visitor,
)
from flows.rules.calendar import call_slots
from flows.rules.renewal.wishes_on import Terms, wanted
from flows.talent.talents import terms_line
from flows.weekly.slots import say_weekly
from storage.conversations import Conversation
from storage.engagements import Engagement, Side
from storage.postings import Posting
from storage.staff_tasks import StaffTask
from storage.talents import Application, Stage
from storage.unit_of_work import Work

__all__ = [
    "FACTS",
    "draft_of",
    "facts_of",
    "full_name",
    "other_name",
    "profile_of",
    "talent_name",
    "terms_of",
]

Talks = Sequence[Conversation]
Loader = Callable[[Turn, Talks], dict[UUID, Any]]


def facts_of(turn: Turn, talk: Conversation) -> Any:
    """Return what the talk's flow may know; read once a turn, and again after an action."""
    if talk.id not in turn.facts:
        turn.facts[talk.id] = FACTS[talk.flow](turn, [talk])[talk.id]
    return turn.facts[talk.id]


def visitors(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    parties = turn.work.parties
    return {talk.id: Visitor(turn.rules.house, parties.party(talk.party_id).referred_by) for talk in talks}


def owners(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    return {
        talk.id: Owner(
            turn.house(talk.party_id),
            talk.subject.get("after", ""),
            bool(talk.subject.get("again")),
            finder(turn, talk.party_id),
        )
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
        found[talk.id] = Firm(
            turn.house(talk.party_id), talk.subject["posting"], turn.rules.find_firm, known, partner
        )
    return found


def reviews(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        posting = turn.work.postings.get(UUID(talk.subject["posting"]))
        found[talk.id] = Review(
            turn.house(talk.party_id),
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
        found[talk.id] = Caller(turn.house(talk.party_id), talk.subject["task"], slots, phone, tired)
    return found


def applicants(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        profile = profile_of(turn, talk.party_id)
        terms = terms_line(profile) if profile else ""
        zone = turn.work.parties.handle(talk.handle_id).zone
        found[talk.id] = Applicant(
            turn.house(talk.party_id),
            talk.subject.get("posting", ""),
            profile,
            terms,
            zone,
            clock_of(zone, turn.now),
        )
    return found


def askers(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        application = turn.work.session.get(Application, UUID(talk.subject["about"]))
        profile = profile_for_owner(turn, application) if application else None
        found[talk.id] = Asker(
            turn.house(talk.party_id), talk.subject["about"], profile.name if profile else ""
        )
    return found


def askeds(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    subject = {talk.id: talk.subject for talk in talks}
    return {
        id: Asked(turn.rules.house, item["about"], item["words"], item.get("asker", ""))
        for id, item in subject.items()
    }


def pairs(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    work, found = turn.work, {}
    for talk in talks:
        engagement = work.engagements.get(UUID(talk.subject["engagement"]))
        posting = work.postings.get(engagement.posting_id)
        side = Side.TALENT if talk.handle_id == engagement.talent_handle_id else Side.OWNER
        found[talk.id] = Pair(
            turn.house(work.parties.handle(engagement.owner_handle_id).party_id),
            engagement.id.hex,
            other_name(turn, engagement, side),
            goal=posting.goal,
            tasks=tuple(posting.first_tasks),
            people=posting.partner_shown,
            hours=f"月{posting.hours_month}時間くらい。毎週の打ち合わせで話します。",
            decided=dict(engagement.kickoff or {}),
            meeting=talk.subject.get("meeting", ""),
            interview=engagement.interview,
            told_before=work.engagements.told_before(talk.handle_id, "PI", engagement.id)
            if talk.flow == "pre_interview"
            else (),
            **(looking_back(work, engagement, side, talk) if talk.flow == "feedback" else {}),
            **(confirming(work, engagement) if talk.flow == "confirm_wish" else {}),
            **(going_on(work, engagement, side) if talk.flow in ("renew", "counter") else {}),
            **(showing(turn, talk) if talk.flow == "tell_other" else {}),
        )
    return found


def showing(turn: Turn, talk: Conversation) -> dict[str, Any]:
    """Return what he has sent in this talk besides words, and whether he may: on LINE, where we have an address for it."""
    is_on_line = turn.work.parties.handle(talk.handle_id).platform == "line"
    sent = turn.work.attachments.sent_in([talk.id]).get(talk.id, 0) if is_on_line else 0
    return {"things": sent, "may_show": is_on_line and turn.can_show_files}


def looking_back(work: Work, engagement: Engagement, side: Side, talk: Conversation) -> dict[str, Any]:
    """Return what somebody may know while he looks back: of his own answers only, and only where he writes them anew."""
    kept = work.engagements.found_round(engagement.id, "MF", engagement.renewed + 1)
    if kept is None:
        return {"quarter": engagement.renewed + 1}
    is_firm = talk.handle_id == kept.firm
    is_again = kept.is_firm_writing if is_firm else side.name in kept.reopened.split()
    before = kept.firm_said if is_firm else kept.before(side)
    return {
        "quarter": engagement.renewed + 1,
        "known": tuple((str(label), str(text)) for label, text in kept.known or ()),
        "before": tuple(before or ()) if is_again else (),
        "is_for_owner": is_firm,
    }


def confirming(work: Work, engagement: Engagement) -> dict[str, Any]:
    """Return what was written for the firm about going on: no other answer of it, and none of the talent's."""
    kept = work.engagements.found_round(engagement.id, "MF", engagement.renewed + 1)
    return {"wish": kept.firm_said[3] if kept and kept.firm_said else ""}


def going_on(work: Work, engagement: Engagement, side: Side) -> dict[str, Any]:
    """Return the terms that hold and his own wish; the other's only where both have said theirs."""
    number, now = engagement.renewed + 1, terms_of(work, engagement)
    back = work.engagements.found_round(engagement.id, "MF", number)
    mine = back.of(side) if back else None
    known: dict[str, Any] = {"terms": now, "wish": mine[3] if mine else ""}
    kept = work.engagements.found_round(engagement.id, "RENEW", number)
    if kept is not None and kept.shared_at is not None and kept.is_done:
        found = [wanted(said[0], said[1:], Terms(*now)) for said in (kept.owner, kept.talent)]
        both = [(each.hours, each.pay) for each in found if each is not None]
        if len(both) == 2:
            known["wanted"] = tuple(both if side is Side.OWNER else reversed(both))
    return known


def relays(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found, work = {}, turn.work
    photos = work.attachments.sent_in([talk.id for talk in talks])
    for talk in talks:
        task = work.session.get_one(StaffTask, UUID(talk.subject["task"]))
        may_show = work.parties.handle(talk.handle_id).platform == "line"
        found[talk.id] = Relay(
            turn.house(talk.party_id), task.id.hex, task.words, photos.get(talk.id, 0), may_show
        )
    return found


def colleagues(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    staff, found = turn.work.staff, {}
    names = {handle.id: turn.work.parties.name(handle.id) for handle in turn.work.parties.staff()}
    for talk in talks:
        mine, deputy = staff.profile(talk.handle_id), staff.deputy(talk.handle_id)
        others = {id.hex: name or "(お名前なし)" for id, name in names.items() if id != talk.handle_id}
        firms = {firm.id.hex: firm.legal_name for firm in staff.firms_of(talk.handle_id)}
        found[talk.id] = Colleague(
            turn.rules.house, mine.hours, mine.phone, deputy.id.hex if deputy else "", others, firms
        )
    return found


def schedulings(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found, work = {}, turn.work
    for talk in talks:
        is_owner = work.parties.handle(talk.handle_id).platform == "line"
        engagement = talk.subject.get("engagement", "")
        if meeting := talk.subject.get("meeting", ""):
            engagement = work.engagements.meeting(UUID(meeting)).engagement_id.hex
        other = weekly = ""
        if engagement:
            pair = work.engagements.get(UUID(engagement))
            other = other_name(turn, pair, Side.OWNER if is_owner else Side.TALENT)
            if pair.weekday is not None and pair.meets_at is not None:
                weekly = say_weekly(pair.weekday, pair.meets_at)
        found[talk.id] = Scheduling(
            turn.house(talk.party_id),
            turn.now.isoformat(),
            engagement,
            meeting,
            other,
            weekly,
            talk.subject.get("wanted", ""),
            is_owner,
        )
    return found


def closings(turn: Turn, talks: Talks) -> dict[UUID, Any]:
    found = {}
    for talk in talks:
        posting = turn.work.postings.get(UUID(talk.subject["posting"]))
        waiting = turn.work.talents.of_posting(posting.id, Stage.APPLIED, Stage.SHOWN)
        found[talk.id] = Closing(turn.house(talk.party_id), posting.id.hex, posting.title, len(waiting))
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
    "profile": applicants,
    "delete_profile": applicants,
    "apply": applicants,
    "ask_firm": askers,
    "answer_talent": askeds,
    "ask_talent": askers,
    "reply_owner": askeds,
    "decline": askers,
    "pre_interview": pairs,
    "decide": pairs,
    "second_questions": pairs,
    "bring_partner": meets,
    "offer_slots": meets,
    "pick_slot": meets,
    "change_meeting": meets,
    "kickoff": pairs,
    "confirm_kickoff": pairs,
    "week": pairs,
    "decided": this_weeks,
    "thanks": this_weeks,
    "went": this_weeks,
    "number": this_weeks,
    "fix_list": this_weeks,
    "win": this_weeks,
    "feedback": pairs,
    "confirm_wish": pairs,
    "show_alone": pairs,
    "renew": pairs,
    "counter": pairs,
    "go_on": renewings,
    "part_ways": renewings,
    "sum_up": summeds,
    "share_part": summeds,
    "invite_over": nears,
    "propose": nears,
    "end_work": partings,
    "tell_reason": partings,
    "wrap_up": partings,
    "farewell": partings,
    "other_time": schedulings,
    "days_off": schedulings,
    "change_slot": schedulings,
    "agree_slot": schedulings,
    "close_posting": closings,
    "keep_open": closings,
    "tell_other": pairs,
    "tell_person": relays,
    "tell_staff": relays,
    "staff_contact": colleagues,
    "hand_over": colleagues,
    "withdraw": leavings,
    "why_none": adjustings,
    "hide_from": hidings,
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
