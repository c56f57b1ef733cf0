"""Gone: a talent's Slack account is closed in the middle of the work; over real HTTP."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from storage.inbox import DONE, Event
from storage.outbox import DUE, FAILED, SENDING, UNKNOWN, UNREACHABLE, OutMessage
from storage.unit_of_work import begin
from tests.e2e.stage import Owner, Staff, Stage, people, staged
from tests.e2e.test_spine import FIRM, approved, fill
from tests.e2e.test_story import apply_as, meet, noon_after, person, press

TOLD_STAFF = "高橋 直樹さんに、Slackでは届かなくなりました"
TOLD_OWNER = "高橋 直樹さんと、いま連絡がとれていません"


async def begun(stage: Stage) -> tuple[Owner, Staff, Staff]:
    """Play to the first promise of both, three weeks in."""
    owner, staff = people(stage)
    await approved(owner)
    await owner.play(*FIRM)
    await staff.press("公開する")
    talent = person(stage, "高橋")
    await apply_as(stage, talent)
    await noon_after(stage, 11)
    await owner.tap("会ってみたい")
    await owner.tap("この3つで聞く")
    await owner.play("味噌、山歩き、孫", "人に頼まれること", "とばす", "[とばす]", "値段の考え方")
    dm = stage.sandbox.slack.dm_channel(talent.id) or ""
    await press(stage, talent, "会う前の5つの質問", dm)
    await fill(stage, talent, {f"pi.PI{n}": f"高橋の答え{n}" for n in range(1, 6)})
    await meet(stage, talent, dm)
    await owner.tap("進めたい")
    await press(stage, talent, "進めたい", dm)
    await fill(stage, talent, {"ko.KO3": "2", "ko.KO3_TIME": "10:30", "ko.KO5": "このトーク"})
    await owner.tap("これでよい")
    await noon_after(stage, 7)
    await owner.say("今週やること")
    await owner.say("写真を1枚とる")
    owner.news()
    return owner, staff, talent


async def test_a_talent_who_left_slack(tmp_path: Path) -> None:
    """The staff hear it once, the owner hears who looks into it, and all else goes on."""
    async with staged(tmp_path) as stage:
        owner, staff, talent = await begun(stage)
        stage.sandbox.slack.deactivate(talent.id)
        await stage.rest()
        await noon_after(stage, 7)
        heard = owner.news()
        assert [text for text in heard if TOLD_OWNER in text and "佐藤" in text]
        assert [text for text in heard if "打ち合わせです" in text]
        for _ in range(2):
            await noon_after(stage, 7)
        assert not [text for text in owner.news() if TOLD_OWNER in text]
        told = [card["text"] for card in staff.cards() if TOLD_STAFF in card["text"]]
        assert len(told) == 1
        assert "進行中のお仕事" in told[0]
        rows, events = await stage.bot.thread.do(left, stage)
        assert not [row.error for row in rows if row.status in (DUE, SENDING, FAILED, UNKNOWN)]
        vain = {row.handle_id for row in rows if row.status == UNREACHABLE and row.error != "taken back"}
        assert vain <= {await stage.bot.thread.do(handle_of, stage, talent.id)}
        assert {event.status for event in events} == {DONE}


def left(stage: Stage) -> tuple[list[OutMessage], list[Event]]:
    with begin(stage.bot.engine) as work:
        return list(work.session.scalars(select(OutMessage))), list(work.session.scalars(select(Event)))


def handle_of(stage: Stage, user: str) -> object:
    with begin(stage.bot.engine) as work:
        handle = work.parties.locked("slack", user)
        return handle.id if handle else None
