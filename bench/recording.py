"""Recording: the rows that the real engine writes for each answer of the talk, kept to be written again by hand."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import JSON, Connection, Engine, Table, select

from bench.seating import seat
from bench.talk import ANSWERS, Row, Step, answer_of, hooks
from bot.carry import carry
from bot.clock import Clock
from bot.line.webhook import arrivals
from bot.migrating import migrate
from bot.settings import Settings
from bot.taking import take_turn
from bot.turn import Rules
from bot.turn_thread import TurnThread
from bot.web import Door
from bot.wiring import Bot
from storage.conversations import Conversation, JournalEntry
from storage.database import Base, open_engine
from storage.inbox import DONE, Event
from storage.outbox import OutMessage


def house_rules() -> Rules:
    """The product's rules, without a model whatever the environment says; nothing is sent from here."""
    return replace(Bot.rules_of(Settings(openai_api_key=""), {}), is_sending=False)


def quiet_bot(address: str) -> Bot:
    """A process of the product on some database, connected to nobody whatever the environment says."""
    nobody = Settings(
        database_url=address, line_channel_access_token="", slack_bot_token="", openai_api_key=""
    )
    return Bot(nobody)


def record() -> list[Step]:
    """Lead one owner through the talk in this process, and read after each answer what was written."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/recording.db")
        try:
            steps = _recorded(engine)
        finally:
            engine.dispose()
    assert [step.event["status"] for step in steps] == [DONE] * len(ANSWERS), "the talk does not go through"
    assert all(step.messages for step in steps), "an answer was met with silence"
    return steps


def _recorded(engine: Engine) -> list[Step]:
    rules, clock, steps = house_rules(), Clock(), list[Step]()
    migrate(engine)
    seat(engine, 1, clock.now())
    door = Door(engine, TurnThread(), rules, clock, (), wake=lambda: None)
    for hook in hooks(0, secret=""):
        [id] = door.store(arrivals(hook.body, clock.now()))
        if id is None:
            continue  # sent again
        take_turn(engine, rules, carry, id, clock.now())
        with engine.connect() as connection:
            [event] = rows(connection, Event, id=id)
            [talk] = rows(connection, Conversation)
            entries = rows(connection, JournalEntry, event_id=id)
            steps.append(Step(event, talk, entries, rows(connection, OutMessage, event_id=id)))
    door.thread.close()
    return steps


def rows(connection: Connection, model: type[Base], **equal: object) -> tuple[Row, ...]:
    """Read rows with JSON as text, as a hand-made statement takes it."""
    table = model.__table__
    assert isinstance(table, Table)
    wanted = select(table).filter_by(**equal).order_by(table.c.id)
    return tuple(
        {
            column.name: json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            if isinstance(column.type, JSON) and value is not None
            else value
            for column, value in zip(table.columns, row, strict=True)
        }
        for row in connection.execute(wanted)
    )


def expected(steps: list[Step], ids: Iterable[str]) -> dict[str, int]:
    """Count the rows that these events must have left."""
    done = [steps[answer_of(id)] for id in ids]
    return {
        "events": len(done),
        "conversations": sum(step is steps[0] for step in done),
        "entries": sum(len(step.entries) for step in done),
        "messages": sum(len(step.messages) for step in done),
    }
