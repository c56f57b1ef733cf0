"""Nobody can make the readers slow: the worst texts of 100,000 letters are read quickly."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest

from flows.rules.calendar import JST
from flows.rules.changing import new_wish
from flows.rules.coach import read_wish
from flows.rules.extras import rest_of, told_goal, told_partner, told_pay
from flows.rules.hours import read_hours
from flows.rules.plain import jargon, tidy
from flows.rules.reading import is_dont_know, read_choice, read_mail, read_number, read_phone, read_yen
from flows.rules.secrets import mask_secrets
from flows.rules.sensitive import drop_sentences, sensitive
from flows.rules.when import read_day, read_slot, read_time

LONG = 100_000
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=JST)
SHORT = 0.1  # seconds for an answer
TALK = 3.0  # for a whole talk; LINE itself ends at 5,000 letters


def worst(seed: str) -> str:
    return (seed * (LONG // len(seed) + 1))[:LONG]


SEEDS = [
    "あ",
    "ん",
    "1",
    "0-",
    "名簿",
    "もう",
    "ですね",
    "うんうんはい",
    "、",
    "。",
    " ",
    "名簿送る",
    "田中090",
    "えーと、",
    "!",
    "a@a.",
    "十",
    "若い女",
    "8万",
    "8万か",
    "払え",
    "いや8万、",
    "月20件を30件に",
    "水曜",
    "10時半",
    "うちの嫁の美咲と一緒に",
    "やっぱり",
]
QUICK: list[Callable[[str], object]] = [
    read_number,
    read_yen,
    read_phone,
    read_mail,
    is_dont_know,
    read_hours,
    read_time,
    read_slot,
    lambda text: read_day(text, NOW),
    lambda text: told_pay(text, is_answer=True),
    lambda text: told_partner(text, is_answer=True),
    rest_of,
    told_goal,
    lambda text: new_wish(text, "EC-01"),
    lambda text: read_choice(text, ["はい", "いいえ"]),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_are_read_at_once(seed: str) -> None:
    for read in QUICK:
        for text in (worst(seed), worst(seed)[:399]):
            start = time.perf_counter()
            read(text)
            assert time.perf_counter() - start < SHORT


@pytest.mark.parametrize("seed", SEEDS)
def test_talks_are_read_soon(seed: str) -> None:
    for read in (read_wish, mask_secrets, sensitive, jargon):
        for text in (worst(seed), f"{worst(seed)}x"):  # what nearly matches is tried from every letter
            start = time.perf_counter()
            read(text)
            assert time.perf_counter() - start < TALK, read.__name__
    start = time.perf_counter()
    tidy(worst(seed), 400)
    drop_sentences(worst(seed), ("family",))
    assert time.perf_counter() - start < TALK
