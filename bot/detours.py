"""Detours: everything a person may say or send that is no answer. The journal stays, the question is asked again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import UUID

from bot import calls, changing, edits, held, menus, mine, photos, triage
from bot.actions.renewal import ending
from bot.actions.weekly import lists, monthly, numbers, rescheduling
from bot.payloads import card_payload, word_payload
from bot.talking import begin, next_in_line, repeat, settle, stand, with_person
from bot.turn import Turn
from flows.beside import detour, menu
from flows.beside.answers import answer
from flows.beside.detour import LEAST_WISH
from flows.interpret import Kept, Nod, Questioned, Reading, Said, Stale, Unclear
from flows.journal import Entry, Journal
from flows.messages import Button, Look, Message
from flows.posting.heeding import OFF_TOPIC, is_off_topic
from flows.replay import Waiting
from flows.rules.japanese.reading import is_dont_know
from flows.steps import Think
from flows.together import SEALED
from flows.words import ANSWERS, LABELS, Word
from storage.conversations import CLOSED, OPEN, PARKED, Conversation
from storage.engagements import Engagement

WORTH_A_THOUGHT = 8  # characters; a shorter slip is asked about by the rules at once
log = logging.getLogger("smallwin.detours")


def take(turn: Turn, reading: Reading, talk: Conversation | None, journal: Journal) -> None:
    """Answer a detour, then repeat the open question."""
    match reading:
        case Said(word):
            said(turn, word, talk, journal)
        case Stale():
            edits.stale(turn, reading, talk, journal)
        case Unclear(why):
            unclear(turn, why, talk, journal)
        case Questioned() if talk is not None:
            questioned(turn, reading, talk, journal)
        case Nod():
            repeat(turn, talk, journal, Message(detour.NOD))
        case Kept(kind, message_id):
            photos.note(turn, kind, message_id)
            repeat(turn, talk, journal, Message(detour.kept(kind)))


AT_WORK: dict[Word, Callable[[Turn], None]] = {  # words about work that runs
    Word.WEEK: lists.show,
    Word.NUMBER: numbers.ask,
    Word.MONTH: monthly.show,
    Word.MOVE: rescheduling.move_next,
    Word.DAYS_OFF: rescheduling.tell_days_off,
    Word.HOUR: rescheduling.change_hour,
    Word.END: ending.asked,
}


def said(turn: Turn, word: Word, talk: Conversation | None, journal: Journal) -> None:
    house = turn.house(turn.me.party_id if turn.me else None)
    if word in ANSWERS or word is Word.TERMS:
        on = (Message(detour.ON),) if talk else ()
        told = answer(word, house)
        if word is Word.QUIT and ending.has_work(turn):
            told = (*told[:-1], replace(told[-1], buttons=_buttons((Word.END,))))
        return repeat(turn, talk, journal, *told, *on)
    if word in AT_WORK:
        return AT_WORK[word](turn)
    match word:
        case Word.MENU:
            entries = menu.entries(menus.standing_of(turn.work, turn.person()))
            buttons = tuple(Button(each.label, word_payload(each.word)) for each in entries)
            tell(turn, Message(detour.menu(word, house), buttons=buttons))
        case Word.MORE | Word.HELP:
            words = detour.MENUS[word]
            tell(turn, Message(detour.menu(word, house), buttons=_buttons(words)))
        case Word.BACK:
            edits.back(turn, talk, journal)
        case Word.EDIT:
            edits.choose(turn, talk, journal)
        case Word.CANCEL:
            ways = (Word.PARK, Word.RESUME, *((Word.END,) if ending.has_work(turn) else ()))
            tell(turn, Message(detour.CANCEL, buttons=_buttons(ways)))
        case Word.LATER | Word.PARK:
            park(turn, talk)
        case Word.RESUME:
            resume(turn, talk)
        case Word.START:
            start(turn, talk, journal)
        case Word.LOOK if talk is None:  # it came long ago, and was answered
            tell(turn, *mine.state_of(turn))
        case Word.LOOK:
            repeat(turn, talk, journal)
        case Word.STATE if is_thinking(turn, talk, journal):
            repeat(turn, talk, journal)
        case Word.STATE:
            tell(turn, *mine.state_of(turn))
        case Word.ME:
            tell(turn, *mine.known(turn))
        case Word.BUSY:
            mine.busy(turn, talk)
        case Word.PERSON:
            calls.ask_person(turn, talk)


def questioned(turn: Turn, reading: Questioned, talk: Conversation, journal: Journal) -> None:
    """A question in the middle: the model tells what it is about, or he does, by a button."""
    if changing.offer(turn, talk, journal, words_in(turn)):
        return
    if is_off_topic(words_in(turn)):
        return repeat(turn, talk, journal, Message(OFF_TOPIC))
    if not put_to_model(turn, talk, journal):
        held.questioned(turn, reading, talk, journal, words_in(turn))


def put_to_model(turn: Turn, talk: Conversation, journal: Journal) -> bool:
    """Put words beside the road to the model, where there is one; tell whether they were."""
    state = stand(turn, talk, journal)
    is_sealed = talk.flow in SEALED  # what is under seal goes nowhere
    if not turn.rules.has_model or is_sealed or state is None or isinstance(state.step, Think):
        return False
    if not words_in(turn):
        return False
    triage.ask(turn, talk, state, words_in(turn))
    return True


def is_thinking(turn: Turn, talk: Conversation | None, journal: Journal) -> bool:
    state = stand(turn, talk, journal) if talk else None
    return state is not None and isinstance(state.step, Think)


def unclear(turn: Turn, why: str, talk: Conversation | None, journal: Journal) -> None:
    """Words that are no answer: keep them where the question overhears, never blame."""
    if changing.offer(turn, talk, journal, words_in(turn)):
        return
    state = stand(turn, talk, journal) if talk else None
    is_kept = False
    if talk is not None and isinstance(state, Waiting) and not isinstance(state.step, Think):
        is_kept = _overhear(turn, talk, state, journal)
        talk.unsure += 1
    if (
        talk is not None
        and not is_kept
        and len(words_in(turn)) >= WORTH_A_THOUGHT
        and put_to_model(turn, talk, journal)
    ):
        return
    most = 2 if is_dont_know(words_in(turn)) else 3  # a second 「分からない」 is enough
    if talk is not None and talk.unsure >= most and not is_kept:
        return calls.offer(turn, talk)
    repeat(turn, talk, journal, Message(detour.OVERHEARD if is_kept else why or detour.UNCLEAR))


def _overhear(turn: Turn, talk: Conversation, state: Waiting, journal: Journal) -> bool:
    key, words = state.open_questions()[0].question.overhear, words_in(turn)
    if not key or len(words) < LEAST_WISH:
        return False
    before = journal.latest(key)
    entry = Entry(key, f"{before.value}\n{words}" if before else words, turn=talk.turn)
    turn.work.conversations.write(talk.id, [entry], turn.event_id, turn.rules.release, turn.now)
    return True


def words_in(turn: Turn) -> str:
    """Return what was typed in this event."""
    body = turn.event.body if turn.event else {}
    message = body.get("message")
    return str(message.get("text", "")) if isinstance(message, dict) else ""


def foreign(turn: Turn, talk: Conversation | None, journal: Journal) -> None:
    """A tap that is not this person's to make, or that nobody ever drew."""
    repeat(turn, talk, journal, Message(detour.FOREIGN))


def park(turn: Turn, talk: Conversation | None) -> None:
    """Rest; nothing is lost."""
    if talk is not None:
        talk.status, talk.nudge_at = PARKED, None
        assert turn.me is not None
        if turn.me.floor == talk.id:
            turn.me.floor = None
    tell(turn, Message(detour.PARKED, buttons=_buttons((Word.RESUME,) if talk else (Word.MENU,))))


def resume(turn: Turn, talk: Conversation | None) -> None:
    """Go on where we stopped, or begin with a new wish."""
    me = turn.person()
    if talk is None and (human := with_person(turn, me)):
        human.status, me.floor = CLOSED, None  # he would rather go on with the bot
        next_in_line(turn, me)
        if me.floor is not None or turn.out:
            return
    parked = at_rest(turn)
    again = talk or (parked[-1] if parked else None)
    if again is None:
        return start(turn, None, Journal())
    was_parked, again.status = again.status == PARKED, OPEN
    me.busy_until = None
    journal = turn.work.conversations.journal(again.id)
    if was_parked:
        tell(turn, Message(detour.resumed(last_words(turn, again, journal))))
    settle(turn, again, journal)


def at_rest(turn: Turn) -> list[Conversation]:
    """Return his talks that were put aside, oldest first."""
    live = turn.work.conversations.live(turn.person().id)
    return [item for item in live if item.status == PARKED]


def last_words(turn: Turn, talk: Conversation, journal: Journal) -> str:
    """Say what he answered last, in a talk at rest or not."""
    state = stand(turn, talk, journal, at_rest=True)
    given = state.given(journal) if state else ()
    return edits.short(given[-1]) if given else ""


def start(turn: Turn, talk: Conversation | None, journal: Journal) -> None:
    """相談する: a new wish, unless one is being talked about; consent comes first."""
    assert turn.me is not None
    if talk is not None:
        return repeat(turn, talk, journal, Message(detour.IN_THE_MIDDLE))
    if not turn.work.parties.has_consented(turn.me.party_id, "service"):
        begin(turn, "hello", turn.me, {})
        return
    begin(turn, "posting", turn.me, {"again": True}, kept_wish(turn))


def kept_wish(turn: Turn) -> list[Entry]:
    """Take words he wrote before he chose to begin anew: they are the wish."""
    for talk in reversed(at_rest(turn)):
        words = held.release(turn, talk, turn.work.conversations.journal(talk.id))
        if words:
            return [Entry("wish", words, raw=words)]
    return []


def offer_parked(turn: Turn, talk: Conversation, words: str) -> None:
    """Something rests: go on with it, or begin anew? What he has just written is kept for either."""
    if words.strip():
        held.hold(turn, talk, words)
    buttons = _buttons((Word.RESUME, Word.START, Word.PERSON))
    journal = turn.work.conversations.journal(talk.id)
    tell(turn, Message(detour.go_on(last_words(turn, talk, journal)), buttons=buttons))


def offer_tell(turn: Turn, running: Sequence[Engagement]) -> None:
    """Words outside any question, while work runs: for the other side, a new wish, or for a person?"""
    tell_them = tuple(
        Button("お相手に伝える", card_payload("engagement", item.id, 0, "tell"), Look.PRIMARY)
        for item in running[:3]
    )
    tell(
        turn, Message(detour.FOR_WHOM, buttons=(*tell_them, *_buttons((Word.STATE, Word.START, Word.PERSON))))
    )


def tell(turn: Turn, *messages: Message) -> None:
    assert turn.me is not None
    turn.tell(turn.me, *messages)


def _buttons(words: tuple[Word, ...]) -> tuple[Button, ...]:
    return tuple(Button(LABELS[word], word_payload(word)) for word in words)


def find_talk(turn: Turn, id: str) -> Conversation | None:
    """Return a person's own conversation; an id in a payload is only a claim."""
    assert turn.me is not None
    try:
        talk = turn.work.conversations.get(UUID(id))
    except ValueError:
        return None
    return talk if talk is not None and talk.handle_id == turn.me.id else None
