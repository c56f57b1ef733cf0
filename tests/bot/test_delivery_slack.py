"""Delivery to Slack over real HTTP: an unknown post is looked up, cards are hung once."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from bot.turn import STAFF, Turn
from flows.messages import Message
from sandbox.chaos import Fault
from sandbox.slack.chat import remove_message
from storage.outbox import DUE, SENT, UNKNOWN
from storage.staff_tasks import StaffTask, TaskKind
from tests.bot.town import Town, a_town, handle_of


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


async def test_a_post_waits_for_a_channel_that_slack_did_not_name_yet(tmp_path: Path) -> None:
    """Slack was away when we started: what is posted meanwhile is kept, and goes when the channel is found."""
    async with a_town(tmp_path) as town:
        town.bot.channels["staff"] = ""
        await town.post("スタッフへ")
        await town.until_async(lambda: is_tried(town, "スタッフへ"), hurry=0)
        await town.bot.find_channels()
        await town.rest()
        assert town.posts("staff") == ["スタッフへ"]


async def is_tried(town: Town, text: str) -> bool:
    [row] = await town.rows(text)
    return row.attempts > 0 and row.status == DUE and "not found yet" in row.error


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


@pytest.mark.parametrize("fault", [None, "drop_after", "error_after"])
async def test_words_of_a_thread_stand_under_its_head_once(tmp_path: Path, fault: Fault | None) -> None:
    """The head is posted first; what follows hangs under it, and a reply of unknown outcome is found in the thread."""
    async with a_town(tmp_path) as town:
        who, pair = await a_talent(town), UUID(int=7).hex

        def act(turn: Turn) -> None:
            to = handle_of(turn.work, who)
            turn.tell(to, Message("頭"), at=turn.now, dedupe=f"thread:{pair}", subject=f"thread:{pair}")
            turn.tell(to, Message("一つ目"), at=turn.now, subject=f"in:{pair}")

        await town.do(act, who)
        await town.rest()
        if fault is not None:
            town.sandbox.chaos.order("chat.postMessage", fault)
        again = [Message("二つ目"), Message("三つ目")]
        await town.do(lambda turn: turn.tell(handle_of(turn.work, who), *again, subject=f"in:{pair}"), who)
        await town.rest()
        channel = town.sandbox.slack.dm_channel(who)
        said = town.sandbox.slack.messages(channel or "")
        [head] = [each for each in said if each["text"] == "頭"]
        under = [each["text"] for each in said if each.get("thread_ts") == head["ts"] and each is not head]
        assert under == ["一つ目", "二つ目", "三つ目"]
