"""Thirty owners: impatient, chatty, silent, angry … each a short script in ``owners.yaml``, played to where it should end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from storage.conversations import PARKED, Conversation, JournalEntry
from storage.parties import Handle
from storage.postings import Posting, State
from storage.staff_tasks import StaffTask
from storage.unit_of_work import begin
from tests.flows.talk import START, Talk, World
from tests.flows.voice import faults

OWNERS: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "owners.yaml").read_text(encoding="utf-8")
)
STORY = "わしは昭和三十年に生まれ、" + "山の仕事を手伝いながら大きくなりました。" * 200
TAPS = 5


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One operator for all of them."""
    opened = World()
    yield opened
    opened.close()


@dataclass
class Played:
    """An owner after his script: what he read, and what is kept of him."""

    talk: Talk
    id: str

    def do(self, line: str) -> None:
        """Do one line of the script; besides a transcript's lines there are (取り消し), (地図 …), [x]*5 and +8日."""
        world = self.talk.world
        if line.startswith("+"):
            world.move(world.now + timedelta(days=int(line[1:-1])))
        elif line == "(取り消し)":
            world.line(self.id, {"type": "unsend", "unsend": {"messageId": "m1"}})
        elif line.startswith("(地図 "):
            place = {"type": "location", "id": "place", "address": line[4:-1]}
            world.line(self.id, {"type": "message", "message": place})
        elif line.endswith(f"*{TAPS}"):
            tap = {"type": "postback", "postback": {"data": self.talk._payload(line[1:-3])}}
            for _ in range(TAPS):
                world.line(self.id, tap)
        else:
            self.talk.do(line.replace("STORY", STORY))
        self.talk.listen()

    @property
    def kept(self) -> str:
        """Give everything that is kept or shown of him, as text."""
        with begin(self.talk.world.engine) as work:
            talks = [talk.id for talk in self.talks(work)]
            entries = work.session.scalars(
                select(JournalEntry).where(JournalEntry.conversation_id.in_(talks))
            )
            words = [f"{entry.value} {entry.raw}" for entry in entries]
        return "\n".join([*words, self.shown, *(item.message.as_text() for item in self.talk.seen)])

    @property
    def shown(self) -> str:
        return "\n".join(message.as_text() for message in self.talk.heard)

    def talks(self, work: Any) -> list[Conversation]:
        mine = select(Conversation).join(Handle, Conversation.handle_id == Handle.id)
        return list(work.session.scalars(mine.where(Handle.external_id == self.id).order_by(Conversation.id)))

    def tasks(self) -> list[StaffTask]:
        with begin(self.talk.world.engine) as work:
            mine = select(StaffTask).join(Handle, StaffTask.handle_id == Handle.id)
            return list(work.session.scalars(mine.where(Handle.external_id == self.id)))

    def stands(self) -> str:
        """Say where he stands: the furthest thing that is true of him."""
        if any(task.wanted for task in self.tasks()):
            return "call"
        with begin(self.talk.world.engine) as work:
            handle = work.session.scalars(select(Handle).where(Handle.external_id == self.id)).one()
            states = work.session.scalars(select(Posting.state).where(Posting.handle_id == handle.id)).all()
            live = work.conversations.live(handle.id)
        if State.REVIEW.name in states:
            return "review"
        if live and all(talk.status == PARKED for talk in live):
            return "parked"
        return "draft" if "この下書きで" in self.talk.heard[-1].text else "waiting"


def play(world: World, name: str, says: list[Any]) -> Played:
    world.now = START
    owner = Played(Talk(world, f"U{name}"), f"U{name}")
    for line in ("(友だち追加)", *map(str, says)):
        owner.do(line)
    return owner


@pytest.mark.parametrize("name", OWNERS)
def test_an_owner_ends_where_he_should(world: World, name: str) -> None:
    """Each of the thirty keeps the promise that stands beside his name; all he reads is well said."""
    script = OWNERS[name]
    owner = play(world, name, script["says"])
    assert owner.stands() == script["end"], owner.talk.heard[-1].as_text()
    for words in script.get("keeps", ()):
        assert words in owner.kept
    shown = owner.shown + "".join(item.message.as_text() for item in owner.talk.seen)
    for words in script.get("never", ()):
        assert words not in shown
    for words in script.get("hears", ()):
        assert words in "\n".join(message.text for message in owner.talk.heard[-3:])
    said = owner.talk.heard
    assert {message.text: why for message in said if (why := list(faults(message)))} == {}
    assert "こちらの不調" not in owner.shown


def test_there_are_thirty_and_each_has_a_promise() -> None:
    """No fewer than thirty, and each says in one line what he may expect."""
    assert len(OWNERS) >= 30
    assert [name for name, script in OWNERS.items() if not script["promise"].endswith(".")] == []


def test_the_second_person_of_a_firm_sees_nothing_of_the_first(world: World) -> None:
    """The same firm's name opens nobody else's posting."""
    firm, first = "有限会社山崎醸造 長野県飯田市本町1-2", "一人目だけのことばです。味噌を届けたい"
    road = [
        "[同意して始める]",
        "チラシを配っても来ない",
        "[2種類を配って比べる]",
        "1人",
        "[自分でやる]",
        "5万",
    ]
    play(world, "first", [*road, first, "[これでよい]", firm])
    second = play(
        world,
        "second",
        [*road, "二人目です。お客さまをふやしたい", "[これでよい]", firm, "いまどうなってる？"],
    )
    assert first not in second.shown
