"""Sweeps: the clock of many workers. What is locked waits alone, and everything happens once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select, text

from bot import sweeps
from bot.turn import STAFF, Turn
from flows.messages import Message
from storage.database import open_engine
from storage.outbox import OutMessage
from storage.parties import Handle
from storage.time_rows import DueRow
from storage.unit_of_work import begin
from tests.bot.house import House, a_house
from tests.databases import database

HOUR = timedelta(hours=1)
PURPOSE = "trial"


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[House]:
    """Give a house on a PostgreSQL that several workers share."""
    with database("postgres", tmp_path) as url:
        engine = open_engine(url)
        yield a_house(engine)
        engine.dispose()


def due(engine: Engine, subjects: list[str], house: House) -> None:
    with begin(engine) as work:
        for subject in subjects:
            work.dues.add(PURPOSE, subject, house.now - HOUR)


def teach(house: House) -> None:
    """Let the trial's moment lock its person and say so in the staff's channel."""

    def moment(turn: Turn, subject: str) -> None:
        turn.work.session.scalars(
            select(Handle).where(Handle.external_id == subject).with_for_update()
        ).first()
        turn.post(STAFF, Message(f"時刻：{subject}"))

    house.rules = replace(house.rules, moments={**house.rules.moments, PURPOSE: moment})


def said(engine: Engine) -> list[str]:
    with begin(engine) as work:
        bodies = [row.body for row in work.session.scalars(select(OutMessage).order_by(OutMessage.id))]
    return sorted(body.split("時刻：")[1].split('"')[0] for body in bodies if "時刻：" in body)


@pytest.mark.postgres
def test_each_moment_happens_once_whoever_sweeps(shared: House) -> None:
    """Six workers sweep the same hundred due rows at once: a hundred words, none twice."""
    teach(shared)
    subjects = [f"s{n:03}" for n in range(100)]
    due(shared.engine, subjects, shared)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: sweeps.moments(shared.engine, shared.rules, shared.now, 20), range(18)))
    while sweeps.moments(shared.engine, shared.rules, shared.now, 20):
        pass
    assert said(shared.engine) == subjects


@pytest.mark.postgres
def test_a_row_that_somebody_holds_waits_alone(shared: House) -> None:
    """Its owner's row is locked by somebody stuck: all other moments happen in this very tick, and this one in the next."""
    teach(shared)
    subjects = [uuid4().hex for _ in range(8)]
    with begin(shared.engine) as work:
        for subject in subjects:
            work.parties.meet("line", subject, "owner", shared.now)
    due(shared.engine, subjects, shared)
    with shared.engine.connect() as stuck:
        held = text("SELECT 1 FROM handles WHERE external_id = :id FOR UPDATE")
        stuck.execute(held, {"id": subjects[0]})
        sweeps.moments(shared.engine, shared.rules, shared.now)
        assert said(shared.engine) == sorted(subjects[1:])
        stuck.rollback()
    sweeps.moments(shared.engine, shared.rules, shared.now)
    assert said(shared.engine) == sorted(subjects)
    with begin(shared.engine) as work:
        mine = select(DueRow).where(DueRow.purpose == PURPOSE, DueRow.done_at.is_(None))
        assert work.session.scalars(mine).first() is None
