"""Photos over real HTTP: from the phone to the page behind the staff's button, through everything that may go wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import aiohttp
import pytest
from PIL import Image
from sqlalchemy import select

from bot.demo import DEMO_URL
from bot.fetching import PAUSES, Fetching
from bot.pages.photo_links import LASTS
from bot.pages.pictures import MOST_BYTES
from storage.attachments import FETCHING, GONE, KEPT, LOST, WANTED, Attachment
from storage.leases import USUAL
from storage.unit_of_work import begin
from tests.bot.test_pictures import bomb, jpeg
from tests.e2e.stage import Owner, Staff, Stage, people, staged
from tests.e2e.test_spine import fill

LOST_WORDS = "先ほどの写真を開けませんでした"


async def speaking(stage: Stage) -> tuple[Owner, Staff]:
    """An owner asked for a person, who writes to him now."""
    owner, staff = people(stage)
    await owner.follow()
    await owner.tap("同意して始める")
    await owner.say("人と話す")
    await staff.press("オーナーに送る")
    await fill(stage, staff, {"send.words": "棚の写真を見せていただけますか"})
    stage.clock.move(timedelta(days=4))  # past the ten seconds, and the night
    await stage.rest()
    await owner.tap("返事をする")
    return owner, staff


async def shows(stage: Stage, owner: Owner, content: bytes, kind: str = "image/jpeg") -> str:
    """Send a photo, and give LINE's id of it."""
    assert await stage.sandbox.line.photo(owner.id, content, kind) == 200
    await stage.rest()
    return str(stage.sandbox.line.chat(owner.id)[-2].id)


def links(staff: Staff) -> list[str]:
    blocks = [block for card in staff.cards() for block in card.get("blocks", [])]
    parts = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    return [str(each["url"]) for each in parts if "url" in each]


def card(staff: Staff) -> str:
    return "\n".join(str(each["text"]) for each in staff.cards())


async def get(stage: Stage, url: str) -> tuple[int, dict[str, str], bytes]:
    here = url.replace(DEMO_URL, stage.url)  # as the page maps it
    async with aiohttp.ClientSession() as http, http.get(here) as answer:
        return (
            answer.status,
            {name.lower(): value for name, value in answer.headers.items()},
            await answer.read(),
        )


async def rows(stage: Stage) -> list[tuple[str, int, bool]]:
    def read() -> list[tuple[str, int, bool]]:
        with begin(stage.bot.engine) as work:
            columns = (Attachment.status, Attachment.attempts, Attachment.content.is_not(None))
            return [tuple(row) for row in work.session.execute(select(*columns).order_by(Attachment.id))]  # type: ignore[misc]

    return await stage.bot.thread.do(read)


async def test_a_photo_reaches_the_staff_s_eyes(tmp_path: Path) -> None:
    """Sent, fetched, stripped of its place, shown behind a button for a week; then taken back, and gone."""
    async with staged(tmp_path) as stage:
        owner, staff = await speaking(stage)
        id = await shows(stage, owner, jpeg((640, 480), secrets=True))
        assert "写真を1枚" in owner.news()[-1]
        assert await rows(stage) == [(KEPT, 1, True)]
        assert "写真 1枚" in card(staff)
        [link] = links(staff)
        status, headers, content = await get(stage, link)
        assert (status, headers["content-type"]) == (200, "image/jpeg")
        assert headers["cache-control"] == "private, no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert Image.open(BytesIO(content)).size == (480, 640)
        assert b"SECRET" not in content
        assert "担当に送った写真\n1枚" in "".join(await owner.say("わたしの情報"))
        for forged in (link[:-1], link[:-30] + "A" * 30, link.rpartition("/")[0] + "/nonsense"):
            status, headers, content = await get(stage, forged)
            assert (status, headers["cache-control"]) == (404, "private, no-store")
            assert "写真をお見せできません" in content.decode()
        assert await stage.sandbox.line.unsend(owner.id, id) == 200
        await stage.rest()
        assert (await get(stage, link))[0] == 404
        assert await rows(stage) == [(GONE, 1, False)]
        assert links(staff) == []
        assert "写真を消しました" in "".join(owner.news())
        assert any("送った写真を取り消しました" in str(each["text"]) for each in staff.cards())


async def test_a_link_ends_after_a_week_and_a_home_makes_a_new_one(tmp_path: Path) -> None:
    """The old address is over; the staff's Home, opened again, has one that works."""
    async with staged(tmp_path) as stage:
        owner, staff = await speaking(stage)
        await shows(stage, owner, jpeg())
        [link] = links(staff)
        stage.clock.move(LASTS)
        assert (await get(stage, link))[0] == 404
        await stage.sandbox.slack.open_home(staff.id)
        await stage.rest()
        fresh = str(stage.sandbox.slack.home(staff.id)).split("'url': '")[1].split("'")[0]
        assert (await get(stage, fresh))[0] == 200


async def test_without_an_address_the_card_says_so(tmp_path: Path) -> None:
    """The photo is kept, and no button leads nowhere."""
    async with staged(tmp_path) as stage:
        rules = replace(stage.bot.rules, photo_url=lambda photo, now: "")
        stage.bot.rules = stage.bot.door.rules = rules
        assert stage.bot.delivery is not None
        stage.bot.delivery.rules = rules
        owner, staff = await speaking(stage)
        await shows(stage, owner, jpeg())
        assert "写真あり 1枚" in card(staff)
        assert links(staff) == []


@pytest.mark.parametrize(
    "content",
    [b"<html>", bomb(), b"\xff\xd8\xff" + bytes(MOST_BYTES), b"\xff\xd8\xff\xe0" + bytes(99)],
    ids=["no image", "bomb", "huge", "broken"],
)
async def test_what_is_no_photo_is_given_up_kindly(tmp_path: Path, content: bytes) -> None:
    """The card says that it could not be received, the owner hears it once, and nothing of it is kept."""
    async with staged(tmp_path) as stage:
        owner, staff = await speaking(stage)
        await shows(stage, owner, content)
        assert await rows(stage) == [(LOST, 1, False)]
        assert "写真 1枚は受け取れませんでした" in card(staff)
        await stage.rest()
        assert "".join(owner.news()).count(LOST_WORDS) == 1
        assert links(staff) == []


async def test_line_away_is_tried_again(tmp_path: Path) -> None:
    """A failing fetch waits its pause, and then succeeds; the owner hears nothing of it."""
    async with staged(tmp_path) as stage:
        owner, staff = await speaking(stage)
        stage.sandbox.chaos.order("content", "error_before")
        await shows(stage, owner, jpeg())
        assert await rows(stage) == [(WANTED, 1, False)]
        await hurry(stage)
        await settled(stage, KEPT)
        assert await rows(stage) == [(KEPT, 2, True)]
        assert LOST_WORDS not in "".join(owner.news())
        assert len(links(staff)) == 1


async def test_after_the_last_pause_it_is_given_up(tmp_path: Path) -> None:
    """LINE never gives it: told once to each side, after all tries."""
    async with staged(tmp_path) as stage:
        owner, staff = await speaking(stage)
        tries = len(PAUSES) + 1
        stage.sandbox.chaos.order("content", "error_before", times=tries)
        await shows(stage, owner, jpeg())
        for number in range(1, tries):
            assert (await rows(stage))[0][1] == number
            await hurry(stage)
            await settled(stage, LOST if number == tries - 1 else WANTED, number + 1)
        await stage.rest()
        assert "受け取れませんでした" in card(staff)
        assert "".join(owner.news()).count(LOST_WORDS) == 1


async def test_a_death_between_claim_and_store_loses_nothing(tmp_path: Path) -> None:
    """Another worker takes it when the lease ends; the first, should it wake after all, changes nothing."""
    async with staged(tmp_path) as stage:
        owner, staff = await speaking(stage)
        bot = stage.bot
        stage.sandbox.chaos.order("content", "error_before")
        await shows(stage, owner, jpeg())
        assert bot.line is not None
        took: list[UUID] = []

        async def took_by_the_dead(ids: list[UUID]) -> None:
            took.extend(ids)

        brief = replace(USUAL, photo=timedelta(seconds=0.5))
        dead = Fetching(bot.engine, bot.thread, bot.clock, bot.line, bot.slack, took_by_the_dead, brief)
        await hurry(stage)
        [held] = await bot.thread.do(dead._claim, 1)
        assert (await rows(stage))[0] == (FETCHING, 2, False)
        await settled(stage, KEPT)  # by the worker that lives, after the lease
        assert await rows(stage) == [(KEPT, 3, True)]
        await dead.carry(held)
        assert await rows(stage) == [(KEPT, 3, True)]
        assert took == []
        assert len(links(staff)) == 1


async def hurry(stage: Stage) -> None:
    """Let the pause before the next try be over."""

    def end() -> None:
        with begin(stage.bot.engine) as work:
            for row in work.session.scalars(select(Attachment).where(Attachment.status == WANTED)):
                row.leased_until = None

    await stage.bot.thread.do(end)


async def settled(stage: Stage, status: str, attempts: int = 0) -> None:
    await until_async(lambda: is_at(stage, status, attempts))
    await stage.rest()


async def is_at(stage: Stage, status: str, attempts: int) -> bool:
    return any(row[0] == status and row[1] >= attempts for row in await rows(stage))


async def until_async(holds: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(500):
        if await holds():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError
