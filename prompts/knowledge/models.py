"""The shapes of the knowledge files, with what each must keep to."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

LABEL = 20  # LINE quick reply and Slack button labels
Aim = Literal["sales", "cost", "time", "people", "risk"]
Withholding = Literal["none", "design", "writing", "teaching", "diagnosis"]


class Known(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Option(Known):
    """One answer to 「どこで止まっていますか」; ``code`` is the work it narrows to."""

    label: str = Field(min_length=2, max_length=LABEL)
    code: str = ""


class Stuck(Known):
    """The question that finds the sticking point. The flow adds 「分からない」."""

    ask: str = Field(max_length=40, pattern="？$")
    options: tuple[Option, ...] = Field(min_length=2, max_length=3)


SHARE = re.compile(r"(?<!役)割(?![りれ当])|[%％]|ポイント|[0-9]倍|半分|半減|[確効比]?率(?=を|が|の)")


class Win(Known):
    """A small win: a state reached in at most 90 days, and where the hands start.

    ``needs`` are the events a month below which a share moves by chance; 0 where it measures the firm's own work.
    """

    label: str = Field(min_length=2, max_length=LABEL)
    text: str = Field(max_length=60)
    days: int = Field(ge=14, le=90)
    first_tasks: tuple[str, str]
    needs: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def a_share_says_what_it_needs(self) -> Self:
        if SHARE.search(f"{self.label}\n{self.text}") and "needs" not in self.model_fields_set:
            raise ValueError(f"「{self.label}」 is a share: say how many events a month it needs, or 0")
        return self


class Measure(Known):
    """The question about today's number."""

    ask: str = Field(max_length=45, pattern="？$")
    unit: str
    options: tuple[str, str, str]


class JobCode(Known):
    """One kind of work. Owners see plain words only, never the code."""

    code: str = Field(pattern=r"^[A-Z]{2}-\d\d$")
    name: str
    plain: str = Field(max_length=45)
    topic: str = Field(max_length=14)
    owner_says: tuple[str, ...] = Field(min_length=8)
    keys: tuple[str, ...] = Field(min_length=3)  # words that point here; ``a+b`` = both, near each other
    stuck: Stuck
    wins: tuple[Win, Win]
    measure: Measure
    title: str = Field(max_length=40)
    kpi: tuple[str, ...]
    hours_per_month: tuple[int, int]
    aim: Aim
    withholding_hint: Withholding
    rare: bool = False

    @model_validator(mode="after")
    def a_finished_state_is_there(self) -> Self:
        if all(win.needs for win in self.wins):
            raise ValueError(f"{self.code}: one of the two wins must hold however little happens in a month")
        return self

    @property
    def group(self) -> str:
        return self.code[:2]


class Group(Known):
    id: str
    name: str
    plain: str
    seed_origin: str
    public_refs: dict[str, object]
    codes: tuple[JobCode, ...]


class Books(Known):
    """All groups; every code once, every option's code known."""

    version: str
    as_of: str
    groups: tuple[Group, ...]

    @model_validator(mode="after")
    def codes_fit(self) -> Self:
        codes = [code for group in self.groups for code in group.codes]
        doubled = [code for code, count in Counter(code.code for code in codes).items() if count > 1]
        known = {code.code for code in codes}
        lost = {
            f"{code.code} → {option.code}" for code in codes for option in code.stuck.options if option.code
        }
        lost = {arrow for arrow in lost if arrow[-5:] not in known}
        strays = [code.code for group in self.groups for code in group.codes if code.group != group.id]
        if doubled or lost or strays:
            raise ValueError(
                f"twice: {doubled}, option to no code: {sorted(lost)}, in a wrong group: {strays}"
            )
        return self


class Case(Known):
    """What another firm did, in facts only; ``words`` are what an owner of such a firm writes of himself."""

    firm: str = Field(max_length=20)
    did: str = Field(max_length=30)
    fact: str = Field(default="", max_length=40)
    codes: tuple[str, ...] = Field(min_length=1)
    words: tuple[str, ...] = ()
    source: str = Field(pattern=r"^(S\d+|own)$")  # whose telling it is


class Cases(Known):
    as_of: str
    cases: tuple[Case, ...]


class Trade(Known):
    """What a firm does, told by its own words; ``near`` are trades whose troubles are alike."""

    id: str
    name: str
    words: tuple[str, ...] = Field(min_length=3)
    near: tuple[str, ...] = ()


class Trades(Known):
    as_of: str
    trades: tuple[Trade, ...]

    @model_validator(mode="after")
    def near_ones_exist(self) -> Self:
        known = {trade.id for trade in self.trades}
        if lost := {name for trade in self.trades for name in trade.near} - known:
            raise ValueError(f"near to no trade: {sorted(lost)}")
        return self


class Kin(Known):
    """Works near each other, by code; each pair stands once and counts both ways."""

    as_of: str
    kin: dict[str, tuple[str, ...]]


class PlainWord(Known):
    avoid: str
    say: str


class PlainWords(Known):
    words: tuple[PlainWord, ...]
    exempt: tuple[str, ...]


class Verse(Known):
    """A text by its id. ``note`` is for us and never shown."""

    id: str
    text: str
    note: str = ""


class PreInterview(Known):
    rule: str
    before_first: tuple[Verse, ...]
    before_second: tuple[Verse, ...]


class MutualFeedback(Known):
    rule: str
    at_months: int
    questions: tuple[Verse, ...]


class Verbatim(Known):
    """The texts to be used as they are."""

    as_of: str
    pre_interview: PreInterview
    kickoff_decisions: tuple[Verse, ...]
    mutual_feedback: MutualFeedback
    four_supports: tuple[Verse, ...]
    company_patterns: tuple[str, ...]
    talent_patterns: tuple[str, ...]
    kankei_jinko_steps: tuple[str, ...]

    def text(self, verse: str) -> str:
        """Return the text with this id (PI1, KO1, MF1 …)."""
        return self.texts()[verse]

    def texts(self) -> dict[str, str]:
        verses = (
            *self.pre_interview.before_first,
            *self.pre_interview.before_second,
            *self.kickoff_decisions,
            *self.mutual_feedback.questions,
            *self.four_supports,
        )
        return {verse.id: verse.text for verse in verses}


class Sign(Known):
    """Words that must stand near each other, and words that must not stand there."""

    all: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    within: int = 40
    kind: str = ""


class Road(Known):
    route: str
    signs: tuple[Sign, ...]
    codes: tuple[str, ...] = ()  # the work that lies beside it
    yields: bool = False  # gives way when the wish plainly names a work


class Roads(Known):
    """Word sets by name, and the roads in the order in which they are tried."""

    sets: dict[str, tuple[str, ...]]
    hard: tuple[Road, ...]
    soft: tuple[Road, ...]

    @model_validator(mode="after")
    def sets_exist(self) -> Self:
        used = {
            word.lstrip("<>")
            for road in (*self.hard, *self.soft)
            for sign in road.signs
            for word in (*sign.all, *sign.unless)
        }
        if lost := sorted(used - self.sets.keys()):
            raise ValueError(f"signs name word sets that do not exist: {lost}")
        return self


class Words(Known):
    """Readings for kana-only writing, the nouns a title may take from an owner's text, and those it may take from nowhere."""

    readings: dict[str, str]
    things: tuple[str, ...]
    places: tuple[str, ...]
    neutral: tuple[str, ...]  # promise nothing and name nobody


class Senses(Known):
    """Words that mean the same kind of thing, by the name of the kind."""

    senses: dict[str, tuple[str, ...]]


class VoicePair(Known):
    """One thing said badly and well. ``good`` keeps to the voice that owners hear."""

    situation: str = Field(min_length=2, max_length=12)
    bad: str
    good: str = Field(min_length=8, max_length=80)


class Voice(Known):
    """How owners are spoken to, by example."""

    pairs: tuple[VoicePair, ...] = Field(min_length=5)
