"""Edits: an earlier answer can always be changed; what depended on it opens again by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.payloads import aside_payload
from bot.talking import ask_again, repeat, settle, stand, write_answers
from bot.turn import Turn
from flows.beside import detour
from flows.errors import Unreadable
from flows.inbound import AsideTapped, Inbound, Tapped
from flows.interpret import STICKER, Answer, Stale
from flows.journal import Journal
from flows.messages import Button, Card, Line, Look, Message
from flows.replay import Waiting
from flows.steps import GivenAnswer
from storage.conversations import WAITING, Conversation

MOST_LISTED = 9  # with 「このままでよい」 they still fit under one message
SHOWN = 30
QUICK = timedelta(seconds=10)  # the same button again within this time was meant once


def back(turn: Turn, talk: Conversation | None, journal: Journal) -> None:
    """戻る: ask the last thing he answered once more."""
    given = [item for item in given_in(turn, talk, journal) if not item.is_told]
    if talk is None or not given:
        return repeat(turn, talk, journal, Message(detour.NO_BACK))
    edit(turn, talk, journal, given[-1].question.key, detour.BACK)


def choose(turn: Turn, talk: Conversation | None, journal: Journal) -> None:
    """直す: list what he has answered, by its nouns; each can be asked again."""
    given = [item for item in given_in(turn, talk, journal) if item.question.question.is_listed]
    if talk is None or not given:
        return repeat(turn, talk, journal, Message(detour.NOTHING_TO_EDIT))
    shown = given[-MOST_LISTED:]
    lines = tuple(Line(item.question.label, short(item), is_quote=True) for item in shown)
    buttons = [
        Button(item.question.label, aside_payload(talk.id, item.question.key, "edit")) for item in shown
    ]
    stay = Button(detour.STAY, aside_payload(talk.id, shown[-1].question.key, "keep"), Look.PRIMARY)
    turn.tell(turn.person(), Message(detour.WHICH, Card("ここまでのお答え", lines), (*buttons, stay)))


def edit(turn: Turn, talk: Conversation, journal: Journal, key: str, first: str = "") -> None:
    """Ask one answered question again, with what was answered beside it."""
    found = next((item for item in given_in(turn, talk, journal) if item.question.key == key), None)
    if found is None:
        return repeat(turn, talk, journal)
    first = first or (detour.FORMER if found.entry.raw == STICKER else detour.former(short(found)))
    ask_again(turn, talk, journal, key, Message(first))


def keep(turn: Turn, talk: Conversation, journal: Journal, key: str) -> None:
    """このままでよい: what he had answered stands again."""
    state = stand(turn, talk, journal)
    former = state.former(journal) if state else None
    if talk.status == WAITING:  # it comes back to him now
        return settle(turn, talk, journal)
    if state is None or former is None or state.keys[0] != key:
        return repeat(turn, talk, journal)
    asked = state.open_questions()[0]
    try:
        asked.question.restore(former.value)
    except Unreadable as why:
        return repeat(turn, talk, journal, Message(str(why) or detour.UNCLEAR))
    write_answers(turn, talk, journal, [Answer(key, former.value, former.raw, asked.given)])


def stale(turn: Turn, tap: Stale, talk: Conversation | None, journal: Journal) -> None:
    """An old button: say what was answered, and offer to change it."""
    given = given_in(turn, talk, journal)
    found = next((item for item in given if item.question.key == tap.key), None)
    if talk is None or found is None or not found.question.question.is_listed:
        return repeat(turn, talk, journal, Message(detour.OVER))
    if found is given[-1] and tap.value == str(found.entry.value):
        return repeat(turn, talk, journal)
    change = Button(detour.CHANGE, aside_payload(talk.id, tap.key, "edit"))
    stay = Button(detour.STAY, aside_payload(talk.id, tap.key, "keep"), Look.PRIMARY)
    answered = "" if found.entry.raw == STICKER else short(found)
    turn.tell(turn.person(), Message(detour.changes(answered), buttons=(change, stay)))


def is_again(turn: Turn, talk: Conversation, journal: Journal, tap: Tapped | AsideTapped) -> bool:
    """Tell whether this very button did its work only just, and he did nothing else since: he has been answered."""
    newest = next((entry for entry in reversed(journal.entries) if entry.key == tap.key), None)
    if newest is None or newest.turn != talk.turn or turn.now - talk.settled_at > QUICK:
        return False
    id = turn.work.conversations.cause_of(talk.id, tap.key)
    if id is None or turn.event is None:
        return False
    events = turn.work.inbox.from_to(turn.event.sender, id, turn.event.id)
    return bool(events) and all(is_same(turn.rules.read[event.platform](event), tap) for event in events)


def is_same(before: Inbound, tap: Tapped | AsideTapped) -> bool:
    return isinstance(before, Tapped | AsideTapped) and replace(before, at=tap.at) == tap


def given_in(turn: Turn, talk: Conversation | None, journal: Journal) -> tuple[GivenAnswer, ...]:
    """Return what a person has answered in the talk he is in."""
    state = stand(turn, talk, journal) if talk else None
    return state.given(journal) if isinstance(state, Waiting) else ()


def short(item: GivenAnswer) -> str:
    spoken = item.spoken.replace("\n", " ")
    return spoken if len(spoken) <= SHOWN else spoken[: SHOWN - 1] + "…"
