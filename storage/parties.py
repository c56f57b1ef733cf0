"""Parties: people, the handles we reach them by, and what they consented to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, false, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.database import Base, new_id
from storage.rows import among, some

MOST_MAIL = 254
STRANGER = "looked_up_at IS NULL"  # as the index has it
MOST_ZONE = 40  # the longest name of a zone has 32 letters


class Party(Base):
    """A person: owner, talent or staff. ``call_name`` is only what the person gave us."""

    __tablename__ = "parties"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(16))  # owner, talent
    call_name: Mapped[str] = mapped_column(String(100), default="")
    referred_by: Mapped[str] = mapped_column(String(100), default="")  # as typed from a partner's card
    shares_progress: Mapped[bool] = mapped_column(default=False)  # may the partner see how it goes
    created_at: Mapped[datetime]


class Handle(Base):
    """One account of a person on a platform. ``floor`` is the conversation that typed words answer."""

    __tablename__ = "handles"
    __table_args__ = (
        UniqueConstraint("platform", "external_id"),
        Index(
            "ix_handles_strangers",
            "created_at",
            postgresql_where=text(STRANGER),
            sqlite_where=text(STRANGER),
        ),
        Index("ix_handles_staff", "id", postgresql_where=text("is_staff"), sqlite_where=text("is_staff = 1")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"), index=True)
    platform: Mapped[str] = mapped_column(String(8))
    external_id: Mapped[str] = mapped_column(String(64))
    is_reachable: Mapped[bool] = mapped_column(default=True)
    is_staff: Mapped[bool] = mapped_column(default=False)
    floor: Mapped[UUID | None] = mapped_column(default=None)
    floor_at: Mapped[datetime | None] = mapped_column(default=None)
    wrote_at: Mapped[datetime | None] = mapped_column(default=None)
    busy_until: Mapped[datetime | None] = mapped_column(default=None)  # しばらく忙しい: no nudges before
    zone: Mapped[str] = mapped_column(String(MOST_ZONE), default="", server_default="")  # Europe/Tallinn
    zone_is_own: Mapped[bool] = mapped_column(default=False, server_default=false())  # he chose it himself
    email: Mapped[str | None] = mapped_column(
        String(MOST_MAIL), default=None, index=True
    )  # as Slack knows it
    looked_up_at: Mapped[datetime | None] = mapped_column(default=None)  # when Slack was asked who he is
    menu: Mapped[str] = mapped_column(String(16), default="", server_default="")  # the rich menu he sees
    created_at: Mapped[datetime]


class Consent(Base):
    """What a person agreed to, in which wording, when and where."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_party_id_kind", "party_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    party_id: Mapped[UUID] = mapped_column(ForeignKey("parties.id"))
    kind: Mapped[str] = mapped_column(String(32))
    text_version: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


CONSENTS = select(Consent.party_id, Consent.kind).where(
    among(Consent.party_id, "parties"), Consent.withdrawn_at.is_(None)
)


@cache
def _people(platforms: tuple[str, ...]) -> Select[Handle]:
    """Lock the handles with these ids on each platform; key_share: as ``locked`` does."""
    theirs = [(Handle.platform == name) & among(Handle.external_id, name) for name in platforms]
    found = select(Handle).where(or_(*theirs)).order_by(Handle.id)
    return found.with_for_update(key_share=True).execution_options(populate_existing=True)


class Parties:
    """People and their handles. ``meet`` takes the lock on the handle: lock, then read."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._locked: dict[tuple[str, str], Handle] = {}  # by this transaction already
        self._by_id: dict[UUID, Handle] = {}
        self._consents: dict[UUID, set[str]] = {}

    def expect(self, people: Iterable[tuple[str, str]]) -> list[Handle]:
        """Lock many people by platform and id, at once and sorted; who was never here is left out."""
        ids: dict[str, list[str]] = {}
        for platform, external_id in people:
            ids.setdefault(platform, []).append(external_id)
        rows = (
            self.session.scalars(
                _people(tuple(sorted(ids))), {name: some(each) for name, each in ids.items()}
            ).all()
            if ids
            else ()
        )
        self._locked = {(handle.platform, handle.external_id): handle for handle in rows}
        self._by_id = {handle.id: handle for handle in rows}
        return list(rows)

    def expect_consents(self, parties: Iterable[UUID]) -> None:
        """Load what many people have agreed to, at once."""
        self._consents = {party: set() for party in parties}
        run = self.session.connection().execute
        for party, kind in run(CONSENTS, {"parties": some(self._consents)}).all():
            self._consents[party].add(kind)

    def meet(self, platform: str, external_id: str, kind: str, now: datetime) -> Handle:
        """Find a person's handle, or greet a new one; the handle is locked either way."""
        handle = self.locked(platform, external_id)
        if handle is not None:
            return handle
        party = Party(kind=kind, created_at=now)
        self.session.add(party)
        self.session.flush()
        fresh = dict(
            id=new_id(), party_id=party.id, platform=platform, external_id=external_id, created_at=now
        )
        fresh |= dict(is_reachable=True, is_staff=False, zone="", zone_is_own=False, menu="")
        if self.session.get_bind().dialect.name == "postgresql":
            # two processes may meet the same person at once: the first one wins
            self.session.execute(pg_insert(Handle).values(fresh).on_conflict_do_nothing())
        else:
            self.session.execute(Handle.__table__.insert().values(fresh))  # type: ignore[attr-defined]
        found = self.locked(platform, external_id)
        assert found is not None
        if found.party_id != party.id:
            self.session.delete(party)  # somebody else met this person first
        return found

    def locked(self, platform: str, external_id: str) -> Handle | None:
        """Lock one handle and read it as it stands now, which is how we know it if it is locked already."""
        if (platform, external_id) in self._locked:
            return self._locked[platform, external_id]
        # key_share: others may write rows that point to a locked person (a message to him) without waiting
        mine = (Handle.platform == platform, Handle.external_id == external_id)
        return self.session.scalars(
            select(Handle)
            .where(*mine)
            .with_for_update(of=Handle, key_share=True)
            .execution_options(populate_existing=True)
        ).one_or_none()

    def locked_by_id(self, id: UUID) -> Handle:
        """Lock one handle, and read it as it stands now."""
        self.lock([id])
        return self.handle(id)

    def handle(self, id: UUID) -> Handle:
        return self._by_id.get(id) or self.session.get_one(Handle, id)

    def lock(self, ids: Sequence[UUID]) -> None:
        """Lock other people's handles, sorted, before anything is written to their conversations."""
        rows = select(Handle).where(Handle.id.in_(ids)).order_by(Handle.id).with_for_update(key_share=True)
        self.session.scalars(rows.execution_options(populate_existing=True)).all()

    def party(self, id: UUID) -> Party:
        return self.session.get_one(Party, id)

    def handle_of(self, party: UUID, platform: str) -> Handle | None:
        return self.session.scalars(
            select(Handle)
            .where(Handle.party_id == party, Handle.platform == platform)
            .order_by(Handle.created_at)
        ).first()

    def on(self, platform: str) -> list[Handle]:
        """Return everybody we know on a platform."""
        return list(
            self.session.scalars(select(Handle).where(Handle.platform == platform).order_by(Handle.id))
        )

    def staff(self) -> list[Handle]:
        return list(self.session.scalars(select(Handle).where(Handle.is_staff).order_by(Handle.id)))

    def set_staff(self, platform: str, names: Mapping[str, str], now: datetime) -> None:
        """Make the staff exactly these, by id and name: who left the staff channel loses the rights at once."""
        for gone in self.session.scalars(
            select(Handle).where(Handle.is_staff, Handle.external_id.not_in(names))
        ):
            gone.is_staff = False
        for external_id in sorted(names):
            handle = self.meet(platform, external_id, "staff", now)
            handle.is_staff = True
            self.party(handle.party_id).call_name = names[external_id]

    def set_zones(self, platform: str, zones: Mapping[str, str]) -> None:
        """Keep where people live, by id; whom the platform does not name stays where he was, and who chose himself too."""
        known = select(Handle).where(Handle.platform == platform, ~Handle.zone_is_own).order_by(Handle.id)
        for handle in self.session.scalars(known):
            zone = zones.get(handle.external_id, "")
            if zone and len(zone) <= MOST_ZONE and zone != handle.zone:
                handle.zone = zone

    def name(self, handle: UUID | None) -> str:
        """Return how a person is called, for people inside the house; empty when nobody told us."""
        if handle is None:
            return ""
        named = select(Party.call_name).join(Handle, Handle.party_id == Party.id).where(Handle.id == handle)
        return self.session.scalars(named).one_or_none() or ""

    def consent(self, party: UUID, kind: str, text_version: str, channel: str, now: datetime) -> None:
        self._consents.pop(party, None)
        self.session.add(
            Consent(party_id=party, kind=kind, text_version=text_version, channel=channel, at=now)
        )

    def consented_at(self, party: UUID, kind: str) -> datetime | None:
        given = select(Consent.at).where(
            Consent.party_id == party, Consent.kind == kind, Consent.withdrawn_at.is_(None)
        )
        return self.session.scalars(given.order_by(Consent.id.desc()).limit(1)).first()

    def withdraw(self, party: UUID, kind: str, now: datetime) -> None:
        """Note that a consent was taken back; what was agreed to, and when, stays on record."""
        self._consents.pop(party, None)
        given = (Consent.party_id == party, Consent.kind == kind, Consent.withdrawn_at.is_(None))
        self.session.execute(update(Consent).where(*given).values(withdrawn_at=now))

    def has_consented(self, party: UUID, kind: str) -> bool:
        if party in self._consents:
            return kind in self._consents[party]
        given = select(Consent.id).where(
            Consent.party_id == party, Consent.kind == kind, Consent.withdrawn_at.is_(None)
        )
        return self.session.execute(given.limit(1)).first() is not None
