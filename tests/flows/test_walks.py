"""Walks through the flows alone: talks of random answers, edits, old buttons, unsends, restarts and releases.

The same through the whole bot, with staff, time and delivery, is ``tests/story/test_walks.py``; these walk longer roads.
``WALK_SEED=… pytest tests/flows/test_walks.py`` repeats the one that failed.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from bot.asking import ask_message, note_asked, opened
from bot.line.limits import broken
from bot.line.render import safe
from flows.errors import Unreadable
from flows.inbound import Kind, Sent, Tapped, Typed
from flows.interpret import Answer, Reading, Refused, interpret
from flows.journal import Entry, Journal, digest, plain
from flows.registry import FLOWS
from flows.replay import Finished, Waiting, replay
from flows.steps import Flow, Think
from flows.words import LABELS
from storage.conversations import OPEN, Conversation
from storage.database import new_id
from tests.bot.deployed import added, added_field, removed
from tests.story.said import SAID
from tests.test_replay_is_pure import Recorded, rebuilt, recordings

WALKS, BATCHES, STEPS = int(os.environ.get("FLOW_WALKS", "400")), 20, (8, 24)
SEED = os.environ.get("WALK_SEED", "")
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SLIPS = (
    "",
    "　",
    "?",
    "はい",
    "1",
    "３",
    "😀😀",
    "\u200b",
    "あ" * 301,
    "8万円、担当は美咲",
    "forged:a:b",
    "やめる人が多くて",
)


@cache
def beginnings() -> tuple[tuple[str, Any], ...]:
    """Give each recorded talk's flow, and what it might know."""
    found = ((path.parent.name, Recorded(**json.loads(path.read_text()))) for _, path in recordings())
    return tuple((name, rebuilt(recorded.facts)) for name, recorded in found)


class Walk:
    """One person in one talk; nothing is kept but the journal and what was asked."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.name, self.facts = self.chance.choice(beginnings())
        self.flow: Flow = FLOWS[self.name]
        self.journal, self.trace = Journal(), [self.name]
        self.talk = Conversation(id=new_id(), flow=self.name, status=OPEN, turn=0, asked={})
        self.shown: list[tuple[str, int, str]] = []  # key, turn, value of every button ever drawn

    def run(self) -> None:
        for _ in range(self.chance.randint(*STEPS)):
            state = self.stands()
            if isinstance(state, Finished):
                assert state.outcome is not None
                return
            if isinstance(state.step, Think):
                self.think(state.step)
                continue
            self.ask(state)
            act = self.chance.choices(
                (
                    self.tap,
                    self.type,
                    self.old_tap,
                    self.thing,
                    self.edit,
                    self.unsend,
                    self.restart,
                    self.release,
                ),
                (30, 26, 8, 4, 14, 5, 5, 6),
            )[0]
            act(state)

    def stands(self) -> Waiting | Finished:
        """Replay, twice: gone on or from the top, it stands at the same place; something is asked, thought or done."""
        first = replay(self.flow, self.facts, self.journal)
        again = replay(self.flow, self.facts, Journal(self.journal.entries))
        assert repr(first) == repr(again)
        if isinstance(first, Waiting) and not isinstance(first.step, Think):
            assert first.open_questions()
            assert {item.question.key for item in first.given(self.journal)}.isdisjoint(first.keys)
        return first

    def think(self, step: Think) -> None:
        value = plain(step.rules(step.given))
        self.write(Entry(step.key, value, digest(step.given), turn=self.talk.turn))

    def ask(self, state: Waiting) -> None:
        """Draw what is asked as LINE would get it; its buttons stay tappable for ever."""
        note_asked(self.talk, state)
        first = state.open_questions()[0]
        message = ask_message(self.talk, first, state.former(self.journal))
        for body in safe(message):
            assert not broken([body]), message.as_text()
        at = int(self.talk.asked[first.key][1])
        self.shown += [(first.key, at, option.value) for option in first.question.options()]

    # what a person may do

    def tap(self, state: Waiting) -> None:
        first = state.open_questions()[0]
        options = first.question.options()
        if not options:
            return self.type(state)
        value = self.chance.choice(options).value
        reading = self.reads(state, Tapped("", first.key, int(self.talk.asked[first.key][1]), value, NOW))
        assert isinstance(reading, Answer), "a button just drawn is always an answer"

    def type(self, state: Waiting) -> None:
        labels = [option.label for option in state.open_questions()[0].question.options()]
        pool = self.chance.choice((SAID, SAID, SLIPS, tuple(LABELS.values()), tuple(labels) or SAID))
        text = "長い話" * 3_400 if self.chance.random() < 0.004 else self.chance.choice(pool)
        self.reads(state, Typed(text, NOW))

    def old_tap(self, state: Waiting) -> None:
        key, turn, value = self.chance.choice(self.shown or [("none", 0, "x")])
        reading = self.reads(state, Tapped("", key, turn + self.chance.choice((0, 0, 1)), value, NOW))
        if isinstance(reading, Answer):
            assert key in state.keys, "only what is open can be answered"

    def thing(self, state: Waiting) -> None:
        self.reads(state, Sent(self.chance.choice(list(Kind)), NOW, words=("日本、長野県飯田市本町1-2",)))

    def edit(self, state: Waiting) -> None:
        """Take an answer back: it is asked again. Put back as it was, nothing has changed."""
        given = state.given(self.journal)
        if not given:
            return
        key = self.chance.choice(given).question.key
        before, answers = place(self.stands()), self.answers()
        self.write(Entry(key, None, turn=self.talk.turn, is_blank=True))
        now = self.stands()
        assert isinstance(now, Waiting)
        former = now.former(self.journal)
        if key not in now.keys[:1] or former is None or self.chance.random() < 0.5:
            return
        self.write(Entry(key, former.value, now.open_questions()[0].given, former.raw, self.talk.turn))
        assert place(self.stands()) == before
        assert self.answers() == answers

    def unsend(self, state: Waiting) -> None:
        """An entry is blanked in place, wherever it stands."""
        raws = [n for n, entry in enumerate(self.journal.entries) if entry.raw]
        if raws:
            at = self.chance.choice(raws)
            gone = Entry(self.journal.entries[at].key, None, turn=0, is_blank=True)
            self.journal = Journal((*self.journal.entries[:at], gone, *self.journal.entries[at + 1 :]))

    def restart(self, state: Waiting) -> None:
        """Only what a database keeps comes back."""
        rows = json.loads(json.dumps([asdict(entry) for entry in self.journal.entries]))
        self.journal = Journal(Entry(**row) for row in rows)
        self.talk.asked = json.loads(json.dumps(self.talk.asked))

    def release(self, state: Waiting) -> None:
        """The next release asks more, asks less, or is taken back."""
        flow = FLOWS[self.name]
        first = state.open_questions()[0]
        value = next((each for each in SAID if reads(first.question, each)), None)
        less = [removed(flow, first.key, first.question.read(value))] if value else []
        self.flow = self.chance.choice([flow, added(flow), added_field(flow), *less])

    # the machinery

    def reads(self, state: Waiting, inbound: Typed | Tapped | Sent) -> Reading:
        self.trace.append(str(inbound)[:120])
        reading = interpret(inbound, opened(self.talk, state))
        assert not isinstance(reading, Refused)
        if isinstance(reading, Answer):
            self.talk.turn += 1
            self.write(Entry(reading.key, reading.value, reading.given, reading.raw, self.talk.turn))
            latest = self.journal.latest(reading.key)
            assert latest is not None
            assert latest.value == reading.value
        return reading

    def write(self, entry: Entry) -> None:
        before = self.journal.entries
        self.journal = self.journal.write(entry)
        assert self.journal.entries[: len(before)] == before

    def answers(self) -> dict[str, Any]:
        latest = ((entry.key, self.journal.latest(entry.key)) for entry in self.journal.entries)
        return {key: entry.value for key, entry in latest if entry is not None}


def place(state: Waiting | Finished) -> tuple[object, ...]:
    return ("end", plain(state.outcome)) if isinstance(state, Finished) else (state.step.key, state.keys)


def reads(question: Any, words: str) -> bool:
    try:
        question.read(words)
    except Unreadable:
        return False
    return True


@pytest.mark.parametrize("batch", [0] if SEED else range(BATCHES))
def test_a_talk_always_stands_somewhere(batch: int) -> None:
    """Whatever is answered, changed, taken back, tapped late or deployed: it asks, thinks or is done, and can be read."""
    for seed in [int(SEED)] if SEED else range(batch, WALKS, BATCHES):
        walk = Walk(seed)
        try:
            walk.run()
        except BaseException:
            print(f"WALK_SEED={seed}", *walk.trace, sep="\n")
            raise


def test_walks_reach_many_flows_and_ends() -> None:
    """Two hundred walks begin in nearly every flow, so that none is left out by chance."""
    begun = Counter(Walk(seed).name for seed in range(200))
    assert len(begun) >= len({name for name, _ in beginnings()}) - 3
