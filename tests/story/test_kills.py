"""Kills: the process dies at any moment of the story; nothing is lost, and nothing is said twice."""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from bot import sweeps
from bot.arrivals import Answered, Arrived
from bot.carry import carry
from bot.errors import Refusal
from bot.sends.drawing import draw_all
from bot.taking import take_turn
from bot.turn import Turn
from storage.inbox import Arrival
from storage.leases import USUAL
from storage.outbox import SENDING, OutMessage
from storage.unit_of_work import begin
from tests.story.stages import Cast, at, new_cast, running
from tests.story.world import Member, Owner, StoryWorld


class Killed(Exception):
    """The process was here a moment ago."""


class MortalWorld(StoryWorld):
    """A world whose process dies at seeded moments: stored, not turned; half turned; sent, not marked."""

    dice: Random
    deaths: int = 0

    def take(self, came: Arrived) -> Answered:
        row = Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)
        with begin(self.engine) as work:
            [id] = work.inbox.store([row], self.now)
        assert id is not None
        match self.dice.randrange(6):
            case 0:  # stored and answered, then dead: another takes it over when the lease has ended
                self.deaths += 1
                return self._taken_over()
            case 1:  # dead in the middle of the turn: all of it is undone
                self.deaths += 1
                with pytest.raises(Killed):
                    self._half_turn(id)
                return self._taken_over()
            case _:
                answered = take_turn(self.engine, self.rules, carry, id, self.now)
        with begin(self.engine) as work:  # the platform brings it again, as they do
            assert work.inbox.store([row], self.now) == [None]
        assert take_turn(self.engine, self.rules, carry, id, self.now) == Answered()
        self.now += self.step
        return answered

    def _half_turn(self, id: UUID) -> None:
        with begin(self.engine) as work:
            [event] = work.inbox.claim([id])
            turn = Turn(work, self.rules, self.now, event)
            with contextlib.suppress(Refusal):
                carry(turn, self.rules.read[event.platform](event))
            turn.finish()
            raise Killed

    def _taken_over(self) -> Answered:
        self.now += timedelta(seconds=61)
        answered = Answered()
        for again in sweeps.take_over(self.engine, self.rules, self.now):
            answered = take_turn(self.engine, self.rules, carry, again, self.now)
        return answered

    def flush(self) -> None:
        """Deliver through the real leases; now and then the carrier dies before it could mark what it sent."""
        while True:
            draw_all(self.engine, self.rules, self.now)
            with begin(self.engine) as work:
                work.outbox.release_held(self.now)
            with begin(self.engine) as work:
                parcels = work.outbox.claim(self.now, self.now)
                ids = [row.id for parcel in parcels for row in parcel.rows]
            if not parcels:
                return
            if self.dice.randrange(8) == 0:  # leased, not sent: it goes when the lease has ended
                self.deaths += 1
                self.now += USUAL.slack + timedelta(seconds=1)
                continue
            is_lost = self.dice.randrange(8) == 0  # sent, not marked: sent again under the same key
            with begin(self.engine) as work:
                for id in ids:
                    row = work.session.get_one(OutMessage, id)
                    assert row.status == SENDING
                    self._arrive(work, row)
                    if not is_lost:
                        row.status = "sent"
            if is_lost:
                self.deaths += 1
                self.now += USUAL.slack + timedelta(seconds=1)


def told(world: StoryWorld, who: str) -> Counter[str]:
    """Count what a person read, by its words without days and times."""
    mine = [item for item in world.seen if item.to == who and not item.subject]
    return Counter(re.sub(r"https://\S+|\d+", "", item.text) for item in mine)


def a_mortal(seed: int) -> tuple[Cast, MortalWorld]:
    world = MortalWorld.__new__(MortalWorld)
    world.dice = Random(seed)
    StoryWorld.__init__(world)
    cast = new_cast()
    people = (Owner(world, cast.owner.id), Member(world, cast.talent.id), Member(world, cast.staff.id))
    return Cast(world, *people), world


@pytest.mark.parametrize("seed", [int(os.environ.get("KILL_SEED", n)) for n in (1, 2, 3, 4)])
def test_a_story_survives_any_kill(seed: int) -> None:
    """From hello to the first meeting with a death at every third step: each reads exactly what he reads without."""
    mortal, world = a_mortal(seed)
    running(mortal)
    world.move(world.due_at("met") + timedelta(minutes=5))
    calm = at(running)
    calm.world.move(calm.world.due_at("met") + timedelta(minutes=5))
    assert world.deaths > 10, seed
    for who in (mortal.owner.id, mortal.talent.id):
        assert told(world, who) == told(calm.world, who), seed


@pytest.mark.parametrize("seed", [int(os.environ.get("KILL_SEED", n)) for n in (5, 6)])
def test_three_months_survive_any_kill(seed: int) -> None:
    """On to the feedback and the renewal, dying all the way: sealed, shared once to both, renewed once."""
    cast, world = a_mortal(seed)
    owner, talent = running(cast).owner, cast.talent
    world.move(world.due_at("feedback") + timedelta(minutes=5))
    owner.play("ほめられた", "早く知らせてほしい", "約束を守る", "続けたい")
    talent.press("ふりかえり 1/2")
    talent.fill({"mf.MF1": "写真", "mf.MF2": "決めるのが遅い"})
    talent.fill({"mf2.MF3": "早く試す", "mf2.MF4": "続けたい"})
    world.move(world.now + timedelta(minutes=30))
    owner.do("[同じ条件で続ける]")
    talent.press("同じ条件で続ける")
    assert world.deaths > 20, seed
    assert world.engagement().renewed == 1, seed
    for who, theirs in ((owner.id, "決めるのが遅い"), (talent.id, "早く知らせてほしい")):
        read = world.told(who)
        assert sum("このまま続きます" in text for text in read) == 1, seed
        assert sum(theirs in text and "ふりかえり" in text for text in read) == 1, seed
