"""Menus: which drawing of a rich menu LINE holds, by the state it is for, and who sees it."""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base
from storage.parties import Handle


class RichMenu(Base):
    """One rich menu as it was deployed; ``digest`` names its picture and areas, ``external_id`` is LINE's."""

    __tablename__ = "rich_menus"

    state: Mapped[str] = mapped_column(String(16), primary_key=True)  # new, waiting, running
    digest: Mapped[str] = mapped_column(String(64))
    external_id: Mapped[str] = mapped_column(String(80))


class Menus:
    """What was deployed, by state."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def all(self) -> dict[str, RichMenu]:
        return {row.state: row for row in self.session.scalars(select(RichMenu))}

    def external_id(self, state: str) -> str:
        """Return LINE's id of a state's menu; empty while it is not deployed."""
        found = self.session.get(RichMenu, state)
        return found.external_id if found else ""

    def keep(self, state: str, digest: str, external_id: str) -> None:
        self.session.merge(RichMenu(state=state, digest=digest, external_id=external_id))

    def seen_by(self, state: str) -> list[str]:
        """Return LINE's ids of all whose own menu is that of a state."""
        mine = select(Handle.external_id).where(Handle.platform == "line", Handle.menu == state)
        return list(self.session.scalars(mine.order_by(Handle.id)))
