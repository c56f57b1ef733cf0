"""Pace: how much may leave now. A bucket of tokens for each platform, channel and person; a refusal shuts its own lane."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from bot.sends.sending import Outcome
from storage.mail import Letter
from storage.outbox import REFRESH, SEND, Room

AT_ONCE = {"line": 200, "slack": 20}  # calls in the air per process: each ends well within its lease
FEW = (
    0.25  # of these free and more: below that one waits a moment, so that messages are claimed many at a time
)
# LINE allows 2,000 calls a second on each path; Slack about one post a second in a channel, and small bursts.
LINE_RATE, LINE_BURST = 1_800.0, 200.0
UNLIMITED = 1e9
SLACK_RATE, SLACK_BURST = 20.0, 60.0
POST_RATE, POST_BURST, POSTS = 1.0, 4.0, 2
HOME_RATE, CARD_RATE, DRAWING_BURST = 1.5, 0.8, 30.0  # views.publish 100 a minute, chat.update 50
HOMES, CARDS = "homes", "cards"
LANES_OF_ALL = 3  # as many channels refused at a time mean the whole workspace


@dataclass
class Bucket:
    """Fills with time up to ``burst``; never takes from anybody, only tells what is left."""

    rate: float
    burst: float
    level: float = field(init=False)
    at: float = 0.0
    shut_until: float = 0.0

    def __post_init__(self) -> None:
        self.level = self.burst

    def left(self, now: float, share: float = 1.0) -> int:
        """Return how many may leave now."""
        self.level = min(self.burst, self.level + max(now - self.at, 0.0) * self.rate * share)
        self.at = now
        return 0 if now < self.shut_until else max(int(self.level), 0)

    def take(self, many: int, now: float) -> None:
        self.level -= many

    def shut(self, seconds: float, now: float) -> None:
        """Wait as the platform asked; afterwards begin slowly."""
        self.shut_until = max(self.shut_until, now + seconds)
        self.level = min(self.level, 1.0)

    def is_idle(self, now: float) -> bool:
        return now >= self.shut_until and self.level + (now - self.at) * self.rate >= self.burst


class Pace:
    """One per process. ``share`` is this process's part of what all of them may send together."""

    def __init__(self, now: Callable[[], float] = time.monotonic, *, is_line: bool = True) -> None:
        """``is_line`` is off where a stand-in answers for LINE: it has limits of its own, and says so."""
        self._now = now
        self.share = 1.0
        self._platforms = {
            "line": Bucket(LINE_RATE, LINE_BURST) if is_line else Bucket(UNLIMITED, UNLIMITED),
            "slack": Bucket(SLACK_RATE, SLACK_BURST),
        }
        self._lanes: dict[str | UUID, Bucket] = {}

    def room(self, flying: dict[str, int]) -> Room:
        """Tell how many calls may leave now, and whose must wait."""
        now = self._now()
        self._forget(now)
        free = {name: self._free(name, flying.get(name, 0), now) for name in self._platforms}
        shut = [
            lane for lane, bucket in self._lanes.items() if bucket.left(now, self.share) < self._least(lane)
        ]
        return Room(
            line=free["line"],
            slack=free["slack"],
            posts=POSTS,
            channels=tuple(each for each in shut if isinstance(each, str) and each not in (HOMES, CARDS)),
            people=tuple(each for each in shut if isinstance(each, UUID)),
            homes_shut=HOMES in shut,
            cards_shut=CARDS in shut,
        )

    def leaves(self, row: Letter) -> None:
        """Count a call that leaves now."""
        now = self._now()
        self._platforms[row.platform].take(1, now)
        if lane := lane_of(row):
            self._lane(lane, now).take(1, now)

    def came(self, row: Letter, outcome: Outcome) -> None:
        """Shut the lane that a platform asked to wait in; what it does not ask for changes nothing."""
        if not outcome.is_limited:
            return
        now = self._now()
        lane = lane_of(row)
        if lane is None:
            return self._platforms[row.platform].shut(outcome.after, now)
        self._lane(lane, now).shut(outcome.after, now)
        refused = [bucket for bucket in self._lanes.values() if bucket.shut_until > now]
        if len(refused) >= LANES_OF_ALL:
            self._platforms[row.platform].shut(min(bucket.shut_until for bucket in refused) - now, now)

    def _free(self, name: str, flying: int, now: float) -> int:
        most = AT_ONCE[name]
        free = min(most - flying, self._platforms[name].left(now, self.share))
        return 0 if flying and free < most * FEW else free

    def _least(self, lane: str | UUID) -> int:
        return 1 if isinstance(lane, UUID) or lane in (HOMES, CARDS) else POSTS

    def _lane(self, lane: str | UUID, now: float) -> Bucket:
        if lane not in self._lanes:
            rate = {HOMES: HOME_RATE, CARDS: CARD_RATE}.get(str(lane), POST_RATE)
            burst = DRAWING_BURST if lane in (HOMES, CARDS) else POST_BURST
            self._lanes[lane] = Bucket(rate, burst)
        self._lanes[lane].left(now, self.share)
        return self._lanes[lane]

    def _forget(self, now: float) -> None:
        """Keep only who sent something lately."""
        for lane in [lane for lane, bucket in self._lanes.items() if bucket.is_idle(now)]:
            del self._lanes[lane]


def lane_of(row: Letter) -> str | UUID | None:
    """Name what a row shares its rate with beside the platform: a channel, a person's DM, all drawings of a kind."""
    if row.platform != "slack":
        return None
    if row.op == REFRESH:
        return HOMES if row.subject.startswith("home:") else CARDS
    return (row.handle_id or row.channel) if row.op == SEND else None
