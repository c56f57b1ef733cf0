"""Talking: moves a conversation to its next open question, or to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.arrivals import Answered
from bot.asking import ask_message, form_button, form_of, is_asked, note_asked
from bot.errors import Refusal
from bot.facts import facts_of
from bot.payloads import word_payload
from bot.turn import Turn
from flows.beside import detour, nudging
from flows.interpret import Answer
from flows.journal import BY_RULES, Entry, Journal, digest, plain
from flows.messages import Button, Message, together
from flows.registry import FLOWS
from flows.replay import Finished, Waiting, replay
from flows.steps import Fill, Think
from flows.words import LABELS, Word
from storage.conversations import CLOSED, HUMAN, OPEN, PARKED, WAITING, Conversation
from storage.parties import Handle

FLOOR_IDLE = timedelta(minutes=10)  # a question unanswered this long lets a newer one be asked


def begin(
    turn: Turn, flow: str, handle: Handle, subject: dict[str, Any], seed: Sequence[Entry] = ()
) -> Conversation:
    """Start a conversation; ``seed`` are answers already given by what triggered it."""
    turn.facts.clear()
    talk = turn.work.conversations.begin(handle.id, handle.party_id, flow, subject, turn.now)
    turn.work.conversations.write(talk.id, seed, turn.event_id, turn.rules.release, turn.now)
    settle(turn, talk, Journal(seed))
    return talk


def begin_once(turn: Turn, flow: str, handle: Handle, subject: dict[str, Any]) -> Conversation:
    """Start a conversation, or ask again where the same one is open: a button is easily tapped twice."""
    for talk in turn.work.conversations.live(handle.id):
        if talk.flow == flow and talk.subject == subject:
            settle(turn, talk, turn.work.conversations.journal(talk.id))
            return talk
    return begin(turn, flow, handle, subject)


def write_answers(turn: Turn, talk: Conversation, journal: Journal, answers: Sequence[Answer]) -> None:
    """Keep answers in the journal and go on from there."""
    talk.turn += 1
    talk.unsure = 0
    handle = turn.work.parties.handle(talk.handle_id)
    if handle.platform == "line":
        _take_floor(turn, talk, handle, is_his=True)
    entries = [Entry(item.key, item.value, item.given, item.raw, talk.turn) for item in answers]
    turn.work.conversations.write(talk.id, entries, turn.event_id, turn.rules.release, turn.now)
    settle(turn, talk, journal.write(*entries))


def settle(
    turn: Turn,
    talk: Conversation,
    journal: Journal,
    *,
    by_rules: frozenset[str] = frozenset(),
    instead: tuple[Message, ...] | None = None,
) -> None:
    """Replay; let the rules think where no model does; then ask, wait or finish.

    ``by_rules`` are thoughts that the model failed at: the rules answer those. ``instead`` is said
    before a question that comes back, in place of what the flow says on the way to it.
    """
    thought: set[str] = set()
    handle = turn.work.parties.handle(talk.handle_id)
    talk.settled_at = turn.now
    while True:
        state = replay(FLOWS[talk.flow], facts_of(turn, talk), journal, frozenset(thought))
        if isinstance(state, Finished):
            return _finish(turn, talk, journal, handle, state)
        if not isinstance(state.step, Think):
            return _ask(turn, talk, journal, handle, _said(state, instead))
        step = state.step
        if turn.rules.has_model and not step.is_ours and step.key not in by_rules:
            return _think(turn, talk, handle, state, step)
        value = plain(step.rules(step.given))
        entry = Entry(step.key, value, digest(step.given), turn=talk.turn, thought_by=BY_RULES)
        turn.work.conversations.write(talk.id, [entry], turn.event_id, turn.rules.release, turn.now)
        journal = journal.write(entry)
        thought.add(step.key)


def _said(state: Waiting, instead: tuple[Message, ...] | None) -> Waiting:
    return state if instead is None else replace(state, said=instead)


def _think(turn: Turn, talk: Conversation, handle: Handle, state: Waiting, step: Think) -> None:
    given = digest(step.given)
    talk.status, talk.asked = OPEN, {step.key: [given, talk.turn]}
    _take_floor(turn, talk, handle)
    prompt = step.prompt
    turn.work.thoughts.request(
        talk.id, step.key, given, prompt.name, prompt.version, plain(step.given), turn.now
    )
    turn.tell(handle, *state.said)
    turn.loading(handle)
    turn.work.dues.add("slow_thought", f"{talk.id.hex}:{step.key}:{given}", turn.now + timedelta(seconds=40))


def _finish(turn: Turn, talk: Conversation, journal: Journal, handle: Handle, state: Finished) -> None:
    talk.status, talk.asked, talk.nudge_at = CLOSED, {}, None
    said = list(turn.out)
    turn.tell(handle, *state.said)
    if handle.floor == talk.id:
        handle.floor = None
    turn.facts.clear()  # an action changes what is known
    try:
        with turn.guard():
            turn.rules.actions[type(state.outcome)](turn, talk, state.outcome)
            next_in_line(turn, handle)
    except Refusal as no:
        if not turn.is_guarded:
            raise  # all of the batch is undone, and carried again under guards
        turn.out[:] = said
        turn.facts.clear()
        turn.work.conversations.forget()  # what the action wrote is undone
        turn.work.session.refresh(talk)
        _reopen(turn, talk, journal, handle, no)


def _reopen(turn: Turn, talk: Conversation, journal: Journal, handle: Handle, no: Refusal) -> None:
    """The action refused: the key it names is asked again, with the reason."""
    if not no.key:
        if handle.platform == "slack":
            turn.answer = Answered(notice=no.why, is_closed=True)
        else:
            turn.tell(handle, Message(no.why))
            next_in_line(turn, handle)
        return
    again = _blanked(turn, talk, journal, no.key)
    if handle.platform == "line":
        turn.tell(handle, Message(no.why))
    settle(turn, talk, again)
    if handle.platform == "slack":
        turn.answer = Answered(errors={no.key: no.why})


def _ask(turn: Turn, talk: Conversation, journal: Journal, handle: Handle, state: Waiting) -> None:
    is_new = note_asked(talk, state)
    hour = turn.hour_for(handle)
    if (
        hour > turn.now
    ):  # asked in the night: the question waits, and words typed meanwhile are not its answer
        talk.status = WAITING
        turn.work.dues.add("ask", talk.id.hex, hour)
        return
    talk.status = OPEN
    if handle.platform == "line" and not _take_floor(turn, talk, handle):
        talk.status = WAITING  # asked when the other talk ends, or has been silent for a while
        if not is_with_person(turn, handle):
            turn.work.dues.add("ask", talk.id.hex, (handle.floor_at or turn.now) + FLOOR_IDLE)
        return
    if is_new or talk.asked_by is None:
        talk.asked_by = turn.event_id or talk.id  # asked by time alone: by no event
    talk.nudges = 0
    talk.nudge_at = None if handle.is_staff else nudging.first_at(talk.flow, turn.now)
    messages = [*state.said, *([Message(state.why)] if state.why else [])]
    is_fresh = isinstance(state.step, Fill) and len(state.keys) == len(state.step.questions())
    if handle.platform == "line" and isinstance(state.step, Fill) and state.step.lead and is_fresh:
        messages.append(Message(state.step.lead))
    if handle.platform == "slack" and isinstance(state.step, Fill) and not turn.is_answering(handle):
        asks = f"{state.step.lead}\n「{state.step.title}」をお願いします。".strip()
        turn.tell(handle, *messages, form_button(talk.id, asks, state.step.title))
        return
    if handle.platform == "slack" and isinstance(state.step, Fill):
        turn.tell(handle, *messages)
        turn.answer = Answered(form=form_of(talk, state))
        return
    first = state.open_questions()[0]
    asked = ask_message(talk, first, state.former(journal))
    said = (*messages, asked) if first.question.is_alone else together(messages, asked)
    turn.tell(handle, *said, as_one=not turn.is_answering(handle))  # asked by time or by others: one push


def ask_again(turn: Turn, talk: Conversation, journal: Journal, key: str, first: Message) -> None:
    """Take an answer back and ask for it once more; ``first`` says why."""
    again = _blanked(turn, talk, journal, key)
    handle = turn.work.parties.handle(talk.handle_id)
    if handle.platform == "line":
        _take_floor(turn, talk, handle, is_his=True)
    settle(turn, talk, again, instead=(first,))


def _blanked(turn: Turn, talk: Conversation, journal: Journal, key: str) -> Journal:
    talk.turn += 1
    blank = Entry(key, None, turn=talk.turn, is_blank=True)
    turn.work.conversations.write(talk.id, [blank], turn.event_id, turn.rules.release, turn.now)
    return journal.write(blank)


def repeat(turn: Turn, talk: Conversation | None, journal: Journal, *first: Message) -> None:
    """Say something, then the question that is still open, in the same words and with the same buttons."""
    me, state = turn.person(), stand(turn, talk, journal) if talk else None
    if talk is None or state is None:
        turn.tell(me, *first)
    elif isinstance(state.step, Think):
        look = Button(LABELS[Word.LOOK], word_payload(Word.LOOK))
        turn.tell(me, *first, Message(detour.THINKING, buttons=(look,)))
    else:
        if not is_asked(talk, state):  # only what was put to him can be answered
            note_asked(talk, state)
            talk.asked_by = turn.event_id
        asked = ask_message(talk, state.open_questions()[0], state.former(journal))
        turn.tell(me, *together(first, asked))


def floor(turn: Turn) -> Conversation | None:
    """Return the conversation that typed words answer now."""
    id = turn.person().floor
    talk = turn.work.conversations.get(id) if id else None
    return talk if talk is not None and talk.status not in (CLOSED, PARKED, HUMAN) else None


def with_person(turn: Turn, handle: Handle) -> Conversation | None:
    """Return the talk in which a person of the staff speaks with somebody; the bot is quiet meanwhile."""
    if handle.platform != "line":
        return None
    live = turn.work.conversations.live(handle.id)
    return next((talk for talk in live if talk.status == HUMAN), None)


def is_with_person(turn: Turn, handle: Handle) -> bool:
    return with_person(turn, handle) is not None


def _take_floor(turn: Turn, talk: Conversation, handle: Handle, *, is_his: bool = False) -> bool:
    """Let typed words go to this conversation, unless the person is busy with another.

    ``is_his``: he has just answered here, so this is what he is busy with.
    """
    if handle.floor is not None and handle.floor != talk.id:
        holder = turn.work.conversations.get(handle.floor)
        busy = holder is not None and holder.status == OPEN
        is_wanted = is_his or (turn.is_tap and turn.is_answering(handle))
        if busy and not is_wanted and handle.floor_at and turn.now - handle.floor_at < FLOOR_IDLE:
            return False
        if holder is not None and holder.status == HUMAN and not is_wanted:
            return False
        if holder is not None and busy:
            holder.status = WAITING
    handle.floor, handle.floor_at = talk.id, turn.now
    return True


def has_waiting(turn: Turn, handle: Handle) -> bool:
    return any(talk.status == WAITING for talk in turn.work.conversations.live(handle.id))


def next_in_line(turn: Turn, handle: Handle) -> None:
    """The floor is free: go on with what he was in the middle of, else ask what has waited longest."""
    if handle.floor is not None or turn.answer.form is not None:
        return  # he is busy with a question, or with the form that opens now
    if (human := with_person(turn, handle)) is not None:
        handle.floor = human.id  # the person of the staff has the word again
        return
    for talk in sorted(turn.work.conversations.live(handle.id), key=lambda talk: talk.turn == 0):
        if talk.status == WAITING:
            return settle(turn, talk, turn.work.conversations.journal(talk.id))


def stand(turn: Turn, talk: Conversation, journal: Journal, *, at_rest: bool = False) -> Waiting | None:
    """Say where a conversation stands, without moving it; one at rest stands nowhere, unless it is asked about."""
    if talk.status == CLOSED or (talk.status == PARKED and not at_rest):
        return None
    state = replay(FLOWS[talk.flow], facts_of(turn, talk), journal)
    return state if isinstance(state, Waiting) else None
