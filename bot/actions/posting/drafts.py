"""Drafts: from the owner's これでよい to the review, and the wishes we may not serve."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot import calls
from bot.actions.people.others_did import tell_fact
from bot.facts import draft_of
from bot.payloads import card_payload
from bot.talking import begin
from bot.turn import STAFF, Turn
from flows.facts import Draft
from flows.messages import Button, Message
from flows.outcomes import NeedsPerson, RequestReview, SubmitDraft, TurnDown
from flows.posting.cards import place_of
from flows.rules.calendar import promised_noon, say_moment
from flows.rules.coach.others import Step
from flows.rules.lint.lint import Lintable, lint
from storage.companies import Company, Role
from storage.conversations import Conversation
from storage.postings import Posting, State
from storage.staff_tasks import TaskKind

WHY = {"illegal": "法律や決まりに反するおそれ", "worker": "雇用に近い働き方", "privacy": "ほかの方の個人情報"}
HIDE = "見せたくない会社がある"
WARN_BEFORE = timedelta(hours=1)


def submit_draft(turn: Turn, talk: Conversation, outcome: SubmitDraft) -> None:
    """Keep the draft as approved, the raw words beside it, and ask for the firm."""
    posting = Posting(
        owner_id=talk.party_id,
        handle_id=talk.handle_id,
        wish_raw=outcome.wish,
        words_raw=outcome.words,
        partner=outcome.partner,
        pay_is_ours=outcome.pay_is_ours,
        approved_at=turn.now,
        created_at=turn.now,
        first_tasks=[],
    )
    put_draft(posting, outcome.draft)
    turn.work.postings.add(posting)
    if outcome.read_as not in ("", posting.job_code):
        note_code(turn, posting, outcome.read_as, talk.party_id, "line")
    begin(turn, "firm", turn.work.parties.handle(talk.handle_id), {"posting": posting.id.hex})


def note_code(turn: Turn, posting: Posting, before: str, by: UUID | None, channel: str) -> None:
    """Keep that people put the kind of work right: the coach can learn from it."""
    turn.work.postings.note_code(posting, before, by=by, channel=channel, event=turn.event_id, now=turn.now)


def put_draft(posting: Posting, draft: Draft) -> None:
    """Write the shown lines of a posting."""
    posting.title, posting.words_shown, posting.goal = draft.title, draft.words, draft.goal
    posting.measure, posting.first_tasks = draft.measure, list(draft.tasks)
    posting.partner_shown, posting.hours_month, posting.pay_month_yen = draft.partner, draft.hours, draft.pay
    posting.job_code, posting.onsite_days, posting.travel_payer = draft.code, draft.onsite_days, draft.travel
    posting.changes = [list(pair) for pair in draft.changes]


def turn_down(turn: Turn, talk: Conversation, outcome: TurnDown) -> None:
    """Staff see what we turned down; the owner is offered a lawful neighbour at once."""
    calls.note_for_staff(
        turn, talk, TaskKind.CHECK, outcome.wish, stage=WHY.get(outcome.route, outcome.route)
    )
    handle = turn.work.parties.handle(talk.handle_id)
    begin(turn, "posting", handle, {"after": f"{outcome.route}:{outcome.kind}"})


def needs_person(turn: Turn, talk: Conversation, outcome: NeedsPerson) -> None:
    """A person should speak now: care before anything else, or three questions that did not help."""
    is_tired = outcome.why == "distress"
    kind = TaskKind.CARE if is_tired else TaskKind.CALL
    if not is_tired:
        handle = turn.work.parties.handle(talk.handle_id)
        turn.tell(
            handle, Message(f"ここからは、担当の{turn.house(talk.party_id).staff}がお話をうかがいます。")
        )
    calls.offer_call(turn, talk, kind, outcome.wish, is_tired=is_tired)


def request_review(turn: Turn, talk: Conversation, outcome: RequestReview) -> None:
    """Put the posting before the staff, with a time promised to the owner."""
    work = turn.work
    posting = work.postings.lock(UUID(outcome.posting))
    assert posting is not None
    firm = outcome.firm
    company = work.companies.of_party(talk.party_id)
    if company is None:
        company = work.companies.add(
            Company(
                legal_name=firm.name,
                corporate_number=firm.number,
                address=firm.address,
                contact=outcome.contact,
                decider=outcome.decider,
                created_at=turn.now,
            )
        )
        decides = outcome.decider == "自分が決める"
        work.companies.join(
            company.id, talk.party_id, Role.PRESIDENT if decides else Role.MEMBER, may_decide=decides
        )
    company.contact = outcome.contact
    posting.company_id = company.id
    for task in work.tasks.open_about(talk.handle_id):
        calls.show(turn, task)  # its card says whose it is, now that we know
    work.parties.party(talk.party_id).shares_progress = outcome.shares_progress
    to_review(turn, posting, talk.party_id, "line", "「これでよい」")
    until = say_moment(posting.promised_at or turn.now, turn.now)
    handle = work.parties.handle(talk.handle_id)
    staff = turn.house(talk.party_id).staff
    turn.tell(
        handle,
        Message(
            f"担当の{staff}が拝見します。{until}までにお知らせします。今日はここまでで大丈夫です。",
            buttons=(Button(HIDE, card_payload("posting", posting.id, posting.version, "hide")),),
        ),
    )
    tell_fact(turn, handle, posting, Step.REVIEW)


def to_review(turn: Turn, posting: Posting, by: UUID, channel: str, reason: str) -> None:
    """Make a posting wait for the staff: checked anew, promised, warned an hour before."""
    work = turn.work
    check(turn, posting)
    work.postings.move(
        posting, State.REVIEW, by=by, channel=channel, event=turn.event_id, now=turn.now, reason=reason
    )
    promise(turn, posting)
    show(turn, posting)


def check(turn: Turn, posting: Posting) -> None:
    posting.lint = [[item.level, item.text_ja, item.kind] for item in lint(lintable(turn, posting))]


def promise(turn: Turn, posting: Posting) -> None:
    posting.promised_at = promised_noon(turn.now)
    turn.work.dues.add("review_warn", posting.id.hex, posting.promised_at - WARN_BEFORE)
    turn.work.dues.add("review_late", posting.id.hex, posting.promised_at)


def called_off(turn: Turn, posting: Posting) -> None:
    """The promise was kept."""
    turn.work.dues.clear(posting.id.hex, ("review_warn", "review_late"), turn.now)


def show(turn: Turn, posting: Posting) -> None:
    """Draw the staff's card and homes anew."""
    turn.refresh(f"review:{posting.id.hex}", channel=STAFF)
    turn.refresh_homes()


def lintable(turn: Turn, posting: Posting) -> Lintable:
    assert posting.company_id is not None
    company, draft = turn.work.companies.get(posting.company_id), draft_of(posting)
    return Lintable(
        title=draft.title,
        owner_words=draft.words,
        goal=draft.goal,
        first_tasks=draft.tasks,
        place=place_of(draft),
        pay_month_yen=draft.pay,
        hours_month=draft.hours,
        firm_name=company.legal_name,
        firm_address=company.address,
        contact=company.contact,
    )
