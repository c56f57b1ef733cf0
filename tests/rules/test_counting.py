"""Counting and gauges: the weekly number as people tell it, and what it is held against."""

from __future__ import annotations

import pytest

from flows.rules.japanese.counting import read_reading, say_change, say_number
from flows.rules.weekly.gauge import Gauge, gauge_of, goal_of, name_of
from prompts.knowledge import job_codes


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("12件", 12), ("１５", 15), ("十五件", 15), ("月に12件くらい", 12), ("8.5時間", 8.5), ("1万2千円", 12_000),
        ("先週より3つふえて15", 15), ("3件増えて、15件", 15), ("先週より3つ増えました", 15), ("3件へった", 9),
        ("かわらず", 12), ("先週と同じです", 12), ("倍になった", 24), ("半分くらい", 6), ("ゼロ", 0), ("まだない", 0),
        ("15、6件", 15), ("3万5", 35_000), ("毎日2件", None), ("1日3件", None), ("マイナス2", None), ("-2", None), ("先週12件で今週15件", 15), ("5件から8件になった", 8),
        ("わからん", None), ("ぼちぼち", None), ("20件へった", None), ("あ" * 5_000, None), ("😀", None), ("", None),
    ],
)  # fmt: skip
def test_a_number_as_people_tell_it(words: str, value: float | None) -> None:
    """The number, or the change against last week's twelve; what cannot be is asked once more."""
    assert read_reading(words, 12) == value


@pytest.mark.parametrize("words", ["3つふえた", "かわらず", "倍になった"])
def test_a_change_needs_something_to_change_from(words: str) -> None:
    """In the first week 「3つふえた」 is no number yet."""
    assert read_reading(words) is None


def test_numbers_are_said_as_they_are_written() -> None:
    """With their unit, without .0; a change names its way."""
    assert (say_number(1200, "件"), say_number(8.5, "時間")) == ("1,200件", "8.5時間")
    assert say_change(15, 12, "件") == "前回より3件ふえました。"
    assert say_change(9, 12, "件") == "前回より3件へりました。"
    assert (say_change(12, 12, "件"), say_change(12, None, "件")) == ("前回と同じです。", "")


def test_every_number_has_a_name() -> None:
    """Each kind of work names what is looked at, short enough to stand over a chart."""
    names = {code.code: name_of(code.measure.ask) for code in job_codes().values()}
    assert names["EC-01"] == "ネットの注文(月)"
    assert names["BO-03"] == "探し物(1日)"
    assert [code for code, name in names.items() if not 1 < len(name) <= 24] == []


@pytest.mark.parametrize(
    ("goal", "unit", "number"),
    [
        ("ネットの注文を月20件から40件にする", "件", 40),
        ("月40件以上", "件", 40),
        ("60日で写す作業を1日20分にする", "分", 20),
        ("伝えもれを週1件以下にする", "件", 1),
        ("60日で50社に連絡し、返事を一覧にする", "社", None),
        ("30日で確認の手順を紙1枚にする", "枚", None),
        ("60日で売れ筋5品の写真と説明を直し、月の注文数を毎週記録する", "件", None),
        ("45日で作業を2時間以上減らす", "時間", None),
    ],
)
def test_a_goal_is_a_number_only_where_it_is_one(goal: str, unit: str, number: float | None) -> None:
    """A number in the same unit to come to; what is done on the way, or a state, is none."""
    assert goal_of(goal, unit) == number


def test_a_goal_is_reached_from_its_own_side() -> None:
    """Orders rise to it, minutes fall to it; what is few, or has no beginning, is never judged."""
    orders = gauge_of("EC-01", "ネットの注文は月に40件", "月60件にする")
    assert orders == Gauge("ネットの注文(月)", orders.ask, "件", "EC-01", 40, 60)
    assert orders.is_reached((45, 60))
    assert not orders.is_reached((45, 59))
    minutes = gauge_of("BO-01", "1日60分", "60日で写す作業を1日20分にする")
    assert minutes.is_reached((50, 20))
    assert not minutes.is_reached((50, 21))
    few = gauge_of("EC-01", "ネットの注文は月に5件", "月20件にする")
    assert few.is_few(20)
    assert not few.is_reached((5, 25))
    assert not gauge_of("EC-01", "分からない", "月60件にする").is_reached((70,))
