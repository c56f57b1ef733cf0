"""Kills: the bot's process dies again and again, by SIGKILL, from the hello to the renewal; nothing is lost."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from flows.rules.calendar import JST, is_business_day
from storage.engagements import Engagement
from storage.inbox import DONE, Event
from storage.mail import bubbles_of
from storage.outbox import HELD, SENT, UNSURE, OutMessage
from storage.time_rows import DueRow
from storage.weeks import Promise
from tests.e2e.lives import World, living, same
from tests.e2e.stage import words_of
from tests.e2e.test_spine import EIGHT_ACTIONS
from tests.e2e.test_story import APPLY, ME, TERMS, WORKS, is_named

# One life in every run, more of them by KILL_SEEDS=1,2,3: an even seed has a model, an odd one the rules.
SEEDS = [int(seed) for seed in os.environ.get("KILL_SEEDS", "2").split(",")]
SHARE = float(os.environ.get("KILL_SHARE", "0.1"))  # of all acts; 0.15 and more by command
LEAST_DEATHS = 5  # of fifty acts
FORM_SECONDS = 240.0  # until a form is called lost: it is gone through as fast as it is answered

HELLO = [
    ("[同意して始める]", "やりたいな"),
    *zip(
        EIGHT_ACTIONS,
        (
            "どれに近いですか",
            "3か月後",
            "月に何件",
            "どなたですか",
            "お支払い",
            "いちばん大事",
            "このまま見せて",
        ),
        strict=True,
    ),
    ("[その文だけ外す]", "募集の下書き"),
    ("[これでよい]", "会社のお名前"),
    ("山崎醸造", "どちらですか"),
    ("[有限会社山崎醸造 長野県飯田市本町1-2]", "電話かメール"),
    ("[0265-00-1234]", "決めるのは、どなた"),
    ("[自分が決める]", "までにお知らせします"),
]
MEETING = [
    ("[会ってみたい]", "お会いする日を決めましょう"),
    ("[この3つで聞く]", "好きなこと10個"),
    ("味噌、山歩き、孫", "120％"),
    ("人に頼まれること", "やる気が削がれる"),
    ("とばす", "与えられた"),
    ("[とばす]", "考えを変えたり"),
    ("値段の考え方", "お二人そろったら"),
]
LOOKING_BACK = [
    ("写真をほめてもらえた", "改善したいこと"),
    ("連絡がもう少し早いとうれしい", "大切にしていること"),
    ("約束を守ること", "契約更新を希望"),
    ("続けたい。月20時間", "お二人そろったら"),
]


@dataclass
class Phone:
    """An owner at his phone: he waits for the words that answer him, and taps again when they do not come."""

    world: World
    id: str

    def heard(self, words: str, since: int = 0) -> bool:
        chat = self.world.sandbox.line.chat(self.id)[since:]
        return any(words in words_of(bubble.message) for bubble in chat if bubble.by == "bot")

    async def play(self, *lines: tuple[str, str]) -> None:
        """Say each line, or tap it where it stands in [brackets], until its answer is read."""
        for line, answer in lines:
            since = len(self.world.sandbox.line.chat(self.id))
            is_tap = line.startswith("[")

            async def do(line: str = line, is_tap: bool = is_tap) -> None:
                await (self._tap(line[1:-1]) if is_tap else self.world.sandbox.line.say(self.id, line))

            def is_answered(answer: str = answer, since: int = since) -> bool:
                return self.heard(answer, since)

            await self.world.act(do, is_answered, is_repeated=is_tap)  # nobody writes a long answer twice
            await self.world.rest()

    async def come_to(self, label: str, *lines: str) -> None:
        """Answer what was asked before, one after the other, until a button is offered."""
        for line in lines:
            if label in self.labels():
                return
            if not line.startswith("[") or line[1:-1] in self.labels():
                await self.play((line, ""))

    def labels(self) -> list[str]:
        return [str(item.get("label")) for item in self.world.sandbox.line.buttons(self.id)]

    async def _tap(self, label: str) -> None:
        """Tap the newest button of this name, if it is still there."""
        line = self.world.sandbox.line
        action = next((item for item in line.buttons(self.id) if item.get("label") == label), None)
        if action is not None:
            await line.tap(self.id, action)


@dataclass
class Desk:
    """Somebody in Slack: presses, fills in what is on the screen, and does it again when nothing comes of it."""

    world: World
    name: str

    @property
    def id(self) -> str:
        return self._one(self.world.sandbox.slack.people)

    @property
    def dm(self) -> str:
        return self.world.sandbox.slack.dm_channel(self.id) or ""

    def channel(self, name: str) -> str:
        return next(id for id, item in self.world.sandbox.slack.channels.items() if item.name == name)

    def _one(self, people: Any) -> str:
        return str(next(id for id, item in people.items() if item.name.startswith(self.name)))

    def reads(self, words: str, channel: str = "") -> bool:
        place = channel or self.dm
        seen = self.world.sandbox.slack.messages(place) if place else []
        return any(words in same(each) for each in seen)

    async def press(self, label: str, channel: str, is_done: Callable[[], bool]) -> None:
        """Press until it shows."""
        await self.world.act(lambda: self._press(label, channel), is_done)
        await self.world.rest()

    async def fill(
        self, label: str, channel: str, is_done: Callable[[], bool], *pages: Mapping[str, Any]
    ) -> None:
        """Go through a form page by page: do what the screen asks for, until all of it is taken."""
        ends = monotonic() + FORM_SECONDS
        while monotonic() < ends:
            if is_done():
                return await self.world.rest()
            page = self._open_page(pages)
            if page is None:
                await self._close()
                await self.world.act(
                    lambda: self._press(label, channel),
                    lambda: is_done() or self._open_page(pages) is not None,
                    gives_up=True,
                )
                if self._open_page(pages) is None:  # half a minute later he looks again
                    await self.world.move(self.world.clock.now() + timedelta(seconds=30))
                continue
            await self.world.sandbox.slack.fill(self.id, page)
            before = self.world.sandbox.slack.modal(self.id)

            def is_answered(before: Any = before) -> bool:
                return is_done() or self.world.sandbox.slack.modal(self.id) != before

            await self.world.act(self._submit, is_answered, gives_up=True)
        raise AssertionError(f"the form behind {label} is never done\n{self.world.told()}")

    def _open_page(self, pages: tuple[Mapping[str, Any], ...]) -> dict[str, Any] | None:
        modal = self.world.sandbox.slack.modal(self.id)
        shown = {block.get("block_id") for block in modal["blocks"]} if modal else set()
        return next((dict(page) for page in pages if shown & page.keys()), None)

    async def _close(self) -> None:
        if self.world.sandbox.slack.modal(self.id):
            await self.world.sandbox.slack.close(self.id)

    async def _submit(self) -> None:
        if self.world.sandbox.slack.modal(self.id):
            await self.world.sandbox.slack.submit(self.id)

    async def _press(self, label: str, channel: str) -> None:
        slack = self.world.sandbox.slack
        for message in reversed(slack.messages(channel)):
            for block in message.get("blocks", []):
                for element in block.get("elements", []):
                    if element.get("type") == "button" and is_named(label, element["text"]["text"]):
                        at = dict(block_id=block.get("block_id"), ts=message["ts"])
                        await slack.press(self.id, channel, element["action_id"], **at)
                        return


@pytest.mark.parametrize("seed", SEEDS)
async def test_three_months_survive_real_kills(tmp_path: Path, seed: int) -> None:
    """Killed between acts and in the middle of them: the story reaches the renewal, each message arrives, none on LINE twice."""
    async with living(tmp_path, seed, ten_o_clock(), share=SHARE, with_model=seed % 2 == 0) as world:
        phone = Phone(world, next(iter(world.sandbox.line.people)))
        staff, talent = Desk(world, "佐藤"), Desk(world, "高橋")
        await world.act(lambda: world.sandbox.line.follow(phone.id), lambda: phone.heard("使いみち"))
        await phone.play(*HELLO)
        postings, room = staff.channel("postings"), staff.channel("staff")
        await staff.press("公開する", room, lambda: phone.heard("募集を始めました"))
        await talent.fill("関心あり", postings, lambda: talent.reads("応募しました"), ME, WORKS, TERMS, APPLY)
        await noon_after(world, 11)
        await phone.play(*MEETING)
        pi = {f"pi.PI{n}": f"高橋の答え{n}" for n in range(1, 6)}
        await talent.fill("会う前の5つの質問", talent.dm, lambda: phone.heard("高橋の答え1"), pi)
        await talent.press("10:00…", talent.dm, lambda: phone.heard("お会いする日が決まりました"))
        [due] = world.rows(DueRow, DueRow.purpose == "interview_over", DueRow.done_at.is_(None))
        await world.move(due.due_at + timedelta(minutes=1))
        await phone.play(("[進めたい]", "お相手のお返事"))
        await talent.press("進めたい", talent.dm, lambda: phone.heard("も「進めたい」"))
        ko = {"ko.KO3": "2", "ko.KO3_TIME": "10:30", "ko.KO5": "ふだんはこのトーク、急ぎは電話"}
        await talent.fill("フォームを開く", talent.dm, lambda: phone.heard("決める6つ"), ko)
        await phone.play(("[これでよい]", "始まりました"))
        await weeks(world, phone, talent)
        await look_back(world, phone, talent)
        await world.rest()
        print(f"seed {seed}: {world.bot.deaths} deaths, {world.repeats} repeats, {world.fates}")
        judge(world, phone)


async def weeks(world: World, phone: Phone, talent: Desk) -> None:
    """Three meetings, each with a promise of each side."""
    for week, days in enumerate((7, 7, 14), start=1):  # a week may fall on the new year
        await noon_after(world, days)
        told = f"説明文を{week}本書く"
        form = {"decided.OWNER": f"写真を{week}枚とる", "decided.TALENT": told}
        await talent.fill("決まったこと", talent.dm, partial(promised, world, told), form)
        await phone.play(("今週やること", "これでよろしいですか"), ("[これでよい]", "これで進めます"))


def promised(world: World, words: str) -> bool:
    return any(row.text == words for row in world.rows(Promise))


async def look_back(world: World, phone: Phone, talent: Desk) -> None:
    """Both answer under seal, read each other at once, and go on."""
    [due] = world.rows(DueRow, DueRow.purpose == "feedback", DueRow.done_at.is_(None))
    await world.move(due.due_at + timedelta(minutes=5))
    for _ in range(3):  # another question may be open: then this one waits its turn
        if not phone.heard("もうすぐ3か月です"):
            await noon_after(world, 1)
    assert phone.heard("もうすぐ3か月です"), world.told()
    await phone.play(*LOOKING_BACK)
    mf = {"mf.MF1": "美咲さんの写真", "mf.MF2": "決めるのが遅いことがある"}
    mf2 = {"mf2.MF3": "早く試すこと", "mf2.MF4": "続けたいです"}
    await talent.fill("ふりかえり 1/2", talent.dm, lambda: phone.heard("決めるのが遅いことがある"), mf, mf2)
    await phone.come_to("同じ条件で続ける", "[続ける]", "写真を4枚とる")
    await phone.play(("[同じ条件で続ける]", "お相手のお返事"))
    await talent.press("同じ条件で続ける", talent.dm, lambda: phone.heard("このまま続きます"))


def judge(world: World, phone: Phone) -> None:
    """Nothing waits, failed or was put aside; each message arrived, and no rule of a platform was broken."""
    assert world.bot.deaths >= LEAST_DEATHS
    assert [row.renewed for row in world.rows(Engagement)] == [1]
    assert {row.status for row in world.rows(Event)} == {DONE}
    left = [row for row in world.rows(OutMessage) if row.status != SENT]
    assert all(row.status == HELD or row.error == "taken back" for row in left), world.told()
    broken = world.unexcused()
    assert not broken, f"{broken}\naway {world.bot.away}"
    assert "Traceback" not in world.bot.log.read_text(), world.told()
    read_once(world, phone)
    doubled = posted_once(world)
    excused = len(world.sandbox.wire.violations)  # the rest would have failed above
    print(f"doubled in channels: {doubled}, not taken while it was away: {excused}")


def read_once(world: World, phone: Phone) -> None:
    """What the owner read is what was to be sent, message for message: nothing lost, nothing twice."""
    rows = [row for row in sent(world) if row.platform == "line"]
    bubbles = [each.message for each in world.sandbox.line.chat(phone.id) if each.by == "bot"]
    assert Counter(map(same, bubbles)) == Counter(same(each) for row in rows for each in bubbles_of(row.body))


def posted_once(world: World) -> int:
    """Each post arrived; only in a channel, and only where its fate was not known, a second time. Count those."""
    calls = [call for call in world.sandbox.wire.calls if call.what == "chat.postMessage"]
    marks = Counter(
        call.request["metadata"]["event_payload"]["id"] for call in calls if call.response.get("ok")
    )
    rows = [row for row in sent(world) if row.platform == "slack"]
    for row in rows:
        may_be_twice = row.handle_id is None and row.error.startswith(UNSURE)
        assert 1 <= marks[row.id.hex] <= 1 + may_be_twice, (row.body, row.error, marks[row.id.hex])
    return sum(marks[row.id.hex] - 1 for row in rows)


def sent(world: World) -> list[OutMessage]:
    return [row for row in world.rows(OutMessage) if row.op == "send" and row.status == SENT]


def ten_o_clock() -> datetime:
    """Give the next morning on which people work."""
    day = datetime.now(JST).date() + timedelta(days=1)
    while not is_business_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(10), JST)


async def noon_after(world: World, days: int) -> None:
    """Go on to noon of the first business day so many days on."""
    day = world.clock.now().astimezone(JST).date() + timedelta(days=days)
    while not is_business_day(day):
        day += timedelta(days=1)
    await world.move(datetime.combine(day, time(12, 5), JST))
