"""Ranking: facts of the work decide, the same both ways; nobody is favoured by chance, and no reason is made up."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.coach.plain import jargon
from flows.rules.japanese.prefectures import NAMES as PREFECTURES
from flows.rules.match.ranking import (
    LEAST_WORK,
    SAID,
    Candidate,
    Wanted,
    barred,
    nearness,
    rank,
    rank_postings,
    scored,
)
from flows.rules.match.slots import first_shared, mask, read_slots
from flows.rules.match.trades import likeness, trades_of
from prompts.knowledge import job_codes, trades

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


wishes = st.builds(
    Wanted,
    id=st.text("pqrs", min_size=1, max_size=6),
    code=st.sampled_from(CODES),
    text=st.sampled_from(["味噌の写真を直したい", ""]),
    trades=st.sampled_from([frozenset(), trades_of("味噌"), trades_of("旅館")]),
    prefecture=st.sampled_from(["", "長野県"]),
    hours=st.sampled_from([0, 16]),
    hourly_yen=st.sampled_from([None, 3_000]),
    times=st.sampled_from([0, POSTING.times]),
    onsite_days=st.sampled_from([0, 1]),
)


@given(
    st.lists(candidates, max_size=5, unique_by=lambda each: each.id),
    st.lists(wishes, max_size=5, unique_by=lambda each: each.id),
)
def test_both_directions_are_one_pass(people: list[Candidate], postings: list[Wanted]) -> None:
    """Whoever is in a posting's list has that posting in his: the same pairs, scores, parts and reasons."""
    there = {
        (wanted.id, each.id): replace(each, id="") for wanted in postings for each in rank(wanted, people)
    }
    back = {
        (each.id, one.id): replace(each, id="") for one in people for each in rank_postings(one, postings)
    }
    assert there == back


@given(candidates)
def test_reasons_are_plain_facts(person: Candidate) -> None:
    """Parts lie between 0 and 1; a person reads only words, none of them twice."""
    found = scored(POSTING, person)
    assert all(0 <= part <= 1 for part in found.parts.values())
    assert len(set(found.reasons)) == len(found.reasons)


FILLED: dict[str, dict[str, Sequence[str]]] = {
    "work": {"work": [code.name for code in job_codes().values()]},
    "same_trade": {"trade": [trade.name for trade in trades().values()]},
    "near_trade": {"trade": [trade.name for trade in trades().values()]},
    "lives": {"place": PREFECTURES},
    "tied": {"place": PREFECTURES},
    "hours": {"hours": ["8", "160"]},
    "meets": {"when": [first_shared(1 << bit, 0) for bit in range(45)]},
}


@pytest.mark.parametrize("name", SAID)
def test_every_reason_is_said_as_a_kind_colleague_would(name: str) -> None:
    """Short, polite, no jargon, no points, nothing of ours or of who somebody is; whatever stands in the gaps."""
    gaps = FILLED.get(name, {})
    said = [SAID[name].format(**{gap: each}) for gap, fillings in gaps.items() for each in fillings]
    for text in said or [SAID[name]]:
        assert len(text) <= 40
        assert text.endswith(("です", "ます"))
        assert not jargon(text), jargon(text)
        assert not re.search(
            "点|％|%|スコア|適合|マッチ|最適|人材|人工知能|男|女|歳|若|ベテラン|出身|家族|[A-Za-z{}]",
            NAMED.sub("", text),
        )


NAMED = re.compile("「.+」")  # what a work is called is read by the tests of the book


WHOLE = replace(
    HAND,
    text="小さな会社で、自分で直し、手順をマニュアルにした",
    works={"EC-02": 0.9},
    trades=trades_of("味噌"),
    prefecture="長野県",
    hours=24,
    is_insured=True,
    record=0.75,
)
TELLS: dict[str, dict[str, Any]] = {
    "「商品ページの作り直し」にあたる仕事をしてきた方です": {"works": {"EC-02": 0.2}},
    "食品づくりのことを、よく知っています": {"trades": frozenset()},
    "前の会社から、続けてお願いされた方です": {"record": None},
    "だれでもできる形にした仕事があります": {"text": "小さな会社で、自分で直した"},
    "小さな会社の仕事を知っています": {"text": "手順をマニュアルにした"},
    "長野県に住んでいます": {"prefecture": "", "tied": ("長野県",)},
    "月24時間とれます": {"hours": 12},
    "ご予算に収まります": {"hourly_yen": 4_500},
    "水曜の10時にお会いできます": {"times": 0},
    "もしもの時の保険に入っています": {"is_insured": False},
}


def test_all_that_speaks_for_somebody_is_said_in_order() -> None:
    assert scored(POSTING, WHOLE).reasons == tuple(TELLS)


@pytest.mark.parametrize("reason", TELLS)
def test_a_reason_stands_only_where_the_profile_says_so(reason: str) -> None:
    """Take the fact away, and the sentence is gone."""
    assert reason not in scored(POSTING, replace(WHOLE, **TELLS[reason])).reasons


def test_like_troubles_are_named() -> None:
    """Who knows a neighbouring trade is said to know that one, not ours; ties are said as ties."""
    farmer = replace(WHOLE, trades=trades_of("りんご"), prefecture="", tied=("長野県",))
    told = scored(POSTING, farmer).reasons
    assert "似た苦労のある、農業のことを知っています" in told
    assert "長野県にゆかりがあります" in told


def test_nearness_is_mutual() -> None:
    assert all(nearness(one, other) == nearness(other, one) for one in CODES for other in CODES[:20])
    assert nearness("EC-01", "EC-01") == 1
    assert likeness(trades_of("味噌"), trades_of("農園")) == likeness(trades_of("農園"), trades_of("味噌"))
