"""Leaving: an applicant takes his word back, or is gone from Slack. The owner hears it once, and sees the others again."""

from __future__ import annotations

from uuid import UUID

from bot.actions.interview import dates
from bot.actions.match import listing, others
from bot.errors import Refusal
from bot.list_facts import MEETS, WAITS, is_open, may_leave
from bot.profiles import profile_for_owner
from bot.talking import begin_once
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.match.leaving import WhyLeft
from flows.messages import Message
from flows.outcomes import Withdraw
from flows.rules.japanese.names import family_name
from storage.conversations import CLOSED, Conversation
from storage.engagements import Engagement, Phase
from storage.interviews import Arranged
from storage.parties import Handle
from storage.postings import Posting, State
from storage.talents import Application, Stage

GONE = "GONE"
COMING = (Arranged.OFFER.name, Arranged.PICK.name, Arranged.SET.name)


def withdraw_tapped(turn: Turn, tap: CardTapped) -> None:
    """応募を取り下げる, on the Home."""
    if not may_leave(turn.work, turn.person().party_id):
        raise Refusal("いま取り下げられる応募はありません。始まったお仕事のことは「人と話す」からどうぞ。")
    begin_once(turn, "withdraw", turn.person(), {})


def withdraw(turn: Turn, talk: Conversation, outcome: Withdraw) -> None:
    """The talent takes an application back; whatever had begun with it ends kindly."""
    application, posting = locked(turn, UUID(outcome.application))
    if application.party_id != talk.party_id or not is_open(turn.work, application):
        raise Refusal("この応募は、もう次に進んでいます。「人と話す」から、お知らせください。")
    me = turn.work.parties.handle(talk.handle_id)
    words = f"{others.titled(posting)}の応募を取り下げました。"
    pass_on = "社長にも、お伝えします。" if application.place else ""
    turn.tell(me, Message(f"{words}{pass_on}お知らせいただき、ありがとうございました。"))
    why = WhyLeft[outcome.reason].value
    leave(
        turn,
        posting,
        application,
        outcome.reason,
        f"さんが、応募を取り下げました。わけは「{why}」とのことです。",
    )


def gone(turn: Turn, subject: str) -> None:
    """Somebody cannot be reached any more: his applications leave the lists; what runs already stays with the staff."""
    handle = turn.work.parties.handle(UUID(subject))
    if handle.is_reachable:
        return  # he is back
    for each in may_leave(turn.work, handle.party_id):
        application, posting = locked(turn, each.id)
        pair = turn.work.engagements.of_application(each.id)
        has_agreed = pair is not None and pair.phase == Phase.KICKOFF.name  # the staff look into that
        if is_open(turn.work, application) and not has_agreed:
            leave(turn, posting, application, GONE, "さんとは連絡がとれなくなり、応募は終わりになりました。")


def locked(turn: Turn, id: UUID) -> tuple[Application, Posting]:
    """Lock an application with all it touches: the two people, the posting, the application, the pair."""
    found = turn.work.session.get_one(Application, id)
    posting = turn.work.postings.get(found.posting_id)
    waiting = (each.handle_id for each in others.waiting(turn, posting))
    turn.work.parties.lock(sorted({found.handle_id, posting.handle_id, *waiting}))
    turn.work.postings.lock(posting.id)
    application = turn.work.talents.lock(id)
    assert application is not None
    pair = turn.work.engagements.of_application(id)
    if pair is not None:
        turn.work.engagements.lock(pair.id)
    return application, posting


def leave(turn: Turn, posting: Posting, application: Application, reason: str, told: str) -> None:
    """End an application on the talent's side; ``told`` is what the owner hears after the name."""
    was, place = application.stage, application.place
    application.stage, application.decline_reason = Stage.WITHDRAWN.name, reason
    application.decided_at, application.version = turn.now, application.version + 1
    talent, owner = (turn.work.parties.handle(id) for id in (application.handle_id, posting.handle_id))
    turn.refresh(f"home:{talent.id.hex}", handle=talent)
    if application.barred:
        turn.refresh(f"barred:{application.id.hex}", channel=STAFF)
    pair = turn.work.engagements.of_application(application.id)
    if pair is not None:
        pair.end(turn.now)
        interview = turn.work.interviews.of(pair)
        if interview is not None and interview.state in COMING:
            dates.take_out(turn, interview)
        for handle in (owner, talent):
            close_all(turn, handle, "engagement", pair)
    for handle in (owner, talent):
        close_all(turn, handle, "about", application)
    if not place or (posting.state != State.OPEN.name and was in WAITS):
        return  # the owner never saw him, or is done with the posting
    profile = profile_for_owner(turn, application)
    name = family_name(profile.name) if profile else "応募した方"
    turn.tell(owner, Message(f"{name}{told}"), purpose="reminder")
    if was in MEETS:
        listing.table_again(turn, posting)


def close_all(turn: Turn, handle: Handle, key: str, about: Application | Engagement) -> None:
    """Ask nothing more about what is over, whatever the question was."""
    for talk in turn.work.conversations.live(handle.id):
        if talk.subject.get(key) == about.id.hex:
            talk.status = CLOSED
            handle.floor = None if handle.floor == talk.id else handle.floor
