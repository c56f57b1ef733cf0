"""Tax numbers and zones: read however they are written; what is none is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.japanese.tax_numbers import digits_in, invoice_number, is_firm_number
from flows.rules.japanese.zones import ZONES, apart, is_zone
from flows.rules.match.permission import is_much, may_sign

REAL = ("7010705000725", "7120001168421", "9011101097073")
WINTER, SUMMER = datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("number", REAL)
def test_a_single_wrong_digit_is_found(number: str) -> None:
    """All but 0 for 9 and 9 for 0, which the rule cannot tell apart."""
    assert is_firm_number(number)
    for at, digit in enumerate(number):
        for other in set("0123456789") - {digit} - ({"0", "9"} if digit in "09" else set()):
            assert not is_firm_number(number[:at] + other + number[at + 1 :])


@pytest.mark.parametrize(
    "text", ["T7010705000725", "ｔ７０１０７０５０００７２５", "T7-0107-0500-0725", " T 7010705000725 "]
)
def test_an_invoice_number_is_read(text: str) -> None:
    """Full width, hyphens, blanks."""
    assert invoice_number(text) == "T7010705000725"


@given(st.text(max_size=30))
def test_no_words_break_the_readers(text: str) -> None:
    """Whatever is typed is a number of the right shape, or none."""
    assert len(digits_in(text)) in (0, 13)
    assert len(invoice_number(text)) in (0, 14)
    assert is_zone(text) in (True, False)


def test_every_zone_of_the_list_is_one() -> None:
    """And what is told of it is right in winter and in summer."""
    assert all(map(is_zone, ZONES))
    assert not any(map(is_zone, ("", "../etc/passwd", "Europe", "a\0b", "日本")))
    assert (apart("Europe/Tallinn", WINTER), apart("Europe/Tallinn", SUMMER)) == (
        "日本より7時間おそい",
        "日本より6時間おそい",
    )
    assert apart("Pacific/Auckland", WINTER) == "日本より4時間はやい"
    assert apart("Asia/Kolkata", WINTER) == "日本より3時間30分おそい"
    assert apart("Asia/Tokyo", WINTER) == apart("nowhere", WINTER) == ""


def test_only_an_employee_must_have_asked() -> None:
    """Who works for himself needs nobody's leave; much beside a full job is fifteen hours a week."""
    assert not may_sign("EMPLOYEE", "UNKNOWN")
    assert all(
        may_sign(*each) for each in (("EMPLOYEE", "GIVEN"), ("INDEPENDENT", "UNKNOWN"), ("OTHER", "UNKNOWN"))
    )
    assert [is_much("EMPLOYEE", hours) for hours in (64, 65)] == [False, True]
    assert not is_much("INDEPENDENT", 80)
