"""Forgetting: takes out what a talent told us, wherever it went. Contracts, payments and what his firms wrote down stay.

What he typed is found by his talks at once; the stored events themselves have no index by person and are looked through
a week at a time, by due rows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, false, or_, select, update
from sqlalchemy.orm import Session

from storage.approaches import Approaches
from storage.attachments import GONE, Attachment
from storage.conversations import CLOSED, Conversation, JournalEntry
from storage.engagements import AT_WORK, Engagement, Phase, Round
from storage.inbox import DONE, Event
from storage.invitations import Invitation, InvitationStop
from storage.mail import DUE, HELD, SENDING, UNREACHABLE, OutMessage
from storage.outcomes import WorkOutcomes
from storage.parties import Consent, Handle, Party
from storage.postings import Posting
from storage.records import Kind, Records
from storage.relays import TAKEN, Relayed
from storage.retention import first_id
from storage.staff_tasks import StaffTask
from storage.talents import Application, Talent, TalentWork
from storage.time_rows import DROPPED, ThoughtRow

WINDOW = timedelta(days=7)  # of events that one look goes through
QUIETLY = {"synchronize_session": False}


class Forgetting:
    """Everything about one talent, by his handle; lock it first."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def running(self, handle: UUID) -> Sequence[Engagement]:
        """Return the work he is in the middle of: nothing is forgotten before that is over."""
        phases = [phase.name for phase in (Phase.KICKOFF, *AT_WORK) if phase is not Phase.ENDED]
        mine = (Engagement.talent_handle_id == handle, Engagement.phase.in_(phases))
        return self.session.scalars(select(Engagement).where(*mine).order_by(Engagement.id)).all()

    def talent(self, handle: Handle, talent: Talent, now: datetime) -> None:
        """Take out who he is: his profile, his answers, his talks, our messages to him, and to others that name him."""
        talks = list(self.session.scalars(select(Conversation.id).where(Conversation.handle_id == handle.id)))
        self._talks(talks)
        self._messages(handle, (talent.name, talent.headline, talent.by_hand))
        answers = {"answers": [], "terms": "", "reasons": [], "barred": ""}
        mine = Application.party_id == handle.party_id
        self._set(update(Application).where(mine).values(**answers))
        asked = Invitation.party_id == handle.party_id  # their reasons are facts of his profile
        self.session.execute(delete(Invitation).where(asked), execution_options=QUIETLY)
        stopped = delete(InvitationStop).where(InvitationStop.party_id == handle.party_id)
        self.session.execute(stopped, execution_options=QUIETLY)
        pairs = select(Engagement.id).where(Engagement.talent_handle_id == handle.id)
        self._set(update(Round).where(Round.engagement_id.in_(pairs)).values(talent=None))
        WorkOutcomes(self.session).forget_talent(handle.id)
        Approaches(self.session).forget_talent(handle.id)
        crossed = Relayed.from_id == handle.id
        self._set(update(Relayed).where(crossed).values(words="", status=TAKEN))
        sent = Attachment.handle_id == handle.id
        self._set(
            update(Attachment).where(sent).values(status=GONE, content=None, leased_until=None, name="")
        )
        cards = StaffTask.handle_id == handle.id
        self._set(update(StaffTask).where(cards).values(words="", wanted=""))
        agreed = (Consent.party_id == handle.party_id, Consent.withdrawn_at.is_(None))
        self._set(update(Consent).where(*agreed).values(withdrawn_at=now))
        if email := talent.email or handle.email:
            Records(self.session).keep_all(Kind.GONE, {mark_of(email): {}}, now)
        for row in (TalentWork, Invitation, InvitationStop):
            self.session.execute(delete(row).where(row.party_id == talent.party_id))
        self.session.delete(talent)
        handle.email, handle.zone_is_own, handle.floor = None, False, None
        self.session.get_one(Party, handle.party_id).call_name = ""
        self.session.flush()
        self.session.expire_all()

    def events(self, sender: str, since: datetime) -> None:
        """Blank what he sent in the week from a moment on; what still waits or failed is needed to be done."""
        mine = (Event.platform == "slack", Event.sender == sender, Event.status == DONE)
        week = (Event.id >= first_id(since), Event.id < first_id(since + WINDOW))
        self._set(update(Event).where(*mine, *week).values(body={}, answer=None))

    def _talks(self, talks: Sequence[UUID]) -> None:
        told = select(JournalEntry.event_id).where(JournalEntry.conversation_id.in_(talks))
        self._set(update(Event).where(Event.id.in_(told), Event.status == DONE).values(body={}, answer=None))
        self.session.execute(
            delete(JournalEntry).where(JournalEntry.conversation_id.in_(talks)), execution_options=QUIETLY
        )
        thought = ThoughtRow.conversation_id.in_(talks)
        self._set(update(ThoughtRow).where(thought).values(input={}, status=DROPPED))
        over: dict[str, Any] = dict(status=CLOSED, asked={}, nudge_at=None)
        self._set(update(Conversation).where(Conversation.id.in_(talks)).values(**over))

    def _messages(self, handle: Handle, his_words: Sequence[str]) -> None:
        """Empty our copies; what has not left yet does not leave, what is in the air needs its text."""
        his = OutMessage.handle_id == handle.id
        waits = OutMessage.status.in_((DUE, HELD))
        self._set(
            update(OutMessage).where(his, waits).values(status=UNREACHABLE, error="forgotten", body="{}")
        )
        self._set(update(OutMessage).where(his, OutMessage.status != SENDING).values(body="{}"))
        quoted = [json.dumps(words, ensure_ascii=False)[1:-1] for words in his_words if words]
        told = or_(false(), *(OutMessage.body.contains(words, autoescape=True) for words in quoted))
        asked = select(Posting.handle_id).join(Application, Application.posting_id == Posting.id)
        owners = asked.where(Application.party_id == handle.party_id)
        theirs = (OutMessage.handle_id.in_(owners), OutMessage.status.not_in((SENDING, DUE, HELD)))
        self._set(update(OutMessage).where(*theirs, told).values(body="{}"))

    def _set(self, change: object) -> None:
        self.session.execute(change, execution_options=QUIETLY)  # type: ignore[call-overload]


def mark_of(email: str) -> str:
    """Return what is kept of an address that was forgotten, so that no file brings him back."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def forgotten(session: Session, emails: Collection[str]) -> set[str]:
    """Return which of these addresses belong to people who had themselves forgotten."""
    by_mark = {mark_of(email): email for email in emails}
    return {by_mark[mark] for mark in Records(session).among(Kind.GONE, list(by_mark))}
