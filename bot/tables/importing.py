"""Importing: many people from one file. All lines are read first; with a bad one among them nothing is written.

The same file again changes nothing: people are known by their e-mail. Who writes his profile himself is left as he is, and
who had himself forgotten stays so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from bot.tables import files as tables
from bot.tables.talent_rows import COLUMNS, NEEDED, BadCell, TalentRow, read_row
from flows.rules.lint.lint import Finding
from flows.rules.match.skills import works_of
from flows.rules.match.slots import mask, slots_of
from flows.talent.talents import Insurance
from storage.forgetting import forgotten
from storage.pool import Kept
from storage.talents import Talent
from storage.unit_of_work import begin

UNSAID_HOURS = 20  # a month, for the profile's guess of a monthly sum


@dataclass(frozen=True)
class Fault:
    """A line that cannot be taken, and why."""

    line: int
    why: str


@dataclass(frozen=True)
class Read:
    """What a file holds: lines by what they are known by, faults by line, columns that are not ours."""

    rows: dict[str, Any]
    faults: list[Fault]
    extra: tuple[str, ...] = ()
    encoding: str = ""
    lines: dict[str, int] = field(default_factory=dict)
    points: dict[str, tuple[Finding, ...]] = field(
        default_factory=dict
    )  # what a person should look at, by line's id


def read_talents(data: bytes, tick: Callable[[], object] = lambda: None) -> Read:
    """Read a table of professionals; raises ``BadTable`` when it is none at all."""
    table = tables.read(data, COLUMNS, NEEDED)
    found = Read({}, [Fault(*broken) for broken in table.broken], table.extra, table.encoding)
    for line, cells in table.rows:
        tick()
        try:
            row = read_row(cells)
        except BadCell as why:
            found.faults.append(Fault(line, str(why)))
            continue
        if row.email in found.rows:
            found.faults.append(Fault(line, f"email：{found.lines[row.email]}行目と同じです"))
            continue
        found.rows[row.email], found.lines[row.email] = row, line
    found.faults.sort(key=lambda fault: fault.line)
    return found


def keep_talents(
    engine: Engine, rows: Iterable[TalentRow], now: datetime, tick: Callable[[], object] = lambda: None
) -> Kept:
    """Write people and the works told from their words, in one transaction.

    Works are told before it: thousands take half a minute, and nobody else could write meanwhile.
    """
    by_email = {row.email: row for row in rows}
    with begin(engine) as work:
        own, gone = work.pool.own(by_email), forgotten(work.session, by_email)
        by_email = {email: row for email, row in by_email.items() if email not in own | gone}
        written = {email: columns(row) for email, row in by_email.items()}
        differing = work.pool.differing(written)
    works: dict[str, dict[str, float]] = {}
    for email in differing:
        works[email] = works_of(*words(by_email[email]))
        tick()
    with begin(engine) as work:
        for email in work.pool.own(written):  # he wrote himself meanwhile
            own.add(email)
            del written[email]
        kept = work.pool.keep_all(written, now)
        people = kept.new | kept.changed
        missed = {email: works_of(*words(by_email[email])) for email in people if email not in works}
        told = works | missed  # missed: somebody changed his profile meanwhile
        work.pool.keep_works({id: told[email] for email, id in people.items()})
        for handle in work.joining.known(kept.new):  # he came to Slack before his line came here
            work.joining.join(handle)
    return replace(kept, own=len(own), gone=len(gone))


def words(row: TalentRow) -> tuple[str, str, str]:
    """Return what somebody says of his work."""
    return row.headline, row.bio, "、".join(row.skills)


def columns(row: TalentRow) -> dict[str, Any]:
    """Give the columns of ``Talent`` that a line tells; nothing else of a profile is touched."""
    return {
        "name": row.name,
        "headline": row.headline,
        "bio": row.bio,
        "skills": "、".join(row.skills),
        "prefecture": row.prefecture,
        "tied": list(row.tied),
        "ties": "、".join(row.tied),
        "hours_month": row.hours,
        "hourly_yen": row.hourly_yen,
        "pay_month_yen": row.hourly_yen * (row.hours or UNSAID_HOURS),
        "slots": ";".join(map(str, row.slots)),
        "times": mask(row.slots),
        "is_remote": row.is_remote,
        "employment": row.employment,
        "insurance": (Insurance.YES if row.is_insured else Insurance.NO).name,
    }


def write_talents(engine: Engine) -> str:
    """Write everybody who came from a table as such a table; read again it changes nothing."""
    with begin(engine) as work:
        return tables.write(COLUMNS, (row_of(talent).cells() for talent in work.pool.everybody()))


def row_of(talent: Talent) -> TalentRow:
    """Give a profile as a line."""
    return TalentRow(
        email=talent.email or "",
        name=talent.name,
        headline=talent.headline,
        bio=talent.bio,
        skills=tuple(part for part in talent.skills.split("、") if part),
        prefecture=talent.prefecture,
        tied=tuple(talent.tied),
        hours=talent.hours_month,
        hourly_yen=talent.hourly_yen,
        slots=slots_of(talent.slots),
        is_remote=talent.is_remote,
        is_insured=talent.insurance == Insurance.YES.name,
        employment=talent.employment,
    )
