"""Crowd: many owners who talk at a steady rate, and a LINE that doubles, holds back and brings again."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from sandbox.app import Sandbox
from sandbox.line.events import redelivered
from sandbox.line.people import Bubble, Chat, actions_in
from sandbox.line.sender import Events, Outcome, Sender
from tests.e2e.stage import words_of
from tests.e2e.test_kills import HELLO

DOUBLED, HELD = 0.05, 0.05  # shares of all events
LATE = (0.0, 8.0)  # seconds until a doubled one comes again: often after the next words of the same person
HELD_BACK = (0.1, 1.5)  # seconds in which others overtake
AGAIN = (0.3, 0.5, *[1.0] * 300)  # until a webhook without a 2xx comes again
PATIENCE = 150.0  # until an answer is called lost

SHORT, WHOLE = "to the draft", "to the announcement"
TO_DRAFT = 9
PUBLISHED = "募集を始めました"
VARIES = re.compile(r"https?://\S+|[0-9a-f]{32}|\d+")  # addresses, ids, days and times
AWAKE_SECONDS = 90.0  # after his last words an owner's screen is kept whole; later only what was said


@dataclass
class Chances:
    """What the platform did to the webhooks of the crowd."""

    sent: Counter[str] = field(default_factory=Counter)  # distinct events, by kind
    accepted: set[str] = field(default_factory=set)
    doubled: int = 0
    held: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # tries without a 2xx, by reason


class Roads(Sender):
    """The way from LINE to one of several doors. What no door took comes again until one does."""

    def __init__(self, usual: Sender, doors: Sequence[str], dice: Random) -> None:
        super().__init__(usual.settings, usual.wire, usual.chaos, usual.leaving)
        self.doors, self.dice, self.chances = doors, dice, Chances()
        self._taken = asyncio.Event()

    async def send(self, events: Events) -> int:
        """Bring one webhook for certain; some are held back, some come twice."""
        self.chances.sent.update(str(each["type"]) for each in events)
        if self.dice.random() < HELD:
            self.chances.held += 1
            await asyncio.sleep(self.dice.uniform(*HELD_BACK))
        if self.dice.random() < DOUBLED:
            self.chances.doubled += 1
            self._start(self._late(events))
        await self._bring(events)
        return 200

    async def accepted(self, number: int) -> None:
        """Wait until so many events were taken."""
        while len(self.chances.accepted) < number:
            self._taken.clear()
            await self._taken.wait()

    async def _late(self, events: Events) -> None:
        await asyncio.sleep(self.dice.uniform(*LATE))
        await self._bring(redelivered(events))

    async def _bring(self, events: Events) -> None:
        for pause in AGAIN:
            self.leaving(events)
            outcome = await self.post(self.body(events))
            if outcome.is_success:
                self.chances.accepted.update(str(each["webhookEventId"]) for each in events)
                self._taken.set()
                return
            self.chances.refused[f"{outcome.status} {outcome.reason}"] += 1
            events = redelivered(events)
            await asyncio.sleep(pause)
        raise TimeoutError("no door takes a webhook")

    async def post(
        self, body: bytes, signature: str | None = None, injected: str = "", url: str | None = None
    ) -> Outcome:
        door = url or f"{self.dice.choice(self.doors)}/line/webhook"
        return await super().post(body, signature, injected, door)


class Phone(Chat):
    """A chat that rings at each bubble."""

    def __init__(self) -> None:
        super().__init__()
        self.rings = asyncio.Event()

    def add(self, bubble: Bubble) -> None:
        super().add(bubble)
        self.rings.set()


def bare(words: str) -> str:
    return VARIES.sub("#", words)


def told(bubble: Bubble) -> str:
    """Give what a bubble says, with its buttons, without what differs from owner to owner."""
    quick = [item["action"] for item in (bubble.message.get("quickReply") or {}).get("items", ())]
    labels = " ".join(str(each.get("label")) for each in (*quick, *actions_in(bubble)))
    return bare(f"{words_of(bubble.message)} {labels}").strip()


@dataclass(frozen=True)
class Wait:
    """How long somebody waited for his answer (real time)."""

    began: float
    ended: float


@dataclass
class Owner:
    """One owner with his phone; he says his next words when the last ones were answered."""

    crowd: Crowd
    id: str
    script: str
    step: int = 0
    is_done: bool = False
    ended: float = 0.0

    @property
    def phone(self) -> Chat:
        return self.crowd.sandbox.line.people[self.id].chat

    async def live(self) -> None:
        """Go through the talk; a wait beyond all patience is the storm's failure."""
        line = self.crowd.sandbox.line
        await self._act(lambda: line.follow(self.id), "使いみち")
        for said, answer in self._lines():
            if said.startswith("["):
                await self._until(lambda said=said: self._action(said[1:-1]) is not None)  # type: ignore[misc]
            await self._act(lambda said=said: self._say(said), answer)  # type: ignore[misc]
        if self.script == WHOLE:
            await self.crowd.publish(self)
        self.is_done, self.ended = True, time.monotonic()

    def put_away(self) -> None:
        """Keep of a long day's screens only what was said: a hundred thousand cards would fill the memory."""
        bubbles = self.phone.bubbles
        bubbles[:] = [replace(each, message={"type": "text", "text": told(each)}) for each in bubbles]

    def _lines(self) -> list[tuple[str, str]]:
        return HELLO if self.script == WHOLE else HELLO[:TO_DRAFT]

    async def _act(self, do: Callable[[], Awaitable[int]], answer: str) -> None:
        await self.crowd.pace()
        since, began = len(self.phone.bubbles), time.time()
        await do()
        await self._until(lambda: self.hears(answer, since))
        self.crowd.waits.append(Wait(began, time.time()))
        self.step += 1

    def hears(self, words: str, since: int = 0) -> bool:
        new = self.phone.bubbles[since:]
        return any(each.by == "bot" and words in words_of(each.message) for each in new)

    def _say(self, said: str) -> Awaitable[int]:
        line = self.crowd.sandbox.line
        action = self._action(said[1:-1]) if said.startswith("[") else None
        return line.tap(self.id, action) if action else line.say(self.id, said)

    def _action(self, label: str) -> dict[str, Any] | None:
        buttons = self.crowd.sandbox.line.buttons(self.id)
        return next((each for each in buttons if each.get("label") == label), None)

    async def _until(self, holds: Callable[[], bool]) -> None:
        phone = self.phone
        assert isinstance(phone, Phone)
        async with asyncio.timeout(PATIENCE):
            while not holds():
                phone.rings.clear()
                await phone.rings.wait()


@dataclass
class Crowd:
    """Owners who come one after the other, ``at_once`` of them talking."""

    sandbox: Sandbox
    roads: Roads
    dice: Random
    rate: float  # acts a second
    owners: list[Owner] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    _next: float = 0.0
    _away: int = 0  # so many owners, from the first, are put away

    async def pace(self) -> None:
        """Wait for one's turn: acts leave at a steady rate, and what was missed is not made up for in a burst."""
        now = time.monotonic()
        self._next = max(self._next, now - 1.0) + 1.0 / self.rate
        await asyncio.sleep(max(0.0, self._next - now))

    def owner(self, script: str) -> Owner:
        id = self.sandbox.line.add_person(f"社長{len(self.owners)}")
        self.sandbox.line.people[id].chat = Phone()
        self.owners.append(Owner(self, id, script))
        return self.owners[-1]

    async def live(self, scripts: Sequence[str], at_once: int) -> None:
        coming = iter(scripts)
        await asyncio.gather(*(self._seat(coming) for _ in range(at_once)))
        await self.roads.settle()

    async def _seat(self, coming: Iterator[str]) -> None:
        for script in coming:
            self._put_away()
            owner = self.owner(script)
            try:
                await owner.live()
            except TimeoutError:
                self.lost.append(f"{owner.id} still waits at step {owner.step} of the talk {owner.script}")

    def _put_away(self) -> None:
        """Look a little further at each newcomer: who came first is done first."""
        late = time.monotonic() - AWAKE_SECONDS
        while self._away < len(self.owners) and self.owners[self._away].is_done:
            if self.owners[self._away].ended > late:
                return
            self.owners[self._away].put_away()
            self._away += 1

    async def publish(self, owner: Owner) -> None:
        """Let the staff press 「公開する」 on the card of this owner, until the owner hears of it."""
        slack, staff = self.sandbox.slack, self._staff()
        began, room = time.time(), self._channel("staff")
        async with asyncio.timeout(PATIENCE):
            while not owner.hears(PUBLISHED):
                await self._press(slack, staff, room)
                for _ in range(40):
                    if owner.hears(PUBLISHED):
                        break
                    await asyncio.sleep(0.1)
        self.waits.append(Wait(began, time.time()))

    async def _press(self, slack: Any, staff: str, room: str) -> None:
        """Press one of the waiting cards: each is for one owner, and somebody waits for each."""
        slack.sender.settings = replace(
            slack.sender.settings, events_url=f"{self.dice.choice(self.roads.doors)}/slack/events"
        )
        waiting = [
            (message["ts"], block, element)
            for message in slack.messages(room)
            for block in message.get("blocks", [])
            for element in block.get("elements", [])
            if element.get("type") == "button" and element["text"]["text"] == "公開する"
        ]
        if waiting:
            ts, block, element = self.dice.choice(waiting)
            await slack.press(staff, room, element["action_id"], block_id=block.get("block_id"), ts=ts)

    def _staff(self) -> str:
        return next(id for id, each in self.sandbox.slack.people.items() if each.name.startswith("佐藤"))

    def _channel(self, name: str) -> str:
        return next(id for id, each in self.sandbox.slack.channels.items() if each.name == name)
