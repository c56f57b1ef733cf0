"""Joining: somebody on Slack is the professional of our list with the same e-mail address. Never by name, never by guess."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from storage.parties import Handle, Party
from storage.talents import Talent, TalentWork

AT_ONCE = 500
FILLED = ("bio", "prefecture", "tied", "ties", "routine")  # of his own profile, where he left them empty


class Joined(Enum):
    """What came of an address."""

    NOBODY = "nobody has it"
    ALREADY = "it is his"
    TAKEN_OVER = "he had been imported"
    ANOTHER = "somebody else on Slack has it"


class Joining:
    """Lock the handle first."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def strangers(self, most: int, but: Collection[UUID]) -> list[Handle]:
        """Return people on Slack whom we have not looked up yet, those who came first ahead."""
        new = (Handle.platform == "slack", Handle.looked_up_at.is_(None), Handle.is_staff.is_(False))
        rows = select(Handle).where(*new).order_by(Handle.created_at).limit(most + len(but))
        return [handle for handle in self.session.scalars(rows) if handle.id not in but][:most]

    def known(self, emails: Collection[str]) -> list[Handle]:
        """Return the handles that have one of these addresses."""
        wanted, found = sorted(emails), list[Handle]()
        for at in range(0, len(wanted), AT_ONCE):
            some = Handle.email.in_(wanted[at : at + AT_ONCE])
            found += self.session.scalars(select(Handle).where(some).order_by(Handle.id).with_for_update())
        return found

    def join(self, handle: Handle) -> Joined:
        """Give somebody the profile that waits under his address; what he wrote himself stays as he wrote it."""
        if not handle.email:
            return Joined.NOBODY
        mine, theirs = (
            self._talent(Talent.party_id == handle.party_id),
            self._talent(Talent.email == handle.email),
        )
        if theirs is None:
            if mine is not None and mine.email is None:
                mine.email = handle.email
            return Joined.NOBODY
        if theirs.party_id == handle.party_id:
            theirs.handle_id = theirs.handle_id or handle.id
            return Joined.ALREADY
        if theirs.handle_id is not None:
            return Joined.ANOTHER
        if mine is not None and mine.email not in (None, handle.email):
            return Joined.ANOTHER
        self._take_over(handle, mine, theirs)
        return Joined.TAKEN_OVER

    def _talent(self, whose: object) -> Talent | None:
        rows = select(Talent).where(whose).with_for_update()  # type: ignore[arg-type]
        return self.session.scalars(rows.execution_options(populate_existing=True)).one_or_none()

    def _take_over(self, handle: Handle, mine: Talent | None, theirs: Talent) -> None:
        names = [column.key for column in Talent.__mapper__.column_attrs]
        held = {name: getattr(theirs, name) for name in names}
        asked = select(TalentWork.code, TalentWork.share).where(TalentWork.party_id == theirs.party_id)
        works = self.session.execute(asked).all()
        self.session.execute(delete(TalentWork).where(TalentWork.party_id == theirs.party_id))
        self.session.get_one(Party, theirs.party_id).call_name = ""
        self.session.delete(theirs)
        self.session.flush()
        if mine is not None:
            mine.email = handle.email
            for name in FILLED:
                setattr(mine, name, getattr(mine, name) or held[name])
            return
        held |= {"party_id": handle.party_id, "handle_id": handle.id}
        self.session.add(Talent(**held))
        self.session.flush()
        rows = [dict(party_id=handle.party_id, code=code, share=share) for code, share in works]
        if rows:
            self.session.execute(insert(TalentWork), rows)
        party = self.session.get_one(Party, handle.party_id)
        party.call_name = party.call_name or held["name"]
