"""Menu deploy: makes LINE hold exactly the menus we draw. Run twice it changes nothing; cut off anywhere, it goes on.

1. Find each menu by its name, which holds the digest of picture and areas, or create it; upload the picture it lacks.
2. Write its id down, and show it to those it is for: the new owner's to everybody, the others to whom they are due.
3. Only then delete what bears our mark and is none of these: while an old one is there, step 2 may not be done.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from bot.line.menu_client import MenuClient
from bot.line.menus import MARK, prefix_of
from bot.turn_thread import Rank, TurnThread
from flows.beside.menu import Standing
from storage.unit_of_work import begin

AT_ONCE = 500  # people LINE links in one call


@dataclass(frozen=True)
class Deployed:
    """One menu after the deploy; ``is_changed`` tells whether anything had to be done for it."""

    state: str
    external_id: str
    is_changed: bool


@dataclass(frozen=True)
class Wanted:
    """One menu as it should be at LINE."""

    state: str
    digest: str
    menu: dict[str, object]
    picture: bytes

    @property
    def name(self) -> str:
        return str(self.menu["name"])


async def wanted() -> list[Wanted]:
    """Draw all menus, beside the loop: it takes a second."""
    from bot.line.menu_picture import draw  # Pillow and the font: only who deploys or checks needs them

    drawn = [await asyncio.to_thread(draw, standing) for standing in Standing]
    return [Wanted(each.standing.value, each.digest, each.menu, each.picture) for each in drawn]


async def deploy(line: MenuClient, engine: Engine, thread: TurnThread) -> list[Deployed]:
    menus, held = await wanted(), await line.all()
    known = await thread.do(known_ids, engine, rank=Rank.TIME)
    done = [await _deploy(line, engine, thread, each, held, known.get(each.state)) for each in menus]
    current = {each.external_id for each in done}
    for id, name in held.items():
        if name.startswith(f"{MARK} ") and id not in current:
            await line.delete(id)
    return done


async def _deploy(
    line: MenuClient,
    engine: Engine,
    thread: TurnThread,
    menu: Wanted,
    held: Mapping[str, str],
    known: str | None,
) -> Deployed:
    id = found(menu, held, known)
    is_ready = bool(id) and await line.has_picture(id)
    if not is_ready:
        id = id or await line.create(menu.menu)
        await line.paint(id, menu.picture)
    is_default = menu.state != Standing.NEW.value or await line.default() == id
    if not is_default:
        await line.set_default(id)
    has_old = any(name.startswith(prefix_of(menu.state)) and other != id for other, name in held.items())
    if known != id:
        await thread.do(_keep, engine, menu.state, menu.digest, id, rank=Rank.TIME)
    if known != id or has_old:
        people = await thread.do(_seen_by, engine, menu.state, rank=Rank.TIME)
        for start in range(0, len(people), AT_ONCE):
            await line.link_all(id, people[start : start + AT_ONCE])
    return Deployed(menu.state, id, not is_ready or not is_default or known != id or has_old)


def found(menu: Wanted, held: Mapping[str, str], known: str | None) -> str:
    """Return the id under which LINE holds a menu, the one we wrote down before others; empty when there is none."""
    ids = [id for id, name in held.items() if name == menu.name]
    return known if known in ids and known else next(iter(ids), "")


async def outdated(line: MenuClient, known: Mapping[str, str]) -> list[str]:
    """Say which states have no menu at LINE, or an old one; ``known`` is what was written down."""
    menus, held = await wanted(), await line.all()
    default = await line.default()
    return [
        each.state
        for each in menus
        if not (id := found(each, held, known.get(each.state)))
        or known.get(each.state) != id
        or (each.state == Standing.NEW.value and default != id)
    ]


def known_ids(engine: Engine) -> dict[str, str]:
    """Return LINE's ids as they were written down, by state."""
    with begin(engine) as work:
        return {state: row.external_id for state, row in work.menus.all().items()}


def _seen_by(engine: Engine, state: str) -> list[str]:
    with begin(engine) as work:
        return work.menus.seen_by(state)


def _keep(engine: Engine, state: str, digest: str, id: str) -> None:
    with begin(engine) as work:
        work.menus.keep(state, digest, id)
