"""Week view: what is known of a pair's week, month and number, put together for cards, pages, pictures and flows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from bot.actions.people.sides import side_of
from bot.naming import other_name, terms_of
from bot.turn import Turn
from flows.facts import ThisWeek
from flows.rules.calendar import JST, say_day
from flows.rules.japanese.counting import say_change
from flows.rules.japanese.names import family_name, in_talk
from flows.rules.weekly.gauge import Gauge, gauge_of
from flows.weekly.week_cards import Both, Look, MonthView, Thing, WeekView
from storage.conversations import Conversation
from storage.engagements import Engagement, Meeting, MeetingState, Side
from storage.unit_of_work import Work
from storage.weeks import OPEN, PARTLY, YES, Promise, Promises, Reading

MOST_GOAL = 60  # characters of a goal inside a question
MOST_DONE = 12  # things named on the page of a month


def goal_of(work: Work, engagement: Engagement) -> str:
    """Return what the two agreed on at the kickoff, else what the posting said."""
    agreed = str((engagement.kickoff or {}).get("KO1", "")).strip()
    return agreed or work.postings.get(engagement.posting_id).goal


def gauge(work: Work, engagement: Engagement) -> Gauge:
    posting = work.postings.get(engagement.posting_id)
    return gauge_of(posting.job_code, posting.measure, goal_of(work, engagement))


def look(work: Work, engagement: Engagement) -> Look:
    """Return the number as it is said."""
    held, readings = gauge(work, engagement), work.weeks.readings(engagement.id)
    start = held.start if held.start is not None else readings[0].value if readings else None
    shown = Look(
        held.name,
        start=held.say(start) if start is not None else "",
        goal=held.say(held.goal) if held.goal is not None else "",
    )
    if not readings:
        return shown
    last, before = readings[-1].value, readings[-2].value if len(readings) > 1 else None
    return Look(
        held.name,
        held.say(last),
        say_change(last, before, held.unit),
        shown.start,
        shown.goal,
        held.is_few(last),
    )


def shown(promises: Sequence[Promise]) -> tuple[Thing, ...]:
    return tuple(Thing(item.text, item.due_on, item.done, item.word) for item in promises)


def both(promises: Promises) -> Both:
    return Both(shown(promises[Side.OWNER]), shown(promises[Side.TALENT]))


def when(meeting: Meeting) -> str:
    here = meeting.meets_at.astimezone(JST)
    return f"{say_day(here.date())} {here.hour}時{f'{here.minute}分' if here.minute else ''}"


def view(turn: Turn, engagement: Engagement, side: Side, meeting: Meeting | None) -> WeekView:
    """Return the week that a meeting stands for: its list, and what was said at the one before."""
    work = turn.work
    last = work.engagements.before(meeting) if meeting else None
    week = work.weeks.week(meeting.id) if meeting else None
    coming = work.engagements.coming(engagement.id, turn.now)
    before = work.weeks.promises_of(last.id) if last else {each: [] for each in Side}
    company = work.postings.get(engagement.posting_id).company_id
    before_week = work.weeks.week(last.id) if last else None
    wins = [item for item in work.weeks.wins(engagement.id) if item.confirmed_at and item.thanks]
    return WeekView(
        firm=work.companies.get(company).legal_name if company else "",
        owner=other_name(turn, engagement, Side.TALENT),
        talent=other_name(turn, engagement, Side.OWNER),
        goal=goal_of(work, engagement),
        met_on=say_day(meeting.meets_at.astimezone(JST).date()) if meeting else "",
        next_at=when(coming) if coming else "",
        this=both(work.weeks.promises_of(meeting.id)) if meeting else Both(),
        last=both(before),
        hand=week.hand if week else "",
        last_hand=before_week.hand if before_week else "",
        look=look(work, engagement),
        thanks=wins[-1].thanks if wins else "",
        is_owners=side is Side.OWNER,
        url=engagement.url,
    )


def month_view(turn: Turn, engagement: Engagement, at: datetime, *, has_fee: bool) -> MonthView:
    """Return the month that a moment lies in, as far as it has come."""
    work, here = turn.work, at.astimezone(JST)
    first = datetime.combine(here.date().replace(day=1), time(0), JST)
    until = min(
        at, datetime.combine((here.date().replace(day=28) + timedelta(days=4)).replace(day=1), time(0), JST)
    )
    held = [item for item in work.engagements.meetings(engagement.id) if _was_held(item, first, until)]
    lists = [work.weeks.promises_of(item.id) for item in held]
    done = {side: [row for each in lists for row in each[side] if row.done == YES] for side in Side}
    readings = [item for item in work.weeks.readings(engagement.id) if item.at <= until]
    hours, pay = terms_of(work, engagement)
    number = gauge(work, engagement)
    start = number.start if number.start is not None else readings[0].value if readings else None
    company = work.postings.get(engagement.posting_id).company_id
    return MonthView(
        month=f"{here.year}年{here.month}月",
        firm=work.companies.get(company).legal_name if company else "",
        talent=other_name(turn, engagement, Side.OWNER),
        goal=goal_of(work, engagement),
        is_won=any(item.confirmed_at for item in work.weeks.wins(engagement.id)),
        meetings=len(held),
        owners_done=len(done[Side.OWNER]),
        talents_done=len(done[Side.TALENT]),
        done=tuple(row.text for side in Side for row in done[side])[:MOST_DONE],
        hours=hours,
        pay=pay,
        fee=turn.rules.house.fee_yen if has_fee else None,
        name=number.name,
        first=number.say(start) if start is not None else "",
        last=number.say(readings[-1].value) if readings else "",
        is_few=bool(readings) and number.is_few(readings[-1].value),
    )


def _was_held(meeting: Meeting, first: datetime, until: datetime) -> bool:
    over = meeting.meets_at + timedelta(minutes=meeting.minutes)
    return first <= meeting.meets_at and over <= until and meeting.state != MeetingState.MISSED.name


def readings_by(readings: Sequence[Reading], until: datetime) -> tuple[tuple[date, float], ...]:
    """Give the numbers that were known at a moment, by their weeks."""
    return tuple((item.week_on, item.value) for item in readings if item.at <= until)


def _before(readings: Sequence[Reading], now: datetime) -> Sequence[Reading]:
    """Leave out this week's, which a new number replaces: 「前回」 is the one it will stand beside."""
    today = now.astimezone(JST).date()
    monday = today - timedelta(days=today.weekday())
    return [item for item in readings if item.week_on < monday]


def this_weeks(turn: Turn, talks: Sequence[Conversation]) -> dict[UUID, Any]:
    """Load what the flows of a week may know."""
    return {talk.id: this_week(turn, talk) for talk in talks}


def this_week(turn: Turn, talk: Conversation) -> ThisWeek:
    work = turn.work
    engagement = work.engagements.get(UUID(talk.subject["engagement"]))
    side = side_of(engagement, talk.handle_id)
    meeting = work.engagements.meeting(UUID(talk.subject["meeting"])) if "meeting" in talk.subject else None
    week = work.weeks.week(meeting.id) if meeting else None
    listed = work.weeks.promises_of(meeting.id) if meeting else {each: [] for each in Side}
    mine = [side] if talk.flow == "went" else list(Side)
    lines = listed if week or meeting is None else _left(work, meeting)
    readings, number = _before(work.weeks.readings(engagement.id), turn.now), gauge(work, engagement)
    goal = goal_of(work, engagement)
    return ThisWeek(
        turn.house(work.parties.handle(engagement.owner_handle_id).party_id),
        engagement.id.hex,
        other_name(turn, engagement, side),
        side.name,
        talk.created_at.astimezone(JST).date().isoformat(),
        meeting=meeting.id.hex if meeting else "",
        version=week.version if week else 0,
        goal=goal if len(goal) <= MOST_GOAL else f"{goal[: MOST_GOAL - 1]}…",
        owners=tuple(item.text for item in lines[Side.OWNER]),
        talents=tuple(item.text for item in lines[Side.TALENT]),
        promises=tuple((item.id.hex, each.name, item.text) for each in mine for item in listed[each]),
        names=names_of(turn, engagement),
        hand=week.hand if week else _by_hand(work, meeting),
        asks=number.ask,
        unit=number.unit,
        last=readings[-1].value if readings else None,
        win=talk.subject.get("win", ""),
        is_won=any(item.confirmed_at for item in work.weeks.wins(engagement.id)),
    )


def _left(work: Work, meeting: Meeting) -> Promises:
    """Give what was not done of the list before: it comes along, unless it is taken out."""
    found: Promises = {side: [] for side in Side}
    for item in work.weeks.open_before(meeting):
        found[Side[item.side]].append(item)
    return found


def _by_hand(work: Work, meeting: Meeting | None) -> str:
    """Give what the talent had promised and did, to begin from."""
    last = work.engagements.before(meeting) if meeting else None
    done = work.weeks.promises_of(last.id)[Side.TALENT] if last else []
    return "\n".join(item.text for item in done if item.done in (YES, PARTLY))


def is_told(promises: Sequence[Promise]) -> bool:
    """Tell whether somebody has said how it went with any of these."""
    return any(item.done != OPEN for item in promises)


def names_of(turn: Turn, engagement: Engagement) -> tuple[tuple[str, str], ...]:
    """Return whose things are whose when a line names somebody."""
    work = turn.work
    posting = work.postings.get(engagement.posting_id)
    talent = work.talents.profile(work.parties.handle(engagement.talent_handle_id).party_id)
    owner = work.parties.party(work.parties.handle(engagement.owner_handle_id).party_id)
    firm = in_talk(work.companies.get(posting.company_id).legal_name) if posting.company_id else ""
    partner = re.split(r"[。、,(（\s]", posting.partner)[0].rpartition("の")[2]
    ours = {
        family_name(owner.call_name) if owner.call_name else "",
        firm,
        partner if len(partner) <= 6 else "",
    }
    theirs = set(talent.name.split()) | {family_name(talent.name)} if talent else set()
    found = dict.fromkeys(ours, Side.OWNER.name) | dict.fromkeys(theirs, Side.TALENT.name)
    return tuple(sorted((name, side) for name, side in found.items() if len(name) > 1))
