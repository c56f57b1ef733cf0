"""Carry: what each kind of event sets going."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from bot import bursts, calls, changing, detours, edits, front_door, heeding, held, photos, triage, unsending
from bot.actions.interview import companions
from bot.actions.people import amending, relays, riding, sharing, staffing
from bot.arrivals import Answered
from bot.asking import form_of, is_asked, note_asked, opened
from bot.budget import tell_staff
from bot.errors import Refusal
from bot.gone import gone
from bot.talking import floor, repeat, settle, stand, write_answers
from bot.turn import KIND, Turn
from flows.beside import detour
from flows.inbound import (
    AsideTapped,
    CardTapped,
    Deactivated,
    Due,
    Edited,
    Fetched,
    Followed,
    FormAsked,
    HomeOpened,
    Ignored,
    Inbound,
    MessagesOpened,
    Sent,
    StaffJoined,
    StaffLeft,
    Submitted,
    Tapped,
    Thought,
    Typed,
    Unfollowed,
    Unsent,
    WordTapped,
)
from flows.interpret import Answer, Answers, Reading, Refused, Said, Stale, Taken, interpret
from flows.journal import Entry, Journal
from flows.messages import Message
from flows.steps import Fill
from storage.conversations import CLOSED, HUMAN, OPEN, PARKED, WAITING, Conversation

MASKED = "大切な番号は、伏せて残しました。ここでお聞きすることはありません。"


def carry(turn: Turn, inbound: Inbound) -> None:
    """Lead one event to its place."""
    match inbound:
        case Ignored(why="unknown postback"):
            pass  # forged, or of a shape nobody released: refused kindly, below
        case Ignored():
            return
        case Thought():
            return thought(turn, inbound)
        case Fetched():
            photos.fetched(turn, inbound)
            return sharing.fetched(turn, inbound)
        case Due():
            return turn.rules.moments[inbound.purpose](turn, inbound.subject)
    event = turn.event
    if event is None or not event.sender:
        return
    if isinstance(inbound, Deactivated):
        known = turn.work.parties.locked(event.platform, event.sender)
        return gone(turn, known) if known else None
    turn.me = turn.work.parties.meet(event.platform, event.sender, KIND[event.platform], turn.now)
    if event.body.get("masked"):
        turn.tell(turn.me, Message(MASKED))
    match inbound:
        case Followed():
            front_door.followed(turn)
        case Unfollowed():
            front_door.unfollowed(turn)
        case HomeOpened():
            turn.refresh(f"home:{turn.me.id.hex}", handle=turn.me)
            turn.work.invitations.see(turn.me.party_id, turn.now)
        case MessagesOpened():
            turn.work.invitations.see(turn.me.party_id, turn.now)
        case StaffJoined() | StaffLeft():
            turn.me.is_staff = isinstance(inbound, StaffJoined)
            staffing.pass_on(turn)
        case CardTapped():
            tap_card(turn, inbound)
        case FormAsked():
            open_form(turn, inbound)
        case AsideTapped():
            turn.me.wrote_at, turn.me.is_reachable = turn.now, True
            aside_tapped(turn, inbound)
        case Ignored():
            foreign(turn)
        case Unsent():
            unsending.unsend(turn, inbound)
        case Edited():
            amending.edited(turn, inbound)
        case Typed() | Sent() if unsending.was_unsent(turn, event):
            return
        case Typed() if amending.has_crossed(turn, event):
            return
        case Typed() | Tapped() | WordTapped() | Sent() | Submitted():
            wrote_at, turn.me.wrote_at = turn.me.wrote_at, turn.now
            talk_with(turn, amending.as_it_stands(turn, inbound), wrote_at)
    riding.ride_along(turn)


def talk_with(
    turn: Turn, inbound: Typed | Tapped | WordTapped | Sent | Submitted, wrote_at: datetime | None
) -> None:
    """A person said or tapped something: find the conversation it belongs to, and read it there.

    ``wrote_at`` is when he last did so before.
    """
    assert turn.me is not None
    turn.me.is_reachable = True  # whoever writes can be written to
    if isinstance(inbound, Typed) and front_door.introduced(turn, inbound.text):
        return
    if isinstance(inbound, Typed) and companions.typed(turn, inbound.text):
        return
    if isinstance(inbound, Typed) and relays.quoted(turn, inbound.quoted_id, inbound.text):
        return
    if isinstance(inbound, Sent) and sharing.shared(turn, inbound):
        return
    talk = conversation_for(turn, inbound)
    if talk is None and isinstance(inbound, Tapped | Submitted):
        return foreign(turn)
    if talk is None:
        return front_door.come_in(turn, inbound)
    journal = turn.work.conversations.journal(talk.id)
    state = stand(turn, talk, journal)
    if state is None and talk.status in (OPEN, WAITING):  # a deploy took away the last question he saw
        turn.answer = Answered(is_closed=turn.me.platform == "slack")
        return settle(turn, talk, journal)
    seen = state if state is not None and is_asked(talk, state) else None
    if seen and isinstance(inbound, Typed) and bursts.joined(turn, talk, journal, seen, inbound):
        return
    reading = interpret(inbound, opened(talk, state))
    if (
        isinstance(inbound, Tapped)
        and isinstance(reading, Stale)
        and edits.is_again(turn, talk, journal, inbound)
    ):
        return  # what it brought is on its way
    is_word = isinstance(reading, Said)
    if (
        seen
        and isinstance(inbound, Typed)
        and not is_word
        and heeding.heed(turn, talk, seen, journal, inbound.text)
    ):
        return
    if seen and isinstance(inbound, Typed) and isinstance(reading, Answer):
        if bursts.after_silence(turn, talk, seen, wrote_at, inbound.text):
            return
        if held.fits_another(turn, talk, seen, inbound.text):
            return
        if changing.instead(turn, talk, seen, journal, inbound.text):
            return
    if state is not None and not (seen or isinstance(inbound, Submitted) or isinstance(reading, Said)):
        # a deploy, or new facts, put another question before the one he saw: his words do not answer that one
        settle(turn, talk, journal)
        return first_this(turn, talk)
    if (
        isinstance(inbound, Submitted)
        and isinstance(reading, Stale)
        and state
        and isinstance(state.step, Fill)
    ):
        note_asked(talk, state)  # an older page, or one a deploy has changed: the form as it is now
        turn.answer = Answered(form=form_of(talk, state))
        return
    act(turn, talk, journal, reading)


def act(turn: Turn, talk: Conversation, journal: Journal, reading: Reading) -> None:
    match reading:
        case Answer():
            write_answers(turn, talk, journal, [reading])
            first_this(turn, talk)
        case Answers(answers):
            turn.answer = Answered(is_closed=True)
            write_answers(turn, talk, journal, answers)
        case Refused(errors):
            turn.answer = Answered(errors=errors)
        case Taken(message_id) if talk.flow != "tell_other":
            photos.taken(turn, talk, journal, message_id)
        case Taken():
            sharing.taken(turn, talk, journal, reading)
        case _ if turn.me is not None and turn.me.platform == "slack":
            turn.answer = Answered(notice=detour.OVER, is_closed=True)
        case _:
            here = talk if talk.status != CLOSED else floor(turn)
            at = journal if here is talk or here is None else turn.work.conversations.journal(here.id)
            aside(turn, reading, talk, journal, here, at)


def first_this(turn: Turn, talk: Conversation) -> None:
    """Ask again what has the floor, where he was told nothing because the talk he answered in must wait for it."""
    here = floor(turn)
    if here and here is not talk and talk.status == WAITING and not turn.out:
        journal = turn.work.conversations.journal(here.id)
        repeat(turn, here, journal, Message("承知しました。先に、こちらをお願いします。"))


def aside(
    turn: Turn, reading: Reading, talk: Conversation, journal: Journal, here: Conversation | None, at: Journal
) -> None:
    """Answer a detour in the talk that is open now."""
    if here is talk or here is None:
        return detours.take(turn, reading, here, journal)
    repeat(turn, here, at, Message(detour.OVER))


def aside_tapped(turn: Turn, tap: AsideTapped) -> None:
    """A button beside the road: change an answer, let it stand, or say what the words held back are."""
    turn.is_tap = True
    talk = detours.find_talk(turn, tap.conversation)
    if talk is None:
        return foreign(turn)
    here = talk if talk.status in (OPEN, WAITING, HUMAN) else floor(turn)
    if here is not talk:  # over, or at rest: where we are now is what he needs
        journal = turn.work.conversations.journal(here.id) if here else Journal()
        return repeat(turn, here, journal, Message(detour.OVER))
    journal = turn.work.conversations.journal(talk.id)
    if edits.is_again(turn, talk, journal, tap):
        return
    match tap.verb:
        case "edit":
            edits.edit(turn, talk, journal, tap.key)
        case "keep":
            edits.keep(turn, talk, journal, tap.key)
        case "use":
            held.use(turn, talk, journal, tap.key)
        case "change":
            changing.change(turn, talk, journal, tap.key)
        case "ask":
            held.ask(turn, talk, journal)
        case "call":
            calls.call_at(turn, talk, tap.key)
        case "tell" if talk.status == HUMAN and tap.key == photos.PHOTO:
            photos.send_offered(turn, talk)
        case "tell" if talk.status == HUMAN:
            relays.tell_held(turn, talk, journal)


def conversation_for(
    turn: Turn, inbound: Typed | Tapped | WordTapped | Sent | Submitted
) -> Conversation | None:
    if isinstance(inbound, Tapped | Submitted):
        return detours.find_talk(turn, inbound.conversation)
    return floor(turn)


def tap_card(turn: Turn, tap: CardTapped) -> None:
    verb = turn.rules.verbs.get((tap.aggregate, tap.verb))
    if verb is None:
        raise Refusal("この操作は終了しました。")
    turn.is_tap = True
    verb(turn, tap)


def open_form(turn: Turn, asked: FormAsked) -> None:
    talk = detours.find_talk(turn, asked.conversation)
    if talk is None:
        raise Refusal("このフォームは使えませんでした。")
    state = stand(turn, talk, turn.work.conversations.journal(talk.id))
    if state is None or not isinstance(state.step, Fill):
        raise Refusal("このフォームは、もう送られています。")
    turn.answer = Answered(form=form_of(talk, state))


def foreign(turn: Turn) -> None:
    """Not his to tap, or never drawn: a kind line, and a trace in the log."""
    assert turn.me is not None
    detours.log.warning("foreign tap", extra={"action": "refuse", "event": str(turn.event_id)})
    if turn.me.platform == "slack":
        raise Refusal(detour.FOREIGN)
    talk = floor(turn)
    detours.foreign(turn, talk, turn.work.conversations.journal(talk.id) if talk else Journal())


def thought(turn: Turn, answer: Thought) -> None:
    """The model answered. A late answer, for words that were changed meanwhile, is ignored."""
    if answer.over:
        tell_staff(turn, answer.over, answer.at)
    talk = turn.work.conversations.get(UUID(answer.conversation))
    if talk is None:
        return
    handle = turn.work.parties.handle(talk.handle_id)
    turn.me = turn.work.parties.locked(handle.platform, handle.external_id)
    turn.work.session.refresh(talk)  # lock, then read: he may have gone on meanwhile
    if talk.status == CLOSED or talk.asked.get(answer.key, [""])[0] != answer.given:
        return
    is_resting = talk.status in (PARKED, HUMAN)  # kept, and gone on from when he comes back
    journal = turn.work.conversations.journal(talk.id)
    if answer.key == held.HELD:
        return None if is_resting else triage.answered(turn, talk, journal, answer.value)
    if answer.value is None:
        return None if is_resting else settle(turn, talk, journal, by_rules=frozenset({answer.key}))
    talk.turn += 1
    entry = Entry(answer.key, answer.value, answer.given, turn=talk.turn, thought_by=answer.by)
    turn.work.conversations.write(talk.id, [entry], turn.event_id, turn.rules.release, turn.now)
    if not is_resting:
        settle(turn, talk, journal.write(entry))
