"""Pace: each platform, channel and person has its own rate; who is told to wait holds up nobody else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bot.line.client import LineRefused
from bot.sends.marking import Carried, pause
from bot.sends.pace import AT_ONCE, LINE_BURST, LINE_RATE, POST_BURST, POSTS, Pace
from bot.sends.quota import SECONDS, Quota
from bot.sends.sending import Outcome, Result
from storage.mail import WRITTEN, Letter
from storage.outbox import REFRESH, Parcel

LIMITED = Outcome(Result.RETRY, after=30.0, error="ratelimited")
SENT = Outcome(Result.SENT)


@dataclass
class Watch:
    """A clock that stands until told."""

    at: float = 1_000.0

    def __call__(self) -> float:
        return self.at


def row(platform: str = "slack", **values: Any) -> Letter:
    blank = dict.fromkeys((column.name for column in WRITTEN), None)
    given = {
        "op": "send",
        "channel": "",
        "subject": "",
        "attempts": 1,
        "next_at": datetime.now(UTC),
        **values,
    }
    return Letter(**{**blank, "id": uuid4(), "platform": platform, **given})


def test_a_slow_slack_takes_no_place_of_line() -> None:
    """However many calls to Slack hang, LINE has all of its own."""
    room = Pace(Watch()).room({"slack": AT_ONCE["slack"]})
    assert (room.slack, room.line) == (0, AT_ONCE["line"])


def test_line_is_never_called_more_often_than_it_allows() -> None:
    """After a burst the bucket gives what a second allows, and half of it to one of two processes."""
    for share in (1.0, 0.5):
        watch = Watch()
        pace, sent = Pace(watch), 0
        pace.share = share
        for _ in range(1_000):
            for _ in range(pace.room({}).line):
                pace.leaves(row("line"))
                sent += 1
            watch.at += 0.002
        assert sent <= LINE_BURST + 2 * LINE_RATE * share + 1
        assert sent > 1.9 * LINE_RATE * share


def test_a_stand_in_for_line_has_its_own_limits() -> None:
    """A sandbox is not held to LINE's rate; what it refuses still shuts it."""
    watch = Watch()
    pace = Pace(watch, is_line=False)
    for _ in range(10_000):
        pace.leaves(row("line"))
    assert pace.room({}).line == AT_ONCE["line"]
    pace.came(
        row("line"), Outcome(Result.RETRY, after=1.0, error="429 The API rate limit has been exceeded.")
    )
    assert pace.room({}).line == 0


def test_a_channel_has_a_small_burst_and_then_one_a_second() -> None:
    """Slack takes about one post a second in a channel; a talkative channel shuts only itself."""
    watch = Watch()
    pace, sent = Pace(watch), 0
    for _ in range(600):
        if "staff" not in pace.room({}).channels:
            for _ in range(POSTS):
                pace.leaves(row(channel="staff"))
                sent += 1
        assert "postings" not in pace.room({}).channels
        watch.at += 0.1
    assert 60 <= sent <= 60 + POST_BURST


def test_who_is_told_to_wait_holds_up_nobody_else() -> None:
    """A 429 shuts its channel for as long as Slack says; the other channel, people and LINE go on."""
    watch, person = Watch(), uuid4()
    pace = Pace(watch)
    pace.came(row(channel="staff"), LIMITED)
    pace.came(row(handle_id=person), LIMITED)
    room = pace.room({})
    assert (room.channels, room.people) == (("staff",), (person,))
    assert room.slack > 0
    assert room.line > 0
    watch.at += 29.9
    assert pace.room({}).channels == ("staff",)
    watch.at += 3
    assert pace.room({}).channels == ()


def test_drawings_wait_by_their_kind() -> None:
    """Homes that Slack limits do not hold up cards, nor posts."""
    pace = Pace(Watch())
    pace.came(row(op=REFRESH, subject="home:1"), LIMITED)
    room = pace.room({})
    assert (room.homes_shut, room.cards_shut, room.channels) == (True, False, ())


def test_many_channels_refused_at_once_are_the_workspace() -> None:
    """Three lanes limited at a time mean that Slack as a whole wants to be left alone for a while."""
    watch = Watch()
    pace = Pace(watch)
    for name in ("staff", "postings", "third"):
        pace.came(row(channel=name), LIMITED)
    assert pace.room({}).slack == 0
    assert pace.room({}).line > 0
    watch.at += 31
    assert pace.room({}).slack > 0


def test_a_flood_to_one_person_does_not_stop_line() -> None:
    """LINE's 429 about its rate shuts LINE; one about a single person shuts nobody but him."""
    pace = Pace(Watch())
    pace.came(row("line"), Outcome(Result.RETRY, after=1.0, error="429 Too many messages"))
    assert pace.room({}).line > 0
    pace.came(
        row("line"), Outcome(Result.RETRY, after=1.0, error="429 The API rate limit has been exceeded.")
    )
    assert pace.room({}).line == 0


def test_lanes_are_forgotten_when_they_are_full_again() -> None:
    """What nobody sends to is not kept: memory does not grow with the people we ever wrote to."""
    watch = Watch()
    pace = Pace(watch)
    for _ in range(100):
        pace.leaves(row(handle_id=uuid4()))
    watch.at += 60
    pace.room({})
    assert not pace._lanes


def test_each_try_waits_longer_and_not_all_at_once() -> None:
    """Without a word of the platform's the pauses double, spread out; with one they are as long as it says."""
    away = Outcome(Result.RETRY, after=1.0, error="no connection")
    waits = [
        pause(Carried(Parcel("x", (row(attempts=n),)), away, "push")).total_seconds() for n in range(1, 10)
    ]
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits[:8], start=1))
    assert waits[8] <= 300
    asked = {
        pause(Carried(Parcel("x", (row(attempts=9),)), LIMITED, "post")).total_seconds() for _ in range(20)
    }
    assert all(30 <= wait <= 36 for wait in asked)
    assert len(asked) > 1


@dataclass
class Counting:
    """Answers as LINE's two quota calls do."""

    limit: int | None = 100
    used: int = 0
    is_away: bool = False
    asked: int = 0
    waits: list[float] = field(default_factory=list)

    async def quota(self) -> tuple[int | None, int]:
        self.asked += 1
        await asyncio.sleep(0)
        if self.is_away:
            raise LineRefused("quota", 0)
        return self.limit, self.used


async def test_reminders_go_before_news() -> None:
    """Past four fifths of the month news waits; a reminder still goes."""
    quota = Quota(Counting(used=80), Watch())
    assert await quota.refusal("news") is not None
    assert await quota.refusal("reminder") is None


async def test_a_spent_month_is_asked_once_and_not_tried_in_vain() -> None:
    """After LINE has refused and its own count agrees, pushes wait without a call, until it is asked again."""
    line, watch = Counting(used=100), Watch()
    quota = Quota(line, watch)
    assert await quota.refusal("reminder") is None  # nothing is known yet: it is tried
    await asyncio.gather(*(quota.refused() for _ in range(20)))
    assert line.asked == 1
    before = line.asked
    assert [await quota.refusal("reminder") is not None for _ in range(5)] == [True] * 5
    assert line.asked == before
    watch.at += SECONDS + 1
    assert await quota.refusal("reminder") is None


async def test_one_refusal_with_quota_left_stops_nobody() -> None:
    """LINE says 'monthly limit' while somebody else's delivery is reserved: its count says otherwise, and that holds."""
    quota = Quota(Counting(used=10), Watch())
    await quota.refused()
    assert await quota.refusal("reminder") is None


async def test_an_unreadable_quota_stops_nobody() -> None:
    """While LINE does not tell its count, pushes are tried."""
    line = Counting(is_away=True)
    quota = Quota(line, Watch())
    assert await quota.refusal("news") is None
    assert await quota.refusal("news") is None
    assert line.asked == 1
