"""What was learned: it fits the corpus, it is quick to hold, and what nobody ever said makes it unsure."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.rules.coach.coach import HARD, read_wish
from flows.rules.coach.codes import guesses
from flows.rules.coach.learned import LONGEST, learned, road_shares, runs_of
from prompts.knowledge import job_codes, phrases, weights
from prompts.knowledge.phrases import BadCorpus
from prompts.knowledge.weights import pack, unpack
from prompts.results import Route

MOST_BYTES = 2_000_000


def test_the_weights_were_learned_from_this_corpus() -> None:
    """Whoever adds a line runs `make train`."""
    assert weights().learned_from == phrases.digest()


def test_every_work_and_every_road_is_taught() -> None:
    """Each has lines of its own, most of them many."""
    taught = {label for label, _ in phrases.lines()}
    assert set(job_codes()) <= taught
    assert {route.value for route in HARD} <= taught
    assert set(weights().labels) >= set(job_codes())


def test_the_file_of_weights_is_small() -> None:
    """It is read while somebody waits, and kept in the repository."""
    assert len((Path(phrases.__file__).parent / "coach.bin").read_bytes()) < MOST_BYTES


def test_what_is_packed_is_unpacked() -> None:
    """Runs, rarity and cells come back as they went, and the same rows give the same bytes."""
    header = {
        "labels": ["AA-01", "go"],
        "bias": [0.5, -1.0],
        "step": 0.01,
        "tuning": {},
        "learned_from": "x",
        "letters": 2,
        "unseen": 9.5,
    }
    rows = [("あ", 1.25, [(0, -127), (1, 4)]), ("い ", 3.5, [(1, 127)])]
    held = unpack(pack(header, rows))
    assert held.numbers == {"あ": 0, "い ": 1}
    assert list(held.rarity) == [125, 350]
    assert list(held.starts) == [0, 2, 3]
    assert (list(held.columns), list(held.values)) == ([0, 1, 1], [-127, 4, 127])
    assert pack(header, rows) == pack(header, rows)


def test_shares_add_up_to_one() -> None:
    """Shares are likelihoods over all that may be meant."""
    assert sum(road_shares("ネットで売りたい").values()) == pytest.approx(1)
    assert 0 < sum(guess.share for guess in guesses("ネットで売りたい")) <= 1.0001


def test_a_text_without_a_known_letter_tells_nothing() -> None:
    """No word, no guess: what is left are the habits of the corpus, and they are weak."""
    for text in ("", "☃☃☃", "Ω≈ç√∫"):
        assert learned(text).known <= 1
        assert read_wish(text).route in {Route.EMPTY, Route.VAGUE}


def test_only_the_beginning_of_a_long_text_is_weighed() -> None:
    """Rambling costs no more than its first letters."""
    start = "味噌をネットで売りたいんじゃが、" * 200
    assert runs_of(start, 3) == runs_of(start[:LONGEST], 3)


@pytest.mark.parametrize("line", ["EC-99\tネットで", "EC-01 ネットで", "EC-01\t ", "\tネットで"])
def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    """Training stops at the line and says which."""
    file = tmp_path / "EC.txt"
    file.write_text(f"# owners\nEC-01\t味噌を売りたい\n{line}\n", encoding="utf-8")
    with pytest.raises(BadCorpus, match=r"EC\.txt, line 3"):
        phrases.read(file)
