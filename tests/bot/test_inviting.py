"""Inviting under strain: two workers at once, a process that dies in between, a platform that does not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from bot import sweeps
from bot.actions.match import inviting
from bot.settings import BadSettings, read_settings
from bot.slack.limits import broken_message
from bot.slack.render import render
from bot.turn import Turn
from flows.facts import FirmRecord
from flows.messages import Button, Card, Message
from flows.posting.cards import short_posting_card
from sandbox.chaos import Fault
from storage.database import new_id, open_engine
from storage.invitations import Invitation, Way
from storage.outbox import OutMessage
from storage.parties import Party
from storage.postings import Posting, State
from storage.talents import Talent
from storage.unit_of_work import begin
from tests.bot.town import Town, a_town
from tests.databases import database
from tests.flows.talk import REVIEW
from tests.rules.test_inviting import DRAFT
from tests.story.hall import CODE, USUAL, invitations, postings_of, second, settle
from tests.story.stages import Cast, new_cast
from tests.story.world import StoryWorld

PEOPLE = 12


class Killed(Exception):
    """The process was here a moment ago."""


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Cast]:
    """Give two postings that went out at the same moment, and people who take one DM a week, on a shared PostgreSQL."""
    with database("postgres", tmp_path) as url:
        engine = open_engine(url)
        cast = new_cast(engine)
        cast.world.rules = replace(cast.world.rules, most_invitations=1)
        cast.owner.play(*REVIEW)
        for number in range(PEOPLE):
            settle(cast.world, f"U0{number:02}")
        cast.staff.press("公開する")
        second(cast, "Umaruyama")
        cast.staff.press("公開する")
        yield cast
        engine.dispose()


@pytest.mark.postgres
def test_two_workers_keep_to_one_dm_a_week(crowded: Cast) -> None:
    """While one writes its invitations the other cannot count the same people; it comes after, and they wait for Monday."""
    world = crowded.world
    first, other = (posting.id for posting in postings_of(world))
    with ThreadPoolExecutor(1) as beside:
        with begin(world.engine) as work:
            turn = Turn(work, world.rules, world.now)
            work.dues.clear(first.hex, ("invite",), world.now)
            inviting.invite(turn, first.hex)
            turn.finish()
            beside.submit(sweeps.moments, world.engine, world.rules, world.now).result()
        sweeps.moments(world.engine, world.rules, world.now)
    found = invitations(world)
    ways = Counter((item.posting_id, item.way) for item in found)
    assert ways == {(first, Way.DM.name): PEOPLE, (other, Way.DIGEST.name): PEOPLE}


@pytest.mark.postgres
def test_two_workers_at_once_write_each_invitation_once(crowded: Cast) -> None:
    """Whoever sweeps: each of the two postings is put once to each person, one of them by DM."""
    world = crowded.world

    def sweep() -> None:
        while sweeps.moments(world.engine, world.rules, world.now, 1):
            pass

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(sweep) for _ in range(2)]:
            done.result()
    sweep()
    found = invitations(world)
    assert len({(item.posting_id, item.party_id) for item in found}) == len(found) == 2 * PEOPLE
    assert Counter(item.way for item in found) == {Way.DM.name: PEOPLE, Way.DIGEST.name: PEOPLE}


def half_invite(world: StoryWorld) -> None:
    with begin(world.engine) as work:
        [due, *_] = work.dues.take(world.now, 1)
        turn = Turn(work, world.rules, world.now)
        inviting.invite(turn, due.subject)
        turn.finish()
        raise Killed


@pytest.mark.postgres
def test_a_process_that_dies_while_it_writes_leaves_nothing_behind(crowded: Cast) -> None:
    """All of it is undone; the next sweep asks everybody, once."""
    world = crowded.world
    with pytest.raises(Killed):
        half_invite(world)
    assert invitations(world) == []
    world.move(world.now + timedelta(seconds=2))
    assert len(invitations(world)) == 2 * PEOPLE
    with begin(world.engine) as work:
        cards = select(OutMessage.subject).where(OutMessage.subject.startswith("invitation:"))
        assert Counter(Counter(work.session.scalars(cards)).values()) == {1: PEOPLE}


async def a_talent(town: Town) -> tuple[str, UUID]:
    """Bring a talent's DM into being; give his id there and with us."""
    who = next(id for id, each in town.sandbox.slack.people.items() if each.name.startswith("高橋"))
    await town.sandbox.slack.dm(who, "こんにちは")
    await town.rest()
    found: list[UUID] = []

    def look(turn: Turn) -> None:
        found.append(turn.work.parties.meet("slack", who, "talent", turn.now).id)

    await town.do(look)
    return who, found[0]


def an_invitation(turn: Turn, handle_id: UUID) -> tuple[UUID, UUID]:
    """Write an open posting and put it to somebody; give their ids."""
    work, handle = turn.work, turn.work.parties.handle(handle_id)
    owner = Party(id=new_id(), kind="owner", created_at=turn.now)
    work.session.add(owner)
    work.session.flush()
    posting = work.postings.add(
        Posting(
            owner_id=owner.id,
            handle_id=handle.id,
            state=State.OPEN.name,
            **dict.fromkeys(("wish_raw", "words_raw", "words_shown", "goal", "measure", "partner"), "ことば"),
            title="帳面を見てくれる方",
            first_tasks=["見る"],
            job_code=CODE,
            pay_month_yen=80_000,
            hours_month=20,
            approved_at=turn.now,
            published_at=turn.now,
            created_at=turn.now,
        )
    )
    work.talents.keep(Talent(party_id=handle.party_id, handle_id=handle.id, updated_at=turn.now, **USUAL))
    item = Invitation(
        id=new_id(), posting_id=posting.id, party_id=handle.party_id, handle_id=handle.id, wave=1, place=0,
        way=Way.DM.name, reasons=["近いお仕事です。"], answer="", sent_at=turn.now, created_at=turn.now,
    )  # fmt: skip
    work.invitations.add([item])
    turn.bring(f"invitation:{item.id.hex}", handle)
    return posting.id, item.id


def dms(town: Town, who: str) -> list[str]:
    channel = town.sandbox.slack.dm_channel(who)
    return [str(each["text"]) for each in town.sandbox.slack.messages(channel or "") if each["user"] != who]


@pytest.mark.parametrize("fault", ["drop_after", "error_after"])
async def test_an_invitation_of_unknown_outcome_is_looked_up(tmp_path: Path, fault: Fault) -> None:
    """It arrived, and nobody could say so: it is found by its marker, not posted again, and still follows the posting."""
    async with a_town(tmp_path) as town:
        who, handle = await a_talent(town)
        town.sandbox.chaos.order("chat.postMessage", fault)
        made: list[UUID] = []
        await town.do(lambda turn: made.extend(an_invitation(turn, handle)))
        await town.rest()
        assert sum("帳面を見てくれる方" in text for text in dms(town, who)) == 1

        def close(turn: Turn) -> None:
            posting = turn.work.postings.get(made[0])
            posting.state = State.CLOSED.name
            inviting.withdraw(turn, posting)

        await town.do(close)
        await town.rest()
        [card] = [text for text in dms(town, who) if "帳面を見てくれる方" in text]
        assert "この募集は終わりました" in card


def test_five_long_postings_of_a_monday_are_one_message_that_slack_takes() -> None:
    """Whatever owners wrote, the message keeps Slack's limits, and each posting its three buttons."""
    long = replace(DRAFT, title="題" * 200, tasks=("長い仕事" * 400,) * 8)
    card = short_posting_card(long, FirmRecord("会社" * 90, "住所" * 200), "連絡先" * 100)
    choices = tuple(Button(label, f"c:posting:{'0' * 32}:1:{verb}") for label, verb in CHOICES)
    deck = tuple(Message(card=card, buttons=choices) for _ in range(5))
    body = render(Message(card=Card("今週のおすすめ"), deck=deck, buttons=choices[:1]))
    assert broken_message(body) == []
    taps = [
        element for block in body["blocks"] if block["type"] == "actions" for element in block["elements"]
    ]
    assert len(taps) == len({tap["action_id"] for tap in taps}) == 16


CHOICES = (("関心あり", "interest"), ("質問する", "ask"), ("見送る", "pass"))


@pytest.mark.parametrize("value", ["EC", "EC=", "=C1", "XX=C1", "EC-99=C1", "EC=C1;;PR"])
def test_channels_of_unknown_works_stop_the_start(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the setting is said at once, and not when the first posting goes nowhere."""
    monkeypatch.setenv("SLACK_CODE_CHANNELS", value)
    with pytest.raises(BadSettings, match="SLACK_CODE_CHANNELS"):
        read_settings()


def test_channels_are_read_with_their_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups and single works, in any order."""
    monkeypatch.setenv("SLACK_CODE_CHANNELS", " EC = C1 ; AC-02=books; ")
    monkeypatch.setenv("SLACK_POSTINGS_CHANNEL", "postings")
    channels = read_settings().channels
    assert channels == {"staff": "", "postings": "postings", "postings:EC": "C1", "postings:AC-02": "books"}
