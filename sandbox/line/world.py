"""World: the people on LINE, their phones, and everything they can do to the bot."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.chaos import Chaos
from sandbox.line import events
from sandbox.line.ledger import Flood, Quota, Rates, ReplyTokens, RetryKeys
from sandbox.line.media import Media
from sandbox.line.menus import Menus
from sandbox.line.people import Bubble, Chat, How, Person
from sandbox.line.sender import NOT_ANSWERED, Sender
from sandbox.line.settings import LineSettings
from sandbox.wire import Wire

__all__ = ["LINK_SECONDS", "LineSettings", "LineWorld"]

LINK_SECONDS = 600.0  # docs/messaging-api/linking-accounts: a link token lives 10 minutes and is used once


class LineWorld:
    """One channel and its people: what they do goes to the bot over HTTP, what it sends is in their chats."""

    def __init__(
        self, settings: LineSettings, wire: Wire, chaos: Chaos, clock: Callable[[], float] = time.time
    ) -> None:
        self.settings, self.wire, self.chaos, self.clock = settings, wire, chaos, clock
        self.closing = asyncio.Event()
        self.people: dict[str, Person] = {}
        self.elsewhere: dict[str, Chat] = {}  # groups and strangers that hand-written events speak of
        self.reply_tokens = ReplyTokens()
        self.retry_keys = RetryKeys()
        self.quota = Quota()
        self.rates = Rates()
        self.flood = Flood()
        self.menus = Menus()
        self.media = Media()
        self.quote_tokens: dict[str, str] = {}  # and the chat where each may be used
        self.read_tokens: dict[str, str] = {}
        self.read_up_to: dict[str, str] = {}
        self.link_tokens: dict[str, tuple[str, float]] = {}
        self.sender = Sender(settings, wire, chaos, self._leaving)

    async def close(self) -> None:
        self.closing.set()
        await self.sender.close()

    async def settle(self) -> None:
        """Wait until every duplicate, held-back and repeated webhook has gone out."""
        await self.sender.settle()

    # Coming and going

    def add_person(self, name: str, user_id: str | None = None) -> str:
        person = Person(user_id or events.new_user_id(), name)
        self.people[person.user_id] = person
        return person.user_id

    async def follow(self, user: str, *, unblocked: bool = False) -> int:
        person = self.people[user]
        is_back = unblocked or person.is_blocking
        person.is_friend, person.is_blocking = True, False
        return await self._tell("follow", user, follow={"isUnblocked": is_back})

    async def block(self, user: str) -> int:
        self.people[user].is_blocking = True
        return await self._tell("unfollow", user)

    def delete_account(self, user: str) -> None:
        """Let a person leave LINE: nobody is told."""
        self.people[user].is_gone = True

    # Messages

    async def say(self, user: str, text: str, *, quoting: str | None = None) -> int:
        return await self._write(user, events.message("text", text=text, quotedMessageId=quoting))

    async def sticker(
        self, user: str, package_id: str = "446", sticker_id: str = "1988", keywords: Sequence[str] = ()
    ) -> int:
        return await self._write(user, events.sticker(package_id, sticker_id, keywords))

    async def photo(self, user: str, content: bytes, content_type: str = "image/jpeg") -> int:
        return await self._give(
            user, events.message("image", contentProvider={"type": "line"}), content, content_type
        )

    async def photos(
        self, user: str, contents: Sequence[bytes], content_type: str = "image/jpeg"
    ) -> list[int]:
        """Send several photos at once: one webhook each, in no certain order."""
        together = events.ulid(self.clock())
        sent = list(enumerate(contents, start=1))
        random.shuffle(sent)
        messages = [
            (
                events.message(
                    "image",
                    contentProvider={"type": "line"},
                    imageSet={"id": together, "index": index, "total": len(contents)},
                ),
                content,
            )
            for index, content in sent
        ]
        return await asyncio.gather(
            *(self._give(user, each, content, content_type) for each, content in messages)
        )

    async def voice(
        self,
        user: str,
        content: bytes,
        content_type: str = "audio/x-m4a",
        *,
        milliseconds: int = 3000,
        preparing: float = 0.0,
    ) -> int:
        """Send a voice note that the platform needs ``preparing`` seconds to make ready."""
        message = events.message("audio", duration=milliseconds, contentProvider={"type": "line"})
        return await self._give(user, message, content, content_type, preparing)

    async def video(
        self,
        user: str,
        content: bytes,
        content_type: str = "video/mp4",
        *,
        milliseconds: int = 3000,
        preparing: float = 0.0,
    ) -> int:
        message = events.message("video", duration=milliseconds, contentProvider={"type": "line"})
        return await self._give(user, message, content, content_type, preparing)

    async def file(
        self, user: str, name: str, content: bytes, content_type: str = "application/octet-stream"
    ) -> int:
        return await self._give(
            user, events.message("file", fileName=name, fileSize=len(content)), content, content_type
        )

    async def location(
        self, user: str, title: str | None, address: str | None, latitude: float, longitude: float
    ) -> int:
        return await self._write(
            user,
            events.message("location", title=title, address=address, latitude=latitude, longitude=longitude),
        )

    async def unsend(self, user: str, message_id: str) -> int:
        self.people[user].chat.take_back(message_id)
        self.media.forget(message_id)
        return await self._tell("unsend", user, unsend={"messageId": message_id})

    # Buttons

    async def tap(self, user: str, action: Mapping[str, Any], params: Mapping[str, Any] | None = None) -> int:
        """Tap a button. A date picker takes ``params``; what sends no webhook returns 0."""
        action = dict(action)
        params = params or action.pop("params", None)
        self._chat(user).tapped(action)
        match action["type"]:
            case "postback":
                return await self._tap_postback(user, action)
            case "message":
                return await self.say(user, action["text"])
            case "datetimepicker":
                if params is None:
                    raise ValueError("a datetimepicker needs params: what did the person pick?")
                return await self.pick_date(user, action, dict(params))
            case "richmenuswitch":
                switched = self.menus.switch(user, action["richMenuAliasId"])
                return await self._tell(
                    "postback", user, postback={"data": action["data"], "params": switched}
                )
            case _:  # uri, clipboard, camera …: nothing reaches the bot
                return NOT_ANSWERED

    async def _tap_postback(self, user: str, action: Mapping[str, Any]) -> int:
        if said := action.get("displayText") or action.get("text"):
            self._show(user, Bubble(events.new_message_id(), "person", self.clock(), _text(said), "person"))
        if action.get("inputOption") == "openKeyboard":
            self._chat(user).keyboard = action.get("fillInText", "")
        return await self._tell("postback", user, postback={"data": action["data"]})

    async def pick_date(self, user: str, action: Mapping[str, Any], params: dict[str, Any]) -> int:
        """Choose in a datetimepicker: ``{"date": "2026-12-01"}``, ``{"time": …}`` or ``{"datetime": …}``."""
        return await self._tell("postback", user, postback={"data": action["data"], "params": params})

    async def link_account(self, user: str, link_token: str, nonce: str) -> int:
        """Come back from the operator's login page; an expired or used token sends nothing."""
        owner, until = self.link_tokens.pop(link_token, ("", 0.0))
        if owner != user or self.clock() > until:
            return NOT_ANSWERED
        return await self._tell("accountLink", user, link={"result": "ok", "nonce": nonce})

    # Anything at all

    async def raw(self, body: bytes, signature: str | None = None) -> int:
        """Post any bytes once; ``signature`` None signs them rightly."""
        return (await self.sender.post(body, signature)).status

    async def send_events(self, given: list[dict[str, Any]]) -> int:
        """Send several events in one webhook; properties that LINE always fills in are added."""
        now = self.clock()
        written = [events.filled(each, now) for each in given]
        for each in written:
            token, source = each.get("replyToken"), each.get("source") or {}
            if token and token not in self.reply_tokens.tokens:
                chat = source.get("groupId") or source.get("roomId") or source.get("userId") or ""
                self.reply_tokens.register(token, chat, now)
        return await self.sender.send(written)

    def compose(self, user: str, text: str) -> dict[str, Any]:
        """Let a person say something without sending it yet: put the event into ``send_events``."""
        return self._event("message", user, message=self._put(user, events.message("text", text=text)))

    def compose_postback(self, user: str, data: str) -> dict[str, Any]:
        return self._event("postback", user, postback={"data": data})

    # What a person sees

    def chat(self, user: str) -> list[Bubble]:
        return list(self._chat(user).bubbles)

    def quick_replies(self, user: str) -> list[dict[str, Any]]:
        return self._chat(user).quick_replies()

    def buttons(self, user: str) -> list[dict[str, Any]]:
        return self._chat(user).buttons()

    def is_loading(self, user: str) -> bool:
        return self._chat(user).loading_until > self.clock()

    def keyboard(self, user: str) -> str | None:
        """Give the text that a button put into the input field."""
        return self._chat(user).keyboard

    def rich_menu(self, user: str) -> dict[str, Any] | None:
        menu = self.menus.seen_by(user)
        return {"richMenuId": menu.id, **menu.shape} if menu else None

    def rich_menu_image(self, user: str) -> bytes | None:
        menu = self.menus.seen_by(user)
        return menu.picture if menu else None

    def menu_buttons(self, user: str) -> list[dict[str, Any]]:
        menu = self.menus.seen_by(user)
        return [area["action"] for area in menu.shape["areas"]] if menu else []

    # The platform's side

    def show_from_bot(self, chat: str, message: dict[str, Any], message_id: str, how: How) -> None:
        self._show(chat, Bubble(message_id, "bot", self.clock(), message, how))

    def start_loading(self, user: str, seconds: float) -> None:
        self._chat(user).loading_until = self.clock() + seconds
        self.wire.changed("line")

    def friends(self) -> list[str]:
        return [
            user
            for user, person in self.people.items()
            if person.is_friend and not (person.is_blocking or person.is_gone)
        ]

    def reachable(self, users: Sequence[str]) -> list[str]:
        now = self.clock()
        return [user for user in users if user in self.people and self.people[user].can_be_reached(now)]

    async def _give(
        self, user: str, message: dict[str, Any], content: bytes, content_type: str, preparing: float = 0.0
    ) -> int:
        self.media.keep(message["id"], content, content_type, self.clock() + preparing)
        return await self._write(user, message)

    async def _write(self, user: str, message: dict[str, Any]) -> int:
        return await self._tell("message", user, message=self._put(user, message))

    def _put(self, user: str, message: dict[str, Any]) -> dict[str, Any]:
        person = self.people[user]
        if person.is_blocking or person.is_gone:
            raise ValueError(f"{person.name} can't write: the bot is blocked or the account is gone")
        person.wrote_at = self.clock()
        self.read_tokens[message["markAsReadToken"]] = user
        if "quoteToken" in message:
            self.quote_tokens[message["quoteToken"]] = user
        self._show(user, Bubble(message["id"], "person", person.wrote_at, message, "person"))
        return message

    async def _tell(self, kind: str, user: str, **body: Any) -> int:
        return await self.sender.send([self._event(kind, user, **body)])

    def _event(self, kind: str, user: str, **body: Any) -> dict[str, Any]:
        now = self.clock()
        token = self.reply_tokens.issue(user, now) if kind in events.REPLYABLE else None
        return events.event(kind, user, now, token, **body)

    def _leaving(self, going: Sequence[Mapping[str, Any]]) -> None:
        now = self.clock()
        for each in going:
            if token := each.get("replyToken"):
                self.reply_tokens.delivered(token, now)

    def _show(self, chat: str, bubble: Bubble) -> None:
        self._chat(chat).add(bubble)
        self.wire.changed("line")

    def _chat(self, chat: str) -> Chat:
        person = self.people.get(chat)
        return person.chat if person else self.elsewhere.setdefault(chat, Chat())


def _text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}
