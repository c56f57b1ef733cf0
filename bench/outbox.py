"""Outbox: P15. One worker empties an outbox on PostgreSQL, to a LINE that takes everything at once.

Ours is the product's delivery, with its claims, its carrying and its marks; beside it, a hundred rows claimed and
marked by two hand-made statements. Both keep their process and their connection, as a worker does. After each round every message must be sent, and sent once.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import asyncpg
from sqlalchemy import Engine, func, select, text, update

from bench.measuring import WentWrong, on_store
from bench.recording import quiet_bot
from bench.rows import Report, Scale
from bench.seating import seat, write_messages
from bench.stores import POSTGRES, Store, fresh
from bot.sends.delivery import Delivery
from bot.sends.pace import Pace
from bot.sends.sending import Outcome, Result
from bot.wiring import Bot
from storage.database import open_engine
from storage.outbox import DUE, SENT, OutMessage

MESSAGES, BATCH, PATIENCE = 2_000, 100, 60.0
CLAIM = (
    "UPDATE messages SET status = 'sending', leased_until = $1, attempts = attempts + 1, left_at = $1 WHERE id IN"
    " (SELECT id FROM messages WHERE status = 'due' AND next_at <= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)"
    " RETURNING id, handle_id, body"
)
MARK = (
    "UPDATE messages SET status = 'sent', sent_at = $1, how = 'push', leased_until = NULL WHERE id = ANY($2)"
)


class Instant:
    """A LINE that takes everything at once."""

    def __init__(self, many: int) -> None:
        self.keys, self.many, self.has_all = Counter[str](), many, asyncio.Event()

    async def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Outcome:
        self.keys[retry_key] += 1
        if len(self.keys) >= self.many:
            self.has_all.set()
        return Outcome(Result.SENT, (retry_key,))

    async def reply(self, token: str, messages: Sequence[dict[str, Any]]) -> Outcome:
        raise AssertionError("no token was given")

    async def loading(self, user: str, seconds: int = 20) -> Outcome:
        raise AssertionError("nothing is thought about")

    async def link_menu(self, user: str, menu: str) -> Outcome:
        raise AssertionError("no menu moved")

    async def quota(self) -> tuple[int | None, int]:
        return None, 0


def measure(scale: Scale) -> Report:
    report = Report()
    on_store(POSTGRES, scale, report, ("P15",), lambda store: _report(store, scale, report))
    return report


def _report(store: Store, scale: Scale, report: Report) -> None:
    ours, by_hand = asyncio.run(_measure(store, scale))
    report.add("P15", ours, by_hand)
    report.notes.append(f"best round: ours {max(ours):,.0f} messages/s, by hand {max(by_hand):,.0f}")


async def _measure(store: Store, scale: Scale) -> tuple[list[float], list[float]]:
    address = fresh(store, "outbox")
    engine, many = open_engine(address), scale.of(MESSAGES)
    now = datetime.now(UTC)
    seat(engine, many, now)
    write_messages(engine, many, 1, now, DUE)
    connection = await asyncpg.connect(address.replace("+psycopg", "", 1))
    bot, line = quiet_bot(address), Instant(many)
    bot.line = line  # type: ignore[assignment]
    ours, by_hand = list[float](), list[float]()
    for number in range(scale.rounds + 1):
        delivery = await _ready(bot, line)
        for rates, empty in ((ours, _ours(delivery, line)), (by_hand, _by_hand(connection))):
            refill(engine)
            started = time.perf_counter()
            await empty
            passed = time.perf_counter() - started
            check(engine, many)
            if number:  # the first is the warm-up
                rates.append(many / passed)
    await connection.close()
    bot.thread.close()
    bot.engine.dispose()
    engine.dispose()
    return ours, by_hand


async def _ready(bot: Bot, line: Instant) -> Delivery:
    line.keys.clear()
    line.has_all.clear()
    delivery = await bot.prepare()
    delivery.pace = Pace(is_line=False)  # LINE's own rate is not what is measured
    return delivery


async def _ours(delivery: Delivery, line: Instant) -> None:
    """Let the product's delivery run until it has carried and marked everything."""
    running = asyncio.create_task(delivery.run())
    async with asyncio.timeout(PATIENCE):
        await line.has_all.wait()
        await delivery.end()
    await running
    if any(times > 1 for times in line.keys.values()):
        raise WentWrong("a message left twice")


async def _by_hand(connection: Any) -> None:
    now = datetime.now(UTC)
    while True:
        async with connection.transaction():
            rows = await connection.fetch(CLAIM, now, BATCH)
        if not rows:
            return
        async with connection.transaction():
            await connection.execute(MARK, now, [row["id"] for row in rows])


def refill(engine: Engine) -> None:
    """Let everything wait again, in a table as clean as at the start."""
    with engine.begin() as connection:
        again = dict(status=DUE, attempts=0, leased_until=None, left_at=None, sent_at=None, external_id="")
        connection.execute(update(OutMessage).values(**again))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE messages"))


def check(engine: Engine, many: int) -> None:
    with engine.connect() as connection:
        once = (OutMessage.status == SENT, OutMessage.attempts == 1)
        found = connection.scalar(select(func.count()).select_from(OutMessage).where(*once))
    if found != many:
        raise WentWrong(f"{found} of {many} messages were sent")
