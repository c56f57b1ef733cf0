"""Menus: the channel's rich menus, their pictures, aliases and links (messaging-api/rich-menus-overview)."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.line.actions import RICH_MENU, action
from sandbox.line.checks import Path, Problem, every, fields, flag, graphemes, many, text, whole
from sandbox.line.pictures import size_of
from sandbox.line.refusal import Refused, body_errors, broken

MENUS = 1000
PICTURE_BYTES = 1_000_000

BOUNDS = fields(
    {"x": whole(), "y": whole(), "width": whole(1), "height": whole(1)}, ("x", "y", "width", "height")
)
AREA = fields({"bounds": BOUNDS, "action": action(RICH_MENU)}, ("bounds", "action"))
SIZE = fields({"width": whole(800, 2500), "height": whole(250)}, ("width", "height"))


def proportions(menu: dict[str, Any], path: Path) -> Iterator[Problem]:
    if menu["size"]["width"] / menu["size"]["height"] < 1.45:
        yield Problem("width / height must be at least 1.45", (*path, "size"))


RULE = every(
    fields(
        {
            "size": SIZE,
            "selected": flag,
            "name": text(300, graphemes),
            "chatBarText": text(14, graphemes),
            "areas": many(AREA, 20, least=0),
        },
        ("size", "selected", "name", "chatBarText", "areas"),
    ),
    proportions,
)
ALIAS_ID = r"[a-z0-9_-]{1,32}"


@dataclass
class Menu:
    id: str
    shape: dict[str, Any]
    picture: bytes | None = None
    picture_type: str = ""


@dataclass
class Menus:
    """All menus by id; ``default`` is for everyone, ``links`` for one person each."""

    menus: dict[str, Menu] = field(default_factory=dict)
    default: str | None = None
    links: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def require_valid(self, shape: dict[str, Any]) -> None:
        if problems := list(RULE(shape, ())):
            raise body_errors(problems)

    def create(self, shape: dict[str, Any]) -> str:
        self.require_valid(shape)
        if len(self.menus) >= MENUS:
            raise Refused(400, f"The number of rich menus must not exceed {MENUS}")
        known = {name: shape[name] for name in ("size", "selected", "name", "chatBarText", "areas")}
        menu = Menu("richmenu-" + secrets.token_hex(16), known)
        self.menus[menu.id] = menu
        return menu.id

    def get(self, menu_id: str) -> Menu:
        menu = self.menus.get(menu_id)
        if menu is None:
            raise Refused(404, "Not found")
        return menu

    def paint(self, menu_id: str, picture: bytes, picture_type: str) -> None:
        """Give a menu its one picture."""
        menu = self.get(menu_id)
        if picture_type not in ("image/jpeg", "image/png"):
            raise broken(415, f"The content type, {picture_type}, is not supported")
        if menu.picture is not None:
            raise broken(400, "An image has already been uploaded to the richmenu")
        size = menu.shape["size"]
        if len(picture) > PICTURE_BYTES or size_of(picture) != (size["width"], size["height"]):
            raise broken(400, "The image size is not allowed for richmenu")
        menu.picture, menu.picture_type = picture, picture_type

    def ready(self, menu_id: str) -> Menu:
        menu = self.get(menu_id)
        if menu.picture is None:
            raise broken(400, "must upload richmenu image before applying it to user")
        return menu

    def delete(self, menu_id: str) -> None:
        del self.menus[self.get(menu_id).id]
        self.links = {user: linked for user, linked in self.links.items() if linked != menu_id}
        self.default = None if self.default == menu_id else self.default

    def set_alias(self, alias: str, menu_id: Any) -> None:
        if not isinstance(menu_id, str) or not menu_id.startswith("richmenu-"):
            raise broken(400, "invalid richMenuId")
        if menu_id not in self.menus or self.menus[menu_id].picture is None:
            raise broken(400, "richmenu not found")
        self.aliases[alias] = menu_id

    def seen_by(self, user: str) -> Menu | None:
        """Give the menu a person sees: the linked one, else the default."""
        return self.menus.get(self.links.get(user) or self.default or "")

    def switch(self, user: str, alias: str) -> dict[str, str]:
        """Do what a richmenuswitch button does, and return the postback's params."""
        menu_id = self.aliases.get(alias)
        if menu_id is None:
            return {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
        if menu_id not in self.menus:
            return {"newRichMenuAliasId": alias, "status": "RICHMENU_NOTFOUND"}
        self.links[user] = menu_id
        return {"newRichMenuAliasId": alias, "status": "SUCCESS"}
