"""Match: P18. The twenty who fit a posting best, of 50,000 in the store, beside loading every row and weighing it.

SQLite and PostgreSQL. Both must give the same twenty in the same order. BENCH_SIZE=10 has 500,000 people; the growth from
a tenth of them is told beside.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, select, text

from bench.measuring import WentWrong, on_store
from bench.rows import ABSOLUTE, Report, Scale
from bench.stores import Store, fresh
from flows.rules.match.ranking import Candidate, Ranked, Wanted, rank
from flows.rules.match.slots import Slot, mask
from flows.rules.match.trades import trades_of
from prompts.knowledge import job_codes
from storage.database import open_engine
from storage.talents import Talent
from storage.unit_of_work import begin

PEOPLE, TOP = 50_000, 20
PIECE = 5_000
CODES = sorted(job_codes())
WORDS = (
    "商品ページを自分で組み直し、購入率を上げた",
    "生産管理の手順書を作り、だれでも回せるようにした",
    "月次決算を十日から三日に縮め、表の集計を自動にした",
    "老舗の味噌蔵で、通販と常連への便りを立ち上げた",
    "温泉宿の予約を一本にまとめ、電話を半分に減らした",
)
POSTINGS = ("EC-02", "OP-05", "AC-05", "GX-03", "TR-01")


def measure(scale: Scale) -> Report:
    report = Report()
    for kind in scale.stores:
        ids = [f"P18.{kind}", f"match.{kind}"]
        on_store(kind, scale, report, ids, lambda store: _measure(store, scale, report))
    return report


def _measure(store: Store, scale: Scale, report: Report) -> None:
    many, engine = scale.of(PEOPLE), open_engine(fresh(store, "match"))
    fill(engine, many // 10)
    few = _timed(engine, posting(0))[0]
    started = time.perf_counter()
    indexing = fill(engine, many - many // 10, first=many // 10)
    written = time.perf_counter() - started
    _timed(engine, posting(0))  # the first is the warm-up
    ours, theirs, warm = list[float](), list[float](), list[float]()
    for number in range(scale.rounds):
        wanted = posting(number)
        took, found = _timed(engine, wanted)
        started = time.perf_counter()
        everybody = rank(wanted, everyone(engine), TOP)
        theirs.append(time.perf_counter() - started)
        again, _ = _timed(engine, wanted)
        ours.append(took)
        warm.append(again * 1000)
        check(found, everybody)
    report.add(f"P18.{store.name}", theirs, ours, may_drift=True)
    report.put(f"match.{store.name}", warm, ABSOLUTE)
    report.notes.append(
        f"{store.name}: {many:,} people, {many * 0.9 / written:,.0f} written a second; "
        f"best search {min(ours) * 1000:.1f} ms (of a tenth of them {few * 1000:.1f}), all rows {min(theirs) * 1000:,.0f} ms; "
        f"their works written in {indexing:.1f} s, {index_bytes(engine) / many:,.0f} bytes a person with its indexes"
    )
    engine.dispose()


def posting(number: int) -> Wanted:
    return Wanted(
        id=f"posting {number}",
        code=POSTINGS[number % len(POSTINGS)],
        text="通販の写真と文章を直してほしい。味噌を遠くの人にも食べてほしい",
        trades=trades_of("味噌製造"),
        prefecture="長野県",
        hours=20,
        hourly_yen=4_000,
        times=1 << number,
    )


def _timed(engine: Engine, wanted: Wanted) -> tuple[float, list[Ranked]]:
    started = time.perf_counter()
    with begin(engine) as work:
        found = work.pool.search(wanted, TOP)
    return time.perf_counter() - started, found


def everyone(engine: Engine) -> list[Candidate]:
    """Load every row: what a search without an index would do."""
    with begin(engine) as work:
        ids: Sequence[UUID] = work.session.scalars(select(Talent.party_id)).all()
        return work.pool.candidates(ids)


def check(found: list[Ranked], everybody: list[Ranked]) -> None:
    ours, theirs = ([(each.id, each.score) for each in some] for some in (found, everybody))
    if ours != theirs:
        raise WentWrong(f"the search found {ours[:3]} …, everybody weighed gives {theirs[:3]} …")


def index_bytes(engine: Engine) -> int:
    """Return what the works take with their indexes: all that a search has besides the people themselves."""
    if engine.dialect.name == "postgresql":
        asked = "SELECT pg_total_relation_size('talent_works')"
    else:
        mine = "SELECT name FROM sqlite_schema WHERE tbl_name = 'talent_works'"
        asked = f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({mine})"
    with engine.connect() as connection:
        return int(connection.execute(text(asked)).scalar_one())


def fill(engine: Engine, many: int, first: int = 0) -> float:
    """Write people with three works each, as an import does; their words are not weighed here.

    Returns the seconds that writing the works took.
    """
    luck, now = random.Random(first), datetime.now(UTC)
    indexing = 0.0
    for start in range(first, first + many, PIECE):
        rows = {
            f"t{number}@example.com": _person(luck, number)
            for number in range(start, min(start + PIECE, first + many))
        }
        with begin(engine) as work:
            kept = work.pool.keep_all(rows, now)
            started = time.perf_counter()
            work.pool.keep_works({id: _works(luck) for id in kept.new.values()})
            indexing += time.perf_counter() - started
    return indexing


def _person(luck: random.Random, number: int) -> dict[str, object]:
    day, hour = luck.randrange(5), luck.randrange(9, 16)
    slots = (Slot(day, datetime(2026, 1, 1, hour).time(), datetime(2026, 1, 1, hour + 2).time()),)
    return {
        "name": f"試験 {number}",
        "headline": luck.choice(WORDS),
        "bio": "。".join(luck.sample(WORDS, 3)),
        "skills": "写真、文章、表計算",
        "prefecture": luck.choice(("東京都", "大阪府", "長野県")),
        "tied": ["長野県"] if luck.random() < 0.1 else [],
        "hours_month": luck.choice((10, 20, 30)),
        "hourly_yen": luck.choice((2_000, 3_500, 5_000, 8_000)),
        "pay_month_yen": 70_000,
        "slots": str(slots[0]),
        "times": mask(slots),
        "is_remote": luck.random() < 0.8,
        "employment": "EMPLOYEE",
        "insurance": "YES" if luck.random() < 0.3 else "NO",
    }


def _works(luck: random.Random) -> dict[str, float]:
    return {code: round(luck.random(), 3) for code in luck.sample(CODES, 3)}
