"""Interviewing: one side names hours, the other takes one; whoever is silent is reminded, and then rung up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from bot import calls
from bot.actions.interview import dates
from bot.actions.interview.arranging import ARRANGING, PASSED, at_version, changed, of_outcome, standing
from bot.actions.people import waits
from bot.actions.people.sides import handle_of, locked, side_of
from bot.asking import ask_message, form_button
from bot.errors import Refusal
from bot.facts import other_name
from bot.interview_facts import hours_for
from bot.talking import begin, stand
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.interview.interview_outcomes import OfferSlots, PickSlot
from flows.messages import Message
from flows.rules.match.meeting_times import clashes, days_closed, moment_of, why_not
from flows.steps import Ask, Fill
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Side
from storage.interviews import Arranged, Interview
from storage.parties import Handle

REMIND_AFTER = (timedelta(hours=24), timedelta(hours=72))
STAFF_AFTER = 4  # business days: after both reminders
MOST_OFFERS = 3  # then the staff find an hour by telephone
TAKEN = "すみません、その時間は、ちょうどほかのお約束が入りました。ほかの時間をお選びください。"


def arrange(turn: Turn, engagement: Engagement) -> Interview:
    """Both are to meet: the owner is asked first, hours ready to agree to."""
    interview = turn.work.interviews.of(engagement) or turn.work.interviews.add(engagement, turn.now)
    ask_for_hours(turn, engagement, interview, Side.OWNER)
    return interview


def ask_for_hours(turn: Turn, engagement: Engagement, interview: Interview, side: Side) -> None:
    """Ask one side when it could; the hours it sees first are kept with the question, so that they stand still."""
    changed(turn, interview, Arranged.OFFER, side)
    handle = handle_of(turn, engagement, side)
    subject: dict[str, object] = {"interview": interview.id.hex, "engagement": engagement.id.hex}
    if side is Side.OWNER:
        subject["free"] = list(hours_for(turn, engagement, interview))
    begin(turn, "offer_slots", handle, subject)
    chase(turn, interview)


def chase(turn: Turn, interview: Interview) -> None:
    """Whose word is missing is reminded twice; then the staff ring."""
    for after in REMIND_AFTER:
        turn.work.dues.add("interview_wait", at_version(interview), turn.now + after)
    turn.work.dues.add("interview_staff", at_version(interview), waits.noon_after(turn.now, STAFF_AFTER))


def offer_slots(turn: Turn, talk: Conversation, outcome: OfferSlots) -> None:
    """The hours go to the other side. From a date that stands it is moved now: it stood until these were named."""
    found = turn.work.interviews.get(UUID(outcome.interview))
    assert found is not None
    engagement = locked(turn, found.engagement_id.hex)
    turn.work.session.refresh(found)
    side = side_of(engagement, talk.handle_id)
    if engagement.phase != Phase.QUESTIONS.name or found.state in (Arranged.MET.name, Arranged.OVER.name):
        raise Refusal(PASSED)
    if found.state == Arranged.OFFER.name and found.waits_for != side.name:
        raise Refusal(PASSED)
    was_set = found.state == Arranged.SET.name
    other = side.other
    changed(turn, found, Arranged.PICK, other)
    found.offered, found.offers = list(outcome.slots), found.offers + 1
    if was_set:
        found.sequence += 1  # calendars take the old date out
        words = f"{other_name(turn, engagement, other)}から、日にちを変えたいとのことです。新しい時間をお選びください。"
        turn.tell(handle_of(turn, engagement, other), Message(words))
    subject = {"interview": found.id.hex, "engagement": engagement.id.hex}
    begin(turn, "pick_slot", handle_of(turn, engagement, other), subject)
    chase(turn, found)
    last = max(filter(None, map(moment_of, outcome.slots)), default=turn.now)
    turn.work.dues.add("interview_passed", at_version(found), last - dates.REVEAL)
    if found.offers == MOST_OFFERS:
        waits.card_about_silence(turn, engagement, [side, other], "お会いする日が、なかなか決まりません。")
    me = turn.work.parties.handle(talk.handle_id)
    name = other_name(turn, engagement, side)
    turn.tell(me, Message(f"{name}に聞いています。決まったら、ここでお知らせします。"))
    if side is Side.OWNER:
        ask_questions(turn, engagement, Side.OWNER)


def passed(turn: Turn, subject: str) -> None:
    """All hours that were named have gone by: they are named anew by whoever named them."""
    if (found := standing(turn, subject, Arranged.PICK)) is None:
        return
    engagement, interview = found
    side = Side.TALENT if interview.waits_for == Side.OWNER.name else Side.OWNER
    words = "お返事がないまま、お聞きした時間が過ぎました。もう一度、日にちを決めましょう。"
    turn.tell(handle_of(turn, engagement, side), Message(words))
    ask_for_hours(turn, engagement, interview, side)


def pick_slot(turn: Turn, talk: Conversation, outcome: PickSlot) -> None:
    """One hour is taken: neither may have anything else then."""
    engagement, interview, side = of_outcome(turn, outcome.interview, Arranged.PICK, talk.handle_id)
    moment = moment_of(outcome.slot)
    if interview.waits_for != side.name or outcome.slot not in interview.offered or moment is None:
        raise Refusal(PASSED)
    if why := why_not(moment, turn.now, dict(days_closed(turn.now, turn.work.slots.off(engagement)))):
        raise Refusal(why, key="pick")
    pair = (engagement.owner_handle_id, engagement.talent_handle_id)
    if clashes(moment, turn.work.interviews.taken(pair, turn.now, but=interview.id)):
        raise Refusal(TAKEN, key="pick")
    dates.settle_on(turn, engagement, interview, moment)


def remind(turn: Turn, subject: str) -> None:
    """A day, and three, without a word about hours: whose it is reads the question's buttons again."""
    if (found := standing(turn, subject, Arranged.OFFER, Arranged.PICK)) is None:
        return
    engagement, interview = found
    side = Side[interview.waits_for]
    handle = handle_of(turn, engagement, side)
    if handle.busy_until is not None and handle.busy_until > turn.now:
        return
    words = f"{other_name(turn, engagement, side)}とお会いする日の、お返事をお待ちしています。"
    told = again(turn, handle, interview, words)
    turn.tell(handle, told, purpose="reminder", dedupe=f"meet:{subject}:{turn.now:%m%d}")


def again(turn: Turn, handle: Handle, interview: Interview, words: str) -> Message:
    for talk in turn.work.conversations.live(handle.id):
        if talk.flow not in ARRANGING or talk.subject.get("interview") != interview.id.hex:
            continue
        state = stand(turn, talk, turn.work.conversations.journal(talk.id))
        if state is not None and isinstance(state.step, Fill) and handle.platform == "slack":
            return form_button(talk.id, words, state.step.title)
        if state is not None and isinstance(state.step, Ask):
            asked = ask_message(talk, state.open_questions()[0])
            return replace(asked, text=words)
    return Message(words)


def tell_staff(turn: Turn, subject: str) -> None:
    """Still no word: a person rings."""
    if (found := standing(turn, subject, Arranged.OFFER, Arranged.PICK)) is None:
        return
    engagement, interview = found
    words = f"お会いする日のお返事が、{STAFF_AFTER}営業日ありません。"
    waits.card_about_silence(turn, engagement, [Side[interview.waits_for]], words)


def ask_questions(turn: Turn, engagement: Engagement, side: Side) -> None:
    """Ask one side what both answer before they meet, once."""
    kind, flow = ("PI", "pre_interview") if engagement.interview == 1 else ("PI2", "second_questions")
    kept = turn.work.engagements.round(engagement.id, kind)
    handle = handle_of(turn, engagement, side)
    subject = {"engagement": engagement.id.hex}
    is_asked = any(
        talk.flow == flow and talk.subject == subject for talk in turn.work.conversations.live(handle.id)
    )
    if kept.shared_at is None and kept.of(side) is None and not is_asked:
        begin(turn, flow, handle, subject)


def rearrange(turn: Turn, tap: CardTapped) -> None:
    """日にちを決めなおす, of the staff: the owner is asked for hours again."""
    task = calls.tapped(turn, tap)
    if task.engagement_id is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    engagement = locked(turn, task.engagement_id.hex)
    if engagement.phase != Phase.QUESTIONS.name:
        raise Refusal(PASSED)
    interview = turn.work.interviews.of(engagement) or turn.work.interviews.add(engagement, turn.now)
    ask_for_hours(turn, engagement, interview, Side.OWNER)
    turn.tell(turn.person(), Message("社長に、日にちをもう一度うかがいました。"))
