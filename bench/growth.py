"""Growth: turns a second in a database that holds 10,000 talks, beside a new one, and what an engagement writes.

PostgreSQL, in process, 16 owners at once, each through the whole talk of a posting. The full database holds copies of
one such talk, of every row it made, under other ids. BENCH_SIZE=10 has 100,000 talks. The kilobytes of a year are 52
times those of a week: both sides are reminded, meet, and the talent is asked what was decided.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Engine, String, Uuid, func, select, text

from bench.inside import Inside
from bench.measuring import WentWrong, on_store
from bench.rounds import alternate
from bench.rows import ABSOLUTE, Report, Scale
from bench.seating import seat
from bench.stores import POSTGRES, Store, fresh
from bench.talk import ANSWERS, event, hooks, signed
from bench.world import pair
from bot import sweeps
from bot.actions.weekly import weekly
from bot.arrivals import Arrived
from bot.line.webhook import arrivals
from bot.turn import Turn
from storage.conversations import Conversation
from storage.database import Base, open_engine
from storage.engagements import Phase
from storage.inbox import DONE, Event
from storage.parties import Handle
from storage.unit_of_work import begin

AT_ONCE, TALKS = 16, 10_000
TALKS_A_SECOND = 300  # more than anybody leads
PAIRS, WEEKS = 100, 3
MOST_QUESTIONS = 5  # of one owner in six hours
NAMES = frozenset({"external_id", "dedupe", "subject"})  # unique, or part of what is
ROWS = ("growth.turns", "growth.bytes")


def measure(scale: Scale) -> Report:
    report = Report()
    on_store(POSTGRES, scale, report, ROWS, lambda store: asyncio.run(_measure(store, scale, report)))
    return report


async def _measure(store: Store, scale: Scale, report: Report) -> None:
    await _turns(store, scale, report)
    await _bytes(store, scale, report)


async def _turns(store: Store, scale: Scale, report: Report) -> None:
    talks, owners = scale.of(TALKS), int(TALKS_A_SECOND * scale.seconds * (scale.rounds + 1)) + AT_ONCE
    full, new = [await told(fresh(store, name)) for name in ("full", "new")]
    copy(full.engine, talks)
    for inside in (full, new):
        seat(inside.engine, owners, datetime.now(UTC), first=1)
        inside.owners = iter(range(1, owners + 1))
    rates = await alternate(scale, {"full": full.answer, "new": new.answer})
    check(full, talks)
    check(new, 0)
    report.add("growth.turns", rates["full"], rates["new"])
    middle, fresh_rate = (statistics.median(each) for each in rates.values())
    report.notes.append(f"{talks:,} talks in it: {middle:,.0f} turns/s; in a new one {fresh_rate:,.0f}")
    for inside in (full, new):
        inside.close()


async def told(address: str) -> Inside:
    """Lead one owner through the whole talk."""
    engine = open_engine(address)
    seat(engine, 1, datetime.now(UTC))
    inside = Inside.of(engine, [0], answers, AT_ONCE)
    for arrived in answers(0):
        await inside.door.take(arrived)
    return inside


def answers(owner: int) -> list[Arrived]:
    now, once = datetime.now(UTC), {hook.id: hook for hook in hooks(owner, "")}
    return [arrived for hook in once.values() for arrived in arrivals(hook.body, now)]


def copy(engine: Engine, times: int) -> None:
    """Write every row again so many times, under other ids that still point to each other."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))  # ours are for turns
        for table in Base.metadata.sorted_tables:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            values = ", ".join(_copied(column) for column in table.columns)
            rows = f"INSERT INTO {table.name} ({columns}) SELECT {values} FROM {table.name} AS old"
            connection.execute(text(f"{rows} CROSS JOIN generate_series(1, {times}) AS n"))
        connection.execute(text("ANALYZE"))


def _copied(column: Column[object]) -> str:
    old = f'old."{column.name}"'
    if isinstance(column.type, Uuid):
        return f"md5({old} || '.' || n)::uuid"
    if isinstance(column.type, String) and column.name in NAMES:
        return f"{old} || '.' || n"
    return old


def check(inside: Inside, copies: int) -> None:
    """What was there and what came since is done, and every talk is there."""
    with inside.engine.connect() as connection:
        done = connection.scalar(select(func.count()).select_from(Event).where(Event.status == DONE)) or 0
        talks = connection.scalar(select(func.count()).select_from(Conversation)) or 0
    led = inside.taken // len(ANSWERS)
    wanted = (len(ANSWERS) * (copies + 1) + inside.taken, copies + 1 + led)
    if (done, talks) != wanted:
        raise WentWrong(f"events done and talks: expected {wanted}, found {(done, talks)}")


async def _bytes(store: Store, scale: Scale, report: Report) -> None:
    """Let pairs work together for some weeks of business time."""
    engine, pairs = open_engine(fresh(store, "year")), scale.of(PAIRS)
    inside = Inside.of(engine, (), answers, 1)
    clock, rules = inside.door.clock, inside.door.rules
    engagements = pair(engine, pairs, Phase.RUNNING, clock.now())
    with begin(engine) as work:
        turn = Turn(work, rules, clock.now())
        for id in engagements:
            weekly.plan(turn, work.engagements.get(id), clock.now())
        turn.finish()
    before, until = size(engine), clock.now() + timedelta(weeks=WEEKS)
    while clock.now() < until:
        clock.move(timedelta(hours=6))
        while sweeps.moments(engine, rules, clock.now()):
            pass
        await promise(inside)
    kilobytes = (size(engine) - before) / pairs / WEEKS * 52 / 1024
    inside.close()
    report.put("growth.bytes", [kilobytes], ABSOLUTE)


async def promise(inside: Inside) -> None:
    """Let each owner who is asked something answer, until nobody is."""
    for _ in range(MOST_QUESTIONS):
        if not (names := asked(inside.engine)):
            return
        for name in names:
            now, id = inside.door.clock.now(), f"{name[1:]}{inside.taken}"
            said = signed(id, event(id, name, f"注文の写真を三枚、撮り直します。{inside.taken}"), "").body
            [arrived] = arrivals(said, now)
            await inside.door.take(replace(arrived, happened_at=now))
            inside.taken += 1
    raise WentWrong("owners are asked without end")


def asked(engine: Engine) -> Sequence[str]:
    with engine.connect() as connection:
        busy = select(Handle.external_id).where(Handle.platform == "line", Handle.floor.is_not(None))
        return connection.scalars(busy).all()


def size(engine: Engine) -> int:
    """Return the bytes of the tables and their indexes."""
    with engine.connect() as connection:
        names = [table.name for table in Base.metadata.sorted_tables]
        each = [connection.scalar(text(f"SELECT pg_total_relation_size('{name}')")) or 0 for name in names]
    return sum(each)
