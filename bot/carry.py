"""Carry: what each kind of event sets going."""

from __future__ import annotations

import re
from uuid import UUID

from bot import calls, detours
from bot.actions.welcome import SERVICE
from bot.arrivals import Answered
from bot.errors import Refusal
from bot.talking import (
    begin,
    form_of,
    has_waiting,
    is_asked,
    next_in_line,
    note_asked,
    opened,
    settle,
    stand,
    write_answers,
)
from bot.turn import KIND, Turn
from flows import detour
from flows.inbound import (
    CardTapped,
    Due,
    Followed,
    FormAsked,
    HomeOpened,
    Ignored,
    Inbound,
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
from flows.interpret import Answer, Answers, Reading, Refused, Said, interpret
from flows.journal import Entry, Journal
from flows.messages import Message
from flows.rules.coach import read_wish
from flows.steps import Fill
from flows.words import Word, word_of
from prompts.results import Route
from storage.conversations import CLOSED, HUMAN, PARKED, Conversation

INTRODUCED = re.compile(r"^\s*紹介[\s　:：]+(?P<partner>\S.{0,40})\s*$")
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
        case Due():
            return turn.rules.moments[inbound.purpose](turn, inbound.subject)
    event = turn.event
    if event is None or not event.sender:
        return
    turn.me = turn.work.parties.meet(event.platform, event.sender, KIND[event.platform], turn.now)
    if event.body.get("masked"):
        turn.tell(turn.me, Message(MASKED))
    match inbound:
        case Followed():
            followed(turn)
        case Unfollowed():
            unfollowed(turn)
        case HomeOpened():
            turn.refresh(f"home:{turn.me.id.hex}", handle=turn.me)
        case StaffJoined() | StaffLeft():
            turn.me.is_staff = isinstance(inbound, StaffJoined)
        case CardTapped():
            tap_card(turn, inbound)
        case FormAsked():
            open_form(turn, inbound)
        case Ignored():
            foreign(turn)
        case Unsent():
            return
        case Typed() | Tapped() | WordTapped() | Sent() | Submitted():
            turn.me.wrote_at = turn.now
            talk_with(turn, inbound)


def talk_with(turn: Turn, inbound: Typed | Tapped | WordTapped | Sent | Submitted) -> None:
    """A person said or tapped something: find the conversation it belongs to, and read it there."""
    assert turn.me is not None
    turn.me.is_reachable = True  # whoever writes can be written to
    if isinstance(inbound, Typed) and introduced(turn, inbound.text):
        return
    talk = conversation_for(turn, inbound)
    if talk is None and isinstance(inbound, Tapped | Submitted):
        return foreign(turn)
    if talk is None:
        return front_door(turn, inbound)
    journal = turn.work.conversations.journals([talk.id])[talk.id]
    state = stand(turn, talk, journal)
    reading = interpret(inbound, opened(talk, state))
    if state is not None and not is_asked(talk, state) and not isinstance(inbound, Submitted):
        # a deploy, or new facts, put another question before the one he saw: his words do not answer that one
        if not isinstance(reading, Said):
            return settle(turn, talk, journal)
        note_asked(talk, state)
    act(turn, talk, journal, reading)


def act(turn: Turn, talk: Conversation, journal: Journal, reading: Reading) -> None:
    match reading:
        case Answer():
            write_answers(turn, talk, journal, [reading])
        case Answers(answers):
            turn.answer = Answered(is_closed=True)
            write_answers(turn, talk, journal, answers)
        case Refused(errors):
            turn.answer = Answered(errors=errors)
        case _ if turn.me is not None and turn.me.platform == "slack":
            turn.answer = Answered(notice=detour.OVER, is_closed=True)
        case _:
            here = talk if talk.status != CLOSED else floor(turn)
            at = (
                journal
                if here is talk or here is None
                else turn.work.conversations.journals([here.id])[here.id]
            )
            aside(turn, reading, talk, journal, here, at)


def aside(
    turn: Turn, reading: Reading, talk: Conversation, journal: Journal, here: Conversation | None, at: Journal
) -> None:
    """Answer a detour in the talk that is open now; an old button's answer is read from its own journal."""
    if here is talk or here is None:
        return detours.take(turn, reading, here, journal)
    entry = journal.latest(getattr(reading, "key", ""))
    detours.repeat(turn, here, at, Message(detour.stale(entry.raw if entry else "")))


def conversation_for(
    turn: Turn, inbound: Typed | Tapped | WordTapped | Sent | Submitted
) -> Conversation | None:
    if isinstance(inbound, Tapped | Submitted):
        return detours.find_talk(turn, inbound.conversation)
    return floor(turn)


def floor(turn: Turn) -> Conversation | None:
    """Return the conversation that typed words answer now."""
    assert turn.me is not None
    talk = turn.work.conversations.get(turn.me.floor) if turn.me.floor else None
    return talk if talk is not None and talk.status not in (CLOSED, PARKED, HUMAN) else None


def front_door(turn: Turn, inbound: Typed | WordTapped | Sent | Tapped | Submitted) -> None:
    """Nobody is being asked anything: greet, go on with what was parked, or take the words as a new wish."""
    assert turn.me is not None
    if turn.me.platform == "slack":
        return at_slack(turn, inbound)
    reading = interpret(inbound, None)
    words = inbound.text if isinstance(inbound, Typed) else ""
    if not isinstance(reading, Said) and has_waiting(turn, turn.me):
        turn.tell(turn.me, Message(detour.FIRST_THIS))  # his words are kept, and are not the answer to this
        next_in_line(turn, turn.me)
        return
    if not turn.work.parties.has_consented(turn.me.party_id, SERVICE):
        if isinstance(reading, Said) and reading.word not in (Word.START, Word.RESUME):
            return detours.take(turn, reading, None, Journal())
        seed = [Entry("first_words", words)] if len(words) >= detour.LEAST_WISH and not word_of(words) else []
        begin(turn, "hello", turn.me, {}, seed)
        return
    if isinstance(reading, Said):
        return detours.take(turn, reading, None, Journal())
    if read_wish(words).route is Route.EMPTY and turn.work.postings.of_owner(turn.me.party_id):
        return detours.said(turn, Word.STATE, None, Journal())  # 「ありがとう」 is no new wish
    if [talk for talk in turn.work.conversations.live(turn.me.id) if talk.status == PARKED]:
        return detours.offer_parked(turn)
    if running := turn.work.engagements.talking(turn.me.id):
        return detours.offer_tell(turn, running)
    seed = [Entry("wish", words, raw=words)] if words.strip() else []
    begin(turn, "posting", turn.me, {"again": True}, seed)


def at_slack(turn: Turn, inbound: Typed | WordTapped | Sent | Tapped | Submitted) -> None:
    """A talent writes to the bot outside any question: a person is one word away, the rest is on the home."""
    assert turn.me is not None
    is_call = isinstance(inbound, WordTapped) and inbound.word == Word.PERSON.value
    if is_call or (isinstance(inbound, Typed) and word_of(inbound.text) is Word.PERSON):
        calls.ask_person(turn, None)
        return
    turn.tell(
        turn.me,
        Message(
            "ありがとうございます。いまのことは「ホーム」のタブで見られます。困ったら「人と話す」と送ってください。"
        ),
    )


def introduced(turn: Turn, text: str) -> bool:
    """Take 「紹介 ◯◯信用金庫」, which a partner's card puts in the input field; it proves nothing and opens nothing."""
    found = INTRODUCED.match(text)
    if found is None or turn.me is None or turn.me.platform != "line":
        return False
    party = turn.party()
    party.referred_by = found["partner"].strip()[:100]
    talk = floor(turn)
    if talk is None and not turn.work.parties.has_consented(party.id, SERVICE):
        begin(turn, "hello", turn.me, {})
        return True
    journal = turn.work.conversations.journals([talk.id])[talk.id] if talk else Journal()
    detours.repeat(
        turn, talk, journal, Message(f"{party.referred_by}さんのご紹介ですね。ありがとうございます。")
    )
    return True


def followed(turn: Turn) -> None:
    """A friend, new or back again: greet, or go on where we were."""
    assert turn.me is not None
    turn.me.is_reachable = True
    if not turn.work.parties.has_consented(turn.me.party_id, SERVICE):
        talk = floor(turn)
        if talk is None:
            begin(turn, "hello", turn.me, {})
        else:
            detours.repeat(
                turn, talk, turn.work.conversations.journals([talk.id])[talk.id], Message(detour.BACK_AGAIN)
            )
        return
    detours.tell(turn, Message(detour.BACK_AGAIN))
    detours.said(turn, Word.STATE, floor(turn), Journal())


def unfollowed(turn: Turn) -> None:
    """Blocked: stop sending, keep everything, and tell the staff once."""
    assert turn.me is not None
    was_reachable, turn.me.is_reachable = turn.me.is_reachable, False
    turn.work.outbox.close_unreachable(turn.me.id)
    posting = next(iter(turn.work.postings.of_owner(turn.me.party_id)), None)
    if was_reachable and posting is not None:
        turn.post(
            "staff",
            Message(
                f"「{posting.title}」の社長に、LINEでは届かなくなりました。お電話で様子をうかがってください。"
            ),
        )


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
    state = stand(turn, talk, turn.work.conversations.journals([talk.id])[talk.id])
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
    detours.foreign(turn, talk, turn.work.conversations.journals([talk.id])[talk.id] if talk else Journal())


def thought(turn: Turn, answer: Thought) -> None:
    """The model answered. A late answer, for words that were changed meanwhile, is ignored."""
    talk = turn.work.conversations.get(UUID(answer.conversation))
    if talk is None:
        return
    handle = turn.work.parties.handle(talk.handle_id)
    turn.me = turn.work.parties.locked(handle.platform, handle.external_id)
    turn.work.session.refresh(talk)  # lock, then read: he may have gone on meanwhile
    if talk.status == CLOSED or talk.asked.get(answer.key, [""])[0] != answer.given:
        return
    is_resting = talk.status in (PARKED, HUMAN)  # kept, and gone on from when he comes back
    journal = turn.work.conversations.journals([talk.id])[talk.id]
    if answer.value is None:
        return None if is_resting else settle(turn, talk, journal, by_rules=frozenset({answer.key}))
    talk.turn += 1
    entry = Entry(answer.key, answer.value, answer.given, turn=talk.turn)
    turn.work.conversations.write(talk.id, [entry], turn.event_id, turn.rules.release, turn.now)
    if not is_resting:
        settle(turn, talk, journal.write(entry))
