"""Attachments: photos and files people sent to the staff or to each other, fetched by a worker, and a note of the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id
from storage.leases import USUAL, Leases

NOTED, OFFERED = "noted", "offered"  # only the fact is kept; it waits for 「この写真を送る」
WANTED, FETCHING, KEPT = "wanted", "fetching", "kept"
LOST, GONE = "lost", "gone"  # could not be fetched; taken back by its sender
OVER = "over"  # deleted when we had kept it for as long as we say
SENT = (WANTED, FETCHING, KEPT, LOST)  # he meant it for the staff


class Attachment(Base):
    """One thing that is not text. ``content`` is empty until a worker has fetched it, and again when it is taken back.

    A row that waits names in ``leased_until`` when it may be tried; one that is being fetched, until when.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        Index("ix_attachments_status_leased_until", "status", "leased_until"),
        Index("ix_attachments_handle_id_status", "handle_id", "status"),
        Index("ix_attachments_task_id", "task_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"))
    conversation_id: Mapped[UUID | None] = mapped_column(ForeignKey("conversations.id"), default=None)
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_tasks.id"), default=None)
    message_id: Mapped[str] = mapped_column(
        String(64)
    )  # LINE's, to fetch it by and to find it when taken back
    kind: Mapped[str] = mapped_column(String(8))  # a member of flows.inbound.Kind
    status: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, deferred=True)
    created_at: Mapped[datetime]
    platform: Mapped[str] = mapped_column(
        String(8), default="line", server_default="line"
    )  # it is fetched from there
    source: Mapped[str] = mapped_column(String(64), default="", server_default="")  # Slack's id of the file
    name: Mapped[str] = mapped_column(String(200), default="", server_default="")  # as its sender has it
    size: Mapped[int] = mapped_column(default=0, server_default="0")  # bytes; of what is here, or was told us
    form: Mapped[str] = mapped_column(
        String(8), default="", server_default=""
    )  # of flows.rules.lint.papers.FORMS
    why: Mapped[str] = mapped_column(String(8), default="", server_default="")  # a member of papers.Why


class Attachments:
    """``content`` is read where it is shown, and nowhere else."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, attachment: Attachment) -> Attachment:
        self.session.add(attachment)
        self.session.flush()
        return attachment

    def lock(self, id: UUID) -> Attachment | None:
        mine = select(Attachment).where(Attachment.id == id).with_for_update()
        return self.session.scalars(mine.execution_options(populate_existing=True)).one_or_none()

    def content(self, id: UUID) -> bytes | None:
        kept = (Attachment.id == id, Attachment.status == KEPT)
        return self.session.scalars(select(Attachment.content).where(*kept)).one_or_none()

    def offered(self, talk: UUID) -> list[Attachment]:
        """Lock what waits in a talk for its sender's yes."""
        mine = (Attachment.conversation_id == talk, Attachment.status == OFFERED)
        return list(
            self.session.scalars(select(Attachment).where(*mine).order_by(Attachment.id).with_for_update())
        )

    def offered_by(self, handle: UUID, since: datetime) -> list[Attachment]:
        """Lock what somebody sent beside any talk with the staff, and has not said for whom."""
        mine = (Attachment.handle_id == handle, Attachment.status == OFFERED, Attachment.created_at >= since)
        rows = select(Attachment).where(*mine, Attachment.conversation_id.is_(None)).order_by(Attachment.id)
        return list(self.session.scalars(rows.with_for_update()))

    def sent_since(self, handle: UUID, since: datetime) -> int:
        """Count what somebody sent to be read by another since a moment."""
        mine = (Attachment.handle_id == handle, Attachment.status.in_(SENT), Attachment.created_at >= since)
        return int(self.session.scalars(select(func.count()).where(*mine)).one())

    def sent_in(self, talks: Sequence[UUID]) -> dict[UUID, int]:
        """Count what was sent to the staff in each of these talks."""
        mine = (Attachment.conversation_id.in_(talks), Attachment.status.in_(SENT))
        rows = select(Attachment.conversation_id, func.count()).where(*mine)
        return {
            talk: int(count)
            for talk, count in self.session.execute(rows.group_by(Attachment.conversation_id))
            if talk is not None
        }

    def of_task(self, task: UUID) -> list[Attachment]:
        """Return what belongs to a staff's card, oldest first."""
        mine = (Attachment.task_id == task, Attachment.status.in_(SENT))
        return list(self.session.scalars(select(Attachment).where(*mine).order_by(Attachment.id)))

    def noted(self, handle: UUID, since: datetime) -> dict[str, int]:
        """Count by kind what somebody sent that no question took."""
        mine = (Attachment.handle_id == handle, Attachment.status == NOTED, Attachment.created_at >= since)
        rows = select(Attachment.kind, func.count()).where(*mine).group_by(Attachment.kind)
        return {kind: int(count) for kind, count in self.session.execute(rows.order_by(Attachment.kind))}

    def held_of(self, handle: UUID) -> int:
        """Count the photos that a person showed the staff and that we hold."""
        mine = (Attachment.handle_id == handle, Attachment.status == KEPT, Attachment.task_id.is_not(None))
        return int(self.session.scalars(select(func.count()).where(*mine)).one())

    def shared_by(self, handle: UUID) -> int:
        """Count what a person sent the one he works with and that we hold."""
        mine = (Attachment.handle_id == handle, Attachment.status == KEPT, Attachment.task_id.is_(None))
        return int(self.session.scalars(select(func.count()).where(*mine)).one())

    def claim(self, real: datetime, most: int = 5, leases: Leases = USUAL) -> list[Attachment]:
        """Take what is to be fetched now, also from a process that died over it."""
        may = (Attachment.leased_until.is_(None)) | (Attachment.leased_until <= real)
        due = select(Attachment).where(Attachment.status.in_((WANTED, FETCHING)), may)
        rows = list(
            self.session.scalars(
                due.order_by(Attachment.id).limit(most).with_for_update(skip_locked=True, of=Attachment)
            )
        )
        for row in rows:
            row.status, row.leased_until, row.attempts = FETCHING, real + leases.photo, row.attempts + 1
        return rows

    def put_off(self, id: UUID, attempts: int, until: datetime) -> None:
        """Let it be tried again later; ``attempts`` says whose try this was."""
        mine = (Attachment.id == id, Attachment.status == FETCHING, Attachment.attempts == attempts)
        self.session.execute(
            update(Attachment).where(*mine).values(status=WANTED, leased_until=until),
            execution_options={"synchronize_session": False},
        )

    def end(
        self,
        id: UUID,
        attempts: int,
        status: str,
        content: bytes | None = None,
        form: str = "",
        why: str = "",
    ) -> bool:
        """End a try for good; tell whether it was still ours to end."""
        row = self.lock(id)
        if row is None or row.status != FETCHING or row.attempts != attempts:
            return False
        row.status, row.content, row.leased_until = status, content, None
        row.form, row.why = form, why
        row.size = len(content) if content is not None else row.size
        return True

    def of_message(self, handle: UUID, message_id: str) -> dict[UUID, str]:
        """Return what came with a message and is not gone: the id of each, and Slack's."""
        mine = (
            Attachment.handle_id == handle,
            Attachment.message_id == message_id,
            Attachment.status != GONE,
        )
        rows = select(Attachment.id, Attachment.source).where(*mine).order_by(Attachment.id)
        return dict(self.session.execute(rows).all())

    def let_go(self, ids: Collection[UUID]) -> None:
        """Drop the bytes of these."""
        rows = select(Attachment).where(Attachment.id.in_(ids)).order_by(Attachment.id).with_for_update()
        for row in self.session.scalars(rows):
            row.status, row.content, row.leased_until, row.name = GONE, None, None, ""

    def forget(self, handle: UUID, message_id: str) -> list[tuple[Attachment, str]]:
        """Drop the bytes of what its sender takes back; give each with the standing it had."""
        mine = (
            Attachment.handle_id == handle,
            Attachment.message_id == message_id,
            Attachment.status != GONE,
        )
        rows = list(self.session.scalars(select(Attachment).where(*mine).with_for_update()))
        before = [(row, row.status) for row in rows]
        for row in rows:
            row.status, row.content, row.leased_until, row.name = GONE, None, None, ""
        return before
