"""Nobody can make the readers slow: a text four times as long takes about four times as long, whatever it says."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest

from flows.rules.calendar import JST
from flows.rules.coach.changing import new_wish
from flows.rules.coach.coach import read_wish
from flows.rules.coach.extras import rest_of, told_goal, told_partner, told_pay
from flows.rules.coach.plain import jargon, tidy
from flows.rules.japanese.hours import read_hours
from flows.rules.japanese.reading import (
    is_dont_know,
    read_choice,
    read_mail,
    read_number,
    read_phone,
    read_yen,
)
from flows.rules.japanese.when import read_day, read_slot, read_time
from flows.rules.lint.secrets import mask_secrets
from flows.rules.lint.sensitive import drop_sentences, sensitive

SHORT, LONG = 10_000, 40_000  # letters; Slack sends no more, LINE 5,000
AT_ONCE = 0.02  # seconds of this process: what is over by then harms nobody, and is too short to be compared
STEEP = 9.0  # times as long for a text four times as long: 4 is straight, 16 is square
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=JST)


def worst(seed: str, letters: int) -> str:
    return (seed * (letters // len(seed) + 1))[:letters]


def took(read: Callable[[str], object], text: str) -> float:
    """Give the quicker of two times: what else the machine does only ever adds."""
    times = []
    for _ in range(2):
        start = time.process_time()
        read(text)
        times.append(time.process_time() - start)
        if times[0] < AT_ONCE:
            break
    return min(times)


def is_steep(read: Callable[[str], object], seed: str, end: str = "") -> bool:
    """Tell whether a longer text takes far more than its share."""
    longer = took(read, worst(seed, LONG) + end)
    return longer >= AT_ONCE and longer > STEEP * took(read, worst(seed, SHORT) + end)


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


TALK: list[Callable[[str], object]] = [
    read_wish,
    mask_secrets,
    sensitive,
    jargon,
    lambda text: tidy(text, 400),
    lambda text: drop_sentences(text, ("family",)),
]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_longer_text_takes_its_share_and_no_more(seed: str) -> None:
    """No reader tries a text again from every letter, not even one that nearly matches."""
    steep = [read for read in (*QUICK, *TALK) for end in ("", "x") if is_steep(read, seed, end)]
    assert not steep
