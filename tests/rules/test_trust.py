"""Trust: a model's reading is believed where it can do no harm; the rules hold on hard roads and on plain work."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.coach.coach import read_wish
from flows.rules.coach.judging import judge
from flows.rules.coach.trust import HARD, is_ours, safest, together
from prompts.knowledge import job_codes, kinds
from prompts.results import Route, WishReading
from sandbox.model.modes import NONSENSE

HARD_WISHES = {
    "もう限界です。死にたい": Route.DISTRESS,
    "お客の名簿を送るから電話してほしい": Route.PRIVACY,
    "サクラで口コミを書いてほしい": Route.ILLEGAL,
    "税金の申告を代わりにやってほしい": Route.LICENSED,
    "35歳以下の女性に来てほしい": Route.BIASED,
}
PLAIN = "ネットでもっと味噌を売りたい"
STRANGE = "あれをなんとかしたい"


def reading(**changes: Any) -> WishReading:
    value = {"route": Route.GO, "codes": ["EC-01"], "sure": True, "quote": "味噌を売りたい"} | changes
    return WishReading.model_validate(value)


def faults(wish: str, **changes: Any) -> set[str]:
    return {fault.kind for fault in judge("read_wish", {"wish": wish}, reading(**changes))}


@pytest.mark.parametrize(("wish", "route"), HARD_WISHES.items())
@pytest.mark.parametrize("says", list(Route))
def test_no_reading_softens_a_hard_road(wish: str, route: Route, says: Route) -> None:
    """Whatever a model reads, the rules' own reading stands; it is not even shown the words."""
    assert is_ours(wish)
    assert safest(wish, reading(route=says, quote="", kind="other")).route is route
    assert says is route or "route" in faults(wish, route=says, quote="")


@pytest.mark.parametrize("route", sorted(HARD - {Route.DISTRESS}))
def test_nobody_hears_a_rule_he_did_not_touch(route: Route) -> None:
    """Plain work stays plain work when a model calls it unlawful."""
    assert safest(PLAIN, reading(route=route)) == read_wish(PLAIN)
    assert faults(PLAIN, route=route) == {"route"}


def test_a_model_may_hear_distress_where_the_rules_did_not() -> None:
    """Care offered in vain harms less than care that is missing."""
    assert safest(STRANGE, reading(route=Route.DISTRESS, codes=[], quote="")).route is Route.DISTRESS


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"codes": ["ZZ-99"]}, "code"),
        ({"codes": []}, "code"),
        ({"codes": ["EC-01", "EC-01"]}, "code"),
        ({"codes": ["EC-01", "EC-02", "EC-03", "EC-04"]}, "code"),
        ({"codes": ["GX-02"]}, "code"),
        ({"quote": "味噌を世界へ"}, "quote"),
        ({"quote": PLAIN * 3}, "quote"),
        ({"kind": "何でも書ける"}, "kind"),
        ({"also_price": True}, "price"),
        ({"route": Route.VAGUE}, "route"),
        ({"route": Route.TOO_BIG}, "route"),
        ({"route": Route.OFF_TOPIC, "codes": []}, "route"),
    ],
)
def test_a_reading_that_cannot_be_has_its_reason(changes: dict[str, Any], kind: str) -> None:
    """Codes that do not exist, quotes he did not write, roads that contradict plain words: each is named, none is kept."""
    assert kind in faults(PLAIN, **changes)
    kept = safest(PLAIN, reading(**changes))
    assert kept.route is Route.GO
    assert kept.codes[0].startswith("EC")
    assert kept.quote in PLAIN
    assert kept.kind == ""
    assert not kept.also_price


def test_a_question_about_money_is_answered_though_a_model_missed_it() -> None:
    """What the rules heard of the price is not lost in a model's reading."""
    wish = f"{PLAIN}。いくらかかる？"
    assert safest(wish, reading()).also_price
    assert faults(wish, also_price=True) == set()


def test_what_the_rules_cannot_read_a_model_may() -> None:
    """Where the rules are unsure, a sound reading is taken as it is."""
    told = reading(route=Route.GO, codes=["OP-03"], quote="あれをなんとかしたい")
    assert not faults(STRANGE, route=Route.GO, codes=["OP-03"], quote="あれをなんとかしたい")
    kept = safest(STRANGE, told)
    assert (kept.route, kept.codes[0], kept.quote) == (told.route, "OP-03", told.quote)


@pytest.mark.parametrize("codes", [["GX-02"], ["GX-02", "GX-03", "GX-04"]])
def test_where_model_and_rules_differ_nobody_is_sure(codes: list[str]) -> None:
    """The rules' own guess stays among the choices, and the owner is asked."""
    kept, sure = together(reading(codes=codes), reading(codes=["EC-02"], sure=False))
    assert kept[0] == "GX-02"
    assert "EC-02" in kept
    assert not sure
    assert together(reading(codes=["EC-02", "EC-01"]), reading(codes=["EC-02"], sure=False)) == (
        ["EC-02", "EC-01"],
        True,
    )


def test_a_number_to_call_is_never_quoted() -> None:
    """A quote is what he wants, not a telephone number that stands beside it."""
    wish = "味噌を売りたい。090-1234-5678"
    assert "contact" in faults(wish, quote="090-1234-5678")
    assert "090" not in safest(wish, reading(quote="090-1234-5678")).quote


WORDS = st.one_of(st.sampled_from([PLAIN, STRANGE, *HARD_WISHES]), st.text(max_size=40))
READINGS = st.builds(
    WishReading,
    route=st.sampled_from(list(Route)),
    codes=st.lists(st.one_of(st.sampled_from(sorted(job_codes())), st.sampled_from(NONSENSE)), max_size=6),
    sure=st.booleans(),
    quote=st.one_of(st.sampled_from(NONSENSE), st.just("味噌を")),
    also_price=st.booleans(),
    kind=st.one_of(st.sampled_from(["", *kinds()]), st.sampled_from(NONSENSE)),
)


@settings(max_examples=100, deadline=None)
@given(WORDS, READINGS)
def test_whatever_a_model_reads_only_our_own_words_are_left(words: str, thought: WishReading) -> None:
    """Codes and kinds are of our lists, the quote is of his text, and a hard road is the rules' own."""
    kept, ours = safest(words, thought), read_wish(words)
    assert set(kept.codes) <= set(job_codes())
    assert kept.kind in ("", *kinds())
    assert kept.quote in words
    assert (kept.route is ours.route) or ours.route not in HARD
    assert kept.route is not Route.GO or kept.codes
