"""Kinds: what ``smallwin import`` and ``export`` know, each with its reader, its keeper and its writer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from bot.tables.company_rows import keep_companies, read_companies, write_companies
from bot.tables.importing import Fault, Read, keep_talents, read_talents, write_talents
from bot.tables.outcome_rows import keep_outcomes, read_outcomes, write_outcomes
from bot.tables.posting_rows import PostingRow, points, read_postings
from flows.rules.japanese.prefectures import prefectures_in
from storage.companies import Company
from storage.postings import Posting, State
from storage.records import Kind, Noted
from storage.unit_of_work import Work, begin

Tick = Callable[[], object]


@dataclass(frozen=True)
class Counts:
    """What a file came to."""

    new: int = 0
    changed: int = 0
    same: int = 0
    own: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Table:
    """One kind of file. ``keep`` takes the good lines, ``write`` gives all of it in the same shape."""

    read: Callable[[bytes, Tick], Read]
    keep: Callable[[Engine, Iterable[Any], datetime, Tick], Counts]
    write: Callable[[Engine], str]
    one: str  # how one line is counted: 3人, 3社, 3件


def _talents(engine: Engine, rows: Iterable[Any], now: datetime, tick: Tick) -> Counts:
    kept = keep_talents(engine, rows, now, tick)
    return Counts(len(kept.new), len(kept.changed), kept.same, kept.own, kept.gone)


def _counted(noted: Noted) -> Counts:
    return Counts(noted.new, noted.changed, noted.same)


def read_past(data: bytes, tick: Tick) -> Read:
    """Read lines of JSON; raises ``BadTable`` when they are no text at all."""
    rows, faults = read_postings(data)
    found = {id: points(row) for id, row in rows.items()}
    return Read(
        dict(rows),
        [Fault(*fault) for fault in faults],
        points={id: seen for id, seen in found.items() if seen},
    )


def keep_past(engine: Engine, rows: Iterable[PostingRow], now: datetime) -> Noted:
    """Keep postings from before or elsewhere; those that live here are not written by a file.

    Nobody is invited to them and no owner hears of them: `smallwin shortlist` looks at them, and learning may.
    """
    with begin(engine) as work:
        by_id = {row.id: row.model_dump(mode="json") for row in rows}
        here = {id.hex for id in work.session.scalars(select(Posting.id))}
        noted = work.records.keep_all(
            Kind.POSTING, {id: row for id, row in by_id.items() if id not in here}, now
        )
        return Noted(noted.new, noted.changed, noted.same + len(by_id.keys() & here))


def write_past(engine: Engine) -> str:
    """Write the postings that live here, and those kept, a line each; read again it changes nothing."""
    with begin(engine) as work:
        lines = [*_living(work), *work.records.all(Kind.POSTING)]
        return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _living(work: Work) -> Iterator[dict[str, Any]]:
    for posting in work.session.scalars(select(Posting).order_by(Posting.id)):
        if posting.state == State.DRAFT.name:
            continue  # nobody but its owner has seen it
        firm = work.session.get(Company, posting.company_id) if posting.company_id else None
        places = prefectures_in(firm.address) if firm else ()
        pay, hours = posting.pay_month_yen, posting.hours_month
        row = PostingRow(
            id=posting.id.hex,
            company=firm.legal_name if firm else "",
            prefecture=places[0] if places else "",
            industry=firm.industry if firm else "",
            owner_words=posting.words_shown,
            small_win=posting.goal,
            first_tasks=tuple(posting.first_tasks),
            job_code=posting.job_code,
            hours_per_month=hours,
            hourly_rate_yen=pay // hours if pay and hours else None,
            onsite_days_per_month=posting.onsite_days,
        )
        yield row.model_dump(mode="json")


KINDS: dict[str, Table] = {
    "talents": Table(read_talents, _talents, write_talents, "人"),
    "companies": Table(
        lambda data, _: read_companies(data),
        lambda engine, rows, now, _: _counted(keep_companies(engine, rows, now)),
        write_companies,
        "社",
    ),
    "postings": Table(
        read_past, lambda engine, rows, now, _: _counted(keep_past(engine, rows, now)), write_past, "件"
    ),
    "outcomes": Table(
        lambda data, _: read_outcomes(data),
        lambda engine, rows, now, _: _counted(keep_outcomes(engine, rows, now)),
        write_outcomes,
        "件",
    ),
}
