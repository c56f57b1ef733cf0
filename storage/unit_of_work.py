"""Unit of work: one transaction, with every repository hanging off it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Engine, inspect, select

from storage.approaches import Approaches
from storage.attachments import Attachments
from storage.companies import Companies, Company
from storage.conversations import Conversations
from storage.database import Base
from storage.endings import Endings
from storage.engagements import Engagement, Engagements, Meeting
from storage.forgetting import Forgetting
from storage.inbox import Event, Inbox
from storage.interviews import Interviews
from storage.invitations import Invitations
from storage.joining import Joining
from storage.menus import Menus
from storage.moves import moved
from storage.opt_outs import OptOuts
from storage.outbox import Outbox
from storage.outcomes import WorkOutcomes
from storage.parties import Handle, Parties
from storage.pool import Pool
from storage.postings import Posting, Postings
from storage.records import Records
from storage.relays import Relays
from storage.rows import RowSession
from storage.slots import Slots
from storage.staff import Staff
from storage.staff_tasks import StaffTasks
from storage.talents import Talent, Talents
from storage.terms import TermsVersions
from storage.time_rows import Dues, Thoughts
from storage.undrawn import Undrawn
from storage.unsent import Unsent
from storage.weeks import Weeks

Row = TypeVar("Row", bound=Base)


class Work:
    """The repositories of one transaction. Nothing outside it writes."""

    def __init__(self, session: RowSession) -> None:
        self.session = session
        self._held: list[Base] = []

    def expect(self, events: Sequence[Event]) -> None:
        """Lock the people of events, first and sorted, and load what their turns read: one statement of a kind."""
        people = self.parties.expect({(event.platform, event.sender) for event in events if event.sender})
        self.conversations.expect({handle.id: handle.floor for handle in people})
        # what an owner says who is asked nothing begins something
        if free := [handle for handle in people if handle.floor is None and handle.platform == "line"]:
            self.parties.expect_consents({handle.party_id for handle in free})
            self.engagements.expect_talking({handle.id for handle in free})
        self.companies.expect({handle.party_id for handle in people})
        self.relays.expect({handle.id for handle in people})
        self.unsent.expect({event.message_id for event in events if event.message_id})
        if busy := self.conversations.with_pairs():  # their talks are about an engagement
            self._expect_pairs(self.engagements.expect_of(busy))

    def _expect_pairs(self, pairs: Collection[Engagement]) -> set[UUID]:
        """Load what the two of each pair are told of one another; gives all their handles."""
        self._held += pairs
        people = {id for pair in pairs for id in (pair.owner_handle_id, pair.talent_handle_id)}
        handles = self.hold(Handle, people)
        postings = self.hold(Posting, {pair.posting_id for pair in pairs})
        self.hold(Company, {posting.company_id for posting in postings if posting.company_id})
        self.hold(Talent, {handle.party_id for handle in handles})
        return people

    def lock_meetings(self, ids: Collection[UUID]) -> None:
        """Lock the pairs of many meetings, people first, and load what is said about them as it stands then."""
        pairs, people = self.engagements.who_meet(ids)
        self.parties.lock(sorted(people))
        self.engagements.lock_all(pairs)
        self.expect_meetings(ids)

    def expect_meetings(self, ids: Collection[UUID]) -> None:
        """Load what is said about many meetings: the pairs, their firms, and last week's promises."""
        meetings = self.hold(Meeting, ids)
        pairs = self.hold(Engagement, {meeting.engagement_id for meeting in meetings})
        people = self._expect_pairs(pairs)
        self.weeks.expect(self.engagements.expect(ids))
        self.slots.expect({pair.id for pair in pairs})
        self.relays.expect(people)

    def hold(self, kind: type[Row], ids: Collection[UUID]) -> list[Row]:
        """Load rows at once and hold on to them: whoever asks for one by its id reads it from the session."""
        [key] = inspect(kind).primary_key
        rows = list(self.session.scalars(select(kind).where(key.in_(ids)))) if ids else []
        self._held += rows
        return rows

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.session)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.session)

    @cached_property
    def undrawn(self) -> Undrawn:
        return Undrawn(self.session)

    @cached_property
    def parties(self) -> Parties:
        return Parties(self.session)

    @cached_property
    def pool(self) -> Pool:
        return Pool(self.session)

    @cached_property
    def records(self) -> Records:
        return Records(self.session)

    @cached_property
    def companies(self) -> Companies:
        return Companies(self.session)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self.session)

    @cached_property
    def postings(self) -> Postings:
        return Postings(self.session)

    @cached_property
    def talents(self) -> Talents:
        return Talents(self.session)

    @cached_property
    def invitations(self) -> Invitations:
        return Invitations(self.session)

    @cached_property
    def engagements(self) -> Engagements:
        return Engagements(self.session)

    @cached_property
    def weeks(self) -> Weeks:
        return Weeks(self.session)

    @cached_property
    def relays(self) -> Relays:
        return Relays(self.session)

    @cached_property
    def slots(self) -> Slots:
        return Slots(self.session)

    @cached_property
    def interviews(self) -> Interviews:
        return Interviews(self.session)

    @cached_property
    def terms(self) -> TermsVersions:
        return TermsVersions(self.session)

    @cached_property
    def outcomes(self) -> WorkOutcomes:
        return WorkOutcomes(self.session)

    @cached_property
    def approaches(self) -> Approaches:
        return Approaches(self.session)

    @cached_property
    def opt_outs(self) -> OptOuts:
        return OptOuts(self.session)

    @cached_property
    def endings(self) -> Endings:
        return Endings(self.session)

    @cached_property
    def staff(self) -> Staff:
        return Staff(self.session)

    @cached_property
    def menus(self) -> Menus:
        return Menus(self.session)

    @property
    def moved(self) -> set[UUID]:
        """Return the owners whose work changed where it stands, by what has been written so far."""
        return moved(self.session)

    @cached_property
    def tasks(self) -> StaffTasks:
        return StaffTasks(self.session)

    @cached_property
    def attachments(self) -> Attachments:
        return Attachments(self.session)

    @cached_property
    def thoughts(self) -> Thoughts:
        return Thoughts(self.session)

    @cached_property
    def unsent(self) -> Unsent:
        return Unsent(self.session)

    @cached_property
    def joining(self) -> Joining:
        return Joining(self.session)

    @cached_property
    def forgetting(self) -> Forgetting:
        return Forgetting(self.session)

    @cached_property
    def dues(self) -> Dues:
        return Dues(self.session)


@contextmanager
def begin(engine: Engine) -> Iterator[Work]:
    """Open one transaction: all of it happens, or none."""
    with RowSession(engine, expire_on_commit=False) as session, session.begin():
        yield Work(session)
