"""Bursts: words written before our question reached him belong to what he said before, not to the question."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot import held
from bot.payloads import aside_payload
from bot.talking import write_answers
from bot.turn import Turn
from flows.beside import detour
from flows.inbound import Typed
from flows.interpret import Answer
from flows.journal import Journal
from flows.messages import Button, Look, Message
from flows.questions import Text
from flows.replay import Waiting
from flows.steps import Think
from flows.words import word_of
from storage.conversations import Conversation

SILENCE = timedelta(days=3)  # after which free words may be about anything


def joined(turn: Turn, talk: Conversation, journal: Journal, state: Waiting, typed: Typed) -> bool:
    """Add words to the last free answer when they crossed our question, or while we think; tell whether they were."""
    is_thinking = isinstance(state.step, Think)
    if word_of(typed.text) or not (is_thinking or has_crossed(turn, talk)):
        return False
    given = state.given(journal)
    last = given[-1] if given else None
    if last is None or not isinstance(last.question.question, Text) or not isinstance(last.entry.value, str):
        if is_thinking:
            return False
        return keep_apart(turn, talk, state, typed.text)
    both = f"{last.entry.value}\n{typed.text.strip()}"
    raw = f"{last.entry.raw}\n{typed.text.strip()}"
    if is_thinking:
        turn.tell(turn.person(), Message(detour.JOINED))
    write_answers(turn, talk, journal, [Answer(last.question.key, both, raw, last.entry.given)])
    return True


def has_crossed(turn: Turn, talk: Conversation) -> bool:
    """Tell whether he wrote before the sending of the open question began; both clocks are real ones."""
    if turn.event is None or talk.asked_by is None or not turn.rules.is_sending:
        return False
    return not turn.work.outbox.has_left(turn.person().id, talk.asked_by, turn.event.happened_at)


def keep_apart(turn: Turn, talk: Conversation, state: Waiting, words: str) -> bool:
    """Nothing to add them to: hold them back, and ask what they are."""
    return _ask_whether(turn, talk, state, words, "先ほどのお言葉は、この質問へのお答えですか？")


def after_silence(
    turn: Turn, talk: Conversation, state: Waiting, wrote_at: datetime | None, words: str
) -> bool:
    """Free words after days of silence: ask whether they answer the question he saw back then."""
    silent_since = max(talk.settled_at, wrote_at) if wrote_at else talk.settled_at
    if turn.now - silent_since < SILENCE:
        return False
    open_question = state.open_questions()[0]
    if not isinstance(open_question.question, Text):
        return False
    asks = f"おかえりなさい。前にうかがったのは、こちらです。\n「{open_question.question.wording}」\nいまのお言葉は、そのお答えですか？"
    return _ask_whether(turn, talk, state, words, asks)


def _ask_whether(turn: Turn, talk: Conversation, state: Waiting, words: str, asks: str) -> bool:
    held.hold(turn, talk, words)
    key = state.keys[0]
    use = Button("お答えです", aside_payload(talk.id, key, "use"), Look.PRIMARY)
    other = Button("ちがいます", aside_payload(talk.id, key, "keep"))
    turn.tell(turn.person(), Message(asks, buttons=(use, other)))
    return True
