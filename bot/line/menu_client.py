"""Menu client: the calls to LINE with which rich menus are deployed; whatever is refused raises LineRefused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.line.client import AS_BYTES, DATA, Answer, LineClient, LineRefused

NOT_FOUND = 404
PICTURE = "/v2/bot/richmenu/{menu}/content"


class MenuClient:
    """Rich menus over a LineClient's connection."""

    def __init__(self, line: LineClient) -> None:
        self._line = line

    async def all(self) -> dict[str, str]:
        """Return the names of all menus made over the API, by id."""
        data = _data("list menus", await self._line.call("GET", "/v2/bot/richmenu/list"))
        return {str(menu["richMenuId"]): str(menu["name"]) for menu in data["richmenus"]}

    async def create(self, menu: dict[str, Any]) -> str:
        """Make a menu, a hundred an hour at most. It shows nobody anything before it has its picture."""
        return str(
            _data("create menu", await self._line.call("POST", "/v2/bot/richmenu", menu))["richMenuId"]
        )

    async def has_picture(self, menu: str) -> bool:
        answer = await self._line.call("GET", PICTURE, path={"menu": menu}, host=DATA, takes=AS_BYTES)
        if answer.status == NOT_FOUND:
            return False
        _require("menu picture", answer)
        return True

    async def paint(self, menu: str, picture: bytes) -> None:
        """Give a menu its picture, once and for all: another picture needs another menu."""
        png = {"Content-Type": "image/png"}  # the SDK would say JSON
        _require(
            "paint menu",
            await self._line.call("POST", PICTURE, picture, headers=png, path={"menu": menu}, host=DATA),
        )

    async def default(self) -> str:
        """Return what everybody sees who has no menu of his own; empty when there is none."""
        answer = await self._line.call("GET", "/v2/bot/user/all/richmenu")
        return "" if answer.status == NOT_FOUND else str(_data("default menu", answer)["richMenuId"])

    async def set_default(self, menu: str) -> None:
        path = "/v2/bot/user/all/richmenu/{menu}"
        _require("set default menu", await self._line.call("POST", path, path={"menu": menu}))

    async def link_all(self, menu: str, users: Sequence[str]) -> None:
        """Show up to 500 people a menu; LINE does it within seconds."""
        body = {"richMenuId": menu, "userIds": list(users)}
        _require("link menu", await self._line.call("POST", "/v2/bot/richmenu/bulk/link", body))

    async def delete(self, menu: str) -> None:
        answer = await self._line.call("DELETE", "/v2/bot/richmenu/{menu}", path={"menu": menu})
        if answer.status != NOT_FOUND:  # gone is what we wanted
            _require("delete menu", answer)


def _require(what: str, answer: Answer) -> None:
    if answer.status not in (200, 202):
        raise LineRefused(what, answer.status, answer.error)


def _data(what: str, answer: Answer) -> dict[str, Any]:
    _require(what, answer)
    if not isinstance(answer.data, dict):
        raise LineRefused(what, answer.status, "not an object")
    return answer.data
