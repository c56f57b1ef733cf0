"""Ranking: facts of the work decide, the same both ways; nobody is favoured by chance, and no reason is made up."""

from __future__ import annotations

import random
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.plain import jargon
from flows.rules.ranking import LEAST_WORK, Candidate, Wanted, barred, nearness, rank, rank_postings, scored
from flows.rules.slots import mask, read_slots
from flows.rules.trades import likeness, trades_of
from prompts.knowledge import job_codes

POSTING = Wanted(
    id="p1",
    code="EC-02",
    text="通販の写真を直してほしい。味噌を遠くの人にも食べてほしい",
    trades=trades_of("味噌製造"),
    prefecture="長野県",
    hours=20,
    hourly_yen=4_000,
    times=mask(read_slots("Wed 10:00-12:00")),
)
HAND = Candidate(
    id="hand",
    text="商品ページを自分で組み直し、購入率を上げた",
    works={"EC-02": 0.9},
    trades=trades_of("菓子の通販"),
    hours=20,
    hourly_yen=3_500,
    times=mask(read_slots("Wed 9:00-12:00")),
)
ECHO = replace(
    HAND,
    id="echo",
    text="味噌が好き。通販の写真を見るのも好き",
    works={"EC-03": 0.9},
    trades=trades_of("味噌"),
)


def ids(wanted: Wanted, *candidates: Candidate) -> list[str]:
    return [each.id for each in rank(wanted, candidates)]


def test_who_did_the_work_comes_before_who_shares_the_words() -> None:
    """A plain wish and a professional's jargon meet by the work, not by letters."""
    assert ids(POSTING, ECHO, HAND) == ["hand", "echo"]


def test_who_has_done_nothing_near_it_is_not_listed() -> None:
    """A list of two who fit is better than one filled up to five."""
    assert ids(POSTING, replace(HAND, works={"AC-05": 0.9}), replace(HAND, works={})) == []


def test_who_only_lives_near_or_may_have_done_it_is_not_listed() -> None:
    """Circumstances never make up for the work: nor does a neighbouring work that is not kin."""
    near = replace(HAND, trades=trades_of("味噌"), tied=("長野県",), is_insured=True, hours=40, record=1.0)
    assert ids(POSTING, replace(near, works={"EC-02": LEAST_WORK - 0.01})) == []
    assert ids(POSTING, replace(near, works={"EC-04": 0.99})) == []
    assert rank_postings(replace(near, works={"EC-04": 0.99}), [POSTING]) == []


def test_who_applied_is_never_dropped_for_what_his_words_do_not_tell() -> None:
    """With ``least`` 0 everybody who can come stays, the doubtful last."""
    doubtful = replace(HAND, id="doubtful", works={})
    assert [each.id for each in rank(POSTING, [doubtful, HAND], least=0)] == ["hand", "doubtful"]


BETTER = {
    "nearer work": (replace(HAND, works={"EC-01": 0.9}), HAND),
    "the trade": (replace(HAND, trades=frozenset()), HAND),
    "a routine": (HAND, replace(HAND, text=HAND.text + "。手順をマニュアルにして引き継いだ")),
    "ties": (HAND, replace(HAND, tied=("長野県",))),
    "within the budget": (replace(HAND, hourly_yen=5_000), HAND),
    "enough hours": (replace(HAND, hours=12), HAND),
    "insurance": (HAND, replace(HAND, is_insured=True)),
}


@pytest.mark.parametrize(("less", "more"), BETTER.values(), ids=BETTER)
def test_each_fact_counts(less: Candidate, more: Candidate) -> None:
    assert ids(POSTING, replace(less, id="less"), replace(more, id="more")) == ["more", "less"]


BARRED = {
    "時間": replace(HAND, times=mask(read_slots("Fri 15:00-17:00"))),
    "予算": replace(HAND, hourly_yen=6_500),
    "使える時間": replace(HAND, hours=8),
}


@pytest.mark.parametrize(("why", "candidate"), BARRED.items(), ids=BARRED)
def test_what_is_impossible_is_not_listed_and_said_to_the_staff(why: str, candidate: Candidate) -> None:
    assert ids(POSTING, candidate) == []
    assert why in barred(POSTING, candidate)


def test_days_on_site_bar_only_who_cannot_come() -> None:
    """Who works from afar is barred from a posting with days on site, unless he lives there or has ties."""
    onsite, far = replace(POSTING, onsite_days=2), replace(HAND, is_remote_only=True, prefecture="東京都")
    assert "会社に来る" in barred(onsite, far)
    assert not barred(onsite, replace(far, tied=("長野県",)))
    assert not barred(onsite, replace(far, is_remote_only=False))
    assert not barred(POSTING, far)


def test_what_is_not_known_bars_nobody() -> None:
    """Unknown times are any weekday daytime; an unknown price or number of hours is asked later."""
    unknown = replace(HAND, times=0, hours=0, hourly_yen=0)
    assert ids(POSTING, unknown) == ["hand"]
    assert ids(replace(POSTING, times=0, hours=0, hourly_yen=None), HAND) == ["hand"]


def test_a_newcomer_has_a_fair_start() -> None:
    """No record weighs as much as a middling one: it never hides somebody."""
    good, poor = replace(HAND, id="good", record=0.9), replace(HAND, id="poor", record=0.1)
    assert ids(POSTING, poor, HAND, good) == ["good", "hand", "poor"]


def test_equals_are_ordered_by_lot_and_not_by_name() -> None:
    """The same pair draws the same lot; over many postings no id is ahead."""
    twins = [replace(HAND, id=name) for name in ("a", "b")]
    firsts = [ids(replace(POSTING, id=f"p{number}"), *twins)[0] for number in range(200)]
    assert 60 < firsts.count("a") < 140
    assert ids(POSTING, *twins) == ids(POSTING, *reversed(twins))


def test_no_part_reads_who_somebody_is() -> None:
    """Sex, age, family and origin are nowhere in what is matched."""
    names = {field.name for kind in (Wanted, Candidate) for field in fields(kind)}
    assert not names & {"sex", "gender", "age", "born", "family", "origin", "name", "photo"}


CODES = sorted(job_codes())
candidates = st.builds(
    Candidate,
    id=st.text("abcdef", min_size=1, max_size=6),
    text=st.sampled_from(["自分で直した", "手順をマニュアルにした", "味噌", ""]),
    works=st.dictionaries(st.sampled_from(CODES), st.floats(0.05, 1), max_size=3),
    trades=st.sampled_from([frozenset(), trades_of("味噌"), trades_of("織物")]),
    hours=st.sampled_from([0, 10, 20, 40]),
    hourly_yen=st.sampled_from([0, 3_000, 5_000, 9_000]),
    times=st.sampled_from([0, 1, POSTING.times]),
)


@given(st.lists(candidates, max_size=8, unique_by=lambda each: each.id), st.randoms(use_true_random=False))
def test_the_order_people_came_in_does_not_matter(people: list[Candidate], luck: random.Random) -> None:
    shuffled = people[:]
    luck.shuffle(shuffled)
    assert rank(POSTING, people) == rank(POSTING, shuffled)


@given(candidates)
def test_both_directions_are_one_pass(person: Candidate) -> None:
    """A posting's applicants and a talent's postings have the same scores and reasons."""
    there, back = rank(POSTING, [person]), rank_postings(person, [POSTING])
    assert [(each.score, each.parts, each.reasons) for each in there] == [
        (each.score, each.parts, each.reasons) for each in back
    ]


@given(candidates)
def test_reasons_are_plain_facts(person: Candidate) -> None:
    """No number of points, no jargon: only what the profile says."""
    found = scored(POSTING, person)
    assert all(0 <= part <= 1 for part in found.parts.values())
    for reason in found.reasons:
        assert not jargon(reason)
        assert "点" not in reason


def test_nearness_is_mutual() -> None:
    assert all(nearness(one, other) == nearness(other, one) for one in CODES for other in CODES[:20])
    assert nearness("EC-01", "EC-01") == 1
    assert likeness(trades_of("味噌"), trades_of("農園")) == likeness(trades_of("農園"), trades_of("味噌"))
