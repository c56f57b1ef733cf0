"""Wire: everything that crosses between the sandbox and the bot, in both directions, as it happened."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["to_bot", "from_bot"]
Platform = Literal["line", "slack", "model"]

KEPT = 20_000  # calls; benchmarks send more, a person at the page never does


@dataclass(frozen=True)
class Call:
    """One HTTP exchange. ``violations`` name each platform rule that the bot's request broke."""

    number: int
    at: float  # real time, seconds since the epoch
    direction: Direction
    platform: Platform
    what: str  # "reply", "push", "chat.postMessage", "webhook", "block_actions" …
    request: Any
    status: int
    response: Any
    violations: tuple[str, ...] = ()
    injected: str = ""  # the misbehaviour that was asked for, if this call suffered one


@dataclass
class Wire:
    """The recorder shared by the LINE, the Slack and the model of one sandbox."""

    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT))
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _listeners: list[Callable[[str], None]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def record(
        self,
        direction: Direction,
        platform: Platform,
        what: str,
        request: Any,
        status: int,
        response: Any,
        violations: tuple[str, ...] = (),
        injected: str = "",
    ) -> Call:
        call = Call(
            next(self._numbers),
            time.time(),
            direction,
            platform,
            what,
            request,
            status,
            response,
            violations,
            injected,
        )
        self.calls.append(call)
        self.violations.extend(f"{platform} {what}: {broken}" for broken in violations)
        self.changed(platform)
        return call

    def changed(self, what: str) -> None:
        """Tell the page that something can be drawn anew: "line", "slack", "model" or "clock"."""
        for listener in list(self._listeners):
            listener(what)

    def listen(self) -> tuple[asyncio.Queue[str], Callable[[], None]]:
        """Return a queue of changes for one reader, and the function that ends the listening."""
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1_000)

        def put(what: str) -> None:
            if not queue.full():
                queue.put_nowait(what)

        self._listeners.append(put)
        return queue, lambda: self._listeners.remove(put)
