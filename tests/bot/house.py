"""House: turns as a process takes them, on raw bodies of LINE and Slack, with a clock that stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from zlib import crc32

from sqlalchemy import Engine, select

from bot import sweeps
from bot.arrivals import Answered, Arrived
from bot.carry import carry
from bot.facts import FACTS
from bot.line.webhook import arrivals
from bot.sends.drawing import draw_all
from bot.settings import Settings
from bot.slack.bodies import arrived
from bot.taking import take_turn
from bot.talking import begin as begin_talk
from bot.turn import Action, ReplyToken, Rules, Turn
from bot.views import draw
from bot.wiring import Bot
from flows.facts import FirmRecord
from flows.messages import Form
from flows.registry import FLOWS
from flows.rules.calendar import JST
from flows.steps import Flow
from storage.conversations import Conversation
from storage.inbox import Arrival, Event
from storage.mail import bubbles_of
from storage.outbox import REFRESH, SEND, OutMessage
from storage.parties import Handle
from storage.postings import Posting, PostingChange
from storage.unit_of_work import Work, begin
from tests.bot.asked import LEAVES, WRITTEN
from tests.e2e.stage import words_of

START = datetime(2026, 11, 24, 10, 0, tzinfo=JST)  # a Tuesday
OWNER, OTHER = "U" + "a" * 32, "U" + "b" * 32
SATO, TAMURA, TALENT = "U0SATO", "U0TAMURA", "U0TALENT"
STAFF_CHANNEL = "C0STAFF00"
SETTINGS = Settings(operator_name="スモールウィン", operator_staff="佐藤", operator_phone="0120-000-000")
FIRM = FirmRecord("有限会社山崎醸造", "長野県飯田市本町1-2", "1000000000001", "0265-00-1234")

# What an owner says to each question; to any other he taps the first button.
SAYS = {
    "wish": "ネットでもっと味噌を売りたい",
    "now": "月2件",
    "partner": "発送の担当",
    "pay": "8万円",
    "own": "明治から味噌をつくっています。買いやすい店にしたいです。",
    "firm": "有限会社山崎醸造 長野県飯田市本町1-2",
    "address": "長野県飯田市本町1-2",
    "contact": "0265-00-1234",
    "decider": "自分が決める",
    "goal.own": "月に10件売れたらうれしい",
    "goal.number": "10件",
    "goal.short": "月に10件売れる",
}


@dataclass
class House:
    """One operator, its rules and its database; people act, and what is to be sent is read from the outbox."""

    engine: Engine
    rules: Rules
    now: datetime = START
    read_to: dict[str, int] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    last: UUID | None = None  # the event taken last

    # LINE

    def line(self, sender: str, event: Mapping[str, Any], token: str = "") -> Answered:
        """Let something happen on LINE, read and masked as at the door."""
        return self.take(self.heard_on_line(sender, event), token)

    def heard_on_line(self, sender: str, event: Mapping[str, Any]) -> Arrived:
        whole = {
            "mode": "active",
            "timestamp": int(self.now.timestamp() * 1000),
            "source": {"type": "user", "userId": sender},
            "webhookEventId": f"line-{next(self.numbers)}",
            **event,
        }
        [came] = arrivals(json.dumps({"events": [whole]}).encode(), self.now)
        return came

    def says(self, text: str, sender: str = OWNER) -> list[str]:
        self.line(sender, said(text))
        return self.news(sender)

    def taps(self, label: str, sender: str = OWNER) -> list[str]:
        """Tap the newest button with this label."""
        return self.taps_payload(self.payload(label, sender), sender)

    def taps_payload(self, payload: str, sender: str = OWNER) -> list[str]:
        self.line(sender, {"type": "postback", "postback": {"data": payload}})
        return self.news(sender)

    def payload(self, label: str, sender: str = OWNER) -> str:
        found = dict(reversed(self.buttons(sender)))
        assert label in found, f"no button {label!r}, only {list(found)}"
        return found[label]

    def buttons(self, sender: str = OWNER) -> list[tuple[str, str]]:
        """List labels and payloads of all buttons a person ever got, newest message first."""
        bodies = [bubbles_of(row.body) for row in reversed(self.messages(sender))]
        return [pair for bubbles in bodies for body in bubbles for pair in buttons_in(body)]

    def messages(self, to: str, op: str = SEND) -> list[OutMessage]:
        """Give what was ever written to a person or a channel, oldest first."""
        with begin(self.engine) as work:
            return list(work.session.scalars(WRITTEN, {"op": op, "to": to}))

    def news(self, to: str = OWNER) -> list[str]:
        """Give what was written since last time, as words."""
        rows = self.messages(to)
        fresh, self.read_to[to] = rows[self.read_to.get(to, 0) :], len(rows)
        return [
            "\n".join(map(words_of, bubbles_of(row.body))) if row.platform == "line" else row.body
            for row in fresh
        ]

    # Slack

    def slack(self, kind: str, body: Mapping[str, Any], user: str = SATO) -> Answered:
        whole = {"type": kind, "user": {"id": user}, "trigger_id": f"slack-{next(self.numbers)}", **body}
        return self.take(arrived(whole, kind, self.now))

    def presses(self, label: str, user: str = SATO, subject: str = "") -> Answered:
        """Press a button on the newest card of the staff's, as it is drawn now."""
        return self.presses_payload(self.card_payload(label, subject), user)

    def presses_payload(self, payload: str, user: str = SATO) -> Answered:
        action = {"type": "button", "action_id": "tap.0", "block_id": "b", "value": payload}
        return self.slack("block_actions", {"actions": [action], "channel": {"id": STAFF_CHANNEL}}, user)

    def card_payload(self, label: str, subject: str = "") -> str:
        subjects = [row.subject for row in self.messages("staff", REFRESH)]
        with begin(self.engine) as work:
            drawing = draw(work, self.rules, subject or subjects[-1], self.now)
        assert drawing is not None
        found = {button.label: button.payload for button in drawing.messages[0].buttons}
        assert label in found, f"no button {label!r}, only {list(found)}"
        return found[label]

    def card_text(self, subject: str = "") -> str:
        """Give the newest card of the staff's as it is drawn now."""
        subjects = [row.subject for row in self.messages("staff", REFRESH)]
        with begin(self.engine) as work:
            drawing = draw(work, self.rules, subject or subjects[-1], self.now)
        assert drawing is not None
        return drawing.messages[0].as_text()

    def submits(self, form: Form | None, values: Mapping[str, str], user: str = SATO) -> Answered:
        """Send a form; what is not given stays as the form showed it."""
        assert form is not None
        held = {item.key: values.get(item.key, item.initial) for item in form.fields}
        chosen = {item.key for item in form.fields if item.options}
        blocks = {
            key: {
                "in": {"type": "static_select", "selected_option": {"value": value} if value else None}
                if key in chosen
                else {"type": "plain_text_input", "value": value}
            }
            for key, value in held.items()
        }
        view = {
            "id": f"V{next(self.numbers)}",
            "private_metadata": f"{form.conversation}:{form.turn}",
            "state": {"values": blocks},
        }
        return self.slack("view_submission", {"view": view}, user)

    # The machinery

    def store(self, came: Arrived) -> UUID | None:
        row = Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)
        with begin(self.engine) as work:
            [id] = work.inbox.store([row], self.now)
        self.last = id or self.last
        return id

    def take(self, came: Arrived, token: str = "") -> Answered:
        id = self.store(came)
        return self.turn(id, token) if id else Answered()

    def turn(self, id: UUID, token: str = "") -> Answered:
        given = ReplyToken(token, self.now + timedelta(seconds=50)) if token else None
        answered = take_turn(self.engine, self.rules, carry, id, self.now, given)
        self.all_leave()
        return answered

    def all_leave(self) -> None:
        """What may leave begins to; it is read from the outbox, where it stays."""
        with self.engine.begin() as connection:
            connection.execute(LEAVES, {"now": self.now})

    def think(self, talk: UUID, key: str, given: str, value: Any) -> None:
        """Bring an answer of the model."""
        body = {"conversation": talk.hex, "key": key, "given": given, "value": value}
        self.take(Arrived("model", f"thought-{next(self.numbers)}", "", "thought", body, self.now))

    def moves(self, to: datetime) -> None:
        """Let time pass, and do what falls due."""
        self.now = to
        sweeps.moments(self.engine, self.rules, to)
        draw_all(self.engine, self.rules, to)
        self.all_leave()

    # What is true

    @contextmanager
    def work(self) -> Iterator[Work]:
        with begin(self.engine) as work:
            yield work

    def event(self) -> Event:
        """Give the event taken last."""
        with self.work() as work:
            assert self.last is not None
            return work.session.get_one(Event, self.last)

    def handle(self, sender: str = OWNER) -> Handle:
        with self.work() as work:
            return work.session.scalars(select(Handle).where(Handle.external_id == sender)).one()

    def talks(self, sender: str = OWNER) -> list[Conversation]:
        with self.work() as work:
            mine = select(Conversation).where(Conversation.handle_id == self.handle(sender).id)
            return list(work.session.scalars(mine.order_by(Conversation.id)))

    def open_key(self, sender: str = OWNER) -> str:
        """Name the question that typed words answer now; empty when there is none."""
        floor = self.handle(sender).floor
        talk = next((talk for talk in self.talks(sender) if talk.id == floor), None)
        return next(iter(talk.asked), "") if talk else ""

    def answers(self, sender: str = OWNER) -> dict[str, Any]:
        """Give the values that count in the newest conversation."""
        talk = self.talks(sender)[-1]
        return self.answers_of(talk.id)

    def answers_of(self, talk: UUID) -> dict[str, Any]:
        with self.work() as work:
            journal = work.conversations.journal(talk)
        return {entry.key: entry.value for entry in journal.entries if journal.latest(entry.key) is entry}

    def postings(self) -> list[Posting]:
        with self.work() as work:
            return list(work.session.scalars(select(Posting).order_by(Posting.id)))

    def changes(self) -> list[str]:
        with self.work() as work:
            rows = work.session.scalars(select(PostingChange).order_by(PostingChange.id))
            return [f"{row.from_state}>{row.to_state}" for row in rows]

    # Whole talks

    def plays_to(self, key: str, sender: str = OWNER, says: Mapping[str, str] | None = None) -> list[str]:
        """Talk until this question is open (or until nothing is asked, for ""); give what was said last."""
        words = {**SAYS, **(says or {})}
        heard = self.line_follow(sender)
        for _ in range(40):
            at = self.open_key(sender)
            if at == key or (key and at.startswith(key)):
                return heard
            heard = (
                self.says(words[at], sender)
                if at in words
                else self.taps_payload(self.first_button(at, sender), sender)
            )
        raise AssertionError(f"never came to {key!r}, stands at {self.open_key(sender)!r}")

    def line_follow(self, sender: str) -> list[str]:
        with self.work() as work:
            known = work.session.scalars(select(Handle).where(Handle.external_id == sender)).first()
        if known is None:
            self.line(sender, {"type": "follow"})
        return self.news(sender)

    def first_button(self, key: str, sender: str) -> str:
        found = [payload for _, payload in self.buttons(sender) if f":{key}:" in payload]
        assert found, f"no button for {key!r}"
        return found[0]

    def in_review(self, sender: str = OWNER) -> Posting:
        """Bring a posting to the staff."""
        self.plays_to("", sender)
        return self.postings()[-1]


def said(text: str) -> dict[str, Any]:
    return {"type": "message", "message": {"type": "text", "id": f"m{crc32(text.encode())}", "text": text}}


def buttons_in(node: Any) -> Iterator[tuple[str, str]]:
    """Walk a LINE message and give its postback buttons, in the order they are read."""
    if isinstance(node, list):
        for each in node:
            yield from buttons_in(each)
    elif isinstance(node, dict):
        if node.get("type") == "postback":
            yield str(node.get("label", "")), str(node["data"])
        for each in node.values():
            yield from buttons_in(each)


def find_firm(name: str) -> tuple[FirmRecord, ...]:
    return (FIRM,) if re.search("山崎", name) else ()


def a_house(engine: Engine, *, with_model: bool = False) -> House:
    """Open a house with two of staff."""
    rules = Bot.rules_of(SETTINGS, {"staff": STAFF_CHANNEL}, find_firm, "test")
    with begin(engine) as work:
        work.parties.set_staff("slack", {SATO: "佐藤 由美", TAMURA: "田村 健"}, START)
    return House(engine, replace(rules, has_model=with_model))


@contextmanager
def taught(house: House, flow: Flow, outcome: type, action: Action, facts: Any = None) -> Iterator[str]:
    """Teach the house one more flow while a test lasts; the name is its own."""
    name = f"trial{next(house.numbers)}"
    FLOWS[name] = flow
    FACTS[name] = lambda turn, talks: {talk.id: facts for talk in talks}
    before, house.rules = house.rules, replace(house.rules, actions={**house.rules.actions, outcome: action})
    try:
        yield name
    finally:
        house.rules = before
        del FLOWS[name], FACTS[name]


def begins(house: House, flow: str, sender: str = OWNER) -> list[str]:
    """Start a conversation with a person, as an action of his own turn does."""
    with begin(house.engine) as work:
        handle = work.parties.meet("line", sender, "owner", house.now)
        turn = Turn(work, house.rules, house.now, me=handle)
        begin_talk(turn, flow, handle, {})
        turn.finish()
    return house.news(sender)


__all__ = ["House", "a_house", "begins", "said", "taught"]
