"""Menu calls: the rich menu part of the Web API (reference/messaging-api/#rich-menu)."""

from __future__ import annotations

import re
from typing import Any

from sandbox.line.checks import Problem
from sandbox.line.door import Answer, Ask
from sandbox.line.lookups import require_user_id
from sandbox.line.menus import ALIAS_ID, Menu
from sandbox.line.refusal import Refused, body_errors, broken
from sandbox.line.sending import USER
from sandbox.line.world import LineWorld

BULK_USERS = 500


def _said(menu: Menu) -> dict[str, Any]:
    return {"richMenuId": menu.id, **menu.shape}


def create(world: LineWorld, ask: Ask) -> Answer:
    return Answer({"richMenuId": world.menus.create(ask.body)})


def validate(world: LineWorld, ask: Ask) -> Answer:
    world.menus.require_valid(ask.body)
    return Answer()


def get(world: LineWorld, ask: Ask) -> Answer:
    return Answer(_said(world.menus.get(ask.part("menu_id"))))


def list_all(world: LineWorld, ask: Ask) -> Answer:
    return Answer({"richmenus": [_said(menu) for menu in world.menus.menus.values()]})


def delete(world: LineWorld, ask: Ask) -> Answer:
    world.menus.delete(ask.part("menu_id"))
    return _changed(world)


def paint(world: LineWorld, ask: Ask) -> Answer:
    world.menus.paint(ask.part("menu_id"), ask.raw, ask.request.content_type)
    return _changed(world)


def picture(world: LineWorld, ask: Ask) -> Answer:
    menu = world.menus.get(ask.part("menu_id"))
    if menu.picture is None:
        raise Refused(404, "Not found")
    return Answer(menu.picture, content_type=menu.picture_type)


def set_default(world: LineWorld, ask: Ask) -> Answer:
    world.menus.default = world.menus.ready(ask.part("menu_id")).id
    return _changed(world)


def get_default(world: LineWorld, ask: Ask) -> Answer:
    if world.menus.default is None:
        raise Refused(404, "no default richmenu")
    return Answer({"richMenuId": world.menus.default})


def cancel_default(world: LineWorld, ask: Ask) -> Answer:
    world.menus.default = None
    return _changed(world)


def link(world: LineWorld, ask: Ask) -> Answer:
    _link(world, [require_user_id(ask)], ask.part("menu_id"))
    return _changed(world)


def unlink(world: LineWorld, ask: Ask) -> Answer:
    world.menus.links.pop(require_user_id(ask), None)
    return _changed(world)


def of_user(world: LineWorld, ask: Ask) -> Answer:
    linked = world.menus.links.get(require_user_id(ask))
    if linked is None:
        raise Refused(404, "the user has no richmenu")
    return Answer({"richMenuId": linked})


def bulk_link(world: LineWorld, ask: Ask) -> Answer:
    users = _users(ask)
    _link(world, users, str(ask.body.get("richMenuId")))
    return _changed(world, 202)


def bulk_unlink(world: LineWorld, ask: Ask) -> Answer:
    for user in _users(ask):
        world.menus.links.pop(user, None)
    return _changed(world, 202)


def create_alias(world: LineWorld, ask: Ask) -> Answer:
    alias = ask.body.get("richMenuAliasId")
    if not isinstance(alias, str) or not re.fullmatch(ALIAS_ID, alias):
        raise body_errors([Problem("invalid richMenuAliasId", ("richMenuAliasId",))])
    if alias in world.menus.aliases:
        raise Refused(400, "conflict richmenu alias id")
    world.menus.set_alias(alias, ask.body.get("richMenuId"))
    return _changed(world)


def update_alias(world: LineWorld, ask: Ask) -> Answer:
    world.menus.set_alias(_alias(world, ask), ask.body.get("richMenuId"))
    return _changed(world)


def get_alias(world: LineWorld, ask: Ask) -> Answer:
    alias = _alias(world, ask)
    return Answer({"richMenuAliasId": alias, "richMenuId": world.menus.aliases[alias]})


def delete_alias(world: LineWorld, ask: Ask) -> Answer:
    del world.menus.aliases[_alias(world, ask)]
    return _changed(world)


def list_aliases(world: LineWorld, ask: Ask) -> Answer:
    aliases = world.menus.aliases.items()
    return Answer({"aliases": [{"richMenuAliasId": alias, "richMenuId": menu} for alias, menu in aliases]})


def _alias(world: LineWorld, ask: Ask) -> str:
    alias = ask.part("alias_id")
    if alias not in world.menus.aliases:
        raise Refused(404, "richmenu alias not found")
    return alias


def _users(ask: Ask) -> list[str]:
    users = ask.body.get("userIds")
    if not isinstance(users, list) or not 1 <= len(users) <= BULK_USERS:
        raise body_errors([Problem(f"Size must be between 1 and {BULK_USERS}", ("userIds",))])
    if not all(isinstance(user, str) and USER.fullmatch(user) for user in users):
        raise broken(400, "The property, userIds, in the request body is invalid (line: -, column: -)")
    return users


def _link(world: LineWorld, users: list[str], menu_id: str) -> None:
    """Link the menu to those who are friends; for the others LINE answers 200 and does nothing."""
    menu = world.menus.ready(menu_id)
    friends = [user for user in users if user in world.people and world.people[user].is_friend]
    world.menus.links.update(dict.fromkeys(world.reachable(friends), menu.id))


def _changed(world: LineWorld, status: int = 200) -> Answer:
    world.wire.changed("line")
    return Answer(status=status)
