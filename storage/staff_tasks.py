"""Staff tasks: what a person of the operator must do, with the time that was promised."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id


class TaskKind(Enum):
    CALL = "電話のお願い"
    TALK = "人と話したい"
    CARE = "つらいご様子"
    CHECK = "確認がいる相談"
    TROUBLE = "しくみの不調"
    RENEWAL = "続けるかどうか"
    ENDING = "終わりの準備"
    READ_FIRST = "ふりかえりの確認"
    SILENT = "お返事がまだの方"
    RHYTHM = "毎週の打ち合わせ"
    REWORD = "募集の言葉の見直し"
    LEAVING = "登録を消したい方"
    WORRY = "お仕事の心配"


class StaffTask(Base):
    """One thing to do. ``words`` are the last words of the person, for the card only."""

    __tablename__ = "staff_tasks"
    __table_args__ = (Index("ix_staff_tasks_done_at", "done_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("parties.id"), default=None)
    handle_id: Mapped[UUID | None] = mapped_column(ForeignKey("handles.id"), default=None, index=True)
    engagement_id: Mapped[UUID | None] = mapped_column(default=None)  # whose two people it is about
    posting_id: Mapped[UUID | None] = mapped_column(default=None)  # which posting it is about
    stage: Mapped[str] = mapped_column(String(40), default="")
    words: Mapped[str] = mapped_column(Text, default="")
    wanted: Mapped[str] = mapped_column(String(100), default="")  # when the person would like the call
    version: Mapped[int] = mapped_column(default=1)
    taken_by: Mapped[UUID | None] = mapped_column(default=None)
    done_by: Mapped[UUID | None] = mapped_column(default=None)
    promised_at: Mapped[datetime | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]


class StaffTasks:
    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, task: StaffTask) -> StaffTask:
        self.session.add(task)
        self.session.flush()
        return task

    def lock(self, id: UUID) -> StaffTask | None:
        mine = (
            select(StaffTask)
            .where(StaffTask.id == id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        return self.session.scalars(mine).one_or_none()

    def open_of(self, party: UUID, kind: TaskKind) -> StaffTask | None:
        mine = (StaffTask.party_id == party, StaffTask.kind == kind.name, StaffTask.done_at.is_(None))
        return self.session.scalars(select(StaffTask).where(*mine).order_by(StaffTask.id)).first()

    def about(self, engagement: UUID, kind: TaskKind) -> StaffTask | None:
        """Return the open card about an engagement."""
        mine = (
            StaffTask.engagement_id == engagement,
            StaffTask.kind == kind.name,
            StaffTask.done_at.is_(None),
        )
        return self.session.scalars(select(StaffTask).where(*mine).order_by(StaffTask.id)).first()

    def settled(self, engagement: UUID, kind: TaskKind, since: datetime) -> list[str]:
        """Return what stood on the cards about an engagement that were done lately."""
        mine = (
            StaffTask.engagement_id == engagement,
            StaffTask.kind == kind.name,
            StaffTask.done_at >= since,
        )
        return list(self.session.scalars(select(StaffTask.words).where(*mine)))

    def open_about(self, handle: UUID, most: int = 5) -> list[StaffTask]:
        """Return the open cards about one person."""
        mine = (StaffTask.handle_id == handle, StaffTask.done_at.is_(None))
        return list(self.session.scalars(select(StaffTask).where(*mine).order_by(StaffTask.id).limit(most)))

    def open(self, most: int = 30) -> list[StaffTask]:
        undone = select(StaffTask).where(StaffTask.done_at.is_(None)).order_by(StaffTask.id)
        return list(self.session.scalars(undone.limit(most)))
