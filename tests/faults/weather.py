"""Weather: platforms that refuse, fail, forget to answer and are cut off, by a seeded die; and what they have shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from bot.console import of_body
from bot.sends.sending import Outcome, Result
from flows.messages import Message
from tests.faults.boundary import Killed
from tests.story.world import Seen

TOKEN_LASTS = timedelta(seconds=60)
FAULTS = {
    "": 82,
    "429": 6,
    "500": 4,
    "lost": 4,
    "dead before": 2,
    "dead after": 2,
}  # how likely beside each other
SENT = Outcome(Result.SENT)


@dataclass
class Platforms:
    """A LINE and a Slack. ``seen`` is what came before people's eyes."""

    dice: Random
    now: Callable[[], datetime]
    seen: list[Seen]
    tokens: dict[str, datetime] = field(default_factory=dict)
    arrivals: list[str] = field(default_factory=list)  # retry keys, markers and tokens, as they were accepted
    posts: dict[tuple[str, str], int] = field(default_factory=dict)  # where a marker stands
    blocked: set[str] = field(default_factory=set)
    calm: bool = False
    _numbers: Iterator[int] = field(default_factory=count)
    faults: Counter[str] = field(default_factory=Counter)

    def issue(self) -> str:
        token = f"token-{next(self._numbers)}"
        self.tokens[token] = self.now() + TOKEN_LASTS
        return token

    def show(self, to: str, body: dict[str, Any]) -> None:
        if to not in self.blocked:
            self.seen.append(Seen(to, of_body(body), self.now()))

    def fate(self) -> str:
        [fate] = [""] if self.calm else self.dice.choices(list(FAULTS), weights=list(FAULTS.values()))
        self.faults[fate] += bool(fate)
        return fate


class Wire:
    """What one process of ours sees of the platforms; nothing of it passes once it is dead."""

    def __init__(self, platforms: Platforms) -> None:
        self.all, self.is_dead = platforms, False

    def _call(self, accept: Callable[[], Outcome]) -> Outcome:
        if self.is_dead:
            raise Killed
        match self.all.fate():
            case "429":
                return Outcome(Result.RETRY, after=self.all.dice.randint(1, 5), error="429 rate limit")
            case "500":
                return Outcome(Result.UNKNOWN, error="500")
            case "lost":
                accept()
                return Outcome(Result.UNKNOWN, error="timeout")
            case "dead before":
                self.die()
            case "dead after":
                accept()
                self.die()
        return accept()

    def die(self) -> None:
        self.is_dead = True
        raise Killed

    # LINE

    async def reply(self, token: str, messages: Sequence[dict[str, Any]]) -> Outcome:
        def accept() -> Outcome:
            if self.all.tokens.get(token, self.all.now()) <= self.all.now():
                return Outcome(Result.TOKEN_GONE, error="400 Invalid reply token")
            del self.all.tokens[token]
            return self._show_all(token, "Uowner", messages)

        return self._call(accept)

    async def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Outcome:
        def accept() -> Outcome:
            if retry_key in self.all.arrivals:
                return SENT  # 409
            return self._show_all(retry_key, to, messages)

        return self._call(accept)

    def _show_all(self, name: str, to: str, messages: Sequence[dict[str, Any]]) -> Outcome:
        self.all.arrivals.append(name)
        for body in messages:
            self.all.show(to, body)
        return Outcome(Result.SENT, tuple(f"{name}.{n}" for n in range(len(messages))))

    async def loading(self, user: str, seconds: int = 20) -> Outcome:
        return self._call(lambda: SENT)

    async def link_menu(self, user: str, menu: str) -> Outcome:
        return self._call(lambda: SENT)

    async def quota(self) -> tuple[int | None, int]:
        return None, 0

    # Slack

    async def post(self, channel: str, body: dict[str, Any], marker: str) -> Outcome:
        def accept() -> Outcome:
            self.all.arrivals.append(marker)
            self.all.show(channel, body)
            self.all.posts[channel, marker] = ts = len(self.all.seen)
            return Outcome(Result.SENT, (str(ts),))

        return self._call(accept)

    async def update(self, channel: str, ts: str, body: dict[str, Any]) -> Outcome:
        return self._call(lambda: self._shown(channel, body))

    async def publish_home(self, user: str, view: dict[str, Any]) -> Outcome:
        return self._call(lambda: self._shown(user, view))

    def _shown(self, to: str, body: dict[str, Any]) -> Outcome:
        self.all.show(to, body)
        return SENT

    async def open_dm(self, user: str) -> str:
        return user

    async def find_marker(self, channel: str, marker: str, thread: str = "") -> str | None:
        ts = self.all.posts.get((channel, marker))
        return str(ts) if ts else None


def home_of(messages: Sequence[Message]) -> dict[str, Any]:
    """Draw a home for nobody: its words are enough."""
    return {
        "text": "\n".join(message.as_text() for message in messages),
        "card": None,
        "buttons": [],
        "deck": [],
    }
