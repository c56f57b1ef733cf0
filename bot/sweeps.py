"""Sweeps: time is a column; a tick finds what is due. APScheduler only ticks."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot import nudging
from bot.actions import staffing
from bot.turn import STAFF, Moment, Rules, Turn
from flows.messages import Message
from storage.leases import USUAL, Leases
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.sweeps")

MOST_ROWS = 500


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


def moments(engine: Engine, rules: Rules, now: datetime) -> int:
    """One turn over up to 500 due rows. A moment that fails harms only itself, and is told to the staff.

    Many rows lock many things in the order of time: if somebody else is in the way, they go one by one.
    """
    try:
        return _moments(engine, rules, now, MOST_ROWS)
    except OperationalError:
        log.warning("sweep taken again", extra={"action": "sweep"})
    done = 0
    while done < MOST_ROWS and _moments(engine, rules, now, 1):
        done += 1
    return done


def _moments(engine: Engine, rules: Rules, now: datetime, most: int) -> int:
    with begin(engine) as work:
        rows = work.dues.take(now, most)
        turn = Turn(work, rules, now)
        for row in rows:
            _moment(work, turn, row.purpose, row.subject, rules.moments[row.purpose])
        silent = work.conversations.to_nudge(now, most)
        for id in silent:
            if not _moment(work, turn, "nudge", id.hex, nudging.nudge):
                work.conversations.let_rest(id)
        turn.finish()
    return len(rows) + len(silent)


def _moment(work: Work, turn: Turn, purpose: str, subject: str, moment: Moment) -> bool:
    """Let one moment happen; tell whether it did."""
    before = list(turn.out)
    turn.facts.clear()
    try:
        with work.session.begin_nested():
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
