"""World: the workspace as its people use it; every act goes to the bot as Slack would send it."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from sandbox.chaos import Chaos
from sandbox.slack import chat, conversations, events, files, modals, payloads, respond, screen, surfaces
from sandbox.slack.modals import Submitted
from sandbox.slack.pace import Pace
from sandbox.slack.people import described_person
from sandbox.slack.sender import Sender
from sandbox.slack.settings import SlackSettings
from sandbox.slack.shapes import Json
from sandbox.slack.state import Channel, Kind, Person, State, lasting_id
from sandbox.slack.surfaces import Surface
from sandbox.slack.views import shown_view
from sandbox.wire import Wire

__all__ = ["SlackWorld", "Submitted"]


def _typed(text: str) -> Json:
    """Give the content of a message as somebody's app sends it."""
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    blocks = [{"type": "rich_text", "block_id": "user", "elements": [line]}]
    return {"text": escape(text, quote=False), "blocks": blocks}


class SlackWorld:
    def __init__(
        self, settings: SlackSettings, wire: Wire, chaos: Chaos, clock: Callable[[], float] = time.time
    ) -> None:
        self.settings, self.wire, self.chaos = settings, wire, chaos
        self.state = State(settings, clock, self._announce, base_url=settings.base_url)
        self.sender = Sender(settings, wire, chaos)
        self.pace = Pace()
        self.token_fault = ""  # "token_revoked" or "account_inactive" once the app was removed
        self._echoes: set[asyncio.Task[Any]] = set()

    # Who and what is here

    @property
    def people(self) -> dict[str, Person]:
        return self.state.people

    @property
    def channels(self) -> dict[str, Channel]:
        return self.state.channels

    def add_person(
        self, name: str, email: str, *, tz: str = "Asia/Tokyo", user_id: str | None = None, title: str = ""
    ) -> str:
        user_id = user_id or lasting_id("U", self.settings.team_id, email)
        self.people[user_id] = Person(user_id, name, email, tz, title)
        self.wire.changed("slack")
        return user_id

    def deactivate(self, user: str) -> None:
        self.people[user].is_deleted = True
        self._announce(self._person_event("user_change", user))
        self.wire.changed("slack")

    def add_channel(
        self,
        name: str,
        *,
        private: bool = True,
        members: Iterable[str] = (),
        bot_is_member: bool = True,
        channel_id: str | None = None,
    ) -> str:
        kind: Kind = "private" if private else "public"
        channel = conversations.new_channel(self.state, name, kind, channel_id)
        channel.members = dict.fromkeys([*members, *([self.state.bot] if bot_is_member else [])])
        channel.has_had_bot = bot_is_member
        self.wire.changed("slack")
        return channel.id

    async def welcome(self, user: str) -> int:
        """Send team_join for someone new."""
        return await self._tell(self._person_event("team_join", user))

    async def uninstall(self) -> None:
        """Remove the app: its token dies at once, and it is told so twice."""
        self.token_fault = "account_inactive"
        at = f"{self.state.clock():.6f}"
        await self._tell(
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.state.bot]}, "event_ts": at}
        )
        await self._tell({"type": "app_uninstalled", "event_ts": at})

    async def join(self, user: str, channel: str) -> int:
        place = self.channels[channel]
        place.members[user] = None
        place.has_had_bot = place.has_had_bot or user == self.state.bot
        return await self._tell(events.member_event(self.state, place, user, "member_joined_channel"))

    async def leave(self, user: str, channel: str) -> int:
        place = self.channels[channel]
        del place.members[user]
        return await self._tell(events.member_event(self.state, place, user, "member_left_channel"))

    # What a person does

    async def open_home(self, user: str, tab: str = "home") -> int:
        surfaces.check_active(self.state, user)
        event: Json = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.state.open_dm(user).id,
            "tab": tab,
        }
        event["event_ts"] = f"{self.state.clock():.6f}"
        if tab == "home" and user in self.state.homes:
            event["view"] = shown_view(self.state, self.state.homes[user])
        return await self._tell(event)

    async def dm(self, user: str, text: str, *, thread_ts: str | None = None) -> int:
        return await self.say(user, self.state.open_dm(user).id, text, thread_ts=thread_ts)

    async def say(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> int:
        """Write in a channel or DM; the bot hears of it only in its own DM."""
        surfaces.check_active(self.state, user)
        place = surfaces.channel_of(self.state, user, channel)
        content: Json = {**_typed(text), "client_msg_id": lasting_id("", text, str(time.monotonic_ns()))}
        message = chat.keep_message(self.state, place, user, content, thread_ts or "")
        return await self._tell(events.message_event(place, message) if place.kind == "im" else None)

    async def share(
        self,
        user: str,
        channel: str,
        given: Sequence[tuple[str, bytes]],
        text: str = "",
        *,
        thread_ts: str | None = None,
    ) -> int:
        """Put files, by name, into a channel or a DM, with words or without."""
        surfaces.check_active(self.state, user)
        place = surfaces.channel_of(self.state, user, channel)
        stored = [files.keep(self.state, user, channel, name, content) for name, content in given]
        shown = [files.described(self.state, each) for each in stored]
        content: Json = {**(_typed(text) if text else {"text": ""}), "subtype": "file_share", "upload": False}
        message = chat.keep_message(self.state, place, user, {**content, "files": shown}, thread_ts or "")
        return await self._tell(events.message_event(place, message) if place.kind == "im" else None)

    async def delete_file(self, user: str, channel: str, ts: str) -> int:
        """Delete the files from under a message of his own: a stone stays for each."""
        place, message = surfaces.own_message(self.state, user, channel, ts)
        before = dict(message)
        for each in message.get("files", []):
            self.state.files[each["id"]].is_deleted = True
        message["files"] = [{"id": each["id"], "mode": "tombstone"} for each in message.get("files", [])]
        return await self._tell(chat.changed(self.state, place, message, before))

    async def edit(self, user: str, channel: str, ts: str, text: str) -> int:
        """Write a message of his own anew."""
        place, message = surfaces.own_message(self.state, user, channel, ts)
        before = dict(message)
        message |= {**_typed(text), "edited": {"user": user, "ts": f"{int(self.state.clock())}.000000"}}
        return await self._tell(chat.changed(self.state, place, message, before))

    async def delete(self, user: str, channel: str, ts: str) -> int:
        """Delete a message of his own."""
        place, message = surfaces.own_message(self.state, user, channel, ts)
        return await self._tell(chat.removed(self.state, place, message))

    async def unfurl(self, channel: str, ts: str) -> int:
        """Let Slack put the preview of a link under a message: it changes, and nobody has edited it."""
        place = self.channels[channel]
        message = place.messages[ts]
        before = dict(message)
        message["attachments"] = [{"id": 1, "from_url": "https://example.com/", "title": "example"}]
        return await self._tell(chat.changed(self.state, place, message, before))

    async def press(
        self,
        user: str,
        place: str,
        action_id: str,
        *,
        block_id: str | None = None,
        value: Any = None,
        ts: str | None = None,
    ) -> int:
        """Press a button or make a choice that is on this person's screen."""
        surface = surfaces.find(self.state, user, place, ts, action_id)
        block, element = screen.find(surface.blocks, action_id, block_id, value)
        held = surfaces.held_after(element, value)
        if element["type"] in screen.STATES:
            surface.typed[(block["block_id"], action_id)] = held
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise LookupError(f"{action_id!r} is a field: it tells the bot nothing until it is submitted")
        return await self._act(user, surface, payloads.action_of(block, element, held))

    async def force_payload(self, user: str, place: str, action: Json, *, ts: str | None = None) -> int:
        """Send an action that is not, or no longer, on the screen, properly signed."""
        return await self._act(
            user, surfaces.find(self.state, user, place, ts), {"block_id": "forged", **action}
        )

    async def fill(
        self, user: str, values: dict[str, Any], *, place: str = "modal", ts: str | None = None
    ) -> None:
        """Type into the open modal (or home, or a message): block_id -> text, option value, list or date."""
        surface = surfaces.find(self.state, user, place, ts)
        for name, value in values.items():
            block, element = screen.find_input(surface.blocks, name)
            held = screen.chosen(element, value)
            surface.typed[(block["block_id"], element["action_id"])] = held
            if surface.view is not None:
                surface.view.errors.pop(block["block_id"], None)
            if block["type"] != "input" or block.get("dispatch_action"):
                await self._act(user, surface, payloads.action_of(block, element, held))
        self.wire.changed("slack")

    async def submit(self, user: str) -> Submitted:
        """Press the modal's submit button."""
        surfaces.check_active(self.state, user)
        submitted = await modals.submit(self.state, self.sender, user)
        self.wire.changed("slack")
        return submitted

    async def close(self, user: str | None = None, *, clear: bool = False) -> int:
        """Close a person's modal (with ``clear`` the whole stack); without a person, end this Slack."""
        if user is None:
            await self.sender.stop()
            return 0
        status = await modals.close(self.state, self.sender, user, clear)
        self.wire.changed("slack")
        return status

    async def command(self, user: str, command: str, text: str, channel: str) -> int:
        surfaces.check_active(self.state, user)
        place = surfaces.channel_of(self.state, user, channel)
        heard = await self.sender.command(payloads.command(self.state, user, command, text, place))
        if heard.status == 200:
            broken = respond.show_command_answer(self.state, place, user, heard.text)
            if broken:
                self.wire.record("to_bot", "slack", "command answer", heard.text, 200, "", (broken,))
        return heard.status

    async def shortcut(self, user: str, callback_id: str) -> int:
        surfaces.check_active(self.state, user)
        payload = payloads.shortcut(self.state, user, callback_id)
        return (await self.sender.interaction("shortcut", payload)).status

    async def message_shortcut(self, user: str, callback_id: str, channel: str, ts: str) -> int:
        surfaces.check_active(self.state, user)
        place = surfaces.channel_of(self.state, user, channel)
        if ts not in place.messages:
            raise LookupError(f"no message {ts} in {channel}")
        payload = payloads.message_action(self.state, user, callback_id, place, ts)
        return (await self.sender.interaction("message_action", payload)).status

    async def raw(self, body: bytes, headers: dict[str, str]) -> int:
        """Send the bot a forged or malformed request."""
        return await self.sender.raw(body, headers)

    def sign(self, body: bytes, at: float | None = None) -> dict[str, str]:
        return self.sender.sign(body, at)

    # What a person sees

    def home(self, user: str) -> Json | None:
        view = self.state.homes.get(user)
        return copy.deepcopy(shown_view(self.state, view)) if view else None

    def modal(self, user: str) -> Json | None:
        """The top of the view stack, with what is typed under "state" and what is wrong under "errors"."""
        stack = self.state.stacks.get(user)
        if not stack:
            return None
        return copy.deepcopy({**shown_view(self.state, stack[-1]), "errors": dict(stack[-1].errors)})

    def messages(self, channel: str) -> list[Json]:
        return copy.deepcopy(list(self.channels[channel].messages.values()))

    def ephemerals(self, user: str) -> list[Json]:
        """Messages that only this person sees, in any channel."""
        return copy.deepcopy(self.state.ephemerals.get(user, []))

    def dm_channel(self, user: str) -> str | None:
        found = self.state.channel_between([user])
        return found.id if found else None

    def notifications(self, user: str) -> int:
        return self.state.noise.get(user, 0)

    # Between the two

    async def settle(self) -> None:
        """Wait until the bot has answered the events that its own calls caused."""
        while self._echoes:
            await asyncio.gather(*self._echoes)

    async def rest(self, seconds: float) -> None:
        await self.sender.rest(seconds)

    async def _act(self, user: str, surface: Surface, action: Json) -> int:
        payload = payloads.block_actions(self.state, user, surface, action)
        return (await self.sender.interaction("block_actions", payload)).status

    async def _tell(self, event: Json | None) -> int:
        """Send an event if the app may have it; 0 when there is nothing to send."""
        self.wire.changed("slack")
        if event is None or not events.is_heard(self.state, event):
            return 0
        return await self.sender.event(event)

    def _announce(self, event: Json) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return  # the workspace is being laid out, before anything runs
        task = self.sender.spawn(self._tell(copy.deepcopy(event)))
        self._echoes.add(task)
        task.add_done_callback(self._echoes.discard)

    def _person_event(self, kind: str, user: str) -> Json:
        described = described_person(self.state, self.people[user])
        return {"type": kind, "user": described, "event_ts": f"{self.state.clock():.6f}"}
