"""Three talents compete: one says yes, one is silent, one lets go; a date is moved, and two calendars know it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientSession
from icalendar import Calendar, Event
from sqlalchemy import select

from flows.rules.calendar import JST, is_business_day, next_business_day
from storage.engagements import Engagement, Phase
from storage.interviews import Arranged, Interview
from storage.unit_of_work import begin
from tests.e2e.stage import Owner, Staff, Stage, people, staged
from tests.e2e.test_spine import FIRM, approved, fill
from tests.e2e.test_story import apply_as, noon_after, person, press, until_moment

NAMES = ("高橋", "鈴木", "中村")  # he who comes, the silent one, the one who lets go


async def test_apply_to_both_say_yes(tmp_path: Path) -> None:
    """Apply, list, dates, questions, a moved talk, both say yes; Tallinn reads its own clock; nobody is double-booked."""
    async with staged(tmp_path) as stage:
        owner, staff = people(stage)
        await approved(owner)
        await owner.play(*FIRM)
        await staff.press("公開する")
        talents = [person(stage, name) for name in NAMES]
        stage.sandbox.slack.people[talents[0].id].tz = "Europe/Tallinn"
        for talent in talents:
            await apply_as(stage, talent)
        await stage.bot.find_people()
        await noon_after(stage, 8)
        owner.news()
        await meet_all(owner)
        comes, silent, leaves = talents
        dm, theirs = (stage.sandbox.slack.dm_channel(who.id) or "" for who in (comes, leaves))
        await noon_after(stage, 1)  # the one abroad reads it in his morning
        offered = await stage.bot.thread.do(hours, stage)
        assert len({hour for each in offered for hour in each}) == 9  # no hour was put to two of them
        for label in ("月…", "会うのをやめる", "会うのをやめる"):  # an hour, a second thought, and meant
            await press(stage, leaves, label, theirs)
        assert "取りやめになりました" in "".join(owner.news())
        await until_day(stage)
        await press(stage, comes, "日本時間…", dm)
        assert "お会いする日が決まりました" in "".join(owner.news())
        before = await calendars(stage, owner, comes, dm)
        await owner.tap("日にちを変える")
        await owner.tap("この3つで聞く")
        await until_day(stage)
        await press(stage, comes, "日本時間…", dm)
        assert "日にちが変わりました" in "".join(owner.news())
        after = await calendars(stage, owner, comes, dm)
        assert after[0]["uid"] == after[1]["uid"]
        for old, new in zip(before, after, strict=True):
            assert old["uid"] == new["uid"]
            assert new.decoded("sequence") > old.decoded("sequence")
            assert new.decoded("dtstart") != old.decoded("dtstart")
            assert str(new["status"]) == "CONFIRMED"
        await press(stage, comes, "会う前の5つの質問", dm)
        await fill(stage, comes, {f"pi.PI{n}": f"高橋の答え{n}" for n in range(1, 6)})
        moment = await stage.bot.thread.do(over, stage)
        await until_moment(stage, moment + timedelta(minutes=41))
        assert "高橋の答え1" in "".join(owner.news())  # three hours before, though the owner had not answered
        await owner.tap("進めたい")
        await until_day(stage)
        await press(stage, comes, "進めたい", dm)
        pairs = await stage.bot.thread.do(phases, stage)
        assert pairs[comes.id] == Phase.KICKOFF.name
        assert pairs[leaves.id] == Phase.ENDED.name
        assert pairs[silent.id] == Phase.QUESTIONS.name  # silent is no refusal: the staff have a card
        assert any("4営業日ありません" in str(card) for card in staff.cards())
        await ended(stage, owner)


async def ended(stage: Stage, owner: Owner) -> None:
    """A forged address, and one that its owner ended: 404 in plain words."""
    mine = address(stage, owner)
    await owner.say("わたしの情報")
    await owner.tap("予定表の住所を変える")
    async with ClientSession() as web:
        for url in (f"{stage.url}/calendar/W10.x.ics", mine):
            async with web.get(here(stage, url)) as answer:
                assert answer.status == 404
                assert "使えなくなりました" in await answer.text()
        async with web.get(here(stage, address(stage, owner))) as answer:
            assert answer.status == 200


def address(stage: Stage, owner: Owner) -> str:
    shelves = (
        each for each in stage.sandbox.line.buttons(owner.id) if each.get("label") == "予定表に自動で入れる"
    )
    return str(next(shelves)["uri"])


def here(stage: Stage, url: str) -> str:
    """Ask the server itself, whatever name the world knows it by."""
    return f"{stage.url}{urlsplit(url).path}"


async def meet_all(owner: Owner) -> None:
    """会ってみたい on each of three cards, and yes to the hours that stand ready for each."""
    line = owner.stage.sandbox.line
    cards = [each for each in line.buttons(owner.id) if each.get("label") == "会ってみたい"]
    assert len(cards) == len(NAMES)
    for each in cards:
        await line.tap(owner.id, each)
        await owner.stage.rest()
        await owner.tap("この3つで聞く")


async def until_day(stage: Stage) -> None:
    """Wait for an afternoon in Japan: somebody in Tallinn is up by then, and owners still read."""
    here = stage.clock.now().astimezone(JST)
    if here.hour < 16 or not is_business_day(here.date()):
        day = here.date() if is_business_day(here.date()) else next_business_day(here.date())
        await until_moment(stage, datetime.combine(day, time(16, 5), JST))


def hours(stage: Stage) -> list[tuple[str, ...]]:
    with begin(stage.bot.engine) as work:
        return [tuple(row.offered) for row in work.session.scalars(select(Interview))]


def over(stage: Stage) -> Any:
    with begin(stage.bot.engine) as work:
        set_ = select(Interview.starts_at).where(Interview.state == Arranged.SET.name)
        return work.session.scalars(set_).one()


def phases(stage: Stage) -> dict[str, str]:
    """Give where each pair stands, by the talent."""
    with begin(stage.bot.engine) as work:
        pairs = work.session.scalars(select(Engagement)).all()
        return {work.parties.handle(pair.talent_handle_id).external_id: pair.phase for pair in pairs}


async def calendars(stage: Stage, owner: Owner, talent: Staff, dm: str) -> list[Event]:
    """Fetch both calendars at the addresses that were sent, and read them with a real parser."""
    urls = [address(stage, owner)]
    for message in reversed(stage.sandbox.slack.messages(dm)):
        found = [
            element["url"]
            for block in message.get("blocks", [])
            for element in block.get("elements", [])
            if element.get("url", "").endswith(".ics")
        ]
        if found:
            urls.append(found[0])
            break
    assert len(urls) == 2
    read = []
    async with ClientSession() as web:
        for url in urls:
            async with web.get(here(stage, url)) as answer:
                assert answer.status == 200
                assert answer.content_type == "text/calendar"
                events = Calendar.from_ical(await answer.read()).walk()
                read.append({str(each["uid"]): each for each in events if isinstance(each, Event)})
    [uid] = read[0].keys() & read[1].keys()  # the owner's also holds what was called off
    return [each[uid] for each in read]
