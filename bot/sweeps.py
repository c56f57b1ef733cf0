"""Sweeps: time is a column; a tick finds what is due. APScheduler only ticks."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import Engine, Select, bindparam, literal, or_, select, text
from sqlalchemy.exc import OperationalError

from bot import nudging
from bot.actions.people import staffing
from bot.turn import STAFF, Moment, Rules, Turn
from flows.messages import Message
from storage.conversations import Conversation
from storage.database import Utc
from storage.inbox import RECEIVED, Event
from storage.leases import USUAL, Leases
from storage.time_rows import DueRow
from storage.unit_of_work import begin

log = logging.getLogger("smallwin.sweeps")

MOST_ROWS = 500
WAITS = "200ms"  # for a row that somebody holds: the next tick comes in a second
MOST_STUCK = 5


def what_is_due(engine: Engine, now: datetime) -> tuple[bool, bool]:
    """Tell whether a round would find events to take over, and moments: most rounds, one a second, find neither."""
    with engine.connect() as connection:
        events, moments = connection.execute(_anything(), {"now": now}).one()
        return bool(events), bool(moments)


@cache
def _anything() -> Select[bool, bool]:
    now, received = bindparam("now", type_=Utc()), literal(RECEIVED, literal_execute=True)
    firsts = (  # in the order of an index: a planner that expects many rows to be due would read them all
        select(Event.leased_until).where(Event.status == received).order_by(Event.leased_until).limit(1),
        select(DueRow.due_at).where(DueRow.done_at.is_(None)).order_by(DueRow.due_at).limit(1),
        select(Conversation.nudge_at)
        .where(Conversation.nudge_at.is_not(None))
        .order_by(Conversation.nudge_at)
        .limit(1),
    )
    events, *moments = (first.scalar_subquery() <= now for first in firsts)
    return select(events, or_(*moments))


def take_over(engine: Engine, rules: Rules, now: datetime, leases: Leases = USUAL) -> list[UUID]:
    """Take over events whose process died; park those that killed three, and tell the staff."""
    with begin(engine) as work:
        again, parked = work.inbox.lease_abandoned(now, leases)
        if parked:
            turn = Turn(work, rules, now)
            words = f"処理できない出来事を{len(parked)}件、脇によけました。`smallwin replay-failed` でやり直せます。"
            turn.post(STAFF, Message(words), dedupe=f"parked:{parked[0].hex}")
            turn.finish()
    return again


def keep_staff(engine: Engine, rules: Rules, names: Mapping[str, str], now: datetime) -> None:
    """Make the staff exactly these; what those who left had in hand passes on."""
    with begin(engine) as work:
        work.parties.set_staff("slack", names, now)
        turn = Turn(work, rules, now)
        staffing.pass_on(turn)
        turn.finish()


def moments(engine: Engine, rules: Rules, now: datetime, most: int = MOST_ROWS) -> int:
    """One turn over up to so many due rows. A moment that fails harms only itself, and is told to the staff.

    They go straight, as nearly always nothing fails; when one does, all of it is undone and each is guarded. Many rows
    lock many things in the order of time: if somebody else is in the way, they go one by one, and what is still locked
    waits for the next tick. It holds up no other moment, and nobody who waits for this thread. What is only named, and
    drawn when it leaves, goes before all of that, many rows in a few statements.
    """
    if many := named_together(engine, rules, now):
        return many
    for is_guarded in (False, True):
        try:
            return _moments(engine, rules, now, most, set(), is_guarded=is_guarded)
        except OperationalError:
            log.warning("sweep taken again", extra={"action": "sweep"})
            break
        except Exception as why:  # of one moment: the guards find out which
            if is_guarded:
                raise
            log.warning("sweep guarded", extra={"action": "sweep", "error": type(why).__name__})
    tried, done, stuck = set[UUID](), 0, 0
    while done + stuck < most and stuck < MOST_STUCK:
        before = len(tried)
        try:
            done += _moments(engine, rules, now, 1, tried, is_guarded=True)
        except OperationalError as why:
            stuck += 1
            log.warning("moment put off", extra={"action": "sweep", "error": type(why.orig).__name__})
        if len(tried) == before:
            break
    return done


def named_together(engine: Engine, rules: Rules, now: datetime) -> int:
    """Let moments happen that are named together, and give how many did; where one fails, all of them go by themselves."""
    try:
        with begin(engine) as work:
            rows = work.dues.take_of(rules.bulks.keys(), now, MOST_ROWS)
            turn = Turn(work, rules, now)
            for purpose, name in rules.bulks.items():
                if subjects := [subject for each, subject in rows if each == purpose]:
                    name(turn, subjects)
            if turn.out:
                turn.finish()
    except Exception as why:  # of one moment: by themselves they show of which
        log.warning("sweep not in bulk", extra={"action": "sweep", "error": type(why).__name__})
        return 0
    return len(rows)


def _moments(
    engine: Engine, rules: Rules, now: datetime, most: int, tried: set[UUID], *, is_guarded: bool
) -> int:
    """Let happen what is due and was not tried yet; what it tries is added, whatever becomes of it."""
    with begin(engine) as work:
        if engine.dialect.name == "postgresql":
            work.session.execute(text(f"SET LOCAL lock_timeout = '{WAITS}'"))
        rows = work.dues.take(now, most, tried)
        silent = [id for id in work.conversations.to_nudge(now, most + len(tried)) if id not in tried]
        silent = silent[: most if most > 1 else most - len(rows)]
        tried.update(row.id for row in rows)
        tried.update(silent)
        turn = Turn(work, rules, now)
        let = _guarded if is_guarded else _straight
        for row in rows:
            let(turn, row.purpose, row.subject, rules.moments[row.purpose])
        for id in silent:
            if not let(turn, "nudge", id.hex, nudging.nudge):
                work.conversations.let_rest(id)
        turn.finish()
    return len(rows) + len(silent)


def _straight(turn: Turn, _purpose: str, subject: str, moment: Moment) -> bool:
    turn.facts.clear()
    moment(turn, subject)
    return True


def _guarded(turn: Turn, purpose: str, subject: str, moment: Moment) -> bool:
    """Let one moment happen; tell whether it did."""
    before = list(turn.out)
    turn.facts.clear()
    try:
        with turn.work.session.begin_nested():
            moment(turn, subject)
        return True
    except OperationalError:  # a deadlock, a lost connection: all of it is undone
        raise
    except Exception:  # one bad row must not stop the clock for the others
        log.exception("moment failed", extra={"action": "sweep", "purpose": purpose})
        turn.out[:] = before
        turn.post(
            STAFF,
            Message(f"しくみの不調：予定していた仕事({purpose})ができませんでした。"),
            dedupe=f"moment:{purpose}:{subject}",
        )
        return False
