"""Ahead: a screen shows each moment with the lead the days had then."""

from sandbox.ahead import Ahead


def test_each_moment_keeps_its_own_lead() -> None:
    """What was said before a move keeps its hour; what comes after is shown later."""
    now = 100.0
    ahead = Ahead(lambda: now)
    assert ahead.shown(100.0) == 100.0
    ahead.run(3_600.0)
    now = 200.0
    ahead.run(90_000.0)
    assert ahead.shown(99.0) == 99.0
    assert ahead.shown(150.0) == 3_750.0
    assert ahead.shown(201.0) == 90_201.0
