"""Facts: what a flow may know when it starts. Read fresh for every turn, never written to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flows.rules.coach.own_cases import OwnCase


@dataclass(frozen=True)
class House:
    """The operator: who is behind the bot."""

    operator: str
    staff: str  # the named person, 「佐藤」
    hours: str  # 「平日9〜18時」
    phone: str = ""
    deputy: str = ""  # who answers when the named person is away
    licence: str = ""
    fee_yen: int = 40_000  # a month and person, at most 12 months
    fee_months: int = 12


@dataclass(frozen=True)
class FirmRecord:
    """A firm as a register knows it."""

    name: str
    address: str
    number: str = ""
    phone: str = ""


FindCases = Callable[[str, str], tuple[OwnCase, ...]]


def no_cases(code: str, words: str) -> tuple[OwnCase, ...]:
    """Know no firm of this house that did such work."""
    return ()


Register = Callable[[str], tuple[FirmRecord, ...]]


def no_register(name: str) -> tuple[FirmRecord, ...]:
    """Know no firm: the owner is asked for the address instead."""
    return ()


@dataclass(frozen=True)
class Visitor:
    """Somebody who has just said hello."""

    house: House
    partner: str = ""  # who introduced him, as typed from the partner's card


@dataclass(frozen=True)
class Owner:
    """An owner with a wish. ``after`` names what was turned down just before, if anything.

    ``find`` gives cases of this house by kind of work and his own words: read only where they are wanted.
    """

    house: House
    after: str = ""
    is_again: bool = False  # has talked a wish through before
    find: FindCases = no_cases


@dataclass(frozen=True)
class Firm:
    """The firm behind an approved draft. ``known`` is what he told us at an earlier posting."""

    house: House
    posting: str
    find: Register = no_register
    known: FirmRecord | None = None
    partner: str = ""


@dataclass(frozen=True)
class Draft:
    """A posting as it would be shown; the same data in the preview, the review and the published card."""

    title: str
    words: str
    goal: str
    measure: str
    tasks: tuple[str, ...]
    partner: str
    hours: int
    pay: int
    code: str
    onsite_days: int = 0
    travel: str = ""
    changes: tuple[tuple[str, str], ...] = ()  # what tidying changed: (as written, as shown)


@dataclass(frozen=True)
class Review:
    """A posting under review, for the staff's forms and the owner's answers."""

    house: House
    posting: str
    draft: Draft
    question: str = ""
    proposed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """Somebody who wants to talk to a person; ``slots`` are times staff are there."""

    house: House
    task: str
    slots: tuple[str, ...]
    phone: str = ""
    is_tired: bool = False  # came from words that worry us: care first, no sales


@dataclass(frozen=True)
class Profile:
    """What a professional says of himself; enums by their released names."""

    name: str
    headline: str
    by_hand: str
    skills: str
    ties: str
    hours: int
    slots: str
    pay: int
    employment: str
    permission: str
    conflicts: str
    insurance: str
    bio: str = ""
    routine: str = ""  # a work he made one that anybody can do
    works: tuple[str, ...] = ()  # codes he confirmed
    insurer: str = ""
    invoice: str = ""
    zone: str = ""
    onsite: str = "AFAR"
    named: str = "NOW"


@dataclass(frozen=True)
class Applicant:
    """A talent who registers or applies; ``posting`` is what he was about to apply for.

    ``zone`` is where Slack or he himself says he lives, ``clock`` how its time differs from Japan's, in words.
    """

    house: House
    posting: str = ""
    profile: Profile | None = None
    terms: str = ""
    zone: str = ""
    clock: str = ""


@dataclass(frozen=True)
class Asker:
    """Somebody about to ask or decide; ``about`` is the posting or the application, ``name`` whom it concerns."""

    house: House
    about: str
    name: str = ""


@dataclass(frozen=True)
class Asked:
    """Somebody who is asked one thing by another party."""

    house: House
    about: str
    words: str
    asker: str = ""


@dataclass(frozen=True)
class Pair:
    """One of the two who work together, and what is known of the work. ``other`` is how the other is called."""

    house: House
    engagement: str
    other: str
    goal: str = ""
    tasks: tuple[str, ...] = ()
    people: str = ""
    hours: str = ""
    decided: dict[str, str] = field(default_factory=dict)
    meeting: str = ""
    interview: int = 1  # which talk before deciding
    told_before: tuple[str, ...] = ()  # his own answers to the same questions, for somebody else
    quarter: int = 1  # which look back
    things: int = 0  # photos and files that he sent in this talk already
    may_show: bool = False  # he may send some
    known: tuple[tuple[str, str], ...] = ()  # what both know of it already
    terms: tuple[int, int] = (20, 70_000)  # hours and pay of a month as they hold
    wish: str = ""  # what he wrote himself about going on
    wanted: tuple[tuple[int, int], ...] = ()  # where the two differ: his terms, the other's
    before: tuple[str, ...] = ()  # his own answers, where he writes them anew
    is_for_owner: bool = False  # he answers in the owner's place, who confirms what is said of going on


@dataclass(frozen=True)
class Meet:
    """One of two who are to meet before they decide. Hours as ``flows/rules/match/meeting_times.py`` writes them.

    ``free`` are the best hours to offer, ``wide`` many of them; ``offered`` were named by the other side, and of
    these ``open_hours`` can still be; ``taken`` has one of the two already. ``round`` counts what was agreed and dropped.
    """

    house: House
    interview: str
    other: str
    side: str  # OWNER, TALENT
    now: str
    round: int = 0
    number: int = 1
    free: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    open_hours: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    closed: tuple[
        tuple[str, str], ...
    ] = ()  # own days off of the firm or the talent, with what is said of each
    zone: str = ""
    partner: str = ""  # who goes along in the firm, as on the posting
    starts: str = ""


@dataclass(frozen=True)
class Scheduling:
    """One of the two, about a week, days off or the weekly hour; ``now`` is when he is asked, as ISO."""

    house: House
    now: str
    engagement: str = ""
    meeting: str = ""
    other: str = ""
    weekly: str = ""  # how the hour is said that holds now
    wanted: str = ""  # the hour the other would like, as 「3 14:00」
    is_owner: bool = False


@dataclass(frozen=True)
class ThisWeek:
    """One of the two, and the list of their last meeting. ``side`` is his own: OWNER or TALENT; ``on`` the day, as ISO.

    ``owners`` and ``talents`` are lines that a form shows already; ``promises`` are (id, whose, words) of the list;
    ``asks`` is the question about their number, ``last`` what it was the last time.
    """

    house: House
    engagement: str
    other: str
    side: str
    on: str
    meeting: str = ""
    version: int = 0
    goal: str = ""
    owners: tuple[str, ...] = ()
    talents: tuple[str, ...] = ()
    promises: tuple[tuple[str, str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    hand: str = ""
    asks: str = ""
    unit: str = ""
    last: float | None = None
    win: str = ""
    is_won: bool = False


@dataclass(frozen=True)
class Renewing:
    """What the staff write down after talking with both; ``hours`` and ``pay`` hold until then."""

    house: House
    task: str
    hours: int
    pay: int
    days: tuple[str, ...] = ()  # last days by law, as ISO, where the work has begun


@dataclass(frozen=True)
class Parting:
    """One of two whose work may end or rest. Days as ISO; ``heard`` is when the other would read of it today.

    ``ends`` is the last day where notice was given already, ``rests`` the last day of a rest.
    """

    house: House
    engagement: str
    other: str
    side: str  # OWNER, TALENT
    now: str
    started: str
    heard: str
    ends: str = ""
    rests: str = ""
    partner: str = ""  # who goes along in the firm
    written: str = ""  # what he wrote before, where he writes it anew


@dataclass(frozen=True)
class Closing:
    """A posting that somebody may want to close; ``others`` wait for the owner's word."""

    house: House
    posting: str
    title: str
    others: int = 0


@dataclass(frozen=True)
class Relay:
    """A person and the staff in talk; ``task`` is the staff's card, ``last`` what was said last.

    ``photos`` were sent in this talk already; where he ``may_show`` some, the question says so.
    """

    house: House
    task: str
    last: str = ""
    photos: int = 0
    may_show: bool = False


@dataclass(frozen=True)
class Colleague:
    """One of the staff, what he told of himself, and by id the names of the other staff and of his firms."""

    house: House
    hours: str = ""
    phone: str = ""
    deputy: str = ""  # one of ``others``
    others: dict[str, str] = field(default_factory=dict)
    firms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Leaving:
    """A talent who may take applications back: their postings' titles by id."""

    house: House
    applications: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Adjusting:
    """An owner who declined everybody that applied."""

    house: House
    posting: str


@dataclass(frozen=True)
class Hiding:
    """Somebody who names firms that shall not see a posting; the staff see the names already there."""

    house: House
    posting: str
    firms: tuple[str, ...] = ()
    is_staff: bool = False
