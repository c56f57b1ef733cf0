"""Match: on the set we keep, the ranking finds by their work those whom a search by letters cannot find."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.evaluating.match import BadSet, figures, judge, read_set

SET = Path(__file__).parent / "match"


def test_the_ranking_bridges_words_that_do_not_meet() -> None:
    """The best five are mostly the right ones, where letters alone find next to nobody. It was tuned on this very set."""
    found = figures(judge(read_set(SET)))
    assert found["n"] >= 30
    assert found["baseline_ndcg5"] < 0.35
    assert found["ndcg5"] >= 0.88
    assert found["recall10"] >= 0.86
    assert found["intrusion5"] <= 0.05


def test_it_holds_on_a_set_nobody_tuned_on() -> None:
    """Every pair is graded there, so that a neighbour of the wanted work counts as an intruder too."""
    found = figures(judge(read_set(SET.parent / "match_fresh")))
    assert found["n"] >= 15
    assert found["baseline_ndcg5"] < 0.35
    assert found["ndcg5"] >= 0.88
    assert found["recall10"] >= 0.88
    assert found["intrusion5"] <= 0.15


def test_the_command_prints_its_figures_for_a_program() -> None:
    told = CliRunner().invoke(app, ["eval", "match", str(SET), "--json"])
    assert told.exit_code == 0
    assert set(json.loads(told.stdout)) == {"ndcg5", "recall10", "intrusion5", "baseline_ndcg5", "n"}


FAULTS = {
    "qrels.tsv": ("p01\tt001@example.com\t7\n", "qrels.tsv 1行目"),
    "postings.jsonl": ("{nonsense\n", "JSON"),
    "talents.csv": ("email,name\nx,y\n", "talents.csv 2行目"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_file_is_said_in_plain_lines(name: str, tmp_path: Path) -> None:
    """Each fault by its file and line; a missing file by its name."""
    for part in SET.iterdir():
        (tmp_path / part.name).write_bytes(part.read_bytes())
    text, why = FAULTS[name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(BadSet, match=why):
        read_set(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(BadSet, match=f"ファイルがありません：{name}"):
        read_set(tmp_path)
    assert CliRunner().invoke(app, ["eval", "match", str(tmp_path)]).exit_code == 2
