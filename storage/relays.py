"""Relays: words that cross between the two sides of an engagement, each once for each who reads it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, select, text, true
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.attachments import KEPT, Attachment
from storage.database import Base, new_id
from storage.rows import among, some

WAITS, LEFT = "waits", "left"  # it rides on the next message to its reader; it is in his line
KEPT_BACK, TAKEN = "stopped", "taken"  # shown to the staff alone; its writer took it back
LOST = "lost"  # a file that could not be fetched, or must not go over
WORDS, FIX, BACK = "words", "fix", "back"  # as said; said anew; a word that the other has read is taken back
PHOTO, FILE = "photo", "file"  # what they look like is known once they are here
THINGS = (PHOTO, FILE)
_WAITS, _TOLD = text(f"status = '{WAITS}'"), text("told_by <> ''")
_FILE = text("attachment_id IS NOT NULL")


class Relayed(Base):
    """One person's words for another. ``said_at`` is the platform's clock: what waits goes over in this order."""

    __tablename__ = "relays"
    __table_args__ = (
        Index("ix_relays_engagement_id_id", "engagement_id", "id"),
        Index("ix_relays_waiting", "to_id", postgresql_where=_WAITS, sqlite_where=_WAITS),
        Index("ix_relays_event_id", "event_id"),
        Index("ix_relays_told_by", "told_by", postgresql_where=_TOLD, sqlite_where=_TOLD),
        Index("ix_relays_attachment_id", "attachment_id", postgresql_where=_FILE, sqlite_where=_FILE),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    engagement_id: Mapped[UUID] = mapped_column(ForeignKey("engagements.id"))
    from_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"))
    to_id: Mapped[UUID] = mapped_column(ForeignKey("handles.id"))
    words: Mapped[str] = mapped_column(Text)  # of a file its name, as it is shown
    said_at: Mapped[datetime]
    event_id: Mapped[UUID | None] = mapped_column(default=None)
    status: Mapped[str] = mapped_column(String(8), default=WAITS)
    is_urgent: Mapped[bool] = mapped_column(default=False)  # its writer had it sent at once
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    kind: Mapped[str] = mapped_column(String(8), default=WORDS, server_default=WORDS)
    before: Mapped[str] = mapped_column(Text, default="", server_default="")  # what a correction puts right
    attachment_id: Mapped[UUID | None] = mapped_column(ForeignKey("attachments.id"), default=None)
    is_ready: Mapped[bool] = mapped_column(default=True, server_default=true())  # a file is, once it is here
    told_by: Mapped[str] = mapped_column(String(200), default="", server_default="")  # its key in the outbox


READERS = select(Relayed.to_id).where(_WAITS, among(Relayed.to_id, "readers")).distinct()


class Relays:
    """What waits is locked by whoever takes it along; lock the engagement before counting what was urgent."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._known: set[UUID] = set()  # readers that were looked for
        self._waited_for: set[UUID] = set()

    def expect(self, readers: Collection[UUID]) -> None:
        """Look at once for which of these people words wait."""
        if readers:
            found = self.session.connection().execute(READERS, {"readers": some(readers)})
            self._waited_for |= {reader for (reader,) in found.all()}
        self._known |= set(readers)

    def add(self, relayed: Relayed) -> Relayed:
        self.session.add(relayed)
        self.session.flush()
        self._waited_for.add(relayed.to_id)
        return relayed

    def waiting(self, reader: UUID) -> Sequence[Relayed]:
        """Lock what may go to a reader now, in the order it was said: a file on its way lets nothing pass of its talk."""
        shut = set[UUID]()
        return [row for row in self.all_waiting(reader) if not _holds_up(row, shut)]

    def all_waiting(self, reader: UUID) -> Sequence[Relayed]:
        """Lock all that waits for a reader, what is on its way too."""
        if reader in self._known and reader not in self._waited_for:
            return ()
        mine = select(Relayed).where(_WAITS, Relayed.to_id == reader)
        ordered = mine.order_by(Relayed.said_at, Relayed.id).with_for_update()
        return self.session.scalars(ordered.execution_options(populate_existing=True)).all()

    def of_event(self, event: UUID | None) -> list[Relayed]:
        """Lock what one event made cross."""
        return self.of_events([event]) if event else []

    def of_events(self, events: Collection[UUID]) -> list[Relayed]:
        """Lock what a message, and the changes of it, made cross; oldest first."""
        mine = select(Relayed).where(Relayed.event_id.in_(events)).order_by(Relayed.id).with_for_update()
        return list(self.session.scalars(mine.execution_options(populate_existing=True)))

    def of_attachments(self, attachments: Collection[UUID]) -> list[Relayed]:
        """Lock what crosses with these files, for each who reads it."""
        mine = select(Relayed).where(Relayed.attachment_id.in_(attachments)).order_by(Relayed.id)
        return list(self.session.scalars(mine.with_for_update().execution_options(populate_existing=True)))

    def with_file(self, attachment: UUID) -> UUID | None:
        """Say in which engagement a file crosses, so that it can be locked first."""
        mine = select(Relayed.engagement_id).where(Relayed.attachment_id == attachment).limit(1)
        return self.session.scalars(mine).first()

    def photos_from(self, engagement: UUID, writers: Collection[UUID], until: datetime) -> list[Attachment]:
        """Return the photos, oldest first, that these people sent over and that are still here."""
        mine = select(Relayed.attachment_id).where(
            Relayed.engagement_id == engagement,
            Relayed.from_id.in_(writers),
            Relayed.kind == PHOTO,
            Relayed.status == LEFT,
        )
        here = (Attachment.id.in_(mine), Attachment.status == KEPT, Attachment.created_at <= until)
        return list(self.session.scalars(select(Attachment).where(*here).order_by(Attachment.id)))

    def engagement_of(self, events: Collection[UUID]) -> UUID | None:
        """Say of which engagement the words of these events were, so that it can be locked before them."""
        mine = select(Relayed.engagement_id).where(Relayed.event_id.in_(events)).limit(1)
        return self.session.scalars(mine).first()

    def told_by(self, key: str) -> list[Relayed]:
        """Lock what left under one key of the outbox, and was not taken back."""
        mine = select(Relayed).where(_TOLD, Relayed.told_by == key, Relayed.status == LEFT)
        return list(self.session.scalars(mine.order_by(Relayed.said_at, Relayed.id).with_for_update()))

    def of_engagement(self, engagement: UUID, most: int) -> list[Relayed]:
        """Return the last words between the two, oldest first."""
        mine = select(Relayed).where(Relayed.engagement_id == engagement)
        return list(self.session.scalars(mine.order_by(Relayed.id.desc()).limit(most)))[::-1]

    def urgent_since(self, engagement: UUID, reader: UUID, since: datetime) -> datetime | None:
        """Return when words were last sent at once to a reader, if that was after a moment."""
        mine = (Relayed.engagement_id == engagement, Relayed.to_id == reader, Relayed.is_urgent.is_(True))
        last = select(Relayed.left_at).where(*mine, Relayed.left_at > since)
        return self.session.scalars(last.order_by(Relayed.left_at.desc()).limit(1)).first()


def _holds_up(row: Relayed, shut: set[UUID]) -> bool:
    """Tell whether something said earlier in this talk is not here yet; ``shut`` are the talks of which that is so."""
    if not row.is_ready:
        shut.add(row.engagement_id)
    return row.engagement_id in shut
