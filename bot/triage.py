"""Triage: with a model, words that fit no question are told apart: answer, question, correction, chat, a person."""

from __future__ import annotations

from datetime import timedelta

from bot import calls, edits, held
from bot.talking import repeat, stand
from bot.turn import Turn
from flows.beside import detour
from flows.beside.answers import answer
from flows.errors import Unreadable
from flows.interpret import Questioned
from flows.journal import Journal, Json, digest, plain
from flows.messages import Message
from flows.replay import Waiting
from flows.rules.coach.asking import is_question
from flows.words import Word
from prompts.catalog import TRIAGE
from prompts.results import Meaning, Topic, Triage
from storage.conversations import Conversation

SLOW = timedelta(seconds=40)
TOPICS = {
    Topic.PRICE: Word.PRICE,
    Topic.WHO: Word.WHO,
    Topic.COMPARE: Word.COMPARE,
    Topic.SAFETY: Word.SAFETY,
    Topic.PREPARE: Word.PREPARE,
    Topic.QUIT: Word.QUIT,
}


def ask(turn: Turn, talk: Conversation, state: Waiting, words: str) -> None:
    """Keep the words and put them to the model; the open question stays open meanwhile."""
    held.hold(turn, talk, words)
    question = state.open_questions()[0].question
    options = tuple(option.label for option in question.options())
    put = {"asked": question.wording, "options": options, "words": words}
    given = digest(put)
    talk.asked = {**talk.asked, held.HELD: [given, talk.turn]}
    turn.work.thoughts.request(talk.id, held.HELD, given, TRIAGE.name, TRIAGE.version, plain(put), turn.now)
    turn.loading(turn.person())
    turn.work.dues.add("slow_thought", f"{talk.id.hex}:{held.HELD}:{given}", turn.now + SLOW)


def answered(turn: Turn, talk: Conversation, journal: Journal, value: Json) -> None:
    """Do what the model made of the words. It only ever chooses among what the person could have chosen himself."""
    talk.asked = {key: item for key, item in talk.asked.items() if key != held.HELD}
    entry, state = journal.latest(held.HELD), stand(turn, talk, journal)
    if entry is None or state is None:
        return
    could_be = fits(state, entry.raw)
    reading = Triage.model_validate(value) if value is not None else None
    if (reading is None or not reading.sure) and (could_be or is_question(entry.raw)):
        return held.offer(turn, talk, state, Questioned(could_be))
    if reading is None or not reading.sure:
        return repeat(turn, talk, journal, Message(detour.UNCLEAR))
    match reading.kind:
        case Meaning.ANSWER if could_be:
            held.use(turn, talk, journal, state.keys[0])
        case Meaning.QUESTION if reading.topic in TOPICS:
            held.release(turn, talk, journal)
            said = answer(TOPICS[reading.topic], turn.house(talk.party_id))
            repeat(turn, talk, journal, *said, Message(detour.ON))
        case Meaning.QUESTION:
            held.offer(turn, talk, state, Questioned(could_be=False))
        case Meaning.CORRECTION:
            edits.choose(turn, talk, journal)
        case Meaning.PERSON:
            calls.ask_person(turn, talk)
        case Meaning.CHAT:
            held.release(turn, talk, journal)
            repeat(turn, talk, journal, Message(detour.NOD))
        case _:
            repeat(turn, talk, journal, Message(detour.UNCLEAR))


def fits(state: Waiting, words: str) -> bool:
    """Tell whether the open question could take the words as its answer."""
    asked = state.open_questions()
    try:
        asked[0].question.read(words)
    except (Unreadable, IndexError):
        return False
    return True
