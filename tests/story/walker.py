"""Walker: an owner, a talent and the staff do whatever comes to their minds, and all must hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import Engine

from bot import sweeps
from bot.arrivals import Answered, Arrived
from bot.carry import carry
from bot.edits import QUICK
from bot.line.webhook import arrivals
from bot.slack.bodies import arrived
from bot.taking import take_turn
from flows.errors import Unreadable
from flows.messages import Form
from flows.registry import FLOWS
from flows.steps import OpenQuestion
from flows.words import LABELS
from storage.inbox import Arrival
from storage.time_rows import ANSWERED
from storage.unit_of_work import begin
from tests.bot.deployed import added, added_field, removed
from tests.bot.memory import dumped, opened
from tests.flows.talk import SATO
from tests.story import holding
from tests.story.said import CANARY, GARBAGE, LONG, QUESTIONS, SAID, THINGS
from tests.story.world import MARUYAMA, TAKAHASHI, TANAKA, YAMAZAKI

STEPS = (3, 7)  # of one walk; the next may go on where it ended
MEMORY = 40  # of what came, so many may come again
WAITS: tuple[timedelta, ...] = (
    timedelta(seconds=12),
    timedelta(minutes=1),
    timedelta(minutes=20),
    timedelta(hours=3),
    timedelta(days=1),
)
WAITS += (timedelta(days=2, hours=1), timedelta(days=4), timedelta(days=9))


@dataclass(frozen=True)
class Start:
    """Where walks begin: the world, and what everybody has before his eyes by then."""

    name: str
    database: bytes
    now: datetime
    number: int = 1
    has_model: bool | None = None
    deployed_at: datetime | None = None
    seen: holding.Seen = field(default_factory=holding.Seen)
    came: tuple[Arrived, ...] = ()
    messages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    forms: Mapping[str, Sequence[Form]] = field(default_factory=dict)
    tapped: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)


def begun(name: str, engine: Engine, now: datetime) -> Start:
    """Begin a while after a story: everybody looks through what he has been sent."""
    street = Street(Start(name, dumped(engine), now + timedelta(minutes=1)), 0)
    street.eyes.remember()
    return replace(street.start, seen=street.eyes.seen)


@dataclass
class Street:
    """One walk: the world as it stands, and what each person has before his eyes."""

    start: Start
    seed: int
    trace: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance, start = Random(self.seed), self.start
        self.engine, self.now = opened(start.database), start.now
        fresh = self.chance.random() < 0.2
        self.has_model = fresh if start.has_model is None else start.has_model
        self.numbers = count(start.number)
        self.flows = dict(FLOWS)
        self.came = list(start.came)
        self.messages = {who: list(start.messages.get(who, ())) for who in (YAMAZAKI, MARUYAMA)}
        self.forms = {who: list(kept) for who, kept in start.forms.items()}
        self.tapped = dict(start.tapped)  # the last button of each person, and when
        self.eyes = holding.Eyes(self, start.seen.copy(), start.deployed_at)

    def end(self) -> Start:
        """Give the place where this walk has ended, for others to begin at."""
        return Start(
            name=f"{self.start.name}>{self.seed}",
            database=dumped(self.engine),
            now=self.now,
            number=next(self.numbers),
            has_model=self.has_model,
            deployed_at=self.eyes.deployed_at and self.now,
            seen=self.eyes.seen,
            came=tuple(self.came[-MEMORY:]),
            messages=self.messages,
            forms=self.forms,
            tapped=self.tapped,
        )

    # doing

    def take(self, came: Arrived, *, silent: bool = False) -> Answered:
        """Bring one event; whoever did something on LINE is answered."""
        row = Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)
        with begin(self.engine) as work:
            [id] = work.inbox.store([row], self.now)
        if id is None:
            return Answered()
        answered = take_turn(self.engine, self.eyes.rules, carry, id, self.now)
        heard = self.eyes.look(came.sender)
        if answered.form:
            self.eyes.check_form(answered.form)
            self.forms.setdefault(came.sender, []).append(answered.form)
        assert silent or heard or answered != Answered(), f"silence after {self.trace[-1]}"
        return answered

    def line(
        self, who: str, event: Mapping[str, Any], *, silent: bool = False, at: datetime | None = None
    ) -> None:
        whole = {
            "mode": "active",
            "timestamp": int((at or self.now).timestamp() * 1000),
            "source": {"type": "user", "userId": who},
            "webhookEventId": f"walk-{next(self.numbers)}",
            **event,
        }
        [came] = arrivals(json.dumps({"events": [whole]}).encode(), self.now)
        self.came.append(came)
        self.note(who, event)
        self.take(came, silent=silent)

    def says(self, who: str, text: str, **more: Any) -> None:
        id = f"m{next(self.numbers)}"
        self.messages[who].append(id)
        message = {"type": "text", "id": id, "text": text, **more}
        self.line(who, {"type": "message", "message": message})

    def taps(self, who: str, payload: str) -> None:
        before, at = self.tapped.get(who, ("", self.now))
        self.tapped[who] = (payload, self.now)
        is_again = payload == before and self.now - at <= QUICK  # meant once
        self.line(who, {"type": "postback", "postback": {"data": payload}}, silent=is_again)

    def slack(self, who: str, kind: str, body: dict[str, Any], *, silent: bool = False) -> None:
        self.note(who, {kind: str(body)[:200]})
        whole = {"type": kind, "user": {"id": who}, "trigger_id": f"walk-{next(self.numbers)}", **body}
        self.take(arrived(whole, kind, self.now), silent=silent)

    def note(self, who: str, what: Any) -> None:
        self.trace.append(f"{self.now:%m-%d %H:%M:%S} {who} {str(what)[:240]}")

    # what comes to an owner's mind

    def an_owner(self) -> str:
        return YAMAZAKI if self.chance.random() < 0.9 else MARUYAMA

    def tap_visible(self) -> None:
        who = self.an_owner()
        if shown := self.eyes.seen.newest.get(who):
            self.taps(who, self.chance.choice(shown))
        else:
            self.answer()

    def tap_any(self) -> None:
        who = self.an_owner()
        if shown := self.eyes.seen.buttons.get(who):
            self.taps(who, self.chance.choice(shown))

    def tap_foreign(self) -> None:
        who = self.an_owner()
        others = [each for name, shown in self.eyes.seen.buttons.items() if name != who for each in shown]
        if others:
            self.taps(who, self.chance.choice(others))

    def answer(self) -> None:
        """Answer the open question with something that fits."""
        who = self.an_owner()
        with self.eyes.open_in(who) as (_, asked):
            words = self.fitting(asked) if asked else f"{CANARY[who]}の話です"
        self.says(who, words)

    def fitting(self, asked: OpenQuestion) -> str:
        words = [option.label for option in asked.question.options()]
        words += [each for each in (*SAID, f"{CANARY[YAMAZAKI]}をつくっています") if _reads(asked, each)]
        return self.chance.choice(words or list(SAID))

    def say_anything(self) -> None:
        words = self.chance.choice((GARBAGE, QUESTIONS, SAID, tuple(LABELS.values()), (LONG, "あ" * 5_001)))
        self.says(self.an_owner(), self.chance.choice(words))

    def change_mind(self) -> None:
        self.says(
            self.an_owner(),
            self.chance.choice(("戻る", "直す", "前回のつづき", "人と話す", "あとで", "相談する")),
        )

    def send_thing(self) -> None:
        who, id = self.an_owner(), f"t{next(self.numbers)}"
        thing = {
            "type": self.chance.choice(THINGS),
            "id": id,
            "keywords": ["OK"],
            "address": "長野県飯田市本町1-2",
        }
        self.line(who, {"type": "message", "message": thing})

    def unsend(self) -> None:
        who = self.an_owner()
        if self.messages[who]:
            self.eyes.hold_journals()
            taken = {"type": "unsend", "unsend": {"messageId": self.chance.choice(self.messages[who])}}
            self.line(who, taken, silent=True)
            self.eyes.hold_journals(may_blank=True)

    def quote(self) -> None:
        who = self.an_owner()
        if sent := self.eyes.seen.sent.get(who):
            self.says(who, "これのことです", quotedMessageId=self.chance.choice(sent))

    def bring_again(self) -> None:
        if self.came:
            self.note("LINE", "the same again")
            self.take(self.chance.choice(self.came), silent=True)

    def come_late(self) -> None:
        who = self.an_owner()
        message = {"type": "text", "id": f"l{next(self.numbers)}", "text": self.chance.choice(SAID)}
        at = self.now - timedelta(seconds=self.chance.choice((1, 20, 300)))
        self.line(who, {"type": "message", "message": message}, at=at)

    def block_and_return(self) -> None:
        who = self.an_owner()
        self.line(who, {"type": "unfollow"}, silent=True)
        self.wait()
        self.line(who, {"type": "follow"})

    # Slack

    def press(self) -> None:
        self.eyes.look_at_cards()
        who = self.chance.choice((SATO, SATO, TANAKA, TAKAHASHI))
        places = ("postings", who) if who == TAKAHASHI else ("staff", who)
        shown = [each for place in places for each in self.eyes.seen.buttons.get(place, ())[-12:]]
        if self.chance.random() < 0.1:  # somebody else's
            shown = [each for every in self.eyes.seen.buttons.values() for each in every]
        if shown:
            action = {"type": "button", "action_id": "tap.0", "value": self.chance.choice(shown)}
            self.slack(who, "block_actions", {"actions": [action]}, silent=True)

    def fill(self) -> None:
        forms = [(who, form) for who, kept in self.forms.items() for form in kept[-3:]]
        if not forms:
            return self.press()
        who, form = self.chance.choice(forms)
        values = {item.key: self.filling(who, item.key, item.options, item.initial) for item in form.fields}
        held = {key: {"in": {"type": "plain_text_input", "value": value}} for key, value in values.items()}
        view = {"id": f"V{next(self.numbers)}", "private_metadata": f"{form.conversation}:{form.turn}"}
        self.slack(who, "view_submission", {"view": {**view, "state": {"values": held}}})

    def filling(self, who: str, key: str, options: tuple[tuple[str, str], ...], initial: str) -> str:
        if self.chance.random() < 0.1:
            return self.chance.choice(("", LONG, *GARBAGE))
        if options:
            return self.chance.choice(options)[0]
        if key.endswith(("HOURS", "PAY")):
            return initial or self.chance.choice(("20", "70000"))
        return initial or f"{CANARY[who]}のこと"

    def write_dm(self) -> None:
        who = self.chance.choice((TAKAHASHI, SATO))
        words = self.chance.choice(("人と話す", "メニュー", f"{CANARY[who]}です", *GARBAGE))
        event = {
            "type": "message",
            "channel_type": "im",
            "user": who,
            "text": words,
            "ts": f"{next(self.numbers)}.1",
        }
        self.slack(
            who, "message", {"event_id": f"Ev{next(self.numbers)}", "event": event}, silent=not words.strip()
        )

    def open_home(self) -> None:
        who = self.chance.choice((TAKAHASHI, SATO))
        event = {"type": "app_home_opened", "user": who, "tab": "home"}
        self.slack(
            who, "app_home_opened", {"event_id": f"Ev{next(self.numbers)}", "event": event}, silent=True
        )

    # the world

    def wait(self) -> None:
        self.now += self.chance.choice(WAITS)
        self.note("time", "passes")
        for _ in range(3):
            if not sweeps.moments(self.engine, self.eyes.rules, self.now):
                break
        self.eyes.look("")

    def model_answers(self) -> None:
        """The model fails, and the rules answer instead: what it says is no concern here, when it comes is."""
        with begin(self.engine) as work:
            rows = work.thoughts.claim(self.now)
            for row in rows:
                work.thoughts.set(row.id, status=ANSWERED)
        for row in rows:
            body = {
                "conversation": row.conversation_id.hex,
                "key": row.key,
                "given": row.given,
                "value": None,
            }
            self.note("model", row.key)
            self.take(Arrived("model", row.id.hex, "", "thought", body, self.now), silent=True)

    def restart(self) -> None:
        self.note("process", "restarts")
        self.engine = opened(dumped(self.engine))

    def deploy(self) -> None:
        """The next release, or the one before."""
        with self.eyes.open_in(YAMAZAKI) as (name, asked):
            flow = self.flows[name]
            releases = [flow, added(flow), added_field(flow)]
            value = next((each for each in SAID if asked and _reads(asked, each)), None)
            if asked and value:
                releases.append(removed(flow, asked.key, asked.question.read(value)))
        at = self.chance.randrange(len(releases))
        self.note("release", f"{at} of {name}")
        FLOWS[name] = releases[at]
        self.eyes.deployed_at = self.now

    # all of it

    def walk(self) -> None:
        """Take some steps: after each one nothing failed and all that was said can be read; at the end the world is whole."""
        acts = self.acts()
        try:
            self.eyes.look("")
            for _ in range(self.chance.randint(*STEPS)):
                self.now += timedelta(seconds=self.chance.choice((1, 5, 40)))
                self.chance.choices(list(acts), list(acts.values()))[0]()
                if self.has_model and self.chance.random() < 0.5:
                    self.model_answers()
                if self.chance.random() < 0.15:
                    self.eyes.hold()
            if self.chance.random() < 0.3:
                self.says(YAMAZAKI, "いまどうなってる？")
            self.eyes.hold()
        finally:
            FLOWS.update(self.flows)

    def acts(self) -> dict[Callable[[], None], int]:
        return {
            self.tap_visible: 26,
            self.answer: 16,
            self.say_anything: 10,
            self.tap_any: 6,
            self.tap_foreign: 3,
            self.change_mind: 7,
            self.send_thing: 4,
            self.unsend: 3,
            self.quote: 2,
            self.bring_again: 2,
            self.come_late: 2,
            self.block_and_return: 1,
            self.press: 7,
            self.fill: 6,
            self.write_dm: 1,
            self.open_home: 1,
            self.wait: 7,
            self.restart: 2,
            self.deploy: 3,
        }


def _reads(asked: OpenQuestion, words: str) -> bool:
    try:
        asked.question.read(words)
    except Unreadable:
        return False
    return True
