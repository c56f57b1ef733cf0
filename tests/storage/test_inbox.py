"""Inbox: an event is kept once, claimed once, and given up only after three deaths."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from storage.database import open_engine
from storage.inbox import DONE, FAILED, PARKED, RECEIVED, Arrival, Event
from storage.leases import USUAL
from storage.unit_of_work import begin
from tests.databases import database

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
LATER = NOW + USUAL.event + timedelta(seconds=1)


def arrival(name: str, words: str = "こんにちは") -> Arrival:
    return Arrival("line", name, "U1", "message/text", {"text": words}, NOW)


def stored(engine: Engine, *names: str, now: datetime = NOW) -> list[UUID | None]:
    with begin(engine) as work:
        return work.inbox.store([arrival(name) for name in names], now)


def event_of(engine: Engine, id: UUID) -> Event:
    with begin(engine) as work:
        return work.session.get_one(Event, id)


def test_an_event_is_kept_once(engine: Engine) -> None:
    """A redelivered event gives None, whether it comes later, or twice in one webhook."""
    [first] = stored(engine, "e1")
    assert first is not None
    again, new, twice = stored(engine, "e1", "e2", "e2")
    assert again is None
    assert new is not None
    assert twice is None
    assert stored(engine) == []


def test_the_order_of_a_webhook_is_kept(engine: Engine) -> None:
    """Ids come back in the order of the events, whatever order they are written in."""
    ids = stored(engine, "z", "a", "m")
    found = [event_of(engine, id).external_id for id in ids if id]
    assert found == ["z", "a", "m"]


def test_a_storm_of_redeliveries_is_kept_once(engine: Engine) -> None:
    """Twenty webhooks at once with the same two events, in either order, store each once."""
    orders = [("e1", "e2"), ("e2", "e1")] * 10
    with ThreadPoolExecutor(10) as pool:
        ids = [id for found in pool.map(lambda names: stored(engine, *names), orders) for id in found if id]
    assert len(ids) == 2


@pytest.mark.postgres
def test_what_is_brought_again_waits_for_no_turn(tmp_path: Path) -> None:
    """While one process turns an event, another that is brought it again says at once that it is here."""
    with database("postgres", tmp_path) as url:
        engine = open_engine(url)
        [id] = stored(engine, "e1")
        assert id is not None
        again = replace(arrival("e1"), body={"deliveryContext": {"isRedelivery": True}})
        with begin(engine) as turn:
            assert turn.inbox.claim([id])
            with begin(engine) as door:
                door.session.execute(text("SET LOCAL lock_timeout = '2s'"))
                found = door.inbox.store([again, arrival("e2")], NOW)
        engine.dispose()
    assert [each is None for each in found] == [True, False]


def test_an_event_is_claimed_by_one(engine: Engine) -> None:
    """Of ten threads that want an event one gets it."""
    [id] = stored(engine, "e1")
    assert id is not None

    def claimed(_: int) -> bool:
        with begin(engine) as work:
            return bool(work.inbox.claim([id]))

    with ThreadPoolExecutor(10) as pool:
        assert sorted(pool.map(claimed, range(10))) == [False] * 9 + [True]
    assert event_of(engine, id).status == DONE


def test_a_claim_that_is_undone_leaves_the_event(engine: Engine) -> None:
    """A process that dies inside its turn has claimed nothing."""
    [id] = stored(engine, "e1")
    assert id is not None
    try:
        with begin(engine) as work:
            assert work.inbox.claim([id])
            raise ConnectionError
    except ConnectionError:
        pass
    assert event_of(engine, id).status == RECEIVED


def test_an_abandoned_event_is_taken_over_and_after_three_deaths_parked(engine: Engine) -> None:
    """A lease that runs is left alone; each end of one is another try; the third death parks."""
    [id] = stored(engine, "e1")
    assert id is not None
    with begin(engine) as work:
        assert work.inbox.lease_abandoned(NOW + USUAL.event - timedelta(seconds=1)) == ([], [])
    now = NOW
    for attempt in (2, 3):
        now += USUAL.event + timedelta(seconds=1)
        with begin(engine) as work:
            assert work.inbox.lease_abandoned(now) == ([id], [])
        assert event_of(engine, id).attempts == attempt
        with begin(engine) as work:
            assert work.inbox.lease_abandoned(now) == ([], [])
    with begin(engine) as work:
        assert work.inbox.lease_abandoned(now + USUAL.event + timedelta(seconds=1)) == ([], [id])
    assert event_of(engine, id).status == PARKED
    with begin(engine) as work:
        assert not work.inbox.claim([id])


def test_what_died_twice_goes_alone(engine: Engine) -> None:
    """Events that waited in the hands that one of them killed are not parked with it."""
    killer, *innocent = stored(engine, "e1", "e2", "e3")
    taken = list[list[UUID]]()
    for death in range(1, 7):
        with begin(engine) as work:
            again, parked = work.inbox.lease_abandoned(NOW + death * (LATER - NOW))
            if killer not in again:
                work.inbox.claim(again)
        taken.append(again + parked)
    assert taken == [[killer, *innocent], [killer], [killer], [innocent[0]], [innocent[1]], []]
    assert {event_of(engine, id).status for id in innocent if id} == {DONE}


def test_an_abandoned_event_is_taken_over_by_one(engine: Engine) -> None:
    """Several sweepers at once do not count one death twice."""
    ids = {id for id in stored(engine, *(f"e{n}" for n in range(20))) if id}

    def leased(_: int) -> list[UUID]:
        with begin(engine) as work:
            return work.inbox.lease_abandoned(LATER)[0]

    with ThreadPoolExecutor(6) as pool:
        taken = [id for found in pool.map(leased, range(6)) for id in found]
    assert sorted(taken) == sorted(ids)
    assert {event_of(engine, id).attempts for id in ids} == {2}


def test_failed_and_parked_events_get_another_life(engine: Engine) -> None:
    """``replay-failed`` opens exactly those, and what is done stays done."""
    done, failed, parked = stored(engine, "done", "failed", "parked")
    assert done is not None
    assert failed is not None
    assert parked is not None
    with begin(engine) as work:
        work.inbox.set(done, status=DONE)
        work.inbox.set(failed, status=FAILED, error="KeyError")
        work.inbox.set(parked, status=PARKED, attempts=3)
    with begin(engine) as work:
        assert work.inbox.failed() == sorted([failed, parked])
        work.inbox.reopen([done, failed, parked], LATER)
    assert event_of(engine, done).status == DONE
    for id in (failed, parked):
        event = event_of(engine, id)
        assert (event.status, event.attempts, event.error) == (RECEIVED, 1, "")


def test_an_answer_is_kept_beside_its_event(engine: Engine) -> None:
    """What we answered to a request is found again by its name."""
    [id] = stored(engine, "e1")
    assert id is not None
    with begin(engine) as work:
        work.inbox.set(id, answer={"notice": "受けとりました"})
    with begin(engine) as work:
        found = work.inbox.find("line", "e1")
        assert found is not None
        assert found.answer == {"notice": "受けとりました"}
        assert work.inbox.find("slack", "e1") is None
