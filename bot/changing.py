"""Changing: another wish at the preview is asked about once, and then talked through; what still fits stays."""

from __future__ import annotations

from bot import held
from bot.payloads import aside_payload
from bot.talking import repeat, settle, stand
from bot.turn import Turn
from flows.beside import detour
from flows.facts import Draft
from flows.journal import Entry, Journal
from flows.messages import Button, Look, Message
from flows.posting.fixing import Part
from flows.questions import DONT_KNOW, Choice
from flows.replay import Waiting
from flows.rules.coach.changing import new_wish, said_back
from flows.rules.coach.coach import read_wish
from flows.rules.japanese.reading import read_choice
from flows.steps import Ask
from storage.conversations import Conversation

WISH, PREVIEW = "wish", "verdict."
FREE = ("wish", "own", "goal.own", "fix.", "fair", "spare")  # where he writes as he likes
STAYS = ("partner", "pay")  # what he told with the old wish and is as true of the new one
OLD_AIM = ("goal.own", "goal.own.2")  # asked anew: they are about the old work
ABOUT_IT = (Part.TITLE, Part.GOAL, Part.TASKS)  # parts put right by hand that speak of the old work


def offer(turn: Turn, talk: Conversation | None, journal: Journal, words: str) -> bool:
    """Ask whether he would rather have something else, where the draft lies before him; tell whether we did."""
    state = stand(turn, talk, journal) if talk else None
    if talk is None or talk.flow != "posting" or not isinstance(state, Waiting):
        return False
    step = state.step
    if not isinstance(step, Ask) or step.question.is_free or step.key.startswith(FREE):
        return False
    is_preview = isinstance(step.given, Draft)
    code = step.given.code if isinstance(step.given, Draft) else code_in(journal)
    wish = new_wish(words, code, is_preview=is_preview)
    if not wish:
        return False
    held.hold(turn, talk, wish)
    change = Button(detour.CHANGE, aside_payload(talk.id, step.key, "change"))
    stay = Button(detour.STAY_SO, aside_payload(talk.id, step.key, "keep"), Look.PRIMARY)
    turn.tell(turn.person(), Message(detour.another(said_back(wish)), buttons=(change, stay)))
    return True


def instead(turn: Turn, talk: Conversation, state: Waiting, journal: Journal, words: str) -> bool:
    """Ask the same where words that change his mind could also be taken for an answer; no label of a button is such."""
    step = state.step
    if not isinstance(step, Ask) or not isinstance(step.question, Choice):
        return False
    labels = [option.label for option in step.question.options()]
    return read_choice(words, labels) is None and offer(turn, talk, journal, words)


def code_in(journal: Journal) -> str:
    """Return the work his wish is about."""
    entry = journal.latest(WISH)
    codes = read_wish(entry.raw).codes if entry else []
    return codes[0] if codes else ""


def change(turn: Turn, talk: Conversation, journal: Journal, key: str) -> None:
    """変える: the words held back are his wish now. Who goes along, the pay and his own words stay."""
    state, wish = stand(turn, talk, journal), held.release(turn, talk, journal)
    if not isinstance(state, Waiting) or not wish or key not in state.keys:
        return repeat(turn, talk, journal)
    talk.turn += 1
    talk.unsure = 0
    entries = [
        Entry(WISH, wish, raw=wish, turn=talk.turn),
        *kept(state, journal, talk.turn),
        *undone(journal, talk.turn),
    ]
    turn.work.conversations.write(talk.id, entries, turn.event_id, turn.rules.release, turn.now)
    settle(turn, talk, journal.write(*entries))


def kept(state: Waiting, journal: Journal, at: int) -> list[Entry]:
    """Write down what only the old wish told, so that it is not lost with it."""
    told = [item for item in state.given(journal) if item.is_told and item.question.key in STAYS]
    return [
        Entry(item.question.key, item.entry.value, item.question.given, item.entry.raw, at) for item in told
    ]


def undone(journal: Journal, at: int) -> list[Entry]:
    """Take back what was written for the old work: his own goal, and the parts put right by hand."""
    gone = [Entry(key, None, turn=at, is_blank=True) for key in OLD_AIM if journal.latest(key)]
    for entry in journal.entries:
        number = entry.key.removeprefix("part.")
        if not entry.key.startswith("part.") or (latest := journal.latest(entry.key)) is None:
            continue
        if latest.value in {part.name for part in ABOUT_IT} and journal.latest(f"fix.{number}"):
            gone.append(Entry(f"fix.{number}", DONT_KNOW, raw=DONT_KNOW, turn=at))
        if latest.value == Part.CODE.name:
            gone.append(Entry(f"{PREVIEW}{number}", None, turn=at, is_blank=True))
    return list({entry.key: entry for entry in gone}.values())
