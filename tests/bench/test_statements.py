"""Statements: what a batch of turns asks of its database does not grow with the batch."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import event

from bench.recording import house_rules
from bench.seating import seat
from bench.talk import ANSWERS, hooks
from bot.carry import carry
from bot.clock import Clock
from bot.line.webhook import arrivals
from bot.migrating import migrate
from bot.taking import Job, take_turns
from storage.database import open_engine
from storage.inbox import Arrival
from storage.unit_of_work import begin

MOST = 24  # statements of one batch, with its BEGIN


def statements(folder: Path, owners: int) -> list[int]:
    """Lead owners through a talk, all their answers to one question in a batch; count what each batch executes."""
    engine, clock, rules = open_engine(f"sqlite:///{folder}/{owners}.db"), Clock(), house_rules()
    migrate(engine)
    seat(engine, owners, clock.now())
    sent = [list({hook.id: hook for hook in hooks(owner, "")}.values()) for owner in range(owners)]
    counted, seen = list[int](), list[str]()
    event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    for step in range(len(ANSWERS)):
        came = [item for each in sent for item in arrivals(each[step].body, clock.now())]
        rows = [
            Arrival(item.platform, item.external_id, item.sender, item.kind, item.body, item.happened_at)
            for item in came
        ]
        with begin(engine) as work:
            ids = work.inbox.store(rows, clock.now())
        seen.clear()
        answers = take_turns(engine, rules, carry, [Job(id) for id in ids if id], clock.now())
        assert not any(isinstance(answer, Exception) for answer in answers)
        counted.append(len(seen))
    engine.dispose()
    return counted


def test_a_batch_of_twelve_asks_no_more_than_one_of_three(tmp_path: Path) -> None:
    """A flow's facts or an action that asks for each by itself would cost every busy morning."""
    few, many = statements(tmp_path, 3), statements(tmp_path, 12)
    assert many == few
    assert max(many) <= MOST
