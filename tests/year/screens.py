"""Screens: what stands before an owner on LINE and a talent in Slack, and what each can do there."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.e2e.stage import words_of
from tests.year.operator import Operator

TRIES = 6
REOPENS = "フォームを開く"

Json = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """Something that stood before somebody's eyes: its words, its buttons, when."""

    text: str
    labels: tuple[str, ...]
    at: datetime
    id: str = ""  # of a post in Slack

    def has(self, label: str) -> bool:
        return label in self.labels


def moment(operator: Operator, at: float) -> datetime:
    return datetime.fromtimestamp(operator.sandbox.ahead.shown(at), UTC)


@dataclass
class Phone:
    """An owner's LINE."""

    operator: Operator
    id: str
    read: int = 0

    def news(self) -> list[Seen]:
        """Give what the bot has said since last time."""
        chat = self.operator.sandbox.line.chat(self.id)
        fresh, self.read = chat[self.read :], len(chat)
        return [self._seen(bubble) for bubble in fresh if bubble.by == "bot"]

    def _seen(self, bubble: Any) -> Seen:
        quick = [item["action"] for item in (bubble.message.get("quickReply") or {}).get("items", ())]
        drawn = [each["action"] for each in parts(bubble.message.get("contents")) if each["type"] == "button"]
        labels = tuple(str(each.get("label")) for each in (*drawn, *quick))
        if bubble.message["type"] == "image":
            return Seen("(画像)", labels, moment(self.operator, bubble.at))
        lines = words_of(bubble.message).split("\n")
        words = "\n".join(line for line in lines if not (line.startswith("[") and line[1:-1] in labels))
        return Seen(words, labels, moment(self.operator, bubble.at))

    async def do(self, what: str) -> None:
        """Type, or tap the newest button of this name in [brackets]; LINE brings it until somebody takes it."""
        line = self.operator.sandbox.line
        if what == "(友だち追加)":
            await line.follow(self.id)
        elif what.startswith("["):
            found = next((each for each in line.buttons(self.id) if each.get("label") == what[1:-1]), None)
            assert found is not None, f"no button {what}"
            await line.tap(self.id, found)
        else:
            await line.say(self.id, what)


@dataclass
class Desk:
    """Somebody's Slack: his DM with the bot, or a channel he is in."""

    operator: Operator
    id: str
    channel: str = ""  # where he reads; without one his DM
    pressed: str = ""
    known: set[str] = field(default_factory=set)

    @property
    def place(self) -> str:
        return self.channel or self.operator.sandbox.slack.state.open_dm(self.id).id

    def news(self) -> list[Seen]:
        """Give what was posted since last time, as it stands now; what only he was shown is among it."""
        fresh = [
            each for each in self._shown() if mark(each) not in self.known and each.get("user") != self.id
        ]
        found = []
        for each in fresh:
            if mark(each) not in self.known:  # of unknown fate, and therefore posted once more
                self.known.add(mark(each))
                labels = tuple(element["text"]["text"] for _, element in buttons(each))
                words = html.unescape(str(each.get("text") or ""))
                found.append(Seen(words, labels, moment(self.operator, float(each["ts"])), str(each["ts"])))
        return found

    def _shown(self) -> list[Json]:
        """Give what stands in this place and what only he was shown there, oldest first; nothing is copied."""
        state = self.operator.sandbox.slack.state
        private = () if self.channel else state.ephemerals.get(self.id, ())
        return [*state.channels[self.place].messages.values(), *private]

    async def do(self, what: str) -> None:
        """Type, press the newest [button] of this name, or fill in a form: ``field=words&field=words``."""
        if what.startswith("["):
            await self.press(what[1:-1])
        elif "=" in what:
            await self.fill(dict(each.split("=", 1) for each in what.split("&")))
        else:
            await self.operator.sandbox.slack.dm(self.id, what)

    async def press(self, label: str, where: str = "", words: str = "", card: str = "") -> None:
        """Press the newest button of this name, of a post with these words, or of one card.

        Who reads an error, and sees that nothing came of it, presses again.
        """
        self.pressed = label
        for _ in range(TRIES):
            before = self._screen()
            status = await self._press(label, where or self.place, words, card)
            if status == 200:
                return
            await self.operator.rest()
            if self._screen() != before:
                return
        raise AssertionError(f"{label} is not taken\n{self.operator.told()}")

    def offers(self, label: str, card: str) -> bool:
        """Tell whether a post still has a button of this name."""
        message = self.operator.sandbox.slack.state.channels[self.place].messages[card]
        return any(is_named(label, element["text"]["text"]) for _, element in buttons(message))

    async def _press(self, label: str, place: str, words: str, card: str) -> int:
        slack = self.operator.sandbox.slack
        for message in reversed(slack.state.channels[place].messages.values()):
            if card and message["ts"] != card:
                continue
            for block, element in buttons(message):
                if is_named(label, element["text"]["text"]) and words in str(message.get("text")):
                    where = {"block_id": block.get("block_id"), "ts": message["ts"]}
                    return await slack.press(self.id, place, element["action_id"], **where)
        raise AssertionError(f"no button {label}")

    async def fill(self, values: Json) -> None:
        """Fill in what is on the screen; where no form stands there any more, open it anew."""
        slack = self.operator.sandbox.slack
        for _ in range(TRIES):
            modal = slack.modal(self.id)
            if modal is None or not values.keys() <= {block.get("block_id") for block in modal["blocks"]}:
                await self._reopen(modal)
                continue
            before = self._screen()
            await slack.fill(self.id, {key: value for key, value in values.items() if value})
            submitted = await slack.submit(self.id)
            if submitted.is_accepted:
                return
            assert submitted.outcome == "trouble", f"{values}: {submitted}"
            await self.operator.rest()
            if self._screen() != before:  # it was taken all the same
                if slack.modal(self.id) is not None:
                    await slack.close(self.id, clear=True)
                return
        raise AssertionError(
            f"never taken: {values}; on the screen {slack.modal(self.id)}\n{self.operator.told()}"
        )

    async def _reopen(self, modal: Json | None) -> None:
        if modal is not None:
            await self.operator.sandbox.slack.close(self.id, clear=True)
        await self.operator.rest()
        newest = [element["text"]["text"] for _, element in buttons(self._newest())]
        await self.press(REOPENS if REOPENS in newest else self.pressed)
        await self.operator.rest()

    def _newest(self) -> Json:
        return self._shown()[-1]

    def _screen(self) -> tuple[Any, ...]:
        modal = self.operator.sandbox.slack.modal(self.id) or {}
        return str(self._shown()), modal.get("id"), modal.get("hash")


def buttons(message: Json) -> Iterator[tuple[Json, Json]]:
    for block in message.get("blocks") or ():
        for element in [*block.get("elements", ()), block.get("accessory") or {}]:
            if element.get("type") == "button":
                yield block, element


def parts(node: Any) -> Iterator[Json]:
    """Walk a Flex message."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        yield from parts(each)


def mark(message: Json) -> str:
    """Name the row that a post was made from: one of unknown fate may hang twice in a channel."""
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return str(payload.get("id") or message["ts"])


def is_named(label: str, text: str) -> bool:
    """Tell whether a button is meant: by its name, or by a piece of it with 「…」 behind."""
    return label[:-1] in text if label.endswith("…") else label == text
