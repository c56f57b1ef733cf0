"""Talk: an owner and the staff played against the real turns, on a database in memory and a clock that stands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import func, select

from bot import sweeps
from bot.arrivals import Answered, Arrived
from bot.carry import carry
from bot.console import THINGS, News, Scribe, message_lines, plain_rules, take_news
from bot.line.webhook import arrivals
from bot.payloads import word_payload
from bot.settings import Settings
from bot.slack.bodies import arrived as slack_arrived
from bot.taking import take_turn
from bot.turn import POSTINGS, STAFF, Rules
from flows.facts import FirmRecord
from flows.messages import Button, Card, Form, Line, Message
from flows.rules.calendar import JST
from flows.words import LABELS
from storage.conversations import Conversation
from storage.database import Base, open_engine
from storage.inbox import Arrival
from storage.parties import Handle
from storage.time_rows import ANSWERED, DueRow, ThoughtRow
from storage.unit_of_work import begin
from tests.bot.memory import another, template

START = datetime(2026, 11, 24, 10, 0, tzinfo=JST)  # 火
STEP = timedelta(seconds=30)
SATO = "U0SATO"
SETTINGS = Settings(
    operator_name="みのりの会", operator_staff="佐藤", operator_phone="0120-000-000", openai_api_key=""
)
FIRMS = (
    FirmRecord("有限会社山崎醸造", "長野県飯田市本町1-2", "1000000000001", "0265-00-1234"),
    FirmRecord("山崎醸造株式会社", "長野県茅野市宮川3-4", "2000000000002", "0266-00-5678"),
)

Mind = Callable[["World", ThoughtRow], None]


def find_firm(name: str) -> tuple[FirmRecord, ...]:
    bare = name.replace("株式会社", "").replace("有限会社", "").strip()
    return tuple(firm for firm in FIRMS if len(bare) >= 2 and bare in firm.name)


class World:
    """One operator with its database; people come and go by their ids."""

    def __init__(self, *, url: str = "", mind: Mind | None = None) -> None:
        self.now, self.mind = START, mind
        self.engine = open_engine(url) if url else another(template())
        if url:
            Base.metadata.create_all(self.engine)
        rules = plain_rules(SETTINGS, find_firm, "test")
        self.rules: Rules = replace(rules, has_model=mind is not None)
        self._numbers = count(1)
        with begin(self.engine) as work:
            work.parties.set_staff("slack", {SATO: "佐藤 由美"}, self.now)

    def close(self) -> None:
        self.engine.dispose()

    def take(self, came: Arrived) -> Answered:
        """Store one event and turn it; then think, where there is a model."""
        row = Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)
        with begin(self.engine) as work:
            [id] = work.inbox.store([row], self.now)
        assert id is not None
        answered = take_turn(self.engine, self.rules, carry, id, self.now)
        while self.mind and (rows := self._claim()):
            for thought in rows:
                self.mind(self, thought)
        self.now += STEP
        return answered

    def _claim(self) -> list[ThoughtRow]:
        with begin(self.engine) as work:
            return work.thoughts.claim(self.now)

    def answer_thought(self, row: ThoughtRow, value: Any) -> None:
        """Bring a model's answer back the way the worker does."""
        body = {"conversation": row.conversation_id.hex, "key": row.key, "given": row.given, "value": value}
        with begin(self.engine) as work:
            work.thoughts.set(row.id, status=ANSWERED)
            [id] = work.inbox.store([Arrival("model", row.id.hex, "", "thought", body, self.now)], self.now)
        assert id is not None
        take_turn(self.engine, self.rules, carry, id, self.now)

    def line(self, sender: str, event: dict[str, Any]) -> None:
        """Let something happen on LINE, through the door's own reading and masking."""
        event = {
            **event,
            "mode": "active",
            "timestamp": int(self.now.timestamp() * 1000),
            "source": {"type": "user", "userId": sender},
            "webhookEventId": f"line-{next(self._numbers)}",
        }
        [came] = arrivals(json.dumps({"events": [event]}).encode(), self.now)
        self.take(came)

    def slack(self, kind: str, body: dict[str, Any]) -> Answered:
        """Let a member of the staff do something in Slack."""
        body = {**body, "type": kind, "user": {"id": SATO}, "trigger_id": f"slack-{next(self._numbers)}"}
        return self.take(slack_arrived(body, kind, self.now))

    def move(self, to: datetime) -> None:
        """Let time pass; what falls due happens on the way, each at its own moment."""
        while (at := self._next_due(to)) is not None:
            self.now = max(self.now, at)
            sweeps.moments(self.engine, self.rules, self.now)
        self.now = max(self.now, to)

    def _next_due(self, to: datetime) -> datetime | None:
        with begin(self.engine) as work:
            due = select(func.min(DueRow.due_at)).where(DueRow.done_at.is_(None), DueRow.due_at <= to)
            nudge = select(func.min(Conversation.nudge_at)).where(Conversation.nudge_at <= to)
            return min((at for at in map(work.session.scalar, (due, nudge)) if at), default=None)

    def news(self) -> list[News]:
        """Give what left the house since last time, oldest first; cards of the staff as they stand now."""
        with begin(self.engine) as work:
            return take_news(work, self.rules, self.now)

    def flows_of(self, owner: str) -> list[str]:
        """Name the talks an owner has had, oldest first."""
        with begin(self.engine) as work:
            mine = select(Conversation).join(Handle, Conversation.handle_id == Handle.id)
            rows = work.session.scalars(mine.where(Handle.external_id == owner).order_by(Conversation.id))
            return [row.flow for row in rows]


@dataclass
class Talk:
    """One owner and the staff; ``heard`` is all the owner has read, ``seen`` what stands in Slack."""

    world: World
    owner: str = "Uowner"
    heard: list[Message] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    seen: list[News] = field(default_factory=list)
    shown: int = 0  # how much of that a transcript has printed
    notices: list[str] = field(default_factory=list)

    def do(self, line: str) -> list[Message]:
        """Do what a line of a script says: type, tap a [button], send a (スタンプ); give what the bot says."""
        if line.startswith("[") and line.endswith("]"):
            self.world.line(self.owner, {"type": "postback", "postback": {"data": self._payload(line[1:-1])}})
        elif line in THINGS:
            self.world.line(self.owner, THINGS[line])
        else:
            text = line.replace("⏎", "\n")
            self.typed.append(text)
            self.world.line(
                self.owner,
                {"type": "message", "message": {"type": "text", "id": f"m{len(self.typed)}", "text": text}},
            )
        return self.listen()

    def play(self, *lines: str) -> list[Message]:
        """Do many lines; give what was said last."""
        said: list[Message] = []
        for line in lines:
            said = self.do(line)
        return said

    def staff(self, line: str) -> list[Message]:
        """Press a button on the newest card that has it, fill its form, and send it."""
        hit = re.fullmatch(r"\[(?P<label>[^\]]+)\]\s*(?P<words>.*)", line)
        assert hit, f"a line of the staff begins with a [button]: {line!r}"
        tap = {
            "actions": [{"type": "button", "action_id": "tap.0", "value": self._staff_payload(hit["label"])}]
        }
        answered = self.world.slack("block_actions", tap)
        self._keep(answered)
        if answered.form and hit["words"]:
            self._keep(self.world.slack("view_submission", {"view": filled(answered.form, hit["words"])}))
        return self.listen()

    def listen(self) -> list[Message]:
        """Take what has been said since last time."""
        news = self.world.news()
        fresh = [item.message for item in news if item.to == self.owner]
        self.heard += fresh
        self.seen += [item for item in news if item.to != self.owner]
        return fresh

    def _keep(self, answered: Answered) -> None:
        self.notices += [words for words in (answered.notice, *answered.errors.values()) if words]

    def _payload(self, label: str) -> str:
        shown = (button for message in reversed(self.heard) for button in message.buttons)
        found = next((button.payload for button in shown if button.label == label), None)
        menu = {name: word_payload(word) for word, name in LABELS.items()}  # the rich menu is always there
        assert found or label in menu, f"no button {label!r}; the last ones are {self.labels()}"
        return found or menu[label]

    def _staff_payload(self, label: str) -> str:
        shown = (button for item in reversed(self.seen) for button in item.message.buttons)
        found = next((button.payload for button in shown if button.label == label), None)
        assert found, f"no button {label!r} in Slack"
        return found

    def labels(self) -> list[str]:
        return [button.label for button in self.heard[-1].buttons] if self.heard else []


def filled(form: Form, words: str) -> dict[str, Any]:
    """Fill a form: ``label＝value`` pairs parted by ／, or the words of its first field."""
    pairs = dict(pair.split("＝", 1) for pair in words.split("／")) if "＝" in words else {}
    values = {item.key: pairs.get(item.label, item.initial) for item in form.fields}
    if not pairs:
        values[form.fields[0].key] = words
    held = {
        key: {"in": {"type": "plain_text_input", "value": value.replace("⏎", "\n")}}
        for key, value in values.items()
    }
    return {"id": "V1", "private_metadata": f"{form.conversation}:{form.turn}", "state": {"values": held}}


# --- transcripts

HELLO = ("(友だち追加)", "[同意して始める]")
DRAFT = (
    *HELLO,
    "売掛の入金チェックが毎月しんどい。エクセルぐちゃぐちゃ",
    "照らし合わせの手間",
    "[毎週の未入金の一覧]",
    "15時間",
    "経理の高橋",
    "8万",
    "卸を三代やってます。毎月の確認が楽になったらうれしい",
)
REVIEW = (*DRAFT, "[これでよい]", "丸山商店 長野県飯田市本町1-2", "0265-00-9999", "[自分が決める]")
GIVEN = {"hello": HELLO, "draft": DRAFT, "review": REVIEW}  # what has been talked about before, unshown


def played(script: str, world: World | None = None) -> str:
    """Play the OWNER, STAFF, TIME and GIVEN lines of a transcript; give it back with what was really said."""
    world = world or World()
    try:
        return "\n".join(_lines(Talk(world), script)).strip() + "\n"
    finally:
        world.close()


def read_in(script: str) -> list[Message]:
    """Read what the bot says in a transcript: the words under a card are its last line, buttons stand in [ ]."""
    found = []
    for block in re.findall(r"^BOT: (.*(?:\n     .*)*)", script, re.MULTILINE):
        lines = [line.strip() for line in block.splitlines()]
        labels = re.findall(r"\[([^\]]+)\]", lines.pop()) if lines[-1].startswith("[") else []
        card = None
        if lines and lines[0].startswith("【"):
            *rows, words = lines[1:] if labels else [*lines[1:], ""]
            parts = [row.partition("：") for row in rows if "：" in row]
            shown = tuple(Line(label, text, is_quote="社長のことば" in label) for label, _, text in parts)
            card, lines = Card(lines[0].strip("【】"), shown), [words]
        found.append(Message("\n".join(lines), card, tuple(Button(label, "") for label in labels)))
    return found


def _lines(talk: Talk, script: str) -> Iterator[str]:
    scribe = Scribe()
    for line in script.splitlines():
        kind, _, words = line.partition(": ")
        if line.startswith("#"):
            yield from ("", line)
            continue
        match kind:
            case "OWNER":
                yield line
                said = talk.do(words)
            case "STAFF":
                yield line
                said = talk.staff(words)
            case "GIVEN":
                yield line
                talk.play(*GIVEN[words])
                said, talk.shown = [], len(talk.seen)
                scribe.know(talk.seen)
            case "TIME":
                yield from ("", line)
                moment = datetime.strptime(words[:16], "%Y-%m-%d %H:%M").replace(tzinfo=JST)
                if not talk.heard:
                    talk.world.now = moment  # a talk may begin on any day
                talk.world.move(moment)
                said = talk.listen()
            case _:
                continue
        yield from _shown(talk, said, scribe)


def _shown(talk: Talk, said: list[Message], scribe: Scribe) -> Iterator[str]:
    yield from scribe.written(said, talk.seen[talk.shown :])
    talk.shown = len(talk.seen)
    for notice in talk.notices:
        yield f"SLACK: (押した人にだけ) {notice}"
    talk.notices.clear()


__all__ = ["POSTINGS", "STAFF", "News", "Talk", "World", "message_lines", "played"]
