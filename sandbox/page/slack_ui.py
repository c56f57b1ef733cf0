"""Slack's side of the page: what a member's window shows, and what he does in it."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.ahead import Ahead
from sandbox.page.guard import Body, acting, told
from sandbox.page.line_ui import picture
from sandbox.slack.state import Channel
from sandbox.slack.world import SlackWorld

HOME = "home"
TROUBLE = "うまくつながりませんでした。もう一度お試しください。"
ORDER = {"public": 0, "private": 0, "mpim": 1, "im": 2}


def described(world: SlackWorld) -> dict[str, Any]:
    """Say who is in the workspace, and what the bot is called there."""
    return {
        "team": world.settings.team_name,
        "bot": {"id": world.settings.bot_user_id, "name": world.settings.bot_name},
        "people": [
            {"id": user, "name": person.name, "title": person.title} for user, person in world.people.items()
        ],
    }


def routes(world: SlackWorld, shortcuts: dict[str, str], ahead: Ahead) -> list[web.RouteDef]:
    desk = Desk(world, shortcuts, ahead)

    async def seen(request: web.Request) -> web.StreamResponse:
        return told(desk.seen_by(request.query.get("user", ""), request.query.get("place", "")))

    acts = {
        "person": desk.person,
        "seen": desk.seen,
        "open": desk.open,
        "say": desk.say,
        "share": desk.share,
        "edit": desk.edit,
        "delete": desk.delete,
        "press": desk.press,
        "fill": desk.fill,
        "submit": desk.submit,
        "close": desk.close,
        "shortcut": desk.shortcut,
    }

    async def file(request: web.Request) -> web.StreamResponse:
        stored = world.state.files.get(request.match_info["id"])
        return picture(None if stored is None or stored.is_deleted else stored.content)

    return [
        web.get("/slack/desk", seen),
        web.get("/slack/file/{id}", file),
        *(web.post(f"/slack/{name}", acting(act)) for name, act in acts.items()),
    ]


class Desk:
    """The acts of the workspace's members, and what each of them has already seen."""

    def __init__(self, world: SlackWorld, shortcuts: dict[str, str], ahead: Ahead) -> None:
        self.world, self.ahead = world, ahead
        self.shortcuts = shortcuts  # name → callback_id
        self.read_to: dict[tuple[str, str], float] = {}

    def seen_by(self, user: str, place: str) -> dict[str, Any]:
        """Give everything on one member's screen; without a known member, the first one's."""
        user = user if user in self.world.people else next(iter(self.world.people), "")
        if not user:
            return {"user": None}
        self.world.state.open_dm(user)
        channels = self.channels_of(user)
        if place != HOME and place not in (channel.id for channel in channels):
            place = channels[0].id
        return {
            "user": user,
            "place": place,
            "people": [
                {
                    "id": other,
                    "name": person.name,
                    "title": person.title,
                    "unread": self.all_unread(other),
                }
                for other, person in self.world.people.items()
                if not person.is_deleted
            ],
            "channels": [self.described(user, channel) for channel in channels],
            "home": self.world.home(user),
            "modal": self.world.modal(user),
            "messages": [] if place == HOME else self.messages(user, place),
            "shortcuts": [{"name": name, "callback_id": back} for name, back in self.shortcuts.items()],
        }

    def channels_of(self, user: str) -> list[Channel]:
        mine = [channel for channel in self.world.channels.values() if user in channel.members]
        return sorted(mine, key=lambda channel: ORDER[channel.kind])

    def described(self, user: str, channel: Channel) -> dict[str, Any]:
        others = [self.name_of(member) for member in channel.members if member != user]
        return {
            "id": channel.id,
            "kind": channel.kind,
            "name": channel.name if channel.kind in ("public", "private") else "、".join(others),
            "topic": channel.topic,
            "members": len(channel.members),
            "unread": self.unread(user, channel.id),
        }

    def name_of(self, member: str) -> str:
        person = self.world.people.get(member)
        return person.name if person else self.world.settings.bot_name

    def messages(self, user: str, channel: str) -> list[dict[str, Any]]:
        """Give a channel's messages and this member's private ones, in order."""
        private = [each for each in self.world.ephemerals(user) if each["channel"] == channel]
        held = sorted([*self.world.messages(channel), *private], key=lambda message: float(message["ts"]))
        return [message | {"at": self.ahead.shown(float(message["ts"]))} for message in held]

    def unread(self, user: str, channel: str) -> int:
        since = self.read_to.get((user, channel), 0.0)
        held = self.world.channels[channel].messages.values()
        return sum(float(message["ts"]) > since and message["user"] != user for message in held)

    def all_unread(self, user: str) -> int:
        return sum(self.unread(user, channel.id) for channel in self.channels_of(user))

    # What a member does

    async def person(self, body: Body) -> dict[str, Any]:
        user = self.world.add_person(body.text("name").strip(), body.text("email").strip())
        return {"id": user, "status": await self.world.welcome(user)}

    async def seen(self, body: Body) -> dict[str, Any]:
        """Remember that a member has read a channel to its end."""
        user, channel = body.text("user"), body.text("channel")
        held = self.world.channels[channel].messages.values()
        self.read_to[(user, channel)] = max((float(message["ts"]) for message in held), default=0.0)
        self.world.wire.changed("slack")
        return {}

    async def open(self, body: Body) -> dict[str, Any]:
        return {"status": await self.world.open_home(body.text("user"), body.text("tab"))}

    async def say(self, body: Body) -> dict[str, Any]:
        """Write in a channel or to the bot; a line that starts with ``/`` is a command."""
        user, channel, text = body.text("user"), body.text("channel"), body.text("text")
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            return {"status": await self.world.command(user, command, rest.strip(), channel)}
        thread = body.text_or_none("thread_ts")
        return {"status": await self.world.say(user, channel, text, thread_ts=thread)}

    async def share(self, body: Body) -> dict[str, Any]:
        user, channel = body.text("user"), body.text("channel")
        given, words = [(body.text("name"), body.content("content"))], str(body.given.get("text") or "")
        thread = body.text_or_none("thread_ts")
        return {"status": await self.world.share(user, channel, given, words, thread_ts=thread)}

    async def edit(self, body: Body) -> dict[str, Any]:
        place = body.text("user"), body.text("channel"), body.text("ts")
        return {"status": await self.world.edit(*place, body.text("text"))}

    async def delete(self, body: Body) -> dict[str, Any]:
        return {"status": await self.world.delete(body.text("user"), body.text("channel"), body.text("ts"))}

    async def press(self, body: Body) -> dict[str, Any]:
        status = await self.world.press(
            body.text("user"),
            body.text("place"),
            body.text("action_id"),
            block_id=body.text_or_none("block_id"),
            value=body.given.get("value"),
            ts=body.text_or_none("ts"),
        )
        if status != 200:
            raise web.HTTPBadGateway(text=TROUBLE)
        return {"status": status}

    async def fill(self, body: Body) -> dict[str, Any]:
        place = body.text_or_none("place") or "modal"
        ts = body.text_or_none("ts")
        await self.world.fill(body.text("user"), body.object("values"), place=place, ts=ts)
        return {}

    async def submit(self, body: Body) -> dict[str, Any]:
        user = body.text("user")
        await self.world.fill(user, body.object("values"))
        submitted = await self.world.submit(user)
        self.world.wire.changed("slack")
        trouble = TROUBLE if submitted.outcome == "trouble" else None
        return {"outcome": submitted.outcome, "errors": submitted.errors, "trouble": trouble}

    async def close(self, body: Body) -> dict[str, Any]:
        clear = body.given.get("clear") is True
        return {"status": await self.world.close(body.text("user"), clear=clear)}

    async def shortcut(self, body: Body) -> dict[str, Any]:
        place = body.text("channel"), body.text("ts")
        status = await self.world.message_shortcut(body.text("user"), body.text("callback_id"), *place)
        return {"status": status}
