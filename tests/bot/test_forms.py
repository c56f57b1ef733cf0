"""Forms: one that a tap opens reaches the person, whenever the process that was to open it dies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import forms
from bot.arrivals import Arrived
from bot.slack.bodies import arrived
from sandbox.slack import payloads
from sandbox.slack.surfaces import Surface, find
from storage.outbox import HELD
from tests.bot.town import Town, a_town

BUTTON = "フォームを開く"


async def on_his_home(town: Town) -> str:
    who = next(id for id, each in town.sandbox.slack.people.items() if each.name.startswith("高橋"))
    await town.sandbox.slack.open_home(who)
    await town.until(lambda: town.sandbox.slack.home(who) is not None)
    return who


def the_tap(town: Town, who: str) -> tuple[Surface, Any]:
    """Find the button on the home that opens the form of the profile."""
    surface = find(town.sandbox.slack.state, who, "home", None)
    for block in surface.blocks:
        for element in block.get("elements", []):
            if "自己紹介" in str(element.get("text")):
                return surface, payloads.action_of(block, element, {})
    raise AssertionError("no such button")


async def tap(town: Town, who: str) -> None:
    _, action = the_tap(town, who)
    await town.sandbox.slack.press(who, "home", action["action_id"])


def arriving(town: Town, who: str) -> Arrived:
    """Give the same tap as it comes in at the door."""
    payload = payloads.block_actions(town.sandbox.slack.state, who, *the_tap(town, who))
    return arrived(payload, "block_actions", town.clock.real())


def dm(town: Town, who: str) -> str:
    channel = town.sandbox.slack.dm_channel(who)
    return str(town.sandbox.slack.messages(channel)) if channel else ""


async def test_a_form_on_the_screen_is_not_offered_again(tmp_path: Path) -> None:
    """The kept button is taken back as soon as the form has opened."""
    async with a_town(tmp_path) as town:
        who = await on_his_home(town)
        await tap(town, who)
        await town.until(lambda: town.sandbox.slack.modal(who) is not None)
        await town.until_async(lambda: nothing_held(town), hurry=0)
        town.clock.move(2 * forms.WAITS)
        await town.rest()
        assert BUTTON not in dm(town, who)


async def nothing_held(town: Town) -> bool:
    return not [row for row in await town.rows() if row.status == HELD]


async def test_a_form_whose_opener_died_is_offered(tmp_path: Path) -> None:
    """The turn is committed, and its process dies before it could open the form: a button brings it."""
    async with a_town(tmp_path) as town:
        who = await on_his_home(town)
        answered = await town.bot.door.take(arriving(town, who))
        assert answered.form is not None  # and nobody is left to open it
        await is_offered(town, who)


async def test_a_form_of_a_tap_that_was_taken_over_is_offered(tmp_path: Path) -> None:
    """The tap is stored and its process dies: who takes it over has no trigger, and leaves a button."""
    async with a_town(tmp_path) as town:
        who = await on_his_home(town)
        await town.bot.thread.do(town.bot.door.store, [arriving(town, who)])
        town.clock.move(timedelta(seconds=31))
        await town.bot.sweep()
        await is_offered(town, who)


async def is_offered(town: Town, who: str) -> None:
    assert BUTTON not in dm(town, who)
    town.clock.move(forms.WAITS + timedelta(seconds=1))
    await town.rest()
    await town.until(lambda: BUTTON in dm(town, who))
