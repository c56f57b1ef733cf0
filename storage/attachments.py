"""Attachments: photos a question asked for, fetched at once because LINE lets them expire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, new_id

WANTED, FETCHING, KEPT, LOST = "wanted", "fetching", "kept", "lost"


class Attachment(Base):
    """One photo on its way to us, or here: ``content`` is empty until a worker has fetched it."""

    __tablename__ = "attachments"
    __table_args__ = (Index("ix_attachments_status_leased_until", "status", "leased_until"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversations.id"))
    message_id: Mapped[str] = mapped_column(String(64))  # LINE's, to fetch it by
    status: Mapped[str] = mapped_column(String(8), default=WANTED)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = mapped_column(default=None)
    mime: Mapped[str] = mapped_column(String(80), default="")
    content: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    created_at: Mapped[datetime]
