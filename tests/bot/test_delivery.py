"""Delivery: over real HTTP and every fault of the platforms, each message arrives once and in order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from bot import demo
from bot.clock import Clock
from bot.line.client import LineClient
from bot.slack.client import SlackClient
from bot.turn import STAFF, Turn
from bot.wiring import Bot, serving
from flows.messages import Message
from sandbox.app import Sandbox
from sandbox.chaos import Fault
from sandbox.slack.chat import remove_message
from storage.outbox import DUE, FAILED, HELD, SENDING, SENT, UNKNOWN, OutMessage
from storage.parties import Handle
from storage.staff_tasks import StaffTask, TaskKind
from storage.unit_of_work import Work, begin
from tests.bot.house import said
from tests.databases import database
from tests.e2e.stage import free_port, words_of

PATIENCE = 15.0


@dataclass
class Town:
    """A bot on its sandbox, with platforms that fail when told to and clients that wait only a moment."""

    bot: Bot
    sandbox: Sandbox
    clock: Clock
    url: str

    async def friend(self, name: str = "山崎さん") -> str:
        """Add somebody who has just said hello, and wait for the greeting."""
        id = self.sandbox.line.add_person(name)
        assert await self.sandbox.line.follow(id) == 200
        await self.until(lambda: bool(self.heard(id)))
        await self.rest()
        return id

    def heard(self, id: str) -> list[str]:
        return [words_of(each.message) for each in self.sandbox.line.chat(id) if each.by == "bot"]

    def posts(self, channel: str) -> list[str]:
        return [str(each.get("text", "")) for each in self.sandbox.slack.messages(self.channel(channel))]

    def channel(self, name: str) -> str:
        return next(id for id, each in self.sandbox.slack.channels.items() if each.name == name)

    def calls(self, what: str) -> list[int]:
        """Give the answers to the bot's calls of one kind, oldest first."""
        calls = self.sandbox.wire.calls
        return [each.status for each in calls if each.direction == "from_bot" and each.what == what]

    async def do(self, act: Callable[[Turn], None], who: str = "") -> None:
        """Take a turn of our own making, as this person's doing."""

        def turn() -> None:
            with begin(self.bot.engine) as work:
                me = handle_of(work, who) if who else None
                turn = Turn(work, self.bot.rules, self.clock.now(), me=me)
                act(turn)
                turn.finish()

        await self.bot.thread.do(turn)
        self.bot.wake()

    async def tell(self, who: str, *texts: str, purpose: str = "answer") -> None:
        def act(turn: Turn) -> None:
            handle = handle_of(turn.work, who)
            for text in texts:
                turn.tell(handle, Message(text), purpose=purpose, at=turn.now)

        await self.do(act, who)

    async def post(self, text: str) -> None:
        await self.do(lambda turn: turn.post(STAFF, Message(text)))

    async def rows(self, text: str = "") -> list[OutMessage]:
        def read() -> list[OutMessage]:
            with begin(self.bot.engine) as work:
                return list(work.session.scalars(select(OutMessage).order_by(OutMessage.id)))

        return [row for row in await self.bot.thread.do(read) if text in row.body]

    async def status(self, text: str) -> str:
        [row] = await self.rows(text)
        return row.status

    async def rest(self) -> None:
        """Wait until nothing is due; business time runs on meanwhile, so that pauses are short."""
        await self.until_async(self._is_idle)

    async def _is_idle(self) -> bool:
        return not any(row.status in (DUE, SENDING) for row in await self.rows())

    async def until(self, holds: Callable[[], bool], hurry: float = 0.0) -> None:
        async def asked() -> bool:
            return holds()

        await self.until_async(asked, hurry)

    async def until_async(self, holds: Callable[[], Any], hurry: float = 1.0) -> None:
        ends = time.monotonic() + PATIENCE
        while not await holds():
            assert time.monotonic() < ends, "it did not come about"
            self.clock.move(timedelta(seconds=hurry))
            self.bot.wake()
            await asyncio.sleep(0.03)


def handle_of(work: Work, external_id: str) -> Handle:
    return work.session.scalars(select(Handle).where(Handle.external_id == external_id)).one()


@contextlib.asynccontextmanager
async def a_town(
    folder: Path, *, kind: str = "sqlite", seconds: float = 1.0, rules_kept: bool = True
) -> AsyncIterator[Town]:
    """Start it all; afterwards no platform rule may have been broken."""
    with database(kind, folder) as url:
        port, clock = free_port(), Clock()
        config = demo.demo_settings(port, url, with_model=False)
        app, bot, sandbox = demo.demo_app(config, clock)
        bot.line = LineClient(config.line_channel_access_token, config.line_api_base, seconds=seconds)
        bot.slack = SlackClient(config.slack_bot_token, config.slack_api_base, seconds=seconds)
        sandbox.chaos.hang_seconds = seconds * 2
        demo.furnish(sandbox)
        async with serving(app, "127.0.0.1", port):
            await bot.start(is_worker=True)
            try:
                yield Town(bot, sandbox, clock, f"http://127.0.0.1:{port}")
            finally:
                await bot.stop()
    assert not rules_kept or not sandbox.wire.violations, sandbox.wire.violations


BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.mark.parametrize("kind", BOTH)
async def test_the_order_of_a_person_is_kept_through_failures(tmp_path: Path, kind: str) -> None:
    """Refused, lost, limited and cut off in turn: two people hear everything, once, in order."""
    async with a_town(tmp_path, kind=kind) as town:
        people = [await town.friend("甲"), await town.friend("乙")]
        before = {who: len(town.heard(who)) for who in people}
        faults: tuple[Fault, ...] = (
            "error_before",
            "error_after",
            "rate_limited",
            "drop_after",
            "error_before",
        )
        for fault in faults:
            town.sandbox.chaos.order("push", fault)
        for n in range(1, 5):
            for who in people:
                await town.tell(who, f"その{n}")
        await town.rest()
        for who in people:
            assert town.heard(who)[before[who] :] == ["その1", "その2", "その3", "その4"]


async def test_a_reply_is_free_and_a_push_comes_after_it(tmp_path: Path) -> None:
    """What answers an event leaves with its reply token; what nobody asked for is a push."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        assert (town.calls("reply"), town.calls("push")) == ([200], [])
        await town.tell(who, "お知らせ")
        await town.rest()
        assert (town.calls("reply"), town.calls("push")) == ([200], [200])


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "hang"])
async def test_a_reply_of_unknown_outcome_is_asked_about_with_its_token(tmp_path: Path, fault: Fault) -> None:
    """The same token again: LINE says it was used, so it had arrived. Nothing is doubled, nothing pushed."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        town.sandbox.chaos.order("reply", fault)
        before = len(town.heard(who))
        await town.sandbox.line.say(who, "メニュー")
        await town.rest()
        assert len(town.heard(who)) == before + 1
        assert town.calls("reply")[-1] == 400
        assert town.calls("push") == []


async def test_an_unknown_outcome_is_remembered_through_a_refusal(tmp_path: Path) -> None:
    """Arrived but unanswered, then limited, then told that the token is used: still delivered once."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        for fault in ("drop_after", "rate_limited"):
            town.sandbox.chaos.order("reply", fault)
        before = len(town.heard(who))
        await town.sandbox.line.say(who, "メニュー")
        await town.rest()
        assert len(town.heard(who)) == before + 1
        assert town.calls("push") == []


async def test_a_reply_that_never_arrived_is_said_again(tmp_path: Path) -> None:
    """LINE broke down before it took the reply: the same token still works."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        town.sandbox.chaos.order("reply", "error_before")
        before = len(town.heard(who))
        await town.sandbox.line.say(who, "メニュー")
        await town.rest()
        assert len(town.heard(who)) == before + 1
        assert town.calls("reply")[-2:] == [500, 200]


@pytest.mark.parametrize("fault", ["error_after", "drop_after"])
async def test_a_push_of_unknown_outcome_arrives_once(tmp_path: Path, fault: Fault) -> None:
    """The same retry key again: LINE answers 409, and that is a success."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        town.sandbox.chaos.order("push", fault)
        await town.tell(who, "お知らせ")
        await town.rest()
        assert town.heard(who)[-1:] == ["お知らせ"]
        assert town.heard(who).count("お知らせ") == 1
        assert town.calls("push")[-1] == 409
        assert await town.status("お知らせ") == SENT


async def test_news_waits_when_the_quota_runs_low_and_staff_hear_once(tmp_path: Path) -> None:
    """Past four fifths of the month's pushes news is held, promises go, and two held news make one note."""
    async with a_town(tmp_path) as town:
        people = [await town.friend("甲"), await town.friend("乙")]
        town.sandbox.line.settings.monthly_limit = 10
        town.sandbox.line.quota.count("push", 8, time.time())
        for who in people:
            await town.tell(who, "お知らせ", purpose="news")
        await town.tell(people[0], "お約束のこと", purpose="reminder")
        await town.until_async(lambda: all_are(town, "お知らせ", HELD), hurry=0)
        await town.rest()
        assert town.heard(people[0])[-1] == "お約束のこと"
        assert "お知らせ" not in [*town.heard(people[0]), *town.heard(people[1])]
        assert len([each for each in town.posts("staff") if "通数が残り少なく" in each]) == 1


async def all_are(town: Town, text: str, status: str) -> bool:
    return {row.status for row in await town.rows(text) if row.handle_id} == {status}


async def test_a_poison_message_in_a_batch_harms_only_itself(tmp_path: Path) -> None:
    """LINE refuses five messages for one of them: the other four arrive, and staff hear of the one."""
    async with a_town(tmp_path, rules_kept=False) as town:
        who = await town.friend()

        def spoil() -> None:
            with begin(town.bot.engine) as work:
                handle = handle_of(work, who)
                turn = Turn(work, town.bot.rules, town.clock.now(), me=handle)
                turn.tell(handle, *(Message(f"その{n}") for n in range(1, 5)))
                turn.out[1].body = json.dumps({"type": "hologram"})
                work.outbox.keep_token(handle.id, token, town.clock.real() + timedelta(seconds=50))
                turn.finish()

        before, token = len(town.heard(who)), uuid4().hex
        await town.bot.thread.do(spoil)
        town.bot.wake()
        await town.rest()
        assert town.heard(who)[before:] == ["その1", "その3", "その4"]
        assert await town.status("hologram") == FAILED
        await town.until(lambda: any("お届けできなかった" in each for each in town.posts("staff")))


async def test_what_cannot_be_drawn_or_read_stops_nobody(tmp_path: Path) -> None:
    """A card whose posting is gone and a body that is no JSON: everything else leaves."""
    async with a_town(tmp_path) as town:
        who, other = await town.friend("甲"), await town.friend("乙")
        await town.do(lambda turn: turn.refresh(f"review:{UUID(int=1).hex}", channel=STAFF))

        def spoil(turn: Turn) -> None:
            turn.tell(handle_of(turn.work, who), Message("こわれた"))
            turn.out[0].body = "{こわれた"

        await town.do(spoil, who)
        await town.tell(other, "お元気ですか")
        await town.post("スタッフへ")
        await town.until(lambda: "お元気ですか" in town.heard(other) and "スタッフへ" in town.posts("staff"))


async def test_one_slow_call_holds_up_nobody_else(tmp_path: Path) -> None:
    """While LINE does not answer for one person, another hears at once."""
    async with a_town(tmp_path, seconds=6.0) as town:
        slow, other = await town.friend("甲"), await town.friend("乙")
        town.sandbox.chaos.order("push", "hang")
        await town.tell(slow, "おそい")
        await town.until(lambda: "おそい" in town.heard(slow))  # LINE has it, and does not say so
        await town.tell(other, "はやい")
        await town.until(lambda: "はやい" in town.heard(other))
        assert await town.status("おそい") == SENDING
        town.sandbox.line.closing.set()


async def test_a_person_s_own_line_waits_for_the_slow_one(tmp_path: Path) -> None:
    """The second message to one person does not overtake the first that is still in the air."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        town.sandbox.chaos.order("push", "error_before")
        await town.tell(who, "一", "二")
        await town.rest()
        assert town.heard(who)[-2:] == ["一", "二"]


async def test_line_is_away_for_a_while(tmp_path: Path) -> None:
    """Many calls fail in a row; afterwards everything has arrived, in order, once."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        town.sandbox.chaos.order("push", "error_before", times=4)
        town.sandbox.chaos.order("reply", "error_before", times=2)
        before = len(town.heard(who))
        for n in range(1, 5):
            await town.tell(who, f"その{n}")
        await town.rest()
        assert town.heard(who)[before:] == ["その1", "その2", "その3", "その4"]


async def test_a_stop_lets_what_is_in_the_air_arrive(tmp_path: Path) -> None:
    """A process asked to stop carries what its last turn wrote, and marks it."""
    async with a_town(tmp_path) as town:
        who = await town.friend()
        await town.tell(who, "最後に")
        assert town.bot.delivery is not None
        await town.bot.delivery.end()
        assert town.heard(who)[-1] == "最後に"
        assert await town.status("最後に") == SENT


# --- Slack


async def a_talent(town: Town) -> str:
    """Bring a talent's DM into being."""
    who = next(id for id, each in town.sandbox.slack.people.items() if each.name.startswith("高橋"))
    await town.sandbox.slack.dm(who, "こんにちは")
    await town.rest()
    return who


def dm(town: Town, who: str) -> list[str]:
    channel = town.sandbox.slack.dm_channel(who)
    return [str(each["text"]) for each in town.sandbox.slack.messages(channel or "") if each["user"] != who]


@pytest.mark.parametrize("fault", ["drop_after", "error_after"])
async def test_an_unknown_post_in_a_dm_is_looked_up(tmp_path: Path, fault: Fault) -> None:
    """The post is found by its marker in the history, and not posted again."""
    async with a_town(tmp_path) as town:
        who = await a_talent(town)
        town.sandbox.chaos.order("chat.postMessage", fault)
        await town.tell(who, "お知らせ")
        await town.rest()
        assert dm(town, who).count("お知らせ") == 1
        assert town.calls("conversations.history") == [200]
        assert await town.status("お知らせ") == SENT


async def test_an_unknown_post_in_a_channel_is_posted_once_more_at_most(tmp_path: Path) -> None:
    """Two unknown outcomes: two posts, then it is left as unknown; a limit in between does not count."""
    async with a_town(tmp_path) as town:
        for fault in ("rate_limited", "drop_after", "rate_limited", "drop_after"):
            town.sandbox.chaos.order("chat.postMessage", fault)
        await town.post("スタッフへ")
        await town.until_async(lambda: all_rows(town, "スタッフへ", UNKNOWN))
        await town.rest()
        assert town.posts("staff").count("スタッフへ") == 2


async def all_rows(town: Town, text: str, status: str) -> bool:
    return {row.status for row in await town.rows(text)} == {status}


async def test_a_card_that_was_deleted_is_posted_anew_at_the_next_change(tmp_path: Path) -> None:
    """Updated in place while it hangs; deleted by hand, the change after the failed one hangs it again."""
    async with a_town(tmp_path) as town:
        ids: list[UUID] = []

        def make(turn: Turn) -> None:
            task = StaffTask(kind=TaskKind.TALK.name, words="電話がほしい", created_at=turn.now)
            ids.append(turn.work.tasks.add(task).id)
            turn.refresh(f"task:{ids[0].hex}", channel=STAFF)

        await town.do(make)
        await town.until(lambda: len(town.posts("staff")) == 1)
        await refresh(town, ids[0])
        channel = town.sandbox.slack.channels[town.channel("staff")]
        assert len(channel.messages) == 1
        remove_message(town.sandbox.slack.state, channel, next(iter(channel.messages.values())))
        await refresh(town, ids[0])
        assert len(channel.messages) == 0
        await refresh(town, ids[0])
        assert len(channel.messages) == 1


async def refresh(town: Town, id: UUID) -> None:
    await town.do(lambda turn: turn.refresh(f"task:{id.hex}", channel=STAFF))
    await town.rest()


async def test_a_card_of_unknown_outcome_is_not_hung_for_ever(tmp_path: Path) -> None:
    """The first post of a card is cut off twice: two cards at most, and no third try."""
    async with a_town(tmp_path) as town:
        town.sandbox.chaos.order("chat.postMessage", "drop_after", times=2)

        def make(turn: Turn) -> None:
            task = turn.work.tasks.add(StaffTask(kind=TaskKind.TALK.name, words="電話", created_at=turn.now))
            turn.refresh(f"task:{task.id.hex}", channel=STAFF)

        await town.do(make)
        await town.rest()
        assert len(town.posts("staff")) == 2


# --- kills: a process goes away between two steps


async def test_an_event_stored_and_not_turned_is_taken_over(tmp_path: Path) -> None:
    """The web process dies after its 200: another one answers when the lease has ended."""
    async with a_town(tmp_path) as town:
        who = town.sandbox.line.add_person("山崎さん")
        town.sandbox.line.people[who].is_friend = True
        event = {**said("こんにちは"), "source": {"type": "user", "userId": who}, "mode": "active"}
        event |= {"webhookEventId": "lost", "timestamp": 1, "replyToken": "never"}
        from bot.line.webhook import arrivals

        came = arrivals(json.dumps({"events": [event]}).encode(), town.clock.real())
        await town.bot.thread.do(town.bot.door.store, came)  # and then nothing: the process is gone
        await town.bot.sweep()
        assert town.heard(who) == []
        town.clock.move(timedelta(seconds=31))
        await town.bot.sweep()
        await town.rest()
        assert len(town.heard(who)) >= 1
        assert town.calls("reply") == []


async def test_messages_that_another_process_wrote_are_carried(tmp_path: Path) -> None:
    """The turn's process dies after its commit, or in the middle of sending: the rows go out all the same, once."""
    async with a_town(tmp_path) as town:
        who = await town.friend()

        def half_sent(turn: Turn) -> None:
            turn.tell(handle_of(turn.work, who), Message("途中"), Message("そのあと"))
            turn.finish()
            [parcel] = turn.work.outbox.claim(turn.now, town.clock.real() - timedelta(minutes=2))
            assert len(parcel.rows) == 1  # leased two minutes ago by somebody who is no more

        await town.do(half_sent, who)
        await town.rest()
        assert town.heard(who)[-2:] == ["途中", "そのあと"]
