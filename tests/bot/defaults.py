"""Defaults: walks any flow question by question through real turns, and holds what every flow promises."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from bot.actions.posting.welcome import SERVICE
from bot.facts import FACTS
from bot.line.limits import broken
from bot.registries import ACTIONS
from bot.slack.limits import broken_message
from bot.taking import SORRY
from bot.talking import begin, stand
from bot.turn import KIND, Turn
from bot.wiring import Bot
from flows.errors import Unreadable
from flows.journal import Journal
from flows.messages import Message
from flows.posting.hello import DATA_USE_VERSION
from flows.registry import FLOWS
from flows.replay import Waiting, replay
from flows.steps import Fill, Flow, OpenQuestion
from storage.conversations import CLOSED, OPEN, Conversation
from storage.inbox import DONE
from storage.unit_of_work import begin as transaction
from tests.bot.asked import FRESH, HIM, NEWEST, STATUS, TALKS
from tests.bot.house import (
    OWNER,
    SETTINGS,
    STAFF_CHANNEL,
    TALENT,
    House,
    a_house,
    buttons_in,
    find_firm,
    said,
)
from tests.bot.memory import dumped, opened, template
from tests.e2e.stage import words_of
from tests.test_replay_is_pure import FOLDER, read, rebuilt

T = TypeVar("T")
MOST_QUESTIONS = 60
WORDS = (
    "はい、お願いします",
    "20枚くらい",
    "10",
    "80000",
    "0265-00-1234",
    "長野県飯田市本町1-2",
    "12月11日の14時",
    "12月10日から16日まで",
    "木曜の14時",
)
MORE_WORDS = ("水 10:00-12:00", "なし", "日本")  # what a profile takes
ENDED = "ありがとうございます。これで全部です。"
USE = "お答えです"
WALKED = {"walked": True}
TROUBLE = ("しくみの不調", SORRY)
RULES = Bot.rules_of(SETTINGS, {"staff": STAFF_CHANNEL}, find_firm, "test")
WHO = {"line": OWNER, "slack": TALENT}


@dataclass(frozen=True)
class Known:
    """A flow, and what it takes to walk it: what it may know, and what a person says to each of its questions."""

    name: str
    facts: Any = None
    says: Mapping[str, str] = field(default_factory=dict)  # by key; to any other question what it would take


def known(name: str) -> Known:
    """Take facts and answers from the longest talk that was recorded of a flow."""
    recorded = max(map(read, sorted((FOLDER / name).glob("*.json"))), key=lambda each: len(each.entries))
    says: dict[str, str] = {}
    for entry in recorded.entries:
        if entry["raw"] and not entry["is_blank"]:
            says.setdefault(entry["key"], entry["raw"])
    return Known(name, rebuilt(recorded.facts), says)


def is_form(name: str) -> bool:
    """Tell whether a flow begins with a form: then it lives in Slack, or lives there too."""
    state = replay(FLOWS[name], known(name).facts, Journal())
    return isinstance(state, Waiting) and isinstance(state.step, Fill)


# --- one person in one flow


@dataclass(frozen=True)
class Place:
    """Where a walk can be taken up again."""

    key: str
    database: bytes
    now: datetime
    number: int
    is_form: bool  # and so a deploy can add to it


@dataclass(frozen=True)
class Stand:
    """How the walked talk stands between two events."""

    talk: Conversation
    journal: Journal
    state: Waiting | None
    floor: UUID | None


class Walk:
    """One person in the middle of one flow. Its facts are given, and its end is noted in ``did`` instead of done."""

    def __init__(self, known: Known, platform: str, place: Place | None = None) -> None:
        self.known, self.platform, self.who = known, platform, WHO[platform]
        self.did: list[Any] = []
        self._stand: Stand | None = None
        if place is None:
            self.house = a_house(opened(template()))
        else:
            self.house = House(opened(place.database), RULES, place.now, numbers=count(place.number))
        self.house.rules = replace(RULES, actions=_Noting(self.did))
        if place is None:
            self._begins()
        self.last = self._newest()

    def _begins(self) -> None:
        with transaction(self.house.engine) as work:
            handle = work.parties.meet(self.platform, self.who, KIND[self.platform], self.house.now)
            handle.wrote_at = self.house.now
            if self.known.name != "hello":
                work.parties.consent(
                    handle.party_id, SERVICE, DATA_USE_VERSION, self.platform, self.house.now
                )
            turn = Turn(work, self.house.rules, self.house.now, me=handle)
            begin(turn, self.known.name, handle, WALKED)
            turn.finish()
        self.house.all_leave()

    def place(self) -> Place:
        is_form = self.stand.state is not None and isinstance(self.stand.state.step, Fill)
        return Place(self.key, dumped(self.house.engine), self.house.now, next(self.house.numbers), is_form)

    def restarts(self) -> None:
        """Throw away everything in memory but the database."""
        database, old = dumped(self.house.engine), self.house
        self.house = House(opened(database), old.rules, old.now, numbers=old.numbers, last=old.last)
        self._stand = None

    def deploys(self, flow: Flow) -> None:
        FLOWS[self.known.name], self._stand = flow, None

    # what is true

    @property
    def stand(self) -> Stand:
        if self._stand is None:
            with transaction(self.house.engine) as work:
                handle = work.session.scalars(HIM, {"who": self.who}).one()
                talks = work.session.scalars(TALKS, {"handle": handle.id})
                talk = next(each for each in talks if each.subject == WALKED)
                journal = work.conversations.journal(talk.id)
                state = stand(Turn(work, self.house.rules, self.house.now), talk, journal)
                self._stand = Stand(talk, journal, state, handle.floor)
        return self._stand

    @property
    def talk(self) -> Conversation:
        return self.stand.talk

    @property
    def is_over(self) -> bool:
        return self.talk.status == CLOSED

    @property
    def open_question(self) -> OpenQuestion | None:
        state = self.stand.state
        return state.open_questions()[0] if state else None

    def asked(self) -> tuple[OpenQuestion, ...]:
        """Give the open questions: one, or those of a form."""
        return self.stand.state.open_questions() if self.stand.state else ()

    @property
    def key(self) -> str:
        """Name the question that is open; empty when the flow is over."""
        return self.open_question.key if self.open_question else ""

    def kept(self) -> dict[str, Any]:
        """Give what the person has answered himself on the way here, and what holds."""
        state, journal = self.stand.state, self.stand.journal
        return {item.question.key: item.entry.value for item in state.given(journal)} if state else {}

    def written(self) -> dict[str, Any]:
        """Give all that counts in the journal, whether the flow still asks for it or not."""
        latest = {entry.key: entry for entry in self.stand.journal.entries}
        return {key: entry.value for key, entry in latest.items() if entry.raw and not entry.is_blank}

    def count_of(self, key: str) -> int:
        """Count how often a question was answered."""
        return sum(entry.key == key and not entry.is_blank for entry in self.stand.journal.entries)

    @property
    def is_asked(self) -> bool:
        """Tell whether the open question is the one his words answer now, and was put to him."""
        has_word = self.platform == "slack" or self.stand.floor == self.talk.id
        return self.talk.status == OPEN and has_word and self.key in self.talk.asked

    # what is heard

    def _newest(self) -> UUID:
        with self.house.engine.begin() as connection:
            return connection.scalar(NEWEST) or UUID(int=0)

    def heard(self) -> list[str]:
        """Give what was said to him since last time; all of it can be drawn and read, and nothing twice."""
        self._stand = None
        with self.house.engine.begin() as connection:
            rows = connection.execute(FRESH, {"last": self.last}).all()
            if self.house.last:
                assert connection.scalar(STATUS, {"event": self.house.last}) == DONE
        self.last = rows[-1].id if rows else self.last
        assert not [row.body for row in rows if any(sign in row.body for sign in TROUBLE)]
        mine = [row.body for row in rows if row.external_id == self.who]
        assert len(set(mine)) == len(mine), f"said twice in one breath: {mine}"
        said = (json.loads(body) for body in mine)  # several may leave as one
        bodies = [each for body in said for each in (body if isinstance(body, list) else [body])]
        self.newest = bodies[-1] if bodies else self.newest
        for body in bodies:
            assert not (broken([body]) if self.platform == "line" else broken_message(body))
        heard = [words_of(body) if self.platform == "line" else str(body) for body in bodies]
        assert all(heard), "a message without words"
        return heard

    newest: Any = None  # the message that came last
    done: Any = None  # what he did last

    def does(self, event: Mapping[str, Any]) -> list[str]:
        """Do one thing on LINE; it is done with, and answered. The same tap in a hurry need be answered once."""
        is_hurried, self.done = event == self.done and event["type"] == "postback", event
        self.house.line(self.who, event)
        heard = self.heard()
        assert heard or is_hurried, f"silence after {str(event)[:80]} at {self.key!r}"
        return heard

    def says(self, words: str) -> list[str]:
        return self.does(said(words))

    def taps(self, label: str) -> list[str]:
        """Tap a button of this name in what was said last."""
        found = dict(self.last_buttons())
        assert label in found, f"no {label!r} among {list(found)}"
        return self.taps_payload(found[label])

    def last_buttons(self) -> list[tuple[str, str]]:
        """Give labels and payloads in what was said last."""
        return list(buttons_in(self.newest))

    def brings_twice(self, words: str) -> None:
        """LINE brings the same message twice; the second is thrown away without a word."""
        came = self.house.heard_on_line(self.who, said(words))
        self.house.take(came)
        assert self.heard()
        self.house.take(came)
        assert not self.heard()

    def taps_payload(self, payload: str) -> list[str]:
        return self.does({"type": "postback", "postback": {"data": payload}})

    def buttons(self, key: str) -> dict[str, str]:
        """Give the newest buttons that answer a question: value to payload."""
        pairs = [payload for _, payload in self.house.buttons(self.who) if payload.startswith("a:")]
        return {
            payload.split(":", 4)[4]: payload for payload in reversed(pairs) if payload.split(":")[2] == key
        }

    # how one goes on

    def answer(self) -> list[str]:
        """Answer the open question as it was answered in the recorded talk, else with what it takes."""
        asked = self.open_question
        assert asked is not None
        heard = self.gives(asked)
        is_doubted = USE in dict(self.last_buttons()) and self.key == asked.key
        return self.taps(USE) if is_doubted else heard

    def gives(self, asked: OpenQuestion) -> list[str]:
        way, given = self.answer_to(asked)
        return self.taps_payload(self.buttons(asked.key)[given]) if way == "tap" else self.says(given)

    def value_of(self, asked: OpenQuestion) -> Any:
        """Give what the journal would keep of the answer."""
        way, given = self.answer_to(asked)
        return asked.question.read_tap(given) if way == "tap" else asked.question.read(given)

    def answer_to(self, asked: OpenQuestion) -> tuple[str, str]:
        """Give ("tap", the option's value) or ("say", the words)."""
        options = asked.question.options()
        told = self.known.says.get(asked.key, "")
        chosen = next((item.value for item in options if told and told in (item.value, item.label)), None)
        if chosen is not None:
            return "tap", chosen
        if told and _reads(asked, told):
            return "say", told
        if options:
            return "tap", options[0].value
        return "say", next(words for words in (*WORDS, *MORE_WORDS) if _reads(asked, words))

    def ends(self) -> None:
        """Answer whatever is asked, until nothing is; the flow ends once."""
        for _ in range(MOST_QUESTIONS):
            if self.is_over:
                break
            self.answer()
        assert self.is_over
        assert len(self.did) == 1


def _reads(asked: OpenQuestion, words: str) -> bool:
    try:
        asked.question.read(words)
    except Unreadable:
        return False
    return True


class _Noting(dict[type, Any]):
    """Actions: the walked flow's end is noted, every other does what it does."""

    def __init__(self, did: list[Any]) -> None:
        super().__init__()
        self.did = did

    def __missing__(self, outcome: type) -> Any:
        def act(turn: Turn, talk: Conversation, result: Any) -> None:
            if talk.subject == WALKED:
                self.did.append(result)
                turn.tell(turn.work.parties.handle(talk.handle_id), Message(ENDED))
            else:
                ACTIONS[outcome](turn, talk, result)

        return act


@contextmanager
def registered(known: Known, flow: Flow | None = None) -> Iterator[Known]:
    """Let a flow know what it was given, while a test lasts; one that is new is registered."""
    before, loads = FLOWS.get(known.name), FACTS.get(known.name)

    def facts(turn: Turn, talks: Any) -> dict[Any, Any]:
        mine = {talk.id: known.facts for talk in talks if talk.subject == WALKED}
        others = [talk for talk in talks if talk.id not in mine]
        return {**mine, **(loads(turn, others) if loads and others else {})}

    FLOWS[known.name], FACTS[known.name] = flow or FLOWS[known.name], facts
    try:
        yield known
    finally:
        del FLOWS[known.name], FACTS[known.name]
        if before and loads:
            FLOWS[known.name], FACTS[known.name] = before, loads


def some_of(items: Sequence[T], most: int = 7) -> list[T]:
    """Take at most so many, evenly from the first to the last: dear tests look at these only in long forms."""
    if len(items) <= most:
        return list(items)
    return [items[round(at * (len(items) - 1) / (most - 1))] for at in range(most)]


_PLACES: dict[tuple[str, str], list[Place]] = {}


def places(known: Known, platform: str = "line") -> list[Place]:
    """Walk a flow from its first question to its end, and keep the moment before each answer."""
    key = (known.name, platform)
    if key not in _PLACES:
        walk, found = Walk(known, platform), list[Place]()
        while not walk.is_over:
            found.append(walk.place())
            walk.answer()
            assert len(found) < MOST_QUESTIONS
        _PLACES[key] = found
    return _PLACES[key]
