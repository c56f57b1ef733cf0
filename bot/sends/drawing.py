"""Drawing: finds the words of what waits for them, just before it leaves; then it is a message like any other."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from bot.turn import STAFF, Rules, Turn
from flows.messages import Message
from storage.mail import OutMessage
from storage.undrawn import drop, leave_plain
from storage.unit_of_work import Work, begin

log = logging.getLogger("smallwin.delivery")

AT_ONCE = 40  # messages of one transaction: people's events are turned in between
WAITS = "200ms"  # for somebody who is just being talked to
LATER = timedelta(seconds=2)  # for whom we did not wait longer
PLATFORMS = ("line", "slack")

Waiting = Sequence[tuple[UUID, str]]  # ids and keys


def draw_waiting(
    engine: Engine, rules: Rules, now: datetime, most: int = AT_ONCE, platforms: Sequence[str] = PLATFORMS
) -> int:
    """Draw up to so many that may leave now; give how many were looked at.

    They go straight, as nearly always nothing fails. When one does, all of it is undone and each goes by itself: one
    whose people are busy waits a moment, one that cannot be drawn leaves with the little that the sweep wrote.
    """
    waiting: Waiting = ()
    try:
        with begin(engine) as work:
            waiting = work.undrawn.next(now, most, platforms)
            _draw(work, rules, now, waiting)
    except Exception as why:  # of one message: by themselves they show of which
        if not waiting:
            raise
        log.warning("drawn one by one", extra={"action": "draw", "error": type(why).__name__})
        for one in waiting:
            _draw_alone(engine, rules, now, one)
    return len(waiting)


def draw_all(engine: Engine, rules: Rules, now: datetime) -> None:
    """Draw whatever may leave now, for those who read the outbox without a delivery."""
    while draw_waiting(engine, rules, now):
        pass


def _draw_alone(engine: Engine, rules: Rules, now: datetime, one: tuple[UUID, str]) -> None:
    try:
        with begin(engine) as work:
            _draw(work, rules, now, [one])
    except OperationalError as why:
        log.warning("drawing put off", extra={"action": "draw", "error": type(why.orig).__name__})
        with begin(engine) as work:
            work.undrawn.put_off([one[0]], now + LATER)
    except Exception:  # what cannot be drawn must not stop the others
        log.exception("not drawn", extra={"action": "draw", "message_id": str(one[0])})
        with begin(engine) as work:
            turn = Turn(work, rules, now)
            for row in work.undrawn.lock([one[0]], now):
                leave_plain(row)
                words = "しくみの不調：打ち合わせ前のお知らせを、日時だけでお送りしました。"
                turn.post(STAFF, Message(words), dedupe=f"undrawn:{row.id.hex}")
            turn.finish()


def _draw(work: Work, rules: Rules, now: datetime, waiting: Waiting) -> None:
    """Lock whom they are about, then the rows, as every turn does: what was taken back meanwhile stays so."""
    if not waiting:
        return
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text(f"SET LOCAL lock_timeout = '{WAITS}'"))
    keys = defaultdict[str, list[str]](list)
    for _, key in waiting:
        keys[_kind(key)].append(key)
    for kind, all_keys in keys.items():
        rules.loads[kind](work, all_keys)
    turn, locked = Turn(work, rules, now), work.undrawn.lock([id for id, _ in waiting], now)
    for row in locked:
        _say(turn, row)
    turn.finish({row.dedupe or "": row for row in locked})


def _kind(key: str) -> str:
    return key.partition(":")[0]


def _say(turn: Turn, row: OutMessage) -> None:
    """Find the words of a row, and what else is said with them."""
    key = row.dedupe or ""
    turn.facts.clear()
    left = turn.rules.words[_kind(key)](turn, key.rpartition(".")[0])
    if left.until is not None:
        row.next_at = left.until
    elif all(said.dedupe != key for said in turn.out):
        drop(row, left.why)
