"""People: each person's chat with the bot as it looks on the phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal

By = Literal["person", "bot"]
How = Literal["reply", "push", "multicast", "broadcast", "person"]

STAYS_AFTER_TAP = frozenset({"camera", "cameraRoll", "location", "datetimepicker"})


@dataclass(frozen=True)
class Bubble:
    id: str
    by: By
    at: float
    message: dict[str, Any]
    how: How
    unsent: bool = False


@dataclass
class Chat:
    """The bubbles of one chat, oldest first, and what passes away around them."""

    bubbles: list[Bubble] = field(default_factory=list)
    loading_until: float = 0.0
    has_tapped_away: bool = False  # the quick replies of the last bubble
    keyboard: str | None = None  # what a button typed into the input field

    def add(self, bubble: Bubble) -> None:
        self.bubbles.append(bubble)
        self.has_tapped_away = False
        if bubble.by == "bot":
            self.loading_until = 0.0
        else:
            self.keyboard = None

    def find(self, message_id: str) -> Bubble | None:
        return next((bubble for bubble in reversed(self.bubbles) if bubble.id == message_id), None)

    def take_back(self, message_id: str) -> Bubble:
        """Mark a bubble as unsent."""
        for place, bubble in enumerate(self.bubbles):
            if bubble.id == message_id and bubble.by == "person" and not bubble.unsent:
                self.bubbles[place] = replace(bubble, unsent=True)
                return bubble
        raise LookupError(f"no message {message_id} to unsend")

    def quick_replies(self) -> list[dict[str, Any]]:
        """Give the items under the last bubble; any newer bubble makes them vanish."""
        if not self.bubbles or self.bubbles[-1].by == "person" or self.has_tapped_away:
            return []
        return list((self.bubbles[-1].message.get("quickReply") or {}).get("items", ()))

    def buttons(self) -> list[dict[str, Any]]:
        """Give every action that can be tapped, newest bubble first: old buttons live for ever."""
        quick = [item["action"] for item in self.quick_replies()]
        lasting = [action for bubble in reversed(self.bubbles) for action in actions_in(bubble)]
        return [*quick, *lasting]

    def tapped(self, action: dict[str, Any]) -> None:
        if action.get("type") not in STAYS_AFTER_TAP and action in (
            i["action"] for i in self.quick_replies()
        ):
            self.has_tapped_away = True


@dataclass
class Person:
    """Somebody on LINE. ``is_gone``: the account has been deleted."""

    user_id: str
    name: str
    is_friend: bool = False
    is_blocking: bool = False
    is_gone: bool = False
    wrote_at: float | None = None
    language: str = "ja"
    chat: Chat = field(default_factory=Chat)

    def can_be_reached(self, now: float) -> bool:
        """Say whether a push arrives: friends, and strangers for 7 days after they wrote."""
        if self.is_gone or self.is_blocking:
            return False
        return self.is_friend or (self.wrote_at is not None and now - self.wrote_at <= 7 * 86_400)

    def is_listed(self) -> bool:
        return self.is_friend and not self.is_blocking and not self.is_gone

    def can_be_seen(self) -> bool:
        """Say whether the bot may read the profile."""
        return not self.is_gone and not self.is_blocking and (self.is_friend or self.wrote_at is not None)


def actions_in(bubble: Bubble) -> Iterator[dict[str, Any]]:
    """Walk a bot's Flex, template or imagemap bubble in reading order."""
    if bubble.by == "bot":
        yield from _walk({name: part for name, part in bubble.message.items() if name != "quickReply"})


def _walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from _walk(each)
    elif isinstance(node, dict):
        for name in _in_reading_order(node):
            if name in ("action", "defaultAction") and isinstance(node[name], dict):
                yield node[name]
            elif name == "actions":
                yield from node[name]
            else:
                yield from _walk(node[name])


def _in_reading_order(node: dict[str, Any]) -> list[str]:
    blocks = ["header", "hero", "body", "footer"]
    return [*(b for b in blocks if b in node), *(name for name in node if name not in blocks)]
