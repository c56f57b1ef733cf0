"""The turns benchmark: what it reports, and that it looks at the rows before it believes a number."""

from pathlib import Path

import pytest

from bench import turns
from bench.measuring import WentWrong
from bench.recording import expected, record
from bench.rows import Report, Scale
from bench.stores import furnish
from bench.talk import ANSWERS, hooks

TINY = Scale(seconds=0.3, rounds=1, stores=("sqlite",), connections=4)


@pytest.fixture(scope="module")
def report() -> Report:
    return turns.measure(TINY)


def test_rows_are_of_one_store(report: Report) -> None:
    """SQLite gives four goals, each a ratio of one run with its spread."""
    assert [row.id for row in report.rows] == ["P1", "P2", "P8.sqlite", "P9.sqlite"]
    for row in report.rows:
        assert row.ratio is not None
        assert row.min is not None
        assert row.max is not None
        assert 0 < row.min <= row.ratio <= row.max


def test_rows_are_checked_after_each_sample(report: Report) -> None:
    """The warm-up and the round of all three databases are compared with what was acknowledged."""
    assert "10 checks of correctness held" in "\n".join(report.notes)


def test_each_sample_says_its_rate(report: Report) -> None:
    """Turns a second stand in the notes; what has a commit says how long it took to it."""
    told = [note for note in report.notes if "/s (" in note]
    assert len(told) == 6
    assert [note.split()[0] for note in told if "to the commit" not in note] == ["parse"]


def test_lost_event_is_noticed(tmp_path: Path) -> None:
    """A database that holds less than was acknowledged fails the run; it is no slow run."""
    database = f"sqlite:///{tmp_path}/lost.db"
    furnish(database, 1)
    steps = record()
    turns.check_rows(database, steps, [])
    with pytest.raises(WentWrong, match="expected"):
        turns.check_rows(database, steps, [hook.id for hook in hooks(0, "secret")])


def test_talk_is_whole_and_repeats_itself() -> None:
    """Seven answers, a tenth of them sent twice in other bytes under the same id."""
    sent = [hook for owner in range(100) for hook in hooks(owner, "secret")]
    distinct = {hook.id for hook in sent}
    assert len(distinct) == 100 * len(ANSWERS)
    assert len(sent) == len({hook.body for hook in sent}) == 770
    counts = expected(record(), distinct)
    assert counts["conversations"] == 100
    assert counts["events"] < counts["entries"] <= counts["messages"]
