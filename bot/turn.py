"""Turn: one event, carried to all its consequences or to none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from bot.arrivals import Answered
from bot.errors import Refusal
from flows.facts import House, Register, no_register
from flows.inbound import CardTapped, Inbound
from flows.messages import Message
from flows.rules.calendar import owner_time, talent_time
from storage.conversations import Conversation
from storage.database import dumps
from storage.inbox import Event
from storage.noticing import Reader
from storage.outbox import BATCH, LOADING, REFRESH, Outgoing, OutMessage
from storage.parties import Handle, Party
from storage.unit_of_work import Work

log = logging.getLogger("smallwin.turn")

Action = Callable[["Turn", Conversation, Any], None]
Verb = Callable[["Turn", CardTapped], None]
Moment = Callable[["Turn", str], None]
Load = Callable[[Work, Sequence[str]], None]
Bulk = Callable[["Turn", Sequence[str]], None]  # one moment of many subjects
Words = Callable[["Turn", str], "Left"]  # of a message that waited for them, by its key
Body = dict[str, Any] | list[Any]  # of one message, or of several that leave as one push
Draw = Callable[[Message], tuple[dict[str, Any], ...]]
Read = Callable[[Event], Inbound]

NOTHING = UUID(int=0)
STAFF, POSTINGS = "staff", "postings"  # our names of the two channels
KIND = {"line": "owner", "slack": "talent"}  # who writes to us where, until we know better


def no_address(_photo: UUID, _now: datetime) -> str:
    """Show photos nowhere."""
    return ""


def no_calendar(_handle: UUID, _number: int) -> str:
    """Give nobody an address of his calendar."""
    return ""


def no_page(_kind: str, _id: UUID, _now: datetime) -> str:
    """Show pages nowhere."""
    return ""


@dataclass(frozen=True)
class Left:
    """What became of a message that waited for its words: said, unless there is a reason ``why`` not or it waits ``until``."""

    why: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Rules:
    """What turns need to know of the world around them; the same for all turns of a process."""

    house: House
    draw: dict[str, Draw]
    read: dict[str, Read]
    actions: dict[type, Action]  # by outcome
    verbs: dict[tuple[str, str], Verb]  # by aggregate and verb of a card's button
    moments: dict[str, Moment]  # by purpose of a due row
    bulks: dict[str, Bulk] = field(default_factory=dict)  # purposes whose moments are named together
    words: dict[str, Words] = field(default_factory=dict)  # by what the key of an undrawn message begins with
    loads: dict[str, Load] = field(default_factory=dict)  # by the same: what the words of many read at once
    has_model: bool = False
    release: str = "dev"
    find_firm: Register = no_register
    photo_url: Callable[[UUID, datetime], str] = no_address  # of a photo, drawn at this time
    page_url: Callable[[str, UUID, datetime], str] = no_page  # of a page of a kind, made at this time
    feedback_days: int = 84  # from the beginning to the look back, and from each to the next
    meeting_url: str = ""  # with {id} for the engagement
    calendar_url: Callable[[UUID, int], str] = (
        no_calendar  # of a person's dates, by the number of his address
    )
    # works and groups of works with a postings channel of their own
    code_channels: frozenset[str] = frozenset()
    most_invitations: int = 3  # DMs to one talent in seven days; what is more waits for Monday
    is_sending: bool = True  # off where nothing ever leaves (a bench): no question is still on its way then


@dataclass
class Turn:
    """Everything one event may touch. Messages are collected and put in their lines last."""

    work: Work
    rules: Rules
    now: datetime
    event: Event | None = None
    me: Handle | None = None
    answer: Answered = field(default_factory=Answered)
    out: list[Outgoing] = field(default_factory=list)
    facts: dict[UUID, Any] = field(default_factory=dict)  # by talk, until something is written
    is_tap: bool = False  # he tapped a card: what it asks him comes at once
    is_guarded: bool = True  # what an action refuses is undone alone; else the whole transaction is

    @property
    def can_show_files(self) -> bool:
        """Tell whether what people send each other has an address that a platform shows."""
        return self.file_url(NOTHING).startswith("https://")

    def file_url(self, id: UUID) -> str:
        """Give the address of a photo or a file that one sent the other."""
        return self.rules.page_url("file", id, self.now)

    @property
    def event_id(self) -> UUID | None:
        return self.event.id if self.event else None

    def tell(
        self,
        handle: Handle,
        *messages: Message,
        purpose: str = "answer",
        at: datetime | None = None,
        dedupe: str = "",
        subject: str = "",
        until: datetime | None = None,
        as_one: bool = False,
    ) -> None:
        """Say something to a person; what he did not ask for waits for a decent hour, answers do not.

        A ``subject`` names the thread of it, where the platform has threads. Not delivered by ``until``, it would only
        mislead, and is let go. What is said ``as_one`` leaves as one push: then only its first bubble ages.
        """
        if not handle.is_reachable:
            return  # on return there is one recap
        if purpose == "answer" and not self.is_answering(handle):
            purpose = "reminder"
        due = at or self.hour_for(handle)
        if until is not None and due >= until:
            return
        place = subject if handle.platform == "slack" else ""
        more = dict(handle_id=handle.id, purpose=purpose, subject=place)
        bodies: list[Body] = [
            body for message in messages for body in self.rules.draw[handle.platform](message)
        ]
        if as_one and handle.platform == "line":
            packs = [bodies[at : at + BATCH] for at in range(0, len(bodies), BATCH)]
            bodies = [pack if len(pack) > 1 else pack[0] for pack in packs]
        for part, body in enumerate(bodies):
            key, ages = f"{dedupe}.{part}" if dedupe else None, until if not as_one or part == 0 else None
            self._add(handle.platform, body, due, **more, dedupe=key, expires_at=ages)

    def bodies(self, platform: str, message: Message) -> list[str]:
        """Give what a message looks like on a platform, as it stands in the outbox."""
        return [dumps(body) for body in self.rules.draw[platform](message)]

    def guard(self) -> AbstractContextManager[Any]:
        """Let what is done inside be undone alone."""
        return self.work.session.begin_nested() if self.is_guarded else nullcontext()

    def addressees(self) -> set[UUID]:
        """Return the people whom this turn has something for."""
        return {row.handle_id for row in self.out if row.handle_id}

    def is_answering(self, handle: Handle | Reader) -> bool:
        """Tell whether this turn is this person's own doing."""
        return self.me is not None and self.me.id == handle.id

    def hour_for(self, handle: Handle | Reader) -> datetime:
        """Return when a person may hear from this turn: at once for his own, in decent hours for the rest.

        Staff asked for all of it: they are told at once.
        """
        if handle.is_staff or self.is_answering(handle):
            return self.now
        if handle.platform == "line":
            return owner_time(self.now, handle.wrote_at)
        return talent_time(self.now, handle.zone)

    def post(self, channel: str, message: Message, subject: str = "", dedupe: str = "") -> None:
        """Post in one of our channels."""
        for body in self.rules.draw["slack"](message):
            self._add("slack", body, self.now, channel=channel, subject=subject, dedupe=dedupe or None)

    def refresh(self, subject: str, channel: str = "", handle: Handle | None = None) -> None:
        """Draw a card or a home anew; it is drawn from the store when it leaves."""
        handle_id = handle.id if handle else None
        self._add("slack", None, self.now, op=REFRESH, subject=subject, channel=channel, handle_id=handle_id)

    def bring(self, subject: str, handle: Handle) -> None:
        """Bring somebody a card as news, in a decent hour of his; it is drawn from the store when it leaves."""
        due = self.hour_for(handle)
        self._add("slack", None, due, op=REFRESH, subject=subject, handle_id=handle.id, purpose="news")

    def postings_channel(self, code: str) -> str:
        """Name the channel where postings of a work hang: its own, its group's, or the one for all."""
        own = next((each for each in (code, code[:2]) if each and each in self.rules.code_channels), "")
        return f"{POSTINGS}:{own}" if own else POSTINGS

    def loading(self, handle: Handle) -> None:
        """Show that we think."""
        if handle.platform == "line":
            self._add("line", None, self.now, op=LOADING, handle_id=handle.id)

    def refresh_homes(self) -> None:
        """Staff see their work queue change."""
        for handle in self.work.parties.staff():
            self.refresh(f"home:{handle.id.hex}", handle=handle)

    def refresh_menus(self) -> None:
        """Show owners the menu of where they stand now: whose work moved, and who came back, whom LINE unlinked."""
        moved = self.work.moved
        if self.me is not None and self.me.menu and self.event is not None and self.event.kind == "follow":
            self.me.menu = ""
            moved = moved | {self.me.id}
        for id in sorted(moved):
            self._add("line", None, self.now, op=REFRESH, subject=f"menu:{id.hex}", handle_id=id)

    def person(self) -> Handle:
        """Return whose doing this turn is."""
        assert self.me is not None
        return self.me

    def house(self, party: UUID | None) -> House:
        """Return the operator as this person's firm knows it: with the one who looks after the firm.

        Where that one told us nothing of himself the settings hold; who left gives way to his deputy.
        """
        company = self.work.companies.of_party(party) if party else None
        known = self.work.staff.known(company.staff_id) if company else None
        ours, name = self.rules.house, _family(known.name) if known else ""
        if known is None or not name:
            return ours
        deputy = _family(known.deputy or "") or ours.deputy
        return replace(
            ours,
            staff=name,
            hours=known.hours or ours.hours,
            phone=known.phone or ours.phone,
            deputy="" if deputy == name else deputy,
        )

    def party(self) -> Party:
        assert self.me is not None
        return self.work.parties.party(self.me.party_id)

    def _add(
        self,
        platform: str,
        body: Body | None,
        at: datetime,
        **values: Any,
    ) -> None:
        text = dumps(body) if body is not None else ""
        self.out.append(Outgoing(platform, text, at, self.now, event_id=self.event_id, **values))

    def refuse(self, no: Refusal) -> None:
        """Say why not, to the person who asked; what was to be drawn anew still is."""
        self.out = [row for row in self.out if row.op == REFRESH]
        if self.me is not None and self.me.platform == "line":
            self.tell(self.me, Message(no.why))
        else:
            self.answer = Answered(notice=no.why)

    def finish(self, waiting: Mapping[str, OutMessage] = MappingProxyType({})) -> None:
        """Put the messages in their lines, the mailboxes locked last and at once; some rows are there, ``waiting`` for words."""
        finish([self], waiting=waiting)


def _family(name: str) -> str:
    """Return how owners hear of one of the staff."""
    return next(iter(name.split()), "")


@dataclass(frozen=True)
class ReplyToken:
    """A free reply on LINE, good until ``until`` in real time."""

    token: str
    until: datetime


def finish(
    turns: Sequence[Turn],
    tokens: Sequence[ReplyToken | None] = (),
    waiting: Mapping[str, OutMessage] = MappingProxyType({}),
) -> None:
    """Put the messages of turns of one transaction in their lines, the mailboxes locked last, sorted and at once."""
    turns[0].work.session.flush()  # then it is known who has moved
    for turn in turns:
        turn.refresh_menus()
    outbox, rows = turns[0].work.outbox, [row for turn in turns for row in turn.out]
    kept = {
        turn.me.id: (token.token, token.until)
        for turn, token in zip(turns, tokens, strict=False)
        if token and turn.me is not None
    }
    outbox.add(rows, turns[0].now, kept, waiting)
    for turn in turns:
        turn.out = []
