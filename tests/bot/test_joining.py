"""Joining: an imported professional who comes to Slack with the same address takes over his line; nobody is joined by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.actions.talent.joining import Person, looked_up
from bot.tables.importing import keep_talents, read_talents
from bot.turn import STAFF, Turn
from sandbox.slack.settings import SCOPES
from storage.forgetting import forgotten
from storage.parties import Handle
from storage.pool import Kept
from storage.talents import Talent, TalentWork
from storage.unit_of_work import begin
from tests.bot.house import House, a_house
from tests.bot.test_importing import GOOD, NOW, table
from tests.bot.town import Town, a_town

ADDRESS = "a@example.com"


def imports(engine: Engine, line: str = GOOD) -> Kept:
    return keep_talents(engine, read_talents(table(line)).rows.values(), NOW)


def comes(house: House, who: str, email: str = ADDRESS, name: str = "") -> Handle:
    """Let somebody come to Slack, and Slack say who he is."""
    with begin(house.engine) as work:
        handle = work.parties.meet("slack", who, "talent", house.now)
        work.parties.party(handle.party_id).call_name = name
        turn = Turn(work, house.rules, house.now)
        looked_up(turn, handle, Person(email, "Europe/Tallinn"))
        turn.finish()
        return handle


def writes(house: House, handle: Handle, name: str = "高橋 直樹") -> None:
    """Let him have written a profile of his own."""
    with begin(house.engine) as work:
        own = dict(
            name=name, headline="経理を5年", skills="照合", hours_month=20, slots="", pay_month_yen=70_000
        )
        more = dict(employment="OTHER", insurance="NO", is_own=True, updated_at=house.now)
        work.talents.keep(Talent(party_id=handle.party_id, handle_id=handle.id, **own, **more))


def talents(engine: Engine) -> list[Talent]:
    with begin(engine) as work:
        return list(work.session.scalars(select(Talent).order_by(Talent.party_id)))


@pytest.fixture
def house(engine: Engine) -> House:
    return a_house(engine)


def test_the_same_address_takes_over_the_line(house: House) -> None:
    """Profile, works and all: nothing is asked twice, and he is told so once."""
    imports(house.engine)
    handle = comes(house, "U0NEW", ADDRESS.upper())
    comes(house, "U0NEW")
    [talent] = talents(house.engine)
    assert (talent.party_id, talent.handle_id) == (handle.party_id, handle.id)
    with begin(house.engine) as work:
        assert set(work.session.scalars(select(TalentWork.party_id))) == {handle.party_id}
        assert work.parties.handle(handle.id).zone == "Europe/Tallinn"
    assert sum("引き継ぎました" in row.body for row in house.messages("U0NEW")) == 1


def test_a_file_that_comes_later_finds_him(house: House) -> None:
    """He was on Slack before his line came: it is his at once, and stays his when the file comes again."""
    handle = comes(house, "U0EARLY")
    assert len(imports(house.engine).new) == 1
    [talent] = talents(house.engine)
    assert talent.handle_id == handle.id
    assert imports(house.engine).same == 1


def test_nobody_is_joined_by_name(house: House) -> None:
    """The same name and another address, or none, is another person."""
    imports(house.engine)
    comes(house, "U0OTHER", "b@example.com", name="髙橋 由紀")
    comes(house, "U0NOBODY", "", name="髙橋 由紀")
    [talent] = talents(house.engine)
    assert talent.handle_id is None


def test_an_address_that_is_taken_is_told_to_the_staff(house: House) -> None:
    """Two accounts with one address: the first keeps his profile, the staff look."""
    imports(house.engine)
    first = comes(house, "U0FIRST")
    comes(house, "U0SECOND")
    comes(house, "U0SECOND")
    [talent] = talents(house.engine)
    assert talent.handle_id == first.id
    told = [row for row in house.messages(STAFF) if "ほかの方の登録" in row.body]
    assert len(told) == 1


def test_what_he_wrote_himself_stays(house: House) -> None:
    """His own words stand; the line fills only what he left empty, and no file changes them afterwards."""
    handle = comes(house, "U0OWN", "")
    writes(house, handle)
    imports(house.engine)
    comes(house, "U0OWN")
    [talent] = talents(house.engine)
    assert (talent.headline, talent.prefecture, talent.email) == ("経理を5年", "東京都", ADDRESS)
    kept = imports(house.engine, GOOD.replace("食品の通販を7年", "何でもします"))
    assert (kept.own, len(kept.changed), len(kept.new)) == (1, 0, 0)
    assert talents(house.engine)[0].headline == "経理を5年"


def test_no_file_brings_back_who_was_forgotten(house: House) -> None:
    """His address is kept as a mark only; when he comes back himself, it is his again."""
    handle = comes(house, "U0GONE")
    writes(house, handle)
    imports(house.engine)
    comes(house, "U0GONE")
    with begin(house.engine) as work:
        talent = work.talents.profile(handle.party_id)
        assert talent is not None
        work.forgetting.talent(work.parties.handle(handle.id), talent, house.now)
    kept = imports(house.engine)
    assert (kept.gone, kept.new) == (1, {})
    comes(house, "U0GONE")
    with begin(house.engine) as work:
        assert work.parties.handle(handle.id).email is None
    writes(house, handle)
    comes(house, "U0GONE")
    with begin(house.engine) as work:
        assert forgotten(work.session, [ADDRESS]) == set()


@pytest.mark.parametrize("has_scope", [True, False])
async def test_slack_is_asked_who_came(tmp_path: Path, has_scope: bool) -> None:
    """Whoever opens his Home is looked up at once; without the scope Slack tells no address, and all goes on."""
    async with a_town(tmp_path) as town:
        slack = town.sandbox.slack
        if not has_scope:
            slack.state.settings = type(slack.state.settings)(
                **{**vars(slack.state.settings), "scopes": SCOPES - {"users:read.email"}}
            )
        who = slack.add_person("髙橋 由紀", ADDRESS)
        await town.bot.thread.do(imports, town.bot.engine)
        await slack.open_home(who)
        await town.until_async(lambda: looked(town, who))
        [talent] = await town.bot.thread.do(talents, town.bot.engine)
        assert (talent.handle_id is not None) is has_scope


async def looked(town: Town, who: str) -> bool:
    def read() -> bool:
        with begin(town.bot.engine) as work:
            mine = select(Handle.looked_up_at).where(Handle.external_id == who)
            return work.session.scalars(mine).one_or_none() is not None

    return await town.bot.thread.do(read)
