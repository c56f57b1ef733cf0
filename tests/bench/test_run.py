"""The table of the benchmarks: how a ratio is judged, and what a program and a page get to read."""

import json
from pathlib import Path

import pytest

from bench import run
from bench.goals import GOALS
from bench.rows import ABSOLUTE, FLOOR, INCONCLUSIVE, MET, MISSED, Report, Scale, judged

KEYS = {"id", "what", "ratio", "min", "max", "floor", "goal", "verdict"}
PAGE = f"before\n{run.BEGINS}\nold\n{run.ENDS}\nafter\n"


def test_ratio_is_of_each_round() -> None:
    """Neighbours slow both halves of a round: the ratio is taken within it."""
    report = Report()
    report.add("P1", [1.0, 2.0, 7.0], [10.0, 10.0, 10.0])
    [row] = report.rows
    assert (row.ratio, row.min, row.max, row.verdict) == (0.2, 0.1, 0.7, FLOOR)


def test_moving_denominator_judges_nobody() -> None:
    """What moved by more than a quarter between rounds measured the neighbours."""
    report = Report()
    report.add("P1", [50.0, 63.0], [100.0, 126.0])
    report.add("P2", [950.0, 990.0], [100.0, 124.0])
    report.add("P9.sqlite", [50.0, 63.0], [100.0, 126.0], may_drift=True)
    assert [row.verdict for row in report.rows] == [INCONCLUSIVE, MET, MET]


@pytest.mark.parametrize(
    ("id", "ratio", "verdict"),
    [("P1", 0.35, MET), ("P1", 0.2, FLOOR), ("P1", 0.19, MISSED), ("P14", 2.5, MET), ("P14", 4.1, MISSED)],
)
def test_verdict_knows_which_way_is_better(id: str, ratio: float, verdict: str) -> None:
    """More turns are better, more time is worse; what reaches a threshold has met it."""
    assert judged(GOALS[id], ratio) == verdict


def test_each_goal_of_ours_is_listed_once() -> None:
    """P1 to P18 stand in the table."""
    numbers = {int(id[1:].split(".")[0]) for id in GOALS if id[0] == "P"}
    assert numbers == set(range(1, 19))


def test_environment_shortens_a_run() -> None:
    """An operator without a minute to spare says so in the environment."""
    scale = Scale.read(
        {"BENCH_SECONDS": "0.5", "BENCH_ROUNDS": "2", "BENCH_STORES": "sqlite", "BENCH_SIZE": "0.1"}
    )
    assert (scale.seconds, scale.rounds, scale.stores, scale.of(1_000)) == (0.5, 2, ("sqlite",), 100)
    assert Scale.read({"BENCH_ROUNDS": ""}) == Scale()


def test_unknown_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt benchmark measures nothing and says which there are."""
    assert run.run(["turn"], as_json=True) == 2
    assert "turns" in capsys.readouterr().err


def test_unknown_folder_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is not there is said before anything is measured."""
    monkeypatch.setenv("BENCH_FOLDER", "/no/such/folder")
    assert run.run([], as_json=True) == 2
    assert "BENCH_FOLDER" in capsys.readouterr().err


def test_bench_that_breaks_off_says_so() -> None:
    """What happened stands in the notes, and the other benchmarks still run."""
    report = run.measured("turns", Scale(folder="/no/such/folder"))
    assert report.rows == []
    assert run.BROKE in report.notes[0]


def test_json_is_rows_alone(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A program reads rows on stdout; the notes for people go to stderr."""
    monkeypatch.setenv("BENCH_SECONDS", "0.01")
    monkeypatch.setenv("BENCH_ROUNDS", "1")
    assert run.run(["reading"], as_json=True) == 0
    out, err = capsys.readouterr()
    rows = json.loads(out)
    assert [row["id"] for row in rows] == ["P12", "P13", "P14"]
    assert {key for row in rows for key in row} == KEYS
    assert "CPUs, load" in err


def test_page_gets_the_table(tmp_path: Path) -> None:
    """The table replaces what stood between the marks, and nothing else of the page."""
    report, page = Report(), tmp_path / "page.md"
    report.put("start.web", [1.5, 2.0, 1.0], ABSOLUTE)
    page.write_text(PAGE)
    run.write(page, report.rows, ["two cores"])
    words = page.read_text()
    assert words.startswith("before\n")
    assert words.endswith("after\n")
    assert "| start.web |" in words
    assert "| 1.5 | 1 | 2 | – | – | absolute |" in words
    assert "two cores" in words
    assert "old" not in words


def test_page_without_marks_is_refused(tmp_path: Path) -> None:
    """A run never overwrites a page that was not made for it."""
    (page := tmp_path / "page.md").write_text("words")
    with pytest.raises(ValueError, match="has no"):
        run.write(page, [], [])
    assert page.read_text() == "words"
