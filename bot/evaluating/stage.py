"""Stage: one operator for as many owners as a set has. Real turns, a database of its own, and a clock that stands."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import func, select

from bot import sweeps
from bot.carry import carry
from bot.clock import Clock
from bot.console import FOLLOW, THINGS, plain_rules, take_news
from bot.line.webhook import arrivals
from bot.settings import Settings
from bot.taking import Job, take_turn, take_turns
from bot.turn_thread import MOST_TOGETHER, TurnThread
from flows.messages import Message
from flows.rules.calendar import JST
from storage.conversations import Conversation, JournalEntry
from storage.database import Base, open_engine
from storage.inbox import Arrival
from storage.parties import Handle
from storage.time_rows import DueRow, ThoughtRow
from storage.unit_of_work import Work, begin

Coach = Literal["rules", "model"]
Progress = Callable[[int], None]

START = datetime(2026, 11, 24, 10, 0, tzinfo=JST)  # a Tuesday morning
STEP = timedelta(seconds=30)  # between two things one owner does
AT_ONCE = 20  # thoughts in the air, as in a worker
BLANK = "　"  # LINE carries no empty text
SENT = {name: THINGS[name] for name in ("(スタンプ)", "(写真)", "(声)", "(書類)")}
SENT["(スタンプだけ)"] = SENT["(スタンプ)"]


class Standing(Clock):
    """The stage's own time."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage

    def now(self) -> datetime:
        return self.stage.now


@dataclass(frozen=True)
class Asked:
    """What an owner is asked now: the conversation, its subject, the key of the question; empty when nothing is."""

    flow: str = ""
    key: str = ""
    subject: tuple[tuple[str, str], ...] = ()

    def about(self, name: str) -> str:
        return dict(self.subject).get(name, "")


class Stage:
    """Owners come and go by their ids; ``heard`` is all that each has read."""

    def __init__(self, settings: Settings, coach: Coach, database: str) -> None:
        self.now, self.settings = START, settings
        self.engine = open_engine(database)
        Base.metadata.create_all(self.engine)
        self.rules = replace(plain_rules(settings, lambda _: (), "eval"), has_model=coach == "model")
        self.heard = defaultdict[str, list[Message]](list)
        self.took: dict[str, float] = {}  # seconds of an owner's last turn, with what was thought for it
        self._numbers = count(1)
        self._mind = Mind(self) if coach == "model" else None

    def close(self) -> None:
        if self._mind:
            self._mind.close()
        self.engine.dispose()

    def send(self, owner: str, line: str) -> None:
        """Let an owner type a text, or send a (スタンプ), a (写真), a (声) or a (書類)."""
        self.event(owner, SENT.get(line) or typed(line))

    def tap(self, owner: str, payload: str) -> None:
        self.event(owner, tapped(payload))

    def event(self, owner: str, event: dict[str, Any]) -> None:
        """Let something happen on LINE, stored and turned."""
        began = perf_counter()
        self._turn([self._arrived(owner, event)])
        self.took[owner] = perf_counter() - began

    def _arrived(self, owner: str, event: dict[str, Any]) -> Arrival:
        """Read an event as the door does, with its masking."""
        number = next(self._numbers)
        body = {
            **event,
            "mode": "active",
            "timestamp": int(self.now.timestamp() * 1000),
            "source": {"type": "user", "userId": owner},
            "webhookEventId": f"eval-{number}",
        }
        if "message" in body:
            body["message"] = {**body["message"], "id": f"m{number}"}
        [came] = arrivals(json.dumps({"events": [body]}).encode(), self.now)
        return Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)

    def _turn(self, rows: list[Arrival]) -> None:
        with begin(self.engine) as work:
            ids = work.inbox.store(rows, self.now)
        jobs = [Job(id) for id in ids if id]
        for answer in take_turns(self.engine, self.rules, carry, jobs, self.now):
            if isinstance(answer, Exception):
                raise answer

    def together(self, events: dict[str, dict[str, Any]]) -> None:
        """Let something happen to many owners at once."""
        rows = [self._arrived(owner, event) for owner, event in events.items()]
        for at in range(0, len(rows), MOST_TOGETHER):
            self._turn(rows[at : at + MOST_TOGETHER])

    def think(self) -> bool:
        """Let the model answer some of what is asked of it; tell whether anything was."""
        return self._mind is not None and self._mind.think()

    def listen(self) -> dict[str, list[Message]]:
        """Take what was said since last time, by owner."""
        with begin(self.engine) as work:
            news = take_news(work, self.rules, self.now)
        said = defaultdict[str, list[Message]](list)
        for item in news:
            said[item.to].append(item.message)
        for who, messages in said.items():
            self.heard[who] += messages
        return said

    def welcome(self, owners: list[str]) -> None:
        """Let owners add us and agree: what they write next is a wish."""
        self.together(dict.fromkeys(owners, THINGS[FOLLOW]))
        said = self.listen()
        self.now += STEP
        agreed = {owner: said[owner][-1].buttons[0].payload for owner in owners}
        self.together({owner: tapped(payload) for owner, payload in agreed.items()})
        self.listen()
        self.now += STEP

    def move(self, by: timedelta) -> None:
        """Let time pass; what falls due happens on the way, each at its own moment."""
        to = self.now + by
        while (at := self._next_due(to)) is not None:
            self.now = max(self.now, at)
            sweeps.moments(self.engine, self.rules, self.now)
        self.now = max(self.now, to)

    def _next_due(self, to: datetime) -> datetime | None:
        due = select(func.min(DueRow.due_at)).where(DueRow.done_at.is_(None), DueRow.due_at <= to)
        nudge = select(func.min(Conversation.nudge_at)).where(Conversation.nudge_at <= to)
        with begin(self.engine) as work:
            return min((at for at in map(work.session.scalar, (due, nudge)) if at), default=None)

    def asked(self, owner: str) -> Asked:
        """Say what an owner's typed words would answer now."""
        with begin(self.engine) as work:
            handle = work.session.scalars(select(Handle).where(Handle.external_id == owner)).one()
            talk = work.conversations.get(handle.floor) if handle.floor else None
            if talk is None:
                return Asked()
            subject = tuple((name, str(value)) for name, value in talk.subject.items())
            return Asked(talk.flow, next(iter(talk.asked), ""), subject)

    def entry(self, owner: str, key: str) -> Any:
        """Give what was last written under a key in an owner's talks."""
        mine = (
            select(JournalEntry)
            .join(Conversation, JournalEntry.conversation_id == Conversation.id)
            .join(Handle, Conversation.handle_id == Handle.id)
            .where(Handle.external_id == owner, JournalEntry.key == key)
        )
        with begin(self.engine) as work:
            found = work.session.scalars(mine.order_by(JournalEntry.id.desc()).limit(1)).first()
            return found.value if found else None

    def thoughts(self) -> dict[str, int]:
        """Count what the model was asked, by what became of it; where it gave up the rules have answered."""
        rows = select(ThoughtRow.status, func.count()).group_by(ThoughtRow.status)
        with begin(self.engine) as work:
            return {str(status): int(many) for status, many in work.session.execute(rows)}

    def owners_of(self, work: Work, talks: set[UUID]) -> dict[UUID, str]:
        mine = select(Conversation.id, Handle.external_id).join(Handle, Conversation.handle_id == Handle.id)
        rows = work.session.execute(mine.where(Conversation.id.in_(talks)))
        return {row.id: row.external_id for row in rows}


def typed(text: str) -> dict[str, Any]:
    return {"type": "message", "message": {"type": "text", "text": text or BLANK}}


def tapped(payload: str) -> dict[str, Any]:
    return {"type": "postback", "postback": {"data": payload}}


@contextmanager
def staged(settings: Settings, coach: Coach) -> Iterator[Stage]:
    """Open a stage; a model's answers come from another thread, so its database is a file."""
    with TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'eval.db'}" if coach == "model" else "sqlite://"
        stage = Stage(settings, coach, database)
        try:
            yield stage
        finally:
            stage.close()


class Mind:
    """The real thinking of a worker, in a loop of its own that runs only while somebody thinks."""

    def __init__(self, stage: Stage) -> None:
        from bot.budget import Budget
        from bot.model import model_of
        from bot.thinking import Thinking

        self.stage, self.loop, self.thread = stage, asyncio.new_event_loop(), TurnThread()
        settings = stage.settings
        budget = Budget(settings.model_tokens_per_talk, settings.model_tokens_per_day)
        self.thinking = Thinking(
            stage.engine, self.thread, Standing(stage), model_of(settings), self._took, budget
        )

    async def _took(self, ids: list[UUID]) -> None:
        for id in ids:
            await self.thread.do(take_turn, self.stage.engine, self.stage.rules, carry, id, self.stage.now)

    def think(self) -> bool:
        rows = self._claimed()
        with begin(self.stage.engine) as work:
            owners = self.stage.owners_of(work, {row.conversation_id for row in rows})
        self.loop.run_until_complete(self._together(rows, owners))
        return bool(rows)

    def _claimed(self) -> list[ThoughtRow]:
        with begin(self.stage.engine) as work:
            return work.thoughts.claim(self.thinking.clock.real(), AT_ONCE)

    async def _together(self, rows: list[ThoughtRow], owners: dict[UUID, str]) -> None:
        await asyncio.gather(*(self._timed(row, owners[row.conversation_id]) for row in rows))

    async def _timed(self, row: ThoughtRow, owner: str) -> None:
        began = perf_counter()
        await self.thinking.think(row)
        self.stage.took[owner] += perf_counter() - began

    def close(self) -> None:
        self.loop.run_until_complete(self.thinking.model.client.close())
        self.thread.close()
        self.loop.close()
