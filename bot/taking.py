"""Taking: stored events are turned, as many as wait in one transaction, and none of them harms another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.arrivals import Answered
from bot.errors import Refusal
from bot.turn import KIND, STAFF, ReplyToken, Rules, Turn, finish
from flows.inbound import Inbound
from flows.messages import Message
from storage import inbox
from storage.inbox import Event
from storage.parties import Handle
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.turn")

Carry = Callable[[Turn, Inbound], None]

GONE = ("08", "57P")  # PostgreSQL's classes of "no connection" and "the server stops"


@dataclass(frozen=True)
class Job:
    """An event to be turned, with the free reply that came with it."""

    event: UUID
    token: ReplyToken | None = None


def take_turn(
    engine: Engine, rules: Rules, carry: Carry, event_id: UUID, now: datetime, token: ReplyToken | None = None
) -> Answered:
    """Carry one stored event; raises what ``take_turns`` would give."""
    [answer] = take_turns(engine, rules, carry, [Job(event_id, token)], now)
    if isinstance(answer, Exception):
        raise answer
    return answer


def take_turns(
    engine: Engine, rules: Rules, carry: Carry, jobs: Sequence[Job], now: datetime
) -> list[Answered | Exception]:
    """Carry what waits in one transaction: claim, act, and write everything. Gives an answer for each job.

    First as if nothing could go wrong: what all of them read is loaded at once, and nothing guards one from
    another. If something does, all is undone and they are carried again, each under a savepoint: a flow or an
    action that fails harms only its own event, which is undone, kept as failed, and owned up to. If the
    transaction itself fails they go one by one, and only what fails then is an exception.
    """
    try:
        return [*_take(engine, rules, carry, jobs, now, is_guarded=False)]
    except OperationalError as why:
        log.warning("turns one by one", extra={"action": "take_turn", "error": type(why).__name__})
        return list(_one_by_one(engine, rules, carry, jobs, now))
    except Refusal:
        log.info("turns guarded", extra={"action": "take_turn"})
    except Exception as why:  # one of them has a fault: below each is looked at by itself
        log.warning("turns guarded", extra={"action": "take_turn", "error": type(why).__name__})
    try:
        return [*_take(engine, rules, carry, jobs, now, is_guarded=True)]
    except (OperationalError, IntegrityError) as why:
        log.warning("turns one by one", extra={"action": "take_turn", "error": type(why).__name__})
    return list(_one_by_one(engine, rules, carry, jobs, now))


def _one_by_one(
    engine: Engine, rules: Rules, carry: Carry, jobs: Sequence[Job], now: datetime
) -> Iterator[Answered | Exception]:
    away: OperationalError | None = None
    for job in jobs:
        try:
            yield away or _alone(engine, rules, carry, job, now)
        except Exception as why:  # handed to whoever waits for this one
            away = why if isinstance(why, OperationalError) and is_away(why) else None
            yield why


def _alone(engine: Engine, rules: Rules, carry: Carry, job: Job, now: datetime) -> Answered:
    """Take one; once more when somebody else was in the way (a deadlock, the same key written at once)."""
    try:
        return _take(engine, rules, carry, [job], now, is_guarded=True)[0]
    except (OperationalError, IntegrityError):
        log.warning("turn taken again", extra={"action": "take_turn", "event": str(job.event)})
        return _take(engine, rules, carry, [job], now, is_guarded=True)[0]


def is_away(error: OperationalError) -> bool:
    """Tell whether the database itself is gone, not a row in somebody's hands: then nobody else need try."""
    code = getattr(error.orig, "sqlstate", None)
    return error.connection_invalidated or code is None or code.startswith(GONE)


def _take(
    engine: Engine, rules: Rules, carry: Carry, jobs: Sequence[Job], now: datetime, *, is_guarded: bool
) -> list[Answered]:
    """One transaction. Messages are put in their lines at its end, and before an event of somebody who was told something."""
    answers = {job.event: Answered() for job in jobs}  # redelivered, or another process has it
    tokens = {job.event: job.token for job in jobs}
    with begin(engine) as work:
        done, told = list[tuple[Turn, ReplyToken | None]](), set[str]()
        events = work.inbox.claim(list(answers))
        if not is_guarded:
            work.expect(events)
        elif len(events) < len(answers):  # done before: perhaps by us, and only the commit was not answered
            done_before = answers.keys() - {event.id for event in events}
            answers |= {id: Answered.again(answer) for id, answer in work.inbox.answers(done_before).items()}
        for event in events:
            if event.sender in told or (told and not event.sender):  # it may ask what has left for him
                _close(work, done)
                done, told = [], set()
            id, sender = event.id, event.sender
            turn = (_guarded if is_guarded else _straight)(work, rules, carry, event, now)
            answers[id] = turn.answer
            done.append((turn, tokens[id]))
            told |= {sender, *(work.parties.handle(id).external_id for id in turn.addressees())}
        _close(work, done)
    return [answers[job.event] for job in jobs]


def _close(work: Work, done: Sequence[tuple[Turn, ReplyToken | None]]) -> None:
    if done:
        finish([turn for turn, _ in done], [token for _, token in done])
    for turn, _ in done:
        if turn.answer != Answered() and turn.event_id is not None:
            answer = turn.answer
            kept = {"errors": answer.errors, "is_closed": answer.is_closed, "notice": answer.notice}
            work.inbox.set(turn.event_id, answer=kept)


def _straight(work: Work, rules: Rules, carry: Carry, event: Event, now: datetime) -> Turn:
    turn = Turn(work, rules, now, event, is_guarded=False)
    carry(turn, rules.read[event.platform](event))
    return turn


def _guarded(work: Work, rules: Rules, carry: Carry, event: Event, now: datetime) -> Turn:
    id, turn = event.id, Turn(work, rules, now, event)
    try:
        with work.session.begin_nested():
            carry(turn, rules.read[event.platform](event))
    except Refusal as no:  # the act is undone; who asked for it hears why
        log.info("refused", extra={"action": "refuse", "event": str(id)})
        turn.me = _who(work, id, now)
        turn.refuse(no)
    except OperationalError:  # nothing of this was
        raise
    except Exception as bug:  # the one place where a fault of ours becomes an apology
        log.exception("turn failed", extra={"action": "take_turn", "event": str(id)})
        turn = _own_up(work, rules, now, id, bug)
    return turn


def _own_up(work: Work, rules: Rules, now: datetime, event_id: UUID, bug: Exception) -> Turn:
    work.inbox.set(event_id, status=inbox.FAILED, error=type(bug).__name__)
    event = work.session.get_one(Event, event_id, populate_existing=True)
    turn = Turn(work, rules, now, event, _who(work, event_id, now))
    if turn.me is not None:
        turn.tell(turn.me, Message(SORRY), dedupe=f"sorry:{event_id.hex}")  # once, however often it is tried
    turn.answer = Answered(
        notice="すみません、うまくいきませんでした。スタッフにお知らせしました。", is_closed=False
    )
    turn.post(
        STAFF,
        Message(
            f"しくみの不調：出来事 {event_id.hex[-8:]} が処理できませんでした。`smallwin replay-failed` でやり直せます。"
        ),
    )
    return turn


def _who(work: Work, event_id: UUID, now: datetime) -> Handle | None:
    """Find who should hear about an event that was undone: a first meeting was undone with it."""
    event = work.session.get_one(Event, event_id)
    if event.sender:
        return work.parties.meet(event.platform, event.sender, KIND[event.platform], now)
    talk = work.conversations.get(UUID(event.body["conversation"])) if event.platform == "model" else None
    return work.parties.handle(talk.handle_id) if talk else None


SORRY = "すみません、こちらの不調でお返事できませんでした。お話は残っています。お急ぎのときは「人と話す」と送ってください。"
