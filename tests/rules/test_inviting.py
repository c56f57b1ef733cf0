"""Rules of inviting and widening: who is asked, when, and in which words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from flows.facts import Draft
from flows.rules.calendar import JST
from flows.rules.coach.plain import jargon
from flows.rules.match.inviting import Wave, chosen, is_rare, moments, next_digest, reasons_for
from flows.rules.match.ranking import WEIGHTS, Ranked, Wanted
from flows.rules.match.widening import LEAST_FIRMS, hints, usual_pay

DRAFT = Draft(
    title="入金の確認",
    words="帳面が追いつかない",
    goal="一覧を毎週出す",
    measure="月20件",
    tasks=("いまの帳面を見る",),
    partner="経理の方",
    hours=20,
    pay=80_000,
    code="AC-02",
)
WANTED = Wanted("p", "AC-02", "", frozenset(), "長野県", 20, 4_000)


def ranked(work: float, place: float = 0.0) -> Ranked:
    return Ranked("t", work * 6, {"work": work, "place": place})


@pytest.mark.parametrize(
    ("work", "place", "first", "wider"),
    [
        (0.9, 0, True, True),
        (0.4, 0, True, True),
        (0.3, 0, False, True),
        (0.2, 0, False, False),
        (0.2, 1, False, True),
        (0.1, 1, False, False),
    ],
)
def test_a_wave_asks_so_far_and_no_further(work: float, place: float, first: bool, wider: bool) -> None:
    """At once who has done this very work; when nobody comes who is near it, and less near who has ties here."""
    found = [ranked(work, place)]
    assert (bool(chosen(found, Wave.FIRST)), bool(chosen(found, Wave.WIDER))) == (first, wider)


@pytest.mark.parametrize(
    ("now", "zone", "digest"),
    [
        (datetime(2026, 11, 24, 10, tzinfo=JST), "", datetime(2026, 11, 30, 8, 30, tzinfo=JST)),
        (datetime(2026, 11, 30, 8, 29, tzinfo=JST), "", datetime(2026, 11, 30, 8, 30, tzinfo=JST)),
        (datetime(2026, 11, 30, 8, 30, tzinfo=JST), "", datetime(2026, 12, 7, 8, 30, tzinfo=JST)),
        (datetime(2026, 11, 30, 12, tzinfo=JST), "Europe/Tallinn", datetime(2026, 11, 30, 6, 30, tzinfo=UTC)),
        (datetime(2027, 3, 26, 12, tzinfo=JST), "Europe/Tallinn", datetime(2027, 3, 29, 5, 30, tzinfo=UTC)),
        (datetime(2026, 11, 24, 10, tzinfo=JST), "Nowhere/At_All", datetime(2026, 11, 30, 8, 30, tzinfo=JST)),
    ],
)
def test_monday_is_his_own(now: datetime, zone: str, digest: datetime) -> None:
    """Half past eight where he lives, over the change of the clocks too; the very minute counts as past."""
    assert next_digest(now, zone) == digest


def test_a_rare_skill_is_searched_for_and_not_complained_about() -> None:
    """Two weeks and sixty days; any other work three days, a week and two weeks."""
    start = datetime(2026, 11, 24, tzinfo=UTC)
    days = {purpose: (at - start) / timedelta(days=1) for purpose, at in moments("AC-02", start).items()}
    assert days == {"invite_wider": 3, "thin": 7, "nobody": 14}
    rare = {purpose: (at - start) / timedelta(days=1) for purpose, at in moments("GX-03", start).items()}
    assert rare == {"invite_again": 14, "nobody": 60}
    assert [is_rare(code) for code in ("GX-03", "GX-05", "AC-02", "")] == [True, True, False, False]


def test_every_reason_is_plain_and_carries_no_number() -> None:
    """Whatever speaks for somebody: no score, no figure, no jargon, a sentence of its own; never none at all."""
    for values in product((0.0, 0.5, 1.0), repeat=3):
        parts = {**dict.fromkeys(WEIGHTS, values[0]), "work": values[1], "trade": values[2]}
        for parts["routine"] in (0.0, 1.0):
            found = reasons_for(WANTED, parts)
            assert found
            for reason in found:
                assert not re.search(r"[0-9０-９%]", reason)
                assert reason.endswith("。")
                assert list(jargon(re.sub(r"「[^」]*」", "", reason))) == []


@pytest.mark.parametrize(("firms", "is_said"), [(LEAST_FIRMS - 1, False), (LEAST_FIRMS, True)])
def test_what_others_pay_is_said_from_five_firms_on(firms: int, is_said: bool) -> None:
    """A single neighbour's price is nobody's business."""
    hourly = [6_000.0] * firms
    assert (usual_pay(hourly, 20) == 120_000) is is_said
    assert ("12万円" in "".join(hint.words for hint in hints(DRAFT, hourly))) is is_said


def test_who_pays_as_others_do_hears_nothing_of_it() -> None:
    """Within a tenth of the middle nobody is told to pay more."""
    assert "お支払い" not in [hint.name for hint in hints(DRAFT, [4_200.0] * 9)]


def test_hints_are_few_and_fit_the_posting() -> None:
    """Three at most; days at the firm only where there are some."""
    for onsite in (0, 1, 4):
        draft = Draft(**{**DRAFT.__dict__, "onsite_days": onsite, "title": "長" * 60, "tasks": ("一", "二")})
        found = hints(draft, [9_000.0] * 9)
        assert len(found) == 3
        assert ("来ていただく日" in [hint.name for hint in found]) is bool(onsite)
