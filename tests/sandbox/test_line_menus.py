"""Rich menus: made, painted, linked and switched."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from linebot.v3.messaging import (
    ApiException,
    CreateRichMenuAliasRequest,
    RichMenuBulkLinkRequest,
    RichMenuRequest,
    UpdateRichMenuAliasRequest,
)

from tests.sandbox.line_bench import Line, ask

TELEPHONE = {"type": "uri", "label": "電話", "uri": "tel:0312345678"}
BOUNDS = {"x": 0, "y": 0, "width": 2500, "height": 843}
MENU: dict[str, Any] = {
    "size": {"width": 2500, "height": 843},
    "selected": True,
    "name": "menu",
    "chatBarText": "メニューを開く",
    "areas": [{"bounds": BOUNDS, "action": TELEPHONE}],
}


def png(width: int = 2500, height: int = 843) -> bytes:
    """Write a black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\x00" * ((width + 7) // 8)) * height
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


async def create(line: Line, **changes: Any) -> str:
    return str((await line.api.create_rich_menu(ask(RichMenuRequest, **{**MENU, **changes}))).rich_menu_id)


async def paint(line: Line, menu: str, picture: bytes, kind: str = "image/png") -> tuple[int, str]:
    status, body = await line.post(f"/richmenu/{menu}/content", picture, Content_Type=kind)
    return status, body.get("message", "")


async def painted(line: Line, **changes: Any) -> str:
    menu = await create(line, **changes)
    await line.blob.set_rich_menu_image(menu, body=png(), _headers={"Content-Type": "image/png"})
    return menu


async def test_a_menu_is_made_painted_and_seen_by_all(line: Line) -> None:
    """The SDK uploads the picture through the same host."""
    user = await line.friend()
    menu = await painted(line)
    assert line.world.rich_menu(user) is None
    await line.api.set_default_rich_menu(menu)
    seen = line.world.rich_menu(user)
    assert seen
    assert (seen["richMenuId"], seen["chatBarText"]) == (menu, "メニューを開く")
    assert line.world.rich_menu_image(user) == png()
    assert bytes(await line.blob.get_rich_menu_image(menu)) == png()
    assert line.world.menu_buttons(user) == [TELEPHONE]
    assert (await line.api.get_rich_menu(menu)).chat_bar_text == "メニューを開く"
    assert (await line.api.get_rich_menu_list()).richmenus[0].rich_menu_id == menu


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": None}, "name"),
        ({"size": {"width": 799, "height": 300}}, "size.width"),
        ({"size": {"width": 2500, "height": 1800}}, "size"),
        ({"size": {"width": 800, "height": 249}}, "size.height"),
        ({"chatBarText": "あ" * 15}, "chatBarText"),
        ({"name": "あ" * 301}, "name"),
        ({"areas": MENU["areas"] * 21}, "areas"),
        (
            {"areas": [{"bounds": BOUNDS, "action": {"type": "uri", "uri": "ftp://a"}}]},
            "areas[0].action.uri",
        ),
        (
            {"areas": [{"bounds": BOUNDS, "action": {**TELEPHONE, "label": "あ" * 21}}]},
            "areas[0].action.label",
        ),
        ({"areas": [{"action": TELEPHONE}]}, "areas[0].bounds"),
    ],
)
async def test_a_bad_menu_is_refused_at_its_field(line: Line, changes: dict[str, Any], place: str) -> None:
    """Creating and validating use one rule."""
    for path in ("/richmenu", "/richmenu/validate"):
        status, body = await line.post(path, {**MENU, **changes})
        assert status == 400
        assert [detail["property"] for detail in body["details"]] == [place]


async def test_a_picture_fits_and_is_given_once(line: Line) -> None:
    """Wrong type, size or weight, a second one, and a menu that isn't there are refused."""
    menu = await create(line)
    assert (await paint(line, menu, png(), "image/gif"))[0] == 415
    wrong = (400, "The image size is not allowed for richmenu")
    assert await paint(line, menu, png(2500, 842)) == wrong
    assert await paint(line, menu, png() + b"\x00" * 1_000_000) == wrong
    assert await paint(line, menu, png()) == (200, "")
    assert await paint(line, menu, png()) == (400, "An image has already been uploaded to the richmenu")
    assert (await paint(line, "richmenu-0", png()))[0] == 404


async def test_a_jpeg_is_measured_too(line: Line) -> None:
    """The size stands in its start-of-frame."""
    menu = await create(line)
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 843, 2500) + b"\x03" + b"\x00" * 9
    assert await paint(line, menu, b"\xff\xd8\xff\xe0\x00\x04ab" + frame, "image/jpeg") == (200, "")


async def test_a_menu_without_a_picture_is_not_applied(line: Line) -> None:
    """Neither as default nor to a person; an unknown menu is 404."""
    user, menu = await line.friend(), await create(line)
    for path in (f"/user/all/richmenu/{menu}", f"/user/{user}/richmenu/{menu}"):
        status, body = await line.post(path)
        assert (status, body["message"]) == (
            400,
            "must upload richmenu image before applying it to user",
        )
    assert await line.post("/user/all/richmenu/richmenu-0") == (404, {"message": "Not found"})


async def test_a_personal_menu_goes_before_the_default(line: Line) -> None:
    """And unlinking brings the default back."""
    user, default, own = await line.friend(), await painted(line), await painted(line, name="own")
    assert await line.post(f"/user/{user}/richmenu", method="GET") == (
        404,
        {"message": "the user has no richmenu"},
    )
    await line.api.set_default_rich_menu(default)
    await line.api.link_rich_menu_id_to_user(user, own)
    assert (await line.api.get_rich_menu_id_of_user(user)).rich_menu_id == own
    assert (line.world.rich_menu(user) or {})["name"] == "own"
    await line.api.unlink_rich_menu_id_from_user(user)
    assert (line.world.rich_menu(user) or {})["richMenuId"] == default
    assert (await line.api.get_default_rich_menu_id()).rich_menu_id == default
    await line.api.cancel_default_rich_menu()
    assert line.world.rich_menu(user) is None


async def test_linking_a_blocker_does_nothing_and_says_nothing(line: Line) -> None:
    """200 as for everyone; a malformed id is 400."""
    user, menu = await line.friend(), await painted(line)
    await line.world.block(user)
    assert await line.post(f"/user/{user}/richmenu/{menu}") == (200, {})
    assert line.world.rich_menu(user) is None
    status, body = await line.post(f"/user/me/richmenu/{menu}")
    assert (status, body["message"]) == (400, "The value for the 'userId' parameter is invalid")


async def test_many_are_linked_at_once(line: Line) -> None:
    """The answer is 202."""
    users, menu = [await line.friend(name) for name in "ab"], await painted(line)
    await line.api.link_rich_menu_id_to_users(ask(RichMenuBulkLinkRequest, richMenuId=menu, userIds=users))
    assert [(line.world.rich_menu(user) or {})["richMenuId"] for user in users] == [menu, menu]


async def test_an_alias_is_made_moved_and_deleted(line: Line) -> None:
    """Each fault has LINE's own words."""
    first, second, bare = await painted(line), await painted(line), await create(line)
    await line.api.create_rich_menu_alias(
        ask(CreateRichMenuAliasRequest, richMenuAliasId="home", richMenuId=first)
    )
    assert (await line.api.get_rich_menu_alias("home")).rich_menu_id == first
    await line.api.update_rich_menu_alias("home", ask(UpdateRichMenuAliasRequest, richMenuId=second))
    assert (await line.api.get_rich_menu_alias_list()).aliases[0].rich_menu_id == second

    async def told(**body: str) -> str:
        return str((await line.post("/richmenu/alias", body))[1]["message"])

    assert await told(richMenuAliasId="home", richMenuId=first) == "conflict richmenu alias id"
    assert await told(richMenuAliasId="b", richMenuId=bare) == "richmenu not found"
    assert await told(richMenuAliasId="b", richMenuId="richmenu-0") == "richmenu not found"
    assert await told(richMenuAliasId="b", richMenuId="0") == "invalid richMenuId"
    await line.api.delete_rich_menu_alias("home")
    with pytest.raises(ApiException, match="richmenu alias not found"):
        await line.api.get_rich_menu_alias("home")


async def test_a_switch_button_changes_the_menu_and_tells(line: Line) -> None:
    """The postback's params say whether it went well."""
    user, menu = await line.friend(), await painted(line, name="second")
    await line.api.create_rich_menu_alias(
        ask(CreateRichMenuAliasRequest, richMenuAliasId="second", richMenuId=menu)
    )
    switch = {"type": "richmenuswitch", "data": "to-second", "richMenuAliasId": "second"}
    await line.world.tap(user, switch)
    assert line.bot.events[-1]["postback"] == {
        "data": "to-second",
        "params": {"newRichMenuAliasId": "second", "status": "SUCCESS"},
    }
    assert (line.world.rich_menu(user) or {})["name"] == "second"
    await line.world.tap(user, {**switch, "richMenuAliasId": "third"})
    assert line.bot.events[-1]["postback"]["params"] == {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}


async def test_a_deleted_menu_is_gone_everywhere(line: Line) -> None:
    """For those linked, as the default, and for a second deletion."""
    user, menu = await line.friend(), await painted(line)
    await line.api.set_default_rich_menu(menu)
    await line.api.link_rich_menu_id_to_user(user, menu)
    await line.api.delete_rich_menu(menu)
    assert line.world.rich_menu(user) is None
    assert (await line.post(f"/richmenu/{menu}", method="DELETE"))[0] == 404


async def test_a_thousand_menus_are_the_most(line: Line) -> None:
    """The next is refused."""
    line.world.rates.limits["richmenu.create"] = (10_000, 1)
    for _ in range(1000):
        line.world.menus.create(MENU)
    assert (await line.post("/richmenu", MENU))[0] == 400


async def test_menus_are_created_at_deploy_time_only(line: Line) -> None:
    """A hundred an hour is the rate."""
    statuses = [(await line.post("/richmenu", MENU))[0] for _ in range(101)]
    assert statuses == [200] * 100 + [429]
