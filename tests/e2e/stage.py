"""Stage: the whole product on one port, and people who use it through the sandbox's screens."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import demo
from bot.clock import Clock
from bot.demo_clock import is_idle
from bot.sends.pace import Pace
from bot.wiring import Bot, serving
from sandbox.app import Sandbox
from tests.databases import migrated_file

PATIENCE = 60.0
PACE = 1_000.0  # how fast what platforms allow comes back: the days run by as fast


@dataclass
class Stage:
    """A running bot with its sandbox."""

    bot: Bot
    sandbox: Sandbox
    clock: Clock
    url: str

    async def rest(self) -> None:
        """Wait until everything that was asked to be sent has been sent."""
        self.bot.wake()
        for _ in range(400):
            self.sandbox.slack.pace.buckets.clear()  # the days run by: what Slack allows is whole again
            if await self.bot.thread.do(is_idle, self.bot):
                return
            await asyncio.sleep(0.02)
        raise TimeoutError("the outbox does not empty")


@dataclass
class Owner:
    """An owner at his phone: says, taps what he sees, and reads."""

    stage: Stage
    id: str
    read_to: int = 0

    async def follow(self) -> list[str]:
        return await self._hear(self.stage.sandbox.line.follow(self.id))

    async def say(self, text: str) -> list[str]:
        return await self._hear(self.stage.sandbox.line.say(self.id, text))

    async def tap(self, label: str) -> list[str]:
        """Tap the newest button with this label."""
        action = next(
            (item for item in self.stage.sandbox.line.buttons(self.id) if item.get("label") == label), None
        )
        assert action is not None, f"no button {label!r}; there are {self.labels()}"
        return await self._hear(self.stage.sandbox.line.tap(self.id, action))

    def labels(self) -> list[str]:
        return [str(item.get("label")) for item in self.stage.sandbox.line.buttons(self.id)]

    async def _hear(self, act: Awaitable[int]) -> list[str]:
        status = await act
        assert status == 200, status
        await self.stage.rest()
        return self.news()

    def news(self) -> list[str]:
        """Give what the bot said since last time, as text."""
        chat = self.stage.sandbox.line.chat(self.id)
        fresh, self.read_to = chat[self.read_to :], len(chat)
        return [words_of(bubble.message) for bubble in fresh if bubble.by == "bot"]

    async def play(self, *lines: str) -> list[str]:
        """Say each line, or tap it where it stands in [brackets]; give what was said last."""
        heard: list[str] = []
        for line in lines:
            heard = await (self.tap(line[1:-1]) if line.startswith("[") else self.say(line))
        return heard


def words_of(message: dict[str, Any]) -> str:
    """Give the words of a LINE message as a person reads them."""
    if message["type"] == "text":
        return str(message["text"])
    if message["type"] == "image":
        return "(写真)"
    return "\n".join(texts(message["contents"]))


def texts(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for item in node for text in texts(item)]
    if not isinstance(node, dict):
        return []
    if node.get("type") == "text":
        return [str(node.get("text", "")) or "".join(texts(node.get("contents", [])))]
    if node.get("type") == "button":
        return [f"[{node['action']['label']}]"]
    return [
        text for name in ("header", "hero", "body", "footer", "contents") for text in texts(node.get(name))
    ]


@dataclass
class Staff:
    """Somebody of the operator, in Slack."""

    stage: Stage
    id: str

    @property
    def channel(self) -> str:
        return next(id for id, item in self.stage.sandbox.slack.channels.items() if item.name == "staff")

    def cards(self, channel: str = "") -> list[dict[str, Any]]:
        return self.stage.sandbox.slack.messages(channel or self.channel)

    async def press(self, label: str) -> int:
        """Press the newest button with this label in the staff channel."""
        for message in reversed(self.cards()):
            for block in message.get("blocks", []):
                for element in block.get("elements", []):
                    if element.get("type") == "button" and element["text"]["text"] == label:
                        status = await self.stage.sandbox.slack.press(
                            self.id,
                            self.channel,
                            element["action_id"],
                            block_id=block.get("block_id"),
                            ts=message["ts"],
                        )
                        await self.stage.rest()
                        return status
        raise AssertionError(f"no button {label!r} in the staff channel")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def staged(folder: Path, *, with_model: bool = False) -> AsyncIterator[Stage]:
    """Start everything; on the way out, no platform rule may have been broken."""
    port, clock = free_port(), Clock()
    url = f"sqlite:///{shutil.copy(migrated_file(), folder / 'world.db')}"
    settings = demo.demo_settings(port, url, with_model=with_model)
    app, bot, sandbox = demo.demo_app(settings, clock)
    demo.furnish(sandbox)
    async with serving(app, "127.0.0.1", port):
        await bot.start(is_worker=True)
        assert bot.delivery is not None
        bot.delivery.pace = Pace(lambda: time.monotonic() * PACE, is_line=False)
        stage = Stage(bot, sandbox, clock, f"http://127.0.0.1:{port}")
        try:
            yield stage
        finally:
            await bot.stop()
    assert not sandbox.wire.violations, sandbox.wire.violations


def people(stage: Stage) -> tuple[Owner, Staff]:
    owner = next(iter(stage.sandbox.line.people))
    staff = next(id for id, person in stage.sandbox.slack.people.items() if person.name.startswith("佐藤"))
    return Owner(stage, owner), Staff(stage, staff)


async def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError
