"""Delivery to LINE over real HTTP and every fault of the platform: each message arrives once and in order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot.turn import STAFF, Turn
from flows.messages import Message
from sandbox.chaos import Fault
from storage.outbox import FAILED, HELD, SENDING, SENT
from storage.unit_of_work import begin
from tests.bot.house import said
from tests.bot.town import BOTH, Town, a_town, handle_of


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
                now = town.clock.real()
                work.outbox.add((), now, {handle.id: (token, now + timedelta(seconds=50))})
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


def watched(town: Town, meet: Callable[[list[str]], None]) -> list[list[str]]:
    """Follow the statements of each transaction; ``meet`` hears of all so far, before the last one runs."""
    done: list[list[str]] = []
    open: dict[int, list[str]] = {}

    @event.listens_for(town.bot.engine, "before_cursor_execute")
    def _asked(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        open.setdefault(id(connection.connection.dbapi_connection), []).append(statement)
        meet(open[id(connection.connection.dbapi_connection)])

    @event.listens_for(town.bot.engine, "commit")
    @event.listens_for(town.bot.engine, "rollback")
    def _over(connection: Any) -> None:
        done.append(open.pop(id(connection.connection.dbapi_connection), []))

    return done


def marks(statements: list[str]) -> bool:
    return any("UPDATE messages" in each and "external_id" in each for each in statements)


def claims(statements: list[str]) -> bool:
    return any("line_answer" in each for each in statements)


@pytest.mark.parametrize("kind", BOTH)
async def test_what_arrived_is_marked_with_the_next_claim(tmp_path: Path, kind: str) -> None:
    """One commit says that a message has arrived and takes the next of its line."""
    async with a_town(tmp_path, kind=kind) as town:
        who = await town.friend()
        done = watched(town, lambda _: None)
        await town.tell(who, "一", "二", "三", purpose="reminder")
        await town.rest()
        assert town.heard(who)[-3:] == ["一", "二", "三"]
        assert [each for each in done if marks(each) and claims(each)]


@pytest.mark.parametrize("kind", BOTH)
async def test_a_claim_that_fails_forgets_nothing_that_arrived(tmp_path: Path, kind: str) -> None:
    """The commit that was to say it is undone with the claim: it is said again, and nothing is sent twice."""
    failures: list[str] = []

    def fail_once(statements: list[str]) -> None:
        if marks(statements) and claims(statements) and len(failures) < 2:
            failures.append(statements[-1])
            raise OperationalError("a claim", {}, Exception("canceling statement due to lock timeout"))

    async with a_town(tmp_path, kind=kind) as town:
        who = await town.friend()
        watched(town, fail_once)
        before = len(town.calls("push"))
        await town.tell(who, "一", "二", "三", purpose="reminder")
        await town.rest()
        assert town.heard(who)[-3:] == ["一", "二", "三"]
        assert town.calls("push")[before:] == [200, 200, 200]
        assert {await town.status(text) for text in "一二三"} == {SENT}
        assert failures
