"""The demo's clock: forward only, from its own page only, with everything that falls due on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import demo
from bot.settings import Settings
from bot.wiring import Bot
from flows.rules.calendar import JST, office_time
from tests.e2e.stage import Stage, people, staged
from tests.e2e.test_spine import FIRM, approved, fill
from tests.e2e.test_story import apply_as, meet, person, press

PAGE = {"X-Sandbox": "page"}
TALK = "ふだんはこのトーク、急ぎは電話"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path) as stage:
        yield stage


async def move(stage: Stage, headers: dict[str, str] = PAGE, **asked: Any) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession(trust_env=False) as http,
        http.post(f"{stage.url}/demo/clock", json=asked, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def read(stage: Stage) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession(trust_env=False) as http,
        http.get(f"{stage.url}/demo/clock") as answer,
    ):
        assert answer.status == 200
        return dict(await answer.json())


async def test_moves_forward(stage: Stage) -> None:
    """Business time runs ahead in Japan's time; real time stays, and so do the ids of messages."""
    before = await read(stage)
    assert before["now"].endswith("+09:00")
    assert before["next"] is None
    status, after = await move(stage, days=3)
    assert status == 200
    moved = datetime.fromisoformat(after["now"]) - datetime.fromisoformat(before["now"])
    assert timedelta(days=3) <= moved < timedelta(days=3, seconds=30)
    real = datetime.fromisoformat(after["real"]) - datetime.fromisoformat(before["real"])
    assert real < timedelta(seconds=30)


@pytest.mark.parametrize(
    "asked",
    [
        {"days": -1},
        {"hours": 0},
        {"days": 401},
        {"hours": 1e12},
        {"days": True},
        {"days": "1"},
        {"days": 1, "hours": 1},
        {"to": "yesterday"},
        {},
    ],
    ids=str,
)
async def test_refuses(stage: Stage, asked: dict[str, Any]) -> None:
    """Backwards, too far, two wishes at once: 400 in plain words, and the hands stay."""
    status, told = await move(stage, **asked)
    assert status == 400
    assert told["error"]
    assert stage.clock.offset == timedelta()


async def test_refuses_strangers(stage: Stage) -> None:
    """Without the page's header, from another origin, or as a form: nothing moves."""
    assert (await move(stage, {}, days=1))[0] == 403
    assert (await move(stage, {**PAGE, "Origin": "https://elsewhere.example"}, days=1))[0] == 403
    assert (await move(stage, {**PAGE, "Sec-Fetch-Site": "cross-site"}, days=1))[0] == 403
    assert (await move(stage, {**PAGE, "Content-Type": "text/plain"}, days=1))[0] == 415
    assert (await move(stage, to="meeting"))[0] == 409  # no meeting yet
    assert stage.clock.offset == timedelta()


def test_only_the_demo_has_it() -> None:
    """Neither the door of an operator nor a worker can turn the hands."""
    bot = Bot(Settings(line_channel_secret="x" * 8, line_channel_access_token="y" * 8))
    assert not [route for route in bot.web_app().router.routes() if "/demo" in str(route.resource)]
    bot.thread.close()
    app, bot, _ = demo.demo_app(demo.demo_settings(1, "sqlite://", with_model=False), demo.Clock())
    assert [route for route in app.router.routes() if "/demo/clock" in str(route.resource)]
    bot.thread.close()


async def test_a_demo_begins_by_day(stage: Stage) -> None:
    """Whenever it is started, business time stands in the hours of a working day, and the screens show it."""
    demo.open_by_day(stage.clock, stage.sandbox)
    now = stage.clock.now()
    assert abs(office_time(now) - now) < timedelta(seconds=1)
    shown = stage.sandbox.ahead.shown(stage.sandbox.ahead.clock())
    assert abs(shown - now.timestamp()) < 5


def hours_to_noon(now: str) -> float:
    here = datetime.fromisoformat(now)
    return ((here.replace(hour=12, minute=0, second=0) - here) % timedelta(days=1)).total_seconds() / 3600


async def test_everything_due_happens_in_order(stage: Stage) -> None:
    """A week's list, the reminder at four the day before, the meeting, its aftermath: at their own hours."""
    owner, staff = people(stage)
    await approved(owner)
    await owner.play(*FIRM)
    await staff.press("公開する")
    talent = person(stage, "高橋")
    await apply_as(stage, talent)
    await move(stage, days=12)
    await move(stage, hours=hours_to_noon((await read(stage))["now"]))  # a talent hears nothing at night
    assert "1人の方から応募がありました" in "\n".join(owner.news())
    await owner.tap("会ってみたい")
    await owner.tap("この3つで聞く")
    await owner.play("味噌", "[とばす]", "[とばす]", "[とばす]", "値段の考え方")
    dm = stage.sandbox.slack.dm_channel(talent.id) or ""
    await press(stage, talent, "会う前の5つの質問", dm)
    await fill(stage, talent, {f"pi.PI{n}": "答え" for n in range(1, 6)})
    await meet(stage, talent, dm)
    await owner.tap("進めたい")
    await press(stage, talent, "進めたい", dm)
    await fill(stage, talent, {"ko.KO3": "2", "ko.KO3_TIME": "10:30", "ko.KO5": TALK})
    await owner.tap("これでよい")
    owner.news()
    planned = (await read(stage))["next"]
    assert planned["what"] == "次の打ち合わせ"
    status, there = await move(stage, to="meeting")
    assert status == 200
    assert abs(datetime.fromisoformat(there["now"]) - datetime.fromisoformat(planned["at"])) < timedelta(
        seconds=5
    )
    heard = owner.news()
    [nth] = [n for n, text in enumerate(heard) if "との打ち合わせです" in text]
    assert "まもなく" in heard[-1]
    shown = stage.sandbox.ahead.shown(stage.sandbox.line.chat(owner.id)[nth - len(heard)].at)
    assert datetime.fromtimestamp(shown, JST).hour == 16
    assert there["next"]["what"] == "打ち合わせのあと"
    await move(stage, to="meeting")
    assert owner.news() == []
    assert "決まったこと" in str(stage.sandbox.slack.messages(dm)[-1])
    assert (await read(stage))["next"]["what"] == "次の打ち合わせ"
