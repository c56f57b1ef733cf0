"""Wishes on: MF4 as people write it, and what two wishes come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.renewal.wishes_on import Answer, On, Terms, WishOn, come_to, read_wish, wanted

NOW = Terms(20, 70_000)


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("続けたい", WishOn(On.SAME)),
        ("続けたいです。", WishOn(On.SAME)),
        ("同じ条件でお願いしたい", WishOn(On.SAME)),
        ("はい。今のままで", WishOn(On.SAME)),
        ("続けたい。月20時間", WishOn(On.SAME)),
        ("希望します。月7万円、月20時間", WishOn(On.SAME)),
        ("もうちょい安うしてくれたら続けたい", WishOn(On.CHANGE, leans=("安く",))),
        ("続けたいけど、もう少し安くしてほしい", WishOn(On.CHANGE, leans=("安く",))),
        ("月15時間で続けたい", WishOn(On.CHANGE, hours=15)),
        ("続けたい。月6万円で", WishOn(On.CHANGE, pay=60_000)),
        ("月15時間、6万円なら続けたい", WishOn(On.CHANGE, hours=15, pay=60_000)),
        ("希望します。時給4000円、月25時間", WishOn(On.CHANGE, hours=25, pay=100_000)),
        ("時給を上げてほしい", WishOn(On.CHANGE, leans=("高く",))),
        ("続けたいが時間を減らしたい", WishOn(On.CHANGE, leans=("短く",))),
        ("話してから決めたい", WishOn(On.TALK)),
        ("分からない", WishOn(On.TALK)),
        ("希望しません", WishOn(On.END)),
        ("ここまでにしたいです。ありがとうございました", WishOn(On.END)),
        ("更新は希望しない", WishOn(On.END)),
        ("😊", WishOn(On.UNSAID)),
        ("", WishOn(On.UNSAID)),
    ],
)
def test_a_wish_as_it_is_written(said: str, wish: WishOn) -> None:
    """Kind, hours and pay of each; a number of now changes nothing; a sum that was not said is none."""
    assert read_wish(said, NOW) == wish


def test_cheaper_without_a_sum_is_vague() -> None:
    """It is asked for, not guessed."""
    assert read_wish("もうちょい安うしてくれたら続けたい", NOW).is_vague
    assert not read_wish("月6万なら続けたい", NOW).is_vague


@given(st.text(max_size=300))
def test_no_words_break_it(said: str) -> None:
    """Whatever is written is read as something, within the limits of the form that shows it."""
    wish = read_wish(said, NOW)
    assert wish.hours is None or 1 <= wish.hours <= 80
    assert wish.pay is None or 10_000 <= wish.pay <= 1_000_000


def test_what_is_wanted_has_terms_or_needs_a_talk() -> None:
    """同じ is what holds, 変える its numbers, the rest is for people."""
    assert wanted("SAME", (), NOW) == NOW
    assert wanted("CHANGE", ("15", "60000"), NOW) == Terms(15, 60_000)
    assert wanted("TALK", (), NOW) is None
    assert wanted("END", (), NOW) is None


OURS, THEIRS, MIDDLE = Terms(15, 60_000), Terms(20, 80_000), Terms(18, 70_000)
TAKE, KEEP, OTHER, TALK = (answer.name for answer in Answer)


@pytest.mark.parametrize(
    ("owner", "talent", "agreed"),
    [
        ((TAKE, None), (KEEP, None), THEIRS),
        ((KEEP, None), (TAKE, None), OURS),
        ((OTHER, MIDDLE), (OTHER, MIDDLE), MIDDLE),
        ((OTHER, THEIRS), (KEEP, None), THEIRS),
        ((TAKE, None), (TAKE, None), None),
        ((KEEP, None), (KEEP, None), None),
        ((TAKE, None), (OTHER, MIDDLE), None),
        ((TALK, None), (TAKE, None), None),
        ((OTHER, MIDDLE), (OTHER, OURS), None),
    ],
)
def test_only_the_same_numbers_are_an_agreement(
    owner: tuple[str, Terms | None], talent: tuple[str, Terms | None], agreed: Terms | None
) -> None:
    """Nobody is held to what the other has left meanwhile."""
    assert come_to((OURS, THEIRS), (owner, talent)) == agreed
