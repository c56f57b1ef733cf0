"""Rich menus deployed over real HTTP: once, again, after a crash, and to the people they are for."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.actions.posting import reviews
from bot.line.client import LineRefused
from bot.line.menu_client import MenuClient
from bot.line.menu_picture import draw
from bot.menu_deploy import Deployed, deploy, known_ids, outdated
from bot.turn import Turn
from flows.beside.menu import Standing
from sandbox.chaos import Fault
from storage.postings import State
from storage.unit_of_work import begin
from tests.bot.test_menu_switch import posting_of
from tests.bot.town import BOTH, Town, a_town, handle_of

STATES = [standing.value for standing in Standing]
OLD = {
    "size": {"width": 2500, "height": 1686},
    "selected": True,
    "chatBarText": "メニュー",
    "areas": [],
}


@dataclass
class Office:
    """Who deploys, and what LINE holds then."""

    town: Town

    @property
    def line(self) -> MenuClient:
        assert self.town.bot.line is not None
        return MenuClient(self.town.bot.line)

    async def deploy(self) -> list[Deployed]:
        return await deploy(self.line, self.town.bot.engine, self.town.bot.thread)

    @property
    def held(self) -> dict[str, str]:
        """Give the names of the menus at LINE, by id."""
        return {id: menu.shape["name"] for id, menu in self.town.sandbox.line.menus.menus.items()}

    def ids(self) -> dict[str, str]:
        return known_ids(self.town.bot.engine)

    def seen(self, who: str) -> str:
        """Give the id of the menu on a person's screen."""
        return str((self.town.sandbox.line.rich_menu(who) or {}).get("richMenuId", ""))

    def writes(self) -> int:
        kinds = ("create", "paint", "delete", "default.set", "link", "bulk_link")
        calls = self.town.sandbox.wire.calls
        return sum(
            call.direction == "from_bot" and call.what.removeprefix("richmenu.") in kinds for call in calls
        )

    def see(self, who: str, state: str) -> None:
        with begin(self.town.bot.engine) as work:
            handle_of(work, who).menu = state


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with a_town(tmp_path) as town:
        yield Office(town)


async def test_the_first_deploy_makes_all_and_shows_the_new_owners(office: Office) -> None:
    """Three menus with their pictures, the ids written down, and everybody sees the one for new owners."""
    who = await office.town.friend()
    assert office.seen(who) == ""
    assert [each.state for each in await office.deploy()] == STATES
    assert sorted(office.ids()) == sorted(STATES)
    assert set(office.ids().values()) == set(office.held)
    assert office.seen(who) == office.ids()["new"]
    assert office.town.sandbox.line.rich_menu_image(who) == draw(Standing.NEW).picture
    assert await outdated(office.line, office.ids()) == []


async def test_a_second_deploy_changes_nothing(office: Office) -> None:
    """Neither at LINE nor in the database; it says so."""
    assert all(each.is_changed for each in await office.deploy())
    held, ids, writes = office.held, office.ids(), office.writes()
    assert writes > 0
    assert not any(each.is_changed for each in await office.deploy())
    assert (office.held, office.ids(), office.writes()) == (held, ids, writes)


@pytest.mark.parametrize("what", ["create", "paint", "default.set", "bulk_link", "delete"])
@pytest.mark.parametrize("fault", ["error_before", "error_after"])
async def test_a_deploy_cut_off_anywhere_is_gone_on_with(office: Office, what: str, fault: Fault) -> None:
    """Whatever call failed, and whether LINE had done it: the next run ends with exactly our menus, seen by whom they are for."""
    who = await office.town.friend()
    old = await office.line.create({**OLD, "name": "smallwin waiting 0123456789abcdef"})
    await office.line.paint(old, draw(Standing.WAITING).picture)
    await office.line.link_all(old, [who])
    office.see(who, "waiting")
    office.town.sandbox.chaos.order(f"richmenu.{what}", fault)
    with pytest.raises(LineRefused):
        await office.deploy()
    await office.deploy()
    assert set(office.ids().values()) == set(office.held)
    assert len(office.held) == len(STATES)
    assert office.seen(who) == office.ids()["waiting"]
    assert await outdated(office.line, office.ids()) == []
    assert not any(each.is_changed for each in await office.deploy())


async def test_a_new_drawing_takes_the_place_of_the_old(office: Office) -> None:
    """Who saw the old version sees the new one, the old is deleted, and what others made stays."""
    who = await office.town.friend()
    old = await office.line.create({**OLD, "name": "smallwin running 0123456789abcdef"})
    await office.line.paint(old, draw(Standing.RUNNING).picture)
    await office.line.link_all(old, [who])
    office.see(who, "running")
    theirs = await office.line.create({**OLD, "name": "smallwinter"})
    assert sorted(await outdated(office.line, office.ids())) == sorted(STATES)
    await office.deploy()
    assert old not in office.held
    assert theirs in office.held
    assert office.seen(who) == office.ids()["running"]


async def test_a_lost_database_finds_its_menus_again(office: Office) -> None:
    """The name holds the digest: nothing is created twice."""
    await office.deploy()
    held = office.held
    with begin(office.town.bot.engine) as work:
        for row in work.menus.all().values():
            work.session.delete(row)
    assert sorted(await outdated(office.line, office.ids())) == sorted(STATES)
    await office.deploy()
    assert office.held == held
    assert await outdated(office.line, office.ids()) == []


async def test_a_changed_default_is_put_right(office: Office) -> None:
    """Somebody took the default away by hand: it is noticed, and the next deploy sets it."""
    await office.deploy()
    office.town.sandbox.line.menus.default = None
    assert await outdated(office.line, office.ids()) == ["new"]
    assert [each.state for each in await office.deploy() if each.is_changed] == ["new"]
    assert office.town.sandbox.line.menus.default == office.ids()["new"]


@pytest.mark.parametrize("kind", BOTH)
async def test_a_person_sees_the_menu_of_where_he_stands(tmp_path: Path, kind: str) -> None:
    """A posting brings the waiting menu, its end the first one; noted before the menus are there, shown once they are."""
    async with a_town(tmp_path, kind=kind) as town:
        office, who = Office(town), await town.friend()
        await town.do(lambda turn: put(turn, who), who)
        await town.rest()
        assert office.seen(who) == ""
        await office.deploy()
        assert office.seen(who) == office.ids()["waiting"]
        await town.do(lambda turn: close(turn, who), who)
        await town.rest()
        assert office.seen(who) == office.ids()["new"]


def put(turn: Turn, who: str) -> None:
    posting_of(turn, who)


def close(turn: Turn, who: str) -> None:
    [posting] = turn.work.postings.of_owner(handle_of(turn.work, who).party_id)
    turn.me = handle_of(turn.work, who)
    reviews.move(turn, posting, State.CLOSED, "the owner wished it")


@pytest.mark.parametrize("fault", ["error_before", "error_after", "rate_limited", "hang"])
async def test_a_menu_that_cannot_be_linked_holds_up_no_words(tmp_path: Path, fault: Fault) -> None:
    """Words arrive at once; the menu is tried again until it is seen."""
    async with a_town(tmp_path) as town:
        office, who = Office(town), await town.friend()
        await office.deploy()
        for _ in range(2):
            town.sandbox.chaos.order("richmenu.link", fault)
        await town.do(lambda turn: put(turn, who), who)
        await town.tell(who, "お知らせ")
        await town.until(lambda: "お知らせ" in town.heard(who))
        await town.rest()
        assert office.seen(who) == office.ids()["waiting"]


async def test_a_menu_replaced_meanwhile_is_looked_up_again(office: Office) -> None:
    """The id we knew is gone at LINE: the next try takes the one written down since."""
    who = await office.town.friend()
    await office.deploy()
    right = office.ids()["waiting"]
    with begin(office.town.bot.engine) as work:
        work.menus.keep("waiting", "0" * 64, "richmenu-" + "0" * 32)
    await office.town.do(lambda turn: put(turn, who), who)
    await office.town.until(lambda: 404 in office.town.calls("richmenu.link"))
    with begin(office.town.bot.engine) as work:
        work.menus.keep("waiting", "0" * 64, right)
    await office.town.rest()
    assert office.seen(who) == right


async def test_who_comes_back_sees_his_menu_again(office: Office) -> None:
    """LINE forgets a link when we are blocked; on return it is made again."""
    who = await office.town.friend()
    await office.deploy()
    await office.town.do(lambda turn: put(turn, who), who)
    await office.town.rest()
    assert await office.town.sandbox.line.block(who) == 200
    office.town.sandbox.line.menus.links.pop(who)
    assert await office.town.sandbox.line.follow(who) == 200
    await office.town.until(lambda: office.seen(who) == office.ids()["waiting"])


async def ran(office: Office, *words: str) -> tuple[int, str, str]:
    """Run a command in a process of its own, as an operator does; give its end and what it said."""
    settings, pipe = office.town.bot.settings, asyncio.subprocess.PIPE
    env = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "LINE_CHANNEL_ACCESS_TOKEN": settings.line_channel_access_token,
        "LINE_CHANNEL_SECRET": settings.line_channel_secret,
        "LINE_API_BASE": settings.line_api_base,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words, env=env, stdout=pipe, stderr=pipe
    )
    said, complained = await process.communicate()
    return process.returncode or 0, said.decode(), complained.decode()


async def read(office: Office, *words: str) -> list[dict[str, Any]]:
    _, said, complained = await ran(office, *words, "--json")
    assert "Traceback" not in complained
    rows: list[dict[str, Any]] = json.loads(said)
    return rows


async def test_the_command_deploys_and_the_doctor_looks(office: Office) -> None:
    """Doctor names the command while menus lack; the command puts them, once; then doctor is content."""

    async def is_fine() -> bool:
        [menus] = [check for check in await read(office, "doctor") if check["what"] == "LINE メニュー"]
        assert menus["is_fine"] or "smallwin menu" in menus["mend"]
        return bool(menus["is_fine"])

    assert not await is_fine()
    done = await read(office, "menu")
    assert [(each["state"], each["is_changed"]) for each in done] == [(state, True) for state in STATES]
    assert await is_fine()
    assert await read(office, "menu") == [{**each, "is_changed": False} for each in done]


async def test_a_refusing_line_is_said_in_a_line(office: Office) -> None:
    """No trace on the screen and exit 1; the next run goes on, and says what it did."""
    office.town.sandbox.chaos.order("richmenu.paint", "error_before")
    code, _, complained = await ran(office, "menu")
    assert code == 1
    assert "もう一度実行" in complained
    assert "Traceback" not in complained
    code, said, _ = await ran(office, "menu")
    assert code == 0
    assert "置きました" in said
