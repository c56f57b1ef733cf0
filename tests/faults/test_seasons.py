"""Seasons: twelve weeks in bad weather; each week has its one reminder, and nothing is lost, doubled or stuck.

``SEASONS=200`` plays so many seeds, ``SEASON=17`` the one that a failure names.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from sqlalchemy import func, select

from bot.actions.weekly.slotting import when
from bot.metrics import AGAIN
from flows.rules.calendar import day_before
from storage.conversations import OPEN, WAITING, Conversation
from storage.engagements import MEETING, Engagement, Meeting, Phase
from storage.inbox import DONE, Event
from storage.outbox import DUE, SEND, SENDING, SENT, OutMessage
from storage.parties import Handle
from storage.time_rows import DueRow
from storage.unit_of_work import Work, begin
from tests.faults.seasons import SeasonWorld, people
from tests.story.world import Member, Owner

SEEDS = (
    [int(os.environ["SEASON"])]
    if "SEASON" in os.environ
    else range(1, int(os.environ.get("SEASONS", "3")) + 1)
)
WEEKS = timedelta(weeks=12)
MARKS = ("できた", "途中", "まだ")
SAYS = ("写真を3枚とる", "見出しを書く", "いまどうなってる？", "はい")

Away = list[tuple[datetime, datetime]]


class Season:
    """What the two do in these weeks, when they please."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(f"people {seed}")
        self.world = SeasonWorld.begun(seed)
        self.owner, self.talent = people(self.world)
        self.began = self.world.now
        self.away: Away = []  # when the owner had blocked us

    def play(self) -> None:
        world, ends = self.world, self.world.now + WEEKS
        while world.now < ends:
            world.move(min(ends, world.now + timedelta(hours=self.dice.uniform(6, 80))))
            self.dice.choice((self._owner_acts, self._talent_acts))()
        world.platforms.calm = True
        world.move(world.now + timedelta(hours=30))  # whatever waited for a decent hour

    def _owner_acts(self) -> None:
        blocked = self.world.platforms.blocked
        if self.owner.id in blocked:
            if self.dice.random() < 0.5:
                blocked.clear()
                self.away[-1] = (self.away[-1][0], self.world.now)
                self.world.line(self.owner.id, {"type": "follow", "follow": {"isUnblocked": True}})
            return
        roll = self.dice.random()
        if roll < 0.1:
            blocked.add(self.owner.id)
            self.away.append((self.world.now, self.world.now + 2 * WEEKS))
            self.world.line(self.owner.id, {"type": "unfollow"})
        elif roll < 0.4 and (buttons := _marks(self.owner)):
            self.owner.tap(self.dice.choice(buttons))
        else:
            self.owner.do(self.dice.choice(SAYS))

    def _talent_acts(self) -> None:
        if self.dice.random() < 0.3 and (buttons := _marks(self.talent)):
            self.talent.tap(self.dice.choice(buttons))
        elif self.dice.random() < 0.2:
            self.talent.home()
        elif labels := [each for each in ("決まったこと", "フォームを開く") if self.talent.buttons(each)]:
            self.talent.form = None
            self.talent.press(self.dice.choice(labels))
            if self.talent.form is not None:
                told = {
                    "decided.OWNER": "写真をとる",
                    "decided.TALENT": f"説明文を{self.dice.randint(1, 9)}本書く",
                }
                self.talent.fill(told)


def _marks(who: Owner | Member) -> list[str]:
    return [button.payload for label in MARKS for button in who.buttons(label)[:2]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_season_in_bad_weather(seed: int) -> None:
    """Duplicates, delays, deaths, refusals and a block: one reminder a week and side, in order, nothing stuck."""
    print(f"again: SEASON={seed} python -m pytest tests/faults/test_seasons.py")
    counted = _counted()
    season = Season(seed)
    season.play()
    world = season.world
    with begin(world.engine) as work:
        assert reminded(work, season) >= 8
        assert_in_order(work, season)
        assert doubled_on_line(work, world.platforms.arrivals) <= _counted() - counted
        assert stuck(work) == []
        assert goes_on(work, world.now)
    assert not [words for words in world.told("staff") if "不調" in words or "脇によけ" in words]
    assert world.deaths + world.platforms.faults.total() > 10
    world.end()


def reminded(work: Work, season: Season) -> int:
    """Check that each meeting was reminded of once on each side, but for an owner who was away; count the meetings."""
    met = work.session.scalars(select(Meeting).where(Meeting.state.in_(MEETING)))
    due = [row for row in met if _is_past(day_before(row.meets_at), season)]
    for meeting in due:
        words = f"{when(meeting)}から、"
        told = {
            who.id: sum(
                text.startswith(words) and "との打ち合わせです" in text for text in who.world.told(who.id)
            )
            for who in (season.owner, season.talent)
        }
        assert told[season.talent.id] == 1, (meeting.meets_at, told)
        least = 0 if _is_away(day_before(meeting.meets_at), season.away) else 1
        assert least <= told[season.owner.id] <= 1, (meeting.meets_at, told, season.away)
    return len(due)


def _is_past(moment: datetime, season: Season) -> bool:
    return moment < season.world.now - timedelta(hours=1)


def _is_away(moment: datetime, away: Away) -> bool:
    late = timedelta(hours=1)  # that he had gone, or was back, may have reached us late
    return any(gone - late <= moment <= back + late for gone, back in away)


def assert_in_order(work: Work, season: Season) -> None:
    """What is marked as sent did arrive, and what kept its place in a person's line arrived in that order."""
    first = {name: place for place, name in reversed(list(enumerate(season.world.platforms.arrivals)))}
    for handle in work.session.scalars(select(Handle.id)):
        mine = (OutMessage.handle_id == handle, OutMessage.status == SENT, OutMessage.op == SEND)
        rows = select(OutMessage).where(*mine, OutMessage.created_at > season.began)
        places = {
            row: [first[name] for name in names_of(row) if name in first]
            for row in work.session.scalars(rows)
        }
        assert all(places.values())
        in_line = sorted((row for row in places if row.number is not None), key=lambda row: row.number or 0)
        assert all(min(places[one]) <= min(places[two]) for one, two in pairwise(in_line))


def names_of(row: OutMessage) -> tuple[str, str, str]:
    """Name a message as a platform may know it: by its key, by its marker, by the token it left with."""
    return str(row.id), row.id.hex, row.reply_token


def doubled_on_line(work: Work, arrivals: list[str]) -> int:
    """Count what reached LINE twice: only a reply whose fate stayed unknown may, as a push."""
    sent = select(OutMessage).where(OutMessage.platform == "line", OutMessage.status == SENT)
    kept = [row for row in work.session.scalars(sent) if row.op == SEND]
    twice = [row for row in kept if sum(arrivals.count(name) for name in names_of(row) if name) > 1]
    assert all(row.how == "push" and row.token_until is not None for row in twice)
    return len(twice)


def stuck(work: Work) -> list[str]:
    """Name what waits though nothing holds it up, and what failed."""
    late = select(OutMessage).where(OutMessage.status.in_((DUE, SENDING)))
    failed = select(Event).where(Event.status != DONE)
    return [
        *(f"message {row.status} {row.error}" for row in work.session.scalars(late)),
        *(f"event {row.status} {row.error}" for row in work.session.scalars(failed)),
    ]


def goes_on(work: Work, now: datetime) -> bool:
    """Tell whether somebody is asked something, or the clock will bring it up."""
    engagement = work.session.scalars(select(Engagement)).one()
    talks = select(func.count()).where(Conversation.status.in_((OPEN, WAITING)))
    dues = select(func.count()).where(DueRow.done_at.is_(None), DueRow.due_at > now)
    return engagement.phase != Phase.ENDED.name and bool(
        work.session.scalar(talks) or work.session.scalar(dues)
    )


def _counted() -> float:
    return sum(
        each.value for kind in AGAIN.collect() for each in kind.samples if each.name.endswith("_total")
    )
