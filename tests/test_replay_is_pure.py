"""Replay is pure: the same journal stands at the same place, in any process and in any later release."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.facts import facts_of
from bot.turn import Rules, Turn
from flows.facts import (
    Adjusting,
    Applicant,
    Asked,
    Asker,
    Caller,
    Closing,
    Colleague,
    Draft,
    Firm,
    Hiding,
    House,
    Leaving,
    Meet,
    Owner,
    Pair,
    Parting,
    Profile,
    Relay,
    Renewing,
    Review,
    Scheduling,
    ThisWeek,
    Visitor,
)
from flows.journal import Entry, Journal, plain
from flows.registry import FLOWS
from flows.renewal.coming_near import Near
from flows.renewal.summing import Summed
from flows.replay import Finished, replay
from flows.rules.coach.own_cases import Came
from storage.conversations import Conversation
from storage.unit_of_work import begin
from tests.bot import house as played

FOLDER = Path(__file__).parent / "journals"
HOUSE = House("スモールウィン", "佐藤", "平日9〜18時", "0120-000-000")
KINDS = {
    kind.__name__: kind
    for kind in (
        Visitor,
        Owner,
        Firm,
        Review,
        Caller,
        Applicant,
        Asker,
        Asked,
        Pair,
        Parting,
        Meet,
        ThisWeek,
        Relay,
        Renewing,
        Closing,
        Colleague,
        Leaving,
        Adjusting,
        Hiding,
        Scheduling,
        Summed,
        Near,
    )
}


@dataclass(frozen=True)
class Recorded:
    """A journal as it was written, and where the flow stood after each of its entries."""

    facts: dict[str, Any]
    entries: list[dict[str, Any]]
    stood: list[str]

    def journal(self, length: int) -> Journal:
        return Journal(Entry(**each) for each in self.entries[:length])


def rebuilt(kept: dict[str, Any]) -> Any:
    """Make facts from what was recorded; what is the same for all is not."""
    fields = {name: value for name, value in kept.items() if name != "kind"} | {"house": HOUSE}
    if "draft" in fields:
        draft = fields["draft"]
        pairs = tuple((before, after) for before, after in draft["changes"])
        fields["draft"] = Draft(**{**draft, "tasks": tuple(draft["tasks"]), "changes": pairs})
    if kept["kind"] == "Firm":
        fields["find"] = played.find_firm
    for name in (
        "slots",
        "tasks",
        "firms",
        "free",
        "wide",
        "offered",
        "open_hours",
        "taken",
        "told_before",
        "owners",
        "talents",
        "days",
    ):
        if isinstance(fields.get(name), list):
            fields[name] = tuple(fields[name])
    for name in ("promises", "names"):
        if name in fields:
            fields[name] = tuple(map(tuple, fields[name]))
    if "came" in fields:
        came: dict[str, Any] = dict(fields["came"])
        came |= {name: tuple(came[name]) for name in ("owner_deeds", "talent_deeds")}
        fields["came"] = Came(**came)
    if fields.get("profile"):
        profile: dict[str, Any] = dict(fields["profile"])
        works = tuple(profile.pop("works", ()))
        fields["profile"] = Profile(**profile, works=works)
    return KINDS[kept["kind"]](**fields)


def kept(facts: Any) -> dict[str, Any]:
    # ``known`` is what the talk itself found out: it began without
    fields = {name: value for name, value in vars(facts).items() if name not in ("house", "find", "known")}
    plain_fields = {
        name: asdict(value) if isinstance(value, Draft | Profile) else plain(value)
        for name, value in fields.items()
    }
    return {"kind": type(facts).__name__, **plain_fields}


def stands(flow: str, facts: Any, journal: Journal) -> str:
    state = replay(FLOWS[flow], facts, journal)
    return f"→ {type(state.outcome).__name__}" if isinstance(state, Finished) else ", ".join(state.keys)


def recordings() -> Iterator[tuple[str, Path]]:
    for path in sorted(FOLDER.glob("*/*.json")):
        yield path.parent.name, path


def read(path: Path) -> Recorded:
    return Recorded(**json.loads(path.read_text(encoding="utf-8")))


CASES = [pytest.param(flow, path, id=f"{flow}/{path.stem}") for flow, path in recordings()]


@pytest.mark.parametrize(("flow", "path"), CASES)
def test_a_recorded_journal_stands_where_it_stood(flow: str, path: Path) -> None:
    """A deploy moves nobody who is in the middle of a talk (UPDATE_JOURNALS=1 records anew)."""
    recorded = read(path)
    facts = rebuilt(recorded.facts)
    now = [stands(flow, facts, recorded.journal(length)) for length in range(len(recorded.entries) + 1)]
    assert now == recorded.stood


@pytest.mark.parametrize(("flow", "path"), CASES)
def test_a_flow_run_twice_says_the_same(flow: str, path: Path) -> None:
    """No clock, no chance, no memory: two runs on one journal are equal, word for word."""
    recorded = read(path)
    for length in range(len(recorded.entries) + 1):
        first, second = (
            replay(FLOWS[flow], rebuilt(recorded.facts), recorded.journal(length)) for _ in range(2)
        )
        assert repr(first) == repr(second)


def test_every_flow_has_a_recorded_journal() -> None:
    """A new flow comes with a talk that was played."""
    assert {flow for flow, _ in recordings()} == set(FLOWS)


@dataclass
class Recorder:
    """Keeps conversations that are over, with the facts as they were when first seen."""

    engine: Engine
    rules: Rules
    seen: set[Any] = field(default_factory=set)
    first: dict[Any, dict[str, Any]] = field(default_factory=dict)

    def keep(self, name: str, now: datetime) -> None:
        with begin(self.engine) as work:
            for talk in work.session.query(Conversation).order_by(Conversation.id):
                journal = work.conversations.journal(talk.id)
                facts = self.first.setdefault(talk.id, kept(facts_of(Turn(work, self.rules, now), talk)))
                if talk.id not in self.seen and journal.entries:
                    self._write(name, talk, journal, facts)

    def _write(self, name: str, talk: Conversation, journal: Journal, facts: dict[str, Any]) -> None:
        same, lengths = rebuilt(facts), range(len(journal.entries) + 1)
        stood = [stands(talk.flow, same, Journal(journal.entries[:length])) for length in lengths]
        if not stood[-1].startswith("→"):
            return
        self.seen.add(talk.id)
        path = FOLDER / talk.flow / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        recorded = Recorded(facts, [asdict(each) for each in journal.entries], stood)
        path.write_text(json.dumps(asdict(recorded), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record(sqlite_engine: Engine) -> None:
    """Play one whole talk, and keep every conversation's journal."""
    house = played.a_house(sqlite_engine)
    recorder = Recorder(house.engine, house.rules)

    def record(name: str) -> None:
        recorder.keep(name, house.now)

    house.plays_to("now")
    house.says("戻る")
    house.says("月2件")
    house.plays_to("verdict")
    house.taps("直す")
    house.taps("題名")
    house.says("味噌を町の外へ")
    house.in_review()
    record("played")
    form = house.presses("直して見てもらう").form
    house.submits(form, {"edit.TITLE": "味噌を届ける"})
    record("proposed")
    house.taps("これでよい")
    record("agreed")
    form = house.presses("質問して戻す").form
    house.submits(form, {"back.question": "月20時間でよろしいですか？"})
    record("asked")
    house.taps("直したい")
    house.says("月10時間で")
    record("answered")
    house.says("人と話す")
    house.taps_payload(house.first_button("when", played.OWNER))
    if house.open_key() == "phone":
        house.says("0265-00-1234")
    record("called")
