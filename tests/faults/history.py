"""History: what the storm left behind, read from the store and from the screens, and held against a day in peace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from sandbox.line.people import Bubble
from storage.conversations import Conversation, JournalEntry
from storage.database import Base
from storage.inbox import DONE, PARKED, RECEIVED, Event
from storage.outbox import DUE, SEND, SENDING, SENT, UNKNOWN, UNSURE, OutMessage, PostedCard
from storage.parties import Handle
from storage.postings import Posting
from storage.time_rows import DueRow
from tests.faults.crowd import Crowd, Owner, bare, told

# One row each for what came and what left: counted one by one below. Drawings of a home are drawn together.
BY_THEMSELVES = {"events", "messages", "rich_menus"}
Told = tuple[str, ...]


@dataclass(frozen=True)
class Life:
    """What is true of one owner: what he read in order, what his journal keeps, where his talks stand."""

    read: Told
    entries: Told
    talks: Told


@dataclass
class Verdict:
    """What is wrong, in words; nothing, if the promises held."""

    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    doubled_effects: int = 0
    doubled_pushes: int = 0
    doubled_replies: int = (
        0  # allowed: the token was too old to ask, and the row says that nothing could tell
    )
    parked: int = 0  # allowed, and told to the staff: three processes died of it, or with it
    disordered: int = 0
    posts: int = 0
    doubled_posts: int = 0

    def expect(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.wrong.append(otherwise)


def read_by(bubbles: Sequence[Bubble]) -> Told:
    return tuple(told(each) for each in bubbles if each.by == "bot")


def lives(engine: Engine, crowd: Crowd) -> dict[str, Life]:
    """Read each owner's life."""
    entries: dict[str, list[str]] = {owner.id: [] for owner in crowd.owners}
    talks: dict[str, list[str]] = {owner.id: [] for owner in crowd.owners}
    with Session(engine) as session:
        rows = (
            select(Handle.external_id, Conversation.flow, JournalEntry.key, JournalEntry.value)
            .join(Conversation, Conversation.id == JournalEntry.conversation_id)
            .join(Handle, Handle.id == Conversation.handle_id)
            .where(Handle.platform == "line")
            .order_by(JournalEntry.id)
        )
        for owner, flow, key, value in session.execute(rows):
            entries[owner].append(bare(f"{flow} {key} {value}"))
        open = (
            select(Handle.external_id, Conversation.flow, Conversation.status, Conversation.asked)
            .join(Handle, Handle.id == Conversation.handle_id)
            .where(Handle.platform == "line")
            .order_by(Conversation.id)
        )
        for owner, flow, status, asked in session.execute(open):
            talks[owner].append(f"{flow} {status} {sorted(asked)}")
    return {
        owner.id: Life(read_by(owner.phone.bubbles), tuple(entries[owner.id]), tuple(talks[owner.id]))
        for owner in crowd.owners
    }


def counts(engine: Engine) -> Counter[str]:
    """Count the rows of every table of the domain; a moment that was put off for a second counts once."""
    moments = select(DueRow.purpose, DueRow.subject).distinct().subquery()
    with Session(engine) as session:
        found = Counter(
            {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
                if table.name not in BY_THEMSELVES
            }
        )
        found[DueRow.__tablename__] = session.scalar(select(func.count()).select_from(moments)) or 0
        return found


def waiting(engine: Engine) -> str:
    """Say what is not at rest yet: nothing, when every lease ended and every line is empty."""
    with Session(engine) as session:
        events = session.scalar(select(func.count()).where(Event.status == RECEIVED))
        soon = datetime.now(UTC) + timedelta(seconds=5)  # a published posting is put to people a moment later
        open_invites = (DueRow.purpose == "invite", DueRow.done_at.is_(None), DueRow.due_at <= soon)
        invites = session.scalar(select(func.count()).where(*open_invites))
        going = OutMessage.status.in_((DUE, SENDING))
        left = session.execute(
            select(OutMessage.platform, OutMessage.status, func.count())
            .where(going)
            .group_by(OutMessage.platform, OutMessage.status)
        ).all()
    said = [f"{number} {platform} messages {status}" for platform, status, number in left]
    waits = [f"{number} {what}" for number, what in ((events, "events"), (invites, "invites")) if number]
    return ", ".join([*waits, *said])


def overdue(engine: Engine, now: datetime) -> float:
    """Give how many seconds ago the oldest lease ended that nobody took over yet."""
    with Session(engine) as session:
        event = session.scalar(select(func.min(Event.leased_until)).where(Event.status == RECEIVED))
        message = session.scalar(
            select(func.min(OutMessage.leased_until)).where(OutMessage.status == SENDING)
        )
    return max(((now - each).total_seconds() for each in (event, message) if each), default=0.0)


def judge(engine: Engine, crowd: Crowd, peace: dict[str, Life], expected: Counter[str]) -> Verdict:
    """Hold all that happened against the promises."""
    verdict = Verdict()
    put_aside = _inbound(engine, crowd, verdict)
    lost = [each for each in crowd.lost if each.split()[0] not in put_aside]
    verdict.lost += len(lost)
    verdict.wrong += lost
    found, unsure = lives(engine, crowd), may_be_twice(engine)
    for owner in crowd.owners:
        _life(owner, found[owner.id], peace[owner.script], unsure[owner.id], verdict)
    for table, number in counts(engine).items():
        if number > expected[table] or (number < expected[table] and not verdict.parked):
            verdict.doubled_effects += max(0, number - expected[table])
            verdict.wrong.append(f"{number} rows in {table}, not {expected[table]}")
    _outbound(engine, crowd, verdict)
    _posts(engine, crowd, verdict)
    verdict.wrong += sorted(each for each in set(crowd.sandbox.wire.violations) if not _is_untaken(each))
    return verdict


def _is_untaken(broken: str) -> bool:
    """Tell of a press that nobody took, the faults being on all the time: nothing is lost, staff press again."""
    return broken.startswith("slack block_actions: ") and ("answered 503" in broken or "no answer" in broken)


def _inbound(engine: Engine, crowd: Crowd, verdict: Verdict) -> set[str]:
    """Every accepted event is here once, and done; give whose were parked, as the staff were told."""
    with Session(engine) as session:
        rows = session.execute(
            select(Event.external_id, Event.status, Event.sender).where(Event.platform == "line")
        ).all()
        others = session.execute(
            select(Event.kind, Event.status).where(Event.platform != "line", Event.status != DONE)
        ).all()
    known = Counter(id for id, _, _ in rows)
    lost = crowd.roads.chances.accepted - known.keys()
    verdict.lost += len(lost)
    verdict.expect(not lost, f"{len(lost)} accepted events are nowhere")
    verdict.expect(max(known.values()) == 1, "an event is here twice")
    parked = {sender for _, status, sender in rows if status == PARKED}
    verdict.parked = len(parked)
    undone = Counter(status for _, status, _ in rows if status not in (DONE, PARKED))
    verdict.lost += undone.total()
    verdict.expect(not undone and not others, f"not done: {dict(undone)} {others}")
    return parked


def may_be_twice(engine: Engine) -> Counter[str]:
    """Count for each owner the replies of unknown fate that went out again as a push, their token being too old."""
    with Session(engine) as session:
        again = (OutMessage.how == "push") & OutMessage.token_until.is_not(None)
        rows = (
            select(Handle.external_id)
            .join(OutMessage, OutMessage.handle_id == Handle.id)
            .where(again, OutMessage.error.startswith(UNSURE))
        )
        return Counter(session.scalars(rows))


def _life(owner: Owner, found: Life, peace: Life, unsure: int, verdict: Verdict) -> None:
    """What an owner read and what is kept of him is what it would have been in peace."""
    if found == peace or not owner.is_done:
        return
    missing, extra = Counter(peace.read) - Counter(found.read), Counter(found.read) - Counter(peace.read)
    verdict.lost += missing.total()
    if not missing and extra.total() <= unsure and found.entries == peace.entries:
        verdict.doubled_replies += extra.total()
        return
    verdict.doubled_pushes += extra.total()
    if found.read != peace.read and not missing and not extra:
        verdict.disordered += 1
    twice = Counter(found.entries) - Counter(peace.entries)
    verdict.doubled_effects += twice.total()
    parts = {
        "missing": missing,
        "too much": extra,
        "entries more": twice,
        "entries less": Counter(peace.entries) - Counter(found.entries),
        "talks": Counter(found.talks) - Counter(peace.talks),
    }
    said = {name: dict(what) for name, what in parts.items() if what} or "another order"
    verdict.wrong.append(f"{owner.id} ({owner.script}): {said}")


def _outbound(engine: Engine, crowd: Crowd, verdict: Verdict) -> None:
    """Every message of a committed turn to a person arrived, and in the order of his line."""
    with Session(engine) as session:
        rows = session.execute(
            select(Handle.external_id, OutMessage.body, OutMessage.status)
            .join(Handle, Handle.id == OutMessage.handle_id)
            .where(OutMessage.platform == "line", OutMessage.op == SEND)
            .order_by(OutMessage.handle_id, OutMessage.number)
        ).all()
    undelivered = Counter(status for _, _, status in rows if status != SENT)
    verdict.lost += undelivered.total()
    verdict.expect(not undelivered, f"messages to owners not delivered: {dict(undelivered)}")
    wanted, unsure = Counter(owner for owner, _, _ in rows), may_be_twice(engine)
    for owner in crowd.owners:
        arrived = sum(each.by == "bot" for each in owner.phone.bubbles)
        least, most = wanted[owner.id], wanted[owner.id] + unsure[owner.id]
        verdict.expect(least <= arrived <= most, f"{owner.id} read {arrived} of {least}")


def _posts(engine: Engine, crowd: Crowd, verdict: Verdict) -> None:
    """Each card hangs once in its channel; a second one only where the fate of the first was not known."""
    with Session(engine) as session:
        rows = session.scalars(
            select(OutMessage).where(OutMessage.platform == "slack", OutMessage.handle_id.is_(None))
        ).all()
        cards = session.scalar(select(func.count()).select_from(PostedCard)) or 0
        postings = session.scalar(select(func.count()).select_from(Posting)) or 0
    slack = crowd.sandbox.slack
    rooms = [id for id, room in slack.channels.items() if room.kind != "im"]
    hung = sum("bot_id" in message for id in rooms for message in slack.messages(id))
    posted = [row for row in rows if row.how == "post"]
    unsure = [row for row in rows if row.error.startswith(UNSURE)]
    words = sum(row.op == SEND and row.status == SENT for row in rows)
    verdict.posts, verdict.doubled_posts = hung, max(0, hung - cards - words)
    verdict.lost += sum(row.status not in (SENT, UNKNOWN) for row in rows)
    verdict.expect(cards >= postings, f"{cards} cards for {postings} announcements")
    verdict.expect(
        verdict.doubled_posts <= len(unsure),
        f"{hung} posts of {len(posted)} rows, {cards} cards: more doubled than the {len(unsure)} marked unknown",
    )
