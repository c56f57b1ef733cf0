"""Winning: how many events a month a number tells of, and the line in which it is shown."""

from __future__ import annotations

import pytest

from flows.quantity import Quantity
from flows.rules.coach.drafting import measured
from flows.rules.coach.winning import events, is_few, steadier
from prompts.knowledge import job_codes

SHOP = job_codes()["EC-01"]
ASKED = Quantity(SHOP.measure.ask, choices=(*SHOP.measure.options, "分からない"), or_words=True, unit="件")


@pytest.mark.parametrize(
    ("now", "many"),
    {
        "12件": 12, "十五六件": 15, "2、3件": 2, "1日3件": 60, "1日に3件": 60, "毎日3件くらい": 60, "週に5件": 20, "週5件": 20,
        "年に50件": 4, "月に十件": 10, "百件くらい": 100, "1,200件": 1200, "3%": None, "2割": None, "数件": None, "季節による": None,
    }.items(),
)  # fmt: skip
def test_events_are_counted_by_the_month(now: str, many: int | None) -> None:
    """Three a day are no few; fifty a year are; a share is no count."""
    assert events(SHOP, now) == many


@pytest.mark.parametrize(("now", "is_known_few"), [("1日3件", False), ("週に5件", True), ("月30件", False)])
def test_a_small_number_is_shown_and_never_judged(now: str, is_known_few: bool) -> None:
    """Under thirty a month a number moves by chance: the win is a finished state then."""
    assert is_few(SHOP.code, measured(SHOP.measure.ask, now)) == is_known_few


def test_no_work_offers_a_share_to_few_events() -> None:
    """Whatever the work, with five events a month the win left to him is one that needs no count."""
    for code in job_codes().values():
        for win in code.wins:
            held = steadier(code, win, f"5{code.measure.unit}")
            assert held is not None
            assert events(code, f"5{code.measure.unit}") is None or held.needs <= 5


@pytest.mark.parametrize(
    ("typed", "line"),
    {
        "12": "ネットの注文は月に12件", "3件くらい": "ネットの注文は月に3件くらい", "3件くらいです": "ネットの注文は月に3件くらい", "１，２００件": "ネットの注文は月に1,200件", "10件だと思う": "ネットの注文は月に10件",
        "12.5": "ネットの注文は月に12.5件", "十五六件": "ネットの注文は月に十五六件", "週に5件": "ネットの注文は週に5件",
        "1日3件": "ネットの注文は1日3件", "50件から60件": "ネットの注文は月に50件から60件", "先月は12件": "先月は12件",
        "去年は20件、今年は10件": "去年は20件、今年は10件", "数えたことないけど10件くらい": "数えたことないけど10件くらい",
        "30件まで": "ネットの注文は月に30件まで", "もっと多い": "ネットの注文は月にもっと多い",
    }.items(),
)  # fmt: skip
def test_a_number_reads_well_behind_its_question(typed: str, line: str) -> None:
    """A count takes what it counts before it; more than a count stands as he said it."""
    assert measured(SHOP.measure.ask, str(ASKED.read(typed))) == line
