"""Weekly: 100,000 pairs who all meet on Wednesday at ten, and what three months of a pair cost on LINE.

Due: every pair's notice falls due in one moment; one process names both sides' notices, draws them and puts them in their
lines. Beside it the least a program could do: the due rows found, marked and answered with two ready-made messages
each, 500 in a transaction, by hand. BENCH_SIZE=0.1 has 10,000 pairs.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine, func, insert, select, text, update

from bench import months
from bench.dues import analyze, next_wednesday
from bench.goals import GOALS
from bench.recording import house_rules
from bench.rows import FAILED, INCONCLUSIVE, Report, Scale
from bench.seating import body
from bench.stores import CannotStart, Store, fresh, opened
from bench.world import meet, pair
from bot import sweeps
from bot.sends.drawing import draw_waiting
from bot.turn import Rules
from storage.database import new_id, open_engine
from storage.engagements import Engagement, Meeting, Phase
from storage.outbox import DUE, Mailbox, OutMessage
from storage.time_rows import DueRow
from storage.unit_of_work import begin

PAIRS, AT_ONCE = 100_000, 500
MONTHS = ("weekly.pushes", "weekly.a_day")


class WentWrong(Exception):
    """Somebody was told twice, or not at all."""


def measure(scale: Scale) -> Report:
    report = Report()
    with tempfile.TemporaryDirectory(prefix="smallwin-bench-", dir=scale.folder) as name:
        for store_name in scale.stores:
            ids = [id for id in (f"weekly.{store_name}",) if id in GOALS]
            try:
                with opened(store_name, Path(name)) as store:
                    _due(store, scale, report)
            except CannotStart as why:
                report.skip(ids, str(why), INCONCLUSIVE)
            except WentWrong as why:
                report.skip(ids, str(why), FAILED)
        try:
            months.lived(Path(name), scale, report)
        except months.WentWrong as why:
            report.skip(MONTHS, str(why), FAILED)
    return report


def _due(store: Store, scale: Scale, report: Report) -> None:
    """Let one and the same Wednesday fall due, once for us and once by hand: the same pairs, each in a fresh database."""
    pairs, ours, theirs = scale.of(PAIRS), list[float](), list[float]()
    for number, (times, way) in enumerate(((ours, swept), (theirs, by_hand))):
        with _world(fresh(store, f"weekly{number}"), pairs) as (engine, due):
            rules, started = house_rules(), time.perf_counter()
            way(engine, due, rules)
            times.append(time.perf_counter() - started)
            _look(engine, pairs)
    report.add(f"weekly.{store.name}", ours, theirs)
    took = f"{ours[0]:,.1f} s, {1000 * ours[0] / pairs:.2f} ms a pair; by hand {theirs[0]:,.1f} s"
    report.notes.append(f"{store.name}: {pairs:,} pairs due in one moment, two notices each: {took}")


@contextmanager
def _world(address: str, pairs: int) -> Iterator[tuple[Engine, datetime]]:
    """Give pairs of whom each meets next on the same Wednesday, and the moment at which its notice is due."""
    engine, first = open_engine(address), next_wednesday(datetime.now(UTC))
    meet(engine, pair(engine, pairs, Phase.RUNNING, datetime.now(UTC)), first, 1, 1)
    analyze(engine)
    try:
        yield engine, first - timedelta(days=1)
    finally:
        engine.dispose()


def swept(engine: Engine, due: datetime, rules: Rules) -> None:
    while sweeps.moments(engine, rules, due):
        pass
    while draw_waiting(engine, rules, due):
        pass


def by_hand(engine: Engine, due: datetime, _: Rules) -> None:
    """Find, mark and write, with nothing looked at and nothing drawn."""
    words, usual = body(1), dict(platform="line", purpose="reminder", status=DUE, next_at=due, created_at=due)
    waits = (DueRow.done_at.is_(None), DueRow.due_at <= due)
    found = select(DueRow.id, DueRow.subject).where(*waits).order_by(DueRow.due_at, DueRow.id).limit(AT_ONCE)
    sides = (Meeting.id, Engagement.owner_handle_id, Engagement.talent_handle_id)
    while True:
        with begin(engine) as work:
            rows = work.session.execute(found).all()
            if not rows:
                return
            meetings = [UUID(row.subject) for row in rows]
            of = select(*sides).join(Engagement, Engagement.id == Meeting.engagement_id)
            both = work.session.execute(of.where(Meeting.id.in_(meetings))).all()
            handles = [id for row in both for id in row[1:]]
            work.session.execute(insert(Mailbox), [dict(handle_id=id, next_number=2) for id in handles])
            messages = [dict(id=new_id(), handle_id=id, number=1, body=words, **usual) for id in handles]
            work.session.execute(insert(OutMessage), messages)
            done = update(DueRow).where(DueRow.id.in_([row.id for row in rows]))
            work.session.execute(done.values(done_at=due), execution_options={"synchronize_session": False})


def _look(engine: Engine, pairs: int) -> None:
    """Each of the two must stand in the outbox once, and nothing may still be due."""
    with engine.connect() as connection:
        many = connection.scalar(select(func.count()).select_from(OutMessage))
        people = connection.scalar(select(func.count(func.distinct(OutMessage.handle_id))))
        left = connection.scalar(
            select(func.count())
            .select_from(DueRow)
            .where(DueRow.done_at.is_(None), text("purpose = 'remind'"))
        )
    if (many, people, left) != (2 * pairs, 2 * pairs, 0):
        raise WentWrong(f"{pairs} pairs: {many} notices to {people} people, {left} still due")
