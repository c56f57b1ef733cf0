"""Retention: the figures of the method, and the curve beside them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flows.rules.renewal.retention import Life, Share, curve, kept_at, share

TODAY = date(2026, 11, 30)
DAY = timedelta(days=1)


def ended(days: int, ago: int = 400) -> Life:
    start = TODAY - DAY * ago
    return Life(start, start + DAY * (days - 1))


def going(days: int) -> Life:
    return Life(TODAY - DAY * (days - 1))


def test_the_method_reports_77_of_79_and_40_of_51() -> None:
    """77 lasted a month and 2 ended before; 40 lasted three months and 11 ended before; who is on the way counts nowhere."""
    lives = [ended(10), ended(20), *[ended(45)] * 5, *[ended(80)] * 4]  # 11 ended within three months
    lives += [*[going(200)] * 25, *[ended(300)] * 15, *[going(60)] * 28, *[going(12)] * 9]
    month, quarter = share(lives, 1, TODAY), share(lives, 3, TODAY)
    assert month == Share(1, kept=77, ended=2)
    assert month.said() == "77/79(97.5%)"
    assert quarter == Share(3, kept=40, ended=11)
    assert quarter.said() == "40/51(78.4%)"


def test_nobody_yet_is_no_share() -> None:
    """An empty house divides by nothing."""
    assert share([], 1, TODAY).rate is None
    assert share([going(3)], 1, TODAY).said() == "まだありません"
    assert curve([], TODAY) == ()


def test_an_ending_told_but_not_yet_come_is_none() -> None:
    """Its last day lies ahead, so it still goes on; the day after, it has ended."""
    life = Life(TODAY - DAY * 20, TODAY)
    assert share([life], 1, TODAY).of == 0
    assert share([life], 1, TODAY + DAY) == Share(1, kept=0, ended=1)


def test_a_last_day_that_completes_the_month_is_a_month() -> None:
    """From the 1st to the 30th of June is one month kept; one day less is not."""
    whole, short = Life(date(2026, 6, 1), date(2026, 6, 30)), Life(date(2026, 6, 1), date(2026, 6, 29))
    assert share([whole, short], 1, TODAY) == Share(1, kept=1, ended=1)


def test_the_curve_is_kaplan_and_meiers() -> None:
    """The 6-MP arm of Freireich (1963), printed in every textbook: ends at 6,6,6,7,10,13,16,22,23, the rest seen until then."""
    over = (6, 6, 6, 7, 10, 13, 16, 22, 23)
    seen = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
    points = curve([*map(ended, over), *map(going, seen)], TODAY)
    kept = [(point.day, point.at_risk, round(point.kept, 3)) for point in points]
    assert kept == [
        (6, 21, 0.857),
        (7, 17, 0.807),
        (10, 15, 0.753),
        (13, 12, 0.690),
        (16, 11, 0.627),
        (22, 7, 0.538),
        (23, 6, 0.448),
    ]
    assert kept_at(points, 5) == 1.0
    assert kept_at(points, 12) == pytest.approx(0.753, abs=0.001)
    assert kept_at(points, 400) == pytest.approx(0.448, abs=0.001)


def test_without_open_work_the_curve_is_the_plain_share() -> None:
    """All seen to their end: what is left is a simple count."""
    points = curve([ended(n) for n in (10, 20, 30, 40)], TODAY)
    assert [point.kept for point in points] == pytest.approx([0.75, 0.5, 0.25, 0.0])


def test_work_that_has_not_begun_is_nobodys_share() -> None:
    """A first day that lies ahead counts nowhere."""
    assert share([Life(TODAY + DAY)], 1, TODAY).of == 0
    assert curve([Life(TODAY + DAY), ended(5)], TODAY)[0].at_risk == 1
