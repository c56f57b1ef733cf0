"""Unsending: who takes a message back takes back everything made from it. LINE asks for it, and so would we."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot import calls, photos
from bot.actions.people import amending, sides, waits
from bot.actions.posting import drafts, hiding
from bot.talking import settle
from bot.turn import STAFF, Turn
from flows.beside import detour
from flows.inbound import Unsent
from flows.messages import Message
from flows.together import SEALED
from storage.attachments import KEPT, NOTED, Attachment
from storage.conversations import CLOSED, OPEN, WAITING, Conversation
from storage.engagements import Side
from storage.inbox import Event
from storage.postings import Posting
from storage.unsent import GONE


def unsend(turn: Turn, taken: Unsent) -> None:
    """Blank the message wherever it went. What is still open is asked again; what others saw is told to the staff."""
    me = turn.person()
    events = amending.events_of(turn, taken.message_id)
    if not events:
        return  # not here yet: when it comes, it is dropped
    things = turn.work.attachments.of_message(me.id, taken.message_id)
    crossed = amending.taken_back(turn, [each.id for each in events], list(things))
    if me.platform == "slack":
        turn.work.attachments.let_go(things)
        return took_back_in_slack(turn, events, crossed)
    [event] = events
    words = turn.work.unsent.blank_event(event)
    talks = turn.work.unsent.blank_entries(event.id, words)
    turn.work.conversations.forget()
    took_back_photos(turn, photos.forget(turn, taken.message_id), has_crossed=crossed.has_crossed)
    if not words and not talks:
        return
    turn.work.unsent.blank_thoughts(talks, words)
    read = [took_back_sealed(turn, id, words) for id in talks]  # first of all: it locks people
    read.append(hiding.took_back(turn, talks))
    has_left = turn.work.unsent.blank_messages(me.id, event.id, words) or any(read)
    for task in turn.work.unsent.blank_tasks(me.id, words):
        calls.show(turn, task)
    turn.work.unsent.blank_subjects(me.party_id, words)
    postings = turn.work.unsent.blank_postings(me.party_id, words)
    for posting in postings:
        show(turn, posting)
    if turn.work.unsent.blank_promises(me.id, words) or postings or has_left:
        turn.post(STAFF, Message(_for_staff(turn)), dedupe=f"unsent:{event.id.hex}")
    turn.tell(me, Message(detour.UNSENT_SEEN if has_left else detour.UNSENT))
    for id in talks:
        talk = turn.work.conversations.get(id)
        if talk is not None and talk.handle_id == me.id:
            go_on(turn, talk)


def took_back_in_slack(turn: Turn, events: Sequence[Event], crossed: amending.TakenBack) -> None:
    """Blank what a talent or one of the staff deletes, with all its changes; who reads on LINE was told by its own row."""
    me, is_read = turn.person(), crossed.is_read
    for event in events:
        words = amending.said_in(turn, event).strip()
        turn.work.unsent.blank_event(event)
        talks = turn.work.unsent.blank_entries(event.id, words)
        turn.work.unsent.blank_thoughts(talks, words)
        is_read |= turn.work.unsent.blank_messages(me.id, event.id, words)
        for task in turn.work.unsent.blank_tasks(me.id, words):
            calls.show(turn, task)
        turn.work.unsent.blank_promises(me.id, words)
    turn.work.conversations.forget()
    if is_read:
        turn.post(STAFF, Message(_for_staff(turn)), dedupe=f"unsent:{events[0].id.hex}")
    if crossed.has_crossed:
        said = amending.HAS_LEFT if crossed.is_read else amending.NEVER_LEFT
        turn.tell(me, Message(said), dedupe=f"deleted:{events[0].id.hex}", subject=crossed.place)


def took_back_photos(turn: Turn, gone: Sequence[tuple[Attachment, str]], *, has_crossed: bool) -> None:
    """The bytes are gone already: say so, tell the staff where they may have seen them, and ask on without them."""
    if all(status == NOTED for _, status in gone):
        return  # never taken
    has_shown = any(status == KEPT for _, status in gone)
    if has_shown:
        words = f"{_sender(turn)}が、送った写真を取り消しました。写真は消しました。"
        turn.post(STAFF, Message(words), dedupe=f"unsent:{turn.event_id}")
    seen = detour.UNSENT_THING if has_crossed else detour.UNSENT_PHOTO
    turn.tell(turn.person(), Message(seen if has_shown else detour.UNSENT))
    for photo, _ in gone:
        talk = turn.work.conversations.get(photo.conversation_id) if photo.conversation_id else None
        if talk is not None and talk.status in (OPEN, WAITING):
            go_on(turn, talk)


def go_on(turn: Turn, talk: Conversation) -> None:
    """Ask again for what is missing now."""
    if talk.status in (OPEN, WAITING):
        settle(turn, talk, turn.work.conversations.journal(talk.id), instead=())


def took_back_sealed(turn: Turn, id: UUID, words: str) -> bool:
    """Open a sealed answer again that the other side has not read yet, else blank it; tell whether it was read."""
    talk = turn.work.conversations.get(id)
    if talk is None or talk.flow not in SEALED or talk.status != CLOSED:
        return False
    kind, engagement = SEALED[talk.flow], sides.locked(turn, talk.subject["engagement"])
    kept = turn.work.engagements.round(engagement.id, kind, waits.number_of(engagement, kind))
    is_firm = talk.handle_id == kept.firm
    side = Side.OWNER if is_firm else sides.side_of(engagement, talk.handle_id)
    if kept.shared_at is not None or engagement.phase != waits.WAITS[kind].phase.name:
        return turn.work.unsent.blank_rounds(engagement.id, side, words)
    kept.keep(side, None)
    if is_firm:  # there is nothing to confirm any more
        kept.firm_said = None
        owner = turn.work.parties.handle(engagement.owner_handle_id)
        sides.close_talks(turn, owner, ("confirm_wish",), "engagement", engagement.id)
    talk.status = OPEN
    return False


def show(turn: Turn, posting: Posting) -> None:
    """Draw a posting anew wherever it stands."""
    if posting.company_id is not None:
        drafts.check(turn, posting)
        drafts.show(turn, posting)
    if posting.published_at is not None:
        turn.refresh(f"posting:{posting.id.hex}", channel=turn.postings_channel(posting.job_code))


def was_unsent(turn: Turn, event: Event) -> bool:
    """Tell whether a message that comes only now was taken back already; its words are dropped then."""
    if not event.message_id or not turn.work.unsent.is_taken_back(event.sender, event.message_id):
        return False
    turn.work.unsent.blank_event(event)
    return True


def _sender(turn: Turn) -> str:
    me = turn.person()
    company = turn.work.companies.of_party(me.party_id)
    talent = turn.work.talents.profile(me.party_id) if me.platform == "slack" else None
    return f"{talent.name}さん" if talent else f"{company.legal_name}の方" if company else "ご相談中の方"


def _for_staff(turn: Turn) -> str:
    return f"{_sender(turn)}が、送った言葉を取り消しました。こちらの記録は「{GONE}」に変えました。関わるカードを確かめてください。"
