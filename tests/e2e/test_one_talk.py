"""One talk over real HTTP: words, photos and files both ways, edits, deletions, faults and abuse, through both screens."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image
from sqlalchemy import select

from bot.demo import DEMO_URL
from storage.attachments import FETCHING, GONE, WANTED, Attachment
from storage.engagements import Engagement
from storage.parties import Handle
from storage.unit_of_work import begin
from tests.bot.test_pictures import jpeg
from tests.e2e.stage import Owner, Stage, people, staged
from tests.rules.test_papers import PDF
from tests.story.stages import at, running

TELL = "お相手に伝える"


@dataclass
class Pair:
    """Two who work together, each at his own screen."""

    stage: Stage
    owner: Owner
    talent: str
    dm: str = ""
    thread: str = ""

    async def said(self, words: str, thread: bool = True) -> str:
        """Let the talent write, in the thread or beside it; give the moment that names it."""
        slack = self.stage.sandbox.slack
        assert await slack.dm(self.talent, words, thread_ts=self.thread if thread else None) == 200
        await self.stage.rest()
        mine = [each for each in slack.messages(self.dm) if each["user"] == self.talent]
        return str(mine[-1]["ts"])

    async def shares(self, *given: tuple[str, bytes], text: str = "") -> str:
        slack = self.stage.sandbox.slack
        assert await slack.share(self.talent, self.dm, given, text, thread_ts=self.thread) == 200
        await self.settled()
        mine = [each for each in slack.messages(self.dm) if each["user"] == self.talent]
        return str(mine[-1]["ts"])

    async def sends(self, name: str, content: bytes) -> None:
        """Let the owner send a photo, or with a name a file."""
        line = self.stage.sandbox.line
        act = line.file(self.owner.id, name, content) if name else line.photo(self.owner.id, content)
        assert await act == 200
        await self.settled()

    async def settled(self) -> None:
        """Wait until nothing is being fetched any more, and all of it is told."""

        def is_coming() -> bool:
            with begin(self.stage.bot.engine) as work:
                waits = Attachment.status.in_((WANTED, FETCHING))
                return work.session.scalars(select(Attachment.id).where(waits)).first() is not None

        for _ in range(3_000):
            if not await self.stage.bot.thread.do(is_coming):
                break
            await asyncio.sleep(0.02)
        await self.stage.rest()

    def inside(self) -> list[str]:
        """Give what the talent reads of the bot in his thread."""
        told = self.stage.sandbox.slack.messages(self.dm)
        return [
            str(each["text"]) for each in told if each.get("bot_id") and each.get("thread_ts") == self.thread
        ]

    async def fetch(self, url: str) -> tuple[int, str, bytes]:
        here = url.replace(DEMO_URL, self.stage.url).partition("?")[0]
        async with aiohttp.ClientSession() as http, http.get(here) as answer:
            return answer.status, answer.headers.get("Content-Disposition", ""), await answer.read()

    def held(self) -> list[tuple[str, bool]]:
        with begin(self.stage.bot.engine) as work:
            rows = select(Attachment.status, Attachment.content.is_not(None)).order_by(Attachment.id)
            return [(status, has) for status, has in work.session.execute(rows)]


def at_work() -> tuple[bytes, datetime]:
    """Give the store of a pair at work, and its moment; in the thread that made the stages."""
    cast = at(running)
    raw = cast.world.engine.raw_connection()
    kept = raw.driver_connection.serialize()  # type: ignore[union-attr]
    raw.close()
    return kept, cast.world.now


def moves_in(stage: Stage, owner: str, kept: bytes, now: datetime) -> str:
    """Put a pair at work into the stage's store, as people whom its platforms know; give the talent."""
    source = sqlite3.connect(":memory:")
    source.deserialize(kept)
    target = stage.bot.engine.raw_connection()
    source.backup(target.driver_connection)  # type: ignore[arg-type]
    target.close()
    source.close()
    stage.clock.move(now - stage.clock.now())
    staff = next(each for each in stage.sandbox.slack.channels.values() if each.name == "staff").members
    others = [user for user in stage.sandbox.slack.people if user not in staff]
    with begin(stage.bot.engine) as work:
        [pair] = work.session.scalars(select(Engagement))
        work.parties.handle(pair.owner_handle_id).external_id = owner
        talent = work.parties.handle(pair.talent_handle_id)
        colleagues = iter([user for user in staff if user in stage.sandbox.slack.people])
        for handle in work.session.scalars(select(Handle).where(Handle.platform == "slack")):
            if handle.id != talent.id:
                handle.external_id = next(colleagues, handle.external_id)
        talent.external_id = others[0]
        return others[0]


@contextlib.asynccontextmanager
async def paired(folder: Path) -> AsyncIterator[Pair]:
    """Give a pair in whose thread the owner has written first."""
    async with staged(folder) as stage:
        owner, _ = people(stage)
        pair = Pair(stage, owner, await stage.bot.thread.do(moves_in, stage, owner.id, *at_work()))
        await owner.follow()
        await owner.play("写真はいつ撮りますか", f"[{TELL}]", "写真はいつ撮りますか")
        pair.dm = stage.sandbox.slack.dm_channel(pair.talent) or ""
        told = stage.sandbox.slack.messages(pair.dm)
        [pair.thread] = [
            str(each["ts"]) for each in told if "このスレッドに書いてください" in str(each["text"])
        ]
        owner.news()
        yield pair


def urls(node: Any) -> list[str]:
    """Give every address that a message leads to."""
    if isinstance(node, list):
        return [url for each in node for url in urls(each)]
    if not isinstance(node, dict):
        return []
    own = [str(node[name]) for name in ("uri", "url", "image_url", "originalContentUrl") if name in node]
    return own + [url for name, each in node.items() if name != "altText" for url in urls(each)]


async def test_photos_and_files_cross_both_ways(tmp_path: Path) -> None:
    """What each sends the other opens on the other screen: a photo without its place, a file saved under its name."""
    async with paired(tmp_path) as pair:
        slack, line = pair.stage.sandbox.slack, pair.stage.sandbox.line
        await pair.owner.tap(TELL)
        await pair.sends("", jpeg((640, 480), secrets=True))
        await pair.sends("見積書.pdf", PDF)
        await pair.owner.say("この棚です")
        assert [text.split("から：")[-1] for text in pair.inside()[-3:]] == [
            "写真です。",
            "ファイルです。見積書.pdf(1KB)",
            "「この棚です」",
        ]
        told = [each for each in slack.messages(pair.dm) if each.get("bot_id")][-3:]
        status, how, content = await pair.fetch(urls(told[0])[0])
        assert (status, how) == (200, "")
        assert Image.open(BytesIO(content)).size == (480, 640)
        assert b"SECRET" not in content
        status, how, content = await pair.fetch(urls(told[1])[0])
        assert (status, content) == (200, PDF)
        assert how.startswith('attachment; filename="file.pdf"')
        pair.owner.news()

        await pair.shares(("棚.jpg", jpeg()), ("表.csv", "品名,数\nりんご,3".encode()), text="こうですか")
        heard = await pair.owner.say("今の状況")
        assert heard[:2] == [
            "(写真)",
            "高橋さんから：写真です。\nファイルです。表.csv(1KB)\n「こうですか」\n[ファイルを開く]\n[返事をする]",
        ]
        shown = [bubble.message for bubble in line.chat(pair.owner.id)]
        [photo] = [each for each in shown if each["type"] == "image" and "originalContentUrl" in each]
        assert (await pair.fetch(photo["originalContentUrl"]))[0] == 200
        assert photo["originalContentUrl"].startswith("https://")


async def test_faults_on_the_way_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    """Slack brings events twice and out of order, a file cannot be had at first: all of it comes, once, in order."""
    async with paired(tmp_path) as pair:
        chaos = pair.stage.sandbox.chaos
        chaos.order("event", "duplicate")
        await pair.said("一つ目です")
        chaos.order("event", "reorder")
        await pair.stage.sandbox.slack.dm(pair.talent, "二つ目です", thread_ts=pair.thread)
        await pair.said("三つ目です")
        chaos.order("files.info", "error_before")
        chaos.order("event", "duplicate")
        slack = pair.stage.sandbox.slack
        assert (
            await slack.share(pair.talent, pair.dm, [("a.pdf", PDF)], "四つ目です", thread_ts=pair.thread)
            == 200
        )
        await pair.said("五つ目です")
        heard = "\n".join(await pair.owner.say("今の状況"))
        assert [heard.count(f"「{n}つ目です」") for n in "一二三"] == [1, 1, 1]
        assert heard.index("一つ目") < heard.index("二つ目") < heard.index("三つ目")
        assert "五つ目" not in heard  # the file before it is still on its way
        await pair.stage.bot.thread.do(hurry, pair.stage)
        await pair.settled()
        heard = "\n".join(await pair.owner.say("今の状況"))
        assert heard.index("a.pdf") < heard.index("四つ目") < heard.index("五つ目")
        assert heard.count("ファイルです。a.pdf") == 1


def hurry(stage: Stage) -> None:
    """Let the pause before the next try be over."""
    with begin(stage.bot.engine) as work:
        for row in work.session.scalars(select(Attachment).where(Attachment.status == WANTED)):
            row.leased_until = None


async def test_edits_deletions_and_unsends_follow(tmp_path: Path) -> None:
    """Through Slack's own events: what waits changes or goes, previews and our own changes do nothing, LINE's unsend empties Slack."""
    async with paired(tmp_path) as pair:
        slack, line = pair.stage.sandbox.slack, pair.stage.sandbox.line
        first, second = await pair.said("木曜はどうですか"), await pair.said("消したい言葉です")
        await slack.edit(pair.talent, pair.dm, first, "金曜はどうですか https://example.com/a")
        await slack.unfurl(pair.dm, first)
        await slack.delete(pair.talent, pair.dm, second)
        await pair.stage.rest()
        heard = await pair.owner.say("今の状況")
        assert heard[0].startswith("高橋さんから：「金曜はどうですか https://example.com/a」\n[返事をする]")
        await slack.edit(pair.talent, pair.dm, first, "土曜はどうですか")
        shared = await pair.shares(("a.pdf", PDF))
        await slack.delete(pair.talent, pair.dm, shared)
        await pair.stage.rest()
        heard = await pair.owner.say("今の状況")
        assert "訂正です。" in heard[0]
        assert "「土曜はどうですか」になりました" in heard[0]
        assert "a.pdf" not in "".join(heard)
        assert await pair.stage.bot.thread.do(pair.held) == [(GONE, False)]

        await pair.owner.tap(TELL)
        await pair.sends("", jpeg())
        told = [each for each in slack.messages(pair.dm) if each.get("bot_id")][-1]
        [url] = [each for each in urls(told) if "/p/file/" in each]
        photo = next(bubble.id for bubble in reversed(line.chat(pair.owner.id)) if bubble.by == "person")
        assert await line.unsend(pair.owner.id, photo) == 200
        await pair.settled()
        assert (await pair.fetch(url))[0] == 404
        after = next(each for each in slack.messages(pair.dm) if each["ts"] == told["ts"])
        assert (after["text"], urls(after)) == ("(取り消されました)", [])
        await slack.settle()


async def test_abuse_and_the_end_are_answered_kindly(tmp_path: Path) -> None:
    """Harmful and huge files, 5,000 characters, a foreign file's address, a forged link, the ended work."""
    async with paired(tmp_path) as pair:
        slack = pair.stage.sandbox.slack
        await pair.shares(
            ("請求.pdf", b"MZ\x90\x00"),
            ("a.zip", PDF),
            ("棚.jpg", b"\xff\xd8" + b"0" * (20 << 20)),
            text="見てください",
        )
        told = "\n".join(pair.inside())
        for words in (
            "「請求.pdf」は届けていません",
            "「a.zip」は届けていません",
            "「棚.jpg」は届けていません",
            "10MBまで",
        ):
            assert words in told
        await pair.said("あ" * 5_000)
        assert "500文字まで" in pair.inside()[-1]
        heard = "\n".join(await pair.owner.say("今の状況"))
        assert "「見てください」" in heard
        assert "ファイルです" not in heard
        assert "あああ" not in heard
        for forged in ("x" * 40, "x" * 400, "%00"):
            assert (await pair.fetch(f"{DEMO_URL}/p/file/{forged}"))[0] == 404
        await pair.stage.bot.thread.do(ends, pair.stage)
        await pair.shares(("b.pdf", PDF))
        assert "終わっています" in pair.inside()[-1]
        stranger = next(user for user in reversed(slack.people) if user != pair.talent)
        slack.state.open_dm(stranger)
        await slack.dm(stranger, "社長いますか", thread_ts=pair.thread)
        await pair.stage.rest()
        assert "社長いますか" not in "\n".join(await pair.owner.say("今の状況"))


def ends(stage: Stage) -> None:
    with begin(stage.bot.engine) as work:
        for pair in work.session.scalars(select(Engagement)):
            pair.end(stage.clock.now())
