"""Held: words that may be an answer, a question to us, or for a person. They are kept until he says which."""

from __future__ import annotations

from bot import calls
from bot.payloads import aside_payload
from bot.talking import repeat, stand, write_answers
from bot.turn import Turn
from flows.beside import detour
from flows.errors import Unreadable
from flows.interpret import Answer, Questioned
from flows.journal import Entry, Journal
from flows.messages import Button, Look, Message
from flows.questions import Choice, Text
from flows.replay import Waiting
from flows.rules.calendar import say_moment
from flows.together import SEALED
from flows.words import fold
from storage.conversations import WAITING, Conversation
from storage.staff_tasks import TaskKind

HELD = "held"  # the key the words wait under; no flow asks it


def hold(turn: Turn, talk: Conversation, words: str) -> None:
    """Keep words beside the road."""
    _write(turn, talk, Entry(HELD, words, raw=words, turn=talk.turn))


def release(turn: Turn, talk: Conversation, journal: Journal) -> str:
    """Take the words that were kept; a second tap finds none."""
    entry = journal.latest(HELD)
    if entry is None:
        return ""
    _write(turn, talk, Entry(HELD, None, turn=talk.turn, is_blank=True))
    return entry.raw


def questioned(turn: Turn, reading: Questioned, talk: Conversation, journal: Journal, words: str) -> None:
    """Somebody asks us something we have no card for: a person answers, and the talk goes on meanwhile."""
    state = stand(turn, talk, journal)
    if state is None or not words:
        return repeat(turn, talk, journal, Message(detour.UNCLEAR))
    hold(turn, talk, words)
    offer(turn, talk, state, reading)


def offer(turn: Turn, talk: Conversation, state: Waiting, reading: Questioned) -> None:
    """Let him say what the words held back are."""
    key = state.keys[0]
    ask = Button("質問です" if reading.could_be else "聞いてほしい", aside_payload(talk.id, key, "ask"))
    if reading.could_be:
        use = Button("お答えです", aside_payload(talk.id, key, "use"), Look.PRIMARY)
        return turn.tell(turn.person(), Message(detour.WHICH_OF_TWO, buttons=(use, ask)))
    later = Button("いまはよい", aside_payload(talk.id, key, "keep"))
    asks = f"ご質問ですね。担当の{turn.house(talk.party_id).staff}に聞いて、お返事しましょうか？"
    turn.tell(turn.person(), Message(asks, buttons=(ask, later)))


def fits_another(turn: Turn, talk: Conversation, state: Waiting, words: str) -> bool:
    """Ask which question he means, when this one takes any words and another one he was asked may be meant.

    That is one that reads exactly these words, or a sealed one: what is meant for it must not be shown to the other side.
    """
    if not isinstance(state.open_questions()[0].question, Text):
        return False
    for other in turn.work.conversations.live(talk.handle_id):
        if other.id == talk.id or other.status != WAITING or not other.asked_by:
            continue
        its = stand(turn, other, turn.work.conversations.journal(other.id))
        if its is None or not its.open_questions():
            continue
        is_secret = other.flow in SEALED and talk.flow not in SEALED  # never shown by a guess
        if not is_secret and not reads_exactly(its, words):
            continue
        hold(turn, talk, words)
        hold(turn, other, words)
        buttons = tuple(
            Button(its_label(each), aside_payload(of.id, each.keys[0], "use"))
            for of, each in ((talk, state), (other, its))
        )
        turn.tell(turn.person(), Message(detour.WHICH_QUESTION, buttons=buttons))
        return True
    return False


def reads_exactly(state: Waiting, words: str) -> bool:
    """Tell whether a question that does not take just any words reads these."""
    asked = state.open_questions()[0].question
    is_any = isinstance(asked, Text) or (isinstance(asked, Choice) and asked.or_words)
    labels = {fold(option.label) for option in asked.options()}
    if is_any:
        return fold(words) in labels
    try:
        asked.read(words)
    except Unreadable:
        return False
    return True


def its_label(state: Waiting) -> str:
    return f"{state.open_questions()[0].label}のお返事"[:20]


def use(turn: Turn, talk: Conversation, journal: Journal, key: str) -> None:
    """お答えです: the words are the answer after all."""
    state, words = stand(turn, talk, journal), release(turn, talk, journal)
    if state is None or not words or key not in state.keys[:1]:
        return repeat(turn, talk, journal)
    asked = state.open_questions()[0]
    try:
        value = asked.question.read(words)
    except Unreadable as why:
        return repeat(turn, talk, journal, Message(str(why) or detour.UNCLEAR))
    write_answers(turn, talk, journal, [Answer(key, value, words, asked.given)])


def ask(turn: Turn, talk: Conversation, journal: Journal) -> None:
    """質問です: the staff get it with a time promised, and the open question comes back."""
    words = release(turn, talk, journal)
    if not words:
        return repeat(turn, talk, journal)
    task = calls.note_for_staff(turn, talk, TaskKind.TALK, words)
    calls.promise(turn, task)
    until = say_moment(task.promised_at or turn.now, turn.now)
    said = f"担当の{turn.house(talk.party_id).staff}が、{until}までにお返事します。"
    repeat(turn, talk, journal, Message(said))


def _write(turn: Turn, talk: Conversation, entry: Entry) -> None:
    turn.work.conversations.write(talk.id, [entry], turn.event_id, turn.rules.release, turn.now)
