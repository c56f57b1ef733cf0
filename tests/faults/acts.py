"""Acts: what people do on their screens, tried again as people do when nothing came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.rules.calendar import JST, is_business_day
from storage.time_rows import DueRow
from tests.e2e.stage import words_of
from tests.e2e.test_story import is_named
from tests.faults.lifetimes import Town

TRIES = 6
OPEN_FORM = "フォームを開く"


@dataclass(frozen=True)
class Act:
    """Something done, and how one sees that it has been answered."""

    name: str
    do: Callable[[Town], Awaitable[Any]]
    is_done: Callable[[Town], bool]

    async def play(self, town: Town) -> None:
        for _ in range(TRIES):
            await self.do(town)
            await town.rest()
            if self.is_done(town):
                return
        raise AssertionError(f"{self.name}: no answer in {TRIES} tries")


def owner(town: Town) -> str:
    return next(iter(town.sandbox.line.people))


def person(town: Town, name: str) -> str:
    return next(id for id, each in town.sandbox.slack.people.items() if each.name.startswith(name))


def channel(town: Town, name: str) -> str:
    return next(id for id, each in town.sandbox.slack.channels.items() if each.name == name)


def dm(town: Town, name: str) -> str:
    return town.sandbox.slack.state.open_dm(person(town, name)).id


def heard(town: Town, words: str) -> bool:
    chat = town.sandbox.line.chat(owner(town))
    return any(words in words_of(each.message) for each in chat if each.by == "bot")


def reads(town: Town, place: str, words: str) -> bool:
    return any(words in str(each) for each in town.sandbox.slack.messages(place))


# --- on LINE


def say(words: str, answer: str) -> Act:
    return Act(f"say {words[:12]}", lambda town: town.sandbox.line.say(owner(town), words), _hears(answer))


def tap(label: str, answer: str) -> Act:
    async def do(town: Town) -> None:
        line = town.sandbox.line
        found = next((each for each in line.buttons(owner(town)) if each.get("label") == label), None)
        if found is not None:
            await line.tap(owner(town), found)

    return Act(f"tap {label}", do, _hears(answer))


def follow(answer: str) -> Act:
    return Act("follow", lambda town: town.sandbox.line.follow(owner(town)), _hears(answer))


def _hears(answer: str) -> Callable[[Town], bool]:
    return lambda town: heard(town, answer)


# --- time


def noon_after(days: int, answer: str) -> Act:
    """Let days go by, from one thing that falls due to the next, to noon of a business day."""

    async def do(town: Town) -> None:
        day = town.clock.at.astimezone(JST).date() + timedelta(days=days)
        while not is_business_day(day):
            day += timedelta(days=1)
        await town.until(datetime.combine(day, time(12, 5), JST))

    return Act(f"{days} days later", do, _hears(answer))


def hour_of(purpose: str, answer: str) -> Act:
    """Wake up when something falls due, having slept till then."""

    async def do(town: Town) -> None:
        with Session(town.eye) as session:
            mine = (DueRow.purpose == purpose, DueRow.done_at.is_(None))
            due = session.scalars(select(DueRow.due_at).where(*mine)).first()
        town.clock.at = max(town.clock.at, due + timedelta(minutes=5)) if due else town.clock.at

    return Act(f"the hour of {purpose}", do, _hears(answer))


# --- in Slack


async def press_newest(town: Town, who: str, place: str, label: str) -> bool:
    """Press the newest button of this name; tell whether there was one."""
    slack = town.sandbox.slack
    for message in reversed(slack.messages(place)):
        for block in message.get("blocks", []):
            for each in block.get("elements", []):
                if each.get("type") == "button" and is_named(label, each["text"]["text"]):
                    at = {"block_id": block.get("block_id"), "ts": message["ts"]}
                    await slack.press(person(town, who), place, each["action_id"], **at)
                    return True
    return False


def press(who: str, place: str, label: str, is_done: Callable[[Town], bool]) -> Act:
    """``place`` is a channel; without one it is his own DM."""
    return Act(
        f"press {label}", lambda town: press_newest(town, who, place_of(town, who, place), label), is_done
    )


def place_of(town: Town, who: str, place: str) -> str:
    return channel(town, place) if place else dm(town, who)


def fill(who: str, place: str, label: str, is_done: Callable[[Town], bool], *pages: Mapping[str, Any]) -> Act:
    """Go through a form page by page: do what the screen asks for, until all of it is taken."""

    async def do(town: Town) -> None:
        for _ in range(TRIES * len(pages)):
            if is_done(town):
                return
            page = shown(town, who, pages)
            if page is not None:
                await town.sandbox.slack.fill(person(town, who), page)
                before = town.sandbox.slack.modal(person(town, who))
                await town.sandbox.slack.submit(person(town, who))
                await town.rest()
                if is_done(town) or town.sandbox.slack.modal(person(town, who)) != before:
                    continue
            await open_form(town, who, place, label)

    return Act(f"fill {label}", do, is_done)


async def open_form(town: Town, who: str, place: str, label: str) -> None:
    """Close what has not answered, and open it anew: by the button that the bot left, or the way we came."""
    slack = town.sandbox.slack
    if slack.modal(person(town, who)):
        await slack.close(person(town, who))
        await town.rest()
    town.pass_by(20)  # a form that was not seen on the screen is offered a little later
    await town.rest()
    if not await press_newest(town, who, dm(town, who), OPEN_FORM):
        await press_newest(town, who, place_of(town, who, place), label)
    await town.rest()


def shown(town: Town, who: str, pages: tuple[Mapping[str, Any], ...]) -> dict[str, Any] | None:
    """Give the page that is on the screen."""
    modal = town.sandbox.slack.modal(person(town, who))
    fields = {block.get("block_id") for block in modal["blocks"]} if modal else set()
    return next((dict(page) for page in pages if fields & page.keys()), None)
