"""The turns benchmark: what it reports, and that it looks at the rows before it believes a number."""

import json
from pathlib import Path

import pytest

from bench import run, turns
from bench.recording import expected, record
from bench.rows import MEASURED, Report, Row, Scale, has_drifted
from bench.stores import furnish
from bench.talk import ANSWERS, hooks

TINY = Scale(seconds=0.3, rounds=1, stores=("sqlite",), connections=4)
KEYS = {"id", "what", "ratio", "min", "max", "floor", "goal", "verdict"}


@pytest.fixture(scope="module")
def report() -> Report:
    return turns.measure(TINY)


def test_rows_have_their_shape(report: Report) -> None:
    """A run gives turn/ceiling and ceiling/bare, each with its spread and without a threshold yet."""
    rows = [row.plain() for row in report.rows]
    assert [row["id"] for row in rows] == ["turns.sqlite.turn/ceiling", "turns.sqlite.ceiling/bare"]
    for row in rows:
        assert set(row) == KEYS
        assert 0 < row["min"] <= row["ratio"] <= row["max"]
        assert (row["floor"], row["goal"]) == (None, None)
        assert row["verdict"] in (MEASURED, "inconclusive")


def test_rows_are_checked_in_each_round(report: Report) -> None:
    """The warm-up and the round of both databases are compared with what was acknowledged."""
    assert "4 checks of correctness held" in "\n".join(report.notes)


def test_each_mode_says_its_rate_and_latencies(report: Report) -> None:
    """Turns a second, p50 and p99 stand in the notes; only a turn has a second latency, to its commit."""
    told = {note.split()[0]: note for note in report.notes if " http " in note}
    assert set(told) == {"turn", "ceiling", "bare"}
    assert all("/s" in note and "p50" in note and "p99" in note for note in told.values())
    assert [name for name, note in told.items() if ", turn p50" in note] == ["turn"]


def test_lost_event_is_noticed(tmp_path: Path) -> None:
    """A database that holds less than was acknowledged fails the run; it is no slow run."""
    database = f"sqlite:///{tmp_path}/lost.db"
    furnish(database, 1)
    steps = record()
    turns.check_rows(database, steps, [])
    with pytest.raises(turns.Inconsistent, match="expected"):
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


def test_ratio_is_of_each_round() -> None:
    """Neighbours slow both halves of a round: the ratio is taken within it, and a moving ceiling judges nobody."""
    row = Row.of("id", "what", [1.0, 2.0, 6.0], [2.0, 4.0, 8.0], MEASURED)
    assert (row.ratio, row.min, row.max) == (0.5, 0.5, 0.75)
    assert has_drifted([100, 126])
    assert not has_drifted([100, 124])


def test_environment_shortens_a_run() -> None:
    """An operator without a minute to spare says so in the environment."""
    scale = Scale.read({"BENCH_SECONDS": "0.5", "BENCH_ROUNDS": "2", "BENCH_STORES": "sqlite"})
    assert (scale.seconds, scale.rounds, scale.stores) == (0.5, 2, ("sqlite",))
    assert Scale.read({"BENCH_ROUNDS": ""}) == Scale()


def test_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt benchmark measures nothing and says which there are."""
    assert run.run(["turn"], as_json=True) == 2
    assert "turns" in capsys.readouterr().err


def test_json_is_rows_alone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A program reads rows on stdout; the notes for people go to stderr."""
    monkeypatch.setenv("BENCH_STORES", "none")
    assert run.run(["turns"], as_json=True) == 0
    out, err = capsys.readouterr()
    assert {key for row in json.loads(out) for key in row} == KEYS
    assert "could not be started" in err
