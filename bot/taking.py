"""Taking: stored events are turned, as many as wait in one transaction, and none of them harms another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
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


@dataclass(frozen=True)
class Job:
    """An event to be turned, with the free reply that came with it."""

    event: UUID
    token: ReplyToken | None = None


def take_turn(
    engine: Engine, rules: Rules, carry: Carry, event_id: UUID, now: datetime, token: ReplyToken | None = None
) -> Answered:
    """Carry one stored event: claim it, act, and write everything in one transaction.

    A flow or an action that fails harms only its own event: it is undone, kept as failed, and owned up to.
    When somebody else was in the way (a deadlock, the same key written at once) it is taken once more.
    """
    jobs = [Job(event_id, token)]
    try:
        return _take(engine, rules, carry, jobs, now)[0]
    except (OperationalError, IntegrityError):
        log.warning("turn taken again", extra={"action": "take_turn", "event": str(event_id)})
        return _take(engine, rules, carry, jobs, now)[0]


def take_turns(
    engine: Engine, rules: Rules, carry: Carry, jobs: Sequence[Job], now: datetime
) -> list[Answered | Exception]:
    """Carry what waits in one transaction, each under a savepoint of its own; gives an answer for each job.

    If the transaction fails as a whole they are carried one by one, and only what fails then is an exception.
    """
    if len(jobs) > 1:
        try:
            return [*_take(engine, rules, carry, jobs, now)]
        except Exception as why:
            log.warning("turns one by one", extra={"action": "take_turn", "error": type(why).__name__})
    return [_alone(engine, rules, carry, job, now) for job in jobs]


def _alone(engine: Engine, rules: Rules, carry: Carry, job: Job, now: datetime) -> Answered | Exception:
    try:
        return take_turn(engine, rules, carry, job.event, now, job.token)
    except Exception as why:  # handed to whoever waits for this one
        return why


def _take(engine: Engine, rules: Rules, carry: Carry, jobs: Sequence[Job], now: datetime) -> list[Answered]:
    """One transaction. Messages are put in their lines at its end, or before a second event of the same person."""
    answers = {job.event: Answered() for job in jobs}  # redelivered, or another process has it
    with begin(engine) as work:
        done: list[tuple[Turn, ReplyToken | None]] = []
        for job in sorted(jobs, key=lambda job: job.event):
            event = work.inbox.claim(job.event)
            if event is None:
                continue
            if any(turn.event is not None and turn.event.sender == event.sender for turn, _ in done):
                done = _close(work, done)
            turn = _carry(work, rules, carry, event, now)
            answers[job.event] = turn.answer
            done.append((turn, job.token))
        _close(work, done)
    return [answers[job.event] for job in jobs]


def _close(
    work: Work, done: Sequence[tuple[Turn, ReplyToken | None]]
) -> list[tuple[Turn, ReplyToken | None]]:
    if done:
        finish([turn for turn, _ in done], [token for _, token in done])
    for turn, _ in done:
        if turn.answer != Answered() and turn.event_id is not None:
            answer = turn.answer
            kept = {"errors": answer.errors, "is_closed": answer.is_closed, "notice": answer.notice}
            work.inbox.set(turn.event_id, answer=kept)
    return []


def _carry(work: Work, rules: Rules, carry: Carry, event: Event, now: datetime) -> Turn:
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
