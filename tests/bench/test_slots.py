"""Slots: many reminders that fall due together are named together, and drawn together when they leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, event, func, select

from bench.recording import house_rules
from bench.world import meet, pair
from bot import sweeps
from bot.sends.drawing import draw_waiting
from storage.engagements import Phase
from storage.outbox import OutMessage
from storage.unit_of_work import begin

WEDNESDAY = datetime(2026, 11, 25, 1, tzinfo=UTC)


def taken_by(engine: Engine, does: Callable[[], object]) -> list[str]:
    """Give the statements that something takes."""
    taken: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _taken(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "SAVEPOINT" not in statement:
            taken.append(statement)

    does()
    event.remove(engine, "before_cursor_execute", _taken)
    return taken


def swept(engine: Engine, now: datetime) -> list[str]:
    return taken_by(engine, lambda: sweeps.moments(engine, house_rules(), now))


def drawn(engine: Engine, now: datetime) -> list[str]:
    return taken_by(engine, lambda: draw_waiting(engine, house_rules(), now, 60))


def test_thirty_reminders_take_no_more_statements_than_three(engine: Engine) -> None:
    """Both sides of thirty meetings are named and later told, with what is read and written for all at once."""
    engagements = pair(engine, 33, Phase.RUNNING, WEDNESDAY)
    meet(engine, engagements[:3], WEDNESDAY, 1, 1)
    meet(engine, engagements[3:], WEDNESDAY + timedelta(days=7), 1, 1)
    few, later = WEDNESDAY - timedelta(days=1), WEDNESDAY + timedelta(days=6)
    named, told = swept(engine, few), drawn(engine, few)
    all_named, all_told = swept(engine, later), drawn(engine, later)
    with begin(engine) as work:
        assert work.session.scalar(select(func.count()).select_from(OutMessage)) == 2 * 33
        assert not work.undrawn.next(later, 1, ("line", "slack"))
    assert len(all_named) == len(named) <= 8, all_named
    assert len(all_told) == len(told), all_told
