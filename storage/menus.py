"""Menus: which drawing of a rich menu LINE holds, by the state it is for."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class RichMenu(Base):
    """One rich menu as it was deployed; ``digest`` names its picture and areas, ``external_id`` is LINE's."""

    __tablename__ = "rich_menus"

    state: Mapped[str] = mapped_column(String(16), primary_key=True)  # new, waiting, running
    digest: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(80))
