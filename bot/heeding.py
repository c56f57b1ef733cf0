"""Heeding: in the middle of a talk too, distress brings a person, and words against a rule are answered, not written down."""

from __future__ import annotations

from bot import calls
from bot.talking import repeat
from bot.turn import Turn
from flows.journal import Entry, Journal
from flows.messages import Message
from flows.posting.heeding import MAY_INSIST, STEERED, is_grave, needs_care, rule_for
from flows.questions import Choice
from flows.replay import Waiting
from flows.rules.japanese.reading import read_choice
from flows.steps import Ask
from flows.together import SEALED
from prompts.results import Route
from storage.conversations import PARKED, Conversation
from storage.staff_tasks import TaskKind

RULE = "rule"  # the key under which it is kept which rule was read to him at which question; no flow asks it
# Everywhere else, weeks and endings too, only the gravest words stop a talk: who works together may have a hard week.
CARED_FOR = ("hello", "posting", "firm", "clarify", "consent_edit", "why_none")
WHY = {
    Route.ILLEGAL: "法律や決まりに反するおそれ",
    Route.WORKER: "雇用に近い働き方",
    Route.PRIVACY: "ほかの方の個人情報",
}


def heed(turn: Turn, talk: Conversation, state: Waiting, journal: Journal, words: str) -> bool:
    """Answer words that must not become an answer; tell whether that was done."""
    step = state.step
    if talk.flow not in CARED_FOR:
        return _heed_grave(turn, talk, words)
    if not isinstance(step, Ask) or is_label(step, words):
        return False
    if needs_care(words, step.key) and not step.key.startswith(STEERED):
        care(turn, talk, words)
        return True
    rule = rule_for(words, step.key) if talk.flow in ("posting", "firm") else None
    if rule is None or (talk.flow == "firm" and rule[0] is not Route.ANONYMOUS):
        return False
    route, said = rule
    mark = f"{step.key}:{route.value}"
    kept = journal.latest(RULE)
    if kept is not None and mark in str(kept.value).split():
        if route in MAY_INSIST:
            return False
        calls.offer(turn, talk)  # it was said once: what he needs a person may find out
        return True
    entry = Entry(RULE, f"{kept.value if kept else ''} {mark}".strip(), turn=talk.turn)
    turn.work.conversations.write(talk.id, [entry], turn.event_id, turn.rules.release, turn.now)
    if route in WHY:
        calls.note_for_staff(turn, talk, TaskKind.CHECK, words, stage=WHY[route])
    repeat(turn, talk, journal.write(entry), Message(said))
    return True


def _heed_grave(turn: Turn, talk: Conversation, words: str) -> bool:
    if SEALED.get(talk.flow) == "MF" or turn.person().platform != "line" or not is_grave(words):
        return False  # a look back is read for harm when it is whole
    care(turn, talk, words)
    return True


def is_label(step: Ask, words: str) -> bool:
    """Tell whether the words choose a button that was offered."""
    asked = step.question
    return (
        isinstance(asked, Choice)
        and read_choice(words, [option.label for option in asked.options()]) is not None
    )


def care(turn: Turn, talk: Conversation | None, words: str) -> None:
    """Lay the talk aside, so that nothing more is asked of him, and offer a call."""
    if talk is not None:
        me = turn.person()
        talk.status, talk.nudge_at = PARKED, None
        me.floor = None if me.floor == talk.id else me.floor
    calls.offer_call(turn, talk, TaskKind.CARE, words, is_tired=True)
