"""Forms: P5, P6 and P7. Our five questions before the first meeting, answered in process on PostgreSQL, 16 at once.

Each owner answers in order, an answer is stored and turned in two commits, as at the door; no HTTP. Beside it pgbench
writes the rows of one such answer in one transaction. The peers' figures were recorded on a machine of this kind (2
cores), each fed in process with a form of five questions; of them only Rasa commits what it was told.
"""

from __future__ import annotations

import asyncio
import statistics
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from bench import pgbench
from bench.inside import Inside
from bench.measuring import WentWrong, on_store
from bench.recording import house_rules, rows
from bench.rows import RECORDED, Report, Scale
from bench.stores import POSTGRES, Store, fresh
from bench.talk import Step, event, owner_id, signed
from bench.world import pair
from bot.arrivals import Arrived
from bot.clock import Clock
from bot.line.webhook import arrivals
from bot.talking import begin as begin_talk
from bot.turn import Turn
from storage.conversations import Conversation, JournalEntry
from storage.database import new_id, open_engine
from storage.engagements import Engagement, Phase, Round
from storage.inbox import DONE, Event
from storage.outbox import OutMessage
from storage.parties import Handle
from storage.unit_of_work import begin

AT_ONCE, QUESTIONS = 16, 5
OWNERS_A_SECOND, OWNERS = 500, 20  # more than anybody answers
PGBENCH_EACH = 300  # transactions of one client a second, or thereabouts
ROWS = ("P5", "P6", "P7.botbuilder", "P7.aiogram", "P7.telegram")
PEERS = {"P6": 99.0, "P7.botbuilder": 1_642.0, "P7.aiogram": 1_265.0, "P7.telegram": 5_890.0}
WORDS = "若い人が一人いますが、毎日の仕事で手一杯です。お店のことは私が夜に見ています。"


def measure(scale: Scale) -> Report:
    report = Report()
    on_store(POSTGRES, scale, report, ROWS, lambda store: _report(store, scale, report))
    return report


def _report(store: Store, scale: Scale, report: Report) -> None:
    ours, theirs = asyncio.run(_measure(store, scale))
    report.add("P5", ours, theirs)
    for id, rate in PEERS.items():
        report.put(id, [each / rate for each in ours], RECORDED)
    medians = (f"{statistics.median(rates):,.0f}/s" for rates in (ours, theirs))
    report.notes.append("answers {}, pgbench {}".format(*medians))


async def _measure(store: Store, scale: Scale) -> tuple[list[float], list[float]]:
    owners = int(OWNERS_A_SECOND * scale.seconds * (scale.rounds + 1)) + OWNERS
    inside, other = asked(fresh(store, "form"), owners), fresh(store, "pgbench")
    peer = asked(other, OWNERS * AT_ONCE)
    file = store.folder / "answer.sql"
    file.write_text(pgbench.script(await recorded(peer), OWNERS * AT_ONCE))
    each = max(2, int(PGBENCH_EACH * scale.seconds))
    ours, theirs = list[float](), list[float]()
    for number in range(scale.rounds + 1):
        answered = await inside.answer(scale.seconds)
        check(inside)
        written = await asyncio.to_thread(pgbench.run, other, file, AT_ONCE, each)
        if number:  # the first is the warm-up
            ours.append(answered)
            theirs.append(written)
    for each_inside in (inside, peer):
        each_inside.close()
    return ours, theirs


def asked(address: str, owners: int) -> Inside:
    """Ask so many owners the first question: one by the product, the others with a copy of what it wrote."""
    engine, clock, rules = open_engine(address), Clock(), house_rules()
    engagements = pair(engine, owners, Phase.QUESTIONS, clock.now())
    with begin(engine) as work:
        first = work.engagements.get(engagements[0])
        turn = Turn(work, rules, clock.now(), me=work.parties.handle(first.owner_handle_id))
        begin_talk(turn, "pre_interview", turn.person(), {"engagement": first.id.hex})
        turn.finish()
    with begin(engine) as work:
        [talk] = work.session.scalars(select(Conversation)).all()
        columns = {column.name: getattr(talk, column.name) for column in Conversation.__table__.columns}
        people = select(Engagement.id, Handle.id, Handle.party_id).join(
            Handle, Handle.id == Engagement.owner_handle_id
        )
        copies = [
            {
                **columns,
                "id": new_id(),
                "handle_id": handle,
                "party_id": party,
                "subject": {"engagement": id.hex},
            }
            for id, handle, party in work.session.execute(people)
            if id != first.id
        ]
        work.session.execute(insert(Conversation), copies)
        mine = select(Conversation.id).where(Conversation.handle_id == Handle.id).scalar_subquery()
        is_owner = Handle.platform == "line"
        work.session.execute(update(Handle).where(is_owner).values(floor=mine, floor_at=clock.now()))
    return Inside.of(engine, range(owners), answers, AT_ONCE)


def check(inside: Inside) -> None:
    """Every answer was stored, turned and kept; whoever gave five has his round sealed."""
    with inside.engine.connect() as connection:
        count = select(func.count())
        done = connection.scalar(count.select_from(Event).where(Event.status == DONE))
        kept = connection.scalar(count.select_from(JournalEntry))
        sealed = connection.scalar(count.select_from(Round).where(Round.talent.is_(None)))
    if (done, kept, sealed) != (inside.taken, inside.taken, inside.taken // QUESTIONS):
        raise WentWrong(f"{inside.taken} answers: {done} done, {kept} kept, {sealed} forms sealed")


def answers(owner: int) -> list[Arrived]:
    """Give one owner's five answers as they reach the door."""
    name, now = owner_id(owner), datetime.now(UTC)
    ids = [f"{name[1:]}{number:02d}" for number in range(QUESTIONS)]
    bodies = [signed(id, event(id, name, f"{WORDS}{owner}"), "").body for id in ids]
    return [arrived for body in bodies for arrived in arrivals(body, now)]


async def recorded(inside: Inside) -> Step:
    """Let one owner give his first answer, and read what the product wrote."""
    [first, *_] = answers(next(inside.owners))
    await inside.door.take(first)
    with inside.engine.connect() as connection:
        [came] = rows(connection, Event)
        its: dict[str, Any] = dict(event_id=came["id"])
        entries, messages = rows(connection, JournalEntry, **its), rows(connection, OutMessage, **its)
        [talk] = rows(connection, Conversation, id=entries[0]["conversation_id"])
    return Step(came, talk, entries, messages)
