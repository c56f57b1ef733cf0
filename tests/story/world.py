"""World: owners on LINE, talents and staff on Slack, played against the real turns, months in a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, or_, select

from bot import sweeps
from bot.arrivals import Answered, Arrived
from bot.console import THINGS, of_body, plain_rules
from bot.sends.drawing import draw_all
from bot.slack.bodies import arrived as slack_arrived
from bot.slack.bodies import is_noise, kind_of
from bot.views import draw
from flows.messages import Button, Form, Message
from storage.conversations import Conversation
from storage.engagements import Engagement
from storage.expiring import is_late, let_go
from storage.inbox import Event
from storage.mail import bubbles_of
from storage.outbox import DUE, HELD, LOADING, REFRESH, SENT, OutMessage
from storage.parties import Handle
from storage.time_rows import DueRow
from storage.unit_of_work import Work, begin
from tests.bot.memory import another, dumped, template
from tests.flows.talk import SATO, SETTINGS, START, STEP, World, find_firm

TANAKA = "U0TANAKA"
YAMAZAKI, MARUYAMA = "Uowner", "Umaruyama"  # owners
TAKAHASHI, MORI = "U0TAKAHASHI", "U0MORI"  # talents
MEETING_URL = "https://meet.example.com/{id}"

RULES = replace(plain_rules(SETTINGS, find_firm, "test"), meeting_url=MEETING_URL)


@dataclass(frozen=True)
class Seen:
    """Something that stood before somebody's eyes: a person's id or a channel's name, and when."""

    to: str
    message: Message
    at: datetime
    subject: str = ""

    @cached_property
    def text(self) -> str:
        return self.message.as_text()


class StoryWorld(World):
    """One operator with its database. ``seen`` is everything that ever left the house."""

    def __init__(self, engine: Engine | None = None, *, now: datetime = START) -> None:
        self.now, self.mind = now, None
        self.engine = engine or another(template())
        self.rules = RULES
        self._numbers = count(1)
        self.seen: list[Seen] = []
        self.step = STEP  # what one act takes
        self._arrived: set[UUID] = set()  # a retry key and a marker tell the platform what it has already
        with begin(self.engine) as work:
            work.parties.set_staff("slack", {SATO: "佐藤 由美", TANAKA: "田中 健"}, self.now)

    def fork(self) -> StoryWorld:
        """Copy the world as it stands (SQLite): another road may be taken from here."""
        other = StoryWorld.__new__(StoryWorld)
        other.now, other.mind, other.rules = self.now, None, self.rules
        other.engine = another(dumped(self.engine))
        other._numbers = count(next(self._numbers) + 100_000)
        other.seen, other.step, other._arrived = list(self.seen), self.step, set(self._arrived)
        return other

    def beside(self) -> StoryWorld:
        """Give a second process on the same database."""
        other = StoryWorld.__new__(StoryWorld)
        other.__dict__.update(self.__dict__, seen=[], _numbers=count(next(self._numbers) * 100_000))
        return other

    def take(self, came: Arrived) -> Answered:
        before = self.now
        answered = super().take(came)
        self.now = before + self.step
        return answered

    def act(self, user: str, kind: str, body: dict[str, Any]) -> Answered:
        """Let somebody do something in Slack."""
        trigger = f"slack-{next(self._numbers)}"
        happening = {**body, "type": kind, "user": {"id": user}, "trigger_id": trigger}
        answered = self.take(slack_arrived(happening, kind, self.now))
        self.flush()
        return answered

    def dm(self, user: str, text: str, **more: Any) -> Answered:
        """Let somebody type to the bot in Slack."""
        number = next(self._numbers)
        event = {"type": "message", "channel_type": "im", "user": user, "text": text, "ts": f"{number}.0001"}
        event |= more
        answered = self.take(slack_arrived({"event_id": f"Ev{number}", "event": event}, "message", self.now))
        self.flush()
        return answered

    def line(self, sender: str, event: dict[str, Any]) -> None:
        super().line(sender, event)
        self.flush()

    def message_id(self) -> str:
        return f"m{next(self._numbers)}"

    def flush(self) -> None:
        """Let everything leave that may; cards and homes as they stand now."""
        draw_all(self.engine, self.rules, self.now)
        with begin(self.engine) as work:
            may_leave = or_(OutMessage.status == DUE, OutMessage.status == HELD)
            due = select(OutMessage).where(may_leave, OutMessage.next_at <= self.now)
            for row in work.session.scalars(due.order_by(OutMessage.next_at, OutMessage.id)):
                if is_late(row, self.now) and not let_go(row):
                    continue
                row.status, row.left_at, row.external_id = SENT, self.now, row.id.hex
                self._arrive(work, row)

    def _arrive(self, work: Work, row: OutMessage) -> None:
        """Let one message come before the eyes it is meant for, once for each row."""
        if row.op == LOADING or (row.op != REFRESH and row.id in self._arrived):
            return
        self._arrived.add(row.id)
        to = work.session.get_one(Handle, row.handle_id).external_id if row.handle_id else row.channel
        if row.op == REFRESH:
            drawing = draw(work, self.rules, row.subject, self.now)
            messages = drawing.messages if drawing else ()
        else:
            messages = tuple(map(of_body, bubbles_of(row.body)))
        if messages and row.subject and not row.subject.startswith("home:"):
            work.outbox.posted(row.subject, to, row.id.hex)
        self.seen += [Seen(to, message, self.now, row.subject) for message in messages]

    def move(self, to: datetime) -> None:
        """Let time pass; what falls due happens on the way, each at its own moment."""
        while (at := self.next_moment(to)) is not None:
            self.now = max(self.now, at)
            sweeps.moments(self.engine, self.rules, self.now)
            self.flush()
        self.now = max(self.now, to)
        self.flush()

    def next_moment(self, to: datetime) -> datetime | None:
        with begin(self.engine) as work:
            due = select(func.min(DueRow.due_at)).where(DueRow.done_at.is_(None), DueRow.due_at <= to)
            held = select(func.min(OutMessage.next_at)).where(
                OutMessage.status == HELD, OutMessage.next_at <= to
            )
            nudge = select(func.min(Conversation.nudge_at)).where(Conversation.nudge_at <= to)
            return min((at for at in map(work.session.scalar, (due, held, nudge)) if at), default=None)

    def due_at(self, purpose: str) -> datetime:
        """Say when the one moment of this purpose falls due."""
        with begin(self.engine) as work:
            waits = (DueRow.purpose == purpose, DueRow.done_at.is_(None))
            return (
                work.session.scalars(select(DueRow.due_at).where(*waits).order_by(DueRow.due_at)).first()
                or START
            )

    def engagement(self) -> Engagement:
        with begin(self.engine) as work:
            return (
                work.session.scalars(select(Engagement).order_by(Engagement.id.desc())).first()
                or Engagement()
            )

    def told(self, to: str) -> list[str]:
        """Give all that stood before somebody's eyes, as text."""
        return [item.text for item in self.seen if item.to == to]


def buttons_of(message: Message) -> list[Button]:
    return [*message.buttons, *(button for each in message.deck for button in each.buttons)]


@dataclass
class Someone:
    """A person at his screen."""

    world: StoryWorld
    id: str
    read: int = 0

    def news(self) -> list[str]:
        """Give what he has been told since last time."""
        mine = self.world.told(self.id)
        fresh, self.read = mine[self.read :], len(mine)
        return fresh

    @property
    def said(self) -> str:
        return "\n".join(self.world.told(self.id))

    def buttons(self, label: str, *channels: str) -> list[Button]:
        """Give every button of this name that he has ever seen, newest first."""
        mine = (item for item in reversed(self.world.seen) if item.to in (self.id, *channels))
        return [
            button for item in mine for button in reversed(buttons_of(item.message)) if button.label == label
        ]


@dataclass
class Owner(Someone):
    """An owner at his phone."""

    def do(self, line: str) -> list[str]:
        """Type, tap a [button], or send a (スタンプ)."""
        if line.startswith("[") and line.endswith("]"):
            found = self.buttons(line[1:-1])
            assert found, f"no button {line}; he read {self.world.told(self.id)[-3:]}"
            return self.tap(found[0].payload)
        if line in THINGS:
            self.world.line(self.id, THINGS[line])
        else:
            self._type(line)
        return self.news()

    def quotes(self, part: str, words: str) -> list[str]:
        """Answer the newest bubble that holds these words by quoting it."""
        with begin(self.world.engine) as work:
            rows = select(OutMessage).where(OutMessage.body.contains(part), OutMessage.platform == "line")
            quoted = work.session.scalars(rows.order_by(OutMessage.id.desc())).first()
            assert quoted is not None, f"nobody wrote {part!r}"
            id = quoted.external_id
        self._type(words, quotedMessageId=id)
        return self.news()

    def _type(self, words: str, **more: str) -> None:
        message = {"type": "text", "id": self.world.message_id(), "text": words, **more}
        self.world.line(self.id, {"type": "message", "message": message})

    def tap(self, payload: str) -> list[str]:
        self.world.line(self.id, {"type": "postback", "postback": {"data": payload}})
        return self.news()

    def unsends(self, part: str) -> list[str]:
        """Take back the newest message that holds these words."""
        with begin(self.world.engine) as work:
            rows = select(Event).where(Event.sender == self.id, Event.message_id != "")
            newest = work.session.scalars(rows.order_by(Event.id.desc()))
            [id, *_] = [row.message_id for row in newest if part in str(row.body)]
        self.world.line(self.id, {"type": "unsend", "unsend": {"messageId": id}})
        return self.news()

    def play(self, *lines: str) -> list[str]:
        heard: list[str] = []
        for line in lines:
            heard = self.do(line)
        return heard


@dataclass
class Member(Someone):
    """A talent or one of the staff in Slack: presses, fills forms. ``shown`` is all that only he was shown."""

    form: Form | None = None
    forms: list[Form] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def press(self, label: str, *, nth: int = 0) -> Answered:
        found = self.buttons(label, "postings", "staff")
        assert len(found) > nth, f"no button {label!r}"
        return self.tap(found[nth].payload)

    def tap(self, payload: str) -> Answered:
        action = {"type": "button", "action_id": "tap.0", "value": payload}
        return self._keep(self.world.act(self.id, "block_actions", {"actions": [action]}))

    def fill(self, values: Mapping[str, str], form: Form | None = None) -> Answered:
        """Fill the open form, leaving what stands in it already, and send it."""
        form = form or self.form
        assert form is not None, "no form is open"
        return self._keep(self.world.act(self.id, "view_submission", {"view": view_of(form, values)}))

    def type(self, text: str) -> list[str]:
        self._keep(self.world.dm(self.id, text))
        return self.news()

    def writes(self, text: str, ts: str = "") -> list[str]:
        """Write in the newest thread that he has with the other side."""
        more = {"ts": ts} if ts else {}
        self._keep(self.world.dm(self.id, text, thread_ts=self._thread(), **more))
        return self.news()

    def _thread(self) -> str:
        with begin(self.world.engine) as work:
            mine = select(OutMessage).join(Handle, Handle.id == OutMessage.handle_id)
            mine = mine.where(Handle.external_id == self.id, OutMessage.subject.startswith("thread:"))
            root = work.session.scalars(mine.order_by(OutMessage.id.desc())).first()
        assert root is not None, "no thread is open"
        return root.external_id

    def changes(
        self, ts: str, text: str = "", *, at: str = "", more: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Write the message of this moment anew; without words, delete it."""
        thread = self._thread()
        old = {"user": self.id, "ts": ts, "thread_ts": thread}
        event = {"type": "message", "channel_type": "im", "hidden": True, "previous_message": old}
        event["event_ts"] = at or f"{float(ts) + 1:.4f}"
        if text:
            shown = {**old, "type": "message", "text": text, "edited": {"user": self.id, "ts": ts}}
            event |= {"subtype": "message_changed", "message": {**shown, **(more or {})}}
        else:
            event |= {"subtype": "message_deleted", "deleted_ts": ts}
        body = {"event_id": f"Ev{next(self.world._numbers)}", "event": event}
        if not is_noise(body):  # as the door has it
            self.world.take(slack_arrived(body, kind_of(event), self.world.now))
            self.world.flush()
        return self.news()

    def home(self) -> str:
        """Open the App Home, and give what it shows."""
        event = {
            "event_id": f"Ev{next(self.world._numbers)}",
            "event": {"type": "app_home_opened", "tab": "home"},
        }
        event["event"]["user"] = self.id  # type: ignore[index]
        before = len(self.world.seen)
        self.world.take(slack_arrived(event, "app_home_opened", self.world.now))
        self.world.flush()
        return "\n".join(item.text for item in self.world.seen[before:] if item.to == self.id)

    @property
    def shown(self) -> str:
        """Everything he was shown: messages, homes, forms, notices."""
        return "\n".join((self.said, *map(repr, self.forms), *self.notices))

    def _keep(self, answered: Answered) -> Answered:
        self.notices += [words for words in (answered.notice, *answered.errors.values()) if words]
        if answered.form:
            self.forms.append(answered.form)
            self.form = answered.form
        elif answered.is_closed:
            self.form = None
        return answered


def _typed(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


def _chosen(value: str) -> dict[str, Any]:
    """Choose from a list: what only looks like a card's number in an id is no word of his, and stays."""
    return {"type": "static_select", "selected_option": {"value": value} if value else None}


def view_of(form: Form, values: Mapping[str, str]) -> dict[str, Any]:
    filled = {item.key: values.get(item.key, item.initial) for item in form.fields}
    chosen = {item.key for item in form.fields if item.options and not item.is_many}
    held = {key: {"in": _chosen(value) if key in chosen else _typed(value)} for key, value in filled.items()}
    return {"id": "V1", "private_metadata": f"{form.conversation}:{form.turn}", "state": {"values": held}}
