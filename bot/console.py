"""Console: a third platform, the terminal. An owner talks through the real turns; a talk can be kept as a transcript."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, or_, select

from bot import sweeps
from bot.carry import carry
from bot.line.webhook import arrivals
from bot.payloads import word_payload
from bot.settings import Settings
from bot.taking import take_turn
from bot.turn import Rules
from bot.views import draw
from bot.wiring import Bot
from flows.facts import Register, no_register
from flows.messages import Button, Card, Line, Message, Picture
from flows.rules.calendar import JST
from flows.words import LABELS
from storage.expiring import is_late, let_go
from storage.inbox import Arrival
from storage.mail import bubbles_of
from storage.outbox import DUE, HELD, LOADING, REFRESH, SENT, OutMessage
from storage.parties import Handle
from storage.unit_of_work import Work, begin

OWNER = "Uowner"
FOLLOW = "(友だち追加)"
END = "/おわり"
SHORT = {"/スタンプ": "(スタンプ)", "/写真": "(写真)", "/声": "(声)", "/書類": "(書類)"}
THINGS: dict[str, dict[str, Any]] = {
    FOLLOW: {"type": "follow"},
    "(ブロック)": {"type": "unfollow"},
    "(スタンプ)": {"type": "message", "message": {"type": "sticker", "id": "s", "keywords": []}},
    "(写真)": {"type": "message", "message": {"type": "image", "id": "p"}},
    "(声)": {"type": "message", "message": {"type": "audio", "id": "v"}},
    "(書類)": {"type": "message", "message": {"type": "file", "id": "f", "fileName": "meibo.xlsx"}},
    "(空白だけ)": {"type": "message", "message": {"type": "text", "id": "e", "text": "　 "}},
}


def as_body(message: Message) -> tuple[dict[str, Any], ...]:
    """Draw a message for no platform: everything it holds but the looks of its buttons."""
    plain = lambda items: {name: value for name, value in items if name != "look"}  # noqa: E731
    return (asdict(message, dict_factory=plain),)


def of_body(body: dict[str, Any]) -> Message:
    card = body["card"]
    lines = tuple(Line(**line) for line in card["lines"]) if card else ()
    buttons = tuple(
        Button(button["label"], button["payload"], url=button["url"]) for button in body["buttons"]
    )
    deck = tuple(map(of_body, body["deck"]))
    shown = Picture(**body["picture"]) if body.get("picture") else None
    return Message(body["text"], Card(**{**card, "lines": lines}) if card else None, buttons, deck, shown)


def plain_rules(settings: Settings, find_firm: Register, release: str) -> Rules:
    """Give the rules of a world that draws for no platform, and thinks by the rules."""
    rules = Bot.rules_of(settings, {"staff": "C0STAFF"}, find_firm, release)
    return replace(rules, draw={"line": as_body, "slack": as_body}, has_model=False)


@dataclass(frozen=True)
class News:
    """Something that left the house: to whom, what, and on which card of the staff's."""

    to: str
    message: Message
    subject: str = ""


def take_news(work: Work, rules: Rules, now: datetime) -> list[News]:
    """Let everything leave that may, oldest first; cards of the staff as they stand now."""
    may_leave = or_(OutMessage.status == DUE, OutMessage.status == HELD)
    due = select(OutMessage).where(may_leave, OutMessage.next_at <= now)
    found: list[News] = []
    for row in work.session.scalars(due.order_by(OutMessage.next_at, OutMessage.id)):
        if is_late(row, now) and not let_go(row):
            continue
        row.status, row.left_at = SENT, now
        to = row.channel
        if row.handle_id:
            to = work.session.get_one(Handle, row.handle_id).external_id
        if row.op == LOADING or row.subject.startswith("home:"):
            continue
        if row.op == REFRESH:
            drawing = draw(work, rules, row.subject, now)
            found += [News(to, message, row.subject) for message in drawing.messages] if drawing else []
        else:
            found += [News(to, of_body(bubble), row.subject) for bubble in bubbles_of(row.body)]
    return found


# --- transcripts


@dataclass
class Scribe:
    """Writes a talk down: what a card shows again is not written again."""

    cards: dict[str, list[str]] = field(default_factory=dict)

    def written(self, said: Iterable[Message], seen: Iterable[News]) -> Iterator[str]:
        for message in said:
            title = message.card.title if message.card and message.card.title != "直した案" else ""
            yield from _block("BOT", self._fresh(title, message_lines(message)))
        for item in seen:
            yield from _block("SLACK", self._fresh(item.subject, message_lines(item.message)))

    def know(self, seen: Iterable[News]) -> None:
        """Take cards as seen that hung there before."""
        self.cards.update({item.subject: message_lines(item.message) for item in seen})

    def _fresh(self, name: str, lines: list[str]) -> list[str]:
        """Of a card drawn again show its title and what is new on it: the rest stands above."""
        before = self.cards.get(name) if name else None
        self.cards[name] = lines
        if before is None:
            return lines
        new = [row for row in lines[1:] if row not in before or row.startswith("[") or row == lines[-2]]
        return [lines[0], *new]


def message_lines(message: Message) -> list[str]:
    buttons = " ".join(f"[{button.label}]" for button in message.buttons)
    return [*message.as_text().splitlines(), *([buttons] if buttons else [])]


def _block(who: str, lines: list[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        yield f"{who}: {line}" if at == 0 else f"     {line}"


# --- the terminal


class Chat:
    """One owner at the keyboard. ``lines`` is the talk so far, as a transcript."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        now: Callable[[], datetime],
        find_firm: Register = no_register,
    ) -> None:
        self.engine, self.now = engine, now
        self.rules = plain_rules(settings, find_firm, "chat")
        self.heard: list[Message] = []
        self.scribe = Scribe()
        self.lines = [f"TIME: {now().astimezone(JST):%Y-%m-%d %H:%M}"]
        self._number = 0

    def begin(self) -> list[Message]:
        """Greet whoever is new; one who comes back goes on where he was."""
        with begin(self.engine) as work:
            is_known = work.parties.locked("line", OWNER) is not None
        return [] if is_known else self.do(FOLLOW)

    def do(self, typed: str) -> list[Message]:
        """Take one line of the keyboard: words, a number or a label of a button, or a /thing; give what the bot says."""
        line = self._meant(typed)
        if line.startswith("["):
            self._line({"type": "postback", "postback": {"data": self._payload(line[1:-1])}})
        elif line in THINGS:
            self._line(THINGS[line])
        else:
            words = {"type": "text", "id": f"m{self._number}", "text": line.replace("⏎", "\n")}
            self._line({"type": "message", "message": words})
        self.lines.append(f"OWNER: {line}")
        return self.listen()

    def listen(self) -> list[Message]:
        """Let time do what is due, and take what was said."""
        sweeps.moments(self.engine, self.rules, self.now())
        with begin(self.engine) as work:
            news = take_news(work, self.rules, self.now())
        said = [item.message for item in news if item.to == OWNER]
        self.heard += said
        self.lines += self.scribe.written(said, [item for item in news if item.to != OWNER])
        return said

    def buttons(self) -> list[Button]:
        """Give the buttons that can be tapped by number: those of what was said last."""
        return list(self.heard[-1].buttons) if self.heard else []

    def _meant(self, typed: str) -> str:
        words, shown = typed.strip(), self.buttons()
        if words.isdecimal() and 0 < int(words) <= len(shown):
            return f"[{shown[int(words) - 1].label}]"
        if any(button.label == words for button in shown):
            return f"[{words}]"
        return SHORT.get(words, typed.rstrip("\n"))

    def _payload(self, label: str) -> str:
        shown = {button.label: button.payload for message in self.heard for button in message.buttons}
        menu = {name: word_payload(word) for word, name in LABELS.items()}
        return shown.get(label) or menu.get(label, "")

    def _line(self, event: dict[str, Any]) -> None:
        """Go through LINE's own door: its reading and its masking."""
        self._number += 1
        now = self.now()
        event = {
            **event,
            "mode": "active",
            "timestamp": int(now.timestamp() * 1000),
            "source": {"type": "user", "userId": OWNER},
            "webhookEventId": f"chat-{now.timestamp()}-{self._number}",
        }
        [came] = arrivals(json.dumps({"events": [event]}).encode(), now)
        row = Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)
        with begin(self.engine) as work:
            [id] = work.inbox.store([row], now)
        assert id is not None
        take_turn(self.engine, self.rules, carry, id, now)


def talk(chat: Chat, read: Callable[[], str | None], write: Callable[[str], None]) -> str:
    """Talk until /おわり or the end of the input; give the transcript."""
    show(chat.begin(), write)
    while (typed := read()) is not None and typed.strip() != END:
        if typed.strip():
            show(chat.do(typed), write)
    return "\n".join(chat.lines) + "\n"


def show(said: Iterable[Message], write: Callable[[str], None]) -> None:
    """Draw for a terminal: cards as text, the buttons numbered."""
    for message in said:
        write(message.as_text())
        if message.buttons:
            write(" ".join(f"[{at}] {button.label}" for at, button in enumerate(message.buttons, 1)))
        write("")
