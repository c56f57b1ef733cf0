"""Weeks: what the two agreed on at each meeting, how it went, the number they look at, and the small wins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Date, Double, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id
from storage.engagements import MEETING, Meeting, Side

OPEN, YES, PARTLY, NO, DROPPED = "", "yes", "partly", "no", "dropped"  # how a promise went; released names


class Week(Base):
    """The list that a meeting ended with. A side has agreed when its version is the list's; a change makes a new one."""

    __tablename__ = "weeks"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    owner_version: Mapped[int] = mapped_column(default=0)
    talent_version: Mapped[int] = mapped_column(default=0)
    hand: Mapped[str] = mapped_column(Text, default="")  # what the talent did with his own hands
    written_at: Mapped[datetime]

    def has_agreed(self, side: Side) -> bool:
        return self.version == (self.owner_version if side is Side.OWNER else self.talent_version)

    def agree(self, side: Side) -> None:
        if side is Side.OWNER:
            self.owner_version = self.version
        else:
            self.talent_version = self.version

    @property
    def is_agreed(self) -> bool:
        return self.has_agreed(Side.OWNER) and self.has_agreed(Side.TALENT)


class Promise(Base):
    """One thing that one side does until the next meeting, and how that went."""

    __tablename__ = "promises"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meetings.id"), index=True)
    side: Mapped[str] = mapped_column(String(8))
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(
        Date, default=None
    )  # until the next meeting where none is said
    done: Mapped[str] = mapped_column(String(8), default=OPEN)
    word: Mapped[str] = mapped_column(Text, default="")  # what was said with it
    why: Mapped[str] = mapped_column(Text, default="")  # what would help, where it was not done
    written_by: Mapped[str] = mapped_column(String(8), default="")
    carried_from: Mapped[UUID | None] = mapped_column(default=None)

    @property
    def is_open(self) -> bool:
        """Tell whether it still waits to be done: nothing said yet, or not all of it."""
        return self.done in (OPEN, PARTLY, NO)


class Reading(Base):
    """The number of one week, as somebody told it; a later word of the same week takes its place."""

    __tablename__ = "readings"
    __table_args__ = (UniqueConstraint("engagement_id", "week_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    week_on: Mapped[date] = mapped_column(Date)  # its Monday
    value: Mapped[float] = mapped_column(Double)
    side: Mapped[str] = mapped_column(String(8))  # who told it
    at: Mapped[datetime]


class Win(Base):
    """A small win, from the question to the owner until it has been celebrated."""

    __tablename__ = "wins"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    before: Mapped[float | None] = mapped_column(Double, default=None)
    after: Mapped[float | None] = mapped_column(Double, default=None)
    thanks: Mapped[str] = mapped_column(Text, default="")  # the talent's one line
    asked_at: Mapped[datetime]
    put_off_at: Mapped[datetime | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    celebrated_at: Mapped[datetime | None] = mapped_column(default=None)


@dataclass(frozen=True)
class Wanted:
    """A promise as it is to be kept: whose, what and by when."""

    side: Side
    text: str
    due_on: date | None = None


Promises = dict[Side, list[Promise]]


class Weeks:
    """Lists, promises, numbers and wins; the engagement is locked before they are written."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._expected: dict[UUID, Promises] = {}

    def expect(self, meetings: Collection[UUID]) -> None:
        """Load the promises of many meetings in one statement."""
        self._expected = {id: {side: [] for side in Side} for id in meetings}
        rows = select(Promise).where(Promise.meeting_id.in_(meetings)) if meetings else None
        for row in self.session.scalars(rows.order_by(Promise.position)) if rows is not None else ():
            self._expected[row.meeting_id][Side[row.side]].append(row)

    def promises_of(self, meeting: UUID) -> Promises:
        """Return what each side said at a meeting that it would do, in the order of the list."""
        if meeting in self._expected:
            return self._expected[meeting]
        found: Promises = {side: [] for side in Side}
        mine = select(Promise).where(Promise.meeting_id == meeting).order_by(Promise.position)
        for row in self.session.scalars(mine):
            found[Side[row.side]].append(row)
        return found

    def promise(self, id: UUID) -> Promise | None:
        return self.session.get(Promise, id)

    def week(self, meeting: UUID) -> Week | None:
        return self.session.get(Week, meeting)

    def write(self, meeting: Meeting, wanted: Sequence[Wanted], by: Side, now: datetime) -> Week:
        """Make this the meeting's list; whoever wrote it agrees with it. What is unchanged keeps how it went."""
        week = self.week(meeting.id)
        known = self.promises_of(meeting.id)
        self._expected.pop(meeting.id, None)
        if week is not None and _same(known, wanted):
            week.agree(by)
            return week
        if week is None:
            week = Week(
                meeting_id=meeting.id, version=0, owner_version=0, talent_version=0, hand="", written_at=now
            )
            self.session.add(week)
        week.version, week.written_at = week.version + 1, now
        self._replace(meeting.id, known, wanted, by)
        week.agree(by)
        self.session.flush()
        return week

    def _replace(self, meeting: UUID, known: Promises, wanted: Sequence[Wanted], by: Side) -> None:
        left = [row for rows in known.values() for row in rows]
        for position, item in enumerate(wanted):
            row = next((row for row in left if (row.side, row.text) == (item.side.name, item.text)), None)
            if row is None:
                row = Promise(meeting_id=meeting, side=item.side.name, text=item.text, written_by=by.name)
                row.done = row.word = row.why = ""
                self.session.add(row)
            else:
                left.remove(row)
            row.position, row.due_on = position, item.due_on
        for row in left:
            self.session.delete(row)

    def open_before(self, meeting: Meeting) -> list[Promise]:
        """Return what was not done of the list before this meeting."""
        last = select(Meeting.id).where(
            Meeting.engagement_id == meeting.engagement_id,
            Meeting.meets_at < meeting.meets_at,
            Meeting.state.in_(MEETING),
        )
        last = last.order_by(Meeting.meets_at.desc()).limit(1)
        rows = select(Promise).where(Promise.meeting_id == last.scalar_subquery()).order_by(Promise.position)
        return [row for row in self.session.scalars(rows) if row.is_open]

    def read(self, engagement: UUID, value: float, side: Side, on: date, now: datetime) -> Reading:
        """Keep the number of the week that a day lies in."""
        monday = on - timedelta(days=on.weekday())
        mine = (Reading.engagement_id == engagement, Reading.week_on == monday)
        found = self.session.scalars(select(Reading).where(*mine)).one_or_none()
        if found is None:
            found = Reading(engagement_id=engagement, week_on=monday)
            self.session.add(found)
        found.value, found.side, found.at = value, side.name, now
        self.session.flush()
        return found

    def readings(self, engagement: UUID) -> list[Reading]:
        mine = select(Reading).where(Reading.engagement_id == engagement)
        return list(self.session.scalars(mine.order_by(Reading.week_on)))

    def wins(self, engagement: UUID) -> list[Win]:
        mine = select(Win).where(Win.engagement_id == engagement)
        return list(self.session.scalars(mine.order_by(Win.id)))

    def add_win(self, win: Win) -> Win:
        self.session.add(win)
        self.session.flush()
        return win


def _same(known: Promises, wanted: Sequence[Wanted]) -> bool:
    had = sorted(
        (row.position, row.side, row.text, row.due_on or date.min) for rows in known.values() for row in rows
    )
    return had == [(at, item.side.name, item.text, item.due_on or date.min) for at, item in enumerate(wanted)]
