"""Monday: 20,000 reminders wait outside the line until one and the same minute; then two workers carry them.

PostgreSQL, two real ``worker`` processes, and a LINE of another process that takes 20 ms for each answer. Each round:
the workers, then one raw client and the stock client of the SDK, with as many calls in the air as the workers had
together. The platform notes every key and every person's order; the database must say that each was sent once.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Engine, delete, func, select

from bench.child import Child, Platforms
from bench.clients import Call, Calling, raw_push, stock_push
from bench.measuring import WentWrong, on_store
from bench.platforms import Seen
from bench.rows import Report, Scale
from bench.seating import seat, write_messages
from bench.stores import POSTGRES, Store, fresh
from storage.database import open_engine
from storage.outbox import HELD, SENT, Mailbox, OutMessage

REMINDERS, EACH = 20_000, 2
WORKERS, ROUNDS = 2, 3
ANSWER_SECONDS, PATIENCE = 0.020, 60.0
ROWS = ("monday.raw", "monday.stock")


class Client(Protocol):
    def __call__(self, address: str) -> AbstractAsyncContextManager[Call]: ...


@dataclass
class Rounds:
    ours: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    stock: list[float] = field(default_factory=list)
    at_once: list[int] = field(default_factory=list)


def measure(scale: Scale) -> Report:
    report = Report()
    on_store(POSTGRES, scale, report, ROWS, lambda store: _report(store, scale, report))
    return report


def _report(store: Store, scale: Scale, report: Report) -> None:
    with contextlib.closing(Platforms(ANSWER_SECONDS)) as line:
        found = _measure(fresh(store, "monday"), line, scale)
    report.add("monday.raw", found.ours, found.raw)
    report.add("monday.stock", found.ours, found.stock)
    best = f"ours {max(found.ours):,.0f}/s, raw {max(found.raw):,.0f}/s, stock {max(found.stock):,.0f}/s"
    report.notes.append(f"{best} in the best round; most calls in the air {max(found.at_once)}")


def _measure(address: str, line: Platforms, scale: Scale) -> Rounds:
    rounds, found = min(ROUNDS, scale.rounds), Rounds()
    owners = max(1, scale.of(REMINDERS) // EACH // rounds)
    engine = open_engine(address)
    seat(engine, owners, datetime.now(UTC))
    with working(address, line):
        for _ in range(rounds):
            seen = carried(engine, line, owners)
            found.ours.append(seen.calls / (seen.last_at - seen.first_at))
            found.at_once.append(seen.most_at_once)
            for rates, client in ((found.raw, raw_push), (found.stock, stock_push)):
                rates.append(asyncio.run(_called(client, line, seen.most_at_once, scale.seconds)))
    engine.dispose()
    return found


async def _called(client: Client, line: Platforms, at_once: int, seconds: float) -> float:
    async with client(line.address) as call:
        calling = Calling(call, at_once)
        await calling(seconds / 3)
        rate = await calling(seconds)
    line.seen()
    return rate


@contextlib.contextmanager
def working(address: str, line: Platforms) -> Iterator[None]:
    """Start the workers, and wait until each has looked for its channels, as it does just before it delivers."""
    names = {f"worker{number}" for number in range(WORKERS)}
    with contextlib.ExitStack() as stack:
        for name in sorted(names):
            its = {**line.settings, "DATABASE_URL": address, "SLACK_BOT_TOKEN": name}
            stack.callback(Child("bot", "worker", environ=its).end)
        wait_until(lambda: names <= line.who(), "the workers did not start")
        time.sleep(1)  # both have looked at the outbox
        yield


def carried(engine: Engine, line: Platforms, owners: int) -> Seen:
    """Let all reminders be due at once, and wait until each is sent and marked."""
    with engine.begin() as connection:
        connection.execute(delete(OutMessage))
        connection.execute(delete(Mailbox))
    line.forget()
    write_messages(engine, owners, EACH, datetime.now(UTC), HELD)
    many = owners * EACH

    def are_sent() -> bool:
        with engine.connect() as connection:
            sent = select(func.count()).select_from(OutMessage).where(OutMessage.status == SENT)
            return connection.scalar(sent) == many

    wait_until(are_sent, f"not all of {many} reminders were sent")
    seen = line.seen()
    if (seen.calls, seen.doubled, seen.disordered) != (many, 0, 0):
        raise WentWrong(f"{many} reminders were due, LINE saw {seen}")
    return seen


def wait_until(is_so: Callable[[], bool], why: str) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            raise WentWrong(why)
        time.sleep(0.2)
