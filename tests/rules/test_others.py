"""Others: a fact is told of five firms or more, of the firm in the middle, and never guessed."""

from __future__ import annotations

import pytest

from flows.rules.coach.others import LEAST, Known, Step, fact

SIX = [Known(10 + n, 3 + n, 20, 60_000 + n * 10_000) for n in range(6)]


def test_the_firm_in_the_middle_is_told() -> None:
    """Hours and pay, weeks to the first win, how long they went on; each with how many firms stand behind it."""
    assert fact(Step.REVIEW, SIX) == "同じ仕事をした6社の真ん中は、月20時間・お相手に月8万円でした。"
    assert fact(Step.BEGUN, SIX) == "同じ仕事をした6社の半分は、5週間までに最初の成果が出ました。"
    assert fact(Step.WON, SIX) == "同じ仕事をした6社の半分は、13週間以上、一緒に進めました。"


@pytest.mark.parametrize("step", Step)
def test_four_firms_are_silence(step: Step) -> None:
    """Fewer than five, or five of whom one number is unknown: nothing is said, unless the whole group tells it."""
    few = SIX[: LEAST - 1]
    assert fact(step, few) == ""
    assert fact(step, [*few, Known()]) == ""
    assert fact(step, few, SIX).startswith("似た仕事をした6社")
    assert fact(step, [], []) == ""


@pytest.mark.parametrize("step", Step)
def test_half_really_is_half(step: Step) -> None:
    """What is said of half the firms holds for at least half of them, with even and with odd numbers."""
    for many in (5, 6):
        known = SIX[:many]
        said = fact(step, known)
        if step is Step.BEGUN:
            assert (
                sum(f"{each.win_weeks}週間まで" in said or (each.win_weeks or 0) <= 5 for each in known) * 2
                >= many
            )
        if step is Step.WON:
            assert sum(each.weeks >= (12 if many == 5 else 13) for each in known) * 2 >= many
            assert f"{12 if many == 5 else 13}週間以上" in said


def test_pay_is_said_in_round_sums() -> None:
    """Nobody reads another firm's exact sum."""
    assert "月7万4千円" in fact(Step.REVIEW, [Known(hours=20, pay=73_512)] * 5)
