"""Dues: P16 and P17. A slot of about 180 meetings falls due among 100,000, and a tick that finds nothing.

Ours is one whole sweep of a worker: both sides' reminders are written down, each with whom it is for, its key and its hours;
their words are drawn when they leave, which is measured by itself. APScheduler's job store only finds its due jobs and
writes down when each is next: it says nothing to anybody. BENCH_SIZE=10 has 1,000,000 meetings.
"""

from __future__ import annotations

import asyncio
import pickle
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, func, insert, select, text

from bench.goals import GOALS
from bench.measuring import WentWrong, on_store
from bench.recording import quiet_bot
from bench.rounds import alternate, took
from bench.rows import Report, Scale
from bench.stores import Store, fresh
from bench.world import meet, pair
from bot.sends.drawing import draw_waiting
from bot.wiring import Bot
from storage.database import open_engine
from storage.engagements import Phase
from storage.outbox import OutMessage
from storage.unit_of_work import begin

PAIRS, WEEKS, SHARE = 2_000, 50, 180  # who work together, for how long, and how many meet at once
WEEK, HOUR = timedelta(weeks=1), timedelta(hours=1)


def nothing() -> None:
    """What the jobs of APScheduler's store do."""


def measure(scale: Scale) -> Report:
    report = Report()
    for kind in scale.stores:
        ids = [id for id in (f"P16.{kind}", f"P17.{kind}") if id in GOALS]
        on_store(kind, scale, report, ids, lambda store: asyncio.run(_measure(store, scale, report)))
    return report


async def _measure(store: Store, scale: Scale, report: Report) -> None:
    address = fresh(store, "dues")
    engine, first = open_engine(address), next_wednesday(datetime.now(UTC))
    pairs = scale.of(PAIRS)
    weeks, slots = WEEKS, max(1, pairs // SHARE)
    engagements = pair(engine, pairs, Phase.RUNNING, datetime.now(UTC))
    share = meet(engine, engagements, first, weeks, slots)
    jobs = Jobs(fresh(store, "jobs"), pairs, weeks, slots, first - timedelta(days=1))
    analyze(engine)
    bot = quiet_bot(address)
    await bot.prepare()
    ours, theirs, words = list[float](), list[float](), list[float]()
    for number in range(scale.rounds + 1):
        due = first - timedelta(days=1) + WEEK * (number // slots) + HOUR * (number % slots)
        took_us, took_them = await _slot(bot, engine, due, share), jobs.slot(due, share)
        drawing = await bot.thread.do(_drawn, bot, engine)
        if number:  # the first is the warm-up
            ours.append(took_us)
            theirs.append(took_them)
            words.append(drawing)
    idle = await alternate(
        scale, {"tick": took(bot.sweep), "empty": took(lambda: bot.thread.do(_empty, engine))}
    )
    bot.thread.close()
    report.add(f"P16.{store.name}", theirs, ours)
    report.add(f"P17.{store.name}", idle["tick"], idle["empty"])
    times = {
        "slot": ours,
        "its words": words,
        "APScheduler's": theirs,
        "idle tick": idle["tick"],
        "SELECT 1": idle["empty"],
    }
    best = ", ".join(f"{name} {min(each) * 1000:,.2f} ms" for name, each in times.items())
    report.notes.append(f"{store.name}: {pairs * weeks:,} meetings, {share} due at once; best: {best}")


async def _slot(bot: Bot, engine: Engine, due: datetime, share: int) -> float:
    """Sweep at the hour of a slot; two reminders of each meeting must be in the outbox then, and no more."""
    before = _messages(engine)
    bot.clock.offset = due - bot.clock.real()
    started = time.perf_counter()
    await bot.sweep()
    passed = time.perf_counter() - started
    if (found := _messages(engine) - before) < 2 * share or found > 2 * (share + 1):
        raise WentWrong(f"{found} reminders of {share} meetings")
    return passed


def _drawn(bot: Bot, engine: Engine) -> float:
    """Draw the words of a slot and put them in their lines, as a delivery does before they leave."""
    started, now = time.perf_counter(), bot.clock.now()
    while draw_waiting(engine, bot.rules, now):
        pass
    return time.perf_counter() - started


def _messages(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(OutMessage)) or 0


def _empty(engine: Engine) -> None:
    with begin(engine) as work:
        work.session.execute(text("SELECT 1"))


def next_wednesday(now: datetime) -> datetime:
    """Return ten o'clock in Japan on the Wednesday after the next."""
    day = now + timedelta(days=7 + (2 - now.weekday()) % 7)
    return day.replace(hour=1, minute=0, second=0, microsecond=0)


def analyze(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))


class Jobs:
    """The same meetings as weekly jobs in APScheduler's own table."""

    def __init__(self, address: str, pairs: int, weeks: int, slots: int, first: datetime) -> None:
        self.engine = open_engine(address)
        self.store = SQLAlchemyJobStore(engine=self.engine)
        scheduler = BackgroundScheduler(timezone="UTC", jobstores={"default": self.store})
        self.store.start(scheduler, "default")
        usual = dict(misfire_grace_time=60, coalesce=True, max_instances=1, next_run_time=first)
        pattern = scheduler.add_job(nothing, "interval", weeks=1, start_date=first, id="pattern", **usual)
        state = pattern.__getstate__()
        rows = []
        for number in range(pairs * weeks):
            pair, week = divmod(number, weeks)
            at = first + WEEK * week + HOUR * (pair % slots)
            job = {**state, "id": f"{number}", "next_run_time": at}
            stored = pickle.dumps(job, pickle.HIGHEST_PROTOCOL)
            rows.append(dict(id=job["id"], next_run_time=at.timestamp(), job_state=stored))
        with self.engine.begin() as connection:
            connection.execute(insert(self.store.jobs_t), rows)
        analyze(self.engine)

    def slot(self, due: datetime, share: int) -> float:
        """Find what is due and write down when each is next."""
        started = time.perf_counter()
        jobs: list[Any] = self.store.get_due_jobs(due)
        for job in jobs:
            job._modify(next_run_time=job.next_run_time + timedelta(weeks=1_000))
            self.store.update_job(job)
        passed = time.perf_counter() - started
        if not share <= len(jobs) <= share + 1:
            raise WentWrong(f"{len(jobs)} jobs of {share} were due")
        return passed
