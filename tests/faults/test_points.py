"""Points: the process dies, or its connection breaks, at every named point of every kind of sending."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Session

from sandbox.line.menus import Menu
from storage.database import Base, normal_url
from storage.menus import RichMenu
from storage.time_rows import DueRow
from tests.bot.test_pictures import jpeg
from tests.conftest import BOTH
from tests.databases import database, migrated_file
from tests.faults.acts import (
    Act,
    channel,
    dm,
    fill,
    follow,
    heard,
    owner,
    person,
    press,
    reads,
    say,
    tap,
)
from tests.faults.boundary import Fault, Kind, Operation
from tests.faults.ends import End, assert_same, end_of, posted_again
from tests.faults.journey import TALK
from tests.faults.lifetimes import Moment, Town, a_town, kept

EVENT, DUE = "UPDATE events", "UPDATE dues"
MARKED = re.compile(r"UPDATE (messages|thoughts|attachments)")


@dataclass(frozen=True)
class Sending:
    """One kind of sending: what leads up to it, the act that causes it, and the call that carries it."""

    name: str
    before: tuple[Act, ...]
    act: Act
    call: str
    claims: str = EVENT
    is_in_line: bool = True  # its turn locks a mailbox
    with_model: bool = False


class Point:
    """Watches one turn and its sending go by, and strikes at one point of it."""

    def __init__(self, name: str, sending: Sending) -> None:
        self.name, self.sending = name, sending
        self.is_turned = self.is_sent = self.has_struck = False

    def __call__(self, operation: Operation) -> Fault | None:
        if self.has_struck:
            return None
        fault = self._fault(operation)
        self.has_struck = fault is not None
        return fault

    def _fault(self, now: Operation) -> Fault | None:
        is_turn = any(self.sending.claims in each for each in now.before)
        is_call = now.kind is Kind.CALL and self.sending.call in now.what
        at = ""
        if (
            now.kind is Kind.COMMIT
            and any("INSERT INTO events" in each for each in now.before)
            and not is_turn
        ):
            at = "stored"
        elif now.kind is Kind.STATEMENT and self.sending.claims in now.what:
            at = "claimed"
        elif now.kind is Kind.STATEMENT and is_turn and "FROM mailboxes" in now.what:
            at = "locked"
        elif now.kind is Kind.COMMIT and is_turn and not self.is_turned:
            self.is_turned = True
            return COMMITS.get(self.name)
        elif is_call:
            self.is_sent = True
            return CALLS.get(self.name)
        elif now.kind is Kind.COMMIT and self.is_sent and any(MARKED.match(each) for each in now.before):
            at = "after mark"
        return Fault.KILL_AFTER if at == self.name else None


COMMITS = {"before COMMIT": Fault.KILL, "during COMMIT": Fault.LOST, "after COMMIT": Fault.KILL_AFTER}
CALLS = {"before send": Fault.KILL, "after send": Fault.KILL_AFTER}
POINTS = ("stored", "claimed", "locked", *COMMITS, *CALLS, "after mark")


# --- the kinds


async def says_without_token(town: Town) -> None:
    event = town.sandbox.line.compose(owner(town), "味噌をネットで売りたい")
    del event["replyToken"]
    await town.sandbox.line.send_events([event])


async def the_hour_comes(town: Town) -> None:
    with Session(town.eye) as session:
        town.clock.at = max(
            town.clock.at, session.scalars(select(DueRow.due_at).where(DueRow.purpose == "call_warn")).one()
        )


async def puts_a_menu(town: Town) -> None:
    shape = {"size": {"width": 2500, "height": 1686}, "areas": []}
    town.sandbox.line.menus.menus["richmenu-waiting"] = Menu("richmenu-waiting", shape, b"drawn")
    with Session(town.eye) as session, session.begin():
        session.add(RichMenu(state="waiting", digest="d", external_id="richmenu-waiting"))


async def some_seconds_pass(town: Town) -> None:
    town.pass_by(20)


def has_form(town: Town) -> bool:
    return bool(town.sandbox.slack.modal(person(town, "佐藤"))) or reads(
        town, dm(town, "佐藤"), "フォームを開く"
    )


def staff_read(words: str) -> Callable[[Town], bool]:
    return lambda town: reads(town, channel(town, "staff"), words)


HELLO = TALK[:2]
APPROVES = [act.name for act in TALK].index("tap これでよい")  # from then on another menu is his
CALLED = (*HELLO, say("人と話す", "いつがよろしい"))
WRITTEN_TO = (
    *CALLED,
    fill(
        "佐藤",
        "staff",
        "オーナーに送る",
        lambda town: heard(town, "棚の写真"),
        {"send.words": "棚の写真を見せてください"},
    ),
    tap("返事をする", "何を伝えますか"),
)
SENDINGS = (
    Sending("reply", (), follow("使いみち"), "message/reply"),
    Sending(
        "push",
        HELLO,
        Act("say", says_without_token, lambda town: heard(town, "どれに近いですか")),
        "message/push",
    ),
    Sending(
        "post in a DM",
        (),
        Act(
            "write",
            lambda town: town.sandbox.slack.dm(person(town, "高橋"), "こんにちは"),
            lambda town: reads(town, dm(town, "高橋"), "ありがとうございます"),
        ),
        "chat.postMessage",
    ),
    Sending(
        "post in a channel",
        CALLED,
        Act("the hour comes", the_hour_comes, staff_read("あと1時間です")),
        "chat.postMessage",
        claims=DUE,
        is_in_line=False,
    ),
    Sending(
        "card",
        CALLED,
        press("佐藤", "staff", "引き受ける", staff_read("佐藤 由美")),
        "chat.update",
        is_in_line=False,
    ),
    Sending(
        "home",
        (),
        Act(
            "open the home",
            lambda town: town.sandbox.slack.open_home(person(town, "高橋")),
            lambda town: bool(town.sandbox.slack.home(person(town, "高橋"))),
        ),
        "views.publish",
        is_in_line=False,
    ),
    Sending("menu", (*TALK[:APPROVES], Act("menu", puts_a_menu, lambda _: True)), TALK[APPROVES], "richmenu"),
    Sending("form", CALLED, press("佐藤", "staff", "オーナーに送る", has_form), "views.open"),
    Sending("thought", HELLO, TALK[2], "chat/completions", with_model=True),
    Sending(
        "photo",
        WRITTEN_TO,
        Act(
            "show a photo",
            lambda town: town.sandbox.line.photo(owner(town), jpeg((64, 48))),
            staff_read("写真"),
        ),
        "/content",
    ),
)


SENDINGS_BY_NAME = {each.name: each for each in SENDINGS}


def is_sensible(sending: Sending, point: str) -> bool:
    """Tell whether there is such a point: time is not stored by us, and what goes to no person locks no mailbox."""
    return not (point == "stored" and sending.claims == DUE) and not (
        point == "locked" and not sending.is_in_line
    )


CELLS = [
    pytest.param(sending, point, id=f"{sending.name}-{point}")
    for sending in SENDINGS
    for point in POINTS
    if is_sensible(sending, point)
]
ON_POSTGRES = [
    pytest.param(sending, point, id=f"{sending.name}-{point}", marks=pytest.mark.postgres)
    for sending in SENDINGS
    for point in ("locked", "during COMMIT")
    if is_sensible(sending, point)
]

_MOMENTS: dict[str, Moment] = {}
_CALM: dict[str, End] = {}


async def moment_before(sending: Sending, folder: Path) -> Moment:
    """Play up to the act, once for all points of this kind."""
    if sending.name not in _MOMENTS:
        file = shutil.copy(migrated_file(), folder / "before.db")
        async with a_town(f"sqlite:///{file}", with_model=sending.with_model) as town:
            for act in sending.before:
                await act.play(town)
            _MOMENTS[sending.name] = kept(town)
    return _MOMENTS[sending.name]


async def calm(sending: Sending, folder: Path) -> End:
    """Say how it ends when nothing happens."""
    if sending.name not in _CALM:
        async with a_town_at(sending, "sqlite", folder) as town:
            await sending.act.play(town)
            await later(town)
            _CALM[sending.name] = end_of(town)
    return _CALM[sending.name]


@asynccontextmanager
async def a_town_at(sending: Sending, kind: str, folder: Path) -> AsyncIterator[Town]:
    moment = await moment_before(sending, folder)
    with database(kind, folder) as url:
        if kind == "sqlite":
            (folder / "test.db").write_bytes(moment.database)
        else:
            copy_rows(moment, folder, url)
        async with a_town(url, moment=moment, with_model=sending.with_model) as town:
            yield town


def copy_rows(moment: Moment, folder: Path, url: str) -> None:
    """Bring what a SQLite file holds into another database."""
    (folder / "source.db").write_bytes(moment.database)
    source, target = create_engine(f"sqlite:///{folder / 'source.db'}"), create_engine(normal_url(url))
    with source.connect() as there, target.begin() as here:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in there.execute(select(table)).mappings()]
            if rows:
                here.execute(insert(table), rows)
    source.dispose()
    target.dispose()


async def later(town: Town) -> None:
    """Let the seconds pass after which a form is offered that did not open."""
    town.pass_by(20)
    await town.rest()


async def strike(sending: Sending, point: str, kind: str, folder: Path) -> None:
    """Act, be struck, and be followed by another process: all is as on a calm day."""
    expected, before = await calm(sending, folder), posted_again()
    async with a_town_at(sending, kind, folder) as town:
        town.strike(strikes := Point(point, sending))
        await sending.act.do(town)
        await town.rest()
        await later(town)
        assert strikes.has_struck, "the point was never passed"
        assert town.deaths == (point != "during COMMIT")
        assert sending.act.is_done(town)
        assert_same(expected, end_of(town), before)


@pytest.mark.parametrize(("sending", "point"), CELLS)
async def test_a_death_at_any_point_changes_nothing(tmp_path: Path, sending: Sending, point: str) -> None:
    """Whoever dies when: what came is acted on once, its message arrives, and nothing waits."""
    await strike(sending, point, "sqlite", tmp_path)


@pytest.mark.parametrize(("sending", "point"), ON_POSTGRES)
async def test_a_death_among_locks_changes_nothing(tmp_path: Path, sending: Sending, point: str) -> None:
    """On PostgreSQL a dead process's locks end with its connection, and a commit may hold though its answer is lost."""
    await strike(sending, point, "postgres", tmp_path)


@pytest.mark.parametrize("kind", BOTH)
async def test_a_form_hears_why_though_the_commit_was_not_answered(tmp_path: Path, kind: str) -> None:
    """What was wrong with a form is said on the form, also by a turn that learns only afterwards that it was done."""
    staff, home = "佐藤", SENDINGS_BY_NAME["home"]
    async with a_town_at(home, kind, tmp_path) as town:
        slack, me = town.sandbox.slack, person(town, staff)
        await slack.open_home(me)
        await town.rest()
        await press_home(town, me, "わたしの連絡先")
        await slack.fill(me, {"mine.PHONE": "あとで"})
        town.strike(strikes := Point("during COMMIT", home))
        submitted = await slack.submit(me)
        assert strikes.has_struck
        assert list(submitted.errors) == ["mine.PHONE"]


async def press_home(town: Town, who: str, label: str) -> None:
    """Press a button on somebody's App Home."""
    home = town.sandbox.slack.home(who) or {}
    [found] = [
        (block.get("block_id"), each["action_id"])
        for block in home["blocks"]
        for each in block.get("elements", [])
        if each.get("type") == "button" and each["text"]["text"] == label
    ]
    await town.sandbox.slack.press(who, "home", found[1], block_id=found[0])
    await town.rest()
