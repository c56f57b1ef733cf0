"""Outcomes: what came of work with a firm, here or elsewhere, and who may read of it. One row a pair, or a line of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Double, ForeignKey, Index, String, Text, Uuid, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.rules.coach.others import Known
from flows.rules.coach.own_cases import HIDDEN, PART, SHOWN, YES, Came
from flows.rules.match.trades import main_trade
from storage.companies import Company
from storage.database import Base, Json, new_id
from storage.engagements import Engagement

AT_ONCE = 500  # rows of one statement
LOOKED_AT = 40  # cases of a kind of work that one owner's wish is held against, the newest


class WorkOutcome(Base):
    """What came of one engagement (``engagement_id``), or of work of before or elsewhere (``record``, a file's number).

    ``show`` is the firm's word on who may read of it, ``talent_show`` the professional's on his part: 名前あり, 匿名, 不可,
    empty until he has said. ``deeds`` are what each side did, from the weeks' lists.
    """

    __tablename__ = "outcomes"
    __table_args__ = (Index("ix_outcomes_job_code", "job_code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("engagements.id"), unique=True, default=None
    )
    record: Mapped[str | None] = mapped_column(String(80), unique=True, default=None)
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("companies.id"), default=None)
    firm: Mapped[str] = mapped_column(String(200), default="")  # as a file names it
    job_code: Mapped[str] = mapped_column(String(8))
    prefecture: Mapped[str] = mapped_column(String(8), default="")
    trade: Mapped[str] = mapped_column(String(16), default="")
    goal: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[float | None] = mapped_column(Double, default=None)
    after: Mapped[float | None] = mapped_column(Double, default=None)
    weeks: Mapped[int] = mapped_column(default=0)
    win_weeks: Mapped[int | None] = mapped_column(default=None)  # until the first small win
    meetings: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int | None] = mapped_column(default=None)  # of a month
    pay: Mapped[int | None] = mapped_column(default=None)  # of a month
    deeds: Mapped[Json] = mapped_column(default=dict)  # by side
    words: Mapped[str] = mapped_column(Text, default="")  # where there is no number: what somebody saw
    win: Mapped[str] = mapped_column(String(8), default="")
    show: Mapped[str] = mapped_column(String(4), default="")
    talent_show: Mapped[str] = mapped_column(String(4), default="")
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_shown(self) -> bool:
        """Tell whether others may read of it now."""
        return self.show in SHOWN and self.win in (YES, PART)

    def hide(self, now: datetime) -> None:
        """Take the firm's consent back: it is a case no more, from this moment on."""
        self.show, self.withdrawn_at = HIDDEN, now


NOBODY = UUID(int=0)
TELLABLE = (
    select(WorkOutcome, Company.legal_name)
    .outerjoin(Company, Company.id == WorkOutcome.company_id)
    .where(WorkOutcome.show.in_(SHOWN), WorkOutcome.win.in_((YES, PART)))
)
OTHERS = WorkOutcome.company_id.is_distinct_from(bindparam("but", type_=Uuid()))
TOLD = (
    TELLABLE.where(WorkOutcome.job_code.startswith(bindparam("group", type_=String())), OTHERS)
    .order_by((WorkOutcome.job_code == bindparam("code")).desc(), WorkOutcome.id.desc())
    .limit(LOOKED_AT)
)


class WorkOutcomes:
    """Outcomes; of a pair's the engagement is locked before it is written.

    What may be told is read once in a transaction, until a row is given out that might be changed.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self._shown: dict[tuple[str, UUID | None], list[Came]] = {}
        self._may_differ = False

    def _gives_out(self) -> None:
        """A row is given out and may be changed: what may be told is asked anew, and what was changed written before."""
        self._shown.clear()
        self._may_differ = True

    def get(self, id: UUID) -> WorkOutcome | None:
        self._gives_out()
        return self.session.get(WorkOutcome, id)

    def lock(self, id: UUID) -> WorkOutcome | None:
        self._gives_out()
        mine = select(WorkOutcome).where(WorkOutcome.id == id).with_for_update()
        return self.session.scalars(mine.execution_options(populate_existing=True)).one_or_none()

    def of(self, engagement: UUID) -> WorkOutcome | None:
        self._gives_out()
        mine = select(WorkOutcome).where(WorkOutcome.engagement_id == engagement)
        return self.session.scalars(mine).one_or_none()

    def among(self, engagements: Sequence[UUID]) -> list[WorkOutcome]:
        """Return the outcomes of these pairs, the newest first."""
        self._gives_out()
        mine = select(WorkOutcome).where(WorkOutcome.engagement_id.in_(engagements))
        return list(self.session.scalars(mine.order_by(WorkOutcome.id.desc())))

    def keep(self, engagement: UUID, figures: Mapping[str, Any], now: datetime) -> WorkOutcome:
        """Write the figures of a pair; what its owner has confirmed stays as he confirmed it."""
        row = self.of(engagement)
        if row is None:
            row = WorkOutcome(id=new_id(), engagement_id=engagement, asked_at=now)
            row.words = row.win = row.show = row.talent_show = row.firm = ""
            self.session.add(row)
        if row.confirmed_at is None:
            for name, value in figures.items():
                setattr(row, name, value)
        self.session.flush()
        return row

    def shown(self, code: str, but: UUID | None) -> list[Came]:
        """Return what may be told of this kind of work and its group, the same work first, then the newest."""
        if (code, but) not in self._shown:
            self._shown[code, but] = self._told(code, but)
        return self._shown[code, but]

    def _told(self, code: str, but: UUID | None) -> list[Came]:
        if self._may_differ:
            self.session.flush()
        with self.session.no_autoflush:  # what else this turn has written is written once, at its end
            found = self.session.execute(TOLD, {"group": code[:2], "code": code, "but": but or NOBODY})
            return [came_of(row, name or row.firm) for row, name in found]

    def figures(self, code: str, but: UUID | None) -> list[Known]:
        """Return one line for each firm that lets its outcome be told; ``code`` may be a whole group's."""
        rows = TELLABLE.where(WorkOutcome.job_code.startswith(code), OTHERS).order_by(WorkOutcome.id)
        by_firm: dict[object, Known] = {}
        for row, _ in self.session.execute(rows, {"but": but or NOBODY}):
            firm = row.company_id or " ".join(row.firm.split()).casefold()
            by_firm[firm] = Known(row.weeks, row.win_weeks, row.hours, row.pay)
        return list(by_firm.values())

    def forget_talent(self, handle: UUID) -> None:
        """Take out what a professional did, wherever he worked: the firm's own outcome stays."""
        self._gives_out()
        mine = select(Engagement.id).where(Engagement.talent_handle_id == handle)
        for row in self.session.scalars(select(WorkOutcome).where(WorkOutcome.engagement_id.in_(mine))):
            row.talent_show = HIDDEN
            row.deeds = {**(row.deeds or {}), "TALENT": []}

    def confirmed(self) -> list[tuple[WorkOutcome, str]]:
        """Return what owners here have confirmed, with their firms' names."""
        rows = select(WorkOutcome, Company.legal_name).outerjoin(
            Company, Company.id == WorkOutcome.company_id
        )
        ours = (WorkOutcome.engagement_id.is_not(None), WorkOutcome.confirmed_at.is_not(None))
        return [
            (row, name or "")
            for row, name in self.session.execute(rows.where(*ours).order_by(WorkOutcome.id))
        ]

    def keep_file(self, rows: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        """Write what a file tells, by its numbers: it is shown, or not, as each line says."""
        self._gives_out()
        ids = list(rows)
        for at in range(0, len(ids), AT_ONCE):
            some = ids[at : at + AT_ONCE]
            mine = select(WorkOutcome).where(WorkOutcome.record.in_(some))
            known = {row.record: row for row in self.session.scalars(mine)}
            for id in some:
                row = known.get(id)
                if row is None:
                    row = WorkOutcome(id=new_id(), record=id, asked_at=now)
                    self.session.add(row)
                _from_file(row, rows[id], now)
        self.session.flush()


def _from_file(row: WorkOutcome, told: Mapping[str, Any], now: datetime) -> None:
    begun = date.fromisoformat(told["began_on"])
    over = date.fromisoformat(told["ended_on"]) if told["ended_on"] else None
    row.firm, row.job_code, row.prefecture = told["company"], told["job_code"], told["prefecture"]
    row.trade, row.goal = main_trade(told["industry"], told["company"]), told["goal"]
    row.before, row.after = _number(told["before"]), _number(told["after"])
    row.weeks = round(((over - begun).days + 1) / 7) if over else 0
    row.hours, row.pay = told["hours_per_month"] or None, told["monthly_pay_yen"] or None
    row.win_weeks, row.meetings, row.deeds, row.words = None, 0, {}, ""
    row.win, row.show, row.talent_show = told["win"], told["show_as"], ""
    row.confirmed_at = now


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def came_of(row: WorkOutcome, firm: str) -> Came:
    """Put a row as the rules that tell of it take it."""
    deeds = row.deeds or {}
    return Came(
        row.job_code,
        row.win,
        row.show,
        goal=row.goal,
        firm=firm,
        prefecture=row.prefecture,
        trade=row.trade,
        before=row.before,
        after=row.after,
        weeks=row.weeks,
        hours=row.hours,
        talent_show=row.talent_show,
        owner_deeds=tuple(map(str, deeds.get("OWNER", ()))),
        talent_deeds=tuple(map(str, deeds.get("TALENT", ()))),
    )
