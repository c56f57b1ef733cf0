"""LINE's side of the page: what the phone shows, and what a person does with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.ahead import Ahead
from sandbox.line.refusal import Refused
from sandbox.line.world import LineWorld
from sandbox.page.guard import Body, acting, told

PICKS = {"date": "date", "time": "time", "datetime": "datetime"}
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


def described(world: LineWorld) -> dict[str, Any]:
    """Say who is on LINE here, and what the bot's account is called."""
    return {
        "account": world.settings.bot_name,
        "people": [{"id": user, "name": person.name} for user, person in world.people.items()],
    }


def routes(world: LineWorld, ahead: Ahead) -> list[web.RouteDef]:
    async def chat(request: web.Request) -> web.StreamResponse:
        return told(seen_by(world, request.query.get("user", ""), ahead))

    async def content(request: web.Request) -> web.StreamResponse:
        try:
            medium = world.media.get(request.match_info["id"])
        except Refused as refused:
            raise web.HTTPNotFound(text="写真はありません。") from refused
        return picture(medium.content)

    async def menu(request: web.Request) -> web.StreamResponse:
        return picture(world.rich_menu_image(request.query.get("user", "")))

    phone = Phone(world)
    acts = {
        "person": phone.person,
        "follow": phone.follow,
        "block": phone.block,
        "unblock": phone.unblock,
        "say": phone.say,
        "tap": phone.tap,
        "date": phone.date,
        "sticker": phone.sticker,
        "photo": phone.photo,
        "file": phone.file,
        "unsend": phone.unsend,
    }
    return [
        web.get("/line/chat", chat),
        web.get("/line/content/{id}", content),
        web.get("/line/menu", menu),
        *(web.post(f"/line/{name}", acting(act)) for name, act in acts.items()),
    ]


def seen_by(world: LineWorld, user: str, ahead: Ahead) -> dict[str, Any]:
    """Give everything on one person's screen; without a known person, the first one's."""
    user = user if user in world.people else next(iter(world.people), "")
    if not user:
        return {"person": None}
    person = world.people[user]
    menu = world.rich_menu(user)
    if menu is not None and world.rich_menu_image(user) is not None:
        menu["image"] = f"ui/line/menu?user={user}&id={menu['richMenuId']}"
    return {
        "person": {
            "id": user,
            "name": person.name,
            "is_friend": person.is_friend,
            "is_blocking": person.is_blocking,
        },
        "people": described(world)["people"],
        "bubbles": [asdict(bubble) | {"at": ahead.shown(bubble.at)} for bubble in world.chat(user)],
        "quick_replies": world.quick_replies(user),
        "loading": world.is_loading(user),
        "loading_until": person.chat.loading_until,
        "rich_menu": menu,
    }


def picture(content: bytes | None) -> web.Response:
    """Give a picture under the kind its first bytes say; anything else is not shown."""
    kind = next((kind for start, kind in PICTURES.items() if (content or b"").startswith(start)), None)
    if kind is None:
        raise web.HTTPNotFound(text="画像はありません。")
    return web.Response(body=content, content_type=kind)


class Phone:
    """The acts of the people on LINE, as the page sends them."""

    def __init__(self, world: LineWorld) -> None:
        self.world = world

    def answer(self, status: int) -> dict[str, Any]:
        self.world.wire.changed("line")
        return {"status": status}

    async def person(self, body: Body) -> dict[str, Any]:
        user = self.world.add_person(body.text("name").strip())
        return self.answer(0) | {"id": user}

    async def follow(self, body: Body) -> dict[str, Any]:
        return self.answer(await self.world.follow(body.text("user")))

    async def block(self, body: Body) -> dict[str, Any]:
        return self.answer(await self.world.block(body.text("user")))

    async def unblock(self, body: Body) -> dict[str, Any]:
        return self.answer(await self.world.follow(body.text("user"), unblocked=True))

    async def say(self, body: Body) -> dict[str, Any]:
        return self.answer(await self.world.say(body.text("user"), body.text("text")))

    async def tap(self, body: Body) -> dict[str, Any]:
        return self.answer(await self.world.tap(body.text("user"), body.object("action")))

    async def date(self, body: Body) -> dict[str, Any]:
        user, action = body.text("user"), body.object("action")
        params = {PICKS[action.get("mode", "date")]: body.text("value")}
        return self.answer(await self.world.tap(user, action, params))

    async def sticker(self, body: Body) -> dict[str, Any]:
        numbers = body.text("package_id"), body.text("sticker_id")
        return self.answer(await self.world.sticker(body.text("user"), *numbers, body.texts("keywords")))

    async def photo(self, body: Body) -> dict[str, Any]:
        return self.answer(await self.world.photo(body.text("user"), body.content("jpeg")))

    async def file(self, body: Body) -> dict[str, Any]:
        name, content = body.text("name"), body.content("content")
        return self.answer(await self.world.file(body.text("user"), name, content))

    async def unsend(self, body: Body) -> dict[str, Any]:
        return self.answer(await self.world.unsend(body.text("user"), body.text("message_id")))
