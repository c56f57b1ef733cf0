"""Staff: what a firm's own person at the operator tells about himself."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class StaffProfile(Base):
    """When and where one of the staff can be reached, and who answers while he is away."""

    __tablename__ = "staff_profiles"

    handle_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"), primary_key=True)
    hours: Mapped[str] = mapped_column(String(40), default="")  # 「平日9〜18時」
    phone: Mapped[str] = mapped_column(String(40), default="")
    deputy_id: Mapped[UUID | None] = mapped_column(ForeignKey("handles.id"), default=None)
