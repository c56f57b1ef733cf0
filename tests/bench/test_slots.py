"""Slots: many reminders that fall due together are read together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, event, func, select

from bench.recording import house_rules
from bench.world import meet, pair
from bot import sweeps
from storage.engagements import Phase
from storage.outbox import OutMessage
from storage.unit_of_work import begin

WEDNESDAY = datetime(2026, 11, 25, 1, tzinfo=UTC)


def swept(engine: Engine, now: datetime) -> list[str]:
    """Sweep once, and give the statements it took."""
    taken: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _taken(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "SAVEPOINT" not in statement:
            taken.append(statement)

    sweeps.moments(engine, house_rules(), now)
    event.remove(engine, "before_cursor_execute", _taken)
    return taken


def test_thirty_reminders_take_no_more_statements_than_three(engine: Engine) -> None:
    """Both sides of thirty meetings read of it, with what is read and written for all at once."""
    engagements = pair(engine, 33, Phase.RUNNING, WEDNESDAY)
    meet(engine, engagements[:3], WEDNESDAY, 1, 1)
    meet(engine, engagements[3:], WEDNESDAY + timedelta(days=7), 1, 1)
    few = swept(engine, WEDNESDAY - timedelta(days=1))
    many = swept(engine, WEDNESDAY + timedelta(days=6))
    with begin(engine) as work:
        assert work.session.scalar(select(func.count()).select_from(OutMessage)) == 2 * 33
    assert len(many) == len(few), many
