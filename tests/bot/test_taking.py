"""Taking: what waits is turned in one transaction, and nobody pays for another's event."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError

from bot.arrivals import Answered
from bot.carry import carry
from bot.taking import Job, take_turns
from bot.turn import ReplyToken, Turn
from bot.turn_thread import MOST_TOGETHER, TurnThread
from flows.inbound import Inbound, Typed
from flows.messages import Message
from storage.inbox import DONE, FAILED, RECEIVED, Event
from storage.outbox import Mailbox
from tests.bot.house import House, a_house, said

OWNERS = [f"U{n:032d}" for n in range(6)]


@pytest.fixture
def house(engine: Engine) -> House:
    return a_house(engine)


def stored(house: House, sender: str, text: str) -> Job:
    id = house.store(house.heard_on_line(sender, said(text)))
    assert id is not None
    return Job(id)


def at_the_wish(house: House) -> list[Job]:
    """Six owners have each just said a wish."""
    for owner in OWNERS:
        house.plays_to("wish", owner)
    house.now += timedelta(seconds=20)
    return [stored(house, owner, f"ネットで味噌を{n}個売りたい") for n, owner in enumerate(OWNERS)]


def status_of(house: House, job: Job) -> str:
    with house.work() as work:
        return work.session.get_one(Event, job.event).status


def transactions(engine: Engine) -> list[int]:
    """Count from now on what was begun, and what was committed."""
    counted = [0, 0]

    @event.listens_for(engine, "begin")
    def _begun(_: object) -> None:
        counted[0] += 1

    @event.listens_for(engine, "commit")
    def _committed(_: object) -> None:
        counted[1] += 1

    return counted


def test_all_that_waits_is_one_commit(house: House) -> None:
    """Six people's words: one transaction, six answers, each to its own person."""
    jobs = at_the_wish(house)
    counted = transactions(house.engine)
    take_turns(house.engine, house.rules, carry, jobs, house.now)
    assert counted == [1, 1]
    house.all_leave()
    for n, owner in enumerate(OWNERS):
        assert house.answers(owner)["wish"] == f"ネットで味噌を{n}個売りたい"
        assert len(house.news(owner)) >= 1


def test_one_that_fails_harms_only_itself(house: House) -> None:
    """The third of six raises: it is owned up to, the other five are done."""
    jobs = at_the_wish(house)

    def stumbling(turn: Turn, inbound: Inbound) -> None:
        carry(turn, inbound)
        if isinstance(inbound, Typed) and "2個" in inbound.text:
            raise RuntimeError("a bug")

    take_turns(house.engine, house.rules, stumbling, jobs, house.now)
    assert [status_of(house, job) for job in jobs] == [DONE, DONE, FAILED, DONE, DONE, DONE]
    assert "不調" in house.news(OWNERS[2])[-1]
    assert "wish" not in house.answers(OWNERS[2])


def test_two_of_one_person_keep_their_order(house: House) -> None:
    """Wish and second thought in one batch: the second is read after the first, and the lines are in order."""
    house.plays_to("wish", OWNERS[0])
    jobs = [stored(house, OWNERS[0], "ネットで味噌を売りたい"), stored(house, OWNERS[0], "写真も苦手です")]
    take_turns(house.engine, house.rules, carry, list(reversed(jobs)), house.now)
    assert house.answers(OWNERS[0])["wish"] == "ネットで味噌を売りたい\n写真も苦手です"
    numbers = [row.number for row in house.messages(OWNERS[0]) if row.number]
    assert numbers == sorted(set(numbers))


def test_who_is_told_something_in_the_batch_has_not_read_it_yet(house: House) -> None:
    """One person's event asks another: words that come in the same batch were written before, and join his last ones."""
    jobs = at_the_wish(house)[:1]
    second = stored(house, OWNERS[1], "写真も苦手です")
    late, first = stored(house, OWNERS[0], "山も好きです"), house.handle(OWNERS[0]).id

    def asking_another(turn: Turn, inbound: Inbound) -> None:
        carry(turn, inbound)
        if isinstance(inbound, Typed) and "写真" in inbound.text:
            talk = turn.work.conversations.live(first)[-1]
            talk.asked_by = turn.event_id
            turn.tell(turn.work.parties.handle(talk.handle_id), Message("お聞きします"))

    take_turns(house.engine, house.rules, asking_another, [*jobs, second, late], house.now)
    assert house.answers(OWNERS[0])["wish"].endswith("山も好きです")


def test_a_database_that_is_gone_is_tried_once_by_the_batch(house: House) -> None:
    """Nobody knocks thirty times at a closed door: the first is tried again, the others get its error."""
    jobs, tries = at_the_wish(house), list[int]()

    def gone(turn: Turn, inbound: Inbound) -> None:
        tries.append(1)
        raise OperationalError("gone", {}, Exception(), connection_invalidated=True)

    errors = take_turns(house.engine, house.rules, gone, jobs, house.now)
    assert [type(error) for error in errors] == [OperationalError] * 6
    assert len(tries) == 3
    assert {status_of(house, job) for job in jobs} == {RECEIVED}


def test_a_row_in_somebody_elses_hands_stops_only_its_own(house: House) -> None:
    """One event waits in vain for a lock: the five others are done, it comes again when its lease ends."""
    jobs = at_the_wish(house)

    class Waited(Exception):
        sqlstate = "55P03"

    def locked(turn: Turn, inbound: Inbound) -> None:
        if isinstance(inbound, Typed) and "2個" in inbound.text:
            raise OperationalError("lock timeout", {}, Waited())
        carry(turn, inbound)

    answers = take_turns(house.engine, house.rules, locked, jobs, house.now)
    assert [isinstance(answer, OperationalError) for answer in answers] == [n == 2 for n in range(6)]
    assert [status_of(house, job) == DONE for job in jobs] == [n != 2 for n in range(6)]


def test_each_keeps_his_own_free_reply(house: House) -> None:
    """The reply tokens of one batch stay with their persons."""
    jobs = at_the_wish(house)
    until = house.now + timedelta(seconds=50)
    given = [Job(job.event, ReplyToken(f"token{n}", until)) for n, job in enumerate(jobs)]
    take_turns(house.engine, house.rules, carry, given, house.now)
    with house.work() as work:
        kept = {box.handle_id: box.reply_token for box in work.session.scalars(select(Mailbox))}
    assert [kept[house.handle(owner).id] for owner in OWNERS] == [f"token{n}" for n in range(6)]


def test_a_batch_that_cannot_commit_is_taken_one_by_one(house: House) -> None:
    """Somebody else was in the way of the batch: nothing is lost, each is carried by itself."""
    jobs, tries = at_the_wish(house), list[int]()

    def in_the_way(turn: Turn, inbound: Inbound) -> None:
        tries.append(1)
        if len(tries) == 4:
            raise OperationalError("deadlock", {}, Exception())
        carry(turn, inbound)

    answers = take_turns(house.engine, house.rules, in_the_way, jobs, house.now)
    assert answers == [Answered()] * 6
    assert {status_of(house, job) for job in jobs} == {DONE}
    assert len(tries) == 4 + 6


def test_an_event_taken_already_is_not_taken_again(house: House) -> None:
    """The same job twice, in one batch and later: one answer is written."""
    jobs = at_the_wish(house)
    take_turns(house.engine, house.rules, carry, [*jobs, *jobs], house.now)
    before = len(house.messages(OWNERS[0]))
    take_turns(house.engine, house.rules, carry, jobs, house.now)
    assert len(house.messages(OWNERS[0])) == before


async def test_a_batch_is_whatever_is_waiting() -> None:
    """While one job runs the others gather; they are run together, each gets its own result or error."""
    thread, batches = TurnThread(), list[int]()

    def double(items: Sequence[int]) -> list[int | Exception]:
        batches.append(len(items))
        return [ValueError(item) if item == 13 else 2 * item for item in items]

    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    blocked = asyncio.create_task(
        thread.do(lambda: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result())
    )
    many = [asyncio.create_task(thread.together(double, n)) for n in range(MOST_TOGETHER + 8)]
    await asyncio.sleep(0.05)
    gate.set()
    await blocked
    results = await asyncio.gather(*many, return_exceptions=True)
    assert batches == [MOST_TOGETHER, 8]
    assert [result for n, result in enumerate(results) if n != 13] == [2 * n for n in range(40) if n != 13]
    assert isinstance(results[13], ValueError)
    thread.close()


async def test_a_batch_that_breaks_is_told_to_all_who_wait() -> None:
    """Nobody waits for ever."""
    thread = TurnThread()

    def breaks(items: Sequence[int]) -> list[int | Exception]:
        raise OSError("gone")

    many = [asyncio.create_task(thread.together(breaks, n)) for n in range(3)]
    results = await asyncio.gather(*many, return_exceptions=True)
    assert [type(result) for result in results] == [OSError] * 3
    thread.close()
