"""Matching: talents register, ask and apply; the owner sees a few, asks back, chooses or lets go."""

from __future__ import annotations

from uuid import UUID

from bot.actions.interview import interviewing
from bot.actions.match import inviting, listing, others
from bot.actions.match.lineup import is_meeting, taken_hours
from bot.actions.posting import adjusting
from bot.arrivals import Answered
from bot.errors import Refusal
from bot.hidden import may_see
from bot.profiles import profile_for_owner
from bot.talking import begin, begin_once
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.match.choosing import Reason
from flows.messages import Message
from flows.outcomes import (
    AnswerFirmQuestion,
    Apply,
    AskFirm,
    AskTalent,
    Decline,
    FixProfile,
    ReplyOwner,
)
from flows.rules.calendar import JST, owner_time, say_day
from flows.rules.japanese.names import family_name
from flows.rules.match.lineup import FIRST_LIST, LIST_AFTER, has_room
from storage.conversations import Conversation
from storage.engagements import Engagement, Side
from storage.invitations import Answer
from storage.postings import Posting, State
from storage.talents import AGAIN, Application, Stage


def on_posting(turn: Turn, tap: CardTapped) -> Posting:
    """Find the open posting a talent tapped on; an older card may still hang there."""
    posting = turn.work.session.get(Posting, UUID(tap.id))
    if posting is None or posting.state != State.OPEN.name:
        raise Refusal("この募集は、もう終わりました。ほかの募集は「ホーム」で見られます。")
    if not may_see(turn.work, posting, turn.person().party_id):
        raise Refusal("すみません、この募集にはご案内できませんでした。")
    turn.work.invitations.see(turn.person().party_id, turn.now)
    return posting


def interested(turn: Turn, tap: CardTapped) -> None:
    """関心あり: the profile first, where there is none, then the four answers."""
    posting, me = on_posting(turn, tap), turn.person()
    known = turn.work.talents.application(posting.id, me.party_id)
    if known is not None and not may_apply(turn, known):
        raise Refusal("この募集には、もう応募ずみです。進み具合は「ホーム」で見られます。")
    profile = turn.work.talents.profile(me.party_id)
    if profile is not None and profile.is_paused:
        raise Refusal("いまはお休み中です。「ホーム」で「再開する」を押すと、応募できます。")
    flow = "apply" if profile else "profile"
    begin_once(turn, flow, me, {"posting": posting.id.hex})


def may_apply(turn: Turn, known: Application) -> bool:
    """Tell whether somebody may apply once more: he let it go by, took it back, or waited in vain, and never met the owner."""
    is_over = Stage[known.stage] in AGAIN
    return is_over and turn.work.engagements.of_application(known.id) is None


def passed(turn: Turn, tap: CardTapped) -> None:
    """見送る: kept, so that his Home does not show it again; 関心あり on the card still works."""
    posting, me = on_posting(turn, tap), turn.person()
    known = turn.work.talents.application(posting.id, me.party_id)
    if known is not None and known.stage != Stage.PASSED.name:
        raise Refusal("この募集には、もう応募ずみです。取り下げるときは「人と話す」からどうぞ。")
    if known is None:
        passed_by = Application(
            posting_id=posting.id,
            party_id=me.party_id,
            handle_id=me.id,
            stage=Stage.PASSED.name,
            answers=[],
            terms="",
            created_at=turn.now,
        )
        turn.work.talents.add(passed_by)
    inviting.note_answer(turn, posting.id, me.party_id, Answer.PASSED)
    turn.answer = Answered(notice="承知しました。ほかの募集は「ホーム」で見られます。")
    turn.refresh(f"home:{me.id.hex}", handle=me)


def ask_firm_tapped(turn: Turn, tap: CardTapped) -> None:
    """質問する."""
    begin_once(turn, "ask_firm", turn.person(), {"about": on_posting(turn, tap).id.hex})


def fix_profile(turn: Turn, talk: Conversation, outcome: FixProfile) -> None:
    begin(turn, "profile", turn.work.parties.handle(talk.handle_id), {"posting": outcome.posting})


def apply(turn: Turn, talk: Conversation, outcome: Apply) -> None:
    """Keep an application; three make a list for the owner at once."""
    work, handle = turn.work, turn.work.parties.handle(talk.handle_id)
    posting = work.postings.lock(UUID(outcome.posting))
    if posting is None or posting.state != State.OPEN.name:
        raise Refusal("すみません、この募集は、書いているあいだに終わりました。")
    if not may_see(work, posting, talk.party_id):
        raise Refusal("すみません、この募集にはご案内できませんでした。")
    known = work.talents.application(posting.id, talk.party_id)
    if known is not None and not may_apply(turn, known):
        raise Refusal("この募集には、もう応募ずみです。")
    application = known or Application(
        posting_id=posting.id, party_id=talk.party_id, handle_id=talk.handle_id
    )
    application.stage, application.created_at = Stage.APPLIED.name, turn.now
    application.answers = [outcome.why, outcome.how, outcome.experience, outcome.other]
    application.terms = outcome.terms
    afresh(application)
    work.talents.add(application)
    is_held = is_meeting(turn, posting)
    if is_held:
        others.put_on_hold(turn, application)
    inviting.note_answer(turn, posting.id, talk.party_id, Answer.APPLIED)
    turn.tell(handle, Message(f"「{posting.title}」に応募しました。{what_comes(turn, posting, is_held)}"))
    turn.refresh(f"home:{handle.id.hex}", handle=handle)
    turn.refresh(f"review:{posting.id.hex}", channel="staff")
    listing.applied(turn, posting, application)


def afresh(application: Application) -> None:
    """Forget how an earlier application of his to this posting went."""
    application.version = (application.version or 0) + 1
    application.barred, application.is_let_in, application.place = "", False, 0
    application.reasons, application.on_hold_at, application.decided_at = [], None, None
    application.decline_reason = ""


def what_comes(turn: Turn, posting: Posting, is_held: bool) -> str:
    """Say until when an applicant hears something; only what we will keep."""
    if is_held:
        return "社長は、いまほかの方とお会いするところです。2週間のうちに、ここでお知らせします。"
    begun = posting.published_at or turn.now
    latest = begun + FIRST_LIST
    while latest <= turn.now:
        latest += LIST_AFTER
    until = say_day(owner_time(latest, None).astimezone(JST).date())
    return f"社長には、遅くとも{until}までにお見せします。お返事を、ここでお知らせします。"


def on_application(turn: Turn, tap: CardTapped) -> tuple[Application, Posting]:
    """Check that this is the owner's own list, and that the card still holds."""
    me = turn.person()
    application = turn.work.session.get(Application, UUID(tap.id))
    posting = turn.work.postings.get(application.posting_id) if application else None
    if application is None or posting is None or posting.owner_id != me.party_id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    turn.work.parties.lock([application.handle_id])
    turn.work.postings.lock(posting.id)
    locked = turn.work.talents.lock(application.id)
    assert locked is not None
    if locked.stage != Stage.SHOWN.name:
        raise Refusal(f"この方は、いま「{Stage[locked.stage].value}」です。")
    others.looked(turn, posting)
    return locked, posting


def meet(turn: Turn, tap: CardTapped) -> None:
    """会ってみたい: the owner says when, and both are asked the same five questions before they meet."""
    application, posting = on_application(turn, tap)
    profile = profile_for_owner(turn, application)
    assert profile is not None
    if not has_room(profile.hours, taken_hours(turn, application), posting.hours_month):
        return too_late(turn, posting, profile.name)
    application.stage, application.decided_at = Stage.MEETING.name, turn.now
    application.version += 1
    me, talent = turn.person(), turn.work.parties.handle(application.handle_id)
    engagement = turn.work.engagements.add(
        Engagement(
            posting_id=posting.id,
            application_id=application.id,
            owner_handle_id=me.id,
            talent_handle_id=talent.id,
            created_at=turn.now,
        )
    )
    company = firm_name(turn, posting)
    turn.tell(
        talent, Message(f"{company}の社長が「会ってみたい」とのことです。大きな提案より、目の前の一つを。")
    )
    interviewing.ask_questions(turn, engagement, Side.TALENT)
    interviewing.arrange(turn, engagement)
    turn.refresh(f"home:{talent.id.hex}", handle=talent)
    others.hold(turn, posting)


def too_late(turn: Turn, posting: Posting, name: str) -> None:
    """Another owner was quicker, and the month holds no more: said kindly, with a way on."""
    words = f"すみません、{family_name(name)}さんは、ちょうどほかの会社で時間がうまりました。"
    on = (listing.on(posting, listing.MORE, "more"),)
    turn.tell(turn.person(), Message(words, buttons=on))


def ask_tapped(turn: Turn, tap: CardTapped) -> None:
    """聞きたい."""
    application, _ = on_application(turn, tap)
    begin_once(turn, "ask_talent", turn.person(), {"about": application.id.hex})


def decline_tapped(turn: Turn, tap: CardTapped) -> None:
    """見送る: a reason class, then a kind word to the talent."""
    application, _ = on_application(turn, tap)
    begin_once(turn, "decline", turn.person(), {"about": application.id.hex})


def decline(turn: Turn, talk: Conversation, outcome: Decline) -> None:
    """The talent hears the reason class, never the owner's words."""
    application = for_decline(turn, UUID(outcome.application))
    if application is None or application.stage not in (Stage.APPLIED.name, Stage.SHOWN.name):
        raise Refusal("この方のことは、もう次に進んでいます。")
    application.stage, application.decline_reason = Stage.DECLINED.name, outcome.reason
    application.decided_at, application.version = turn.now, application.version + 1
    posting = turn.work.postings.get(application.posting_id)
    reason = Reason[outcome.reason].value
    talent = turn.work.parties.handle(application.handle_id)
    turn.tell(
        talent,
        Message(
            f"「{posting.title}」は、今回はご縁がありませんでした。わけは「{reason}」とのことです。ご応募ありがとうございました。"
        ),
    )
    turn.tell(
        turn.work.parties.handle(talk.handle_id),
        Message("承知しました。お相手には、ていねいにお伝えしました。"),
    )
    turn.refresh(f"home:{talent.id.hex}", handle=talent)
    if application.barred:
        turn.refresh(f"barred:{application.id.hex}", channel=STAFF)
    if talk.party_id == posting.owner_id:
        adjusting.after_no(turn, posting)


def for_decline(turn: Turn, id: UUID) -> Application | None:
    """Lock an applicant with the owner and the posting, people first: what follows may show the owner others."""
    found = turn.work.session.get(Application, id)
    if found is None:
        return None
    posting = turn.work.postings.get(found.posting_id)
    turn.work.parties.lock(sorted({found.handle_id, posting.handle_id}))
    turn.work.postings.lock(posting.id)
    return turn.work.talents.lock(id)


def ask_firm(turn: Turn, talk: Conversation, outcome: AskFirm) -> None:
    """A talent's question reaches the owner as a question of its own."""
    posting = turn.work.postings.get(UUID(outcome.posting))
    turn.work.parties.lock([posting.handle_id])
    if posting.state != State.OPEN.name:
        raise Refusal("すみません、この募集は、書いているあいだに終わりました。")
    inviting.note_answer(turn, posting.id, talk.party_id, Answer.ASKED)
    subject = {"about": outcome.posting, "words": outcome.question, "asker": talk.handle_id.hex}
    begin(turn, "answer_talent", turn.work.parties.handle(posting.handle_id), subject)
    turn.tell(
        turn.work.parties.handle(talk.handle_id),
        Message("社長に聞いています。お返事が来たら、ここでお知らせします。"),
    )


def answer_firm_question(turn: Turn, talk: Conversation, outcome: AnswerFirmQuestion) -> None:
    asker = turn.work.parties.handle(UUID(outcome.asker))
    turn.tell(
        asker, Message(f"社長からのお返事です。\n質問：「{outcome.question}」\nお返事：「{outcome.reply}」")
    )
    turn.tell(turn.work.parties.handle(talk.handle_id), Message("ありがとうございます。お伝えしました。"))


def ask_talent(turn: Turn, talk: Conversation, outcome: AskTalent) -> None:
    application = turn.work.session.get_one(Application, UUID(outcome.application))
    turn.work.parties.lock([application.handle_id])
    if application.stage != Stage.SHOWN.name:
        raise Refusal(f"この方は、いま「{Stage[application.stage].value}」です。")
    subject = {"about": outcome.application, "words": outcome.question, "asker": talk.handle_id.hex}
    begin(turn, "reply_owner", turn.work.parties.handle(application.handle_id), subject)
    turn.tell(
        turn.work.parties.handle(talk.handle_id),
        Message("聞いています。お返事が来たら、ここでお知らせします。"),
    )


def reply_owner(turn: Turn, talk: Conversation, outcome: ReplyOwner) -> None:
    application = turn.work.session.get_one(Application, UUID(outcome.application))
    posting = turn.work.postings.get(application.posting_id)
    profile = profile_for_owner(turn, application)
    assert profile is not None
    owner = turn.work.parties.handle(posting.handle_id)
    turn.tell(
        turn.work.parties.handle(talk.handle_id), Message("ありがとうございます。社長にお伝えしました。")
    )
    answered = Message(f"{profile.name}さんからのお返事です。\n「{outcome.reply}」")
    turn.tell(owner, answered)
    if application.stage == Stage.SHOWN.name and (card := listing.card_of(turn, posting, application)):
        others.wait_from_now(turn, application)
        turn.tell(owner, card)


def firm_name(turn: Turn, posting: Posting) -> str:
    return turn.work.companies.get(posting.company_id).legal_name if posting.company_id else "会社"
