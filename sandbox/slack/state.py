"""State: everything this workspace holds, with no one's rules applied yet."""

from __future__ import annotations

import hashlib
import secrets
import string
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.slack.settings import SlackSettings
from sandbox.slack.shapes import Json

Kind = Literal["public", "private", "im", "mpim"]
Typed = dict[tuple[str, str], Json]  # (block_id, action_id) -> what Slack calls the element's state

LETTERS = string.ascii_uppercase + string.digits


def fresh_id(prefix: str, size: int = 10) -> str:
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(size))


def lasting_id(prefix: str, *words: str) -> str:
    """Make an id that is the same in every run, so a kept database still fits a restarted sandbox."""
    number = int.from_bytes(hashlib.sha256("\0".join(words).encode()).digest()[:8], "big")
    return prefix + "".join(LETTERS[number // 36**place % 36] for place in range(10))


@dataclass
class Person:
    id: str
    name: str
    email: str
    tz: str
    title: str = ""  # of the profile; the page shows it beside the name
    is_deleted: bool = False

    @property
    def username(self) -> str:
        return self.email.split("@")[0].lower()


@dataclass
class Channel:
    id: str
    name: str
    kind: Kind
    created: int
    members: dict[str, None] = field(default_factory=dict)  # in order of joining
    messages: dict[str, Json] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    threads: dict[str, set[str]] = field(default_factory=dict)  # first ts -> who wrote there
    has_had_bot: bool = False
    is_archived: bool = False
    topic: str = ""
    last_ts: int = 0  # microseconds

    def next_ts(self, now: float) -> str:
        """Mint a ts that no other message of this channel has."""
        self.last_ts = max(self.last_ts + 1, int(now * 1_000_000))
        return f"{self.last_ts // 1_000_000}.{self.last_ts % 1_000_000:06d}"


@dataclass
class View:
    id: str
    user: str
    data: Json  # as the bot gave it, ids filled in
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: Typed = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Trigger:
    user: str
    at: float  # real time, monotonic
    view_id: str | None = None
    is_used: bool = False


@dataclass
class Reply:
    """A response_url: five uses within thirty minutes."""

    channel: str
    user: str
    at: float
    ts: str | None = None
    uses: int = 0


@dataclass
class State:
    settings: SlackSettings
    clock: Callable[[], float] = time.time
    announce: Callable[[Json], None] = lambda event: None  # events that a bot's own call causes
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    dms: dict[frozenset[str], Channel] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)  # all that are open, and all homes
    homes: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[View]] = field(default_factory=dict)
    gone_views: set[str] = field(default_factory=set)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    replies: dict[str, Reply] = field(default_factory=dict)
    ephemerals: dict[str, list[Json]] = field(default_factory=dict)
    message_typed: dict[tuple[str, str, str], Typed] = field(default_factory=dict)
    noise: dict[str, int] = field(default_factory=dict)
    files: dict[str, Any] = field(default_factory=dict)  # by id, as in files.py
    base_url: str = ""

    @property
    def bot(self) -> str:
        return self.settings.bot_user_id

    def channel_between(self, users: Iterable[str]) -> Channel | None:
        return self.dms.get(frozenset(users))

    def dm_id(self, *users: str) -> str:
        return lasting_id("D" if len(users) == 1 else "G", self.settings.team_id, "dm", *sorted(users))

    def channel_by(self, name: str) -> Channel | None:
        """Find a channel; a DM whose id a kept database remembers opens again after a restart."""
        if name not in self.channels and name.startswith("D"):
            owner = next((user for user in self.people if self.dm_id(user) == name), None)
            return self.open_dm(owner) if owner else None
        return self.channels.get(name)

    def open_dm(self, *users: str) -> Channel:
        """Find or make the conversation between the bot and these people."""
        found = self.channel_between(users)
        if found is not None:
            return found
        single = len(users) == 1
        channel_id = self.dm_id(*users)
        name = users[0] if single else "mpdm-" + "--".join(self.people[u].username for u in users) + "-1"
        made = Channel(channel_id, name, "im" if single else "mpim", int(self.clock()))
        made.members = dict.fromkeys([*users, self.bot])
        made.has_had_bot = True
        self.channels[channel_id] = self.dms[frozenset(users)] = made
        return made

    def new_trigger(self, user: str, view_id: str | None = None) -> str:
        number = secrets.randbelow(10**12)
        trigger_id = f"{number}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self.triggers[trigger_id] = Trigger(user, time.monotonic(), view_id)
        _forget_oldest(self.triggers)  # long dead; the bot is told "invalid" instead of "expired"
        return trigger_id

    def new_response_url(self, channel: str, user: str, ts: str | None = None) -> str:
        token = secrets.token_urlsafe(16)
        self.replies[token] = Reply(channel, user, self.clock(), ts)
        _forget_oldest(self.replies)
        return f"{self.base_url or 'http://127.0.0.1:0'}/respond/{token}"

    def external(self, name: Any) -> View | None:
        """Find the view that has this external_id."""
        if not name:
            return None
        return next((view for view in self.views.values() if view.data.get("external_id") == name), None)

    def forget_view(self, view: View) -> None:
        """Take a closed modal away; the bot may not know yet."""
        self.stacks[view.user].remove(view)
        self.views.pop(view.id, None)
        self.gone_views.add(view.id)
        if view.data.get("external_id"):
            self.gone_views.add(f"external:{view.data['external_id']}")

    def notify(self, users: Iterable[str]) -> None:
        for user in users:
            self.noise[user] = self.noise.get(user, 0) + 1


def _forget_oldest(held: dict[str, Any], most: int = 10_000) -> None:
    if len(held) > most:
        del held[next(iter(held))]


def with_ids(blocks: list[Json]) -> list[Json]:
    """Copy blocks as Slack keeps them: every block and every element has an id."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Json) -> Json:
    made = {**block, "block_id": block.get("block_id") or fresh_id("", 5)}
    for key in ("element", "accessory"):
        if isinstance(made.get(key), dict):
            made[key] = _with_action_id(made[key])
    if made["type"] == "actions":
        made["elements"] = [_with_action_id(element) for element in made["elements"]]
    return made


def _with_action_id(element: Json) -> Json:
    if element.get("action_id") or element["type"] == "image":
        return element
    return {**element, "action_id": fresh_id("", 5)}
