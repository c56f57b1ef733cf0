"""Engagements: one firm and one professional, from the first questions to the renewal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Time, UniqueConstraint, func, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from flows.rules.calendar import JST
from flows.rules.renewal.retention import Life
from storage.database import Base, Json, new_id
from storage.rows import among, some


class Phase(Enum):
    """Where an engagement stands; names are released."""

    QUESTIONS = "お会いする前"
    DECIDING = "進めるかどうか"
    KICKOFF = "始める準備"
    RUNNING = "毎週の打ち合わせ"
    FEEDBACK = "お互いのふりかえり"
    RENEWAL = "続けるかどうか"
    ENDED = "終わり"


AT_WORK = (Phase.RUNNING, Phase.FEEDBACK, Phase.RENEWAL, Phase.ENDED)  # before them nothing is signed


class Side(Enum):
    """Whose answer it is."""

    OWNER = "社長"
    TALENT = "お相手"

    @property
    def other(self) -> Side:
        return Side.TALENT if self is Side.OWNER else Side.OWNER


class Engagement(Base):
    """The two who work together. Weekday and time are JST; the clock of the meeting is Japan's."""

    __tablename__ = "engagements"
    __table_args__ = (Index("ix_engagements_phase", "phase"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), unique=True)
    owner_handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"), index=True)
    talent_handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"), index=True)
    phase: Mapped[str] = mapped_column(String(10), default=Phase.QUESTIONS.name)
    version: Mapped[int] = mapped_column(default=1)
    # KO1 … KO6 as agreed; since the staff wrote down other terms also HOURS, PAY, CHANGES
    kickoff: Mapped[Json] = mapped_column(default=None, nullable=True)
    weekday: Mapped[int | None] = mapped_column(default=None)  # 0 is Monday
    meets_at: Mapped[time | None] = mapped_column(Time, default=None)
    url: Mapped[str] = mapped_column(String(300), default="")
    started_on: Mapped[date | None] = mapped_column(Date, default=None)
    renewed: Mapped[int] = mapped_column(default=0)
    # how near the two have come (関係人口): 1 since the owner confirmed a first small win
    tie: Mapped[int] = mapped_column(default=0)
    interview: Mapped[int] = mapped_column(default=1, server_default="1")  # which talk before deciding
    partner_handle_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("handles.id"), default=None, index=True
    )  # who goes along in the firm, on his own LINE
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    looked_back_at: Mapped[datetime | None] = mapped_column(
        default=None
    )  # when the four answers were shown last
    ends_on: Mapped[date | None] = mapped_column(Date, default=None)  # the last day, once notice was given
    paused_until: Mapped[date | None] = mapped_column(Date, default=None)  # no hours and no pay until then
    end_reason: Mapped[str] = mapped_column(String(20), default="", server_default="")  # a class, never words
    created_at: Mapped[datetime]

    def end(self, now: datetime) -> None:
        """It is over; what is kept for a while only is counted from here."""
        self.phase, self.ended_at = Phase.ENDED.name, now

    def is_paused(self, day: date) -> bool:
        """Tell whether the two have agreed to rest on a day."""
        return self.paused_until is not None and day <= self.paused_until


FIRM = "FIRM"  # beside the names of the sides in ``reopened``: who speaks for the firm


class Round(Base):
    """One set of questions that both answer, sealed until both are done: PI, PI2, DECIDE, MF, RENEW."""

    __tablename__ = "rounds"
    __table_args__ = (UniqueConstraint("engagement_id", "kind", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    kind: Mapped[str] = mapped_column(String(8))
    number: Mapped[int] = mapped_column(default=1)
    owner: Mapped[Json] = mapped_column(default=None, nullable=True)
    talent: Mapped[Json] = mapped_column(default=None, nullable=True)
    shared_at: Mapped[datetime | None] = mapped_column(default=None)
    known: Mapped[Json] = mapped_column(
        default=None, nullable=True
    )  # lines of what happened, gathered before it opens
    reopened: Mapped[str] = mapped_column(String(16), default="", server_default="")  # sides that write anew
    held: Mapped[str] = mapped_column(String(16), default="", server_default="")  # sides the staff read first
    alone: Mapped[str] = mapped_column(
        String(8), default="", server_default=""
    )  # the side that showed its answers alone
    firm: Mapped[UUID | None] = mapped_column(
        ForeignKey("handles.id"), default=None, index=True
    )  # answers; None: the owner
    firm_said: Mapped[Json] = mapped_column(
        default=None, nullable=True
    )  # by ``firm``; they are the owner's once he has confirmed them

    def of(self, side: Side) -> Any:
        """Give one side's answers; None until all of them are there, and while they are written anew."""
        is_anew = side.name in self.reopened.split() or (side is Side.OWNER and self.is_firm_writing)
        return None if is_anew else self.before(side)

    @property
    def is_firm_writing(self) -> bool:
        """Tell whether who speaks for the firm writes his answers anew."""
        return FIRM in self.reopened.split()

    def asked(self, side: Side) -> bool:
        """Tell whether a side is to answer now; the firm is not while the staff read what the owner is to confirm."""
        is_read = side is Side.OWNER and self.is_to_confirm and side.name in self.held.split()
        return self.of(side) is None and not is_read

    @property
    def is_to_confirm(self) -> bool:
        """Tell whether all that is missing from the firm is the owner's word on what was written for it."""
        is_there = self.firm is not None and self.firm_said is not None and not self.is_firm_writing
        return is_there and self.of(Side.OWNER) is None

    def before(self, side: Side) -> Any:
        """Give what one side has written, even where it is written anew just now."""
        return self.owner if side is Side.OWNER else self.talent

    def keep(self, side: Side, answers: list[str] | None) -> None:
        self.reopened = without(self.reopened, side.name)
        if side is Side.OWNER:
            self.reopened = without(self.reopened, FIRM)
            self.owner = answers
        else:
            self.talent = answers

    def reopen(self, side: Side) -> None:
        self.reopened = f"{without(self.reopened, side.name)} {side.name}".strip()

    def reopen_firm(self) -> None:
        """Let who speaks for the firm write anew; the owner's own second thought waits for it."""
        self.reopened = f"{without(without(self.reopened, Side.OWNER.name), FIRM)} {FIRM}".strip()

    def hold(self, side: Side, is_held: bool) -> None:
        """Let the staff read one side's answers before the other does, or no more."""
        self.held = f"{without(self.held, side.name)} {side.name if is_held else ''}".strip()

    @property
    def is_done(self) -> bool:
        return all(self.of(side) is not None for side in Side)


def without(names: str, name: str) -> str:
    return " ".join(each for each in names.split() if each != name)


class MeetingState(Enum):
    """What becomes of one week; names are released."""

    PLANNED = "予定"
    BLOCKED = "お休みの日に重なる"  # another day is to be asked about
    ASKED = "日にちを相談中"
    SKIPPED = "お休み"
    CANCELLED = "中止"
    HELD = "会えた"
    MISSED = "会えなかった"


MEETING = (MeetingState.PLANNED.name, MeetingState.HELD.name)  # the two meet, or met


class Meeting(Base):
    """One week of the slot: ``slot_at`` is when it would be, ``meets_at`` when it is."""

    __tablename__ = "meetings"
    __table_args__ = (UniqueConstraint("engagement_id", "slot_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"), index=True)
    number: Mapped[int]
    meets_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    slot_id: Mapped[UUID | None] = mapped_column(default=None)
    slot_at: Mapped[datetime | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(String(10), default="PLANNED", server_default="PLANNED")
    minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")  # of its calendar entry
    why: Mapped[str] = mapped_column(String(10), default="", server_default="")  # it is not at ``slot_at``
    offered: Mapped[Json] = mapped_column(default=None, nullable=True)  # times to choose from, as ISO
    proposed_at: Mapped[datetime | None] = mapped_column(default=None)  # what one side asks the other for
    asked_by: Mapped[str] = mapped_column(String(8), default="", server_default="")
    rounds: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # how often a time was put to the other
    ready: Mapped[str] = mapped_column(
        String(16), default="", server_default=""
    )  # who has answered the word before
    waits: Mapped[str] = mapped_column(String(8), default="", server_default="")  # who sits there alone

    def is_ready(self, side: Side) -> bool:
        return side.name in self.ready.split()


SIDES = (Engagement.owner_handle_id, Engagement.talent_handle_id, Engagement.partner_handle_id)
OF_WORDS = (Phase.KICKOFF.name, Phase.RUNNING.name, Phase.FEEDBACK.name, Phase.RENEWAL.name)
TALKING = (
    select(Engagement)
    .where(or_(*(among(side, "people") for side in SIDES)), Engagement.phase.in_(OF_WORDS))
    .order_by(Engagement.id.desc())
)


THEIRS = select(Engagement).where(or_(*(among(side, "people") for side in SIDES))).order_by(Engagement.id)


class Engagements:
    """Engagements with their rounds and meetings; ``lock`` before deciding."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._before: dict[UUID, Meeting | None] = {}
        self._quiet: set[UUID] = set()  # who was in no engagement when this transaction began
        self._single: set[UUID] = set()  # who was in one at most

    def expect(self, meetings: Collection[UUID]) -> set[UUID]:
        """Load what came before these meetings in one statement, and give its ids."""
        last = aliased(Meeting)
        older = aliased(Meeting)
        newest = (
            select(func.max(older.meets_at))
            .where(older.engagement_id == Meeting.engagement_id, older.meets_at < Meeting.meets_at)
            .where(older.state.in_(MEETING))
            .scalar_subquery()
        )
        follows = (last.engagement_id == Meeting.engagement_id) & (last.meets_at == newest)
        follows &= last.state.in_(MEETING)
        rows = self.session.execute(
            select(Meeting.id, last).join(last, follows).where(Meeting.id.in_(meetings))
        )
        self._before = {**dict.fromkeys(meetings), **dict(rows.all())}
        return {meeting.id for meeting in self._before.values() if meeting}

    def add(self, engagement: Engagement) -> Engagement:
        self._quiet.clear()
        self._single.clear()
        self.session.add(engagement)
        self.session.flush()
        return engagement

    def get(self, id: UUID) -> Engagement:
        return self.session.get_one(Engagement, id)

    def of_application(self, application: UUID) -> Engagement | None:
        mine = select(Engagement).where(Engagement.application_id == application)
        return self.session.scalars(mine).one_or_none()

    def lock(self, id: UUID) -> Engagement | None:
        self._quiet.clear()  # whoever changes one has locked it
        mine = select(Engagement).where(Engagement.id == id).with_for_update()
        return self.session.scalars(mine.execution_options(populate_existing=True)).one_or_none()

    def who_meet(self, meetings: Collection[UUID]) -> tuple[set[UUID], set[UUID]]:
        """Name the pairs of many meetings, and all people in them."""
        mine = select(Engagement.id, *SIDES).join(Meeting, Meeting.engagement_id == Engagement.id)
        rows = self.session.execute(mine.where(among(Meeting.id, "meetings")), {"meetings": some(meetings)})
        found: list[Sequence[UUID | None]] = [tuple(row) for row in rows]
        ids, people = ({id for row in found for id in row[part] if id} for part in (slice(1), slice(1, None)))
        return ids, people

    def lock_all(self, ids: Collection[UUID]) -> None:
        """Lock many, sorted."""
        self._quiet.clear()
        mine = select(Engagement.id).where(among(Engagement.id, "pairs")).order_by(Engagement.id)
        self.session.execute(mine.with_for_update(), {"pairs": some(ids)}).all()

    def of_handle(self, handle: UUID) -> list[Engagement]:
        either = (Engagement.owner_handle_id == handle) | (Engagement.talent_handle_id == handle)
        return list(self.session.scalars(select(Engagement).where(either).order_by(Engagement.id.desc())))

    def talking(self, handle: UUID) -> list[Engagement]:
        """Return a person's engagements in which words may go over: agreed on, and not over."""
        if handle in self._quiet:
            return []
        return list(self.session.scalars(TALKING, {"people": [handle]}))

    def expect_of(self, handles: Collection[UUID]) -> list[Engagement]:
        """Load all engagements of many people; who has one only has told nothing in another."""
        pairs = list(self.session.scalars(THEIRS, {"people": some(handles)}))
        seats = Counter(getattr(pair, side.key) for pair in pairs for side in SIDES)
        self._single = {handle for handle in handles if seats[handle] <= 1}
        return pairs

    def expect_talking(self, handles: Collection[UUID]) -> None:
        """Look at once who of many people is in no such engagement: for most of them that is all."""
        pairs = self.session.scalars(TALKING, {"people": some(handles)}).all()
        self._quiet = set(handles) - {getattr(pair, side.key) for pair in pairs for side in SIDES}

    def round(self, engagement: UUID, kind: str, number: int = 1) -> Round:
        """Return the round, opened if it is new; its engagement must be locked."""
        found = self.found_round(engagement, kind, number)
        if found is None:
            found = Round(engagement_id=engagement, kind=kind, number=number, reopened="", held="", alone="")
            self.session.add(found)
            self.session.flush()
        return found

    def told_before(self, handle: UUID, kind: str, but: UUID) -> tuple[str, ...]:
        """Return a person's newest answers to the same questions in another pair; none is empty."""
        if handle in self._single:
            return ()
        rows = select(Round, Engagement).join(Engagement, Engagement.id == Round.engagement_id)
        mine = (Engagement.owner_handle_id == handle) | (Engagement.talent_handle_id == handle)
        rows = rows.where(mine, Round.kind == kind, Engagement.id != but).order_by(Round.id.desc()).limit(10)
        for kept, pair in self.session.execute(rows):
            if answers := kept.of(Side.OWNER if pair.owner_handle_id == handle else Side.TALENT):
                return tuple(answers)
        return ()

    def found_round(self, engagement: UUID, kind: str, number: int) -> Round | None:
        mine = (Round.engagement_id == engagement, Round.kind == kind, Round.number == number)
        return self.session.scalars(select(Round).where(*mine)).one_or_none()

    def spoken_by(self, handle: UUID) -> list[Round]:
        """Return the rounds in which somebody speaks for a firm that has not been shown."""
        return list(
            self.session.scalars(select(Round).where(Round.firm == handle, Round.shared_at.is_(None)))
        )

    def meeting(self, id: UUID) -> Meeting:
        return self.session.get_one(Meeting, id)

    def meetings(self, engagement: UUID) -> list[Meeting]:
        """Return the meetings that were and that will be, by time; weeks that fell out are not among them."""
        mine = select(Meeting).where(Meeting.engagement_id == engagement, Meeting.state.in_(MEETING))
        return list(self.session.scalars(mine.order_by(Meeting.meets_at)))

    def coming(self, engagement: UUID, now: datetime) -> Meeting | None:
        """Return the next meeting of a pair."""
        mine = (Meeting.engagement_id == engagement, Meeting.state == MeetingState.PLANNED.name)
        rows = select(Meeting).where(*mine, Meeting.meets_at > now).order_by(Meeting.meets_at)
        return self.session.scalars(rows.limit(1)).one_or_none()

    def last(self, engagement: UUID, now: datetime) -> Meeting | None:
        """Return the meeting of a pair that began last."""
        mine = (Meeting.engagement_id == engagement, Meeting.state.in_(MEETING), Meeting.meets_at <= now)
        rows = select(Meeting).where(*mine).order_by(Meeting.meets_at.desc())
        return self.session.scalars(rows.limit(1)).one_or_none()

    def lives(self) -> list[Life]:
        """Return from when to when each pair worked; who never began is not among them."""
        rows = self.session.execute(
            select(Engagement.started_on, Engagement.ended_at)
            .where(Engagement.started_on.is_not(None))
            .order_by(Engagement.started_on)
        )
        return [Life(begun, over.astimezone(JST).date() if over else None) for begun, over in rows if begun]

    def next_meeting(self, after: datetime) -> datetime | None:
        """Return when the first meeting after a moment begins, whoever meets."""
        runs = (Meeting.meets_at > after, Meeting.state.in_(MEETING), Engagement.phase != Phase.ENDED.name)
        found = select(Meeting.meets_at).join(Engagement, Engagement.id == Meeting.engagement_id).where(*runs)
        return self.session.scalars(found.order_by(Meeting.meets_at).limit(1)).one_or_none()

    def add_meeting(self, engagement: UUID, meets_at: datetime, **values: Any) -> Meeting:
        count = select(func.count()).select_from(Meeting).where(Meeting.engagement_id == engagement)
        number = (self.session.scalar(count) or 0) + 1
        known = dict(state=MeetingState.PLANNED.name, minutes=30, sequence=0, slot_at=meets_at)
        known |= dict(why="", asked_by="", rounds=0, ready="", waits="")
        meeting = Meeting(
            engagement_id=engagement, number=number, meets_at=meets_at, version=1, **{**known, **values}
        )
        self.session.add(meeting)
        self.session.flush()
        return meeting

    def before(self, meeting: Meeting) -> Meeting | None:
        """Return the meeting before this one; a week that fell out is none."""
        if meeting.id in self._before:
            return self._before[meeting.id]
        mine = (Meeting.engagement_id == meeting.engagement_id, Meeting.meets_at < meeting.meets_at)
        rows = select(Meeting).where(*mine, Meeting.state.in_(MEETING)).order_by(Meeting.meets_at.desc())
        return self.session.scalars(rows.limit(1)).one_or_none()
