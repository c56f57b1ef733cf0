"""The rules coach: every road, every kind of work, in the many ways people type them.

Held-out sets were written after the rules, and scored before the rules were touched again:
``held_out`` 102 of 141 right (hard roads 32 of 58), ``held_out_2`` 85 of 107 (34 of 49), ``held_out_3`` 22 of 40
(15 of 32). Those were then learned from. ``held_out_4`` never was: 33 of 42 (hard 26 of 32).
"""

from __future__ import annotations

from collections import Counter

import pytest

from flows.rules.coach.coach import QUOTE, read_wish
from flows.rules.coach.routes import hard_road
from prompts.knowledge import JobCode, job_codes
from prompts.results import Route
from tests.rules.tables import Case, table

ALL = [*table("wishes"), *table("held_out"), *table("held_out_2")]
UNSEEN = table("held_out_4")


@pytest.mark.parametrize(("part", "case"), ALL, ids=[f"{part}:{case.text[:20]}" for part, case in ALL])
def test_every_wish_takes_its_road(part: str, case: Case) -> None:
    """A wish leads to its road and its work, however it is typed."""
    reading = read_wish(case.text)
    assert reading.route == case.route
    assert not case.codes or reading.codes[0] in case.codes
    assert not case.kind or reading.kind == case.kind
    assert case.price is None or reading.also_price == case.price


HARD = ("distress", "privacy", "illegal", "licensed", "worker", "biased", "unpaid", "anonymous")


def test_each_hard_road_has_been_tried_many_ways() -> None:
    """At least six rewordings of a hard road, and three of any other."""
    tried = Counter(case.route for _, case in table("wishes"))
    assert all(tried[road] >= 7 for road in HARD)
    assert all(tried[road] >= 3 for road in set(Route) - {Route.GO})


def test_the_unseen_set_keeps_its_score() -> None:
    """The score on wishes never learned from does not fall unnoticed."""
    assert sum(is_right(case) for _, case in UNSEEN) >= 33


def is_right(case: Case) -> bool:
    reading = read_wish(case.text)
    return reading.route == case.route and (not case.codes or reading.codes[0] in case.codes)


def test_what_is_missed_is_asked_again() -> None:
    """A hard road that is not seen in an unseen wish is at least never taken for plain work."""
    hard = [case for _, case in (*UNSEEN, *table("held_out_3")) if case.route in HARD]
    assert not [case.text for case in hard if read_wish(case.text).route == Route.GO]


def test_our_own_words_never_look_like_a_hard_road() -> None:
    """What the house itself shows for a work would pass its own rules."""
    ours = [text for code in job_codes().values() for text in shown(code)]
    assert not [text for text in ours if hard_road(text)]


def shown(code: JobCode) -> list[str]:
    title = code.title.replace("{品}", "味噌").replace("{所}", "旅館")
    wins = [text for win in code.wins for text in (win.label, win.text, *win.first_tasks)]
    return [title, code.plain, code.topic, *wins, *(option.label for option in code.stuck.options)]


SIGNS = [
    ("もう死にたい", "distress"),
    ("お客さんの名簿を送るから入力して", "privacy"),
    ("確定申告やってほしい", "licensed"),
]


@pytest.mark.parametrize(("sign", "road"), SIGNS)
def test_one_hard_sign_is_seen_inside_a_long_talk(sign: str, road: str) -> None:
    """A hard sign counts wherever it stands in a rambling text."""
    ramble = "うちは明治から味噌を作っていて、先代のころは問屋さんがよく来てくれたもんですが、いまは町の人も減りました。"
    for text in (f"{ramble}{sign}。{ramble}", f"{ramble * 6}{sign}", f"{sign}。{ramble * 6}"):
        assert read_wish(text).route == road


WIDTHS = [
    "インスタが続かん",
    "ｲﾝｽﾀが続かん",
    "いんすたがつずかん",
    "イ ン ス タ が続かん",
    "いんすたが続かん！！",
]


@pytest.mark.parametrize("text", WIDTHS)
def test_width_and_kana_do_not_matter(text: str) -> None:
    """Half width, kana and spaces are the same wish."""
    assert read_wish(text).codes[:1] == ["PR-01"]


@pytest.mark.parametrize(("part", "case"), ALL, ids=[str(at) for at in range(len(ALL))])
def test_a_quote_is_a_piece_of_the_text(part: str, case: Case) -> None:
    """What is quoted back was typed so, and is short."""
    said = read_wish(case.text).quote
    assert said in case.text
    assert len(said) <= QUOTE


def test_the_quote_leaves_the_trailing_words_out() -> None:
    """「ネットでもっと売りたい」 is quoted, not its trailing words."""
    assert read_wish("ネットでもっと売りたいんだけど、若いのがいなくて").quote == "ネットでもっと売りたい"


def test_an_unsure_wish_is_vague() -> None:
    """Nothing is guessed below the threshold."""
    for text in ("いろいろ考えとる", "まあ聞いてくれや", "あれをなんとかしたい", "qwerty asdf", "123"):
        reading = read_wish(text)
        assert reading.route in {Route.VAGUE, Route.EMPTY}
        assert reading.route is Route.EMPTY or not reading.sure


def test_every_phrase_of_a_work_points_at_it() -> None:
    """An owner's phrase finds its own work among the three named, for at least 98 in 100."""
    phrases = [(code.code, phrase) for code in job_codes().values() for phrase in code.owner_says]
    lost = [(code, phrase) for code, phrase in phrases if code not in read_wish(phrase).codes]
    assert len(lost) <= len(phrases) * 0.04, lost
